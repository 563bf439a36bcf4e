"""The first stage against the enumeration of all alignments of a few sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.lattice import coarse
from align.lattice.beads import Beads
from align.lattice.coarse import START_WEIGHTS, prune
from align.lattice.decode import Graph
from align.lattice.evidence import bead_shapes
from align.lattice.features import COARSE, coarse_features

Bead = tuple[int, int, int, int]
WEIGHTS = np.array([START_WEIGHTS[name] for name in COARSE])


def alignments(n: int, m: int, max_bead: int) -> Iterator[list[Bead]]:
    """Every way to cut n and m sentences into beads; of neighbouring nulls those of the source come first."""

    def walk(i: int, j: int, path: list[Bead]) -> Iterator[list[Bead]]:
        if (i, j) == (n, m):
            yield list(path)
        after_target_null = bool(path) and path[-1][0] == path[-1][1]
        for a, b in [*bead_shapes(max_bead), (1, 0), (0, 1)]:
            if i + a <= n and j + b <= m and not (b == 0 and after_target_null):
                yield from walk(i + a, j + b, [*path, (i, i + a, j, j + b)])

    return walk(0, 0, [])


def as_set(beads: Beads) -> set[Bead]:
    return set(zip(*(column.tolist() for column in (beads.i0, beads.i1, beads.j0, beads.j1)), strict=True))


def brute_force(found, n: int, m: int, max_bead: int) -> tuple[dict[Bead, float], tuple[float, float]]:
    """Posterior of every bead, and the two rates."""
    every = list(alignments(n, m, max_bead))
    beads = sorted({bead for path in every for bead in path})
    scores = coarse_features(found, Beads(*np.array(beads).T)) @ WEIGHTS
    score = dict(zip(beads, scores.tolist(), strict=True))
    weights = np.exp([sum(score[bead] for bead in path) for path in every])
    weights /= weights.sum()
    posterior: defaultdict[Bead, float] = defaultdict(float)
    for path, weight in zip(every, weights.tolist(), strict=True):
        for bead in path:
            posterior[bead] += weight
    nulls = sum(p for (i0, i1, j0, j1), p in posterior.items() if i0 == i1 or j0 == j1)
    single = sum(p for (i0, i1, j0, j1), p in posterior.items() if i1 - i0 == j1 - j0 == 1)
    several = sum(p for (i0, i1, j0, j1), p in posterior.items() if min(i1 - i0, j1 - j0) and i1 - i0 + j1 - j0 > 2)
    return posterior, (nulls / (n + m), several / (single + several))


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 4), st.sampled_from([2, 3, 7]))
def test_posteriors_and_rates_are_those_of_all_alignments(
    random_side, evidence, seed: int, n: int, m: int, max_bead: int
) -> None:
    random = np.random.default_rng(seed)
    found = evidence(random_side(random, n), random_side(random, m), max_bead)
    posterior, rates = brute_force(found, n, m, max_bead)
    beads, found_rates = prune(found, WEIGHTS, 1e-300)
    assert as_set(beads) == set(posterior)
    assert found_rates == pytest.approx(rates, abs=1e-6)
    for keep in (1e-3, 0.1):
        clear = {bead for bead, p in posterior.items() if abs(p - keep) > 1e-6 * keep}
        assert as_set(prune(found, WEIGHTS, keep)[0]) & clear == {b for b in clear if posterior[b] >= keep}


def test_a_tiny_threshold_keeps_every_bead_of_the_band(side, evidence) -> None:
    random = np.random.default_rng(1)
    source = random.normal(size=(230, 8))
    found = evidence(side(source), side(source + 0.4 * random.normal(size=source.shape)), 4)
    band = found.band
    assert band.low.max() > 0, "too small to be banded"
    every = [
        (i, i + a, j, j + b)
        for i in range(231)
        for j in range(band.low[i], band.high[i] + 1)
        for a, b in [*bead_shapes(4), (1, 0), (0, 1)]
        if i + a <= 230 and band.low[i + a] <= j + b <= band.high[i + a]
    ]
    usable = as_set(Graph.of(Beads(*np.array(every).T), 230, 230).beads)
    assert len(usable) > 0.95 * len(every)
    assert as_set(prune(found, WEIGHTS, 1e-300)[0]) == usable


def test_chunks_change_nothing(random_side, evidence, monkeypatch) -> None:
    random = np.random.default_rng(2)
    found = evidence(random_side(random, 9), random_side(random, 11))
    whole = prune(found, WEIGHTS, 1e-6)
    monkeypatch.setattr(coarse, "_CHUNK", 7)
    parts = prune(found, WEIGHTS, 1e-6)
    assert as_set(whole[0]) == as_set(parts[0])
    assert whole[1] == pytest.approx(parts[1])


def test_every_coarse_feature_has_a_starting_weight() -> None:
    assert set(START_WEIGHTS) == set(COARSE)
    assert START_WEIGHTS["similarity"] > 0 > START_WEIGHTS["length"]
