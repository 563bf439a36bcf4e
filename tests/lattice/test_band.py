"""The band holds its anchors, rises, and keeps the true path where one side has a block inserted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(1, 90))
def test_a_wider_band_is_sound_and_holds_what_it_was_widened_for(seed: int, by: int, m: int) -> None:
    random = np.random.default_rng(seed)
    n = 60
    edges = np.sort(random.integers(0, m + 1, size=(2, n + 1)), axis=1)
    low, high = np.minimum(*edges), np.maximum(*edges)
    low[0], high[-1] = 0, m
    low[1:] = np.minimum(low[1:], high[:-1])
    band = Band(np.minimum.accumulate(low[::-1])[::-1], high)
    assert_sound(band, n, m)
    i = random.integers(0, n + 1, 3)
    j = (band.low[i] + band.high[i]) // 2
    wider = band.widened(i, j, by)
    assert_sound(wider, n, m)
    assert (wider.low <= band.low).all()
    assert (wider.high >= band.high).all()
    for di, dj in ((0, 0), (by, by), (-by, -by), (by, -by), (-by, by)):
        assert wider.holds(np.clip(i + di, 0, n), np.clip(j + dj, 0, m)).all()


def test_the_edge_is_where_a_boundary_beside_lies_outside() -> None:
    band = Band(np.array([0, 0, 0, 2]), np.array([2, 2, 4, 4]))
    i, j = (np.array(axis) for axis in zip((0, 0), (0, 2), (1, 0), (1, 1), (2, 0), (2, 1), (2, 3), (3, 4), strict=True))
    assert band.at_edge(i, j).tolist() == [False, True, False, False, True, True, True, False]


def test_a_band_of_everything_has_no_edge() -> None:
    band = Band(np.zeros(4, np.int64), np.full(4, 5))
    i, j = (x.ravel() for x in np.meshgrid(np.arange(4), np.arange(6)))
    assert not band.at_edge(i, j).any()
