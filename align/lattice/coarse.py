"""The first stage: sums over every bead in the band with the cheap features, to keep the dozen that may matter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from align.lattice.evidence import Evidence
from align.lattice.features import COARSE, Beads, coarse_features

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

_CHUNK = 1 << 18  # candidate beads scored at a time


def prune(evidence: Evidence, weights: Doubles, keep: float) -> tuple[Beads, tuple[float, float]]:
    """The beads whose coarse posterior is `keep` or more, and the rates that `all_features` takes.

    `weights` (len(COARSE),) of the coarse features.
    """
    scores, nulls_s, nulls_t = _scores(evidence, weights)
    return _sweep(evidence, scores, nulls_s, nulls_t, keep)


def _scores(evidence: Evidence, weights: Doubles) -> tuple[dict[tuple[int, int], Doubles], Doubles, Doubles]:
    """Per bead shape a table (rows, width) of scores of the beads that end before (i, j); nulls per sentence."""
    band = evidence.band
    n, m = len(evidence.source), len(evidence.target)
    tables = {}
    columns = np.arange(band.width)
    j1_all = band.low[:, None] + columns
    inside = columns <= (band.high - band.low)[:, None]
    for a, b in evidence.similarity:
        table = np.full((band.rows, band.width), -np.inf)
        i1, column = np.nonzero(inside)
        j1 = j1_all[i1, column]
        fits = (i1 >= a) & (j1 >= b)
        fits[fits] = band.holds(i1[fits] - a, j1[fits] - b)
        i1, j1, column = i1[fits], j1[fits], column[fits]
        for at in range(0, len(i1), _CHUNK):
            rows = slice(at, at + _CHUNK)
            beads = Beads(i1[rows] - a, i1[rows], j1[rows] - b, j1[rows])
            table[i1[rows], column[rows]] = coarse_features(evidence, beads) @ weights
        tables[a, b] = table
    every_s, every_t = np.arange(n), np.arange(m)
    zero_s, zero_t = np.zeros(n, np.int64), np.zeros(m, np.int64)
    nulls_s = coarse_features(evidence, Beads(every_s, every_s + 1, zero_s, zero_s)) @ weights
    nulls_t = coarse_features(evidence, Beads(zero_t, zero_t, every_t, every_t + 1)) @ weights
    return tables, nulls_s, nulls_t


def _sweep(evidence, scores, nulls_s: Doubles, nulls_t: Doubles, keep: float) -> tuple[Beads, tuple[float, float]]:
    band = evidence.band
    n, m, width = len(evidence.source), len(evidence.target), band.width
    low = band.low
    running = np.concatenate([[0.0], np.cumsum(nulls_t)])  # a run of target nulls is a difference of these
    padded = np.concatenate([running, np.full(width, running[-1])])
    shapes = list(scores)

    def shifted(row: Doubles, shift: int, fill: float = -np.inf) -> Doubles:
        """row[c + shift] for every column c, `fill` beyond the ends."""
        out = np.full(width, fill)
        first, last = max(0, -shift), min(width, width - shift)
        if first < last:
            out[first:last] = row[first + shift : last + shift]
        return out

    # Two states suffice here: after a target null no source null may come.
    free = np.full((n + 1, width), -np.inf)
    after = np.full((n + 1, width), -np.inf)
    for i in range(n + 1):
        terms = [
            scores[a, b][i] + shifted(np.logaddexp(free[i - a], after[i - a]), int(low[i] - b - low[i - a]))
            for a, b in shapes
            if a <= i
        ]
        if i:
            terms.append(nulls_s[i - 1] + shifted(free[i - 1], int(low[i] - low[i - 1])))
        row = np.logaddexp.reduce(terms, axis=0) if terms else np.full(width, -np.inf)
        if i == 0:
            row[0] = 0.0
        row[np.arange(width) > band.high[i] - low[i]] = -np.inf
        free[i] = row
        reach = padded[low[i] : low[i] + width]
        after[i, 1:] = np.logaddexp.accumulate(row - reach)[:-1] + reach[1:]
        after[i, np.arange(width) > band.high[i] - low[i]] = -np.inf
    total = np.logaddexp(free[n, m - low[n]], after[n, m - low[n]])

    back_free = np.full((n + 1, width), -np.inf)
    back_after = np.full((n + 1, width), -np.inf)
    found: list[tuple[NDArray, ...]] = []
    lone_s, lone_t = np.zeros(n), np.zeros(m)
    limit = np.log(keep)
    single = several = 0.0
    for i in range(n, -1, -1):
        columns = np.arange(width)
        valid = columns <= band.high[i] - low[i]
        terms = []
        starts = np.logaddexp(free[i], after[i]) - total
        for a, b in shapes:
            if i + a > n:
                continue
            shift = int(low[i] + b - low[i + a])
            onward = shifted(scores[a, b][i + a] + back_free[i + a], shift)
            terms.append(onward)
            share = starts + onward
            hit = np.flatnonzero((share >= limit) & valid)
            mass = float(np.exp(share[hit]).sum())
            single, several = (single + mass, several) if a + b == 2 else (single, several + mass)
            if len(hit):
                found.append((np.full(len(hit), i), np.full(len(hit), i + a), low[i] + hit, low[i] + hit + b))
        pair = np.logaddexp.reduce(terms, axis=0) if terms else np.full(width, -np.inf)
        if i == n:
            pair[m - low[n]] = 0.0
        pair[~valid] = -np.inf
        reach = padded[low[i] : low[i] + width]
        # back_after[c] = logaddexp(pair[c], null[c] + back_after[c + 1]), from the right.
        run = np.logaddexp.accumulate((pair + reach)[::-1])[::-1]
        back_after[i] = np.where(valid, run - reach, -np.inf)
        row = pair
        if i < n:
            source_null = nulls_s[i] + shifted(back_free[i + 1], int(low[i] - low[i + 1]))
            row = np.logaddexp(row, source_null)
            share = free[i] - total + source_null
            hit = np.flatnonzero((share >= limit) & valid)
            found.append((np.full(len(hit), i), np.full(len(hit), i + 1), low[i] + hit, low[i] + hit))
            lone_s[i] = np.exp(share[valid]).sum()
        step = np.full(width, -np.inf)
        step[:-1] = np.diff(reach) + back_after[i, 1:]
        back_free[i] = np.where(valid, np.logaddexp(row, step), -np.inf)
        share = starts + step
        hit = np.flatnonzero((share >= limit) & valid & (low[i] + columns < m))
        found.append((np.full(len(hit), i), np.full(len(hit), i), low[i] + hit, low[i] + hit + 1))
        lone_t[low[i] + hit] += np.exp(share[hit])
    parts = [np.concatenate(column).astype(np.int64) for column in zip(*found, strict=True)]
    rate = float((lone_s.sum() + lone_t.sum()) / max(1, n + m))
    return Beads(*parts), (rate, several / max(single + several, 1e-9))


START_WEIGHTS = dict(zip(COARSE, np.zeros(len(COARSE)), strict=True)) | {
    "similarity": 5.0, "similarity x extra": 1.0, "coverage source": 3.0, "coverage target": 3.0,
    "length": -1.0, "length squared": -0.7, "null": 2.0, "null best": -1.0, "null coverage": -1.5,
    "shape 1-1": 0.0, "shape 1-2": -3.5, "shape 2-2": -5.5, "shape 1-3": -5.5, "shape 2-3": -8.0,
    "shape 1-4": -7.5, "shape 1-5": -9.0, "shape 2-4": -9.5, "shape 3-3": -9.5, "shape 1-6": -10.0,
    "shape 2-5": -11.0, "shape 3-4": -11.0, "shape larger": -12.0,
}  # fmt: skip
