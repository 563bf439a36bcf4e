from __future__ import annotations

import textwrap
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from align.read.paragraphs import paragraphs

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "paragraphs.yaml").read_text(encoding="utf-8"))
MARKS = "\n|\n\n| |  |\u3000|\t|\f|\u2028|\u200b|# |- |1. |・|> |---|「|。|.|,".split("|")
STUFF = "word|Word|words and more words to fill a line|言葉|山の上の小さな村に時計を直す職人が住んでいた|\n".split("|")
PIECES = st.sampled_from([*MARKS, *STUFF])
TEXTS = st.lists(PIECES | st.characters(exclude_categories=["Cs"]), max_size=60).map("".join)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_paragraphs(case):
    found = paragraphs(case["text"], case.get("presplit", False))
    assert [[p.kind, case["text"][p.start : p.end]] for p in found] == case["paragraphs"]


def is_seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Zs", "Zl", "Zp")


@given(TEXTS, st.booleans())
def test_every_visible_character_is_in_one_paragraph(text, presplit):
    found = paragraphs(text, presplit)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(0 <= p.start < p.end <= len(text) for p in found)
    outside = set(range(len(text))) - {i for p in found for i in range(p.start, p.end)}
    assert not [text[i] for i in outside if is_seen(text[i])]
    assert all(any(map(is_seen, text[p.start : p.end])) for p in found)


@given(TEXTS)
def test_presplit_lines_are_lines(text):
    found = paragraphs(text, presplit=True)
    assert len(found) == sum(any(map(is_seen, line)) for line in text.split("\n"))
    assert not any("\n" in text[p.start : p.end] for p in found)


@given(TEXTS)
def test_blank_lines_part_paragraphs(text):
    assert not any("\n\n" in text[p.start : p.end] for p in paragraphs(text))


WORDS = "the ship that came from the north had brought letters for nearly every house of our small town".split()
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=6, max_size=20).map(
    lambda words: " ".join(words).capitalize() + "."
)
PROSE = st.lists(st.lists(SENTENCES, min_size=5, max_size=9).map(" ".join), min_size=2, max_size=5)


@settings(max_examples=40)
@given(PROSE, st.sampled_from([60, 72, 79, 100]))
def test_wrapped_prose_is_unwrapped_at_any_width(prose, width):
    wrapped = [textwrap.fill(paragraph, width) for paragraph in prose]
    text = "\n\n".join(wrapped)
    before_breaks = [before[-1] for before in "\n".join(wrapped).split("\n")[:-1]]
    assume(before_breaks.count(".") * 2 < len(before_breaks))  # where all lines end sentences, nothing shows a width
    assert [text[p.start : p.end] for p in paragraphs(text)] == wrapped


@given(st.lists(SENTENCES, min_size=1, max_size=30))
def test_sentences_on_lines_stay_apart(sentences):
    assert len(paragraphs("\n".join(sentences))) == len(sentences)
