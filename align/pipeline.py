"""The way of the data: read, segment, encode, align, and lay the beads out as rows."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from align.alignment import Alignment, doc_of
from align.boilerplate.rows import known_lines, sift
from align.confidence import keep_by
from align.encode import Encoder, encode_side, encoder_for
from align.encode.use import UseEncoder
from align.engines import Engine, SideInput, engine_for
from align.errors import BlankInput, SettingsError
from align.identify import identify_pair, in_other_script
from align.judge import judge
from align.languages import language
from align.moved import FLAG as MOVED
from align.moved import settle_moved
from align.read import file_of, read_document, read_text
from align.read.formats import by_suffix
from align.read.parts import MARK
from align.records import AlignedPair, Bead, Document, Sentence, Side
from align.segment import join, segment
from align.settings import AlignSettings
from align.verdict import background, foreign_share, verdict

Progress = Callable[[str, float], None]
"""Called with the name of a stage (`read`, `segment`, `encode`, `align`) and how much of it is done, 0 to 1."""

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Aligner:
    """Aligns one pair of documents after another with one set of settings; the model stays loaded in between.

    `encoder` and `engine` take the place of those that the settings name.
    """

    settings: AlignSettings = AlignSettings()
    encoder: Encoder | None = None
    engine: Engine | None = None
    _encoders: dict[tuple[str, str], Encoder] = field(default_factory=dict, init=False, repr=False, compare=False)

    def files(
        self, source: str | Path, target: str | Path, *, doc: str | None = None, progress: Progress | None = None
    ) -> Alignment:
        """Align two files; `-` is standard input, for one of them. `doc` names the pair, by default after the source.

        Raises:
            AlignError: a file does not read, a language is not known, a package or a model is missing.
        """
        paths = str(source), str(target)
        files = tuple(file_of(path)[0] for path in paths)
        if files == ("-", "-"):
            raise SettingsError("Both documents are '-', but standard input holds only one; give a file for the other.")
        tell = progress or _silent
        if all(file == "-" or os.path.isfile(file) for file in files):
            self._load_ahead()
        with _stage(tell, "read"):
            documents = read_document(paths[0], self.settings), read_document(paths[1], self.settings)
        alignment = self.documents(*documents, doc=doc or doc_of(*paths), progress=progress)
        src, tgt = (
            replace(side, path=path, blake2b=_file_digest(path) or side.blake2b)
            for side, path in zip(alignment.sides, paths, strict=True)
        )
        return replace(alignment, sides=(src, tgt))

    def texts(self, source: str, target: str, *, doc: str = "text", progress: Progress | None = None) -> Alignment:
        """Align two strings of plain text; errors as for `files`."""
        documents = read_text(source, "source text", self.settings), read_text(target, "target text", self.settings)
        return self.documents(*documents, doc=doc, progress=progress)

    def documents(
        self, source: Document, target: Document, *, doc: str | None = None, progress: Progress | None = None
    ) -> Alignment:
        """Align two documents already read; errors as for `files`."""
        tell = progress or _silent
        with _stage(tell, "segment"):
            languages, sentences = self.sentences(source, target)
            documents = tuple(map(_in_language, (source, target), languages))
        encoder, engine = self._encoder(*languages), self.engine or engine_for(self.settings)
        signature = engine.signature  # before the work: this is where a missing package or file shows
        known = known_lines(self.settings)
        _doubt(documents)
        with _stage(tell, "encode"):
            sides = []
            for cut, code in zip(sentences, languages, strict=True):
                texts = [sentence.text for sentence in cut]
                half = _half(tell, len(sides))
                vectors = encode_side(encoder, texts, self.settings.max_bead - 1, language(code).joiner, half)
                sides.append(SideInput(cut, vectors, code))
        with _stage(tell, "align"):
            beads = engine.beads(*sides, self.settings)
            found = background(beads, *(side.vectors.spans[0] for side in sides))
            beads, moved = settle_moved(beads, *sides, found, engine, self.settings)
        doc = doc or doc_of(source.name, target.name)
        pairs = _rows(doc, beads, moved, *sides)
        given, dropped = sift(pairs, sentences, languages, self.settings, known)
        given, kept = keep_by(judge(given, languages), self.settings)
        return Alignment(
            doc=doc,
            documents=documents,
            sides=tuple(map(_figures, documents, sides)),
            pairs=given,
            verdict=verdict(pairs, found, tuple(map(foreign_share, sentences, languages))),
            settings=self.settings,
            encoder=f"{encoder.name}@{encoder.revision}",
            engine=signature,
            packages=_packages(documents),
            dropped=dropped,
            kept=kept,
        )

    def sentences(
        self, source: Document, target: Document
    ) -> tuple[tuple[str, str], tuple[list[Sentence], list[Sentence]]]:
        """The languages of both documents and their sentences, as they would be aligned; errors as for `files`."""
        src, tgt = identify_pair(source, target, self.settings)
        return (src, tgt), (self._segment(source, src), self._segment(target, tgt))

    def _segment(self, document: Document, code: str) -> list[Sentence]:
        sentences = segment(document, code, self.settings)
        if not sentences:
            raise BlankInput(f"{document.name} has no sentence in it; give a document with text.")
        return sentences

    def _load_ahead(self) -> None:
        """Start to load the default model, which unpacks beside the reading: most documents will want it."""
        if self.encoder is None and not self._encoders and self.settings.model in ("auto", "use"):
            threading.Thread(target=_load_default, args=(self.settings.threads,)).start()

    def _encoder(self, src: str, tgt: str) -> Encoder:
        if self.encoder is not None:
            return self.encoder
        if (src, tgt) not in self._encoders:
            self._encoders[src, tgt] = encoder_for(self.settings, src, tgt)
        return self._encoders[src, tgt]


def _load_default(threads: int) -> None:
    with suppress(Exception):  # whatever is wrong will come up again, and be told, when the model is used
        UseEncoder(threads).load()


def align_files(
    source: str | Path,
    target: str | Path,
    settings: AlignSettings = AlignSettings(),
    *,
    progress: Progress | None = None,
) -> Alignment:
    """Align two files. See `Aligner.files`."""
    return Aligner(settings).files(source, target, progress=progress)


def align_texts(
    source: str, target: str, settings: AlignSettings = AlignSettings(), *, progress: Progress | None = None
) -> Alignment:
    """Align two strings of plain text. See `Aligner.texts`."""
    return Aligner(settings).texts(source, target, progress=progress)


def align_documents(
    source: Document,
    target: Document,
    settings: AlignSettings = AlignSettings(),
    *,
    progress: Progress | None = None,
) -> Alignment:
    """Align two documents already read. See `Aligner.documents`."""
    return Aligner(settings).documents(source, target, progress=progress)


def _rows(
    doc: str, beads: list[Bead], moved: list[bool], source: SideInput, target: SideInput
) -> tuple[AlignedPair, ...]:
    return tuple(
        AlignedPair(
            doc=doc,
            bead=number,
            type=bead.type,
            src_ids=bead.src,
            tgt_ids=bead.tgt,
            confidence=bead.confidence,
            similarity=bead.similarity,
            flags=(MOVED,) if is_moved else (),
            src=_text(source, bead.src),
            tgt=_text(target, bead.tgt),
            src_span=_span(source, bead.src),
            tgt_span=_span(target, bead.tgt),
        )
        for number, (bead, is_moved) in enumerate(zip(beads, moved, strict=True))
    )


def _text(side: SideInput, ids: tuple[int, ...]) -> str:
    return join([side.sentences[i] for i in ids], side.language)


def _span(side: SideInput, ids: tuple[int, ...]) -> tuple[int, int] | None:
    return (side.sentences[ids[0]].start, side.sentences[ids[-1]].end) if ids else None


def _figures(document: Document, side: SideInput) -> Side:
    return Side(
        path=None,
        language=side.language,
        characters=len(document.text),
        paragraphs=len({sentence.paragraph for sentence in side.sentences}),
        sentences=len(side.sentences),
        blake2b=hashlib.blake2b(document.text.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest(),
    )


def _file_digest(path: str) -> str | None:
    """Digest of a regular file's bytes; a pipe was read once and cannot be read again."""
    if path == "-" or not Path(path).is_file():
        return None
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()


def _in_language(document: Document, code: str) -> Document:
    return replace(document, language=code)


def _doubt(documents: Sequence[Document]) -> None:
    """Warn where a language that was given cannot be the text's."""
    for document in documents:
        if in_other_script(document):
            _LOGGER.warning(
                "%s was given as %s, but holds no letter of its script; are the two languages or files swapped?",
                document.name,
                language(document.language).name,
            )


_READERS = {"markdown": "markdown-it-py", "pdf": "pypdfium2", "po": "polib", "subtitles": "pysubs2"}
"""Packages that decide what the text of a format is, besides the two that every installation has."""


def _packages(documents: Sequence[Document]) -> tuple[str, ...]:
    """Versions of the packages whose choices the text passes through before it is encoded.

    Formats go by the names of the documents, for what a document was is not written in it.
    """
    formats = {by_suffix(piece) for document in documents for piece in document.name.split(MARK)}
    used = [package for format, package in _READERS.items() if format in formats and _version(package)]
    return tuple(f"{name}:{_version(name)}" for name in ("sentencex", "trafilatura", *used))


@lru_cache
def _version(package: str) -> str | None:
    """What is installed of it; None for a document that a program has made and named after a format."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _silent(stage: str, done: float) -> None:
    pass


def _half(tell: Progress, side: int) -> Callable[[float], None]:
    """What the encoding of one side tells, as a half of the stage."""
    return lambda done: tell("encode", (side + done) / 2)


@contextmanager
def _stage(tell: Progress, name: str) -> Iterator[None]:
    tell(name, 0.0)
    yield
    tell(name, 1.0)
