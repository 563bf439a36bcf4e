"""Which concatenations are worth sending through an encoder that gives one vector per text.

Such an encoder's spans of several sentences are first composed of the vectors of single ones (`encode.black_box`).
That is near enough to tell most beads: a first look weighs them all, and only the spans of beads that may be right are
encoded. With these the picture changes, so there are a few looks, each with its part of what may be spent. Bertalign
(Liu and Zhu 2022) encodes every span of up to four sentences, ten times the document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from align.encode.protocol import Span
from align.lattice.beads import Beads

LEAST = 0.02
"""Probability from which a bead's spans are encoded. At 0.05 right beads stay lost; at 0.005 the budget goes on beads
that will not be chosen (docs/encoders.md)."""

BUDGET = 0.4
"""Most characters to encode again, as a share of those of both documents: from 0.3 to 0.5 they differ by chance
(docs/encoders.md). Long documents are aligned in stretches that overlap by a tenth, so all in all it is
never more than 1.5 times the documents."""

ROUNDS = 2
"""Looks, each with its part of the budget. A third gained or lost a bead or two of a thousand (docs/encoders.md)."""


@dataclass(slots=True)
class Choice:
    """What has been chosen to encode so far.

    `lengths` are the characters of every sentence of either side, with what joins it to the next.
    """

    lengths: tuple[Sequence[int], Sequence[int]]
    spent: int = 0
    known: set[tuple[int, Span]] = field(default_factory=set)

    def more(self, beads: Beads, probability: NDArray[np.float64], share: float) -> tuple[list[Span], list[Span]]:
        """Further spans of either side that decide between beads, the most uncertain first.

        `probability` (b,) is that of each bead. All that was ever chosen stays within `share` of the characters.
        """
        before = [np.concatenate([[0], np.cumsum(side)]) for side in self.lengths]
        limit = share * sum(int(sums[-1]) for sums in before)
        chosen: tuple[list[Span], list[Span]] = [], []
        for side, span in _by_doubt(beads, probability):
            cost = int(before[side][span[1] + 1] - before[side][span[0]])
            if (side, span) not in self.known and self.spent + cost <= limit:
                self.spent += cost
                self.known.add((side, span))
                chosen[side].append(span)
        return chosen


def _by_doubt(beads: Beads, probability: NDArray[np.float64]) -> list[tuple[int, Span]]:
    """Sides and spans of several sentences of the beads that may be right, highest doubt first.

    A span's doubt is the summed variance, p (1 - p), of the beads that hold it.
    """
    doubt: dict[tuple[int, Span], float] = {}
    for k in np.flatnonzero(probability >= LEAST).tolist():
        for side, (first, end) in enumerate(((beads.i0, beads.i1), (beads.j0, beads.j1))):
            span = int(first[k]), int(end[k]) - 1
            if span[0] < span[1]:
                p = float(probability[k])
                doubt[side, span] = doubt.get((side, span), 0.0) + p * (1 - p)
    return sorted(doubt, key=lambda key: (-doubt[key], key))
