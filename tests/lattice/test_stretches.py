"""Long documents: the stretches join to the same beads that the whole would have, whatever is inserted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.lattice import Side, align_document, align_sides, read_weights, stretches
from align.lattice.stretches import Cut, find_cuts, insertions, lone
from align.records import Bead

WEIGHTS = read_weights()
DIM = 24


def solve(one: Side, other: Side, *_: np.ndarray) -> list[Bead]:
    return align_sides(one, other, WEIGHTS)


def diagonal(one: Side, other: Side, *_: np.ndarray) -> list[Bead]:
    """A solver that pairs sentences by number, and is sure of it."""
    both = min(len(one), len(other))
    beads = [Bead((i,), (i,), 1.0) for i in range(both)]
    beads += [Bead((i,), (), 1.0) for i in range(both, len(one))]
    return beads + [Bead((), (j,), 1.0) for j in range(both, len(other))]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches of about 60 sentences, and insertions from 80 on."""
    for name, value in (
        ("LONG", 100), ("_STRETCH", 60), ("_LONGEST", 90), ("_MARGIN", 12), ("_MARGINS", (12, 24, 48)), ("_EDGE", 3),
        ("_DEPTH", 40),
    ):  # fmt: skip
        monkeypatch.setattr(stretches, name, value)


def translated(random: np.random.Generator, rows: np.ndarray, noise: float = 0.5) -> np.ndarray:
    return rows + noise * random.normal(size=rows.shape)


def pairs(beads: list[Bead]) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    return {(bead.src, bead.tgt) for bead in beads if not bead.is_null}


def assert_complete(beads: list[Bead], n: int, m: int) -> None:
    """Every sentence in exactly one bead; pairs rise, and nulls stand at their place."""
    assert sorted(i for bead in beads for i in bead.src) == list(range(n))
    assert sorted(j for bead in beads for j in bead.tgt) == list(range(m))
    for before, after in pairwise([bead for bead in beads if not bead.is_null]):
        assert before.src[-1] < after.src[0]
        assert before.tgt[-1] < after.tgt[0]
    for before, after in pairwise(beads):
        assert not (not before.src and not after.tgt), "a source null right after a target null"


def assert_the_path_is_kept(side, n: int, at: float) -> None:
    """A block of 30% stands at a share `at` of the target; nearly all pairs are found, and few others."""
    random = np.random.default_rng(7)
    place, length = int(n * at), int(0.3 * n)
    source = random.normal(size=(n, DIM))
    block, target = random.normal(size=(length, DIM)), translated(random, source)
    beads = align_document(side(source), side(np.concatenate([target[:place], block, target[place:]])), solve)
    assert_complete(beads, n, n + length)
    want = {((i,), (i if i < place else i + length,)) for i in range(n)}
    assert len(want & pairs(beads)) > 0.99 * n
    assert len(pairs(beads) - want) < 0.01 * n


def test_a_long_document_with_a_block_inserted(side) -> None:
    """At the true sizes of stretches and insertions."""
    assert_the_path_is_kept(side, 4500, 0.5)


@pytest.mark.parametrize("at", [0.0, 0.3, 1.0])
def test_a_block_inserted_anywhere(short, side, at: float) -> None:
    assert_the_path_is_kept(side, 400, at)


def test_a_short_document_is_solved_at_once(side) -> None:
    rows = np.random.default_rng(1).normal(size=(30, DIM))
    seen = []

    def once(one: Side, other: Side, numbers_s: np.ndarray, numbers_t: np.ndarray) -> list[Bead]:
        seen.append((numbers_s.tolist(), numbers_t.tolist()))
        return diagonal(one, other)

    assert len(align_document(side(rows), side(rows[:28]), once)) == 30
    assert seen == [(list(range(30)), list(range(28)))]


def test_stretches_join_to_the_beads_of_the_whole(short, side) -> None:
    """Merged, split and left-out sentences all along, so that the joints fall among them."""
    random = np.random.default_rng(11)
    source = random.normal(size=(420, DIM))
    target, i = [], 0
    while i < len(source):
        kind = random.random()
        if kind < 0.08:  # two of the source in one
            target.append(source[i : i + 2].sum(axis=0))
            i += 2
        elif kind < 0.12:  # one left out
            i += 1
        else:
            target.append(source[i])
            i += 1
            if kind > 0.96:
                target.append(random.normal(size=DIM))
    target = translated(random, np.array(target), 0.3)
    sides = side(source), side(target)
    joined, whole = align_document(*sides, solve), solve(*sides)
    assert_complete(joined, len(source), len(target))
    same = pairs(joined) & pairs(whole)
    assert len(same) > 0.98 * max(len(pairs(joined)), len(pairs(whole)))


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6), st.integers(0, 160), st.integers(101, 160), st.booleans(), st.booleans())
def test_any_two_sides(random_side, seed: int, n: int, m: int, flip: bool, alike: bool) -> None:
    """Sound whatever the sides are: nothing in common, or a part of it; solutions that never agree included."""
    random = np.random.default_rng(seed)
    source, target = random_side(random, n), random_side(random, m)
    if alike:
        target = target if n == 0 else source.take(np.sort(random.choice(n, size=max(1, n // 2), replace=False)))
    sides = (target, source) if flip else (source, target)
    calls = random.random() < 0.5
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("LONG", 50), ("_STRETCH", 30), ("_LONGEST", 45), ("_MARGIN", 6), ("_MARGINS", (6, 12)),
                            ("_EDGE", 2), ("_DEPTH", 20)):  # fmt: skip
            patch.setattr(stretches, name, value)
        if not alike:
            patch.setattr(stretches, "_AGREED", 1.1)
        beads = align_document(*sides, diagonal if calls else solve)
    assert_complete(beads, len(sides[0]), len(sides[1]))


def test_stretches_that_do_not_agree_are_cut_where_the_anchors_say(short, side, monkeypatch) -> None:
    monkeypatch.setattr(stretches, "_AGREED", 1.1)
    rows = np.random.default_rng(3).normal(size=(200, DIM))
    beads = align_document(side(rows), side(rows), solve)
    assert pairs(beads) == {((i,), (i,)) for i in range(200)}


def test_no_stretch_is_larger_than_it_may_be(short, side) -> None:
    """Also where nothing is like anything, and where one side runs on alone."""
    random = np.random.default_rng(5)
    rows = random.normal(size=(300, DIM))
    other = np.concatenate([rows[:100], random.normal(size=(400, DIM)), rows[100:200], random.normal(size=(100, DIM))])
    sizes = []

    def measured(one: Side, other: Side, *_: np.ndarray) -> list[Bead]:
        sizes.append((len(one), len(other)))
        return solve(one, other)

    beads = align_document(side(rows), side(other), measured)
    assert_complete(beads, 300, 700)
    assert max(map(max, sizes)) < 90 + 2 * 12 + 90
    found = pairs(beads)
    assert len(found & {((i,), (i if i < 100 else i + 400,)) for i in range(200)}) > 190


def test_cuts_stand_among_anchors_on_one_diagonal(short) -> None:
    chain = (
        [(i, i + 5) for i in range(40)] + [(i, 2 * i) for i in range(50, 58)] + [(i, i + 60) for i in range(60, 300)]
    )
    cuts = find_cuts(chain, 300, 360)
    assert all(cut.sure for cut in cuts)
    corners = [(0, 0), *((cut.i, cut.j) for cut in cuts), (300, 360)]
    assert all(0 < max(b[0] - a[0], b[1] - a[1]) <= 90 for a, b in pairwise(corners))
    assert {(cut.i, cut.j) for cut in cuts} <= set(chain)
    assert not any(50 <= cut.i < 58 for cut in cuts)


def test_cuts_without_anchors_are_on_the_line_and_not_sure(short) -> None:
    assert find_cuts([], 120, 60) == [Cut(60, 30, sure=False)]
    assert find_cuts([(100, 0)], 200, 30) == [Cut(60, 0, sure=False), Cut(120, 6, sure=False)]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), max_size=30), st.integers(1, 200))
def test_any_chain_has_cuts_that_rise_and_leave_no_long_stretch(steps: list[tuple[int, int]], rest: int) -> None:
    corners = np.cumsum([(0, 0), *steps], axis=0)
    chain = [tuple(map(int, corner)) for corner in corners[1:]]
    n, m = int(corners[-1][0]) + 1 + rest, int(corners[-1][1]) + 1
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("_STRETCH", 60), ("_LONGEST", 90), ("_MARGIN", 12)):
            patch.setattr(stretches, name, value)
        cuts = find_cuts(chain, n, m)
    ends = [(0, 0), *((cut.i, cut.j) for cut in cuts), (n, m)]
    for (x, y), (after_x, after_y) in pairwise(ends):
        assert after_x >= x
        assert after_y >= y
        assert 0 < max(after_x - x, after_y - y) <= 91


def test_what_lies_deep_in_an_insertion_stands_alone(short) -> None:
    chain = [(0, 0), (1, 1), (5, 300), (6, 301)]
    assert insertions(chain, 7, 302, 7) == ([], [range(42, 260)])
    assert insertions([(j, i) for i, j in chain], 302, 7, 7) == ([range(42, 260)], [])
    assert insertions([(0, 0), (51, 300)], 52, 301, 7) == ([], []), "six times as many could be translations"


def test_lone_sentences_are_as_likely_as_those_around_them() -> None:
    beads = [Bead((0,), (0,), 0.4), Bead((), (1,), 0.8), Bead((), (5,), 0.9)]
    nulls = lone(beads, ([], [range(2, 5)]))
    assert [bead.tgt for bead in nulls] == [(2,), (3,), (4,)]
    assert [bead.confidence for bead in nulls] == pytest.approx([(0.6 + 0.8 + 0.9) / 3] * 3)
