"""Long documents: cut at sure places into stretches that overlap, solved one by one, and joined where they agree.

Time then grows with the document and memory with the stretch. A stretch is a document to the aligner: its similarity
of unrelated sentences, length ratio and share of lone sentences are its own, which suits a book whose parts differ,
and is what the weights were learned on. At its ends it is solved with some of its neighbours' sentences around it, and
a bead joins two stretches only if both, with different neighbours, found it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from align.lattice.anchors import Pair, find_anchors
from align.lattice.model import merged
from align.lattice.side import Side
from align.records import Bead

Ints = NDArray[np.int64]
Solve = Callable[[Side, Side, Ints, Ints], list[Bead]]
"""What aligns one stretch: its two sides, and the numbers its sentences have in the documents."""

LONG = 4000
"""Sentences on a side from which a document is cut into stretches."""

_STRETCH, _LONGEST = 1200, 1800  # sentences on the longer side of a stretch: best, and most
_MARGIN = 64  # sentences of its neighbours that a stretch is solved with at either end
_MARGINS = (_MARGIN, 4 * _MARGIN, 16 * _MARGIN)  # tried one after the other until two stretches agree
_EDGE = 16  # sentences at the end of a stretch's surroundings where it is not trusted
_PARALLEL = 8  # anchors before and after a cut that may support it
_SUPPORT = 4  # those of them on one diagonal with it from which the place is sure
_AGREED = 0.9  # confidence in both stretches from which a bead joins them; the nearest such to the cut does
_DEPTH = 500  # sentences at either end of an insertion that are solved; those deeper in it surely stand alone
_NEARBY = 32  # sentences on either side of a run whose chance to stand alone is taken for the run's


@dataclass(frozen=True, slots=True)
class Cut:
    """The boundary before source sentence i and target sentence j. Stretches that part at a `sure` one overlap."""

    i: int
    j: int
    sure: bool


@dataclass(frozen=True, slots=True)
class _Closure:
    """After the bead `last`, number at - 1, all sentences before i and j have had their bead, and no other had."""

    at: int
    i: int
    j: int
    last: Bead


def align_document(source: Side, target: Side, solve: Solve, max_bead: int = 7) -> list[Bead]:
    """The beads of a document pair of any length, in order, every sentence in exactly one.

    `solve` has the whole pair where neither side is longer than `LONG`, and stretches of it where one is.
    """
    if max(len(source), len(target)) <= LONG:
        return solve(source, target, np.arange(len(source)), np.arange(len(target)))
    sides = source, target
    chain = find_anchors(*(side.spans[0] for side in sides))
    inserted = insertions(chain, len(source), len(target), max_bead)
    kept_s, kept_t = (
        np.delete(np.arange(len(side)), [number for run in runs for number in run])
        for side, runs in zip(sides, inserted, strict=True)
    )
    xs, ys = np.array(chain, dtype=np.int64).reshape(-1, 2).T
    anchors = zip(np.searchsorted(kept_s, xs).tolist(), np.searchsorted(kept_t, ys).tolist(), strict=True)
    beads = _Stretches(source, target, kept_s, kept_t, tuple(anchors), solve).beads()
    beads = [_renumbered(bead, kept_s, kept_t) for bead in beads]
    return merged(beads, lone(beads, inserted))


def insertions(chain: Sequence[Pair], n: int, m: int, max_bead: int) -> tuple[list[range], list[range]]:
    """Runs of source and of target sentences deep inside an insertion.

    Between two anchors one side has so many more sentences than beads could hold that most of them must stand alone;
    if the others' counterparts were in their middle, there would be anchors.
    """
    runs: tuple[list[range], list[range]] = ([], [])
    for before, after in pairwise([(-1, -1), *chain, (n, m)]):
        gaps = after[0] - before[0] - 1, after[1] - before[1] - 1
        for side, (gap, other) in enumerate((gaps, gaps[::-1])):
            if gap > 2 * _DEPTH + (max_bead - 1) * other:
                runs[side].append(range(before[side] + 1 + _DEPTH, after[side] - _DEPTH))
    return runs


def lone(beads: Sequence[Bead], inserted: tuple[list[range], list[range]]) -> list[Bead]:
    """A null bead for every sentence of the runs, as likely as the sentences around the run are to stand alone."""
    nulls = []
    for side, runs in enumerate(inserted):
        if not runs:
            continue
        chance = {
            number: bead.confidence if bead.is_null else 1 - bead.confidence
            for bead in beads
            for number in (bead.tgt if side else bead.src)
        }
        for run in runs:
            around = (*range(run.start - _NEARBY, run.start), *range(run.stop, run.stop + _NEARBY))
            mean = float(np.mean([chance[number] for number in around if number in chance]))
            nulls += [Bead((), (number,), mean) if side else Bead((number,), (), mean) for number in run]
    return nulls


def find_cuts(chain: Sequence[Pair], n: int, m: int) -> list[Cut]:
    """Where to cut: among many anchors on one diagonal, about every `_STRETCH` sentences of the longer side.

    Where there is no such place for long, the cut is on the line between the anchors around it, and not sure.
    """
    support = _support(chain)
    cuts: list[Cut] = []
    i, j = 0, 0
    while max(n - i, m - j) > _LONGEST:
        best = (0, 0, 0)
        for at in range(bisect_left(chain, (i, j)), len(chain)):
            steps = chain[at][0] - i, chain[at][1] - j
            if max(steps) > _LONGEST:
                break
            if max(steps) >= _STRETCH / 2 and min(steps) >= 2 * _MARGIN:
                best = max(best, (support[at], -abs(max(steps) - _STRETCH), at))
        sure = best[0] >= _SUPPORT
        i, j = chain[best[2]] if sure else _on_the_line([*chain, (n, m)], i, j)
        cuts.append(Cut(i, j, sure))
    return cuts


def _support(chain: Sequence[Pair]) -> list[int]:
    """For every anchor how many of the next and of the last `_PARALLEL` lie near it and on its diagonal."""
    x, y = np.array(chain, dtype=np.int64).reshape(-1, 2).T
    support = np.zeros(len(chain), np.int64)
    for step in range(1, min(_PARALLEL, len(chain) - 1) + 1):
        near = (x[step:] - x[:-step] <= 2 * step) & (np.abs((x - y)[step:] - (x - y)[:-step]) <= 1)
        support[step:] += near
        support[:-step] += near
    return support.tolist()


def _on_the_line(corners: Sequence[Pair], i: int, j: int) -> Pair:
    """The place `_STRETCH` sentences of the longer side on from (i, j), on the line from there through the corners."""
    x, y = i, j
    for after_x, after_y in corners[bisect_left(corners, (i, j)) :]:
        if after_y < j:
            continue
        if max(after_x - i, after_y - j) >= _STRETCH:
            room = ((i + _STRETCH - x, after_x - x), (j + _STRETCH - y, after_y - y))
            share = min(left / step for left, step in room if step > 0)
            return min(round(x + share * (after_x - x)), after_x), min(round(y + share * (after_y - y)), after_y)
        x, y = after_x, after_y
    return corners[-1]


@dataclass(frozen=True)
class _Stretches:
    """What stretches are solved with. All numbers count the sentences `kept_s` and `kept_t` of either side, which are
    all but the ones that surely stand alone; `chain` has the anchors."""

    source: Side
    target: Side
    kept_s: Ints
    kept_t: Ints
    chain: tuple[Pair, ...]
    solve_sides: Solve

    def beads(self) -> list[Bead]:
        """The beads of all stretches, joined."""
        end = Cut(len(self.kept_s), len(self.kept_t), sure=False)
        cuts = [Cut(0, 0, sure=False), *find_cuts(self.chain, end.i, end.j), end]
        done: list[Bead] = []
        open_: list[Bead] = []  # the solution of the last stretch, from (i, j) on
        i, j = 0, 0
        for cut, after in pairwise(cuts):
            if not cut.sure:
                done += open_
                i, j, open_ = cut.i, cut.j, self.solve((cut.i, cut.j), self.beyond(after))
                continue
            closures = _closures(open_, i, j)
            for margin in _MARGINS:
                start = self.before(cut, margin)
                fresh = self.solve(start, self.beyond(after))
                joint = _joint(closures, _closures(fresh, *start), cut, start, self.beyond(cut))
                if joint is not None:
                    break
            if joint is None:
                done += self.brought_to(cut, open_, closures)
                i, j, open_ = cut.i, cut.j, self.solve((cut.i, cut.j), self.beyond(after))
            else:
                old, new = joint
                done += open_[: old.at]
                i, j, open_ = new.i, new.j, fresh[new.at :]
        return done + open_

    def before(self, cut: Cut, margin: int) -> Pair:
        """The boundary before the last anchor that is so many sentences before a cut on both sides."""
        at = bisect_right(self.chain, (cut.i - margin, cut.j - margin)) - 1
        while at >= 0 and self.chain[at][1] > cut.j - margin:
            at -= 1
        return self.chain[at] if at >= 0 else (0, 0)

    def beyond(self, cut: Cut) -> Pair:
        """The boundary before the first anchor that is `_MARGIN` sentences after a cut on both sides; the cut itself
        where it is not sure."""
        if not cut.sure:
            return cut.i, cut.j
        at = bisect_left(self.chain, (cut.i + _MARGIN, cut.j + _MARGIN))
        while at < len(self.chain) and self.chain[at][1] < cut.j + _MARGIN:
            at += 1
        return self.chain[at] if at < len(self.chain) else (len(self.kept_s), len(self.kept_t))

    def solve(self, start: Pair, end: Pair) -> list[Bead]:
        """The beads of the sentences between two boundaries."""
        kept_s, kept_t = self.kept_s[start[0] : end[0]], self.kept_t[start[1] : end[1]]
        beads = self.solve_sides(self.source.take(kept_s), self.target.take(kept_t), kept_s, kept_t)
        numbers = np.arange(start[0], end[0]), np.arange(start[1], end[1])
        return [_renumbered(bead, *numbers) for bead in beads]

    def brought_to(self, cut: Cut, beads: list[Bead], closures: Sequence[_Closure]) -> list[Bead]:
        """The beads of a stretch changed so that they end at a cut through which they do not lead."""
        inside = [closure for closure in closures if closure.i <= cut.i and closure.j <= cut.j]
        last = inside[-1]
        return beads[: last.at] + self.solve((last.i, last.j), (cut.i, cut.j))


def _closures(beads: Sequence[Bead], i: int, j: int) -> list[_Closure]:
    """The places in a solution, which begins at the boundary (i, j), where it could be cut; its begin is the first."""
    closures = [_Closure(0, i, j, Bead((), ()))]
    count_s, count_t, next_s, next_t = i, j, i, j
    for at, bead in enumerate(beads, start=1):
        count_s, count_t = count_s + len(bead.src), count_t + len(bead.tgt)
        next_s, next_t = max(next_s, *(k + 1 for k in bead.src), 0), max(next_t, *(k + 1 for k in bead.tgt), 0)
        if count_s == next_s and count_t == next_t:
            closures.append(_Closure(at, next_s, next_t, bead))
    return closures


def _joint(
    old: Sequence[_Closure], new: Sequence[_Closure], cut: Cut, start: Pair, end: Pair
) -> tuple[_Closure, _Closure] | None:
    """The place after a bead that both solutions hold and are sure of, the nearest to the cut.

    `start` is where the new one begins and `end` where the old one ends: near there neither is trusted.
    """
    known = {_key(closure): closure for closure in old[1:]}
    common = [
        (known[_key(closure)], closure)
        for closure in new[1:]
        if _key(closure) in known
        and not closure.last.is_null
        and min(closure.last.confidence, known[_key(closure)].last.confidence) >= _AGREED
        and (start == (0, 0) or min(closure.i - start[0], closure.j - start[1]) >= _EDGE)
        and min(end[0] - closure.i, end[1] - closure.j) >= _EDGE
    ]
    return min(common, key=lambda pair: abs(pair[1].i - cut.i) + abs(pair[1].j - cut.j), default=None)


def _key(closure: _Closure) -> tuple:
    return closure.i, closure.j, closure.last.src, closure.last.tgt


def _renumbered(bead: Bead, numbers_s: Ints, numbers_t: Ints) -> Bead:
    src, tgt = numbers_s[list(bead.src)], numbers_t[list(bead.tgt)]
    return replace(bead, src=tuple(src.tolist()), tgt=tuple(tgt.tolist()))
