"""The records that travel between the parent, which plans and remembers, and the workers, which align."""

from __future__ import annotations

from dataclasses import dataclass

from align.settings import AlignSettings


@dataclass(frozen=True, slots=True)
class Entry:
    """A pair of documents to align. `line` is where it stands in the manifest, 0 where there is none."""

    doc: str
    src: str
    tgt: str
    src_lang: str | None = None
    tgt_lang: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Bundle:
    """Sentences of many documents that go through the model together, before any of the documents is aligned."""

    texts: tuple[str, ...]


Job = Entry | Bundle
"""What a worker takes: a document to align or to scan, or sentences whose vectors to keep."""


@dataclass(frozen=True, slots=True)
class Task:
    """What all documents of a run have in common; every worker gets it once, before its first document.

    `folder` is the one that relative paths start from. `aligner` names what makes an `Aligner` from settings, as
    `module:name`. `cache_mark` tells the vector caches of several machines apart. With `scan` documents are read and
    cut, and not aligned: so many sentences at either end of a page are told.
    """

    settings: AlignSettings
    outdir: str
    formats: tuple[str, ...]
    columns: tuple[str, ...] | None
    header: bool
    single: bool
    folder: str
    aligner: str
    cache_mark: str = ""
    scan: int = 0


@dataclass(frozen=True, slots=True)
class FileState:
    """What an input file was when it was read: bytes, time of its last change in ns, blake2b of its content.

    A time of 0 is never to be relied on. `size` is -1 where there is no regular file, `digest` empty where the
    content was not read.
    """

    size: int
    mtime: int
    digest: str


NO_FILE = FileState(-1, 0, "")


@dataclass(frozen=True, slots=True)
class Figures:
    """An alignment in figures. `aligned` and `mean_confidence` are shares; `signature` is the alignment's.

    `src_boilerplate` and `tgt_boilerplate` are rows of one side that were taken for boilerplate, marked or left out,
    and the examples the first few of them.
    """

    src_lang: str
    tgt_lang: str
    src_sentences: int
    tgt_sentences: int
    rows: int
    nulls: int
    verdict: str
    aligned: float
    mean_confidence: float
    encoder: str
    engine: str
    packages: tuple[str, ...]
    signature: str
    src_boilerplate: int = 0
    tgt_boilerplate: int = 0
    src_examples: tuple[str, ...] = ()
    tgt_examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of one side of a document, packed, the code of its language, and how many sentences it has."""

    language: str
    lines: bytes
    sentences: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a document: figures if it was aligned, else the kind of error and the reason. Of a bundle, which has
    no name, the error alone is told.

    `files` were written, as paths in the output folder; `rows` are the rows, packed, where one file takes those of
    all documents. `warnings` are what was logged about the document. `pages` are both sides, where the document was
    only scanned.
    """

    doc: str
    src: FileState = NO_FILE
    tgt: FileState = NO_FILE
    figures: Figures | None = None
    kind: str = ""
    reason: str = ""
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    attempts: int = 1
    files: tuple[str, ...] = ()
    rows: bytes | None = None
    pages: tuple[Page, Page] | None = None
