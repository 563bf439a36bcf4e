"""Noisy copies: gold stays gold, and nothing is said of the text that is not so."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.lattice.noise import Bank, Level, Sample, noisy

NOTHING = Bank({}, {}, {})
BANK = Bank(
    {"en": ["Advertisement", "Share this"], "ja": ["広告", "続きを読む"]},
    {"en": ["A sentence of another document."], "ja": ["別の文書の文です。"]},
    {"en": ["You May Also Like"], "ja": ["あわせて読みたい"]},
)
SHAPES = ((1, 1), (1, 1), (1, 1), (1, 2), (2, 1), (2, 2), (1, 0), (0, 1))

levels = st.builds(Level, *(st.sampled_from([0, 0.1, 0.5, 1.0]) for _ in range(6)))
samples = st.builds(
    lambda shapes, seed: make_sample(shapes, Random(seed)),
    st.lists(st.sampled_from(SHAPES), max_size=14),
    st.integers(0, 99),
)


def make_sample(shapes: list[tuple[int, int]], random: Random, codes: tuple[str, str] = ("en", "ja")) -> Sample:
    """A document pair whose sentences are all different, gold that covers them, paragraphs of a few beads."""
    sentences, paragraphs, gold = ([], []), ([], []), []
    paragraph = 0
    for shape in shapes:
        paragraph += random.random() < 0.4
        starts = [len(side) for side in sentences]
        for side, count in enumerate(shape):
            for _ in range(count):
                number = len(sentences[side])
                text = (f"Sentence {number} says this, and that.", f"文{number}はこう言い、ああ言い、そう言う。")[side]
                sentences[side].append(text)
                paragraphs[side].append(paragraph)
        gold.append(tuple(tuple(range(s, s + count)) for s, count in zip(starts, shape, strict=True)))
    return Sample("made/up", codes, tuple(map(tuple, sentences)), tuple(map(tuple, paragraphs)), tuple(gold))


def assert_sound(sample: Sample, whole: bool) -> None:
    """`whole`: gold speaks of every sentence."""
    for side in (0, 1):
        count = len(sample.sentences[side])
        spoken = [i for bead in sample.gold for i in bead[side]]
        assert len(spoken) == len(set(spoken)), "each at most once"
        assert set(spoken) <= set(range(count))
        assert len(spoken) == count or not whole
        numbers = sample.paragraphs[side]
        assert len(numbers) == count
        assert all(b - a in (0, 1) for a, b in pairwise(numbers)), "paragraphs rise by one"
    for bead in sample.gold:
        assert all(ids == tuple(sorted(ids)) for ids in bead)
        assert len(bead[0]) + len(bead[1]) == 1 or (bead[0] and bead[1])
    pairs = sorted(bead for bead in sample.gold if bead[0] and bead[1])
    for before, bead in pairwise(pairs):
        assert all(before[side][-1] < bead[side][0] for side in (0, 1)), "beads do not cross; gaps in them hold nulls"


@settings(deadline=None, max_examples=150)
@given(samples, levels, st.integers(0, 10**6), st.booleans())
def test_gold_of_a_copy_is_sound(sample: Sample, level: Level, seed: int, open_tears: bool) -> None:
    copy = noisy(sample, level, BANK, Random(seed), open_tears)
    assert_sound(copy, whole=not open_tears)
    assert (copy.name, copy.languages) == (sample.name, sample.languages)


@settings(deadline=None, max_examples=50)
@given(samples, levels, st.integers(0, 10**6))
def test_the_same_random_state_gives_the_same_copy(sample: Sample, level: Level, seed: int) -> None:
    assert noisy(sample, level, BANK, Random(seed)) == noisy(sample, level, BANK, Random(seed))


@settings(deadline=None, max_examples=50)
@given(samples, st.integers(0, 10**6))
def test_no_noise_changes_nothing(sample: Sample, seed: int) -> None:
    copy = noisy(sample, Level(), BANK, Random(seed))
    assert copy.sentences == sample.sentences
    assert sorted(copy.gold) == sorted(sample.gold)


@settings(deadline=None, max_examples=50)
@given(samples, st.sampled_from([0.2, 0.6]), st.integers(0, 10**6))
def test_untouched_sentences_keep_text_order_and_counterpart(sample: Sample, share: float, seed: int) -> None:
    """Insertion, omission and copies touch no line."""
    level = Level(boilerplate=share, omitted=share, copied=share / 10, regroup=share)
    copy = noisy(sample, level, BANK, Random(seed))
    at = [{text: i for i, text in enumerate(side)} for side in sample.sentences]
    for side in (0, 1):
        known = [at[side][text] for text in copy.sentences[side] if text in at[side]]
        again = [i for i, count in Counter(known).items() if count > 1]
        assert [i for i in known if i not in again] == sorted(i for i in set(known) if i not in again)
        inserted = set(copy.sentences[side]) - set(sample.sentences[side])
        code = sample.languages[side]
        assert inserted <= {*BANK.boilerplate[code], *BANK.sentences[code], *BANK.headlines[code]}
    original = {
        (tuple(sample.sentences[0][i] for i in a), tuple(sample.sentences[1][j] for j in b)) for a, b in sample.gold
    }
    for a, b in copy.gold:
        if a and b:
            assert (tuple(copy.sentences[0][i] for i in a), tuple(copy.sentences[1][j] for j in b)) in original


@settings(deadline=None, max_examples=50)
@given(samples, st.integers(0, 10**6))
def test_joining_loses_no_text(sample: Sample, seed: int) -> None:
    copy = noisy(sample, Level(joined=0.7), NOTHING, Random(seed))
    assert "".join(copy.sentences[1]) == "".join(sample.sentences[1])
    assert " ".join(copy.sentences[0]) == " ".join(sample.sentences[0])
    assert all(len(a) + len(b) <= 6 for a, b in copy.gold)


@settings(deadline=None, max_examples=50)
@given(samples, st.integers(0, 10**6), st.booleans())
def test_tearing_stays_in_the_bead(sample: Sample, seed: int, open_tears: bool) -> None:
    copy = noisy(sample, Level(torn=0.6), NOTHING, Random(seed), open_tears)
    letters = [letters_of(side) for side in (*copy.sentences, *sample.sentences)]
    assert letters[:2] == letters[2:]
    assert all(text.strip() for side in copy.sentences for text in side)
    pairs = [side_texts(sample, bead) for bead in sample.gold if all(bead)]
    left = [
        pair for pair in pairs if not open_tears or any(set(pair[side]) <= set(copy.sentences[side]) for side in (0, 1))
    ]
    found = [tuple(map(letters_of, side_texts(copy, bead))) for bead in copy.gold if all(bead)]
    assert found == [tuple(map(letters_of, pair)) for pair in left]


def side_texts(sample: Sample, bead) -> tuple[list[str], list[str]]:
    return tuple([sample.sentences[side][i] for i in bead[side]] for side in (0, 1))


def letters_of(texts: list[str]) -> str:
    return "".join(c for text in texts for c in text if c.isalnum())


def many(**level: float) -> tuple[Sample, Sample]:
    sample = make_sample([(1, 1)] * 200, Random(0))
    return sample, noisy(sample, Level(**level), BANK, Random(1))


@pytest.mark.parametrize(
    ("level", "low", "high"),
    [
        ({"boilerplate": 0.5}, 1.3, 1.7),
        ({"omitted": 0.2}, 0.7, 0.85),
        ({"torn": 0.5}, 1.3, 1.8),
        ({"joined": 0.3}, 0.65, 0.85),
        ({"copied": 0.05}, 1.02, 1.06),
        ({"regroup": 0.5}, 1.0, 1.0),
    ],
)
def test_a_level_is_a_share_of_the_lines(level: dict[str, float], low: float, high: float) -> None:
    sample, copy = many(**level)
    for side in (0, 1):
        assert low <= len(copy.sentences[side]) / len(sample.sentences[side]) <= high


def test_what_is_omitted_leaves_its_counterpart_alone() -> None:
    _, copy = many(omitted=0.2)
    left = [{int("".join(filter(str.isdigit, text))) for text in side} for side in copy.sentences]
    assert left[0] != left[1]
    paired = [sum(bool(a and b) for a, b in copy.gold), len(left[0] & left[1])]
    assert paired[0] == paired[1]
    assert sum(not b for _, b in copy.gold) == len(left[0] - left[1])
    assert sum(not a for a, _ in copy.gold) == len(left[1] - left[0])


def test_boilerplate_stands_in_paragraphs_of_its_own() -> None:
    _, copy = many(boilerplate=0.4)
    for side in (0, 1):
        null = {i for bead in copy.gold if not bead[1 - side] for i in bead[side]}
        assert null
        kinds: dict[int, set[bool]] = {}
        for i, paragraph in enumerate(copy.paragraphs[side]):
            kinds.setdefault(paragraph, set()).add(i in null)
        assert all(len(kind) == 1 for kind in kinds.values())


def test_paragraphs_are_regrouped_and_sentences_are_not() -> None:
    sample, copy = many(regroup=0.5)
    assert copy.sentences == sample.sentences
    assert copy.paragraphs != sample.paragraphs


def test_lines_that_gold_does_not_speak_of_stay_so() -> None:
    sample = make_sample([(1, 1)] * 20, Random(3))
    sample = Sample(sample.name, sample.languages, sample.sentences, sample.paragraphs, sample.gold[::2])
    copy = noisy(sample, Level(boilerplate=0.3, joined=0.5, torn=0.5), BANK, Random(4))
    spoken = {i for bead in copy.gold for i in bead[0]}
    open_lines = [text for i, text in enumerate(copy.sentences[0]) if i not in spoken]
    assert open_lines == [sample.sentences[0][i] for i in range(1, 20, 2)]


def test_a_language_without_boilerplate_gets_none() -> None:
    sample = make_sample([(1, 1)] * 20, Random(0), codes=("fi", "ja"))
    copy = noisy(sample, Level(boilerplate=0.5), BANK, Random(0))
    assert copy.sentences[0] == sample.sentences[0]
    assert len(copy.sentences[1]) > 20
