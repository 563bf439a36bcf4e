"""Learning: the gradient is that of the loss, gold decides what is allowed, and a fit finds what made the data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("scipy", reason="training needs scipy (the extra train)")

from align.lattice.beads import Beads
from align.lattice.decode import PAIR, Graph, best_path, posteriors
from align.lattice.fit import Example, allowed_beads, fit, loss
from align.lattice.model import follows_matrix
from align.lattice.weights import STEPS

FEATURES = 5


def keys(graph: Graph) -> list[tuple[int, int, int, int]]:
    beads = graph.beads
    return list(zip(beads.i0.tolist(), beads.i1.tolist(), beads.j0.tolist(), beads.j1.tolist(), strict=True))


def full_graph(n: int, m: int) -> Graph:
    shapes = [(1, 1), (1, 2), (2, 1), (1, 0), (0, 1)]
    rows = [
        (i, i + a, j, j + b) for i in range(n + 1) for j in range(m + 1) for a, b in shapes if i + a <= n and j + b <= m
    ]
    return Graph.of(Beads(*np.array(rows).T), n, m)


def path_as_gold(graph: Graph, path: np.ndarray) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(tuple(range(a, b)), tuple(range(c, d))) for a, b, c, d in (keys(graph)[k] for k in path.tolist())]


def example(random: np.random.Generator, truth: np.ndarray, n: int = 6, m: int = 6) -> Example:
    """Features drawn at random, and as gold the path that the true parameters like best."""
    graph = full_graph(n, m)
    features = random.normal(size=(len(graph.beads), FEATURES)).astype(np.float32)
    probability, _, _ = posteriors(graph, features @ truth[:FEATURES], follows_matrix(truth[FEATURES:]))
    gold = path_as_gold(graph, best_path(graph, probability - 0.4))
    return Example(graph, features, allowed_beads(graph, gold, n, m))


def test_gold_is_out_of_reach_where_its_bead_is_no_candidate() -> None:
    graph = full_graph(2, 2)
    pairs, nulls = [((0,), (0,)), ((1,), (1,))], [((0,), ()), ((1,), (1,)), ((), (0,))]
    no_nulls = Graph.of(graph.beads.take(graph.kind == PAIR), 2, 2)
    cases = (graph, pairs, True), (graph, nulls, True), (no_nulls, pairs, True), (no_nulls, nulls, False)
    for at, gold, reachable in cases:
        features = np.zeros((len(at.beads), FEATURES), np.float32)
        assert Example(at, features, allowed_beads(at, gold, 2, 2)).reachable is reachable


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10**6))
def test_the_gradient_is_that_of_the_loss(seed: int) -> None:
    random = np.random.default_rng(seed)
    truth, at = (random.normal(size=FEATURES + len(STEPS)) for _ in range(2))
    examples = [example(random, truth, 4, 3), example(random, truth, 2, 5)]
    ridge = random.random(len(at))
    _, gradient = loss(at, examples, ridge)
    step = 1e-5
    for k in range(len(at)):
        ends = [loss(at + sign * step * np.eye(len(at))[k], examples, ridge)[0] for sign in (1, -1)]
        assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(gradient[k], abs=1e-4)


def test_a_fit_finds_what_made_the_gold() -> None:
    random = np.random.default_rng(0)
    truth = np.array([3.0, -2.0, 1.0, 0.0, 2.0, -0.5, 1.0, 0.3])
    examples = [example(random, truth) for _ in range(40)]
    found = fit(examples, np.zeros(len(truth)), ridge=0.1)
    assert np.corrcoef(found[:FEATURES], truth[:FEATURES])[0, 1] > 0.98
    fresh = [example(random, truth) for _ in range(20)]
    no_ridge = np.zeros(len(truth))
    assert loss(found, fresh, no_ridge)[0] < 0.3 * loss(np.zeros(len(truth)), fresh, no_ridge)[0]


def test_a_stronger_ridge_keeps_weights_smaller() -> None:
    random = np.random.default_rng(1)
    truth = random.normal(size=FEATURES + len(STEPS))
    examples = [example(random, truth) for _ in range(10)]
    sizes = [np.abs(fit(examples, np.zeros(len(truth)), ridge)).sum() for ridge in (0.01, 1.0, 100.0)]
    assert sizes == sorted(sizes, reverse=True)


def allowed(gold: list, n: int, m: int) -> set[tuple[int, int, int, int]]:
    graph = full_graph(n, m)
    return {key for key, ok in zip(keys(graph), allowed_beads(graph, gold, n, m), strict=True) if ok}


def test_observed_gold_allows_itself_alone() -> None:
    gold = [((0,), (0, 1)), ((1,), ()), ((2,), (2,))]
    pairs_or_nulls = allowed(gold, 3, 3)
    assert {key for key in pairs_or_nulls if key[0] != key[1] and key[2] != key[3]} == {(0, 1, 0, 2), (2, 3, 2, 3)}
    assert {key[:2] for key in pairs_or_nulls if key[2] == key[3]} == {(1, 2)}
    assert not any(key[0] == key[1] for key in pairs_or_nulls)


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param([], id="not in gold"),
        pytest.param([((1, 3), (1, 2, 3))], id="not contiguous"),
        pytest.param([((1, 2, 3), (1, 2, 3))], id="no candidate of that shape"),
        pytest.param([((3, 2, 1), (1,))], id="out of order"),
    ],
)
def test_sentences_that_gold_leaves_open_may_do_anything_among_themselves(rest: list) -> None:
    found = allowed([((0,), (0,)), *rest], 4, 4)
    assert {key for key in found if key[:2] == (0, 1)} == {(0, 1, 0, 1)}
    assert {(1, 2, 1, 2), (1, 3, 1, 2), (1, 2, 1, 3), (1, 2, 1, 1), (1, 1, 1, 2)} <= found


def test_a_null_inside_a_bead_stays_observed() -> None:
    """Gold with a gap: the lattice has no such bead, but what gold says of the gap holds."""
    found = allowed([((0, 2), (0,)), ((1,), ())], 3, 1)
    assert {key for key in found if key[0] <= 1 < key[1]} == {(1, 2, 0, 0), (1, 2, 1, 1)}


def test_gold_that_no_path_can_follow_does_not_count() -> None:
    random = np.random.default_rng(2)
    graph = full_graph(2, 2)
    features = random.normal(size=(len(graph.beads), FEATURES)).astype(np.float32)
    nothing = Example(graph, features, np.zeros(len(graph.beads), bool))
    value, gradient = loss(np.ones(FEATURES + len(STEPS)), [nothing], np.zeros(FEATURES + len(STEPS)))
    assert value == 0
    assert not gradient.any()
