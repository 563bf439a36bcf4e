"""The numbers a report shows, of one document or of many together; the page only draws them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.records import AlignedPair

STEPS = 10_000
"""Confidence is counted in steps of a ten-thousandth, as fine as it is written, so that documents add up exactly."""
BINS = 20
"""Bars of the confidence histogram."""
THRESHOLDS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
_CURVE = 60
"""Points of the precision curve."""


@dataclass(frozen=True)
class Figures:
    """What rows add up to. `a + b` are the figures of both documents together.

    `confidence` (3, STEPS + 1) int64 counts rows by confidence: with two sides, source only, target only.
    `sentences` and `characters` are of source and target; `aligned` is the number of characters that stand in rows
    with two sides, each weighted by its confidence.
    """

    confidence: NDArray[np.int64]
    types: Counter[str]
    flags: Counter[str]
    flagged: int
    sentences: tuple[int, int]
    characters: tuple[int, int]
    aligned: float

    @classmethod
    def of(cls, pairs: Iterable[AlignedPair]) -> Figures:
        """The figures of rows; a confidence beyond 0 to 1 counts as the nearest of the two."""
        confidence = np.zeros((3, STEPS + 1), dtype=np.int64)
        types, flags = Counter[str](), Counter[str]()
        flagged, sentences, characters, aligned = 0, [0, 0], [0, 0], 0.0
        for pair in pairs:
            confidence[_kind(pair), step(pair.confidence)] += 1
            types[pair.type] += 1
            flags.update(pair.flags)
            flagged += bool(pair.flags)
            for side, (ids, text) in enumerate(((pair.src_ids, pair.src), (pair.tgt_ids, pair.tgt))):
                sentences[side] += len(ids)
                characters[side] += len(text)
            if not pair.is_null:
                aligned += (len(pair.src) + len(pair.tgt)) * pair.confidence
        return cls(confidence, types, flags, flagged, (*sentences,), (*characters,), aligned)  # type: ignore[arg-type]

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.confidence + other.confidence,
            self.types + other.types,
            self.flags + other.flags,
            self.flagged + other.flagged,
            (self.sentences[0] + other.sentences[0], self.sentences[1] + other.sentences[1]),
            (self.characters[0] + other.characters[0], self.characters[1] + other.characters[1]),
            self.aligned + other.aligned,
        )

    @cached_property
    def rows(self) -> int:
        """All rows."""
        return int(self.confidence.sum())

    @property
    def pairs(self) -> int:
        """Rows with two sides."""
        return int(self.confidence[0].sum())

    @property
    def share(self) -> float:
        """Share of all characters that stand in rows with two sides, each weighted by its confidence."""
        return self.aligned / max(1, sum(self.characters))

    @property
    def mean_confidence(self) -> float:
        """Over all rows; 0.0 where there are none."""
        counts = self.confidence.sum(axis=0)
        return float(counts @ np.arange(STEPS + 1)) / STEPS / max(1, self.rows)

    def histogram(self) -> list[list[int]]:
        """Rows with two sides and rows with one, in BINS bins of equal width; the last bin takes in 1.0."""
        width = STEPS // BINS
        counts = self.confidence[:, :STEPS].reshape(3, BINS, width).sum(axis=2)
        counts[:, -1] += self.confidence[:, STEPS]
        return [counts[0].tolist(), (counts[1] + counts[2]).tolist()]

    def thresholds(self, right: NDArray[np.int64] | None = None) -> list[dict[str, float | int | None]]:
        """What keeping only rows with two sides of at least such a confidence gives.

        `expected` is the mean confidence of the rows kept, which is their precision as far as confidence tells the
        truth; `measured` the share that is right, where `right` (STEPS + 1,) counts the right rows by confidence.
        """
        counts = self.confidence[0]
        kept = _from_above(counts)
        expected = _from_above(counts * np.arange(STEPS + 1)) / STEPS
        found = None if right is None else _from_above(right)
        rows: list[dict[str, float | int | None]] = []
        for threshold in THRESHOLDS:
            at = step(threshold)
            number = int(kept[at])
            rows.append(
                {
                    "threshold": threshold,
                    "rows": number,
                    "expected": float(expected[at]) / number if number else None,
                    "measured": float(found[at]) / number if found is not None and number else None,
                }
            )
        return rows

    def curve(self) -> list[list[float]]:
        """Points (share of the two-sided rows kept, their mean confidence), the surest rows first."""
        counts = self.confidence[0]
        if not counts.any():
            return []
        kept = _from_above(counts)
        mean = _from_above(counts * np.arange(STEPS + 1)) / STEPS / np.maximum(kept, 1)
        at = np.flatnonzero(counts)[::-1]
        if len(at) > _CURVE:  # evenly by rows kept, the ends included
            wanted = np.linspace(kept[at[0]], kept[at[-1]], _CURVE)
            at = np.unique(at[np.searchsorted(kept[at], wanted)])[::-1]
        return [[round(float(kept[i] / kept[0]), 4), round(float(mean[i]), 4)] for i in at]

    def to_dict(self, right: NDArray[np.int64] | None = None) -> dict[str, Any]:
        """All of it as plain numbers, lists and dicts, for JSON; `right` as for `thresholds`."""
        return {
            "rows": self.rows,
            "pairs": self.pairs,
            "src_only": int(self.confidence[1].sum()),
            "tgt_only": int(self.confidence[2].sum()),
            "flagged": self.flagged,
            "sentences": self.sentences,
            "characters": self.characters,
            "mean_confidence": round(self.mean_confidence, 4),
            "types": dict(self.types.most_common()),
            "flags": dict(self.flags.most_common()),
            "histogram": self.histogram(),
            "thresholds": self.thresholds(right),
            "curve": self.curve(),
        }


@dataclass(frozen=True, slots=True)
class LengthFit:
    """How long the target is for its source: the median of log(target / source), in characters, and its spread.

    The spread is 1.4826 times the median absolute deviation, which for normal errors is the standard deviation.
    """

    centre: float
    spread: float

    @classmethod
    def of(cls, pairs: Sequence[AlignedPair]) -> LengthFit | None:
        """The fit of the rows with text on both sides; None where there are fewer than three."""
        logs = np.array([log(len(pair.tgt) / len(pair.src)) for pair in pairs if pair.src and pair.tgt])
        if len(logs) < 3:
            return None
        centre = float(np.median(logs))
        return cls(centre, 1.4826 * float(np.median(np.abs(logs - centre))))


def step(confidence: float) -> int:
    """The step of a confidence, 0 to STEPS."""
    return min(max(round(confidence * STEPS), 0), STEPS)


def _kind(pair: AlignedPair) -> int:
    if not pair.is_null:
        return 0
    return 1 if pair.src_ids else 2


def _from_above(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sums from each place to the end."""
    return np.cumsum(counts[::-1])[::-1]
