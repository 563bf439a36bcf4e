"""Tables over the band from which every feature of a bead is looked up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.lattice.band import Band
from align.lattice.banded import Banded, Block
from align.lattice.side import Side
from align.lattice.windows import WINDOWS, boundary_windows, inner_turns, scaled_to_unit

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_ALONG, _ACROSS = 16, 512  # sentences per matrix product of their tokens
_SHARPNESS = 12.0  # of the soft match between tokens
_NULL = 0.45  # cosine at which a token is as likely to match nothing
_COMMON = 100  # pairs of places from which a shared mark tells nothing


def bead_shapes(max_bead: int) -> list[tuple[int, int]]:
    """All (a, b) with two sides and at most `max_bead` sentences."""
    return [(a, b) for a in range(1, max_bead) for b in range(1, max_bead - a + 1)]


@dataclass(frozen=True)
class Evidence:
    """Everything the features look up. `similarity[a, b]` holds the cosine of the spans that end before (i, j)."""

    source: Side
    target: Side
    band: Band
    similarity: dict[tuple[int, int], Banded]
    background: tuple[float, float]
    match: float
    ratio: float
    forward: Banded
    backward: Banded
    windows: tuple[Banded, ...]
    inner_source: Banded
    inner_target: Banded
    marks: Banded

    @classmethod
    def of(cls, source: Side, target: Side, band: Band, chain: list[tuple[int, int]], max_bead: int) -> Evidence:
        similarity = _similarities(source, target, band, max_bead)
        mean, deviation = _background(similarity[1, 1], chain)
        match = mean + 4 * deviation
        # No two languages differ more in their characters; documents do, where one side has more in it.
        ratio = float(np.clip(target.lengths.sum() / source.lengths.sum(), 0.2, 5))
        if chain:
            x, y = np.array(chain).T
            sims = np.einsum("ij,ij->i", source.spans[0][x], target.spans[0][y])
            match = max(float(np.median(sims)), mean + 2 * deviation)
            good = sims >= np.median(sims)
            # Shrunk toward the whole documents' ratio, for chains of a few pairs.
            prior = 200.0
            ratio = float((target.lengths[y[good]].sum() + prior * ratio) / (source.lengths[x[good]].sum() + prior))
        units = _unit(source.tokens), _unit(target.tokens)
        forward = _attention(source, target, band, units, flip=False)
        backward = _attention(source, target, band, units, flip=True)
        windows = tuple(boundary_windows(source, target, band, width) for width in WINDOWS)
        inner_source = inner_turns(source, target, band, flip=False)
        inner_target = inner_turns(source, target, band, flip=True)
        marks = _shared_marks(source, target, band)
        return cls(
            source,
            target,
            band,
            similarity,
            (mean, deviation),
            match,
            ratio,
            forward,
            backward,
            windows,
            inner_source,
            inner_target,
            marks,
        )


def _similarities(source: Side, target: Side, band: Band, max_bead: int) -> dict[tuple[int, int], Banded]:
    layout = Banded.zeros(band.low, band.high)
    tables = {shape: layout.like() for shape in bead_shapes(max_bead)}
    for block in Block.over(layout):
        # Row i stands for the span that ends before boundary i; boundary 0 ends none.
        for (a, b), table in tables.items():
            left = _before(source.spans[a - 1], block.first, block.last)
            right = _before(target.spans[b - 1], block.left, block.right)
            table.values[block.cells] = (left @ right.T)[block.inside]
    return tables


def _before(spans: Floats, first: int, last: int) -> Floats:
    if first == 0:
        return np.concatenate([np.zeros((1, spans.shape[1]), np.float32), spans[: last - 1]])
    return spans[first - 1 : last - 1]


def _background(singles: Banded, chain: list[tuple[int, int]]) -> tuple[float, float]:
    """Mean and deviation of the similarity of sentences that have nothing to do with each other."""
    related = singles.like()  # anchors: few of a long document's cells, but half of those of two sentences a side
    if chain:
        related.put(*(np.array(chain).T + 1), np.ones(len(chain), np.float32))
    rows, columns = singles.cells()
    values = singles.values[(rows > 0) & (columns > 0) & (related.values == 0)]
    if values.size < 2:
        return 0.1, 0.1
    mean, deviation = float(values.mean()), float(values.std())
    # What is related beside the anchors; leaving it out moves the mean by little and the deviation by much.
    rest = values[values < mean + 2 * deviation]
    if not rest.size:  # all alike
        return mean, 0.02
    return float(rest.mean()), max(float(rest.std()), 0.02)


def _attention(source: Side, target: Side, band: Band, units: tuple[Floats, Floats], flip: bool) -> Banded:
    """Share of sentence i's tokens that find their match in sentence j, a row per i; `flip` has those of j in i.

    Every token spreads one unit over the sentences of the other side in its row of the band and a null, by a softmax
    of its best cosine in each. `units` are the centred token vectors of source and target, unit rows.
    """
    n, m = len(source), len(target)
    table = _sentence_table(band, n, m)
    one, other = (target, source) if flip else (source, target)
    unit_one, unit_other = units[::-1] if flip else units
    ranges = _columns(band, n, m, flip)
    weight = _token_weights(one)
    for first in range(0, len(one), _ALONG):
        last = min(first + _ALONG, len(one))
        left, right = int(ranges[first:last, 0].min()), int(ranges[first:last, 1].max())
        rows = slice(int(one.starts[first]), int(one.starts[last]))
        best = np.concatenate(
            [
                _best_matches(unit_one[rows], unit_other, other.starts[at : min(at + _ACROSS, right) + 1])
                for at in range(left, right, _ACROSS)
            ],
            axis=1,
        )
        mass = np.exp(_SHARPNESS * (best - _NULL))
        mass /= mass.sum(axis=1, keepdims=True) + 1.0
        mass *= weight[rows, None]
        sums = np.add.reduceat(mass, one.starts[first:last] - one.starts[first], axis=0)
        for r in range(last - first):
            across = np.arange(*ranges[first + r])
            i, j = (across, first + r) if flip else (first + r, across)
            table.put(i, j, sums[r, across - left])
    return table


def _best_matches(rows: Floats, tokens: Floats, starts: Ints) -> Floats:
    """The best cosine of every row among the tokens of each sentence: (rows, sentences)."""
    sims = rows @ tokens[starts[0] : starts[-1]].T
    return np.maximum.reduceat(sims, starts[:-1] - starts[0], axis=1)


def _sentence_table(band: Band, n: int, m: int) -> Banded:
    """An empty table of sentence pairs: row i holds the target sentences that some path may give to sentence i."""
    low, end = _columns(band, n, m, flip=False).T
    return Banded.zeros(low, end - 1)


def _unit(rows: Floats) -> Floats:
    """Rows less their mean, as unit vectors."""
    return scaled_to_unit(rows - rows.mean(axis=0))


def _token_weights(side: Side) -> Floats:
    """Every token's share of its sentence: (t,) summing to one per sentence."""
    counts = np.diff(side.starts)
    return np.repeat(1.0 / np.maximum(counts, 1), counts).astype(np.float32)


def _columns(band: Band, n: int, m: int, flip: bool) -> Ints:
    """Per sentence of the one side, the range (first, last + 1) of the other's sentences in the band."""
    if not flip:
        first, last = band.low[:n].clip(0, m - 1), band.high[1 : n + 1]
    else:
        first = np.searchsorted(band.high[1:], np.arange(m), side="right").clip(0, n - 1)
        last = np.searchsorted(band.low[:n], np.arange(m), side="right")
    return np.stack([first, np.maximum(last, first + 1)], axis=1)


def _shared_marks(source: Side, target: Side, band: Band) -> Banded:
    """Numbers and names that sentences i and j share, each weighted by its rarity in the documents: (n, width)."""
    table = _sentence_table(band, len(source), len(target))
    where: dict[str, tuple[list[int], list[int]]] = {}
    for side, texts in enumerate((source.marks, target.marks)):
        for at, marks in enumerate(texts):
            for mark in marks:
                where.setdefault(mark, ([], []))[side].append(at)
    for found_s, found_t in where.values():
        if not found_s or not found_t or len(found_s) * len(found_t) > _COMMON:
            continue
        weight = (len(found_s) * len(found_t)) ** -0.5
        i, j = (x.ravel() for x in np.meshgrid(found_s, found_t))
        table.put(i, j, table.at(i, j) + np.float32(weight))
    return table
