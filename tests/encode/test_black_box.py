"""Spans of an encoder that gives one vector per text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.encode.black_box import span_vectors
from align.encode.centre import unit

anything = st.text(st.characters(exclude_categories=()), max_size=6)


def letters(texts) -> np.ndarray:
    """How often each kind of character stands in a text: a model that averages over its tokens."""
    rows = [np.bincount([ord(character) % 23 for character in text] or [0], minlength=23) for text in texts]
    return unit(np.array(rows, dtype=np.float32).reshape(len(rows), 23))


@settings(deadline=None)
@given(st.lists(anything, max_size=6), st.integers(1, 4), st.sampled_from(["", " "]))
def test_a_span_is_its_text_by_itself(sentences: list[str], longest: int, joiner: str) -> None:
    spans = span_vectors(letters, sentences, longest, joiner, window=100).spans
    assert spans.shape == (longest, len(sentences), 23)
    for k in range(1, longest + 1):
        for i in range(len(sentences)):
            text = joiner.join(sentences[i - k + 1 : i + 1]) if k <= i + 1 else None
            expected = np.zeros(23) if text is None else letters([text.encode("utf-8", "replace").decode()])[0]
            assert np.array_equal(spans[k - 1, i], expected)


def test_equal_texts_go_through_once_and_longest_first() -> None:
    calls = []

    def embed(texts):
        calls.append(list(texts))
        return letters(texts)

    vectors = span_vectors(embed, ["aa", "b", "aa", "b"], 2, "", window=100)
    assert calls == [["aab", "baa", "aa", "b"]]
    assert vectors.characters == 3 + 3 + 2 + 1


def test_text_beyond_the_window_is_cut() -> None:
    seen = []

    def embed(texts):
        seen.extend(texts)
        return letters(texts)

    span_vectors(embed, ["a" * 50, "b" * 50], 2, " ", window=60)
    assert seen == ["a" * 50 + " " + "b" * 9, "a" * 50, "b" * 50]


def test_the_model_sees_only_short_spans_where_it_is_told_so() -> None:
    seen = []

    def embed(texts):
        seen.extend(texts)
        return letters(texts)

    span_vectors(embed, list("abcd"), 4, "", window=100, reach=2)
    assert seen == ["ab", "bc", "cd", "a", "b", "c", "d"]


@pytest.mark.parametrize("reach", [1, 2, 3])
def test_composed_spans_of_an_averaging_model_are_near_the_true_ones(reach: int) -> None:
    sentences = ["the cat sat", "on a mat", "and purred", "all day long", "until it rained", "on the roof"]
    true = span_vectors(letters, sentences, 6, "", window=1000).spans
    composed = span_vectors(letters, sentences, 6, "", window=1000, reach=reach).spans
    assert np.array_equal(true[:reach], composed[:reach])
    exists = true.any(axis=-1)
    assert np.array_equal(exists, composed.any(axis=-1))
    assert (true * composed).sum(axis=-1)[exists].min() > 0.98


@settings(deadline=None)
@given(st.lists(anything, max_size=6), st.integers(1, 6), st.integers(1, 3))
def test_composed_spans_are_unit_rows(sentences: list[str], longest: int, reach: int) -> None:
    spans = span_vectors(letters, sentences, longest, "", window=100, reach=reach).spans
    exists = np.arange(1, longest + 1)[:, None] <= np.arange(1, len(sentences) + 1)
    assert np.allclose(np.linalg.norm(spans, axis=-1), exists, atol=1e-4)


def test_a_span_holds_at_least_one_sentence() -> None:
    with pytest.raises(ValueError, match="longest is 0"):
        span_vectors(letters, ["a"], 0, "", window=10)
