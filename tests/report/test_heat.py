from __future__ import annotations

import numpy as np
import pytest

from align.errors import UnknownLanguage
from align.report.heat import LARGEST, HeatMap, encoder_of
from tests.report.conftest import LetterEncoder, make_pairs


def test_cells_are_source_rows_by_target_rows(letters: LetterEncoder) -> None:
    rows = [("aaa", "aaa"), ("bbb", ""), ("", "ccc"), ("ddd", "ddd"), ("", "bbb")]
    heat = HeatMap.of(make_pairs(rows), ("en", "ja"), letters)
    assert heat is not None
    assert (heat.rows, heat.columns) == ([0, 1, 3], [0, 2, 3, 4])
    cells = np.frombuffer(heat.cells, np.uint8).reshape(3, 4)
    # The row that lost its partner shows where it is: beside its text, in another row.
    assert (cells > 200).tolist() == [[True, False, False, False], [False] * 3 + [True], [False, False, True, False]]


def test_values_come_back_from_the_bytes(letters: LetterEncoder) -> None:
    heat = HeatMap.of(make_pairs([("aab", "ab"), ("b", "b")]), ("en", "ja"), letters)
    assert heat is not None
    cosine = heat.low + heat.cells[0] / 255 * (heat.high - heat.low)
    assert cosine == pytest.approx(3 / np.sqrt(10), abs=0.01)


@pytest.mark.parametrize("rows", [[], [("a", "")], [("a", "b")] * (LARGEST + 1)], ids=["none", "one side", "large"])
def test_no_map(rows: list[tuple[str, str]], letters: LetterEncoder) -> None:
    assert HeatMap.of(make_pairs(rows), ("en", "ja"), letters) is None
    assert letters.seen == []


def test_map_of_equal_vectors_has_no_nan(letters: LetterEncoder) -> None:
    heat = HeatMap.of(make_pairs([("a", "a"), ("a", "a")]), ("en", "ja"), letters)
    assert heat is not None
    assert heat.to_dict()["low"] == pytest.approx(heat.high, abs=1e-4)


def test_encoder_is_the_one_that_aligned_or_the_one_asked_for() -> None:
    assert encoder_of({}, ("en", "ja"), None).name == "use"
    assert encoder_of({"settings": {"model": "use"}}, ("en", "ja"), None).name == "use"
    with pytest.raises(UnknownLanguage):
        encoder_of({}, ("en", "is"), "use")
