"""What an evaluation finds: scores overall, by bead type and for null sentences, and calibration."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_BINS = 10
_SHOWN = 10
"""Warnings the table shows; the JSON has all."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and their harmonic mean, each 0 to 1; 0.0 where there is nothing to divide by."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class TypeScore:
    """Beads of one type (`1-2`), or sentences of one kind: how many in gold, predicted, and right."""

    type: str
    gold: int
    predicted: int
    correct: int

    @property
    def scores(self) -> Scores:
        return scores(self.correct, self.predicted, self.correct, self.gold)


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Predicted beads with a confidence in [low, high): their number, mean confidence, and share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidence is from the share that is right.

    `error` is the expected calibration error over ten bins of equal width (Naeini, Cooper and Hauskrecht,
    AAAI 2015): the mean over all predicted beads of the distance in their bin. A bead is right if gold has exactly it.
    """

    error: float
    bins: tuple[ReliabilityBin, ...]

    @classmethod
    def of(cls, rows: Sequence[tuple[float, bool]]) -> Calibration:
        """That of predicted beads, of each its confidence and whether it is right; no bins for no beads."""
        if not rows:
            return cls(0.0, ())
        confidence, right = np.array(rows, dtype=np.float64).T
        place = np.minimum((confidence * _BINS).astype(np.int64), _BINS - 1)
        count = np.bincount(place, minlength=_BINS)
        share = np.maximum(count, 1)
        means, accuracies = (np.bincount(place, values, _BINS) / share for values in (confidence, right))
        return cls(
            error=float(np.sum(count * np.abs(means - accuracies)) / len(rows)),
            bins=tuple(
                ReliabilityBin(b / _BINS, (b + 1) / _BINS, int(count[b]), float(means[b]), float(accuracies[b]))
                for b in range(_BINS)
            ),
        )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An alignment's scores; `gold` and `predicted` are numbers of beads.

    `types` has a row per bead type that gold or prediction holds. `nulls` scores sentences rather than beads,
    rows "source", "target" and "both": a sentence is null where no bead with two sides holds it, so an
    output without null rows is scored alike. `calibration` is None where every confidence is 1.0, that is,
    where the prediction came without. `warnings` say what was odd about the files.
    """

    documents: int
    gold: int
    predicted: int
    strict: Scores
    lax: Scores
    types: tuple[TypeScore, ...]
    nulls: tuple[TypeScore, ...]
    calibration: Calibration | None
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, strings, lists and dicts, for JSON."""
        result = dataclasses.asdict(self)
        for name in ("types", "nulls"):
            result[name] = {
                row.type: {"gold": row.gold, "predicted": row.predicted, "correct": row.correct}
                | dataclasses.asdict(row.scores)
                for row in getattr(self, name)
            }
        if self.calibration:
            result["calibration"]["bins"] = list(result["calibration"]["bins"])
        return result | {"warnings": list(self.warnings)}

    def table(self, by_type: bool = True) -> str:
        """The scores in plain text of fixed width; without `by_type` the first lines only."""
        lines = [
            f"{self.documents} document{'' if self.documents == 1 else 's'}, "
            f"{self.gold} gold beads, {self.predicted} predicted",
            "",
            f"{'':<10}{'precision':>11}{'recall':>9}{'F1':>8}",
            *(
                f"{name:<10}{score.precision:>11.3f}{score.recall:>9.3f}{score.f1:>8.3f}"
                for name, score in (("strict", self.strict), ("lax", self.lax))
            ),
        ]
        if self.calibration:
            lines += ["", f"calibration error {self.calibration.error:.3f}"]
        if by_type:
            lines += ["", *_count_lines("bead", self.types), "", *_count_lines("null sentences", self.nulls)]
            if self.calibration:
                lines += ["", *_reliability_lines(self.calibration)]
        if self.warnings:
            lines += ["", *(f"warning: {warning}" for warning in self.warnings[:_SHOWN])]
        if len(self.warnings) > _SHOWN:
            lines.append(f"and {len(self.warnings) - _SHOWN} more warnings")
        return "\n".join(lines)


def scores(right: int, predicted: int, found: int, gold: int) -> Scores:
    """Of `predicted` items `right` are right; of `gold` items `found` are found."""
    precision = right / predicted if predicted else 0.0
    recall = found / gold if gold else 0.0
    both = precision + recall
    return Scores(precision, recall, 2 * precision * recall / both if both else 0.0)


def _count_lines(head: str, rows: Iterable[TypeScore]) -> list[str]:
    return [f"{head:<16}{'gold':>7}{'predicted':>11}{'right':>7}{'precision':>11}{'recall':>8}{'F1':>7}"] + [
        f"{row.type:<16}{row.gold:>7}{row.predicted:>11}{row.correct:>7}"
        f"{row.scores.precision:>11.3f}{row.scores.recall:>8.3f}{row.scores.f1:>7.3f}"
        for row in rows
    ]


def _reliability_lines(calibration: Calibration) -> list[str]:
    return [f"{'confidence':<16}{'beads':>7}{'mean':>11}{'right':>9}"] + [
        f"{f'{b.low:.1f} to {b.high:.1f}':<16}{b.count:>7}{b.confidence:>11.3f}{b.accuracy:>9.3f}"
        for b in calibration.bins
        if b.count
    ]
