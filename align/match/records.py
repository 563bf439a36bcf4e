"""What pairing documents takes and gives."""

from __future__ import annotations

import re
from dataclasses import dataclass

from align.errors import SettingsError
from align.records import Sentence

_SUFFIX = re.compile(r"(?<=[^/])\.[A-Za-z][A-Za-z0-9]{0,5}$")


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """How documents are paired; how they are read, encoded and aligned is up to `AlignSettings`.

    Raises:
        SettingsError: a value outside its range; the message names the field, the value and the range.
    """

    min_score: float = 0.5
    """Lowest probability of a pair that is written. Pairs are right or plainly wrong in most collections; raise it
    where documents resemble each other (forms, contracts), lower it to look through doubtful pairs by hand."""

    candidates: int = 4
    """How many likely partners of each document may be aligned with it. More cost time in proportion and help only
    where many documents say nearly the same."""

    ignore_names: bool = False
    """Do not look at file names. They are believed only as far as they agree with the texts, so seldom of use."""

    head: int = 60
    """Sentences from the start of a document that are aligned to try a pair. Fewer are faster and less sure."""

    def __post_init__(self) -> None:
        for name, low, high in (("min_score", 0.0, 1.0), ("candidates", 1, 100), ("head", 10, 1000)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"{name} is {value}; it must lie between {low} and {high}.")


@dataclass(frozen=True, slots=True)
class Text:
    """What is kept of a document while partners are sought.

    `path` is where it lies, in an archive as `FILE::MEMBER`, and `name` that from its folder on. `head` are its first
    sentences, `sample` at most `collect.SAMPLE` sentences from all over it and `places` where the middle of each
    stands, from 0 to 1. `marks` are the numbers, dates, addresses and Latin names in it (see `hints`).
    """

    path: str
    name: str
    language: str
    sentences: int
    head: tuple[Sentence, ...]
    sample: tuple[str, ...]
    places: tuple[float, ...]
    marks: frozenset[str]

    @property
    def stem(self) -> str:
        """The name without its suffix, which begins with a letter: `2021.05.03` has none."""
        return _SUFFIX.sub("", self.name)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be used, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for two documents being translations of each other.

    The first three are of their beginnings, aligned: `aligned` is the share of characters in beads with two sides,
    weighted by confidence, `confidence` these beads' mean confidence, and `similarity` their mean cosine, all 0 to 1.
    `vectors` is the CSLS of the documents' vectors and `margin` how much that is above the best of either document's
    other candidates; `hints` the agreement of what stands in both texts unchanged (0 to 1), and `names` how much more
    the names agree than either does with another's (-1 to 1), times how far names are to be believed here (0 to 1).
    """

    aligned: float
    confidence: float
    similarity: float
    vectors: float
    margin: float
    hints: float
    names: float


@dataclass(frozen=True, slots=True)
class Match:
    """Two documents that translate each other with probability `score`; `evidence` says why."""

    source: Text
    target: Text
    score: float
    evidence: Evidence

    @property
    def languages(self) -> tuple[str, str]:
        """Codes of source and target."""
        return self.source.language, self.target.language


@dataclass(frozen=True, slots=True)
class Alone:
    """A document without a partner; `score` is that of the likeliest one, 0 where none was worth a try."""

    text: Text
    is_source: bool
    score: float


@dataclass(frozen=True, slots=True)
class Matching:
    """The outcome: pairs in order of their source's name, documents without a partner, and files not used."""

    matches: tuple[Match, ...]
    alone: tuple[Alone, ...]
    skipped: tuple[Skipped, ...]
