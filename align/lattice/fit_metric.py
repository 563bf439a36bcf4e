"""Learning a metric: of all spans of the other side, the translation of a span is to be the nearest.

The loss is that of a classifier among the spans (InfoNCE: van den Oord, Li and Vinyals 2018), whose hardest wrong
answers are the right one with a sentence more or less; minimised by Adam (Kingma and Ba 2015).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np
from numpy.typing import NDArray

from align.lattice.metric import Metric

Floats = NDArray[np.float32]
Gold = Sequence[tuple[Sequence[int], Sequence[int]]]

LONGEST = 5
"""Sentences in a span, at most."""
_UNITED = 3
_DOCUMENTS = 14  # in a step
_RATE = 5e-3
_DECAYS = 0.9, 0.999
_SHARPNESS = 30.0  # of a cosine, at the beginning; learned too
_START = 0.05


@dataclass(frozen=True)
class Question:
    """Spans `asked` (q, dim) of one side, all those `offered` (c, dim) of the other, and which is `right` (q,)."""

    asked: Floats
    offered: Floats
    right: NDArray[np.int64]


def questions(spans: tuple[Floats, Floats], gold: Gold) -> list[Question]:
    """A document's gold as questions from either side; `spans` are those of its sides, (longest, n, dim).

    Beads that follow each other make a pair too, up to three: a translation of more is told from one of less.
    """
    pairs = list(_united(gold))
    if not pairs:
        return []
    found = []
    for one, other in ((0, 1), (1, 0)):
        places = [(k, last) for k in range(min(LONGEST, len(spans[other]))) for last in range(k, spans[other].shape[1])]
        at = {place: number for number, place in enumerate(places)}
        size, last = np.array([pair[one] for pair in pairs]).T
        offered = spans[other][tuple(np.array(places).T)]
        found.append(Question(spans[one][size, last], offered, np.array([at[pair[other]] for pair in pairs])))
    return found


def _united(gold: Gold) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Beads, and runs of them, without gaps: of both sides the number of sentences less one, and the last."""
    for first in range(len(gold)):
        sides: tuple[list[int], list[int]] = [], []
        for bead in gold[first : first + _UNITED]:
            for side, ids in zip(sides, bead, strict=True):
                side.extend(ids)
            whole = all(b - a == 1 for side in sides for a, b in pairwise(side))
            if not all(bead) or not whole or max(map(len, sides)) > LONGEST:
                break
            yield tuple((len(side) - 1, side[-1]) for side in sides)


def fit_metric(documents: Sequence[Sequence[Question]], rank: int, ridge: float, steps: int, seed: int) -> Metric:
    """Learn from the questions of documents; `ridge` keeps the metric near the encoder's own."""
    random, dim = Random(seed), documents[0][0].asked.shape[1]
    start = np.random.default_rng(seed).normal(scale=_START, size=(dim, rank)).astype(np.float32)
    parameters = [start, np.zeros((dim, rank), np.float32), np.array(np.log(_SHARPNESS), np.float32)]
    moments = [(np.zeros_like(p), np.zeros_like(p)) for p in parameters]
    for step in range(1, steps + 1):
        taken = random.sample(range(len(documents)), min(_DOCUMENTS, len(documents)))
        asked = [question for k in taken for question in documents[k]]
        inward, outward, _ = parameters
        slopes = [
            2 * ridge * inward @ (outward.T @ outward),
            2 * ridge * outward @ (inward.T @ inward),
            np.zeros((), np.float32),
        ]
        for question in asked:
            for slope, part in zip(slopes, _slopes(question, *parameters), strict=True):
                slope += part / len(asked)
        for parameter, slope, (mean, square) in zip(parameters, slopes, moments, strict=True):
            mean += (1 - _DECAYS[0]) * (slope - mean)
            square += (1 - _DECAYS[1]) * (slope**2 - square)
            size = np.sqrt(square / (1 - _DECAYS[1] ** step)) + 1e-8
            parameter -= _RATE * mean / (1 - _DECAYS[0] ** step) / size
    return Metric(parameters[0], parameters[1])


def _slopes(question: Question, inward: Floats, outward: Floats, sharpness: Floats) -> tuple[Floats, Floats, Floats]:
    """Of the mean loss of a question, by `inward`, `outward` and the logarithm of the sharpness."""
    sides = [_Turned.of(rows, inward, outward) for rows in (question.asked, question.offered)]
    cosines = sides[0].units @ sides[1].units.T
    scores = cosines * np.exp(sharpness)
    share = np.exp(scores - scores.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    share[np.arange(len(share)), question.right] -= 1
    share *= np.exp(sharpness) / len(share)
    by_asked = sides[0].slopes(share @ sides[1].units, inward, outward)
    by_offered = sides[1].slopes(share.T @ sides[0].units, inward, outward)
    return by_asked[0] + by_offered[0], by_asked[1] + by_offered[1], np.sum(share * cosines)


@dataclass(frozen=True)
class _Turned:
    """Rows (m, dim), their products with `inward` (m, rank), and what they become, at its length and at length one."""

    rows: Floats
    inner: Floats
    lengths: Floats
    units: Floats

    @classmethod
    def of(cls, rows: Floats, inward: Floats, outward: Floats) -> _Turned:
        inner = rows @ inward
        turned = rows + inner @ outward.T
        lengths = np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-6)
        return cls(rows, inner, lengths, turned / lengths)

    def slopes(self, by_units: Floats, inward: Floats, outward: Floats) -> tuple[Floats, Floats]:
        """What a loss changes with `inward` and `outward`, from what it changes with the unit rows."""
        along = np.sum(by_units * self.units, axis=1, keepdims=True)
        by_turned = (by_units - along * self.units) / self.lengths
        return self.rows.T @ (by_turned @ outward), by_turned.T @ self.inner
