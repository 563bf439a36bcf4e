"""Hidden units: what they add, their mean, and that learning them lowers the loss by the gradient it has."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs scipy (the extra train)")

from align.lattice.beads import Beads
from align.lattice.decode import Graph, best_path, posteriors
from align.lattice.features import BY_NOISE, NAMES
from align.lattice.fit import Example, allowed_beads, fit
from align.lattice.fit_hidden import _Beads, fit_hidden, hidden_loss
from align.lattice.hidden import Hidden
from align.lattice.model import follows_matrix
from align.lattice.weights import STEPS

LINEAR = len(NAMES) + len(BY_NOISE) + len(STEPS)
A, B = (NAMES.index(name) for name in ("similarity", "boilerplate"))


def layer(seed: int, units: int = 3) -> Hidden:
    random = np.random.default_rng(seed)
    shapes = (units, len(NAMES)), (units,), (units,), (units,)
    return Hidden(*(random.normal(size=shape).astype(np.float32) for shape in shapes))


def test_a_unit_is_a_tangent_of_its_sum() -> None:
    hidden = layer(0)
    features = np.random.default_rng(1).normal(size=(5, len(NAMES))).astype(np.float32)
    expected = [
        sum(out * np.tanh(row @ w + 0.7 * n + b) for w, n, b, out in zip(*vars(hidden).values(), strict=True))
        for row in features
    ]
    assert hidden.scores(features, 0.7) == pytest.approx(expected, abs=1e-4)
    assert len(hidden) == 3


def test_the_mean_of_layers_has_the_mean_of_their_scores() -> None:
    layers = [layer(seed, units=seed + 1) for seed in range(3)]
    features = np.random.default_rng(5).normal(size=(4, len(NAMES))).astype(np.float32)
    found = Hidden.mean(layers)
    assert len(found) == 6
    assert found.scores(features, 0.2) == pytest.approx(
        np.mean([one.scores(features, 0.2) for one in layers], axis=0), abs=1e-4
    )


def example(random: np.random.Generator, n: int = 6) -> Example:
    """Gold is a path of beads in which either of two features is high, but not both: no sum can say that."""
    shapes = [(1, 1), (1, 2), (2, 1), (1, 0), (0, 1)]
    rows = [
        (i, i + a, j, j + b) for i in range(n + 1) for j in range(n + 1) for a, b in shapes if i + a <= n and j + b <= n
    ]
    graph = Graph.of(Beads(*np.array(rows).T), n, n)
    features = np.zeros((len(graph.beads), len(NAMES)), np.float32)
    features[:, [A, B]] = random.integers(0, 2, size=(len(features), 2))
    truth = np.where(features[:, A] != features[:, B], 4.0, -4.0)
    probability, _, _ = posteriors(graph, truth, follows_matrix(np.zeros(len(STEPS))))
    path = graph.beads.take(best_path(graph, probability - 0.4))
    columns = (column.tolist() for column in (path.i0, path.i1, path.j0, path.j1))
    gold = [(tuple(range(a, b)), tuple(range(c, d))) for a, b, c, d in zip(*columns, strict=True)]
    return Example(graph, features, allowed_beads(graph, gold, n, n), noise=float(random.random()))


def test_the_gradient_is_that_of_the_loss() -> None:
    random = np.random.default_rng(3)
    beads = _Beads.of([example(random, 3), example(random, 4)])
    units = 2
    at = random.normal(scale=0.5, size=LINEAR + units * (len(NAMES) + 3))
    scale = np.full(len(NAMES), 0.5, np.float32)
    ridge = random.random(len(at))
    _, gradient = hidden_loss(at, beads, scale, ridge)
    first = LINEAR + A
    watched = [A, B, LINEAR - 1, first, first - A + B, LINEAR + len(NAMES), *range(len(at) - 2 * units, len(at))]
    for k in watched:
        step = 1e-2 * np.eye(len(at))[k]
        ends = [hidden_loss(at + sign * step, beads, scale, ridge)[0] for sign in (1, -1)]
        assert (ends[0] - ends[1]) / 2e-2 == pytest.approx(gradient[k], rel=2e-2, abs=5e-3)


def test_units_learn_what_no_sum_can_say() -> None:
    random = np.random.default_rng(0)
    examples = [example(random) for _ in range(30)]
    start = fit([e.with_noise() for e in examples], np.zeros(LINEAR), 1.0, 40)
    parameters, hidden = fit_hidden(examples, start, 4, 1.0, 0.1, 80, seed=1)
    fresh = [example(random) for _ in range(10)]
    scores = {"sum": [], "units": []}
    for one in fresh:
        gold = np.flatnonzero(one.allowed)
        for name, weights, add in (("sum", start, None), ("units", parameters, hidden)):
            found = one.features @ weights[: len(NAMES)]
            found += 0 if add is None else add.scores(one.features, one.noise)
            probability, _, _ = posteriors(one.graph, found, follows_matrix(weights[-len(STEPS) :]))
            scores[name].append(probability[gold].mean())
    assert np.mean(scores["units"]) > np.mean(scores["sum"]) + 0.1


def test_another_seed_begins_elsewhere() -> None:
    random = np.random.default_rng(0)
    examples = [example(random, 4) for _ in range(3)]
    layers = [fit_hidden(examples, np.zeros(LINEAR), 2, 1.0, 1.0, 3, seed)[1] for seed in (1, 1, 2)]
    assert np.array_equal(layers[0].inward, layers[1].inward)
    assert not np.array_equal(layers[0].inward, layers[2].inward)
