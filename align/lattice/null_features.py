"""The features of null beads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from align.lattice.beads import Beads
from align.lattice.evidence import Evidence
from align.lattice.lookup import Floats, Ints, boilerplate_odds, lone, paragraph_starts, scaled, torn
from align.lattice.side import BREAKS, SHAPES

COARSE_NULLS = ("null", "null best", "null coverage", "null boilerplate", "null sure")
FINE_NULLS = (
    "null length", "null local coverage", "null whole paragraph", "null inside paragraph", "null at paragraph end",
    "null other paragraph", "null near end", *(f"null {shape}" for shape in SHAPES),
    "null margin", "null marks", "null lone", "null torn", "null comma", "null text",
)  # fmt: skip


def coarse_nulls(evidence: Evidence, beads: Beads) -> Iterator[tuple[Ints, str, NDArray]]:
    """The cheap features by name, for either side: the rows of its nulls, and their values."""
    a, b = beads.i1 - beads.i0, beads.j1 - beads.j0
    rows_s, rows_t = np.flatnonzero((b == 0) & (a == 1)), np.flatnonzero((a == 0) & (b == 1))
    if not len(rows_s) and not len(rows_t):
        return
    singles = evidence.similarity[1, 1]
    i, j = singles.cells()
    # Boundary 0 ends no sentence.
    singles = replace(singles, values=np.where((i > 0) & (j > 0), scaled(evidence, singles.values), -1))
    m = len(evidence.target)
    source, target = evidence.source, evidence.target
    for side, rows, at, coverage, best in (
        (source, rows_s, beads.i0[rows_s], evidence.forward.row_maxima(), np.maximum(singles.row_maxima()[1:], -1)),
        (target, rows_t, beads.j0[rows_t], evidence.backward.column_maxima(m, 0), singles.column_maxima(m + 1, -1)[1:]),
    ):
        yield rows, "null", np.ones(len(rows))
        yield rows, "null best", best[at]
        yield rows, "null coverage", coverage[at]
        yield rows, "null boilerplate", side.boilerplate[at]
        yield rows, "null sure", np.maximum(boilerplate_odds(side)[at], 0)


def fine_nulls(evidence: Evidence, beads: Beads, cheap: Floats) -> Iterator[tuple[Ints, str, NDArray]]:
    """The other features, likewise; `cheap` (b,) is the product of best similarity and coverage."""
    a, b = beads.i1 - beads.i0, beads.j1 - beads.j0
    for rows, at, place, flip in (
        (np.flatnonzero((b == 0) & (a == 1)), beads.i0, beads.j0, False),
        (np.flatnonzero((a == 0) & (b == 1)), beads.j0, beads.i0, True),
    ):
        if len(rows):
            yield rows, "null margin", cheap[rows]
            for name, values in _one_side(evidence, at[rows], place[rows], flip):
                yield rows, name, values


def _one_side(evidence: Evidence, at: Ints, place: Ints, flip: bool) -> Iterator[tuple[str, NDArray]]:
    """Features of source sentences `at` that stand alone at target boundaries `place`, or flipped."""
    side, other = (evidence.target, evidence.source) if flip else (evidence.source, evidence.target)
    starts, rate = paragraph_starts(side)
    others, other_rate = paragraph_starts(other)
    yield "null length", np.log1p(side.lengths[at] * (1 if flip else evidence.ratio) / 20)
    yield "null local coverage", _local_coverage(evidence, at, place, flip)
    begins, ends = starts[at], starts[at + 1]
    yield "null whole paragraph", begins * ends * (1 - rate)
    # Of a side that is one paragraph, as files of one sentence a line are, nothing is known.
    yield "null inside paragraph", (1 - begins) * (1 - ends) * (rate > 0)
    yield "null at paragraph end", (1 - begins) * ends
    yield "null other paragraph", others[place] - other_rate
    yield "null near end", np.exp(-np.minimum(at, len(side) - 1 - at) / 5)
    for column, shape in enumerate(SHAPES):
        yield f"null {shape}", side.shapes[at, column]
    yield "null lone", lone(side)[at]
    marks = evidence.marks
    yield "null marks", np.minimum((marks.column_maxima(len(side), 0) if flip else marks.row_maxima())[at], 2)
    yield "null text", np.maximum(0.2 - side.boilerplate[at], 0) * 5
    edges = torn(side)
    yield "null torn", edges[at] + edges[at + 1]
    commas = side.breaks[:, BREAKS.index("comma")]
    yield "null comma", commas[at] + commas[at + 1]


def _local_coverage(evidence: Evidence, at: Ints, place: Ints, flip: bool) -> Floats:
    """How much of the sentence the four sentences around its place cover."""
    other = evidence.source if flip else evidence.target
    table = evidence.backward if flip else evidence.forward
    rows = len(table.low)
    local = np.zeros(len(at), np.float32)
    for near in (place - 2, place - 1, place, place + 1):
        i, j = (near, at) if flip else (at, near)
        values = table.at(np.clip(i, 0, rows - 1), np.maximum(j, 0))
        local += np.where((near >= 0) & (near < len(other)), values, 0)
    return local
