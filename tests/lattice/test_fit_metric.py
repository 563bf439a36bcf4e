"""Learning a metric: the questions that gold asks, exact slopes, and directions that only noise lies in."""

from __future__ import annotations

import numpy as np
import pytest

from align.encode.centre import unit
from align.lattice.fit_metric import LONGEST, Question, _slopes, _Turned, fit_metric, questions

DIM = 12


def rows(random: np.random.Generator, count: int, dim: int = DIM) -> np.ndarray:
    return unit(random.normal(size=(count, dim)).astype(np.float32))


def side(random: np.random.Generator, n: int, longest: int = LONGEST) -> np.ndarray:
    spans = rows(random, longest * n).reshape(longest, n, DIM)
    for k in range(longest):
        spans[k, :k] = 0
    return spans


def test_questions_ask_for_beads_and_runs_of_beads_from_either_side() -> None:
    random = np.random.default_rng(1)
    source, target = side(random, 5), side(random, 4)
    gold = [([0], [0]), ([1, 2], [1]), ([], [2]), ([3], [3]), ([4], [])]
    forward, backward = questions((source, target), gold)
    # (0, 0), (0 to 2, 0 to 1), (1 to 2, 1), (3, 3): nothing is united across a null.
    assert np.array_equal(forward.asked, [source[0, 0], source[2, 2], source[1, 2], source[0, 3]])
    assert np.array_equal(forward.offered[forward.right], [target[0, 0], target[1, 1], target[0, 1], target[0, 3]])
    assert np.array_equal(backward.asked, forward.offered[forward.right])
    assert np.array_equal(backward.offered[backward.right], forward.asked)
    assert len(forward.offered) == 4 + 3 + 2 + 1, "every span of the other side, and none that does not exist"
    assert np.linalg.norm(forward.offered, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "gold",
    [
        pytest.param([], id="no gold"),
        pytest.param([([0], []), ([], [0])], id="nulls alone"),
        pytest.param([([0, 2], [0])], id="a gap inside a bead"),
        pytest.param([(list(range(LONGEST + 1)), [0])], id="a bead longer than any span"),
    ],
)
def test_gold_that_asks_nothing(gold) -> None:
    random = np.random.default_rng(1)
    assert questions((side(random, LONGEST + 1), side(random, 2)), gold) == []


def test_slopes_are_those_of_the_loss() -> None:
    random = np.random.default_rng(3)
    asked, offered = random.normal(size=(5, DIM)), random.normal(size=(9, DIM))
    question = Question(asked, offered, np.array([0, 3, 4, 5, 8]))
    parameters = [0.3 * random.normal(size=(DIM, 2)), 0.3 * random.normal(size=(DIM, 2)), np.array(1.0)]

    def loss(inward, outward, sharpness) -> float:
        units = [_Turned.of(side, inward, outward).units for side in (asked, offered)]
        scores = units[0] @ units[1].T * np.exp(sharpness)
        return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(5), question.right]))

    for number, slope in enumerate(_slopes(question, *parameters)):
        for at in np.ndindex(parameters[number].shape):
            ends = []
            for step in (1e-6, -1e-6):
                moved = [parameter.copy() for parameter in parameters]
                moved[number][at] += step
                ends.append(loss(*moved))
            assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(slope[at], abs=1e-6)


def noisy_documents(random: np.random.Generator, count: int) -> list[list[Question]]:
    """A span and its translation agree in the first half of their numbers, and in the second there is only noise."""
    documents = []
    for _ in range(count):
        meaning = rows(random, 20, DIM // 2)
        asked, offered = (unit(np.hstack([meaning, rows(random, 20, DIM // 2) * 1.5])) for _ in range(2))
        documents.append([Question(asked.astype(np.float32), offered.astype(np.float32), np.arange(20))])
    return documents


def right(documents, metric) -> float:
    found = [metric.apply(q.asked) @ metric.apply(q.offered).T for [q] in documents]
    return float(
        np.mean([(scores.argmax(axis=1) == q.right).mean() for scores, [q] in zip(found, documents, strict=True)])
    )


def test_it_learns_to_look_away_from_noise() -> None:
    random = np.random.default_rng(4)
    known, others = noisy_documents(random, 30), noisy_documents(random, 10)
    before = fit_metric(known, 6, 3e-3, 0, seed=1)
    after = fit_metric(known, 6, 3e-3, 150, seed=1)
    assert right(others, before) < 0.5
    assert right(others, after) > right(others, before) + 0.3


def test_the_same_seed_gives_the_same_metric_and_a_prior_keeps_it_near() -> None:
    documents = noisy_documents(np.random.default_rng(5), 12)
    one, same, other = (fit_metric(documents, 4, 3e-3, 40, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.outward, same.outward)
    assert not np.array_equal(one.outward, other.outward)
    loose, tight = (fit_metric(documents, 4, ridge, 80, 1) for ridge in (1e-3, 1.0))
    sizes = [np.linalg.norm(metric.inward @ metric.outward.T) for metric in (loose, tight)]
    assert sizes[1] < 0.5 * sizes[0]
