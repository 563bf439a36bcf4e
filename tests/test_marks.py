"""What of a sentence translation leaves as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from align.marks import marks

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "marks.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_marks(case: dict) -> None:
    (found,) = marks([case["text"]], case["language"])
    assert found.shared >= set(case["shared"])
    if not case["shared"]:
        assert not found.shared


def test_numbers_are_asked_for_and_names_are_not() -> None:
    (english, japanese) = marks(["NATO spent 180,000 in 2024."], "en") + marks(["NATOは2024年に18万を費やした。"], "ja")
    assert {frozenset(keys) for keys in english.asked} == {frozenset(["number:180000"]), frozenset(["number:2024"])}
    assert all(keys & japanese.shared for keys in english.asked)
    assert all(keys & english.shared for keys in japanese.asked)


LINES = st.lists(st.text(st.characters(exclude_categories=()), max_size=20), max_size=4)


@given(LINES, st.sampled_from(["en", "ja", "is"]))
def test_what_is_asked_for_is_there(texts: list[str], language: str) -> None:
    found = marks(texts, language)
    assert len(found) == len(texts)
    assert all(keys <= each.shared for each in found for keys in each.asked)


def test_the_number_of_an_item_is_not_asked_for() -> None:
    (item,) = marks(["8　付議事件は3件"], "ja")
    assert item.shared == {"number:8", "number:3"}
    assert item.asked == (frozenset(["number:3"]),)
