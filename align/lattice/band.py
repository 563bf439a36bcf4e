"""The search space: for every source boundary, the range of target boundaries the path may pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.lattice.anchors import Pair, around, find_anchors
from align.lattice.side import Side

Ints = NDArray[np.int64]

FULL = 160 * 160  # up to this many cells, look everywhere
RADIUS = 12  # sentences the band reaches beyond its anchors
_STRETCH = 512  # sentences of both sides without an anchor through which it runs straight, to bound its memory


@dataclass(frozen=True)
class Band:
    """Row i (0 to n) holds the target boundaries low[i] to high[i], both included; neither ever falls."""

    low: Ints
    high: Ints

    @property
    def rows(self) -> int:
        return len(self.low)

    @property
    def width(self) -> int:
        return int((self.high - self.low).max()) + 1

    @property
    def cells(self) -> int:
        return int((self.high - self.low + 1).sum())

    def holds(self, i: Ints, j: Ints) -> NDArray[np.bool_]:
        return (j >= self.low[i]) & (j <= self.high[i])

    def at_edge(self, i: Ints, j: Ints) -> NDArray[np.bool_]:
        """Whether a boundary next to (i, j) on either side or both lies outside, and not beyond the documents."""
        n, m = self.rows - 1, self.high[-1]
        around = [(-1, -1), (-1, 0), (0, -1), (0, 1), (1, 0), (1, 1)]
        outside = np.zeros(len(i), bool)
        for di, dj in around:
            x, y = i + di, j + dj
            there = (x >= 0) & (x <= n) & (y >= 0) & (y <= m)
            outside |= there & ~self.holds(np.where(there, x, 0), y)
        return outside

    def widened(self, i: Ints, j: Ints, by: int) -> Band:
        """The band let out so far around the boundaries (i, j), and what else it takes that neither edge falls."""
        low, high = self.low.copy(), self.high.copy()
        for row, column in zip(i.tolist(), j.tolist(), strict=True):
            near = slice(max(row - by, 0), row + by + 1)
            low[near] = np.minimum(low[near], max(column - by, 0))
            high[near] = np.maximum(high[near], min(column + by, high[-1]))
        return Band(np.minimum.accumulate(low[::-1])[::-1], np.maximum.accumulate(high))


def find_band(source: Side, target: Side, radius: int = RADIUS) -> tuple[Band, list[Pair]]:
    """The band and the anchors (pairs of sentences) it hangs on.

    Between two anchors everything is in the band, so an inserted block widens it by itself. Where nothing is like
    anything else for hundreds of sentences on both sides, it runs straight.
    """
    n, m = len(source), len(target)
    chain = find_anchors(source.spans[0], target.spans[0])
    if (n + 1) * (m + 1) <= FULL:
        return Band(np.zeros(n + 1, np.int64), np.full(n + 1, m, np.int64)), chain
    return Band(*around(chain, n, m, radius, _STRETCH)), chain
