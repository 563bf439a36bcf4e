"""The search space: for every source boundary, the range of target boundaries the path may pass."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from align.lattice.side import Side

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

FULL = 160 * 160  # up to this many cells, look everywhere
_RADIUS = 12  # sentences the band reaches beyond its anchors
_STRETCH = 512  # sentences of both sides without an anchor through which it runs straight, to bound its memory
_BLOCK = 512


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

    def holds(self, i: Ints, j: Ints) -> NDArray[np.bool_]:
        return (j >= self.low[i]) & (j <= self.high[i])


def find_band(source: Side, target: Side, radius: int = _RADIUS) -> tuple[Band, list[tuple[int, int]]]:
    """The band and the anchors (pairs of sentences) it hangs on.

    Anchors are sentences that are each other's nearest neighbour, the heaviest chain of them that rises on both
    sides. Between two anchors everything is in the band, so an inserted block widens it by itself. Where nothing is
    like anything else for hundreds of sentences on both sides, it runs straight.
    """
    n, m = len(source), len(target)
    pairs = mutual_neighbours(source.spans[0], target.spans[0])
    chain = _chain(pairs)
    if (n + 1) * (m + 1) <= FULL:
        return Band(np.zeros(n + 1, np.int64), np.full(n + 1, m, np.int64)), chain
    low, high = np.empty(n + 1, np.int64), np.empty(n + 1, np.int64)
    xs, ys = zip(*_bridged([(-1, -1), *chain, (n, m)]), strict=True)
    for i in range(n + 1):
        before = bisect_left(xs, i - radius) - 1
        after = bisect_left(xs, i + radius)
        low[i] = ys[max(before, 0)] + 1 - radius
        high[i] = ys[min(after, len(ys) - 1)] + radius
    low, high = low.clip(0, m), high.clip(0, m)
    low[0], high[-1] = 0, m
    return Band(np.maximum.accumulate(low), np.maximum.accumulate(high)), chain


def _bridged(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The points, with more of them on the line between any two that are far apart on both sides."""
    bridged = []
    for (x, y), (after_x, after_y) in pairwise(points):
        spans = min(after_x - x, after_y - y) // _STRETCH + 1
        bridged += [(x + (after_x - x) * k // spans, y + (after_y - y) * k // spans) for k in range(spans)]
    return [*bridged, points[-1]]


def mutual_neighbours(a: Floats, b: Floats, k: int = 4) -> list[tuple[int, int, float]]:
    """Pairs (i, j, margin) of rows that are each other's nearest by margin.

    The margin is twice the cosine less the mean of each side's k best (CSLS, Conneau et al. 2018).
    """
    n, m = len(a), len(b)
    if not n or not m:
        return []
    k_a, k_b = min(k, m), min(k, n)
    mean_a = np.empty(n, np.float32)
    for r in range(0, n, _BLOCK):
        sims = a[r : r + _BLOCK] @ b.T
        mean_a[r : r + _BLOCK] = np.partition(sims, m - k_a, axis=1)[:, m - k_a :].mean(axis=1)
    mean_b = np.empty(m, np.float32)
    best_b = np.empty(m, np.int64)
    for c in range(0, m, _BLOCK):
        sims = a @ b[c : c + _BLOCK].T
        mean_b[c : c + _BLOCK] = np.partition(sims, n - k_b, axis=0)[n - k_b :].mean(axis=0)
        best_b[c : c + _BLOCK] = (2 * sims - mean_a[:, None]).argmax(axis=0)
    pairs = []
    for r in range(0, n, _BLOCK):
        margins = 2 * (a[r : r + _BLOCK] @ b.T) - mean_b
        best = margins.argmax(axis=1)
        for i, j in enumerate(best.tolist(), start=r):
            if best_b[j] == i:
                pairs.append((i, j, float(margins[i - r, j] - mean_a[i])))
    return pairs


def _chain(pairs: list[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """The heaviest chain of pairs that rises on both sides; only pairs whose margin is above nought count."""
    pairs = [p for p in pairs if p[2] > 0]
    best: list[tuple[float, int]] = []  # per pair: weight of the heaviest chain that ends there, and its predecessor
    # Chains that end at target j, kept as a staircase: a larger j must carry a larger weight.
    stairs_j: list[int] = []
    stairs: list[tuple[float, int]] = []
    for at, (_, j, margin) in enumerate(pairs):
        place = bisect_left(stairs_j, j)
        weight, before = stairs[place - 1] if place else (0.0, -1)
        weight += margin
        best.append((weight, before))
        if place < len(stairs_j) and stairs_j[place] == j and stairs[place][0] >= weight:
            continue
        stairs_j.insert(place, j)
        stairs.insert(place, (weight, at))
        beyond = place + 1
        while beyond < len(stairs_j) and stairs[beyond][0] <= weight:
            beyond += 1
        del stairs_j[place + 1 : beyond], stairs[place + 1 : beyond]
    if not stairs:
        return []
    at, chain = stairs[-1][1], []
    while at >= 0:
        chain.append(pairs[at][:2])
        at = best[at][1]
    return chain[::-1]
