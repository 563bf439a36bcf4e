"""One document of a batch: aligned, written, and told in figures. What goes wrong becomes part of the outcome."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING

from align import __version__
from align.batch.places import Places
from align.batch.records import NO_FILE, Bundle, Entry, Figures, FileState, Job, Outcome, Page, Task
from align.boilerplate import EXAMPLES
from align.errors import AlignError, OutputError, SettingsError
from align.read import file_of
from align.records import AlignedPair
from align.settings import AlignSettings
from align.write import format_named
from align.write.layout import line

if TYPE_CHECKING:
    from align.alignment import Alignment
    from align.pipeline import Aligner

_SAMPLE = ("This is a short text in English.\n\nIt has two sentences.", "これは短い文章です。\n\n二つの文があります。")
_EXAMPLE = 200
"""Characters that are kept of a line of boilerplate."""
_RECENT = 2_000_000_000
"""Nanoseconds within which a file may change twice and keep its time; ext4 counts in steps of 4 ms, FAT of 2 s."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker does. Models stay loaded from one document to the next.

    The vector cache is the file that the settings name, shared by all workers of a machine, which sqlite allows;
    were it a file per worker, a second run would find a document's vectors only where it falls to the same worker
    again. Machines must not share one (sqlite's locks do not hold across a network), so shards and Dask workers put
    a mark into its name. Vectors from a cache are rounded to half precision, new ones as well as kept ones, so rows
    depend on whether there is a cache but not on what it holds; but for the last bits of a vector, which depend on the
    batch in which a text went through the model, and of which rounding leaves little.
    """

    task: Task
    _aligners: dict[tuple[str | None, str | None], Aligner] = field(default_factory=dict, init=False, repr=False)

    def run(self, job: Job) -> Outcome:
        """Align one pair and write it, or scan it, or keep the vectors of a bundle. Never raises but for what ends the
        process."""
        started = time.perf_counter()
        outcome = nothing_yet(job, self.task)
        with _warnings() as warnings:
            try:
                if isinstance(job, Bundle):
                    self._encode(job)
                elif self.task.scan:
                    outcome = replace(outcome, pages=self._scan(job))
                else:
                    alignment = self._align(job)
                    files = () if self.task.single else self._write(alignment)
                    rows = pack(alignment.pairs) if self.task.single else None
                    outcome = replace(outcome, figures=_figures(alignment), files=files, rows=rows)
            except AlignError as error:
                outcome = replace(outcome, kind=type(error).__name__, reason=str(error))
            except Exception as error:
                reason = f"{type(error).__name__}: {error}. This is a defect of taiyaku {__version__}; please report it"
                outcome = replace(outcome, kind=type(error).__name__, reason=f"{reason}, with the document if you can.")
        return replace(outcome, warnings=tuple(warnings), seconds=time.perf_counter() - started)

    def warm_up(self) -> None:
        """Load the model and whatever else loads at first use, so that no document has to wait for it."""
        if self.task.scan:
            return  # no model is needed
        with suppress(Exception), _warnings():  # what is wrong will be told of the documents it is wrong for
            self._make(self._settings()).texts(*_SAMPLE)

    def _align(self, entry: Entry) -> Alignment:
        alignment = self._aligner(entry).files(entry.src, entry.tgt, doc=entry.doc)
        return replace(alignment, settings=replace(alignment.settings, cache=self.task.settings.cache))

    def _encode(self, bundle: Bundle) -> None:
        """Have the vectors of the texts kept in the vector cache, which the settings of such a run name."""
        from align.encode.black_box import is_black_box
        from align.encode.cache import cached
        from align.encode.choose import named_encoders

        settings = self._settings()
        assert settings.cache
        for encoder in filter(is_black_box, named_encoders(settings)):
            cached(encoder, settings.cache).encode(bundle.texts, 1, "")

    def _scan(self, entry: Entry) -> tuple[Page, Page]:
        """The lines of both sides, as they would be aligned."""
        from align.read import read_document

        aligner = self._aligner(entry)
        documents = (read_document(path, aligner.settings) for path in (entry.src, entry.tgt))
        src, tgt = (
            Page(code, pack_lines([sentence.text for sentence in cut], self.task.scan), len(cut))
            for code, cut in zip(*aligner.sentences(*documents), strict=True)
        )
        return src, tgt

    def _aligner(self, entry: Entry) -> Aligner:
        languages = entry.src_lang, entry.tgt_lang
        if languages not in self._aligners:
            self._aligners[languages] = self._make(self._settings(*languages))
        return self._aligners[languages]

    def _settings(self, src_lang: str | None = None, tgt_lang: str | None = None) -> AlignSettings:
        settings = self.task.settings
        return replace(
            settings,
            src_lang=src_lang or settings.src_lang,
            tgt_lang=tgt_lang or settings.tgt_lang,
            cache=_marked(settings.cache, self.task.cache_mark),
        )

    def _make(self, settings: AlignSettings) -> Aligner:
        return factory(self.task.aligner)(settings)

    def _write(self, alignment: Alignment) -> tuple[str, ...]:
        places = Places(self.task.outdir)
        files: list[str] = []
        for format in self.task.formats:
            path = places.document(alignment.doc, format)
            _make_folder(os.path.dirname(path))
            columns = self.task.columns if format_named(format).columns else None
            written = alignment.write(path, format, columns, self.task.header)
            files += (os.path.relpath(file, self.task.outdir) for file in written.files)
        return tuple(files)


def factory(name: str) -> type[Aligner]:
    """What `module:name` stands for.

    Raises:
        SettingsError: there is no such thing.
    """
    module, _, attribute = name.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"aligner is '{name}', which cannot be imported: {error}.") from error


def nothing_yet(job: Job, task: Task, folder: str = "") -> Outcome:
    """The outcome of a job before it is begun. `folder` is where the paths of its files start.

    What the files are is looked up before they are read: a change that comes in between will then be noticed the next
    time.
    """
    if isinstance(job, Bundle):
        return Outcome("")
    src, tgt = (file_state(os.path.join(folder, path), task.settings.max_bytes) for path in (job.src, job.tgt))
    return Outcome(job.doc, src, tgt)


def file_state(path: str, max_bytes: int) -> FileState:
    """What the file, of which a part may be named, is now. One too long to be aligned is not read either."""
    path, _ = file_of(path)
    state = glance(path)
    if not 0 <= state.size <= max_bytes:
        return state
    try:
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()
    except OSError:
        return state
    recent = time.time_ns() - state.mtime < _RECENT
    return FileState(state.size, 0 if recent else state.mtime, digest)


def glance(path: str) -> FileState:
    """What the file is now, as far as its folder tells."""
    try:
        status = os.stat(file_of(path)[0])
    except (OSError, ValueError):
        return NO_FILE
    return FileState(status.st_size, status.st_mtime_ns, "") if stat.S_ISREG(status.st_mode) else NO_FILE


def pack(pairs: tuple[AlignedPair, ...]) -> bytes:
    """Rows as they are kept until all can be written to one file."""
    lines = (json.dumps(astuple(pair), ensure_ascii=True) for pair in pairs)
    return zlib.compress("\n".join(lines).encode("ascii"))


def unpack(rows: bytes) -> Iterator[AlignedPair]:
    """The rows that `pack` packed."""
    for text in zlib.decompress(rows).decode("ascii").splitlines():
        yield AlignedPair(*(tuple(value) if isinstance(value, list) else value for value in json.loads(text)))


def pack_lines(texts: Sequence[str], ends: int) -> bytes:
    """A page's lines, of a long one so many of the first and of the last."""
    if len(texts) > 2 * ends:
        texts = [*texts[:ends], *texts[-ends:]]
    return zlib.compress(json.dumps(texts).encode("ascii"))


def unpack_lines(lines: bytes) -> list[str]:
    """The lines that `pack_lines` packed."""
    return json.loads(zlib.decompress(lines))


def _figures(alignment: Alignment) -> Figures:
    src, tgt = alignment.sides
    boilerplate = alignment.boilerplate
    src_examples, tgt_examples = (tuple(line(text)[:_EXAMPLE] for text in side[:EXAMPLES]) for side in boilerplate)
    return Figures(
        src_lang=src.language,
        tgt_lang=tgt.language,
        src_sentences=src.sentences,
        tgt_sentences=tgt.sentences,
        rows=len(alignment.pairs),
        nulls=alignment.nulls,
        verdict=alignment.verdict.label,
        aligned=alignment.verdict.aligned,
        mean_confidence=alignment.mean_confidence,
        encoder=alignment.encoder,
        engine=alignment.engine,
        packages=alignment.packages,
        signature=alignment.signature,
        src_boilerplate=len(boilerplate[0]),
        tgt_boilerplate=len(boilerplate[1]),
        src_examples=src_examples,
        tgt_examples=tgt_examples,
    )


def _marked(cache: str | None, mark: str) -> str | None:
    if not (cache and mark):
        return cache
    stem, suffix = os.path.splitext(cache)
    return f"{stem}.{mark}{suffix}"


def _make_folder(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {path} cannot be made: {(error.strerror or str(error)).lower()}.") from error


class _Collector(logging.Handler):
    """Keeps what is logged about a document; what is logged about the machine goes on to where it went."""

    def __init__(self, found: list[str], onward: list[logging.Handler]) -> None:
        super().__init__(logging.WARNING)
        self.found, self.onward = found, onward

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith("align.encode"):
            self.found.append(record.getMessage())
        else:
            for handler in self.onward:
                handler.handle(record)


@contextmanager
def _warnings() -> Iterator[list[str]]:
    logger = logging.getLogger("align")
    before, found = logger.handlers, []
    logger.handlers = [_Collector(found, before)]
    try:
        yield found
    finally:
        logger.handlers = before
