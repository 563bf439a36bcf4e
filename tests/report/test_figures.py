from __future__ import annotations

from itertools import pairwise
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.records import AlignedPair
from align.report.figures import BINS, STEPS, Figures, LengthFit, step
from tests.report.conftest import make_pairs

TEXT = st.sampled_from(["", "a", "ab|cd", "one|two|three"])
ROWS = st.lists(
    st.tuples(TEXT, TEXT, st.integers(0, STEPS).map(lambda n: n / STEPS)).filter(lambda row: row[0] or row[1]),
    max_size=30,
)


def test_counts_rows_by_their_sides() -> None:
    figures = Figures.of(make_pairs([("a", "b|c", 0.5), ("a", "", 1.0), ("", "b", 0.9), ("a|b", "c")]))
    shown = figures.to_dict()
    assert (shown["rows"], shown["pairs"], shown["src_only"], shown["tgt_only"]) == (4, 2, 1, 1)
    assert shown["types"] == {"1-2": 1, "1-0": 1, "0-1": 1, "2-1": 1}
    assert shown["sentences"] == (4, 4)


def test_counts_flags_and_flagged_rows() -> None:
    figures = Figures.of(make_pairs([("a", "b")] * 3, flags={0: ("numbers", "copy"), 2: ("numbers",)}))
    assert figures.to_dict()["flags"] == {"numbers": 2, "copy": 1}
    assert figures.flagged == 2


def test_histogram_puts_each_row_in_its_bin_and_certainty_in_the_last() -> None:
    pairs, nulls = Figures.of(
        make_pairs([("a", "b", 0.0), ("a", "b", 0.05), ("a", "b", 1.0), ("a", "b", 0.9999), ("a", "", 0.5)])
    ).histogram()
    assert [(at, n) for at, n in enumerate(pairs) if n] == [(0, 1), (1, 1), (BINS - 1, 2)]
    assert [(at, n) for at, n in enumerate(nulls) if n] == [(BINS // 2, 1)]


def test_threshold_keeps_the_rows_at_it_and_above() -> None:
    rows = make_pairs([("a", "b", 0.4), ("a", "b", 0.9), ("a", "b", 1.0), ("a", "", 1.0)])
    by_threshold = {row["threshold"]: row for row in Figures.of(rows).thresholds()}
    assert by_threshold[0.9]["rows"] == 2
    assert by_threshold[0.9]["expected"] == pytest.approx(0.95)
    assert by_threshold[0.0]["expected"] == pytest.approx(2.3 / 3)
    assert by_threshold[0.9]["measured"] is None


def test_threshold_measures_what_is_right() -> None:
    right = np.zeros(STEPS + 1, dtype=np.int64)
    right[step(1.0)] = 1
    rows = Figures.of(make_pairs([("a", "b", 0.5), ("a", "b", 1.0)])).thresholds(right)
    assert [row["measured"] for row in rows[:3]] == [0.5, 0.5, 1.0]


def test_threshold_that_keeps_nothing_promises_nothing() -> None:
    row = Figures.of(make_pairs([("a", "b", 0.4)])).thresholds()[-1]
    assert (row["rows"], row["expected"], row["measured"]) == (0, None, None)


def test_no_rows_at_all() -> None:
    shown = Figures.of([]).to_dict()
    assert (shown["rows"], shown["mean_confidence"], shown["curve"]) == (0, 0.0, [])


def test_confidence_beyond_its_range_counts_at_its_end() -> None:
    assert Figures.of(make_pairs([("a", "b", 1.2), ("a", "b", -0.1)])).histogram()[0][0] == 1


def test_curve_of_many_rows_is_short_and_ends_at_all_of_them() -> None:
    rows = [("a", "b", n / 2000) for n in range(2000)]
    curve = Figures.of(make_pairs(rows)).curve()
    assert len(curve) <= 60
    assert curve[-1] == [1.0, pytest.approx(0.4998, abs=1e-3)]
    assert curve[0][1] > 0.99


@given(ROWS)
def test_curve_and_thresholds_fall_as_more_is_kept(rows: list[tuple[str, str, float]]) -> None:
    figures = Figures.of(make_pairs(rows))
    curve = figures.curve()
    assert all(a[0] < b[0] and a[1] >= b[1] for a, b in pairwise(curve))
    assert bool(curve) == (figures.pairs > 0)
    kept = [row["rows"] for row in figures.thresholds()]
    assert kept == sorted(kept, reverse=True)
    assert kept[0] == figures.pairs


@given(ROWS, ROWS)
def test_figures_of_two_documents_are_those_of_their_rows_together(
    one: list[tuple[str, str, float]], other: list[tuple[str, str, float]]
) -> None:
    a, b = make_pairs(one, flags={0: ("copy",)}), make_pairs(other)
    added, together = Figures.of(a) + Figures.of(b), Figures.of([*a, *b])
    assert added.to_dict() == together.to_dict()
    assert added.share == pytest.approx(together.share)


def test_share_is_of_characters_and_by_confidence() -> None:
    figures = Figures.of(make_pairs([("aaaa", "bb", 0.5), ("cc", "", 1.0), ("", "dd", 1.0), ("e", "f", 1.0)]))
    assert figures.share == pytest.approx((6 * 0.5 + 2) / 12)


def test_length_fit_is_the_usual_ratio_whatever_one_row_does() -> None:
    rows = [("a" * 10, "b" * 20)] * 4 + [("a" * 10, "b" * 1000)]
    fit = LengthFit.of(make_pairs(rows))
    assert fit is not None
    assert fit.centre == pytest.approx(log(2))
    assert fit.spread == 0.0


def test_length_fit_measures_the_spread() -> None:
    generator = np.random.default_rng(1)
    rows = [("a" * 1000, "b" * round(500 * exp(off))) for off in generator.normal(0, 0.2, 400)]
    fit = LengthFit.of(make_pairs(rows))
    assert fit is not None
    assert fit.spread == pytest.approx(0.2, rel=0.15)


@pytest.mark.parametrize("rows", [[], [("a", "b")] * 2, [("a", "")] * 5])
def test_too_few_rows_have_no_length_fit(rows: list[tuple[str, str]]) -> None:
    pairs: list[AlignedPair] = make_pairs(rows)
    assert LengthFit.of(pairs) is None
