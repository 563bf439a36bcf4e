"""Characters and their hashed features."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from align.boilerplate import wording
from align.boilerplate.characters import Kind, characters


def features(*texts: str) -> list[set[int]]:
    buckets, lines = wording.grams(characters(texts))
    return [set(buckets[lines == k].tolist()) for k in range(len(texts))]


def test_kinds() -> None:
    chars = characters(["Aa1 жЖ", "漢ひカ한。、", '（…|"?:é\u0301'])
    kinds = [Kind(kind).name for kind in chars.kinds]
    assert kinds[1 : 1 + 6] == ["LATIN_UPPER", "LATIN_LOWER", "DIGIT", "SPACE", "LOWER", "UPPER"]
    assert kinds[8:14] == ["HAN", "HIRAGANA", "KATAKANA", "HANGUL", "STOP", "COMMA"]
    assert kinds[15:19] == ["BRACKET", "STOP", "STOP", "STOP"]  # an ellipsis is three
    assert kinds[19:23] == ["SEPARATOR", "QUOTE", "QUESTION", "COLON"]
    assert kinds[0] == kinds[7] == kinds[-1] == "BREAK"


def test_lines_stand_between_breaks() -> None:
    chars = characters(["ab", "", " c d "])
    assert chars.starts.tolist() == [1, 4, 5]
    assert chars.ends.tolist() == [3, 4, 8]
    assert [chr(code) for code in chars.codes] == list("\nab\n\nc d\n")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=6))
def test_a_line_has_the_same_features_among_others(texts: list[str]) -> None:
    assert features(*texts) == [features(text)[0] for text in texts]


def test_features_tell_where_a_line_begins_and_ends() -> None:
    """`ab` and `ba` share the single characters and nothing else."""
    one, two = features("ab", "ba")
    assert len(one & two) == 2
    assert features("")[0] == set()


def test_digits_and_capitals_are_alike_and_words_pair_up() -> None:
    one, two = features("12 Comments", "98 comments")
    assert one == two
    pairs = [len(wording.grams(characters([text]))[0]) for text in ("one two", "onextwo")]
    # Two words and their pair against one word; the n-grams are as many.
    assert pairs[0] - pairs[1] == 2


def test_weights_are_summed_over_the_root_of_their_number() -> None:
    table = np.ones(1 << wording.BITS, dtype=np.float32)
    chars = characters(["abc", "", "a b"])
    count = np.bincount(wording.grams(chars)[1], minlength=3)
    assert np.allclose(wording.weigh(chars, table), np.sqrt(count))


def test_whole_lines() -> None:
    one, two, three, four = wording.whole(characters(["Page 3", " page  7", "Page three", ""]))
    assert one == two
    assert len({one, three, four}) == 3
