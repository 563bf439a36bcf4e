"""The band holds its anchors, rises, and keeps the true path where one side has a block inserted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.lattice.anchors import _bridged
from align.lattice.band import Band, find_band

DIM = 32


def vectors(random: np.random.Generator, n: int) -> np.ndarray:
    return random.normal(size=(n, DIM)).astype(np.float32)


def near(random: np.random.Generator, rows: np.ndarray, noise: float = 0.5) -> np.ndarray:
    return (rows + noise * random.normal(size=rows.shape)).astype(np.float32)


def assert_sound(band: Band, n: int, m: int) -> None:
    """Rows rise and overlap, and both corners are inside: some path leads through."""
    assert band.rows == n + 1
    assert band.low[0] == 0
    assert band.high[-1] == m
    assert (np.diff(band.low) >= 0).all()
    assert (np.diff(band.high) >= 0).all()
    assert (band.low <= band.high).all()
    assert (band.low[1:] <= band.high[:-1]).all()
    assert band.low.min() >= 0
    assert band.high.max() <= m


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 60), st.integers(1, 700))
def test_any_two_sides_have_a_sound_band(side, seed: int, n: int, m: int) -> None:
    random = np.random.default_rng(seed)
    band, chain = find_band(side(vectors(random, n)), side(vectors(random, m)))
    assert_sound(band, n, m)
    for i, j in chain:
        corners = np.array([i, i + 1]), np.array([j, j + 1])
        assert band.holds(*corners).all()
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(chain))


def test_a_small_document_is_searched_everywhere(side) -> None:
    random = np.random.default_rng(0)
    band, _ = find_band(side(vectors(random, 150)), side(vectors(random, 158)))
    assert band.low.max() == 0
    assert band.high.min() == 158


@pytest.mark.parametrize("inserted_in", ["source", "target"])
@pytest.mark.parametrize("at", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("n", [420, 900])
def test_an_inserted_block_keeps_the_path_in_the_band(side, n: int, at: float, inserted_in: str) -> None:
    random = np.random.default_rng(n)
    source = vectors(random, n)
    block, place = vectors(random, int(0.3 * n)), int(at * n)
    target = np.concatenate([near(random, source[:place]), block, near(random, source[place:])])
    i = np.arange(n + 1)
    path = np.where(i <= place, i, i + len(block))  # the last boundary before the block, and all after it
    if inserted_in == "source":
        band, _ = find_band(side(target), side(source))
        assert band.holds(path, i).all()
    else:
        band, _ = find_band(side(source), side(target))
        assert band.holds(i, path).all()
    assert (band.high - band.low).sum() < 0.25 * n * len(target), "a band is a fraction of the whole"


def test_cells_grow_with_the_document_and_not_with_its_square(side) -> None:
    random = np.random.default_rng(3)
    cells = []
    for n in (500, 1000, 2000):
        source = vectors(random, n)
        band, _ = find_band(side(source), side(near(random, source)))
        cells.append(int((band.high - band.low + 1).sum()))
    assert cells[2] < 2.5 * cells[1] < 6 * cells[0]


def test_where_nothing_is_like_anything_the_band_runs_straight(side) -> None:
    same = np.ones((3000, DIM), np.float32)
    band, chain = find_band(side(same, ["x"] * 3000), side(same, ["y"] * 3000))
    assert chain == []
    assert_sound(band, 3000, 3000)
    assert band.width < 1500
    i = np.arange(3001)
    assert band.holds(i, i).all()


def test_bridges_stand_only_in_gaps_wide_on_both_sides() -> None:
    assert _bridged([(-1, -1), (5, 2000), (9, 2001)]) == [(-1, -1), (5, 2000), (9, 2001)]
    assert _bridged([(0, 0), (1024, 2048)]) == [(0, 0), (341, 682), (682, 1365), (1024, 2048)]


def test_mutual_neighbours_are_those_of_the_full_table() -> None:
    random = np.random.default_rng(5)
    a, b = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (vectors(random, 600), vectors(random, 530)))
    sims = a @ b.T
    margin = 2 * sims - np.sort(sims, axis=1)[:, -4:].mean(axis=1)[:, None] - np.sort(sims, axis=0)[-4:].mean(axis=0)
    expected = [(i, j) for i, j in enumerate(margin.argmax(axis=1).tolist()) if margin[:, j].argmax() == i]
    found = mutual_neighbours(a, b)
    assert [(i, j) for i, j, _ in found] == expected
    assert np.allclose([weight for _, _, weight in found], [margin[i, j] for i, j in expected], atol=1e-5)


def test_mutual_neighbours_of_nothing() -> None:
    assert mutual_neighbours(np.zeros((0, 4), np.float32), np.ones((3, 4), np.float32)) == []


@settings(deadline=None)
@given(st.permutations(range(7)), st.lists(st.integers(1, 9), min_size=7, max_size=7))
def test_the_chain_is_the_heaviest(order: list[int], weights: list[int]) -> None:
    pairs = [(i, j, float(w)) for i, (j, w) in enumerate(zip(order, weights, strict=True))]
    found = _chain(pairs)
    best = 0.0
    for chosen in range(1 << 7):
        part = [pair for k, pair in enumerate(pairs) if chosen >> k & 1]
        if all(a[1] < b[1] for a, b in pairwise(part)):
            best = max(best, sum(w for _, _, w in part))
    assert sum(weights[i] for i, _ in found) == best
    assert all(a < b for (_, a), (_, b) in pairwise(found))


def test_pairs_without_margin_make_no_chain() -> None:
    assert _chain([(0, 0, 0.0), (1, 1, -0.2)]) == []
