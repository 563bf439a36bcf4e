"""The features of beads with two sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from align.lattice.beads import Beads
from align.lattice.evidence import Evidence
from align.lattice.lookup import (
    boilerplate_odds,
    coverages,
    inside,
    log_ratio,
    lone,
    paragraph_starts,
    prefix,
    rectangle,
    scaled,
    similarity,
    torn,
)  # fmt: skip
from align.lattice.side import BREAKS, SHAPES, Marks
from align.lattice.windows import NOWHERE, WINDOWS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

COARSE_PAIRS = (
    "similarity", "similarity x extra", "coverage source", "coverage target", "length", "length squared",
    "boilerplate sure",
)  # fmt: skip
FINE_PAIRS = (
    "margin", "margin x extra", "similarity low",
    "one fewer gains", "one fewer loses", "one more gains", "one more loses",
    "weakest source", "weakest target", "leak source", "leak target", "length deviation",
    *(f"window {width}" for width in WINDOWS),
    "paragraphs agree", "paragraph crossed one side", "paragraph crossed both",
    "terminator differs", "foreign differs", "digits differ", "short pair", "both lone", "one lone",
    "marks shared", "marks missing", "torn inside", "torn at end",
    "boilerplate", "boilerplate differs", "boilerplate both", "boilerplate similar",
    "boilerplate short", "boilerplate alone",
    "end inside target", "end inside source", "inner inside", "inner at boundary",
    *(f"{name} inside" for name in BREAKS), *(f"{name} at one end" for name in BREAKS),
)  # fmt: skip

_SOME = 0.05  # boilerplate score below which company is not looked for


def coarse_pairs(
    evidence: Evidence, p: Beads, here: Floats, covered: tuple[Floats, Floats]
) -> Iterator[tuple[str, NDArray]]:
    """The cheap features by name, (b,) each.

    `here` (b,) is the beads' similarity, `covered` (b,) the sums over them of either side's coverage.
    """
    a, b = p.i1 - p.i0, p.j1 - p.j0
    yield "similarity", here
    yield "similarity x extra", here * (a + b - 2)
    yield "coverage source", covered[0] / a
    yield "coverage target", covered[1] / b
    log = log_ratio(evidence, p)
    yield "length", np.minimum(np.abs(log), 2)
    yield "length squared", np.minimum(log * log, 4)
    sure_s, sure_t = boilerplate_odds(evidence.source), boilerplate_odds(evidence.target)
    both = np.minimum(inside(sure_s, p.i0, p.i1) / a, inside(sure_t, p.j0, p.j1) / b)
    yield "boilerplate sure", np.maximum(both, 0)


def fine_pairs(evidence: Evidence, p: Beads, here: Floats) -> Iterator[tuple[str, NDArray]]:
    """The other features by name, (b,) each; `here` (b,) is the similarity of the coarse stage."""
    yield from _neighbours(evidence, p, here)
    yield from _coverage(evidence, p)
    source, target = evidence.source, evidence.target
    a, b = p.i1 - p.i0, p.j1 - p.j0
    expected = inside(source.lengths, p.i0, p.i1) * evidence.ratio
    deviation = (inside(target.lengths, p.j0, p.j1) - expected) / np.sqrt(6.8 * (expected + 1))
    yield "length deviation", np.minimum(deviation**2, 25) / 10
    yield "short pair", 1 / np.sqrt(1 + expected / 10)
    inner_start = (p.i0 > 0) & (p.j0 > 0)
    inner_end = (p.i1 < len(source)) & (p.j1 < len(target))
    for width, table in zip(WINDOWS, evidence.windows, strict=True):
        yield f"window {width}", table.at(p.i0, p.j0) * inner_start + table.at(p.i1, p.j1) * inner_end
    yield from _inner(evidence, p)
    yield from _paragraphs(evidence, p)
    for name, shape in (
        ("terminator differs", "unterminated"),
        ("foreign differs", "foreign"),
        ("digits differ", "digits"),
    ):
        column = SHAPES.index(shape)
        yield name, np.abs(source.shapes[p.i1 - 1, column] - target.shapes[p.j1 - 1, column])
    lone_s, lone_t = lone(source)[p.i0] * (a == 1), lone(target)[p.j0] * (b == 1)
    yield "both lone", lone_s * lone_t
    yield "one lone", np.abs(lone_s - lone_t)
    yield "marks shared", np.minimum(rectangle(evidence.marks, p), 3)
    yield "marks missing", np.minimum(_lost_marks(evidence, p), 4)
    yield from _boilerplate(evidence, p, here)
    yield from _breaks(evidence, p)


def _neighbours(evidence: Evidence, p: Beads, here: Floats) -> Iterator[tuple[str, NDArray]]:
    """How the similarity compares with what stands next to the bead, and with one sentence more or fewer."""
    a, b = p.i1 - p.i0, p.j1 - p.j0
    one = np.ones_like(a)
    n, m = len(evidence.source), len(evidence.target)

    def look(x: Ints, y: Ints, i1: Ints, j1: Ints) -> Floats:
        return similarity(evidence, x, y, i1, j1, missing=np.nan)

    # Each side's span against the single sentences next to the other's.
    beside = np.stack([
        look(a, one, p.i1, np.where(p.j0 > 0, p.j0, -1)), look(a, one, p.i1, np.where(p.j1 < m, p.j1 + 1, -1)),
        look(one, b, np.where(p.i0 > 0, p.i0, -1), p.j1), look(one, b, np.where(p.i1 < n, p.i1 + 1, -1), p.j1),
    ])  # fmt: skip
    margin = here - _nanmean(beside)
    yield "margin", margin
    yield "margin x extra", margin * (a + b - 2)
    yield "similarity low", np.maximum(0.5 - here, 0)
    fewer = (look(a - 1, b, p.i1, p.j1), look(a - 1, b, p.i1 - 1, p.j1),
             look(a, b - 1, p.i1, p.j1), look(a, b - 1, p.i1, p.j1 - 1))  # fmt: skip
    more = (look(a + 1, b, p.i1, p.j1), look(a + 1, b, p.i1 + 1, p.j1),
            look(a, b + 1, p.i1, p.j1), look(a, b + 1, p.i1, p.j1 + 1))  # fmt: skip
    for name, others in (("one fewer", fewer), ("one more", more)):
        best = _nanmax(np.stack(others))
        gain = np.where(np.isnan(best), 0, best - here)
        yield f"{name} gains", np.maximum(gain, 0)
        yield f"{name} loses", np.minimum(gain, 0)


def _coverage(evidence: Evidence, p: Beads) -> Iterator[tuple[str, NDArray]]:
    a, b = p.i1 - p.i0, p.j1 - p.j0
    forward, backward = coverages(evidence, p)
    yield "weakest source", _weakest(forward, a)
    yield "weakest target", _weakest(backward, b)
    all_s = inside(evidence.forward.row_sums(), p.i0, p.i1)
    all_t = inside(evidence.backward.column_sums(len(evidence.target)), p.j0, p.j1)
    yield "leak source", np.maximum(all_s - forward.sum(axis=0), 0) / a
    yield "leak target", np.maximum(all_t - backward.sum(axis=0), 0) / b


def _inner(evidence: Evidence, p: Beads) -> Iterator[tuple[str, NDArray]]:
    """Whether the boundaries of one side find their best place at those of the other or inside a sentence."""
    n, m = len(evidence.source), len(evidence.target)
    window = evidence.windows[WINDOWS.index(8)]
    into_t, into_s = evidence.inner_source, evidence.inner_target
    inner_t = np.zeros(len(p), np.float32)
    inner_s = np.zeros(len(p), np.float32)
    for i, j in ((p.i0, p.j0), (p.i1, p.j1)):
        fits = (i > 0) & (j > 0) & (i < n) & (j < m)
        here = window.at(i, j)
        best_t = np.maximum(into_t.at(i, np.maximum(j - 1, 0)), into_t.at(i, np.minimum(j, m - 1)))
        best_s = np.maximum(into_s.at(j, np.maximum(i - 1, 0)), into_s.at(j, np.minimum(i, n - 1)))
        inner_t += np.where(fits & (best_t > NOWHERE), np.maximum(best_t - here, -0.5), 0)
        inner_s += np.where(fits & (best_s > NOWHERE), np.maximum(best_s - here, -0.5), 0)
    yield "end inside target", inner_t
    yield "end inside source", inner_s
    inside_best = np.zeros(len(p), np.float32)
    at_boundary = np.zeros(len(p), np.float32)
    for first, last, low, high, table, straight in (
        (p.i0, p.i1, p.j0, p.j1, into_t, True),
        (p.j0, p.j1, p.i0, p.i1, into_s, False),
    ):
        for step in range(1, int((last - first).max())):
            hit = np.flatnonzero(first + step < last)
            at = first[hit] + step
            best = np.full(len(hit), -np.inf, np.float32)
            edge = np.full(len(hit), -np.inf, np.float32)
            middle = np.full(len(hit), -np.inf, np.float32)
            for k in range(int((high - low)[hit].max()) + 1):
                place = low[hit] + k
                within = place < high[hit]
                place = np.minimum(place, high[hit])
                best = np.where(within, np.maximum(best, table.at(at, np.where(within, place, low[hit]))), best)
                score = window.at(at, place) if straight else window.at(place, at)
                is_edge = (place == low[hit]) | (place == high[hit])
                edge = np.where(is_edge, np.maximum(edge, score), edge)
                middle = np.where(is_edge, middle, np.maximum(middle, score))
            somewhere = best > NOWHERE
            inside_best[hit] += np.where(somewhere, best - edge, 0)
            at_boundary[hit] += np.where(somewhere & np.isfinite(middle), np.maximum(middle - best, -0.5), 0)
    yield "inner inside", inside_best
    yield "inner at boundary", at_boundary


def _paragraphs(evidence: Evidence, p: Beads) -> Iterator[tuple[str, NDArray]]:
    start_s, rate_s = paragraph_starts(evidence.source)
    start_t, rate_t = paragraph_starts(evidence.target)
    yield "paragraphs agree", (start_s[p.i0] - rate_s) * (start_t[p.j0] - rate_t)
    crossed_s = inside(start_s, p.i0 + 1, p.i1) * (1 - rate_s)
    crossed_t = inside(start_t, p.j0 + 1, p.j1) * (1 - rate_t)
    yield "paragraph crossed one side", np.abs(crossed_s - crossed_t)
    yield "paragraph crossed both", np.minimum(crossed_s, crossed_t)


def _boilerplate(evidence: Evidence, p: Beads, here: Floats) -> Iterator[tuple[str, NDArray]]:
    """Lines that are no part of the text. Two sites' menus and buttons say the same without translating each other:
    what does translate stands among lines that do."""
    source, target = evidence.source, evidence.target
    a, b = p.i1 - p.i0, p.j1 - p.j0
    share_s = inside(source.boilerplate, p.i0, p.i1) / a
    share_t = inside(target.boilerplate, p.j0, p.j1) / b
    yield "boilerplate", share_s + share_t
    yield "boilerplate differs", np.abs(share_s - share_t)
    both = np.minimum(share_s, share_t) * ((a == 1) & (b == 1))
    yield "boilerplate both", both
    yield "boilerplate similar", both * np.clip(here, 0, 1.5)
    lengths = np.minimum(source.lengths[p.i0] * evidence.ratio, target.lengths[p.j0])
    yield "boilerplate short", both / np.sqrt(1 + lengths / 10)
    some = np.flatnonzero(both > _SOME)
    alone = np.zeros(len(p), np.float32)
    alone[some] = 1 - _company(evidence, p.i0[some], p.j0[some])
    yield "boilerplate alone", both * alone


def _company(evidence: Evidence, i: Ints, j: Ints) -> Floats:
    """How well the lines around source lines i and target lines j on the page fit, (b,) in 0..1.

    What counts is the best similarity of the two lines above with the two above, and of the two below with the two
    below: 1 from a typical pair of translations on, 0 up to 0.7 of that.
    """
    pages = evidence.source.page, evidence.target.page
    at = evidence.source.places[i], evidence.target.places[j]
    best = np.zeros(len(i), np.float32)
    for steps in ((a, b) for a in (-2, -1, 1, 2) for b in (-2, -1, 1, 2) if a * b > 0):
        near = [place + step for place, step in zip(at, steps, strict=True)]
        fits = np.all([(place >= 0) & (place < len(page)) for place, page in zip(near, pages, strict=True)], axis=0)
        left, right = (page[place[fits]] for place, page in zip(near, pages, strict=True))
        best[fits] = np.maximum(best[fits], scaled(evidence, np.einsum("ij,ij->i", left, right)))
    return np.clip((best - 0.7) / 0.3, 0, 1)


def _breaks(evidence: Evidence, p: Beads) -> Iterator[tuple[str, NDArray]]:
    """Boundaries that are none: inside a bead they are right, at an end they are wrong."""
    source, target = evidence.source, evidence.target
    torn_s, torn_t = torn(source), torn(target)
    yield "torn inside", inside(torn_s, p.i0 + 1, p.i1) + inside(torn_t, p.j0 + 1, p.j1)
    yield "torn at end", torn_s[p.i1] + torn_t[p.j1]
    for k, name in enumerate(BREAKS):
        at_s, at_t = source.breaks[:, k], target.breaks[:, k]
        yield f"{name} inside", inside(at_s, p.i0 + 1, p.i1) + inside(at_t, p.j0 + 1, p.j1)
        yield f"{name} at one end", np.abs(at_s[p.i1] - at_t[p.j1])


def _lost_marks(evidence: Evidence, p: Beads) -> Floats:
    """Numbers of one side of a bead that the other side lacks."""
    source, target = evidence.source.marks, evidence.target.marks
    lost = np.zeros(len(p), np.float32)
    some_s, some_t = prefix([len(x.asked) for x in source]), prefix([len(x.asked) for x in target])
    busy = np.flatnonzero((some_s[p.i1] > some_s[p.i0]) | (some_t[p.j1] > some_t[p.j0]))
    for k in busy.tolist():
        left, right = source[p.i0[k] : p.i1[k]], target[p.j0[k] : p.j1[k]]
        lost[k] = _unanswered(left, right) + _unanswered(right, left)
    return lost


def _unanswered(ours: Sequence[Marks], theirs: Sequence[Marks]) -> int:
    """How many of the numbers that our sentences ask for stand in none of theirs; equal ones count once."""
    there = frozenset().union(*(marks.shared for marks in theirs))
    return len({keys for marks in ours for keys in marks.asked if not keys & there})


def _nanmean(rows: Floats) -> Floats:
    known = ~np.isnan(rows)
    return np.where(known, rows, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)


def _nanmax(rows: Floats) -> Floats:
    best = np.where(np.isnan(rows), -np.inf, rows).max(axis=0)
    return np.where(np.isfinite(best), best, np.nan)


def _weakest(coverage: Floats, count: Ints) -> Floats:
    rows = np.arange(len(coverage))[:, None]
    return np.where(rows < count, coverage, np.inf).min(axis=0)
