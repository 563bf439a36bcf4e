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

    def at_edge(self, i: Ints, j: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether the boundaries (i, j) lie on the band's lower and on its upper edge, where more lies beyond."""
        return (j <= self.low[i]) & (j > 0), (j >= self.high[i]) & (j < self.high[-1])

    def widened(self, low_rows: Ints, high_rows: Ints, by: int) -> Band:
        """The band let out by so many boundaries beyond its lower edge at some rows, beyond its upper edge at others.

        The rows within `by` of them are let out as well, and what else it takes that neither edge falls.
        """
        low, high = self.low.copy(), self.high.copy()
        near_low, near_high = (_within(rows, self.rows, by) for rows in (low_rows, high_rows))
        low[near_low] = np.maximum(low[near_low] - by, 0)
        high[near_high] = np.minimum(high[near_high] + by, self.high[-1])
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


def _within(rows: Ints, count: int, reach: int) -> NDArray[np.bool_]:
    """(count,): whether one of `rows` is so near."""
    near = np.zeros(count + 1, np.int64)
    np.add.at(near, np.maximum(rows - reach, 0), 1)
    np.add.at(near, np.minimum(rows + reach + 1, count), -1)
    return np.cumsum(near[:-1]) > 0
