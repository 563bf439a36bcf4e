"""The first stage: sums over every bead in the band with the cheap features, to keep the dozen that may matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from align.lattice.banded import Banded
from align.lattice.beads import Beads
from align.lattice.evidence import Evidence
from align.lattice.features import COARSE, coarse_features, shape_scores
from align.lattice.lookup import Doubles, Floats, Ints, scaled

_CHUNK = 1 << 18  # candidate beads scored at a time


def prune(evidence: Evidence, weights: Doubles, keep: float) -> tuple[Beads, tuple[float, float]]:
    """The beads whose coarse posterior is `keep` or more, and the rates that `all_features` takes.

    `weights` (len(COARSE),) of the coarse features.

    Raises:
        ValueError: vectors with infinities or nan in them.
    """
    return _sweep(evidence, _pair_scores(evidence, weights), *_null_scores(evidence, weights), keep)


def _pair_scores(evidence: Evidence, weights: Doubles) -> Doubles:
    """Scores (shapes, cells + 1) of the beads that end before each cell of the band, -inf where none does.

    Shapes are in the order of `evidence.similarity`; the last column is a cell that is nowhere.
    """
    every_i, every_j = evidence.similarity[1, 1].cells()
    shapes = list(evidence.similarity)
    scores = np.full((len(shapes), len(every_i) + 1), -np.inf)
    for at in range(0, len(every_i), _CHUNK):
        i1, j1 = every_i[at : at + _CHUNK], every_j[at : at + _CHUNK]
        tables = (_sums(table, shapes, i1, j1) for table in (evidence.forward, evidence.backward))
        for row, (a, b), *covered in zip(scores, shapes, *tables, strict=True):
            cells = np.flatnonzero((i1 >= a) & (j1 >= b))
            cells = cells[evidence.band.holds(i1[cells] - a, j1[cells] - b)]
            if len(cells):
                beads = Beads(i1[cells] - a, i1[cells], j1[cells] - b, j1[cells])
                here = scaled(evidence, evidence.similarity[a, b].values[at + cells])
                forward, backward = (sums[cells] for sums in covered)
                row[at + cells] = shape_scores(evidence, beads, here, (forward, backward), weights)
    return scores


def _sums(table: Banded, shapes: Sequence[tuple[int, int]], i1: Ints, j1: Ints) -> Iterator[Floats]:
    """Sums (cells,) of a table of sentence pairs over the beads of each shape that end before (i1, j1), where such fit.

    `shapes` come by the source sentences first, so that each adds a row of sentences to a shape before it.
    """
    sums: dict[int, Floats] = {}
    for a, b in shapes:
        if b == 1:
            row = np.zeros(len(i1), np.float32)
        row = row + table.at(np.maximum(i1 - a, 0), j1 - b)
        sums[b] = sums[b] + row if b in sums else row
        yield sums[b]


def _null_scores(evidence: Evidence, weights: Doubles) -> tuple[Doubles, Doubles]:
    """Scores of every sentence's null, source and target."""
    every_s, every_t = np.arange(len(evidence.source)), np.arange(len(evidence.target))
    zero_s, zero_t = np.zeros_like(every_s), np.zeros_like(every_t)
    nulls_s = coarse_features(evidence, Beads(every_s, every_s + 1, zero_s, zero_s)) @ weights
    nulls_t = coarse_features(evidence, Beads(zero_t, zero_t, every_t, every_t + 1)) @ weights
    return nulls_s, nulls_t


def _sweep(
    evidence: Evidence, scores: Doubles, nulls_s: Doubles, nulls_t: Doubles, keep: float
) -> tuple[Beads, tuple[float, float]]:
    """Forward and backward over the rows of the band, all beads of a row at a time."""
    n, m = len(evidence.source), len(evidence.target)
    low, high, starts = evidence.band.low, evidence.band.high, evidence.similarity[1, 1].starts
    nowhere = int(starts[-1])
    a, b = np.array(list(evidence.similarity)).T
    shape = np.arange(len(a))[:, None]
    running = np.concatenate([[0.0], np.cumsum(nulls_t)])  # a run of target nulls is a difference of these

    def cells(i: int, di: Ints, dj: Ints) -> Ints:
        """For every d the cells at (i + di, j + dj) of all j in row i, `nowhere` beyond the band: (d, width)."""
        there = (i + di >= 0) & (i + di <= n)
        rows = np.where(there, i + di, i)[:, None]
        j = np.arange(low[i], high[i] + 1) + dj[:, None]
        inside = there[:, None] & (low[rows] <= j) & (j <= high[rows])
        return np.where(inside, starts[rows] + j - low[rows], nowhere)

    # Two states suffice here: after a target null no source null may come.
    free, after, either = np.full((3, nowhere + 1), -np.inf)
    for i in range(n + 1):
        row = slice(starts[i], starts[i + 1])
        terms = scores[:, row] + either[cells(i, -a, -b)]
        if i:
            terms = np.concatenate([terms, nulls_s[i - 1] + free[cells(i, -_ONE, 0 * _ONE)]])
        free[row] = _log_sum(terms)
        if i == 0:
            free[0] = 0.0
        reach = running[low[i] : high[i] + 1]
        after[row][1:] = np.logaddexp.accumulate(free[row] - reach)[:-1] + reach[1:]
        either[row] = np.logaddexp(free[row], after[row])
    total = either[nowhere - 1]
    if not np.isfinite(total):
        raise ValueError("the scores of the beads are no numbers; are the vectors?")

    back_free, back_after = np.full((2, nowhere + 1), -np.inf)
    found: list[tuple[Ints, Ints, Ints, Ints]] = []
    lone_s, lone_t = np.zeros(n), np.zeros(m)
    limit = np.log(keep)
    single = several = 0.0
    for i in range(n, -1, -1):
        row = slice(starts[i], starts[i + 1])
        ahead = cells(i, a, b)
        onward = scores[shape, ahead] + back_free[ahead]
        share = either[row] - total + onward
        kind, hit = np.nonzero(share >= limit)
        found.append((np.full(len(hit), i), i + a[kind], low[i] + hit, low[i] + hit + b[kind]))
        mass = np.exp(share[kind, hit])
        single += float(mass[a[kind] + b[kind] == 2].sum())
        several += float(mass[a[kind] + b[kind] > 2].sum())
        pair = _log_sum(onward)
        if i == n:
            pair[-1] = 0.0
        reach = running[low[i] : high[i] + 1]
        # back_after[c] = logaddexp(pair[c], null[c] + back_after[c + 1]), from the right.
        back_after[row] = np.logaddexp.accumulate((pair + reach)[::-1])[::-1] - reach
        back_free[row] = pair
        if i < n:
            source_null = nulls_s[i] + back_free[cells(i, _ONE, 0 * _ONE)[0]]
            back_free[row] = np.logaddexp(pair, source_null)
            share = free[row] - total + source_null
            hit = np.flatnonzero(share >= limit)
            found.append((np.full(len(hit), i), np.full(len(hit), i + 1), low[i] + hit, low[i] + hit))
            lone_s[i] = np.exp(share).sum()
        target_null = np.diff(reach) + back_after[row][1:]
        back_free[row][:-1] = np.logaddexp(back_free[row][:-1], target_null)
        share = either[row][:-1] - total + target_null
        hit = np.flatnonzero(share >= limit)
        found.append((np.full(len(hit), i), np.full(len(hit), i), low[i] + hit, low[i] + hit + 1))
        lone_t[low[i] : high[i]] += np.exp(share)
    parts = [np.concatenate(column).astype(np.int64) for column in zip(*found, strict=True)]
    rate = float((lone_s.sum() + lone_t.sum()) / max(1, n + m))
    return Beads(*parts), (rate, several / max(single + several, 1e-9))


_ONE = np.ones(1, np.int64)


def _log_sum(rows: Doubles) -> Doubles:
    """The log of the sum over the first axis of what `rows` are logs of."""
    top = np.maximum(rows.max(axis=0), -1e300)  # finite, so that rows of nothing give -inf and not nan
    with np.errstate(divide="ignore"):
        return top + np.log(np.exp(rows - top).sum(axis=0))


START_WEIGHTS = dict(zip(COARSE, np.zeros(len(COARSE)), strict=True)) | {
    "similarity": 5.0, "similarity x extra": 1.0, "coverage source": 3.0, "coverage target": 3.0,
    "length": -1.0, "length squared": -0.7, "null": 2.0, "null best": -1.0, "null coverage": -1.5,
    "boilerplate sure": -2.0, "null boilerplate": 1.0, "null sure": 1.0,
    "shape 1-1": 0.0, "shape 1-2": -3.5, "shape 2-2": -5.5, "shape 1-3": -5.5, "shape 2-3": -8.0,
    "shape 1-4": -7.5, "shape 1-5": -9.0, "shape 2-4": -9.5, "shape 3-3": -9.5, "shape 1-6": -10.0,
    "shape 2-5": -11.0, "shape 3-4": -11.0, "shape larger": -12.0,
}  # fmt: skip
