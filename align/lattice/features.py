"""What the lattice weighs of a bead. Every feature is looked up in the tables of `Evidence`.

All similarities are measured in the document's own units: 0 is two sentences that have nothing to do with each
other, 1 a typical pair of translations, so the weights carry over from one encoder and one language pair to another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from align.lattice.banded import Banded
from align.lattice.evidence import Evidence, bead_shapes
from align.lattice.side import SHAPES, Side

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Beads:
    """Candidate beads: source sentences i0 to i1 and target sentences j0 to j1, ends excluded; (b,) int64 each."""

    i0: Ints
    i1: Ints
    j0: Ints
    j1: Ints

    def __len__(self) -> int:
        return len(self.i0)

    def take(self, at: NDArray) -> Beads:
        return Beads(self.i0[at], self.i1[at], self.j0[at], self.j1[at])


_KINDS = sorted({(min(a, b), max(a, b)) for a, b in bead_shapes(10)}, key=lambda s: (sum(s), s))
_BIASES = {kind: at for at, kind in enumerate(k for k in _KINDS if sum(k) <= 7)}
_LARGE = len(_BIASES)

COARSE = (
    *(f"shape {a}-{b}" for a, b in _BIASES), "shape larger",
    "similarity", "similarity x extra", "coverage source", "coverage target", "length", "length squared",
    "null", "null best", "null coverage",
)  # fmt: skip
FINE = (
    "margin", "margin x extra", "similarity low",
    "one fewer gains", "one fewer loses", "one more gains", "one more loses",
    "weakest source", "weakest target", "leak source", "leak target", "length deviation",
    "window 4", "window 8", "window 16", "paragraphs agree", "paragraph crossed one side", "paragraph crossed both",
    "terminator differs", "foreign differs", "digits differ", "short pair", "both lone", "one lone",
    "marks shared", "marks missing", "torn inside", "torn at end", "several rate",
    "null length", "null local coverage", "null whole paragraph", "null inside paragraph", "null at paragraph end",
    "null other paragraph", "null near end", *(f"null {shape}" for shape in SHAPES),
    "null margin", "null marks", "null lone", "null rate", "match rate",
)  # fmt: skip
NAMES = (*COARSE, *FINE)
_AT = {name: at for at, name in enumerate(NAMES)}


def coarse_features(evidence: Evidence, beads: Beads) -> Floats:
    """The cheap features, (b, len(COARSE)) float32."""
    return _fill(evidence, beads, len(COARSE), _coarse)


def all_features(evidence: Evidence, beads: Beads, rates: tuple[float, float]) -> Floats:
    """All features, (b, len(NAMES)) float32.

    `rates` are what the coarse stage expects of the document: the share of sentences that stay alone, and the share
    of two-sided beads with more than one sentence on a side.
    """
    null_rate, several_rate = rates

    def fill(evidence: Evidence, beads: Beads, out: Floats) -> None:
        _coarse(evidence, beads, out)
        _fine_pairs(evidence, beads, out)
        _fine_nulls(evidence, beads, out)
        is_null = (beads.i0 == beads.i1) | (beads.j0 == beads.j1)
        several = ~is_null & (beads.i1 - beads.i0 + beads.j1 - beads.j0 > 2)
        logit = _logit(null_rate)
        out[:, _AT["several rate"]] = np.where(several, _logit(several_rate), 0)
        out[:, _AT["null rate"]] = np.where(is_null, logit, 0)
        out[:, _AT["match rate"]] = np.where(is_null, 0, logit * out[:, _AT["similarity"]])

    return _fill(evidence, beads, len(NAMES), fill)


def _logit(rate: float) -> float:
    """Log odds, 0 at a rate of one in seventeen and about -0.6 to 1.2 at the ends of what is believed."""
    rate = min(max(rate, 0.005), 0.9)
    return float(np.log(rate / (1 - rate))) / 4 + 0.7


def _fill(evidence, beads, width, fill) -> Floats:
    out = np.zeros((len(beads), width), np.float32)
    fill(evidence, beads, out)
    return out


def _scaled(evidence: Evidence, sims: Floats) -> Floats:
    mean = evidence.background[0]
    return (sims - mean) / (evidence.match - mean)


def _similarity(evidence: Evidence, beads: Beads) -> Floats:
    """Scaled similarity of beads with two sides; those outside the tables get 0."""
    out = np.zeros(len(beads), np.float32)
    a, b = beads.i1 - beads.i0, beads.j1 - beads.j0
    for shape, table in evidence.similarity.items():
        at = np.flatnonzero((a == shape[0]) & (b == shape[1]))
        if len(at):
            out[at] = _scaled(evidence, table.at(beads.i1[at], beads.j1[at]))
    return out


def _coarse(evidence: Evidence, beads: Beads, out: Floats) -> None:
    a, b = beads.i1 - beads.i0, beads.j1 - beads.j0
    pair = np.flatnonzero((a > 0) & (b > 0))
    p = beads.take(pair)
    kind = np.full((12, 12), _LARGE)
    for (x, y), at in _BIASES.items():
        kind[x, y] = kind[y, x] = at
    out[pair, kind[a[pair], b[pair]]] = 1
    sims = _similarity(evidence, p)
    extra = a[pair] + b[pair] - 2
    out[pair, _AT["similarity"]] = sims
    out[pair, _AT["similarity x extra"]] = sims * extra
    forward, backward = _coverages(evidence, p)
    out[pair, _AT["coverage source"]] = forward.sum(axis=0) / a[pair]
    out[pair, _AT["coverage target"]] = backward.sum(axis=0) / b[pair]
    log = _log_ratio(evidence, p)
    out[pair, _AT["length"]] = np.minimum(np.abs(log), 2)
    out[pair, _AT["length squared"]] = np.minimum(log * log, 4)

    for null, i, table, best in _nulls(evidence, beads):
        out[null, _AT["null"]] = 1
        out[null, _AT["null best"]] = best[i]
        out[null, _AT["null coverage"]] = table[i]


def _nulls(evidence: Evidence, beads: Beads):
    """For either side: which beads are its nulls, their sentence, the coverage and best similarity per sentence."""
    a, b = beads.i1 - beads.i0, beads.j1 - beads.j0
    null_s, null_t = np.flatnonzero((b == 0) & (a == 1)), np.flatnonzero((a == 0) & (b == 1))
    if not len(null_s) and not len(null_t):
        return
    singles = evidence.similarity[1, 1]
    rows, columns = singles.cells()
    # Boundary 0 ends no sentence.
    singles = replace(singles, values=np.where((rows > 0) & (columns > 0), _scaled(evidence, singles.values), -1))
    m = len(evidence.target)
    yield null_s, beads.i0[null_s], evidence.forward.row_maxima(), np.maximum(singles.row_maxima()[1:], -1)
    yield null_t, beads.j0[null_t], evidence.backward.column_maxima(m, 0), singles.column_maxima(m + 1, -1)[1:]


def _coverages(evidence: Evidence, p: Beads) -> tuple[Floats, Floats]:
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


def _log_ratio(evidence: Evidence, p: Beads) -> Floats:
    source = _prefix(evidence.source.lengths)
    target = _prefix(evidence.target.lengths)
    s = source[p.i1] - source[p.i0]
    t = target[p.j1] - target[p.j0]
    return np.log((t + 2) / (s * evidence.ratio + 2)).astype(np.float32)


def _prefix(x: NDArray) -> NDArray:
    return np.concatenate([[0], np.cumsum(x, dtype=np.float64)])


def _fine_pairs(evidence: Evidence, beads: Beads, out: Floats) -> None:
    a, b = beads.i1 - beads.i0, beads.j1 - beads.j0
    pair = np.flatnonzero((a > 0) & (b > 0))
    if not len(pair):
        return
    p, a, b = beads.take(pair), a[pair], b[pair]
    source, target, band = evidence.source, evidence.target, evidence.band
    n, m = len(source), len(target)

    def put(name: str, values: NDArray) -> None:
        out[pair, _AT[name]] = values

    def look(da: int, db: int, di: int, dj: int) -> Floats:
        """Similarity of the span of a + da sentences that ends di further, and so on; nan where there is none."""
        i1, j1 = p.i1 + di, p.j1 + dj
        x, y = a + da, b + db
        fits = (x > 0) & (y > 0) & (i1 <= n) & (j1 <= m) & (i1 >= x) & (j1 >= y)
        i1, j1 = np.where(fits, i1, 1), np.where(fits, j1, 1)
        fits &= band.holds(i1, j1)
        values = np.full(len(p), np.nan, np.float32)
        for shape, table in evidence.similarity.items():
            at = np.flatnonzero(fits & (x == shape[0]) & (y == shape[1]))
            if len(at):
                values[at] = _scaled(evidence, table.at(i1[at], j1[at]))
        return values

    here = out[pair, _AT["similarity"]]
    extra = a + b - 2
    # Each side's span against the single sentences next to the other's.
    neighbours = np.stack([_single(evidence, p, "left"), _single(evidence, p, "right"),
                           _single(evidence, p, "up"), _single(evidence, p, "down")])  # fmt: skip
    margin = here - _nanmean(neighbours)
    put("margin", margin)
    put("margin x extra", margin * extra)
    put("similarity low", np.maximum(0.5 - here, 0))

    fewer = _nanmax(np.stack([look(-1, 0, 0, 0), look(-1, 0, -1, 0), look(0, -1, 0, 0), look(0, -1, 0, -1)]))
    gain = np.where(np.isnan(fewer), 0, fewer - here)
    put("one fewer gains", np.maximum(gain, 0))
    put("one fewer loses", np.minimum(gain, 0))
    more = _nanmax(np.stack([look(1, 0, 0, 0), look(1, 0, 1, 0), look(0, 1, 0, 0), look(0, 1, 0, 1)]))
    gain = np.where(np.isnan(more), 0, more - here)
    put("one more gains", np.maximum(gain, 0))
    put("one more loses", np.minimum(gain, 0))

    forward, backward = _coverages(evidence, p)
    put("weakest source", _weakest(forward, a))
    put("weakest target", _weakest(backward, b))
    total_s = _prefix(evidence.forward.row_sums())
    total_t = _prefix(evidence.backward.column_sums(m))
    put("leak source", np.maximum(total_s[p.i1] - total_s[p.i0] - forward.sum(axis=0), 0) / a)
    put("leak target", np.maximum(total_t[p.j1] - total_t[p.j0] - backward.sum(axis=0), 0) / b)

    s = _prefix(source.lengths)
    t = _prefix(target.lengths)
    expected = (s[p.i1] - s[p.i0]) * evidence.ratio
    deviation = (t[p.j1] - t[p.j0] - expected) / np.sqrt(6.8 * (expected + 1))
    put("length deviation", np.minimum(deviation**2, 25) / 10)

    for width, table in zip((4, 8, 16), evidence.windows, strict=True):
        value = table.at(p.i0, p.j0) * ((p.i0 > 0) & (p.j0 > 0)) + table.at(p.i1, p.j1) * ((p.i1 < n) & (p.j1 < m))
        put(f"window {width}", value)

    start_s, rate_s = _paragraph_starts(source)
    start_t, rate_t = _paragraph_starts(target)
    put("paragraphs agree", (start_s[p.i0] - rate_s) * (start_t[p.j0] - rate_t))
    inner_s, inner_t = _prefix(start_s), _prefix(start_t)
    crossed_s = (inner_s[p.i1] - inner_s[p.i0 + 1]) * (1 - rate_s)
    crossed_t = (inner_t[p.j1] - inner_t[p.j0 + 1]) * (1 - rate_t)
    put("paragraph crossed one side", np.abs(crossed_s - crossed_t))
    put("paragraph crossed both", np.minimum(crossed_s, crossed_t))

    for name, shape in (
        ("terminator differs", "unterminated"),
        ("foreign differs", "foreign"),
        ("digits differ", "digits"),
    ):
        column = SHAPES.index(shape)
        put(name, np.abs(source.shapes[p.i1 - 1, column] - target.shapes[p.j1 - 1, column]))
    put("short pair", 1 / np.sqrt(1 + expected / 10))
    lone_s = _lone(source)[p.i0] * (a == 1)
    lone_t = _lone(target)[p.j0] * (b == 1)
    put("both lone", lone_s * lone_t)
    put("one lone", np.abs(lone_s - lone_t))

    shared = _rectangle(evidence.marks, p)
    put("marks shared", np.minimum(shared, 3))
    put("marks missing", np.minimum(_lost_marks(evidence, p), 4))
    torn_s, torn_t = _torn(source), _torn(target)
    inside_s, inside_t = _prefix(torn_s), _prefix(torn_t)
    put("torn inside", inside_s[p.i1] - inside_s[p.i0 + 1] + inside_t[p.j1] - inside_t[p.j0 + 1])
    put("torn at end", torn_s[p.i1] + torn_t[p.j1])


def _rectangle(table: Banded, p: Beads) -> Floats:
    """Sum of a table of sentence pairs over every bead."""
    sums = np.zeros(len(p), np.float32)
    for r in range(int((p.i1 - p.i0).max())):
        for c in range(int((p.j1 - p.j0).max())):
            hit = np.flatnonzero((p.i0 + r < p.i1) & (p.j0 + c < p.j1))
            if len(hit):
                sums[hit] += table.at(p.i0[hit] + r, p.j0[hit] + c)
    return sums


def _lost_marks(evidence: Evidence, p: Beads) -> Floats:
    """Numbers of one side of a bead that the other side lacks."""
    source = [{m for m in marks if m.isdigit()} for marks in evidence.source.marks]
    target = [{m for m in marks if m.isdigit()} for marks in evidence.target.marks]
    lost = np.zeros(len(p), np.float32)
    some_s, some_t = _prefix([len(x) for x in source]), _prefix([len(x) for x in target])
    busy = np.flatnonzero((some_s[p.i1] > some_s[p.i0]) | (some_t[p.j1] > some_t[p.j0]))
    for k in busy.tolist():
        left = set().union(*source[p.i0[k] : p.i1[k]])
        right = set().union(*target[p.j0[k] : p.j1[k]])
        lost[k] = len(left ^ right)
    return lost


def _torn(side: Side) -> Floats:
    """(n + 1,): 1 where the boundary before a sentence looks torn: it goes on, or the one before has not ended."""
    torn = np.zeros(len(side) + 1, np.float32)
    open_end = side.shapes[:-1, SHAPES.index("unterminated")] * (side.paragraphs[1:] == side.paragraphs[:-1])
    torn[1:-1] = np.maximum(open_end, side.shapes[1:, SHAPES.index("continues")])
    return torn


def _single(evidence: Evidence, p: Beads, where: str) -> Floats:
    """Scaled similarity of one side of a bead with the single sentence next to the other side; nan at the ends."""
    n, m, band = len(evidence.source), len(evidence.target), evidence.band
    a, b = p.i1 - p.i0, p.j1 - p.j0
    if where == "left":
        shape_a, shape_b, i, j, fits = a, np.ones_like(b), p.i1, p.j0, p.j0 > 0
    elif where == "right":
        shape_a, shape_b, i, j, fits = a, np.ones_like(b), p.i1, p.j1 + 1, p.j1 < m
    elif where == "up":
        shape_a, shape_b, i, j, fits = np.ones_like(a), b, p.i0, p.j1, p.i0 > 0
    else:
        shape_a, shape_b, i, j, fits = np.ones_like(a), b, p.i1 + 1, p.j1, p.i1 < n
    i, j = np.where(fits, i, 1), np.where(fits, j, 1)
    fits = fits & band.holds(i, j)
    values = np.full(len(p), np.nan, np.float32)
    for shape, table in evidence.similarity.items():
        at = np.flatnonzero(fits & (shape_a == shape[0]) & (shape_b == shape[1]))
        if len(at):
            values[at] = _scaled(evidence, table.at(i[at], j[at]))
    return values


def _nanmean(rows: Floats) -> Floats:
    known = ~np.isnan(rows)
    return np.where(known, rows, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)


def _nanmax(rows: Floats) -> Floats:
    best = np.where(np.isnan(rows), -np.inf, rows).max(axis=0)
    return np.where(np.isfinite(best), best, np.nan)


def _weakest(coverage: Floats, count: Ints) -> Floats:
    rows = np.arange(len(coverage))[:, None]
    return np.where(rows < count, coverage, np.inf).min(axis=0)


def _paragraph_starts(side: Side) -> tuple[Floats, float]:
    """Whether a paragraph starts at each boundary (n + 1,), and the share of inner boundaries where one does."""
    starts = np.ones(len(side) + 1, np.float32)
    starts[1:-1] = side.paragraphs[1:] != side.paragraphs[:-1]
    return starts, float(starts[1:-1].mean()) if len(side) > 1 else 1.0


def _lone(side: Side) -> Floats:
    """(n,): 1 for a line that is a paragraph by itself and no full sentence, as headings, captions and buttons are."""
    starts, rate = _paragraph_starts(side)
    alone = starts[:-1] * starts[1:] if rate < 1 else np.zeros(len(side), np.float32)
    return alone * side.shapes[:, SHAPES.index("unterminated")]


def _fine_nulls(evidence: Evidence, beads: Beads, out: Floats) -> None:
    a, b = beads.i1 - beads.i0, beads.j1 - beads.j0
    null = np.flatnonzero((b == 0) & (a == 1))
    _fine_nulls_of(evidence, out, null, beads.i0[null], beads.j0[null], flip=False)
    null = np.flatnonzero((a == 0) & (b == 1))
    _fine_nulls_of(evidence, out, null, beads.j0[null], beads.i0[null], flip=True)


def _fine_nulls_of(evidence: Evidence, out: Floats, null: Ints, at: Ints, place: Ints, flip: bool) -> None:
    """Features of the nulls in rows `null`: source sentences `at` between target boundaries `place`, or flipped."""
    if not len(null):
        return
    side, other = (evidence.target, evidence.source) if flip else (evidence.source, evidence.target)
    starts, rate = _paragraph_starts(side)
    others, other_rate = _paragraph_starts(other)

    def put(name: str, values: NDArray) -> None:
        out[null, _AT[name]] = values

    put("null length", np.log1p(side.lengths[at] * (1 if flip else evidence.ratio) / 20))
    local = np.zeros(len(null), np.float32)
    table = evidence.backward if flip else evidence.forward
    for d in (-2, -1, 0, 1):
        near = place + d
        fits = (near >= 0) & (near < len(other))
        x, y = (near, at) if flip else (at, near)
        rows = len(table.low)
        values = table.at(np.clip(x, 0, rows - 1), np.maximum(y, 0))
        local += np.where(fits, values, 0)
    put("null local coverage", local)
    begins, ends = starts[at], starts[at + 1]
    put("null whole paragraph", begins * ends * (1 - rate))
    put("null inside paragraph", (1 - begins) * (1 - ends))
    put("null at paragraph end", (1 - begins) * ends)
    put("null other paragraph", others[place] - other_rate)
    put("null near end", np.exp(-np.minimum(at, len(side) - 1 - at) / 5))
    for column, shape in enumerate(SHAPES):
        put(f"null {shape}", side.shapes[at, column])
    put("null lone", _lone(side)[at])
    shared = evidence.marks.column_sums(len(side)) if flip else evidence.marks.row_maxima()
    put("null marks", np.minimum(shared[at], 2))
    put("null margin", out[null, _AT["null best"]] * out[null, _AT["null coverage"]])
