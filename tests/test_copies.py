"""Noisy copies to learn from: how many, of what kind, and always the same."""

from __future__ import annotations

from align.boilerplate.material import FOLDS
from align.copies import make_bank, make_samples
from align.lattice.noise import Sample
from align.samples import Collection

LINES = 24


def collection(documents: int) -> Collection:
    samples = []
    for number in range(documents):
        source = tuple(f"The sentence {number}-{k} of the source, which goes on." for k in range(LINES))
        target = tuple(f"文書{number}の{k}番目の文は、まだ続いている。" for k in range(LINES))
        paragraphs = tuple(k // 3 for k in range(LINES))
        gold = tuple(((k,), (k,)) for k in range(LINES))
        samples.append(Sample(f"set/{number}", ("en", "ja"), (source, target), (paragraphs, paragraphs), gold))
    return Collection("set", tuple(samples))


def test_every_document_as_it_is_and_its_copies() -> None:
    documents = collection(6)
    samples = make_samples([(documents, 3)], seed=1)
    assert len(samples) == 4 * 6
    assert [sample for sample in samples if sample in documents.samples] == list(documents.samples)
    assert len({sample.sentences for sample in samples}) > 2 * 6
    for sample in samples:
        assert [len(side) for side in sample.paragraphs] == [len(side) for side in sample.sentences]


def test_the_same_seed_makes_the_same_copies() -> None:
    documents = collection(3)
    assert make_samples([(documents, 3)], seed=1) == make_samples([(documents, 3)], seed=1)
    assert make_samples([(documents, 3)], seed=1) != make_samples([(documents, 3)], seed=2)


def test_with_open_tears_gold_says_less_of_the_same_copies() -> None:
    documents = collection(20)
    closed, opened = (make_samples([(documents, 3)], seed=1, open_tears=tears) for tears in (False, True))
    assert [sample.sentences for sample in opened] == [sample.sentences for sample in closed]
    assert all(set(less.gold) <= set(sample.gold) for less, sample in zip(opened, closed, strict=True))
    left_out = [bead for less, sample in zip(opened, closed, strict=True) for bead in set(sample.gold) - set(less.gold)]
    assert left_out
    assert all(len(src) > 1 and len(tgt) > 1 for src, tgt in left_out)


def test_the_bank_holds_boilerplate_and_gold_of_its_languages() -> None:
    sample = Sample("a/b", ("fi", "ja"), (tuple("abcdefgh"), ("見出し。", "文。")), ((0,) * 8, (0, 0)), ())
    banks = [make_bank([Collection("a", (sample,))], fold) for fold in range(FOLDS)]
    for bank in banks:
        assert bank.sentences["fi"] == list("cdef")
        assert bank.headlines["fi"] == ["a"]
        assert "見出し。" in bank.headlines["ja"]
        for code in ("en", "ja"):
            assert len(bank.boilerplate[code]) > 50
            assert len(bank.headlines[code]) > 5
    lines = [line for bank in banks for line in bank.boilerplate["ja"]]
    assert len(lines) == len(set(lines)), "no line is in two folds"
