"""Moved blocks, on vectors made by hand: sentence k of either side has a direction of its own, and a little noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align import moved as moved_blocks
from align.encode.black_box import span_vectors
from align.encode.protocol import TokenVectors, Vectors
from align.engines import SideInput
from align.ladder import check_ladder
from align.moved import Block, find_moved, moved, reordered, settle_moved
from align.records import Bead, Sentence
from align.settings import AlignSettings
from align.verdict import background

TEXT = "A sentence that is as long as sentences usually are."


def side(topics: Sequence[int], noise: int, text: str = TEXT, longest: int = 3) -> SideInput:
    """A side whose sentence k is about `topics[k]`; a negative topic is like nothing else."""
    random = np.random.default_rng([noise, 99])
    singles = np.stack([np.random.default_rng([topic % (1 << 20), 5]).normal(size=64) for topic in topics])
    singles = singles + 0.5 * random.normal(size=singles.shape)
    spans = np.zeros((longest, len(topics), 64), dtype=np.float32)
    for k in range(longest):
        for i in range(k, len(topics)):
            span = singles[i - k : i + 1].sum(axis=0)
            spans[k, i] = span / np.linalg.norm(span)
    starts = np.arange(0, 2 * len(topics) + 1, 2)
    tokens = TokenVectors(np.repeat(spans[0], 2, axis=0), starts)
    sentences = [Sentence(text, i * 100, i * 100 + len(text), i) for i in range(len(topics))]
    return SideInput(sentences, Vectors(spans, 0, tokens), "en")


@dataclass(frozen=True)
class Diagonal:
    """An engine that pairs what it is given in order, and leaves over what is left over."""

    signature: str = "diagonal"

    def beads(self, source: SideInput, target: SideInput, settings: AlignSettings) -> list[Bead]:
        n, m = len(source.sentences), len(target.sentences)
        assert source.vectors.spans.shape[1] == n
        assert source.vectors.tokens is None or len(source.vectors.tokens.vectors) == source.vectors.tokens.starts[-1]
        assert not any(source.vectors.spans[k, :k].any() for k in range(1, len(source.vectors.spans)))
        return [
            *(Bead((i,), (i,), 0.9, 0.8) for i in range(min(n, m))),
            *(Bead((i,), (), 0.9) for i in range(m, n)),
            *(Bead((), (j,), 0.9) for j in range(n, m)),
        ]


def aligned(src: Sequence[int], tgt: Sequence[int], left: set[int]) -> list[Bead]:
    """The monotone alignment that leaves the topics `left` over on both sides, and what is like nothing else."""
    where = {topic: j for j, topic in enumerate(tgt) if topic not in left and topic >= 0}
    beads, j = [], 0
    for i, topic in enumerate(src):
        if topic in where:
            beads += [Bead((), (k,), 0.9) for k in range(j, where[topic])]
            j = where[topic] + 1
            beads.append(Bead((i,), (where[topic],), 0.98, 0.8))
        else:
            beads.append(Bead((i,), (), 0.9))
    return [*beads, *(Bead((), (k,), 0.9) for k in range(j, len(tgt)))]


def case(start: int, size: int, place: int, n: int = 30) -> tuple[list[Bead], SideInput, SideInput]:
    """A document of `n` sentences, of which `size` from `start` on stand at `place` of the rest in its translation."""
    src = list(range(n))
    rest, block = src[:start] + src[start + size :], src[start : start + size]
    tgt = rest[:place] + block + rest[place:]
    return aligned(src, tgt, set(block)), side(src, 1), side(tgt, 2)


def blocks_of(beads: Sequence[Bead], source: SideInput, target: SideInput) -> list[Block]:
    return find_moved(beads, source, target, background(beads, source.vectors.spans[0], target.vectors.spans[0]))


@pytest.mark.parametrize(
    ("start", "size", "place"),
    [(3, 2, 20), (3, 8, 15), (20, 3, 2), (0, 4, 26), (26, 4, 0), (10, 1, 25)],  # the last: one long sentence
)
def test_a_moved_block_is_found_whole(start: int, size: int, place: int) -> None:
    assert blocks_of(*case(start, size, place)) == [Block((start, start + size), (place, place + size))]


def test_two_blocks_that_changed_places() -> None:
    src = list(range(40))
    tgt = [*src[:5], *src[30:33], *src[8:30], *src[5:8], *src[33:]]
    beads = aligned(src, tgt, {5, 6, 7, 30, 31, 32})
    found = sorted(blocks_of(beads, side(src, 1), side(tgt, 2)), key=lambda block: block.src)
    assert found == [Block((5, 8), (30, 33)), Block((30, 33), (5, 8))]


def test_what_is_only_left_over_did_not_move() -> None:
    src = [*range(10), -1, -2, -3, *range(10, 30)]
    tgt = [*range(25), -11, -12, -13, *range(25, 30)]
    assert blocks_of(aligned(src, tgt, set()), side(src, 1), side(tgt, 2)) == []


def test_what_could_have_been_paired_in_its_place_did_not_move() -> None:
    """No row with two sides stands between: the aligner has seen the two together, and left them apart."""
    src = list(range(20))
    beads = [Bead((i,), (i,), 0.98, 0.8) for i in range(20) if i not in (8, 9)]
    beads[8:8] = [Bead((8,), ()), Bead((9,), ()), Bead((), (8,)), Bead((), (9,))]
    assert blocks_of(beads, side(src, 1), side(src, 2)) == []


def test_lines_that_repeat_do_not_move() -> None:
    """An advertisement stands in five places on either side; what is left over of it is like all of them."""
    advert = 500
    src = [n for k in range(5) for n in (*range(k * 6, k * 6 + 6), advert)]
    tgt = [n for k in range(5) for n in (*range(k * 6, k * 6 + 2), advert, *range(k * 6 + 2, k * 6 + 6))]
    assert blocks_of(aligned(src, tgt, {advert}), side(src, 1), side(tgt, 2)) == []


def test_one_short_line_does_not_make_a_block() -> None:
    src, tgt = list(range(30)), [*range(1, 25), 0, *range(25, 30)]
    beads = aligned(src, tgt, {0})
    assert blocks_of(beads, side(src, 1, "Share"), side(tgt, 2, "Share")) == []
    assert blocks_of(beads, side(src, 1), side(tgt, 2)) == [Block((0, 1), (24, 25))]


def test_a_row_that_cannot_be_right_gives_its_sentences_up() -> None:
    """The aligner paired the moved sentences with what stands in their place."""
    beads, source, target = case(5, 3, 20)
    wrong = [Bead((5,), (), 0.9), Bead((6, 7), (4,), 0.3, 0.05), Bead((4,), (), 0.3)]
    at = next(k for k, bead in enumerate(beads) if bead.src == (4,))
    beads = [*beads[:at], wrong[2], *wrong[:2], *beads[at + 4 :]]
    blocks = blocks_of(beads, source, target)
    assert blocks == [Block((5, 8), (20, 23))]
    settled = reordered(beads, blocks, source, target, Diagonal(), AlignSettings())
    assert check_ladder(settled, 30, 30) == []
    assert Bead((), (4,), 0.7) in settled  # nothing says what it belongs to


def test_by_default_beads_stay_and_are_marked() -> None:
    beads, source, target = case(4, 3, 20)
    found = background(beads, source.vectors.spans[0], target.vectors.spans[0])
    settled, is_moved = settle_moved(beads, source, target, found, Diagonal(), AlignSettings())
    assert settled == beads
    marked = [bead for bead, yes in zip(beads, is_moved, strict=True) if yes]
    assert sorted(i for bead in marked for i in bead.src) == [4, 5, 6]
    assert sorted(j for bead in marked for j in bead.tgt) == [20, 21, 22]
    assert all(bead.is_null for bead in marked)


def test_reordered_beads_stand_in_the_order_of_the_source() -> None:
    beads, source, target = case(4, 3, 20)
    found = background(beads, source.vectors.spans[0], target.vectors.spans[0])
    settled, is_moved = settle_moved(beads, source, target, found, Diagonal(), AlignSettings(reorder=True))
    assert [i for bead in settled for i in bead.src] == list(range(30))
    assert [(bead.src, bead.tgt) for bead, yes in zip(settled, is_moved, strict=True) if yes] == [
        ((4,), (20,)), ((5,), (21,)), ((6,), (22,)),
    ]  # fmt: skip
    assert check_ladder(settled, 30, 30) == []
    assert len(check_ladder(settled, 30, 30, monotone=True)) == 1  # the target is out of order, and only that


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(8)), st.integers(2, 4))
def test_every_sentence_stays_in_exactly_one_bead(order: list[int], size: int) -> None:
    n = 8 * size
    src, tgt = list(range(n)), [k * size + i for k in order for i in range(size)]
    runs = [order[i:j] for i in range(8) for j in range(i + 1, 9)]
    kept = max((run for run in runs if run == sorted(run)), key=len)
    left = set(range(n)) - {k * size + i for k in kept for i in range(size)}
    beads, source, target = aligned(src, tgt, left), side(src, 1), side(tgt, 2)
    blocks = blocks_of(beads, source, target)
    settled = reordered(beads, blocks, source, target, Diagonal(), AlignSettings())
    assert check_ladder(settled, n, n) == []
    assert [bead for bead, yes in zip(settled, moved(settled, blocks), strict=True) if not yes] == [
        bead for bead, yes in zip(beads, moved(beads, blocks), strict=True) if not yes
    ]


def test_documents_without_a_row_that_fits_have_no_moved_blocks() -> None:
    source, target = side(range(5), 1), side(range(5), 2)
    beads = [*(Bead((i,), ()) for i in range(5)), *(Bead((), (j,)) for j in range(5))]
    assert blocks_of(beads, source, target) == []


@dataclass(frozen=True)
class Asking(Diagonal):
    """An engine that has a concatenation of either side encoded, and keeps what it was given and got."""

    seen: list[tuple[SideInput, SideInput, np.ndarray]] = field(default_factory=list)

    def beads(self, source: SideInput, target: SideInput, settings: AlignSettings) -> list[Bead]:
        self.seen.append((source, target, *(side.vectors.refined([(0, 1)]).spans[1, 1] for side in (source, target))))
        return super().beads(source, target, settings)


def test_a_block_of_a_black_box_encoder_can_have_its_concatenations_encoded() -> None:
    """By the numbers that its sentences have in the block, not in the document."""
    texts: list[str] = []

    def embed(asked: Sequence[str]) -> np.ndarray:
        texts.extend(asked)
        vectors = np.stack([np.random.default_rng(list(text.encode())).normal(size=16) for text in asked])
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    sides = []
    for letter in "ab":
        sentences = [Sentence(f"{letter}{i}", i * 10, i * 10 + 2, i) for i in range(9)]
        sides.append(SideInput(sentences, span_vectors(embed, [s.text for s in sentences], 3, " ", 100), "en"))
    beads = [*(Bead((i,), ()) for i in range(4)), *(Bead((i,), (i - 4,)) for i in range(4, 9))]
    beads += [Bead((), (j,)) for j in range(5, 9)]
    engine = Asking()
    settled = reordered(beads, [Block((1, 4), (6, 9))], *sides, engine, AlignSettings())
    assert check_ladder(settled, 9, 9) == []
    ((source, target, one, other),) = engine.seen
    assert [s.text for s in source.sentences] == ["a1", "a2", "a3"]
    assert [s.text for s in target.sentences] == ["b6", "b7", "b8"]
    assert texts[-2:] == ["a1 a2", "b6 b7"]
    assert np.array_equal(one, embed(["a1 a2"])[0])
    assert np.array_equal(other, embed(["b6 b7"])[0])


@pytest.mark.parametrize(("elsewhere", "cells"), [(8, 1 << 23), (20_000, 100), (16, 1)])
def test_a_long_document_is_compared_by_samples_and_by_the_block(monkeypatch, elsewhere: int, cells: int) -> None:
    given = case(3, 8, 15, n=60)
    whole = blocks_of(*given)
    sizes = []
    compare = moved_blocks._similarities

    def watched(a: np.ndarray, rows: list[int], b: np.ndarray):
        for part, whole in compare(a, rows, b):
            sizes.append(whole.shape)
            yield part, whole

    monkeypatch.setattr(moved_blocks, "_ELSEWHERE", elsewhere)
    monkeypatch.setattr(moved_blocks, "_CELLS", cells)
    monkeypatch.setattr(moved_blocks, "_similarities", watched)
    assert blocks_of(*given) == whole == [Block((3, 11), (15, 23))]
    assert max(columns for _, columns in sizes) <= max(min(60, elsewhere), 8)  # eight are left over
    assert all(rows == 1 or rows * columns <= cells for rows, columns in sizes)


@given(st.integers(1, 60), st.integers(1, 70), st.data())
def test_what_is_left_over_is_always_compared_with(n: int, most: int, data: st.DataObject) -> None:
    free = sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moved_blocks, "_ELSEWHERE", most)
        among = moved_blocks._among(n, free).tolist()
    assert among == sorted(set(among))
    assert set(free) <= set(among) <= set(range(n))
    assert len(among) <= max(most, len(free))
    assert n > most or among == list(range(n))
