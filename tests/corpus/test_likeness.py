"""Exact and near duplicates."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.corpus.likeness import Likeness, exact_key, folded

PINNED = [-8085860811782357807, 7396376428346322598]
LONG = "The committee met on Tuesday to discuss the budget for the coming year, and decided to postpone the vote."
LONG_JA = "委員会は火曜日に来年度の予算について話し合い、採決を先に延ばすことを決めた。"


@pytest.mark.parametrize(
    ("label", "one", "other"),
    [
        ("case", ("Hello World", "x"), ("hello world", "X")),
        ("width", ("ABC 123", "カタカナ"), ("ＡＢＣ　１２３", "ｶﾀｶﾅ")),
        ("white space", (" a  b ", "c"), ("a b", "\u3000c\n")),
        ("ligature", ("ﬁne", "x"), ("fine", "x")),
    ],
)
def test_exact_copies_differ_in_form_only(label: str, one: tuple[str, str], other: tuple[str, str]) -> None:
    assert exact_key(*one) == exact_key(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(("a", "b"), ("b", "a")), (("a b", "c"), ("a", "b c")), (("a", "b"), ("a", "c")), (("a.", "b"), ("a", "b"))],
)
def test_other_rows_are_no_exact_copies(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert exact_key(*one) != exact_key(*other)


@given(st.text(max_size=40))
def test_folding_again_changes_nothing_that_counts(text: str) -> None:
    assert exact_key(folded(text), "x") == exact_key(unicodedata.normalize("NFKC", folded(text)), "x")


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_similarity(src: str, tgt: str, other_src: str, other_tgt: str) -> None:
    one, other = Likeness.of(src, tgt), Likeness.of(other_src, other_tgt)
    assert one.to(one) == 1.0
    assert one.to(other) == other.to(one)
    assert 0.0 <= one.to(other) <= 1.0


def test_both_sides_must_be_alike() -> None:
    row = Likeness.of(LONG, LONG_JA)
    assert row.to(Likeness.of(LONG.replace("Tuesday", "Monday"), LONG_JA)) > 0.8
    assert row.to(Likeness.of(LONG, "まったく別の文である。")) < 0.1
    assert row.to(Likeness.of("Quite another sentence.", LONG_JA)) < 0.1


@settings(max_examples=50)
@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.6, 0.7, 0.8, 0.9, 1.0]))
def test_equal_rows_share_every_band(seed: int, threshold: float) -> None:
    rng = random.Random(seed)
    text = "".join(rng.choice("abcdefgh ") for _ in range(rng.randrange(80)))
    assert Likeness.of(text, LONG_JA).bands(threshold) == Likeness.of(text.upper(), LONG_JA).bands(threshold)


@pytest.mark.parametrize("threshold", [0.6, 0.7, 0.8, 0.9])
def test_nearly_all_rows_as_like_as_the_threshold_share_a_band(threshold: float) -> None:
    rng = random.Random(1)
    found = wanted = 0
    while wanted < 150:
        words = ["".join(rng.choice("abcdefghijklmno") for _ in range(6)) for _ in range(24)]
        changed = list(words)
        for at in rng.sample(range(24), rng.randrange(1, 8)):
            changed[at] = "zzz"
        one, other = Likeness.of(" ".join(words), "same"), Likeness.of(" ".join(changed), "same")
        if one.to(other) >= threshold:
            wanted += 1
            found += bool(set(one.bands(threshold)) & set(other.bands(threshold)))
    assert found / wanted > 0.95


def test_rows_with_nothing_in_common_share_no_band() -> None:
    bands = [set(Likeness.of(f"{chr(97 + n) * 30}", f"{chr(0x3042 + n) * 30}").bands(0.8)) for n in range(20)]
    assert all(not bands[i] & bands[j] for i in range(20) for j in range(i))


def test_bands_are_the_same_in_every_version() -> None:
    """A change here changes which near duplicates are found, and so the corpora of users."""
    assert Likeness.of(LONG, LONG_JA).bands(0.8)[:2] == PINNED
