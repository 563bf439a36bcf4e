"""Which concatenations are worth sending through an encoder that gives one vector per text.

Such an encoder's spans of several sentences are first composed of the vectors of single ones (`encode.black_box`).
That is near enough to tell most beads: a first look weighs them all, and only the spans of beads that may be right are
encoded. Bertalign (Liu and Zhu 2022) encodes every span of up to four sentences, ten times the document.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.encode.protocol import Span
from align.lattice.beads import Beads

LEAST = 0.005
"""Probability from which a bead's spans are encoded. At 0.02 some beads of free translation stay lost; below 0.001
more is encoded and nothing gained (docs/encoders.md)."""

BUDGET = 1.0
"""Most characters to encode again, as a share of those of both documents."""


def spans_to_encode(
    beads: Beads, probability: NDArray[np.float64], lengths: tuple[Sequence[int], Sequence[int]]
) -> tuple[list[Span], list[Span]]:
    """The spans of either side that decide between beads, the most uncertain first until the budget is spent.

    `probability` (b,) is that of each bead, `lengths` the characters of every sentence of either side, with what joins
    it to the next.
    """
    before = [np.concatenate([[0], np.cumsum(side)]) for side in lengths]
    budget = BUDGET * sum(int(sums[-1]) for sums in before)
    chosen: tuple[list[Span], list[Span]] = [], []
    for _, side, span in _by_doubt(beads, probability):
        cost = int(before[side][span[1] + 1] - before[side][span[0]])
        if cost <= budget:
            budget -= cost
            chosen[side].append(span)
    return chosen


def _by_doubt(beads: Beads, probability: NDArray[np.float64]) -> list[tuple[float, int, Span]]:
    """Spans of several sentences of the beads that may be right, with their doubt and side, highest doubt first.

    A span's doubt is the summed variance, p (1 - p), of the beads that hold it.
    """
    doubt: dict[tuple[int, Span], float] = {}
    for k in np.flatnonzero(probability >= LEAST).tolist():
        for side, (first, end) in enumerate(((beads.i0, beads.i1), (beads.j0, beads.j1))):
            span = int(first[k]), int(end[k]) - 1
            if span[0] < span[1]:
                p = float(probability[k])
                doubt[side, span] = doubt.get((side, span), 0.0) + p * (1 - p)
    return sorted(((value, *key) for key, value in doubt.items()), key=lambda item: (-item[0], *item[1:]))
