"""Brackets and quotation marks that belong together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.segment.brackets import match

PAIRS = [
    ("plain", "a（b）c", ["（b）"]),
    ("nested", "「a『b』c」", ["「a『b』c」", "『b』"]),
    ("unclosed", "「a「b」", ["「b」"]),
    ("unopened", "a」b「c」", ["「c」"]),
    ("crossing", "（a「b）c」", ["（a「b）"]),
    ("german", "„a“ und “b”", ["„a“", "“b”"]),
    ("guillemets", "«a» »b« » c", ["«a»", "»b«"]),
    ("french", "« a » « b »", ["« a »", "« b »"]),
    ("finnish", "»a» ja ”b”", ["»a»", "”b”"]),
    ("straight", '"a" "b" c', ['"a"', '"b"']),
    ("straight_cjk", '彼"はい"と"いいえ"', ['"はい"', '"いいえ"']),
    ("apostrophe", "it’s ‘the dog’s’ bone", ["‘the dog’s’"]),
    ("apostrophe_ascii", "it's 'so.' isn't", ["'so.'"]),
    ("inches", 'a 5" and a 6" "tv"', ['"tv"']),
    ("gershayim", 'ד"ר ד"ר', []),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*c[1:], id=c[0]) for c in PAIRS])
def test_pairs(text: str, expected: list[str]) -> None:
    closer = match(text, 300).closer
    assert [text[start : stop + 1] for start, stop in closer.items()] == expected


def test_long_pair_is_no_inside() -> None:
    marks = match("「" + "あ" * 9 + "」「い」", 8)
    assert sorted(marks.closer) == [0, 11]
    assert list(marks.inside) == [0] * 12 + [1, 1, 0]


@given(st.text("「」『』（）\"“”„«»‘’'a ", max_size=40))
def test_pairs_never_cross(text: str) -> None:
    marks = match(text, 300)
    assert {stop: start for start, stop in marks.closer.items()} == marks.opener
    ends: list[int] = []
    for at in range(len(text)):
        if at in marks.closer:
            ends.append(marks.closer[at])
        elif at in marks.opener:
            assert ends.pop() == at
        assert marks.inside[at + 1] == bool(ends)
