"""The language of a side, and text that is none."""

from __future__ import annotations

import pytest

from align.judge.language import mostly_non_text, wrong_language


@pytest.mark.cases("language")
def test_wrong(case: dict[str, str]) -> None:
    assert wrong_language(case["text"], case["language"]) == (case["wrong"] == "yes")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12:30 | 4-1", True),
        ("https://example.org/a/b", True),
        ("★★★★★★", True),
        ("2018年", True),
        ("3人", False),  # too short to be mostly anything
        ("In 1987 it rained.", False),
        ("雨だった。", False),
        ("", False),
    ],
)
def test_non_text(text: str, found: bool) -> None:
    assert mostly_non_text(text) == found
