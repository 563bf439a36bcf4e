"""Tables against the plain definition of what they hold, cell by cell."""

from __future__ import annotations

import numpy as np
import pytest

from align.lattice import banded as tables
from align.lattice import windows
from align.lattice.band import Band
from align.lattice.evidence import Evidence, bead_shapes

N, M = 11, 14
LOW = np.array([0, 0, 0, 0, 2, 4, 5, 6, 7, 8, 9, 10])
HIGH = np.array([4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 14, 14])


@pytest.fixture(scope="module")
def banded(random_side) -> Evidence:
    random = np.random.default_rng(0)
    return Evidence.of(random_side(random, N), random_side(random, M), Band(LOW, HIGH), [(4, 5), (8, 10)], 5)


def test_shapes_of_beads() -> None:
    assert bead_shapes(4) == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1)]
    assert len(bead_shapes(10)) == 45


def test_similarities_are_cosines_of_the_spans(banded) -> None:
    assert set(banded.similarity) == set(bead_shapes(5))
    for (a, b), table in banded.similarity.items():
        rows, columns = table.cells()
        assert len(rows) == (HIGH - LOW + 1).sum()
        for i, j, value in zip(rows.tolist(), columns.tolist(), table.values.tolist(), strict=True):
            exists = i >= a and j >= b
            expected = banded.source.spans[a - 1, i - 1] @ banded.target.spans[b - 1, j - 1] if exists else 0
            assert value == pytest.approx(expected, abs=1e-5)


def test_blocks_change_nothing(banded, random_side, monkeypatch) -> None:
    monkeypatch.setattr(tables, "_ROWS", 3)
    again = Evidence.of(banded.source, banded.target, banded.band, [(4, 5), (8, 10)], 5)
    for name in ("forward", "backward", "marks", "inner_source", "inner_target"):
        assert np.allclose(getattr(again, name).values, getattr(banded, name).values, atol=1e-6)
    for a, b in zip(
        [*again.similarity.values(), *again.windows], [*banded.similarity.values(), *banded.windows], strict=True
    ):
        assert np.allclose(a.values, b.values, atol=1e-6)


def test_a_sentence_spreads_at_most_itself(banded) -> None:
    assert banded.forward.values.min() >= 0
    assert banded.forward.row_sums().max() <= 1 + 1e-5
    assert banded.backward.column_sums(M).max() <= 1 + 1e-5


def test_tokens_go_to_their_translation(side) -> None:
    """Where every token has one match, all of a sentence's mass is in its counterpart, either way."""
    vectors = np.eye(12)
    order = [3, 1, 0, 2, 5, 4]
    n = len(order)
    found = Evidence.of(side(vectors[:n]), side(vectors[order]), Band(np.zeros(n + 1, int), np.full(n + 1, n)), [], 7)
    for table in (found.forward, found.backward):
        full = table.values.reshape(n, n)
        assert (full.argmax(axis=1) == np.argsort(order)).all()
        assert full.max(axis=1).min() > 0.9


def test_the_background_is_of_the_unrelated(side) -> None:
    """Two sentences a side: half of the cells are translations, and the anchors say which."""
    random = np.random.default_rng(1)
    rows = random.normal(size=(2, 512))
    full = Band(np.zeros(3, int), np.full(3, 2))
    with_anchors = Evidence.of(side(rows), side(rows), full, [(0, 0), (1, 1)], 7)
    assert with_anchors.background[0] < 0.2
    assert with_anchors.match == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_sentences_all_alike_have_a_background(side, n: int) -> None:
    same = np.ones((n, 8))
    found = Evidence.of(side(same), side(same), Band(np.zeros(n + 1, int), np.full(n + 1, n)), [], 7)
    assert np.isfinite(found.background).all()
    assert found.background[1] > 0
    assert found.match > found.background[0]


@pytest.mark.parametrize(
    ("short", "chain", "low", "high"),
    [(False, [], 1.9, 2.1), (True, [], 4.9, 5.1), (True, [(0, 60), (1, 61)], 1.9, 4.9)],
)
def test_the_length_ratio(side, short: bool, chain: list, low: float, high: float) -> None:
    """Of anchors where there are enough, else of the documents, but never more than languages differ by."""
    random = np.random.default_rng(0)
    n = 2 if short else 100
    source = side(random.normal(size=(n, 8)), ["x" * 40] * n)
    target = side(random.normal(size=(100, 8)), ["y" * 80] * 100)
    band = Band(np.zeros(n + 1, int), np.full(n + 1, 100))
    assert low <= Evidence.of(source, target, band, chain, 7).ratio <= high


def test_windows_compare_the_texts_around_boundaries(banded) -> None:
    """By the definition, with a loop over tokens."""

    def mean_of(side, at: int, width: int, before: bool) -> np.ndarray:
        tokens = side.tokens - side.tokens.mean(axis=0)
        part = tokens[max(at - width, 0) : at] if before else tokens[at : at + width]
        total = part.sum(axis=0)
        return total / max(np.linalg.norm(total), 1e-6)

    source, target = banded.source, banded.target
    ratio = (len(target.tokens) / len(source.tokens)) ** 0.5
    for width, table in zip((4, 8, 16), banded.windows, strict=True):
        rows, columns = table.cells()
        for i, j, value in zip(rows.tolist(), columns.tolist(), table.values.tolist(), strict=True):
            left_s, right_s = (
                mean_of(source, source.starts[i], round(width / ratio), before) for before in (True, False)
            )
            left_t, right_t = (
                mean_of(target, target.starts[j], round(width * ratio), before) for before in (True, False)
            )
            expected = left_s @ left_t + right_s @ right_t - left_s @ right_t - right_s @ left_t
            assert value == pytest.approx(expected, abs=1e-4)


def test_shared_marks_weigh_by_rarity(side) -> None:
    source = ["Only 42 here.", "2024 and NATO.", "NATO again."]
    target = ["2024年のNATO。", "４２だけ。", "何もない。"]
    n = 3
    vectors = np.random.default_rng(0).normal(size=(2, n, 8))
    sides = side(vectors[0], source), side(vectors[1], target)
    found = Evidence.of(*sides, Band(np.zeros(n + 1, int), np.full(n + 1, n)), [], 7)
    expected = [[0, 1, 0], [1 + 2**-0.5, 0, 0], [2**-0.5, 0, 0]]
    assert np.allclose(found.marks.values.reshape(n, n), expected, atol=1e-6)


def test_a_mark_that_stands_everywhere_tells_nothing(side) -> None:
    n = 11
    vectors = np.random.default_rng(0).normal(size=(n, 8))
    found = Evidence.of(*[side(vectors, ["Figure 1."] * n)] * 2, Band(np.zeros(n + 1, int), np.full(n + 1, n)), [], 7)
    assert not found.marks.values.any()


def test_the_best_place_inside_a_sentence(banded) -> None:
    """Against a loop over places; a sentence's first token stands at a boundary and does not count."""
    one, other = banded.source, banded.target
    widths = windows._widths(one, other, 8)
    turns, passed = windows._turns(one, widths[0]), windows._passed(other, widths[1])
    places = passed[: -widths[1]] - passed[widths[1] :]
    assert np.allclose(places[other.starts[:-1]], windows._turns(other, widths[1])[:-1], atol=1e-5)
    rows, columns = banded.inner_source.cells()
    for i, j, value in zip(rows.tolist(), columns.tolist(), banded.inner_source.values.tolist(), strict=True):
        inside = range(int(other.starts[j]) + 1, int(other.starts[j + 1]))
        expected = max((float(turns[i] @ places[t]) for t in inside), default=windows.NOWHERE)
        assert value == pytest.approx(expected, abs=1e-4)
