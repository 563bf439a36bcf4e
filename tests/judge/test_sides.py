"""Copies, marks, quotation marks, torn edges and lengths."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.judge.copies import copied, folded
from align.judge.edges import torn
from align.judge.lengths import outliers
from align.judge.marks import balanced, has_artefact, quotes_differ


@pytest.mark.cases("copies")
def test_copied(case: dict[str, str]) -> None:
    assert copied(case["src"], case["tgt"]) == copied(case["tgt"], case["src"]) == (case["copied"] == "yes")


@pytest.mark.cases("marks")
def test_artefact(case: dict[str, str]) -> None:
    assert has_artefact(case["text"]) == (case["artefact"] == "yes")


@pytest.mark.cases("quotes")
def test_quotes(case: dict[str, str]) -> None:
    src, tgt = case["src"], case["tgt"]
    assert quotes_differ(src, tgt) == quotes_differ(tgt, src) == (case["differ"] == "yes")


@pytest.mark.cases("edges")
def test_torn(case: dict[str, str]) -> None:
    languages = case["src_lang"], case["tgt_lang"]
    found = torn(case["src"], case["tgt"], languages)
    assert found == torn(case["tgt"], case["src"], languages[::-1]) == (case["torn"] == "yes")


@settings(deadline=None)
@given(st.text('「」『』()“”"。、', max_size=12))  # letters would make enumerations: a)
def test_a_text_inside_brackets_is_as_balanced(text: str) -> None:
    assert balanced(f"【{text}】") == balanced(text)


@settings(deadline=None)
@given(st.text())
def test_folding_folds_all_there_is(text: str) -> None:
    assert folded(folded(text)) == folded(text)


DOCUMENT = [(100, 45), (80, 37), (120, 50), (60, 28), (90, 41), (110, 48)] * 3


def test_usual_lengths() -> None:
    assert not any(outliers(DOCUMENT, ("en", "ja")))


@pytest.mark.parametrize("pair", [(100, 15), (100, 200), (20, 200), (400, 20)])
def test_outlier(pair: tuple[int, int]) -> None:
    assert outliers([*DOCUMENT, pair], ("en", "ja"))[-1]
    assert outliers([pair], ("en", "ja")) == [True]


def test_short_pairs_vary() -> None:
    assert not outliers([*DOCUMENT, (4, 3)], ("en", "ja"))[-1]
    assert outliers([*DOCUMENT, (400, 300)], ("en", "ja"))[-1]


def test_a_terse_translation_is_its_own_measure() -> None:
    terse = [(src, tgt // 2) for src, tgt in DOCUMENT * 3]
    assert not any(outliers(terse, ("en", "ja")))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=30))
def test_any_lengths(sizes: list[tuple[int, int]]) -> None:
    assert len(outliers(sizes, ("en", "ja"))) == len(sizes)
    assert outliers(sizes, ("en", "en")) == outliers(sizes, ("de", "fr"))
