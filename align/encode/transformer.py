"""Any sentence-transformers model, by hub name or folder: LaBSE (Feng et al. 2022), the field's reference, and others.

sentence-transformers takes seconds to import, so a name is looked up with huggingface_hub alone, and what is wrong
with it comes to light before the import. The hub's own retries, over a minute without a network, are kept out: one
question with a short limit tells whether a model can be had.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from align.encode.black_box import Embed, span_vectors
from align.encode.centre import unit
from align.encode.protocol import Vectors
from align.errors import MissingExtra, MissingModel, SettingsError

_MARKS = ("modules.json", "config.json")
SHORT_NAMES = {"labse": "sentence-transformers/LaBSE"}

_LABSE = (
    "af am ar as az be bg bn bo bs ca ceb co cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha haw he hi hmn hr "
    "ht hu hy id ig is it ja jv ka kk km kn ko ku ky la lb lo lt lv mg mi mk ml mn mr ms mt my ne nl no ny or pa pl pt "
    "ro ru rw si sk sl sm sn so sq sr st su sv sw ta te tg th tk tl tr tt ug uk ur uz vi wo xh yi yo zh zu"
)
LABSE_LANGUAGES = frozenset(_LABSE.split())

_WINDOW = 16_384
_ROOM, _MOST = 768, 128
_GPU_ROOM, _GPU_MOST = 1 << 17, 1024
"""Characters and texts in a batch, which is as wide as its longest text. On a CPU a larger one holds more padding, and
its activations outgrow the processor's cache: ten times as many take nearly twice the time. On a GPU they are halved
where they do not fit."""
_HUB_SECONDS = 5.0
_SAMPLE = 1 << 16


@dataclass(frozen=True, slots=True)
class TransformerEncoder:
    """`model` is `labse`, a hub name such as `intfloat/multilingual-e5-base`, or a folder with a saved model.

    `device` is `auto` (a GPU where there is one), `cpu`, `cuda`, `cuda:1` or `mps`; on cuda the model runs in half
    precision. `threads` bounds PyTorch's threads on the CPU, for the whole process; 0 leaves them as they are.
    `batch_size` texts go through at once; with 0 as many as their length and the device suggest.
    """

    model: str
    device: str = "auto"
    threads: int = 0
    batch_size: int = 0

    @property
    def name(self) -> str:
        return self.model

    @property
    def revision(self) -> str:
        """The hub's commit hash; for a folder a digest of its files.

        Raises:
            MissingExtra: huggingface_hub is not installed.
            MissingModel: no such model.
        """
        return _locate(self.model).revision

    def knows(self, language: str) -> bool:
        """For LaBSE its 109 languages; of other models nothing is known, so True."""
        return SHORT_NAMES.get(self.model, self.model) != SHORT_NAMES["labse"] or language in LABSE_LANGUAGES

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The model's vectors, (m, dim) unit rows. Texts of one length go through together, the longest first.

        Raises:
            MissingExtra: sentence-transformers is not installed.
            MissingModel: the model cannot be had, does not load, or does not fit into memory.
            SettingsError: no such device.
        """
        model = _load(self.model, self.device, self.threads)
        legible = [text if any(map(_shows, text)) else "." for text in texts] or ["."]
        order = sorted(range(len(legible)), key=lambda at: -len(legible[at]))
        found: list[NDArray[np.float32]] = []
        done, most = 0, self.batch_size or len(order)
        with _quiet():
            while done < len(order):
                size = self.batch_size or _batch_size(model, len(legible[order[done]]))
                batch = [legible[at] for at in order[done : done + min(size, most)]]
                try:
                    vectors = model.encode(batch, batch_size=len(batch), show_progress_bar=False)
                except Exception as error:  # a foreign model fails in its own ways
                    if not _is_out_of_memory(error):
                        _fail(self.model, f"it fails on a text ({_line(error)})", error)
                    if len(batch) == 1:
                        raise _does_not_fit(self.model, model.device) from error
                    most = len(batch) // 2
                else:
                    found.append(vectors.astype(np.float32))
                    done += len(batch)
        return unit(np.concatenate(found)[np.argsort(order)])[: len(texts)]

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        return self.encode_by(self.embed, sentences, longest, joiner)

    def encode_by(self, embed: Embed, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        return replace(span_vectors(embed, sentences, longest, joiner, _WINDOW), encoder=self.name)


def _batch_size(model: Any, longest: int) -> int:
    """How many texts of at most `longest` characters fill the device without crowding its memory.

    A text has no more tokens than characters, give or take its two marks, nor more than the model reads.
    """
    room, most = (_ROOM, _MOST) if str(model.device).startswith("cpu") else (_GPU_ROOM, _GPU_MOST)
    reads = getattr(model, "max_seq_length", None) or _WINDOW
    return min(most, max(1, room // min(longest + 2, reads)))


def _shows(character: str) -> bool:
    """Whether a tokenizer makes something of it: a text of no tokens brings some models down."""
    return character.isprintable() and not character.isspace()


@dataclass(frozen=True, slots=True)
class _Place:
    """`source` is a folder, or a hub name whose files `revision` are still to be fetched."""

    source: str
    revision: str


@functools.cache
def _locate(model: str) -> _Place:
    """The folder of that name, else the hub's cache on this machine, else the hub. Seconds at most."""
    folder = Path(model).expanduser()
    if model not in SHORT_NAMES and folder.exists():
        if not any((folder / name).is_file() for name in _MARKS):
            _fail(model, f"it is no folder with a {' or a '.join(_MARKS)}, so no sentence-transformers model")
        return _Place(str(folder), _folder_revision(folder))
    _require(model, "huggingface_hub")
    hub = SHORT_NAMES.get(model, model)
    return _in_hub_cache(model, hub) or _Place(hub, _ask_hub(model, hub))


def _folder_revision(folder: Path) -> str:
    """The commit, if the folder is a snapshot of the hub's cache; else a digest of the files that make the model.

    Of large files the length and both ends count: a few milliseconds, and no two trainings agree in them.
    """
    folder = folder.resolve()
    if folder.parent.name == "snapshots" and re.fullmatch(r"[0-9a-f]{40}", folder.name):
        return folder.name
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md"):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode("utf-8", "surrogateescape"))
        with path.open("rb") as file:
            digest.update(file.read(_SAMPLE))
            file.seek(max(0, size - _SAMPLE))
            digest.update(file.read(_SAMPLE))
    return digest.hexdigest()


def _in_hub_cache(model: str, hub: str) -> _Place | None:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = [try_to_load_from_cache(hub, name) for name in _MARKS]
    except HFValidationError as error:
        _fail(model, "there is no folder of that name, and a name on the hub has the form OWNER/NAME", error)
    for path in found:
        if isinstance(path, str):
            snapshot = Path(path).parent
            if any(True for pattern in ("*.safetensors", "*.bin") for _ in snapshot.rglob(pattern)):
                return _Place(str(snapshot), snapshot.name)
    return None


def _ask_hub(model: str, hub: str) -> str:
    """The newest commit of a model on the hub."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, OfflineModeIsEnabled, RepositoryNotFoundError

    try:
        with _quiet():
            return HfApi().model_info(hub, timeout=_HUB_SECONDS).sha or "main"
    except GatedRepoError as error:
        consent = "its owner asks for consent: accept the terms on its page, then log in with `hf auth login`"
        _fail_to_fetch(model, consent, error)
    except RepositoryNotFoundError as error:
        _fail(model, f"there is no folder of that name, and no public {hub} on the hub", error)
    except OfflineModeIsEnabled as error:
        _fail_to_fetch(model, "it is not on this machine, and HF_HUB_OFFLINE forbids to fetch it", error)
    except Exception as error:  # what the hub's HTTP library raises has changed with every major version
        _fail_to_fetch(model, f"it is not on this machine, and the hub cannot be reached ({_line(error)})", error)


@functools.lru_cache(maxsize=2)
def _load(model: str, device: str, threads: int) -> Any:
    """The model, ready to encode."""
    _require(model, "sentence_transformers")
    place = _locate(model)
    with _quiet():
        try:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as progress
        except Exception as error:  # a broken installation fails with whatever its parts raise
            raise MissingExtra(
                f"The package sentence-transformers does not load ({_line(error)}); "
                "install it again with: pip install --force-reinstall 'taiyaku[transformers]'"
            ) from error
        target = _device(device, torch)
        if threads:
            torch.set_num_threads(threads)
        here = Path(place.source).is_dir()
        fail = _fail if here else _fail_to_fetch
        bars = progress.is_progress_bar_enabled()
        progress.disable_progress_bar()
        try:
            loaded = SentenceTransformer(
                place.source, device=target, revision=None if here else place.revision, local_files_only=here
            )
            return loaded.half() if target.startswith("cuda") else loaded
        except Exception as error:  # files of any kind can be wrong in any way
            if _is_out_of_memory(error):
                raise _does_not_fit(model, target) from error
            fail(model, f"it does not load from {place.source} ({_line(error)})", error)
        finally:
            if bars:
                progress.enable_progress_bar()


def _device(device: str, torch: Any) -> str:
    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    mps = torch.backends.mps.is_available()
    if device == "auto":
        return "cuda" if cards else "mps" if mps else "cpu"
    try:
        kind, index = torch.device(device).type, torch.device(device).index or 0
    except RuntimeError as error:
        raise SettingsError(f"device is '{device}'; it must be auto, cpu, cuda, cuda:1 or mps.") from error
    if kind == "cuda" and index >= cards:
        raise SettingsError(
            f"device is '{device}', but PyTorch sees {cards or 'no'} CUDA device{'s' * (cards != 1)} here; "
            "give --device auto or cpu, or install a PyTorch built for your CUDA."
        )
    if kind == "mps" and not mps:
        raise SettingsError("device is 'mps', but PyTorch sees no Apple GPU here; give --device auto or cpu.")
    return device


def _require(model: str, module: str) -> None:
    if find_spec(module) is None:
        raise MissingExtra(
            f"The model {model} needs the package sentence-transformers, which is not installed; "
            "install it with: pip install 'taiyaku[transformers]'"
        )


def _fail(model: str, reason: str, cause: BaseException | None = None) -> NoReturn:
    raise MissingModel(
        f"The model {model} cannot be used: {reason}. Give a folder that SentenceTransformer.save wrote, "
        "or use the embedded model: --model use."
    ) from cause


def _fail_to_fetch(model: str, reason: str, cause: BaseException) -> NoReturn:
    raise MissingModel(
        f"The model {model} cannot be used: {reason}. On a machine with a network, fetch it with "
        f"`hf download {SHORT_NAMES.get(model, model)} --local-dir FOLDER`, then give FOLDER as the model, "
        "or use the embedded model: --model use."
    ) from cause


def _does_not_fit(model: str, device: Any) -> MissingModel:
    return MissingModel(
        f"The model {model} does not fit into the memory of the device {device}; "
        "give --device cpu, a smaller model, or the embedded one: --model use."
    )


def _is_out_of_memory(error: BaseException) -> bool:
    """PyTorch raises a class of its own for a GPU and a bare RuntimeError for the main memory."""
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"
        or "not enough memory" in str(error)
        or "out of memory" in str(error)
    )


def _line(error: BaseException, longest: int = 160) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= longest else words[:longest] + "…"


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep three libraries from logging and warning what their errors say again."""
    loggers = [logging.getLogger(name) for name in ("sentence_transformers", "transformers", "huggingface_hub")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
