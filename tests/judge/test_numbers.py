"""Numbers: what each form is worth, and whether two sides have the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.judge.digits import number
from align.judge.numbers import mentions, numbers_differ

LANGUAGES = ("en", "ja", "zh", "de", "fr", "ko", "is")


@pytest.mark.cases("values")
def test_values(case: dict[str, str]) -> None:
    found = {value for mention in mentions(case["text"], case["language"]) for value in mention.values}
    assert number(float(case["values"])) in found


@pytest.mark.cases("numbers")
def test_differ(case: dict[str, str]) -> None:
    languages = case["src_lang"], case["tgt_lang"]
    assert numbers_differ(case["src"], case["tgt"], languages) == (case["differ"] == "yes")


@pytest.mark.cases("numbers")
def test_differ_either_way(case: dict[str, str]) -> None:
    languages = case["tgt_lang"], case["src_lang"]
    assert numbers_differ(case["tgt"], case["src"], languages) == (case["differ"] == "yes")


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_groups_and_myriads_are_one_number(value: int) -> None:
    english = f"It was {value:,} then."
    myriads = "".join(
        f"{part}{unit}"
        for part, unit in ((value // 10**8, "億"), (value // 10**4 % 10**4, "万"), (value % 10**4, ""))
        if part
    )
    assert not numbers_differ(english, f"それは{myriads or 0}だった。", ("en", "ja"))
    assert not numbers_differ(english, f"Es war {value:,}.".replace(",", "."), ("en", "de"))


@settings(deadline=None)
@given(st.integers(2, 10**9), st.integers(2, 10**9))
def test_another_number_differs(one: int, other: int) -> None:
    differ = numbers_differ(f"It was {one:,} then.", f"それは{other}だった。", ("en", "ja"))
    assert differ == (one != other)


@settings(deadline=None)
@given(st.text(), st.sampled_from(LANGUAGES))
def test_a_text_has_its_own_numbers(text: str, language: str) -> None:
    assert not numbers_differ(text, text, (language, language))


@settings(deadline=None)
@given(st.text("0123456789.,' 年月日時億万千百分の割-:/％%１１二三〇", max_size=40), st.sampled_from(LANGUAGES))
def test_any_digits_are_read(text: str, language: str) -> None:
    for mention in mentions(text, language):
        assert mention.values
        assert 0 <= mention.start < mention.end


def test_very_long_digits() -> None:
    assert not numbers_differ("9" * 10_000, "9" * 10_000, ("en", "ja"))
    assert numbers_differ("9" * 10_000, "8" * 10_000, ("en", "ja"))
