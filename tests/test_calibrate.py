"""Which temperature makes confidence come true."""

from __future__ import annotations

import pytest

from align.calibrate import _TEMPERATURES, calibrate


def test_the_temperature_of_the_least_error_is_taken() -> None:
    """Two documents of five beads, four right in each: of the temperatures one makes them .8 sure."""
    judged = [{t: [(1 - 0.2 * t / 1.2, k > 0) for k in range(5)] for t in _TEMPERATURES} for _ in range(2)]
    temperature, table = calibrate(judged)
    assert temperature == 1.2
    assert table == [{"beads": 10, "confidence": 0.8, "right": 0.8}]


@pytest.mark.parametrize("judged", [[], [{t: [] for t in _TEMPERATURES}]])
def test_where_nothing_is_held_out_it_stays_one(judged) -> None:
    assert calibrate(judged) == (1.0, [])
