"""All checks together: what they add to a row, and what they leave as it is."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.judge import FLAGS, judge
from align.judge.flags import FROM_ELSEWHERE
from align.records import AlignedPair

DOCS = Path(__file__).parents[2] / "docs" / "flags.md"
Make = Callable[..., AlignedPair]


@pytest.mark.parametrize("name", [name for name in FLAGS if name not in FROM_ELSEWHERE])
def test_the_example_of_a_flag_has_it(name: str, pair: Make) -> None:
    src, tgt = FLAGS[name].example
    row = pair(src, tgt, confidence=0.4 if name == "low-confidence" else 1.0)
    assert name in judge([row, row] if name == "duplicate" else [row], ("en", "ja"))[-1].flags


@pytest.mark.parametrize("name", FLAGS)
def test_the_documentation_has_every_flag(name: str) -> None:
    flag = FLAGS[name]
    cells = [f"`{name}`", flag.rule, flag.threshold, " / ".join(side or "(empty)" for side in flag.example)]
    row = " | ".join(cell.replace("|", "\\|") for cell in cells)
    assert re.sub(r" +", " ", f"| {row} |") in re.sub(r" +", " ", DOCS.read_text(encoding="utf-8"))


def test_a_good_pair_has_no_flag(pair: Make) -> None:
    row = pair("On May 3, 2024, Putin spent 1.2 billion dollars.", "2024年5月3日、プーチン氏は12億ドルを費やした。")
    assert judge([row], ("en", "ja")) == (row,)


def test_flags_are_added_to_those_there_are(pair: Make) -> None:
    row = pair("It cost 1,200 yen.", "千三百円だった。", flags=("own", "boilerplate"))
    assert judge([row], ("en", "ja"))[0].flags == ("boilerplate", "numbers", "own")


def test_null_rows_are_judged_by_their_side(pair: Make) -> None:
    rows = [pair("", "There are no comments yet on this page."), pair("It <b>rained</b>.", ""), pair("", "雨だった。")]
    assert [row.flags for row in judge(rows, ("en", "ja"))] == [("language",), ("artefact",), ()]


def test_duplicates_are_those_that_come_later(pair: Make) -> None:
    rows = [pair("It rained.", "雨だった。"), pair("IT RAINED", "雨だった"), pair("It rained.", "雪だった。")]
    assert ["duplicate" in row.flags for row in judge(rows, ("en", "ja"))] == [False, True, False]


def test_no_rows() -> None:
    assert judge([], ("en", "ja")) == ()


def test_a_document_in_one_row_takes_no_time(pair: Make) -> None:
    row = pair("Anna met 12 of them in Oslo. " * 5_000, "オスロ・アンナ12。" * 5_000)
    started = time.process_time()
    judge([row], ("en", "ja"))
    assert time.process_time() - started < 5


sides = st.one_of(st.text(max_size=40), st.text("アイウ一二。 12.,「」\"'()aBc", max_size=40))


@settings(deadline=None)
@given(
    st.lists(st.tuples(sides, sides, st.floats(0, 1)), max_size=5),
    st.sampled_from([("en", "ja"), ("ja", "en"), ("de", "fr"), ("zh", "ko"), ("ar", "ru"), ("th", "is")]),
)
def test_nothing_but_flags_changes(texts: list[tuple[str, str, float]], languages: tuple[str, str]) -> None:
    rows = [
        AlignedPair(
            "d", at, "1-1", (at,) if src else (), (at,) if tgt else (), confidence, 0.5, (), src, tgt, None, None
        )
        for at, (src, tgt, confidence) in enumerate(texts)
    ]
    found = judge(rows, languages)
    assert [dataclasses.replace(row, flags=()) for row in found] == rows
    for row in found:
        assert set(row.flags) <= set(FLAGS)
        assert list(row.flags) == sorted(set(row.flags))
    assert judge(found, languages) == found
