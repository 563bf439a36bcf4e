"""Keeping the rows that are sure enough: those above a confidence, or as many as have a precision on average.

Confidence is the probability that a row is right, so the mean confidence of some rows is the precision to be expected
of them. Taken from the surest row down, the mean only falls: the largest set that reaches a precision is all rows from
some confidence on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from align.records import AlignedPair
from align.settings import AlignSettings
from align.write.layout import rounded

_SLACK = 1e-9
"""What a mean may lack for the sake of floating point."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the rows with two sides.

    `threshold` is the confidence, as written, from which they were kept; None where none is sure enough. `precision` is
    the mean confidence of those kept, which is the precision to expect of them; `pairs` and `left_out` count them.
    """

    threshold: float | None
    precision: float
    pairs: int
    left_out: int

    @property
    def share(self) -> float:
        """Kept ones of all rows with two sides, 0 to 1."""
        return self.pairs / max(1, self.pairs + self.left_out)


def threshold_for(confidences: Iterable[float], precision: float) -> float | None:
    """The least confidence such that all of at least that much have a mean of `precision`; None where not even the
    highest have it.

    Confidences count as they are written, to four decimals, and equal ones stand and fall together.
    """
    ordered = sorted(map(rounded, confidences), reverse=True)
    found, total = None, 0.0
    for count, confidence in enumerate(ordered, 1):
        total += confidence
        if count < len(ordered) and ordered[count] == confidence:
            continue
        if total / count < precision - _SLACK:
            break
        found = confidence
    return found


def keep_sure(
    pairs: Sequence[AlignedPair], min_confidence: float = 0.0, target_precision: float | None = None
) -> tuple[tuple[AlignedPair, ...], Kept]:
    """The rows that are sure enough, in order, and what became of the others.

    Rows with two sides and a confidence, as written, below `min_confidence` are left out, and of the rest as many of
    the least sure as must be for the mean confidence to be `target_precision`. Rows with one side empty all stay.
    """
    confidences = [rounded(pair.confidence) for pair in pairs if not pair.is_null]
    sure = [confidence for confidence in confidences if confidence >= min_confidence]
    threshold: float | None = min_confidence
    if target_precision is not None:
        found = threshold_for(sure, target_precision)
        threshold = None if found is None else max(found, min_confidence)
    kept = [confidence for confidence in sure if threshold is not None and confidence >= threshold]
    rows = tuple(
        pair for pair in pairs if pair.is_null or (threshold is not None and rounded(pair.confidence) >= threshold)
    )
    return rows, Kept(threshold, sum(kept) / max(1, len(kept)), len(kept), len(confidences) - len(kept))


def keep_by(pairs: Sequence[AlignedPair], settings: AlignSettings) -> tuple[tuple[AlignedPair, ...], Kept | None]:
    """The rows that the settings want; None where they want all."""
    if not settings.min_confidence and settings.target_precision is None:
        return tuple(pairs), None
    return keep_sure(pairs, settings.min_confidence, settings.target_precision)
