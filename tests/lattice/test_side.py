"""Lines as the lattice sees them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from align.lattice.breaks import enclosed
from align.lattice.side import BREAKS, SHAPES, Marks, Side

CASES = Path(__file__).parent / "cases"
PLAIN = {
    "en": ["The talks went on all night.", "Nobody said a word about it.", "They met again in the morning."],
    "ja": ["会談は夜を徹して続いた。", "誰もそのことを口にしなかった。", "朝になって再び集まった。"],
}


def cases(name: str) -> list:
    loaded = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"]) for case in loaded]


def of(texts: list[str], tokens=None, starts=None) -> Side:
    spans = np.ones((6, len(texts), 4), np.float32)
    return Side.of(texts, [0] * len(texts), spans, tokens, starts)


@pytest.mark.parametrize("case", cases("shapes.yaml"))
def test_shapes(case: dict) -> None:
    language = case.get("in") or ("en" if case["text"][:1].isascii() else "ja")
    row = of([*PLAIN[language], case["text"]]).shapes[-1]
    found = {name: round(float(value), 4) for name, value in zip(SHAPES, row, strict=True)}
    assert found == dict.fromkeys(SHAPES, 0.0) | case["shape"]


def test_repeated_lines() -> None:
    shapes = of(["Share", "Once.", "Share"]).shapes[:, SHAPES.index("repeated")]
    assert shapes.tolist() == [1, 0, 1]


def test_without_marks_a_sentence_has_none() -> None:
    assert of(["In 2024", "NATO"]).marks == (Marks(), Marks())


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=20), max_size=5))
def test_any_lines(texts: list[str]) -> None:
    side = of(texts)
    assert len(side) == len(texts)
    assert side.shapes.shape == (len(texts), len(SHAPES))
    assert ((side.shapes >= 0) & (side.shapes <= 1)).all()
    assert (side.lengths >= 1).all()


def test_lengths_count_what_is_seen() -> None:
    assert of(["a b\u3000c", "", " "]).lengths.tolist() == [3, 1, 1]


def test_without_token_vectors_a_sentence_is_its_own_token() -> None:
    side = of(["One.", "Two."])
    assert np.array_equal(side.tokens, side.spans[0])
    assert side.starts.tolist() == [0, 1, 2]


def test_a_sentence_without_tokens_gets_an_empty_one() -> None:
    tokens = np.arange(1, 9, dtype=np.float32).reshape(2, 4)
    side = of(["", "One.", "", ""], tokens, np.array([0, 0, 2, 2, 2]))
    assert side.starts.tolist() == [0, 1, 3, 4, 5]
    assert side.tokens.tolist() == [[0] * 4, [1, 2, 3, 4], [5, 6, 7, 8], [0] * 4, [0] * 4]


def test_an_empty_side() -> None:
    side = of([])
    assert len(side) == 0
    assert side.tokens.shape == (0, 4)


def test_taking_sentences_out(random_side) -> None:
    """What is left is as it was; a span across a gap is the weighted mean of its runs."""
    whole = random_side(np.random.default_rng(3), 9)
    kept = np.array([0, 1, 4, 5, 6, 8])
    part = whole.take(kept)
    assert len(part) == 6
    for name in ("lengths", "paragraphs", "shapes", "boilerplate"):
        assert np.array_equal(getattr(part, name), getattr(whole, name)[kept])
    assert part.marks == tuple(whole.marks[i] for i in kept)
    assert np.array_equal(part.spans[0], whole.spans[0][kept])
    assert np.array_equal(part.spans[2, 4], whole.spans[2, 6]), "4 to 6 are whole"
    across = whole.lengths[:2].sum() * whole.spans[1, 1] + whole.lengths[4] * whole.spans[0, 4]
    assert np.allclose(part.spans[2, 2], across / np.linalg.norm(across), atol=1e-6)
    assert not part.spans[3, :3].any(), "there are no four sentences before the third"
    for t, i in enumerate(kept.tolist()):
        ours, theirs = (s.tokens[s.starts[k] : s.starts[k + 1]] for s, k in ((part, t), (whole, i)))
        assert np.array_equal(ours, theirs)
    assert part.breaks.shape == (7, whole.breaks.shape[1])
    assert whole.take(np.arange(9)) is whole


def test_a_comma_at_the_end_of_a_line() -> None:
    breaks = of(["Then,", "it went on;", "それで、", "The end.", "One,"]).breaks[:, BREAKS.index("comma")]
    assert breaks.tolist() == [0, 1, 1, 1, 0, 0], "the end of the document is no boundary"


@pytest.mark.parametrize("case", cases("enclosed.yaml"))
def test_boundaries_inside_a_bracket(case: dict) -> None:
    assert np.flatnonzero(of(case["lines"]).enclosed).tolist() == case["inside"]


def test_what_is_taken_out_of_a_bracket_leaves_it_closed_around_the_boundary() -> None:
    side = of(["A book (Paris:", "Advertisement", "Arthaud) appeared.", "It sold."])
    assert side.take(np.array([0, 2, 3])).enclosed.tolist() == [False, True, False, False]


@given(st.lists(st.text(alphabet="a(（[])）］［ ", max_size=6), max_size=8))
def test_of_any_lines_the_ends_of_the_document_lie_in_no_bracket(texts: list[str]) -> None:
    found = enclosed(texts)
    assert found.shape == (len(texts) + 1,)
    assert not found[0]
    assert not found[-1]
