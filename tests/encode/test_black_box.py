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


def exists(longest: int, n: int) -> np.ndarray:
    return np.arange(1, longest + 1)[:, None] <= np.arange(1, n + 1)


class Recording:
    """`letters`, with the texts of every call."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(self, texts) -> np.ndarray:
        self.calls.append(list(texts))
        return letters(texts)


@settings(deadline=None)
@given(st.lists(anything, max_size=6), st.integers(1, 4), st.sampled_from(["", " "]))
def test_a_refined_span_is_its_text_by_itself(sentences: list[str], longest: int, joiner: str) -> None:
    spans = span_vectors(letters, sentences, longest, joiner, window=100).whole().spans
    assert spans.shape == (longest, len(sentences), 23)
    for k in range(1, longest + 1):
        for i in range(len(sentences)):
            text = joiner.join(sentences[i - k + 1 : i + 1]) if k <= i + 1 else None
            expected = np.zeros(23) if text is None else letters([text.encode("utf-8", "replace").decode()])[0]
            assert np.array_equal(spans[k - 1, i], expected)


@settings(deadline=None)
@given(st.lists(anything, max_size=6), st.integers(1, 6))
def test_composed_spans_are_unit_rows(sentences: list[str], longest: int) -> None:
    spans = span_vectors(letters, sentences, longest, "", window=100).spans
    assert np.allclose(np.linalg.norm(spans, axis=-1), exists(longest, len(sentences)), atol=1e-4)


def test_composed_spans_of_an_averaging_model_are_near_the_true_ones() -> None:
    sentences = ["the cat sat", "on a mat", "and purred", "all day long", "until it rained", "on the roof"]
    composed = span_vectors(letters, sentences, 6, "", window=1000)
    true = composed.whole().spans
    assert np.array_equal(true[0], composed.spans[0])
    assert (true * composed.spans).sum(axis=-1)[exists(6, 6)].min() > 0.98
    assert not np.array_equal(true[1:], composed.spans[1:])


def test_a_long_sentence_counts_for_more() -> None:
    spans = span_vectors(letters, ["a" * 100, "b"], 2, "", window=1000).spans
    assert spans[1, 1] @ spans[0, 0] > 0.9 > 0.2 > spans[1, 1] @ spans[0, 1]


def test_only_what_is_asked_for_goes_through_the_model() -> None:
    embed = Recording()
    vectors = span_vectors(embed, list("abcd"), 4, " ", window=100)
    assert embed.calls == [["a", "b", "c", "d"]]
    assert vectors.characters == 4
    refined = vectors.refined([(1, 2), (0, 3), (2, 3)])
    assert embed.calls[1:] == [["a b c d", "b c", "c d"]]
    changed = (refined.spans != vectors.spans).any(axis=-1)
    assert set(zip(*np.nonzero(changed), strict=True)) <= {(1, 2), (3, 3), (1, 3)}
    assert np.array_equal(refined.spans[1, 2], letters(["b c"])[0])
    assert vectors.refined([]) is vectors


def test_equal_texts_go_through_once_and_longest_first() -> None:
    embed = Recording()
    vectors = span_vectors(embed, ["aa", "b", "aa", "b", "aa"], 2, "", window=100)
    assert vectors.characters == 2 + 1
    assert np.array_equal(vectors.spans[0, 0], vectors.spans[0, 2])
    vectors.whole()
    assert embed.calls == [["aa", "b"], ["aab", "baa"]]


def test_text_beyond_the_window_is_cut() -> None:
    embed = Recording()
    span_vectors(embed, ["a" * 50, "b" * 70], 2, " ", window=60).whole()
    assert embed.calls == [["b" * 60, "a" * 50], ["a" * 50 + " " + "b" * 9]]


def test_a_span_holds_at_least_one_sentence() -> None:
    with pytest.raises(ValueError, match="longest is 0"):
        span_vectors(letters, ["a"], 0, "", window=10)
