"""Figures of rows, added up as they pass: what a dataset card and a sidecar tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from align.records import AlignedPair

BINS = 10


@dataclass(slots=True)
class Tally:
    """Counts of rows, of null rows, of documents (runs of rows of one name), of characters on either side, by bead
    type, by flag, and of rows with two sides by confidence: `histogram[9]` are those from .9 to 1.
    """

    rows: int = 0
    nulls: int = 0
    documents: int = 0
    characters: tuple[int, int] = (0, 0)
    confidence: float = 0.0
    types: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    histogram: list[int] = field(default_factory=lambda: [0] * BINS)
    _doc: str | None = None

    @property
    def mean_confidence(self) -> float:
        """Mean over all rows."""
        return self.confidence / max(1, self.rows)

    def ordered(self) -> dict[str, int]:
        """Rows by bead type, the most frequent first."""
        return dict(sorted(self.types.items(), key=lambda item: (-item[1], item[0])))


def tallied(pairs: Iterable[AlignedPair], tally: Tally) -> Iterator[AlignedPair]:
    """The pairs as they are, counted as they pass."""
    for pair in pairs:
        tally.rows += 1
        tally.confidence += pair.confidence
        tally.types[pair.type] += 1
        tally.flags.update(pair.flags)
        tally.characters = (tally.characters[0] + len(pair.src), tally.characters[1] + len(pair.tgt))
        if pair.doc != tally._doc:
            tally.documents += 1
            tally._doc = pair.doc
        if pair.is_null:
            tally.nulls += 1
        else:
            tally.histogram[min(BINS - 1, int(pair.confidence * BINS))] += 1
        yield pair
