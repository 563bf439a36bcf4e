"""What features look up in the tables of `Evidence`, for many beads at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from align.lattice.banded import Banded
from align.lattice.beads import Beads
from align.lattice.evidence import Evidence
from align.lattice.meaning import log_odds
from align.lattice.side import BREAKS, SHAPES, Side

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Doubles = NDArray[np.float64]


def scaled(evidence: Evidence, sims: Floats) -> Floats:
    """Cosines in the document's own units: 0 is unrelated, 1 a typical pair of translations."""
    mean = evidence.background[0]
    return (sims - mean) / (evidence.match - mean)


def similarity(evidence: Evidence, a: Ints, b: Ints, i1: Ints, j1: Ints, missing: float) -> Floats:
    """Scaled similarity of the spans of `a` and `b` sentences that end before i1 and j1; `missing` beyond the band."""
    values = np.full(len(i1), missing, np.float32)
    fits = (a > 0) & (b > 0) & (i1 >= a) & (j1 >= b) & (i1 <= len(evidence.source)) & (j1 <= len(evidence.target))
    i1, j1 = np.where(fits, i1, 1), np.where(fits, j1, 1)
    fits &= evidence.band.holds(i1, j1)
    for shape, table in evidence.similarity.items():
        at = np.flatnonzero(fits & (a == shape[0]) & (b == shape[1]))
        if len(at):
            values[at] = scaled(evidence, table.at(i1[at], j1[at]))
    return values


def coverages(evidence: Evidence, p: Beads) -> tuple[Floats, Floats]:
    """Share of each source sentence's tokens matched inside the bead, (rows, b); the same for target sentences."""
    if not len(p):
        empty = np.zeros((1, 0), np.float32)
        return empty, empty
    rows, columns = int((p.i1 - p.i0).max()), int((p.j1 - p.j0).max())
    forward = np.zeros((rows, len(p)), np.float32)
    backward = np.zeros((columns, len(p)), np.float32)
    for r in range(rows):
        for c in range(columns):
            hit = np.flatnonzero((p.i0 + r < p.i1) & (p.j0 + c < p.j1))
            if len(hit):
                i, j = p.i0[hit] + r, p.j0[hit] + c
                forward[r, hit] += evidence.forward.at(i, j)
                backward[c, hit] += evidence.backward.at(i, j)
    return forward, backward


def rectangle(table: Banded, p: Beads) -> Floats:
    """Sum of a table of sentence pairs over every bead."""
    sums = np.zeros(len(p), np.float32)
    for r in range(int((p.i1 - p.i0).max())):
        for c in range(int((p.j1 - p.j0).max())):
            hit = np.flatnonzero((p.i0 + r < p.i1) & (p.j0 + c < p.j1))
            if len(hit):
                sums[hit] += table.at(p.i0[hit] + r, p.j0[hit] + c)
    return sums


def log_ratio(evidence: Evidence, p: Beads) -> Floats:
    """Log of a bead's length ratio over the documents'."""
    s = inside(evidence.source.lengths, p.i0, p.i1)
    t = inside(evidence.target.lengths, p.j0, p.j1)
    return np.log((t + 2) / (s * evidence.ratio + 2)).astype(np.float32)


def prefix(values: ArrayLike) -> Doubles:
    return np.concatenate([[0], np.cumsum(values, dtype=np.float64)])


def inside(values: ArrayLike, first: Ints, last: Ints) -> Doubles:
    """Sums of values[first:last]."""
    sums = prefix(values)
    return sums[last] - sums[first]


def paragraph_starts(side: Side) -> tuple[Floats, float]:
    """Whether a paragraph starts at each boundary (n + 1,), and the share of inner boundaries where one does."""
    starts = np.ones(len(side) + 1, np.float32)
    starts[1:-1] = side.paragraphs[1:] != side.paragraphs[:-1]
    return starts, float(starts[1:-1].mean()) if len(side) > 1 else 1.0


def lone(side: Side) -> Floats:
    """(n,): 1 for a line that is a paragraph by itself and no full sentence, as headings, captions and buttons are."""
    starts, rate = paragraph_starts(side)
    alone = starts[:-1] * starts[1:] if rate < 1 else np.zeros(len(side), np.float32)
    return alone * side.shapes[:, SHAPES.index("unterminated")]


def boilerplate_odds(side: Side) -> Floats:
    """(n,): log odds that a line is no part of the text, in units of 4: above 0 it rather is none. A probability says
    the same of .99 and of .9999, and cannot outweigh how well two menus translate each other."""
    return (log_odds(side.boilerplate) / 4).astype(np.float32)


def torn(side: Side) -> Floats:
    """(n + 1,): 1 where the boundary before a sentence looks torn: it goes on, or the one before has not ended.

    In a side without paragraphs a line that has not ended may be a heading as well, and counts half, but for one that
    ends in a comma.
    """
    marks = np.zeros(len(side) + 1, np.float32)
    same = side.paragraphs[1:] == side.paragraphs[:-1]
    trust = same if not same.all() else np.maximum(side.breaks[1:-1, BREAKS.index("comma")], 0.5)
    open_end = side.shapes[:-1, SHAPES.index("unterminated")] * trust
    marks[1:-1] = np.maximum(open_end, side.shapes[1:, SHAPES.index("continues")])
    return marks
