"""Thresholds on confidence."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.confidence import keep_by, keep_sure, threshold_for
from align.errors import SettingsError
from align.records import AlignedPair
from align.settings import AlignSettings

SHARES = st.lists(st.integers(0, 10_000).map(lambda n: n / 10_000), max_size=40)


def row(confidence: float, number: int = 0, null: bool = False) -> AlignedPair:
    ids = () if null else (number,)
    return AlignedPair(
        "d", number, "1-0" if null else "1-1", (number,), ids, confidence, 0.5, (), "a", "b", (0, 1), None
    )


@pytest.mark.parametrize(
    ("confidences", "precision", "threshold"),
    [
        ((0.9, 0.8, 0.7), 0.8, 0.7),  # all of them: the mean is just what was asked
        ((0.9, 0.8, 0.7), 0.85, 0.8),
        ((0.9, 0.8, 0.7), 0.9, 0.9),
        ((0.9, 0.8, 0.7), 0.91, None),  # not even the surest
        ((0.9, 0.6, 0.6), 0.74, 0.9),  # one of two equal ones would do, both do not
        ((0.1, 1.0, 0.55), 0.5, 0.1),  # in any order
        ((0.90004, 0.9), 0.9, 0.9),  # as written, they are equal
        ((), 0.5, None),
    ],
)
def test_threshold(confidences: tuple[float, ...], precision: float, threshold: float | None) -> None:
    assert threshold_for(confidences, precision) == threshold


@given(SHARES, st.floats(0.01, 1))
def test_the_set_kept_is_the_largest_that_has_the_precision(confidences: list[float], precision: float) -> None:
    threshold = threshold_for(confidences, precision)
    kept = [c for c in confidences if threshold is not None and c >= threshold]
    if kept:
        assert sum(kept) / len(kept) >= precision - 1e-6
    for lower in {c for c in confidences if threshold is None or c < threshold}:
        more = [c for c in confidences if c >= lower]
        assert sum(more) / len(more) < precision + 1e-6


def test_null_rows_stay_and_order_does() -> None:
    pairs = [row(0.9, 0), row(0.2, 1, null=True), row(0.3, 2), row(0.95, 3)]
    rows, kept = keep_sure(pairs, min_confidence=0.5)
    assert [pair.bead for pair in rows] == [0, 1, 3]
    assert (kept.threshold, kept.pairs, kept.left_out) == (0.5, 2, 1)
    assert kept.precision == pytest.approx(0.925)
    assert kept.share == pytest.approx(2 / 3)


def test_a_confidence_counts_as_it_is_written() -> None:
    assert keep_sure([row(0.49996)], min_confidence=0.5)[1].pairs == 1


def test_both_thresholds_hold_together() -> None:
    pairs = [row(c) for c in (0.99, 0.9, 0.6, 0.5)]
    assert keep_sure(pairs, 0.55, 0.9)[1].threshold == 0.9
    assert keep_sure(pairs, 0.95, 0.9)[1].threshold == 0.99


def test_where_nothing_is_sure_enough_only_null_rows_are_left() -> None:
    rows, kept = keep_sure([row(0.4), row(0.9, null=True)], target_precision=0.8)
    assert [pair.is_null for pair in rows] == [True]
    assert (kept.threshold, kept.pairs, kept.left_out, kept.precision) == (None, 0, 1, 0.0)


def test_calibrated_confidence_reaches_the_precision_asked() -> None:
    draw = random.Random(7)
    confidences = [draw.random() ** 0.3 for _ in range(20_000)]
    right = [draw.random() < confidence for confidence in confidences]
    for precision in (0.8, 0.9, 0.97):
        threshold = threshold_for(confidences, precision)
        assert threshold is not None
        kept = [is_right for is_right, c in zip(right, confidences, strict=True) if round(c, 4) >= threshold]
        assert len(kept) > 500
        assert sum(kept) / len(kept) == pytest.approx(precision, abs=0.015)


def test_the_settings_decide() -> None:
    pairs = (row(0.9), row(0.3))
    assert keep_by(pairs, AlignSettings()) == (pairs, None)
    assert keep_by(pairs, AlignSettings(min_confidence=0.5))[1].pairs == 1
    assert keep_by(pairs, AlignSettings(target_precision=0.6))[1].pairs == 2


@pytest.mark.parametrize(
    "values",
    [{"min_confidence": 1.1}, {"min_confidence": -0.1}, {"min_confidence": float("nan")}, {"target_precision": 0.0},
     {"target_precision": 1.01}, {"target_precision": float("nan")}],
)  # fmt: skip
def test_settings_out_of_range(values: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match=next(iter(values))):
        AlignSettings(**values)
