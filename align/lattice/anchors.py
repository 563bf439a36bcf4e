"""Anchors: pairs of sentences that surely belong together, found without looking at every pair of a long document.

Up to a few thousand sentences every sentence is compared with every one of the other side. Beyond, the documents are
first compared by the block, 32 sentences as one mean vector, or blocks of blocks where there are too many of those;
then sentences only near the path of the blocks. The work grows with the document and not with its square.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Pair = tuple[int, int]

_WHOLE = 4096 * 4096  # pairs of rows up to which all are compared
_POOL = 16  # rows from one block to the next, which overlap by half: so any two texts have blocks that nearly agree
_SLACK = 3  # blocks around the path of the blocks in which sentences are compared
_STRETCH = 128  # blocks of both sides without an anchor through which their path runs straight
_NEAR, _DRIFT = 4, 2  # how far a block's anchor may be from the next that supports it, along the path and off it
_BEST = 4
_ROWS = 512


def find_anchors(a: Floats, b: Floats) -> list[Pair]:
    """Pairs (i, j) of rows of `a` (n, dim) and `b` (m, dim), unit vectors, that rise on both sides.

    Rows that are each other's nearest neighbour, the heaviest chain of them.
    """
    return heaviest_chain(mutual_neighbours(a, b, corridor(a, b)))


@dataclass(frozen=True)
class Corridor:
    """Row i of the one side is compared with the rows low[i] to before high[i] of the other; neither ever falls."""

    low: Ints
    high: Ints

    @classmethod
    def whole(cls, n: int, m: int) -> Corridor:
        return cls(np.zeros(n, np.int64), np.full(n, m, np.int64))


def corridor(a: Floats, b: Floats) -> Corridor:
    """What to compare: everything, or what lies near the path of blocks."""
    n, m = len(a), len(b)
    if n * m <= _WHOLE:
        return Corridor.whole(n, m)
    blocks_a, blocks_b = _pooled(a), _pooled(b)
    path = _supported(find_anchors(blocks_a, blocks_b))
    low, high = around(path, len(blocks_a), len(blocks_b), _SLACK, _STRETCH)
    block = np.arange(n) // _POOL
    return Corridor(low[block] * _POOL, np.minimum(high[block + 1] * _POOL, m))


def around(chain: list[Pair], n: int, m: int, radius: int, stretch: int) -> tuple[Ints, Ints]:
    """The lowest and highest boundary of the one side (n + 1,) that a path near the chain passes at each of the other.

    `radius` rows to either side of an anchor, and everything between two anchors; through more than `stretch` rows of
    both sides without an anchor it runs straight.
    """
    low, high = np.empty(n + 1, np.int64), np.empty(n + 1, np.int64)
    xs, ys = zip(*_bridged([(-1, -1), *chain, (n, m)], stretch), strict=True)
    for i in range(n + 1):
        before = bisect_left(xs, i - radius) - 1
        after = bisect_left(xs, i + radius)
        low[i] = ys[max(before, 0)] + 1 - radius
        high[i] = ys[min(after, len(ys) - 1)] + radius
    low, high = low.clip(0, m), high.clip(0, m)
    low[0], high[-1] = 0, m
    return np.maximum.accumulate(low), np.maximum.accumulate(high)


def _bridged(points: list[Pair], stretch: int) -> list[Pair]:
    """The points, with more of them on the line between any two that are far apart on both sides."""
    bridged = []
    for (x, y), (after_x, after_y) in pairwise(points):
        spans = min(after_x - x, after_y - y) // stretch + 1
        bridged += [(x + (after_x - x) * k // spans, y + (after_y - y) * k // spans) for k in range(spans)]
    return [*bridged, points[-1]]


def _pooled(rows: Floats) -> Floats:
    """Unit vectors (blocks, dim) of the means of 2 x `_POOL` rows, one every `_POOL`, less the mean of all."""
    starts = np.arange(0, len(rows), _POOL)
    halves = np.add.reduceat(rows, starts, axis=0, dtype=np.float32)
    counts = np.diff(starts, append=len(rows)).astype(np.float32)[:, None]
    mean = halves.sum(axis=0) / len(rows)
    halves[:-1] += halves[1:]
    counts[:-1] += counts[1:]
    means = halves / counts - mean
    return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)


def _supported(chain: list[Pair]) -> list[Pair]:
    """The anchors of blocks beside which another runs about parallel: a lone one may be chance, and would mislead."""
    beside = [
        after[0] - before[0] <= _NEAR and abs(after[0] - before[0] - after[1] + before[1]) <= _DRIFT
        for before, after in pairwise(chain)
    ]
    return [pair for at, pair in enumerate(chain) if any(beside[max(at - 1, 0) : at + 1])]


def mutual_neighbours(a: Floats, b: Floats, where: Corridor | None = None) -> list[tuple[int, int, float]]:
    """Pairs (i, j, margin) of rows that are each other's nearest by margin, `where` they are compared.

    The margin is twice the cosine less the mean of each side's four best (CSLS, Conneau et al. 2018).
    """
    n, m = len(a), len(b)
    if not n or not m:
        return []
    where = where or Corridor.whole(n, m)
    mean_a = np.empty(n, np.float32)
    top_b = np.full((min(_BEST, n), m), -np.inf, np.float32)  # the best cosines of every column so far
    best_b, margin_b = np.zeros(m, np.int64), np.full(m, -np.inf, np.float32)
    for rows, columns, sims in _products(a, b, where):
        mean_a[rows] = _mean_of_finite(_largest(sims, _BEST, axis=1), axis=1)
        top_b[:, columns] = _largest(np.concatenate([top_b[:, columns], sims]), len(top_b), axis=0)
        margins = 2 * sims - mean_a[rows, None]
        best = margins.argmax(axis=0)
        value = margins[best, np.arange(margins.shape[1])]
        better = value > margin_b[columns]
        margin_b[columns] = np.where(better, value, margin_b[columns])
        best_b[columns] = np.where(better, best + rows.start, best_b[columns])
    mean_b = _mean_of_finite(top_b, axis=0)
    pairs = []
    for rows, columns, sims in _products(a, b, where):
        margins = 2 * sims - mean_b[columns]
        best = margins.argmax(axis=1)
        for i, j in enumerate(best.tolist()):
            if best_b[columns.start + j] == rows.start + i:
                margin = float(margins[i, j] - mean_a[rows.start + i])
                pairs.append((rows.start + i, columns.start + j, margin))
    return pairs


def _products(a: Floats, b: Floats, where: Corridor) -> Iterator[tuple[slice, slice, Floats]]:
    """Cosines by blocks of rows and the range of columns that they reach; -inf where they are not compared."""
    for first in range(0, len(a), _ROWS):
        rows = slice(first, min(first + _ROWS, len(a)))
        low, high = where.low[rows, None], where.high[rows, None]
        columns = slice(int(low.min()), int(high.max()))
        sims = a[rows] @ b[columns].T
        at = np.arange(columns.start, columns.stop)
        if low.max() > columns.start or high.min() < columns.stop:
            sims[(at < low) | (at >= high)] = -np.inf
        yield rows, columns, sims


def _largest(values: Floats, count: int, axis: int) -> Floats:
    """The `count` largest along an axis, or all."""
    size = values.shape[axis]
    count = min(count, size)
    return np.take(np.partition(values, size - count, axis=axis), np.arange(size - count, size), axis=axis)


def _mean_of_finite(values: Floats, axis: int) -> Floats:
    known = np.isfinite(values)
    return np.where(known, values, 0).sum(axis=axis) / np.maximum(known.sum(axis=axis), 1)


def heaviest_chain(pairs: list[tuple[int, int, float]]) -> list[Pair]:
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
