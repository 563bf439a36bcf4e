from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.boilerplate.material import boilerplate_lines, families
from align.errors import SettingsError
from align.lattice.noise import Sample
from benchmarks.copies import _LINES, Noise, noisy

CODES = {"en", "ja", "de", "fr", "zh"}
ALL = Noise(inserted=0.2, removed=0.1, torn=0.1)


def written() -> list[dict[str, str]]:
    with _LINES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def document(shapes: list[tuple[int, int]], paragraph: int = 3, codes: tuple[str, str] = ("en", "ja")) -> Sample:
    """Beads of the shapes given. `paragraph` is the number of sentences of one; 0 has one paragraph throughout."""
    sentences: tuple[list[str], list[str]] = ([], [])
    gold = []
    for number, shape in enumerate(shapes):
        ids = []
        for side, comma in ((0, ", "), (1, "、")):
            first = len(sentences[side])
            new = [f"sentence {number}.{k} of {side}{comma}and its second half" for k in range(shape[side])]
            sentences[side].extend(new)
            ids.append(tuple(range(first, first + len(new))))
        gold.append(tuple(ids))
    numbers = tuple(tuple(i // paragraph if paragraph else 0 for i in range(len(side))) for side in sentences)
    return Sample("set/doc", codes, tuple(map(tuple, sentences)), numbers, tuple(gold))


def others(*codes: str) -> list[Sample]:
    return [
        Sample(f"set/other{k}", codes, tuple(tuple(f"lent {k}.{i} {code}" for i in range(9)) for code in codes),
               ((0,) * 9,) * 2, ())
        for k in range(6)
    ]  # fmt: skip


PLAIN = document([(1, 1)] * 100)
shapes = st.lists(st.sampled_from([(1, 1), (1, 1), (1, 2), (2, 1), (3, 2), (0, 1), (1, 0)]), min_size=1, max_size=40)
noises = st.builds(Noise, *[st.sampled_from([0.0, 0.1, 0.3])] * 3)


@settings(max_examples=150, deadline=None)
@given(shapes, st.sampled_from([0, 1, 3]), noises, st.integers(0, 99))
def test_gold_of_a_copy_is_right(shapes: list[tuple[int, int]], paragraph: int, noise: Noise, seed: int) -> None:
    sample = document(shapes, paragraph)
    copy = noisy(sample, noise, [], seed)
    stock = {row["line"] for row in written()}
    before = {
        tuple("".join(sample.sentences[side][i] for i in ids[side]).replace(" ", "") for side in (0, 1))
        for ids in sample.gold
    }
    sides = [{text for pair in before for text in [pair[side]] if text} for side in (0, 1)]
    known = [Counter(i for ids in copy.gold for i in ids[side]) for side in (0, 1)]
    for side in (0, 1):
        # Every line stands in exactly one bead; there are as many paragraph numbers as lines, and they rise by one.
        assert known[side] == Counter(range(len(copy.sentences[side])))
        numbers = copy.paragraphs[side]
        assert len(numbers) == len(copy.sentences[side])
        assert [number for number, _ in groupby(numbers)] == list(range(len(set(numbers))))
    for ids in copy.gold:
        texts = [[copy.sentences[side][i] for i in ids[side]] for side in (0, 1)]
        if all(ids):
            assert tuple("".join(side).replace(" ", "") for side in texts) in before
            assert sum(map(len, ids)) <= 7
            assert all(side == tuple(range(side[0], side[-1] + 1)) for side in ids)  # nothing put in a bead
        else:
            (text,) = (text for side in texts for text in side)
            side = 0 if ids[0] else 1
            assert text in stock or any(text.replace(" ", "") in whole for whole in sides[side])


def test_shares_of_noise() -> None:
    stock = {row["line"] for row in written()}
    inserted, removed, torn = (
        noisy(PLAIN, noise, [], 1) for noise in (Noise(inserted=0.2), Noise(removed=0.1), Noise(torn=0.1))
    )
    for side in (0, 1):
        assert len(inserted.sentences[side]) == 120
        assert len(stock.intersection(inserted.sentences[side])) == 20
        assert len(removed.sentences[side]) == 90
        assert len(torn.sentences[side]) == 110
    assert Counter((len(src), len(tgt)) for src, tgt in removed.gold) == {(1, 1): 80, (1, 0): 10, (0, 1): 10}
    shapes = Counter((len(src), len(tgt)) for src, tgt in torn.gold)
    assert shapes[2, 1] + shapes[1, 2] + 2 * shapes[2, 2] == 20
    assert Counter(map(bool, (ids[0] and ids[1] for ids in inserted.gold))) == {True: 100, False: 40}


def test_short_documents_get_their_share_on_average() -> None:
    sizes = [
        len(noisy(replace(document([(1, 1)] * 7)), Noise(inserted=0.2), [], seed).sentences[0]) for seed in range(300)
    ]
    assert 8.2 < sum(sizes) / len(sizes) < 8.6
    assert set(sizes) == {8, 9}


def test_lines_put_in_come_in_runs() -> None:
    copy = noisy(PLAIN, Noise(inserted=0.2), [], 1)
    nulls = {i for src, tgt in copy.gold for i in src if not tgt}
    runs = sum(i - 1 not in nulls for i in nulls)
    assert 3 <= runs <= 14  # of twenty lines


def test_the_same_seed_gives_the_same_copy() -> None:
    assert noisy(PLAIN, ALL, [], 1) == noisy(PLAIN, ALL, [], 1)
    assert noisy(PLAIN, ALL, [], 1) != noisy(PLAIN, ALL, [], 2)
    assert noisy(PLAIN, Noise(), [], 1).sentences == PLAIN.sentences


@pytest.mark.parametrize(
    ("paragraph", "kind"), [(0, "one throughout"), (1, "one for each sentence"), (4, "several sentences")]
)
def test_paragraph_marks_tell_no_more_than_before(paragraph: int, kind: str) -> None:
    sample = document([(1, 1)] * 60, paragraph)
    copy = noisy(sample, ALL, [], 3)
    stock = {row["line"] for row in written()}
    for texts, numbers in zip(copy.sentences, copy.paragraphs, strict=True):
        if kind == "one throughout":
            assert set(numbers) == {0}
        elif kind == "one for each sentence":
            assert len(set(numbers)) == len(numbers)
        else:
            sizes = Counter(numbers)
            lines = [(text in stock, sizes[number]) for text, number in zip(texts, numbers, strict=True)]
            assert all(size == 1 for put_in, size in lines if put_in)  # between paragraphs
            assert max(size for put_in, size in lines if not put_in) >= 4


def test_torn_only_at_commas_outside_numbers() -> None:
    texts = ("It cost 12,500 in all of them", "No comma in this one at all", "Here, at last, one may tear it")
    sample = Sample("s/d", ("en", "en"), (texts, texts), ((0, 0, 0),) * 2, tuple(((i,), (i,)) for i in range(3)))
    for seed in range(20):
        copy = noisy(sample, Noise(torn=1.0), [], seed)
        assert copy.sentences[0] in (
            (*texts[:2], "Here,", "at last, one may tear it"),
            (*texts[:2], "Here, at last,", "one may tear it"),
        )


def test_beads_stay_small_enough_to_be_found() -> None:
    copy = noisy(document([(3, 3)] * 10), Noise(torn=1.0), [], 1)
    assert {sum(map(len, ids)) for ids in copy.gold} == {7}


def test_a_line_gold_does_not_speak_of_stays_so() -> None:
    sample = replace(PLAIN, gold=PLAIN.gold[:40] + PLAIN.gold[41:])
    copy = noisy(sample, Noise(inserted=0.2), [], 1)
    (left,) = set(range(120)) - {i for src, _ in copy.gold for i in src}
    assert copy.sentences[0][left] == PLAIN.sentences[0][40]


def test_other_languages_get_openings_of_other_documents_and_no_translations() -> None:
    sample = document([(1, 1)] * 100, codes=("ko", "nl"))
    lenders = others("ko", "nl")
    copy = noisy(sample, Noise(inserted=0.2), [*lenders, sample], 1)
    lent = [{text for text in side if text.startswith("lent")} for side in copy.sentences]
    assert all(lent)
    by_document = [{text.split(".")[0] for text in side} for side in lent]
    assert not by_document[0] & by_document[1]
    assert all(int(text.split(".")[1].split()[0]) < 6 for side in lent for text in side)


def test_written_lines_come_before_lent_ones() -> None:
    copy = noisy(PLAIN, Noise(inserted=0.4), others("en", "ja"), 1)
    assert not [text for side in copy.sentences for text in side if text.startswith("lent")]
    copy = noisy(PLAIN, Noise(inserted=0.7), others("en", "ja"), 1)
    assert [text for text in copy.sentences[0] if text.startswith("lent")]


def test_no_lines_for_a_language() -> None:
    sample = document([(1, 1)] * 9, codes=("en", "nl"))
    with pytest.raises(SettingsError, match=r"set/doc: .* language nl"):
        noisy(sample, ALL, [sample], 1)


def test_written_lines_are_many_and_of_all_kinds() -> None:
    rows = written()
    assert {row["lang"] for row in rows} == CODES
    assert len({(row["lang"], row["line"]) for row in rows}) == len(rows)
    for code in CODES:
        kinds = Counter(row["kind"] for row in rows if row["lang"] == code)
        assert kinds.total() >= 60
        assert set(kinds) >= {"nav", "share", "byline", "caption", "teaser", "cookie", "advert", "prose"}


@pytest.mark.parametrize("code", sorted(CODES))
def test_no_written_line_is_worded_like_one_that_was_trained_on(code: str) -> None:
    trained = [line.text for line in boilerplate_lines() if line.language == code]
    mine = [row["line"] for row in written() if row["lang"] == code]
    found = families([*trained, *mine])[len(trained) :]
    assert [(line, trained[at]) for line, at in zip(mine, found, strict=True) if at < len(trained)] == []
