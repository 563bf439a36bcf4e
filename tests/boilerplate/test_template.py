"""The lines of a site's template, told from lines that people say again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.boilerplate import repeated, repeated_lines
from align.read import read_text
from align.samples import read_collection
from align.settings import AlignSettings

GOLD = Path(__file__).parents[3] / "shared/gold"
WORDS = ["harbour", "library", "mountain", "winter", "market", "railway", "garden", "island", "museum", "bridge"]


def bodies(count: int) -> list[list[str]]:
    """So many pages of three lines that no other page has."""
    return [[f"Page {n} is about the {word}." for word in WORDS[n % 7 : n % 7 + 3]] for n in range(count)]


def test_lines_that_stand_in_many_pages_in_the_same_company() -> None:
    pages = [["Menu", "Tides", *body, "Terms", "© Us"] for body in bodies(12)]
    assert repeated_lines(pages, min_documents=10).texts == ("Menu", "Tides", "Terms", "© Us")
    assert repeated_lines(pages, min_documents=13).texts == ()


def test_a_line_counts_once_a_page() -> None:
    pages = [["Menu", "Tides", *body, "MENU", "Tides"] for body in bodies(6)]
    assert repeated_lines(pages, min_documents=7).texts == ()
    assert repeated_lines(pages, min_documents=6).texts == ("Menu", "Tides")


def test_what_stands_among_other_lines_every_time_is_text() -> None:
    pages = [[body[0], "Thank you.", body[1], "I see.", body[2]] for body in bodies(40)]
    assert repeated_lines(pages, min_documents=10).texts == ()


def test_what_is_said_twice_in_a_row_is_no_template() -> None:
    pages = [[body[0], "Yes.", "Yes.", body[1], "Yes.", "Yes.", body[2]] for body in bodies(40)]
    assert repeated_lines(pages, min_documents=10).texts == ()


def test_the_end_of_a_page_is_company_where_most_pages_have_it() -> None:
    pages = [[*body, *(["Bye now."] if n % 3 == 0 else [])] for n, body in enumerate(bodies(40))]
    assert repeated_lines(pages, min_documents=10).texts == ()
    pages = [[*body, *(["Write to the keeper."] if n % 3 else [])] for n, body in enumerate(bodies(40))]
    assert repeated_lines(pages, min_documents=10).texts == ("Write to the keeper.",)


def test_a_share_of_a_large_corpus_is_needed_too() -> None:
    pages = [[*body, *(["Menu", "Tides"] if n < 12 else [])] for n, body in enumerate(bodies(400))]
    assert repeated_lines(pages, min_documents=10, min_share=0.02).texts == ("Menu", "Tides")
    assert repeated_lines(pages, min_documents=10, min_share=0.05).texts == ()


def test_pages_that_are_the_same_count_once() -> None:
    pages = [body for body in bodies(5) for _ in range(20)]
    assert repeated_lines(pages, min_documents=2).texts == ()


def test_one_document_repeats_nothing() -> None:
    with pytest.raises(ValueError, match="min_documents is 1"):
        repeated_lines([["a"]], min_documents=1)


def test_pages_without_lines_and_lines_without_end() -> None:
    assert repeated_lines([]).texts == ()
    assert repeated_lines([[], [" "], ["x" * 5000]], min_documents=2).texts == ()
    pages = [["x" * 5000, body[0]] for body in bodies(20)]
    assert repeated_lines(pages, min_documents=10).texts == ()


def test_documents_are_cut_as_for_aligning() -> None:
    texts = [f"当サイトについて。第{k}話では港の朝を描く。\n\n広告" for k in "一二三"]
    documents = [read_text(text, "text", AlignSettings()) for text in texts]
    lines = repeated(documents, min_documents=3)
    assert lines.texts == ("当サイトについて。", "広告")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=30), st.integers(2, 6))
def test_lines_are_those_that_plain_counting_finds(pages: list[list[str]], least: int) -> None:
    assert set(repeated_lines(pages, min_documents=least, min_share=0.0).texts) == set(plainly(pages, least))


def plainly(pages: list[list[str]], least: int) -> Iterator[str]:
    different = {tuple(page) for page in pages if page}
    many = {line for line in "abcdefgh" if sum(line in page for page in different) >= least}
    for line in many:
        before, after, edge, times = Counter(), Counter(), 0, 0
        for page in different:
            for at, each in enumerate(page):
                if each == line:
                    times += 1
                    edge += at in (0, len(page) - 1)
                    before[page[at - 1] if at else None] += 1
                    after[page[at + 1] if at + 1 < len(page) else None] += 1
        company = [count for side in (before, after) for other, count in side.items() if other in many - {line}]
        if 2 * sum(line in page for page in different) >= len(different):
            company.append(edge)
        if 2 * max(company, default=0) >= times:
            yield line


@pytest.mark.skipif(not GOLD.is_dir(), reason="../shared/gold is missing")
@pytest.mark.parametrize("name", ["ntrex/en-ja.tsv", "bsd/ja-en.tsv", "ami/ja-en.tsv", "rustbook/en-ja.tsv"])
def test_nothing_real_is_taken_for_a_template(name: str) -> None:
    """News, business dialogues, meetings and a manual, whose `はい。`, `Thank you.` and `Filename:` repeat."""
    samples = read_collection(GOLD / name, to_score=True).samples
    for side in (0, 1):
        pages = [sample.sentences[side] for sample in samples]
        assert repeated_lines(pages, min_documents=5, min_share=0.0).texts == ()
