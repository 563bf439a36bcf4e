"""Numbers, dates, addresses and names that stand in a text and in its translation alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.languages import LANGUAGES
from align.match.dates import dates
from align.match.hints import marks, name_marks


@pytest.mark.parametrize(
    ("label", "text", "code", "found"),
    [
        ("separators", "It cost 1,234.50 euros.", "en", {"#123450"}),
        ("other separators", "Es kostete 1.234,50 Euro.", "de", {"#123450"}),
        ("full width", "全部で１２０個。", "ja", {"#120"}),
        ("Arabic digits", "١٢٣", "ar", {"#123"}),
        ("leading zeros", "No. 007", "en", {"#7"}),
        ("names in Japanese", "米国のNASAとUnicefが", "ja", {"nasa", "unicef"}),
        ("address", "See https://www.example.org/a/b.", "en", {"https://www.example.org/a/b", "example.org"}),
        ("address in Japanese", "詳細は（https://example.org/x）を。", "ja", {"https://example.org/x", "example.org"}),
        ("mail", "Write to Info@Example.org now", "en", {"info@example.org", "example.org"}),
    ],
)
def test_marks(label: str, text: str, code: str, found: set[str]) -> None:
    assert found <= marks(text, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("on May 3, 2021, at", "en"),
        ("on 3 May 2021", "en"),
        ("on 3rd of May 2021", "en"),
        ("am 3. Mai 2021 in", "de"),
        ("le 3 mai 2021", "fr"),
        ("el 3 de mayo de 2021", "es"),
        ("3 мая 2021 года", "ru"),
        ("3 Mayıs 2021", "tr"),
        ("3 Mei 2021", "id"),
        ("2021年5月3日に", "ja"),
        ("令和3年5月3日", "ja"),
        ("2021年5月3号", "zh"),
        ("2021년 5월 3일", "ko"),
        ("2021-05-03", "en"),
        ("2021/5/3", "ja"),
    ],
)
def test_a_date_is_the_same_in_every_language(text: str, code: str) -> None:
    assert dates(text, code) == {"@2021-05-03", "@05-03"}


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("in May 2021", "en", {"@2021-05"}),
        ("2021年5月", "ja", {"@2021-05"}),
        ("5月3日", "ja", {"@05-03"}),
        ("May 3", "en", {"@05-03"}),
        ("平成元年1月8日", "ja", {"@1989-01-08", "@01-08"}),
        ("You may go.", "en", set()),
        ("2021-13-40", "en", set()),
        ("12021-05-03", "en", set()),
        ("99月99日", "ja", set()),
        ("3/5/2021", "en", set()),
    ],
)
def test_parts_of_dates(text: str, code: str, found: set[str]) -> None:
    assert dates(text, code) == found


@given(st.text(max_size=200), st.sampled_from(sorted(LANGUAGES)))
def test_any_text_has_marks_in_any_language(text: str, code: str) -> None:
    assert all(marks(text, code))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("news/report-2021-05.en", "news/report-2021-05.ja"),
        ("en/chapter_07", "JA/Chapter-7"),
        ("guide_eng", "guide-japanese"),
        ("２０２１_report", "2021 Report"),
    ],
)
def test_names_agree_but_for_language_case_and_zeros(one: str, other: str) -> None:
    assert name_marks(one) == name_marks(other) != frozenset()


@pytest.mark.parametrize(("one", "other"), [("chapter-1", "chapter-2"), ("a/report", "b/report")])
def test_other_names_differ(one: str, other: str) -> None:
    assert name_marks(one) != name_marks(other)
