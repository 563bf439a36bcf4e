"""Text as it is shown, and sentences joined."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.records import Sentence
from align.segment import join, shown

SHOWN = [
    ("space", "ja", " \t京都\u3000 府\n", "京都 府"),
    ("hard_wrap_ja", "ja", "会議は\n午後", "会議は午後"),
    ("hard_wrap_indented", "ja", "会議は\n\u3000 午後", "会議は午後"),
    ("hard_wrap_punctuation", "ja", "会議は、\n午後", "会議は、午後"),
    ("hard_wrap_latin", "ja", "会議は\nTokyo", "会議は Tokyo"),
    ("hard_wrap_quotes_zh", "zh", "他说“好”\n然后", "他说“好”然后"),
    ("hard_wrap_ko", "ko", "비가\n온다", "비가 온다"),
    ("hard_wrap_en", "en", "rain\r\nfell", "rain fell"),
    ("line_separator", "ja", "会議\u2028午後", "会議午後"),
    ("no_break_space", "fr", "Oui\u00a0!", "Oui !"),
    ("soft_hyphen", "en", "co\u00adop", "coop"),
    ("zero_width", "ja", "\ufeff京\u200b都\u2060", "京都"),
    ("bidi", "en", "a\u202eb\u2066c\u200e", "abc"),
    ("joiners_stay", "fa", "می\u200cخواهم", "می\u200cخواهم"),
    ("emoji_joiner_stays", "en", "\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
    ("flag_tags_stay", "en", "\U0001f3f4\U000e0067\U000e007f", "\U0001f3f4\U000e0067\U000e007f"),
    ("nul", "en", "a\x00b\x07", "ab"),
    ("nul_between_spaces", "en", "a \x00 b", "a b"),
    ("surrogate", "en", "a\ud800b", "a\ufffdb"),
    ("composed", "ja", "か\u3099", "が"),
    ("compatibility_stays", "ja", "①㌔Ａ", "①㌔Ａ"),
    ("nothing", "en", " \u200b\x00 ", ""),
]


@pytest.mark.parametrize(("language", "text", "expected"), [pytest.param(*c[1:], id=c[0]) for c in SHOWN])
def test_shown(language: str, text: str, expected: str) -> None:
    assert shown(text, language) == expected


@settings(deadline=None)
@given(st.text(), st.sampled_from(["ja", "en"]))
def test_shown_is_stable_and_clean(text: str, language: str) -> None:
    once = shown(text, language)
    assert shown(once, language) == once
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in once)
    assert "  " not in once
    assert once == once.strip()


@settings(deadline=None)
@given(st.text(st.characters(blacklist_categories=("C", "Z")), max_size=50))
def test_visible_characters_stay(text: str) -> None:
    assert shown(text, "en") == unicodedata.normalize("NFC", text).strip()


def test_marks_upon_marks_take_linear_time() -> None:
    begin = time.process_time()
    shown("a" + "\u0301\u0316" * 100_000, "en")
    assert time.process_time() - begin < 10


def test_long_text_composes_like_short_text() -> None:
    text = "か\u3099e\u0301 か\u3099\u1100\u1161 " * 1000
    assert shown(text, "ja") == unicodedata.normalize("NFC", text).strip()


def sentences(*texts: str) -> list[Sentence]:
    return [Sentence(text, 0, 1, 0) for text in texts]


@pytest.mark.parametrize(
    ("language", "texts", "expected"),
    [
        ("ja", ("京都。", "大阪。"), "京都。大阪。"),
        ("ja", ("Kyoto.", "Osaka."), "Kyoto. Osaka."),
        ("ja", ("京都。", "Osaka."), "京都。Osaka."),
        ("en", ("Kyoto.", "Osaka."), "Kyoto. Osaka."),
        ("ko", ("교토.", "오사카."), "교토. 오사카."),
        ("ja", (), ""),
    ],
)
def test_join(language: str, texts: tuple[str, ...], expected: str) -> None:
    assert join(sentences(*texts), language) == expected
