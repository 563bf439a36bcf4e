"""Which pairs are looked at closely."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.match import candidates as module
from align.match.agreement import Agreement
from align.match.candidates import Candidate, find_candidates

NOTHING: frozenset[str] = frozenset()


def rows(rng: np.random.Generator, count: int) -> np.ndarray:
    vectors = rng.standard_normal((count, 24)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def find(sources: np.ndarray, targets: np.ndarray, count: int = 2, names=None) -> list[Candidate]:
    hints = Agreement.of([NOTHING] * len(sources), [NOTHING] * len(targets))
    return find_candidates(sources, targets, hints, names, count)


def plainly(sources: np.ndarray, targets: np.ndarray, count: int) -> set[tuple[int, int]]:
    cosines = sources @ targets.T

    def strangers(values: np.ndarray) -> float:
        return sum(max(0, value) for value in sorted(values)[::-1][1 : 1 + module._STRANGERS]) / module._STRANGERS

    rank = 2 * cosines - [[strangers(row)] for row in cosines] - np.array([strangers(column) for column in cosines.T])
    best = {(i, j) for i, row in enumerate(rank) for j in np.argsort(-row)[:count]}
    return best | {(i, j) for j, column in enumerate(rank.T) for i in np.argsort(-column)[:count]}


@settings(deadline=None)
@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 4), st.integers(1, 40), st.integers(0, 1000))
def test_they_are_the_best_of_every_document_both_ways(m: int, n: int, count: int, block: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sources, targets = rows(rng, m), rows(rng, n)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", block)
        found = find(sources, targets, count)
    pairs = [(each.source, each.target) for each in found]
    assert set(pairs) == plainly(sources, targets, count)
    assert pairs == sorted(pairs)


def test_the_margin_is_ahead_of_rivals_of_either_side() -> None:
    rng = np.random.default_rng(1)
    sources = rows(rng, 9)
    found = find(sources, sources, 3)
    values = {(each.source, each.target): each.vectors for each in found}
    for each in found:
        rivals = [v for (s, t), v in values.items() if ((s == each.source) != (t == each.target))]
        assert each.margin == pytest.approx(each.vectors - max(rivals), abs=1e-6)
        assert (each.margin > 0) == (each.source == each.target)


def test_a_pair_without_rivals_is_ahead_of_nothing() -> None:
    vectors = rows(np.random.default_rng(2), 1)
    assert [each.margin for each in find(vectors, vectors)] == [0.0]


def test_a_document_like_all_others_is_hardly_anyone_s_first_choice() -> None:
    rng = np.random.default_rng(2)
    sources = rows(rng, 20)
    translations = sources + rows(rng, 20)
    hub = 2 * sources.mean(axis=0) / np.linalg.norm(sources.mean(axis=0))
    targets = np.concatenate([translations / np.linalg.norm(translations, axis=1, keepdims=True), hub[None]])
    assert np.sum((sources @ targets.T).argmax(axis=1) == 20) >= 7
    best = {}
    for each in sorted(find(sources, targets.astype(np.float32), 1), key=lambda each: each.rank):
        best[each.source] = each.target
    assert sum(best[n] == n for n in range(20)) >= 19


def test_names_make_a_candidate_and_tell_how_far_ahead_they_are() -> None:
    rng = np.random.default_rng(4)
    names = Agreement.of([{"a"}, {"b"}, {"c"}], [{"c"}, {"x"}, {"b", "y"}])
    found = {(e.source, e.target): e for e in find(rows(rng, 3), rows(rng, 3), 1, names)}
    assert found[2, 0].names == pytest.approx(1)
    assert found[1, 2].names == pytest.approx(1)
    assert all(each.names <= 0 for pair, each in found.items() if pair not in ((2, 0), (1, 2)))
