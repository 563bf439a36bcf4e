"""Names: by sound and by spelling."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.judge.names import names_missing
from align.judge.phonetic import alike, distance, of_katakana, of_latin

SOUNDS = [
    ("プーチン", "Putin"),
    ("オースティン", "Austin"),
    ("ウラジーミル", "Vladimir"),
    ("ジョン", "John"),
    ("スミス", "Smith"),
    ("カービー", "Kirby"),
    ("シュレーダー", "Schröder"),
    ("フィリップ", "Philip"),
    ("クック", "Cook"),
    ("ウォレン", "Warren"),
]


@pytest.mark.cases("names")
def test_missing(case: dict[str, str]) -> None:
    languages = case["src_lang"], case["tgt_lang"]
    assert names_missing(case["src"], case["tgt"], languages) == (case["missing"] == "yes")


@pytest.mark.parametrize(("katakana", "latin"), SOUNDS)
def test_sounds_alike(katakana: str, latin: str) -> None:
    assert alike(of_katakana(katakana), of_latin(latin), 0.35)


@pytest.mark.parametrize("at", range(len(SOUNDS)))
def test_sounds_unlike(at: int) -> None:
    katakana, latin = SOUNDS[at][0], SOUNDS[(at + 3) % len(SOUNDS)][1]
    assert not alike(of_katakana(katakana), of_latin(latin), 0.35)


@settings(deadline=None)
@given(st.text("akstnhmrwgzdbp", max_size=8), st.text("akstnhmrwgzdbp", max_size=8))
def test_distance(one: str, other: str) -> None:
    assert distance(one, one) == 0
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert 0 <= distance(one, other) <= 1
    assert alike(one, one, 0)


@settings(deadline=None)
@given(st.text(), st.text(), st.sampled_from([("en", "ja"), ("ja", "en"), ("en", "fr"), ("zh", "en"), ("ru", "ar")]))
def test_any_text_is_judged(src: str, tgt: str, languages: tuple[str, str]) -> None:
    assert names_missing(src, tgt, languages) == names_missing(tgt, src, languages[::-1])
