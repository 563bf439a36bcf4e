"""Sentences of documents: the cases beside this file, and what holds for every text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import UnknownLanguage
from align.read import read_text
from align.records import Document, Paragraph
from align.segment import segment, shown, unmarked
from align.segment.clean import INVISIBLE
from align.settings import AlignSettings

CASES = Path(__file__).parent / "cases"
MARKS = '。．.！？!?…「」『』（）()"“”‘’«»„`、,;:—-[] \n\t\u3000\u200b\ufeff\u0301'
WORDS = "東京 です と言 かな カナ Mr U.S He the 5 12 e\u0301 か\u3099 다 一 😀 Ⅳ ครับ ดังนั้น ฝนตกที่บ้านของเรา ๆ ၊".split()
TEXTS = st.lists(st.one_of(st.sampled_from(MARKS), st.sampled_from(WORDS), st.characters()), max_size=60).map("".join)
LANGUAGES = st.sampled_from(("ja", "zh", "en", "de", "fr", "ru", "ko", "ar", "th", "lo", "my", "he", "la"))


def document(text: str) -> Document:
    return Document("case", text, (Paragraph(0, len(text)),))


def marked(text: str, language: str) -> str:
    """The text with `|` where a sentence begins."""
    starts = [sentence.start for sentence in segment(document(text), language, AlignSettings())][1:]
    return "|".join(text[start:end] for start, end in zip([0, *starts], [*starts, len(text)], strict=True))


def cases(*, known_failures: bool) -> list:
    """Language and text with marks of every case; one with a reason for failing must fail."""
    rows = []
    for path in sorted(CASES.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            label, text, _, reason = line.split("\t")
            if reason and not known_failures:
                continue
            marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
            rows.append(pytest.param(path.stem, text.replace("\\n", "\n"), id=f"{path.stem}-{label}", marks=marks))
    return rows


@pytest.mark.parametrize(("language", "expected"), cases(known_failures=True))
def test_case(language: str, expected: str) -> None:
    assert marked(expected.replace("|", ""), language) == expected


@pytest.mark.parametrize(("language", "expected"), cases(known_failures=False))
def test_sentence_of_a_case_is_one_sentence(language: str, expected: str) -> None:
    for piece in expected.split("|"):
        assert marked(piece, language) == piece


@settings(deadline=None, max_examples=300)
@given(TEXTS, LANGUAGES)
def test_nothing_is_lost(text: str, language: str) -> None:
    sentences = segment(document(text), language, AlignSettings())
    at = 0
    for sentence in sentences:
        assert at <= sentence.start < sentence.end <= len(text)
        assert shown(text[at : sentence.start], language) == ""
        assert sentence.text == shown(text[sentence.start : sentence.end], language) != ""
        at = sentence.end
    assert shown(text[at:], language) == ""


@settings(deadline=None, max_examples=100)
@given(TEXTS, LANGUAGES)
def test_invisible_characters_change_no_boundary(text: str, language: str) -> None:
    plain = INVISIBLE.sub("", text)
    haunted = "\u200b".join(plain)
    texts = [[sentence.text for sentence in segment(document(t), language, AlignSettings())] for t in (plain, haunted)]
    assert [t.replace(" ", "") for t in texts[0]] == [t.replace(" ", "") for t in texts[1]]


def test_paragraphs_bound_sentences() -> None:
    text = "これは\n文。二つ目"
    paragraphs = (Paragraph(0, 3), Paragraph(4, len(text)))
    sentences = segment(Document("x", text, paragraphs), "ja", AlignSettings())
    assert [(s.text, s.start, s.end, s.paragraph) for s in sentences] == [
        ("これは", 0, 3, 0),
        ("文。", 4, 6, 1),
        ("二つ目", 6, 9, 1),
    ]


def test_presplit_takes_paragraphs_as_they_stand() -> None:
    text = "One. Two. \n\u200b \nThree."
    paragraphs = (Paragraph(0, 10), Paragraph(11, 13), Paragraph(14, len(text)))
    sentences = segment(Document("x", text, paragraphs), "en", AlignSettings(presplit=True))
    assert [(s.text, s.paragraph) for s in sentences] == [("One. Two.", 0), ("Three.", 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One.\nTwo.\nThree.", [0, 0, 0], id="lines alone say nothing of paragraphs"),
        pytest.param("One.\nTwo.\n\nThree.\nFour.", [0, 0, 2, 2], id="a blank line does"),
        pytest.param("One.\n \nTwo.\n\n\nThree.", [0, 1, 2], id="white space and several blank lines too"),
    ],
)
def test_blank_lines_part_paragraphs_of_presplit_lines(text: str, expected: list[int]) -> None:
    presplit = AlignSettings(presplit=True)
    assert [s.paragraph for s in segment(read_text(text, "x", presplit), "en", presplit)] == expected


def test_offsets_count_code_points() -> None:
    text = "😀 Yes\u0301. 🏴\u200d☠️ 𝔘no. Zwei \U0001f468\u200d\U0001f469\u200d\U0001f467. Next."
    for sentence in segment(document(text), "en", AlignSettings()):
        assert shown(text[sentence.start : sentence.end], "en") == sentence.text
    assert segment(document(text), "en", AlignSettings())[-1].start == text.index("Next")


def test_unknown_language_is_named() -> None:
    with pytest.raises(UnknownLanguage, match="xx"):
        segment(document("a"), "xx", AlignSettings())


@pytest.mark.parametrize("language", ["la", "mn", "sw", "eo", "ka"])
def test_language_without_rules_of_its_own(language: str) -> None:
    assert marked("Prima est. Secunda est? Tertia!", language) == "Prima est. |Secunda est? |Tertia!"


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(15, 80), min_size=1, max_size=60))
def test_a_sentence_of_thai_is_as_short_as_its_spaces_allow(clauses: list[int]) -> None:
    text = " ".join("ก" * length for length in clauses)
    found = [len(sentence.text) for sentence in segment(document(text), "th", AlignSettings())]
    assert max(found) <= unmarked.LONGEST + 81  # either end may lie half a clause and its space off
    assert len(found) == 1 or len(text) > unmarked.LONGEST


@pytest.mark.parametrize("code", ["zh-TW", "JPN", "ja"])
def test_codes_of_all_kinds(code: str) -> None:
    assert len(segment(document("一。二。"), code, AlignSettings())) == 2


HARD = (
    "「", "「。", "「A。」", "…", "。 ", '"', "（。）", "。（あ", "Yes. ", "“", "“Go. ", "Mr. ", "'a. ", "!? ",
    "ครับ ", "กกกกกกกกกกกกกกก ",
)  # fmt: skip


@pytest.mark.parametrize("text", HARD)
@pytest.mark.parametrize("language", ["ja", "en", "th"])
def test_time_is_linear(text: str, language: str) -> None:
    """Eight times the text takes nowhere near sixty-four times as long."""

    def seconds(size: int) -> float:
        whole = document(text * (size // len(text)))
        begin = time.process_time()
        segment(whole, language, AlignSettings())
        return time.process_time() - begin

    seconds(500)
    small = max(seconds(2_000), 0.002)
    assert seconds(16_000) < 30 * small
