"""The shape of lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.boilerplate.characters import characters
from align.boilerplate.shape import NAMES, shapes


def shape(text: str, language: str = "en") -> dict[str, float]:
    return dict(zip(NAMES, shapes(characters([text]), language)[0].tolist(), strict=True))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("It rained.", "en", {"stop": 1, "question": 0, "small first": 0, "no letter": 0, "foreign": 0}),
        ("Did it rain?", "en", {"stop": 0, "question": 1}),
        ('"It rained."', "en", {"stop": 1, "quote": 1, "mark first": 0}),
        ("（笑）。」", "ja", {"stop": 1, "bracket": 1}),
        ("Read more...", "en", {"stop": 1, "ellipsis": 1}),
        ("続きを読む…", "ja", {"ellipsis": 1}),
        ("No. 7 is out", "en", {"stop": 0, "inner stop": 1, "digit": 1, "digit first": 0}),
        ("Home | News | Sport", "en", {"separator": 1, "title case": 1}),
        ("LIVE TV", "en", {"all capitals": 1, "capitals": 1}),
        ("iPhone cases", "en", {"small first": 1}),
        ("2019-05-07", "en", {"no letter": 1, "digit first": 1, "foreign": 1, "all foreign": 0}),
        ("You May Also Like", "ja", {"all foreign": 1, "foreign": 1, "hiragana": 0}),
        ("関連記事", "ja", {"all foreign": 0, "no hiragana": 1}),
        ("雨が降った。", "ja", {"no hiragana": 0, "stop": 1}),
        ("雨が降った。", "en", {"all foreign": 1, "no hiragana": 0}),
        ("※写真", "ja", {"mark first": 1}),
        ("", "en", {"≤4": 1, "no letter": 1, "stop": 0}),
    ],
)
def test_shapes(text: str, language: str, expected: dict[str, float]) -> None:
    found = shape(text, language)
    assert {name: found[name] for name in expected} == expected


def test_width_counts_east_asian_characters_as_more() -> None:
    assert shape("漢字だけの長い行です", "ja")["≤16"] == 0
    assert shape("abcdefghij")["≤16"] == 1
    assert shape("x" * 161)[">160"] == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=20), min_size=1, max_size=5))
def test_a_line_has_the_same_shape_among_others(texts: list[str]) -> None:
    together = shapes(characters(texts), "ja")
    assert together.shape == (len(texts), len(NAMES))
    assert np.isfinite(together).all()
    assert (together == np.concatenate([shapes(characters([text]), "ja") for text in texts])).all()
