"""The records that travel from step to step; frozen, typed, and without behaviour beyond their own fields."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice, takewhile
from operator import itemgetter
from typing import Literal

ParagraphKind = Literal["text", "heading", "item", "cell", "caption", "line"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A stretch of a document that no sentence crosses.

    `start` and `end` are character offsets into `Document.text`. `kind` says what the source
    marked it as; a format without marks gives "text", and `--presplit` gives "line".
    """

    start: int
    end: int
    kind: ParagraphKind = "text"


@dataclass(frozen=True, slots=True)
class Document:
    """One side of a pair, as read: its text, decoded, with `\\n` line ends, and its paragraphs in order.

    `provenance` says where stretches of the text came from, as (start, end, place), in order and disjoint: the time of
    a subtitle, the page of a PDF, the row of a table. Formats that have no such places leave it empty.
    """

    name: str
    text: str
    paragraphs: tuple[Paragraph, ...]
    language: str | None = None
    provenance: tuple[tuple[int, int, str], ...] = ()

    def places(self, start: int, end: int) -> tuple[str, ...]:
        """Where `text[start:end]` came from, in order, each place once."""
        first = bisect_right(self.provenance, start, key=itemgetter(1))
        found = takewhile(lambda stretch: stretch[0] < end, islice(self.provenance, first, None))
        return tuple(dict.fromkeys(place for _, _, place in found))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it is shown (`text`) and where it stands (`Document.text[start:end]`).

    `paragraph` is the index of its paragraph in `Document.paragraphs`; where each line is one, that of the first line
    after a blank one.
    """

    text: str
    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Bead:
    """Source sentences `src` and target sentences `tgt` that translate each other; a null bead has one side empty.

    `confidence` is the probability that exactly this bead is right, `similarity` the cosine of
    the two sides' vectors (0.0 for a null bead).
    """

    src: tuple[int, ...]
    tgt: tuple[int, ...]
    confidence: float = 1.0
    similarity: float = 0.0

    @property
    def type(self) -> str:
        """`1-2` for one source and two target sentences."""
        return f"{len(self.src)}-{len(self.tgt)}"

    @property
    def is_null(self) -> bool:
        """Whether a side, or both, is empty."""
        return not (self.src and self.tgt)


@dataclass(frozen=True, slots=True)
class AlignedPair:
    """One row of the output. Field names and order are the columns of the TSV."""

    doc: str
    bead: int
    type: str
    src_ids: tuple[int, ...]
    tgt_ids: tuple[int, ...]
    confidence: float
    similarity: float
    flags: tuple[str, ...]
    src: str
    tgt: str
    src_span: tuple[int, int] | None
    tgt_span: tuple[int, int] | None

    @property
    def is_null(self) -> bool:
        """Whether a side, or both, is empty."""
        return not (self.src_ids and self.tgt_ids)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the aligner thinks of a document pair as a whole.

    `label` is "parallel", "partly parallel", "reordered", "wrong language" or "not parallel". `aligned` is the share
    (0 to 1) of all characters that stand in rows whose sides translate each other, at their place; `moved` of those
    that do elsewhere. `probability` is that of being translations of each other, in part at least. `foreign` are the
    shares of source and target that are in another language than theirs.
    """

    label: str
    aligned: float
    moved: float = 0.0
    probability: float = 1.0
    foreign: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an alignment in figures, for the sidecar and the summary.

    `path` is as it was given, None for text that came from no file. `blake2b` (32 bytes, in hex; `b2sum -l 256`) is
    of the file's bytes, or of the text in UTF-8 where there is no file to read again.
    """

    path: str | None
    language: str
    characters: int
    paragraphs: int
    sentences: int
    blake2b: str
