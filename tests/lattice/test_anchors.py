"""Anchors: those of the full table where a document is small, and as right in a long one at a cost that is linear."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.lattice import anchors
from align.lattice.anchors import Corridor, around, corridor, find_anchors, heaviest_chain, mutual_neighbours

DIM = 32


def vectors(random: np.random.Generator, n: int) -> np.ndarray:
    return random.normal(size=(n, DIM)).astype(np.float32)


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def translated(random: np.random.Generator, rows: np.ndarray, noise: float = 0.7) -> np.ndarray:
    return (rows + noise * random.normal(size=rows.shape)).astype(np.float32)


def inserted(random: np.random.Generator, n: int, at: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Source, target with a block of 0.3 n sentences of its own inserted, and every sentence's counterpart (n,)."""
    source = vectors(random, n)
    block, place = vectors(random, int(0.3 * n)), int(at * n)
    target = translated(random, source)
    target = np.concatenate([target[:place], block, target[place:]])
    i = np.arange(n)
    return unit(source), unit(target), np.where(i < place, i, i + len(block))


@pytest.mark.parametrize(("at", "flip"), [(0.0, False), (0.45, False), (1.0, False), (0.45, True)])
def test_a_block_of_thirty_percent_does_not_lose_the_path(at: float, flip: bool) -> None:
    """20,000 sentences: looked for among few pairs, and the anchors are as good as all right."""
    n = 20_000
    source, target, partner = inserted(np.random.default_rng(1), n, at)
    right = set(zip(*((partner, np.arange(n)) if flip else (np.arange(n), partner)), strict=True))
    sides = (target, source) if flip else (source, target)
    where = corridor(*sides)
    assert (where.high - where.low).sum() < 0.04 * len(source) * len(target)
    assert all(where.low[i] <= j < where.high[i] for i, j in right)
    found = find_anchors(*sides)
    assert len(right.intersection(found)) > max(0.99 * len(found), 0.9 * n)


def test_a_moved_block_does_not_lose_the_rest() -> None:
    random = np.random.default_rng(2)
    source = vectors(random, 9000)
    order = np.concatenate([np.arange(2000), np.arange(5000, 7000), np.arange(2000, 5000), np.arange(7000, 9000)])
    found = dict(find_anchors(unit(source), unit(translated(random, source[order]))))
    place = np.argsort(order)
    stayed = np.concatenate([np.arange(2000), np.arange(2000, 5000), np.arange(7000, 9000)])
    assert np.mean([found.get(i) == place[i] for i in stayed.tolist()]) > 0.9


def test_the_pairs_that_are_compared_grow_with_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three levels: sentences, blocks, and blocks of blocks."""
    monkeypatch.setattr(anchors, "_WHOLE", 64 * 64)
    monkeypatch.setattr(anchors, "_POOL", 8)
    compared: list[int] = []
    products = anchors._products

    def counted(a, b, where):
        for rows, columns, sims in products(a, b, where):
            compared.append(sims.size)
            yield rows, columns, sims

    monkeypatch.setattr(anchors, "_products", counted)
    monkeypatch.setattr(anchors, "_ROWS", 32)
    totals = []
    for n in (1000, 2000, 4000):
        random = np.random.default_rng(n)
        source = vectors(random, n)
        compared.clear()
        found = find_anchors(unit(source), unit(translated(random, source, 0.4)))
        assert np.mean([i == j for i, j in found]) > 0.98
        assert len(found) > 0.95 * n
        totals.append(sum(compared))
    assert totals[2] < 2.6 * totals[1] < 6.8 * totals[0]


def test_a_lone_anchor_of_blocks_is_not_believed() -> None:
    chain = [(0, 0), (1, 1), (2, 2), (9, 30), (40, 41), (41, 42)]
    assert anchors._supported(chain) == [(0, 0), (1, 1), (2, 2), (40, 41), (41, 42)]
    assert anchors._supported([(3, 3)]) == []


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 90), st.integers(1, 90))
def test_any_two_sides_have_a_sound_corridor(seed: int, n: int, m: int) -> None:
    random = np.random.default_rng(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(anchors, "_WHOLE", 100)
        patch.setattr(anchors, "_POOL", 4)
        a, b = unit(vectors(random, n)), unit(vectors(random, m))
        where = corridor(a, b)
        found = find_anchors(a, b)
    assert len(where.low) == len(where.high) == n
    assert (where.low >= 0).all()
    assert (where.high <= m).all()
    assert (where.low < where.high).all()
    assert (np.diff(where.low) >= 0).all()
    assert (np.diff(where.high) >= 0).all()
    assert all(where.low[i] <= j < where.high[i] for i, j in found)
    assert all(x < u and y < v for (x, y), (u, v) in pairwise(found))


def test_bridges_stand_only_in_gaps_wide_on_both_sides() -> None:
    bridged = anchors._bridged
    assert bridged([(-1, -1), (5, 2000), (9, 2001)], 512) == [(-1, -1), (5, 2000), (9, 2001)]
    assert bridged([(0, 0), (1024, 2048)], 512) == [(0, 0), (341, 682), (682, 1365), (1024, 2048)]


def test_without_anchors_the_way_is_straight_and_no_wider_than_a_stretch() -> None:
    low, high = around([], 4000, 4000, 12, 512)
    assert (low[1:] <= high[:-1]).all()
    assert (high - low).max() < 1200


@pytest.mark.parametrize("where", ["everywhere", "in a band"])
def test_mutual_neighbours_are_those_of_the_full_table(where: str) -> None:
    random = np.random.default_rng(5)
    a, b = unit(vectors(random, 600)), unit(vectors(random, 530))
    i, j = np.arange(600)[:, None], np.arange(530)
    inside = np.abs(i - j * 600 // 530) < 90 if where == "in a band" else np.ones((600, 530), bool)
    sims = np.where(inside, a @ b.T, -np.inf)
    margin = 2 * sims - np.sort(sims, axis=1)[:, -4:].mean(axis=1)[:, None] - np.sort(sims, axis=0)[-4:].mean(axis=0)
    expected = [(i, j) for i, j in enumerate(margin.argmax(axis=1).tolist()) if margin[:, j].argmax() == i]
    low, high = inside.argmax(axis=1), 530 - inside[:, ::-1].argmax(axis=1)
    found = mutual_neighbours(a, b, Corridor(low, high))
    assert [(i, j) for i, j, _ in found] == expected
    assert np.allclose([weight for _, _, weight in found], [margin[i, j] for i, j in expected], atol=1e-5)


def test_mutual_neighbours_of_nothing() -> None:
    assert mutual_neighbours(np.zeros((0, 4), np.float32), np.ones((3, 4), np.float32)) == []


@settings(deadline=None)
@given(st.permutations(range(7)), st.lists(st.integers(1, 9), min_size=7, max_size=7))
def test_the_chain_is_the_heaviest(order: list[int], weights: list[int]) -> None:
    pairs = [(i, j, float(w)) for i, (j, w) in enumerate(zip(order, weights, strict=True))]
    found = heaviest_chain(pairs)
    best = 0.0
    for chosen in range(1 << 7):
        part = [pair for k, pair in enumerate(pairs) if chosen >> k & 1]
        if all(a[1] < b[1] for a, b in pairwise(part)):
            best = max(best, sum(w for _, _, w in part))
    assert sum(weights[i] for i, _ in found) == best
    assert all(a < b for (_, a), (_, b) in pairwise(found))


def test_pairs_without_margin_make_no_chain() -> None:
    assert heaviest_chain([(0, 0, 0.0), (1, 1, -0.2)]) == []
