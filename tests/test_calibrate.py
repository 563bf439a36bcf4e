"""Which temperature makes confidence come true."""

from __future__ import annotations

import numpy as np
import pytest

from align.calibrate import _TEMPERATURES, calibrate, reliability


def test_reliability() -> None:
    rows = np.array([(0.95, 1), (0.95, 1), (0.95, 0), (0.15, 0)], dtype=float)
    error, bins = reliability(rows)
    assert error == pytest.approx(0.75 * abs(0.95 - 2 / 3) + 0.25 * 0.15)
    assert [(b["beads"], b["confidence"], b["right"]) for b in bins] == [(1, 0.15, 0.0), (3, 0.95, 0.667)]


def test_the_temperature_of_the_least_error_is_taken() -> None:
    """Two documents of five beads, four right in each: of the temperatures one makes them .8 sure."""
    judged = [{t: [(1 - 0.2 * t / 1.2, k > 0) for k in range(5)] for t in _TEMPERATURES} for _ in range(2)]
    temperature, table = calibrate(judged)
    assert temperature == 1.2
    assert table == [{"beads": 10, "confidence": 0.8, "right": 0.8}]


@pytest.mark.parametrize("judged", [[], [{t: [] for t in _TEMPERATURES}]])
def test_where_nothing_is_held_out_it_stays_one(judged) -> None:
    assert calibrate(judged) == (1.0, [])
