"""Sums, best paths and kernels against the enumeration of all paths of small graphs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.lattice import decode, kernels
from align.lattice.beads import Beads
from align.lattice.decode import (
    PAIR,
    SOURCE,
    TARGET,
    Graph,
    backward,
    best_path,
    forward,
    posteriors,
    sentence_null_probability,
)
from align.lattice.model import follows_matrix

seeds = st.integers(0, 10**6)
small = st.integers(0, 3)


def beads_of(rows: list[tuple[int, int, int, int]]) -> Beads:
    return Beads(*np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def scored(random: np.random.Generator, graph: Graph) -> tuple[np.ndarray, np.ndarray]:
    return random.normal(scale=2, size=len(graph.beads)), follows_matrix(random.normal(size=3))


def path_score(graph: Graph, path: list[int], scores: np.ndarray, follows: np.ndarray) -> float:
    kinds = [PAIR, *graph.kind[path].tolist()]
    return float(scores[path].sum() + sum(follows[a, b] for a, b in pairwise(kinds)))


def covering(graph: Graph, probability: np.ndarray, n: int, m: int) -> np.ndarray:
    """Per sentence, source then target, the probability of the beads that hold it."""
    sums = np.zeros(n + m)
    for k, p in enumerate(probability):
        sums[graph.beads.i0[k] : graph.beads.i1[k]] += p
        sums[n + graph.beads.j0[k] : n + graph.beads.j1[k]] += p
    return sums


@settings(deadline=None, max_examples=60)
@given(seeds, st.integers(1, 3), st.integers(1, 3), st.sampled_from([0.3, 0.7, 1.0]))
def test_posteriors_are_those_of_all_paths(random_graph, paths, seed: int, n: int, m: int, share: float) -> None:
    random = np.random.default_rng(seed)
    graph = random_graph(random, n, m, share)
    scores, follows = scored(random, graph)
    every = list(paths(graph))
    weights = np.exp([path_score(graph, path, scores, follows) for path in every])
    expected, steps = np.zeros(len(scores)), np.zeros((3, 3))
    for path, weight in zip(every, weights, strict=True):
        expected[path] += weight
        kinds = [PAIR, *graph.kind[path].tolist()]
        for pair in pairwise(kinds):
            steps[pair] += weight
    probability, counts, total = posteriors(graph, scores, follows)
    assert total == pytest.approx(np.log(weights.sum()))
    assert np.allclose(probability, expected / weights.sum(), atol=1e-9)
    assert np.allclose(counts, steps / weights.sum(), atol=1e-9)


@settings(deadline=None, max_examples=60)
@given(seeds, st.integers(1, 12), st.integers(1, 12), st.sampled_from([0.05, 0.3]))
def test_every_sentence_is_somewhere(random_graph, seed: int, n: int, m: int, share: float) -> None:
    random = np.random.default_rng(seed)
    graph = random_graph(random, n, m, share)
    probability, _, _ = posteriors(graph, *scored(random, graph))
    assert probability.min() > 0, "the graph holds no bead that no path can use"
    assert np.allclose(covering(graph, probability, n, m), 1, atol=1e-6)
    pooled = sentence_null_probability(graph, probability)
    assert (pooled >= probability).all()
    assert pooled.max() <= 1 + 1e-9


@settings(deadline=None, max_examples=60)
@given(seeds, st.integers(1, 3), st.integers(1, 3), st.sampled_from([0.3, 1.0]))
def test_the_best_path_is_the_best_of_all(random_graph, paths, seed: int, n: int, m: int, share: float) -> None:
    random = np.random.default_rng(seed)
    graph = random_graph(random, n, m, share)
    gains = random.normal(size=len(graph.beads))
    every = list(paths(graph))
    best = max(every, key=lambda path: gains[path].sum())
    assert best_path(graph, gains).tolist() == best


@settings(deadline=None, max_examples=30)
@given(seeds, st.integers(1, 9), st.integers(1, 9))
def test_kernels_are_the_plain_loops(random_graph, seed: int, n: int, m: int) -> None:
    random = np.random.default_rng(seed)
    graph = random_graph(random, n, m, 0.3)
    scores, follows = scored(random, graph)
    compiled = kernels.forward(graph.tail, graph.head, graph.kind, graph.nodes, scores, follows)
    assert np.allclose(forward(graph, scores, follows), compiled, rtol=1e-12, atol=1e-12)
    compiled = kernels.backward(graph.tail, graph.head, graph.kind, graph.nodes, graph.end, scores, follows)
    assert np.allclose(backward(graph, scores, follows), compiled, rtol=1e-12, atol=1e-12)


def test_a_large_graph_takes_the_kernels(random_graph, monkeypatch) -> None:
    random = np.random.default_rng(0)
    graph = random_graph(random, 6, 6, 0.5)
    scores, follows = scored(random, graph)
    plain = posteriors(graph, scores, follows)
    calls = []
    for name in ("forward", "backward"):
        original = getattr(kernels, name)
        monkeypatch.setattr(kernels, name, lambda *a, name=name, original=original: calls.append(name) or original(*a))
    monkeypatch.setattr(decode, "_COMPILED", 0)
    compiled = posteriors(graph, scores, follows)
    assert calls == ["forward", "backward"]
    assert np.allclose(plain[0], compiled[0], atol=1e-12)


def test_scores_far_apart_do_not_overflow() -> None:
    graph = Graph.of(beads_of([(0, 1, 0, 1), (0, 1, 0, 0), (1, 1, 0, 1)]), 1, 1)
    probability, _, total = posteriors(graph, np.where(graph.kind == PAIR, 1e4, -1e4), np.zeros((3, 3)))
    assert total == pytest.approx(1e4)
    assert probability.tolist() == (graph.kind == PAIR).astype(float).tolist()


def test_beads_that_lead_nowhere_are_left_out() -> None:
    graph = Graph.of(beads_of([(0, 1, 0, 1), (1, 2, 1, 2), (0, 1, 0, 2), (1, 2, 0, 1)]), 2, 2)
    assert list(zip(graph.beads.i0.tolist(), graph.beads.j0.tolist(), strict=True)) == [(0, 0), (1, 1)]
    assert graph.kind.tolist() == [PAIR, PAIR]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(0, 1, 0, 1)],
        [(0, 1, 0, 1), (1, 2, 2, 2)],
        [(0, 0, 0, 1), (0, 1, 1, 1), (1, 2, 1, 2)],  # only through a source null right after a target null
    ],
)
def test_without_a_path_there_is_no_graph(rows: list[tuple[int, int, int, int]]) -> None:
    with pytest.raises(ValueError, match="no path"):
        Graph.of(beads_of(rows), 2, 2)


def test_of_a_run_of_nulls_the_source_comes_first() -> None:
    rows = [(0, 1, 0, 0), (1, 1, 0, 1), (0, 0, 0, 1), (0, 1, 1, 1)]
    graph = Graph.of(beads_of(rows), 1, 1)
    assert len(graph.beads) == 2
    assert graph.kind[best_path(graph, np.array([0.5, 0.5]))].tolist() == [SOURCE, TARGET]


def test_a_null_is_as_probable_as_its_sentence_is_alone() -> None:
    """A source sentence alone before or after a target sentence: one null in two places."""
    graph = Graph.of(
        beads_of([(0, 1, 0, 0), (1, 2, 0, 1), (0, 1, 0, 1), (1, 2, 1, 1), (1, 2, 0, 0), (2, 2, 0, 1)]), 2, 1
    )
    probability, _, _ = posteriors(graph, np.zeros(6), np.zeros((3, 3)))
    assert np.allclose(covering(graph, probability, 2, 1), 1)
    of_second = (graph.kind == SOURCE) & (graph.beads.i0 == 1)
    assert np.allclose(probability[of_second], 1 / 3)
    pooled = sentence_null_probability(graph, probability)
    assert np.allclose(pooled[of_second], 2 / 3)
    assert np.allclose(pooled[graph.kind == PAIR], probability[graph.kind == PAIR])


def test_kinds_follow_from_the_sides() -> None:
    graph = Graph.of(beads_of([(0, 1, 0, 0), (1, 2, 0, 1), (2, 2, 1, 2)]), 2, 2)
    assert graph.kind.tolist() == [SOURCE, PAIR, TARGET]
