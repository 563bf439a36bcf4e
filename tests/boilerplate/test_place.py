"""Where lines stand."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from align.boilerplate.place import NAMES, places


def column(name: str, logits: list[float], paragraphs: list[int], texts: list[str] | None = None) -> list[float]:
    texts = texts or [str(k) for k in range(len(logits))]
    rows = places(np.array(logits, dtype=np.float32), texts, paragraphs)
    return [round(value, 3) for value in rows[:, NAMES.index(name)].tolist()]


def test_a_line_alone_in_its_paragraph() -> None:
    assert column("alone", [0, 0, 0, 0], [0, 1, 1, 2]) == [1, 0, 0, 1]
    assert column("together", [0, 0, 0, 0], [0, 1, 1, 2]) == [0, 0.5, 0.5, 0]
    assert column("alone", [0, 0, 0], [0, 1, 2]) == [0, 0, 0]  # where all are, it means nothing
    assert column("together", [0, 0, 0], [0, 0, 0]) == [0, 0, 0]


def test_neighbours() -> None:
    assert column("nearest", [4, 0, 2], [0, 1, 2])[1] == 1.5
    assert column("both", [4, 0, 2], [0, 1, 2])[1] == 1
    assert column("either", [4, 0, 2], [0, 1, 2])[1] == 2
    assert column("window", [6, -2, 4], [0, 1, 2])[1] == 2.5
    assert column("paragraph", [4, -2, 2], [0, 0, 0])[1] == 1.5


def test_the_ends_are_where_no_text_is_beyond() -> None:
    logits = [6.0, 6, -6, -6, -6, 6, 6]
    head, tail = column("head", logits, list(range(7))), column("tail", logits, list(range(7)))
    assert head[0] > 0.95
    assert head[1] > 0.95
    assert head[5] < 0.25
    assert tail[6] > 0.95
    assert tail[1] < 0.25


def test_repetition() -> None:
    texts = ["Share", "x", "SHARE", "y"]
    assert column("again", [0, 0, 0, 0], [0, 1, 2, 3], texts) == [0.693, 0, 0.693, 0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-50, 50, width=32), st.integers(0, 2)), min_size=1, max_size=12))
def test_columns_are_finite_and_bounded(lines: list[tuple[float, int]]) -> None:
    logits = np.array([logit for logit, _ in lines], dtype=np.float32)
    found = places(logits, [str(k % 3) for k in range(len(lines))], np.cumsum([s for _, s in lines]).tolist())
    assert found.shape == (len(lines), len(NAMES))
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 6
