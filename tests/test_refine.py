"""Which concatenations an alignment turns on, and what encoding them does to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import align.lattice
from align import engines, refine
from align.encode.black_box import span_vectors
from align.encode.centre import unit
from align.encode.protocol import Shows, TokenVectors, Vectors
from align.engines import BertalignEngine, LatticeEngine, SideInput
from align.lattice import Weights, shipped
from align.lattice.beads import Beads
from align.lattice.weights import PAGES, SHIPPED
from align.records import Sentence
from align.refine import Choice
from align.settings import AlignSettings

SETTINGS = AlignSettings()


def beads(*rows: tuple[int, int, int, int]) -> Beads:
    return Beads(*(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)))


def spans_to_encode(beads: Beads, probability: np.ndarray, lengths, share: float = 0.9):
    return Choice(lengths).more(beads, probability, share)


def test_only_spans_of_several_sentences_of_beads_that_may_be_right() -> None:
    some = beads((0, 1, 0, 1), (0, 2, 0, 1), (0, 2, 0, 3), (1, 2, 1, 1), (2, 4, 3, 5))
    probability = np.array([0.5, 0.3, 0.2, 0.5, refine.LEAST / 2])
    assert spans_to_encode(some, probability, ([9] * 4, [9] * 5)) == ([(0, 1)], [(0, 2)])


def test_the_most_uncertain_come_first() -> None:
    some = beads((0, 2, 0, 1), (2, 4, 1, 2), (4, 6, 2, 3))
    found, _ = spans_to_encode(some, np.array([0.99, 0.5, 0.8]), ([1] * 6, [1] * 3))
    assert found == [(2, 3), (4, 5), (0, 1)]


def test_doubt_adds_up_over_beads_with_the_same_span() -> None:
    some = beads((0, 2, 0, 1), (2, 4, 1, 2), (2, 4, 1, 3))
    (found, _) = spans_to_encode(some, np.array([0.5, 0.2, 0.2]), ([1] * 4, [1] * 4))
    assert found == [(2, 3), (0, 1)]


def test_a_span_beyond_the_budget_leaves_room_for_a_shorter_one() -> None:
    some = beads((0, 3, 0, 1), (0, 2, 0, 1), (1, 3, 0, 1))
    lengths = [10, 10, 50], [20]  # 81 characters to spend
    assert spans_to_encode(some, np.array([0.5, 0.3, 0.2]), lengths)[0] == [(0, 2)]  # 70
    assert spans_to_encode(some, np.array([0.02, 0.3, 0.5]), lengths)[0] == [(1, 2), (0, 1)]  # 60 and 20


def test_what_was_chosen_once_is_not_chosen_again_and_counts() -> None:
    some, probability = beads((0, 2, 0, 1), (2, 4, 1, 2)), np.array([0.4, 0.5])
    choice = Choice(([10] * 4, [30, 30]))
    assert choice.more(some, probability, 0.3) == ([(2, 3)], [])  # 30 characters to spend, of which it takes 20
    assert choice.more(some, probability, 0.39) == ([], [])
    assert choice.more(some, probability, 0.4) == ([(0, 1)], [])
    assert choice.more(some, probability, 9) == ([], [])
    assert choice.spent == 40


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 5), st.integers(0, 3)), max_size=30),
    st.lists(st.integers(1, 40), min_size=18, max_size=18),
    st.randoms(use_true_random=False),
)
def test_never_more_characters_than_the_documents_have(rows, lengths, random) -> None:
    some = beads(*((i, i + a, j, j + b) for i, a, j, b in rows)) if rows else Beads(*[np.zeros(0, np.int64)] * 4)
    probability = np.array([random.random() for _ in rows])
    sides = lengths[:9], lengths[9:]
    chosen = spans_to_encode(some, probability, sides)
    spent = sum(sum(side[a : b + 1]) for side, spans in zip(sides, chosen, strict=True) for a, b in spans)
    assert spent <= 0.9 * sum(lengths)
    assert all(len(set(spans)) == len(spans) and all(a < b for a, b in spans) for spans in chosen)


@dataclass
class Model:
    """Texts as sums of their words' random vectors, but a text with both halves of a pair of words means a third.

    So a concatenation tells what its sentences alone do not.
    """

    calls: list[list[str]] = field(default_factory=list)

    def __call__(self, texts):
        self.calls.append(list(texts))
        return unit(np.array([self.vector(text) for text in texts], np.float32).reshape(len(texts), 64))

    def vector(self, text: str) -> np.ndarray:
        words = text.split()
        if {"left", "right"} <= set(words):
            words = [word for word in words if word not in ("left", "right")] + ["whole"] * 2
        return sum((word_vector(word) for word in words), np.full(64, 1e-3))


def word_vector(word: str) -> np.ndarray:
    return np.random.default_rng(sum(map(ord, word)) * 7919).normal(size=64)


SOURCE = [f"alpha{i} beta{i} gamma{i}" for i in range(8)] + ["left one two", "right three"] + ["last words here"]
TARGET = [f"alpha{i} beta{i} gamma{i}" for i in range(8)] + ["whole whole one two three"] + ["last words here"]


def side(model: Model, texts: list[str], longest: int = 6) -> SideInput:
    sentences = [Sentence(text, 0, len(text), 0) for text in texts]
    return SideInput(sentences, span_vectors(model, texts, longest, " ", window=1000), "en")


def test_a_second_call_encodes_no_more_than_the_documents_again() -> None:
    model = Model()
    sides = side(model, SOURCE), side(model, TARGET)
    before = len(model.calls)
    found = LatticeEngine().beads(*sides, SETTINGS)
    asked = [text for call in model.calls[before:] for text in call]
    assert "left one two right three" in asked
    assert len(asked) == len(set(asked)) < 30
    assert sum(map(len, asked)) <= sum(map(len, [*SOURCE, *TARGET])) + len(SOURCE) + len(TARGET)
    assert ((8, 9), (8,)) in [(bead.src, bead.tgt) for bead in found]


def test_similarity_is_that_of_the_concatenation() -> None:
    model = Model()
    found = LatticeEngine().beads(side(model, SOURCE), side(model, TARGET), SETTINGS)
    (bead,) = [bead for bead in found if bead.src == (8, 9)]
    true = model(["left one two right three", TARGET[8]])
    assert bead.similarity == pytest.approx(float(true[0] @ true[1]), abs=1e-5)


def test_the_vectors_given_stay_as_they_are() -> None:
    model = Model()
    sides = side(model, SOURCE), side(model, TARGET)
    before = [given.vectors.spans.copy() for given in sides]
    first = LatticeEngine().beads(*sides, SETTINGS)
    assert all(np.array_equal(a, given.vectors.spans) for a, given in zip(before, sides, strict=True))
    assert first == LatticeEngine().beads(*sides, SETTINGS)


def test_vectors_that_are_true_already_are_not_asked_for_again(monkeypatch) -> None:
    monkeypatch.setattr(engines, "refined", None)
    model = Model()
    sides = side(model, SOURCE), side(model, TARGET)
    plain = [
        SideInput(given.sentences, Vectors(given.vectors.whole().spans, given.vectors.characters), "en")
        for given in sides
    ]
    assert LatticeEngine().beads(*plain, SETTINGS)


@pytest.mark.parametrize("empty", [0, 1])
def test_a_side_without_sentences(empty: int) -> None:
    model = Model()
    texts = [SOURCE, TARGET]
    texts[empty] = []
    found = LatticeEngine().beads(side(model, texts[0]), side(model, texts[1]), SETTINGS)
    assert all(bead.is_null for bead in found)
    assert len(found) == len(texts[0]) + len(texts[1])


def test_bertalign_sees_every_concatenation() -> None:
    pytest.importorskip("bertalign", reason="bertalign is not installed")
    model = Model()
    sides = side(model, SOURCE, 3), side(model, TARGET, 3)
    before = len(model.calls)
    BertalignEngine().beads(*sides, AlignSettings(max_bead=4))
    asked = [text for call in model.calls[before:] for text in call]
    assert len(asked) == sum(len(texts) - k for texts in (SOURCE, TARGET) for k in (1, 2))


def test_the_weights_are_those_for_such_vectors(monkeypatch) -> None:
    """Token vectors on both sides or none: a side without them has sentences for tokens."""
    asked = []

    def noted(shows: Shows, scraped: bool) -> Weights:
        asked.append(shows)
        return shipped(shows, scraped)

    monkeypatch.setattr(align.lattice, "shipped", noted)
    model = Model()
    black = side(model, SOURCE[:4]), side(model, TARGET[:4])
    both = [replace(given, vectors=with_tokens(given.vectors)) for given in black]
    seen = [replace(given, vectors=replace(given.vectors, refine=None)) for given in both]
    for sides in (black, (black[0], seen[1]), (both[0], seen[1]), both, seen):
        LatticeEngine().beads(*sides, SETTINGS)
    assert asked == ["sentences", "sentences", "sentences", "both", "tokens"]


def with_tokens(vectors: Vectors) -> Vectors:
    starts = np.arange(vectors.spans.shape[1] + 1)
    return replace(vectors, tokens=TokenVectors(vectors.spans[0], starts))


def test_the_signature_tells_all_sets_of_weights_or_the_file() -> None:
    every = "+".join(
        weights.revision for weights in (*map(shipped, SHIPPED), *(shipped(shows, scraped=True) for shows in PAGES))
    )
    assert LatticeEngine().signature == f"lattice|weights:{every}"
    assert LatticeEngine(str(SHIPPED["both"])).signature == f"lattice|weights:{shipped('both').revision}"
