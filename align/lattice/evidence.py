"""Tables over the band from which every feature of a bead is looked up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.lattice.band import Band
from align.lattice.side import Side

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_ROWS = 64  # sentences per matrix product
_SHARPNESS = 12.0  # of the soft match between tokens
_NULL = 0.45  # cosine at which a token is as likely to match nothing
_COMMON = 100  # pairs of places from which a shared mark tells nothing
_WINDOWS = (4, 8, 16)  # tokens on either side of a boundary


def bead_shapes(max_bead: int) -> list[tuple[int, int]]:
    """All (a, b) with two sides and at most `max_bead` sentences."""
    return [(a, b) for a in range(1, max_bead) for b in range(1, max_bead - a + 1)]


@dataclass(frozen=True)
class Banded:
    """A table over the band, `values[i, j - low[i]]`; (rows, width) float32."""

    values: Floats
    low: Ints

    def at(self, i: Ints, j: Ints) -> Floats:
        column = j - self.low[i]
        inside = (column >= 0) & (column < self.values.shape[1])
        return np.where(inside, self.values[i, np.where(inside, column, 0)], 0.0).astype(np.float32)


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
    marks: Banded

    @classmethod
    def of(cls, source: Side, target: Side, band: Band, chain: list[tuple[int, int]], max_bead: int) -> Evidence:
        similarity = _similarities(source, target, band, max_bead)
        mean, deviation = _background(similarity[1, 1], band)
        match = mean + 4 * deviation
        ratio = float(target.lengths.sum() / source.lengths.sum())
        if chain:
            x, y = np.array(chain).T
            sims = np.einsum("ij,ij->i", source.spans[0][x], target.spans[0][y])
            match = max(float(np.median(sims)), mean + 2 * deviation)
            good = sims >= np.median(sims)
            # Shrunk toward the whole documents' ratio, for chains of a few pairs.
            prior = 200.0
            ratio = float(
                (target.lengths[y[good]].sum() + prior * ratio) / (source.lengths[x[good]].sum() + prior)
            )
        forward = _attention(source, target, band, flip=False)
        backward = _attention(source, target, band, flip=True)
        sums = _token_sums(source), _token_sums(target)
        windows = tuple(_boundary_windows(source, target, sums, band, width) for width in _WINDOWS)
        return cls(source, target, band, similarity, (mean, deviation), match, ratio, forward, backward, windows, _shared_marks(source, target, band))


def _blocks(band: Band, rows: int):
    """(first row, last row + 1, first column, last column + 1) of rectangles that cover the band."""
    for first in range(0, rows, _ROWS):
        last = min(first + _ROWS, rows)
        yield first, last, int(band.low[first]), int(band.high[last - 1]) + 1


def _put(table: Floats, block: Floats, band: Band, first: int, column: int, keep: NDArray | None = None) -> None:
    """Copy rows of a rectangle whose left edge is `column` into a banded table."""
    for r in range(len(block)):
        i = first + r
        low, high = int(band.low[i]), int(band.high[i])
        table[i, : high - low + 1] = block[r, low - column : high - column + 1]


def _similarities(source: Side, target: Side, band: Band, max_bead: int) -> dict[tuple[int, int], Banded]:
    shapes = bead_shapes(max_bead)
    tables = {shape: np.zeros((band.rows, band.width), np.float32) for shape in shapes}
    dim = source.spans.shape[2]
    for first, last, column, end in _blocks(band, band.rows):
        # Row i stands for the span that ends before boundary i; boundary 0 ends none.
        for a, b in shapes:
            left = _before(source.spans[a - 1], first, last, dim)
            right = _before(target.spans[b - 1], column, end, dim)
            _put(tables[a, b], left @ right.T, band, first, column)
    return {shape: Banded(table, band.low) for shape, table in tables.items()}


def _before(spans: Floats, first: int, last: int, dim: int) -> Floats:
    if first == 0:
        return np.concatenate([np.zeros((1, dim), np.float32), spans[: last - 1]])
    return spans[first - 1 : last - 1]


def _background(singles: Banded, band: Band) -> tuple[float, float]:
    """Mean and deviation of the similarity of sentences that have nothing to do with each other."""
    columns = np.arange(singles.values.shape[1])
    inside = columns <= (band.high - band.low)[:, None]
    inside[0] = False
    inside[:, 0] &= band.low > 0
    values = singles.values[inside]
    if values.size < 2:
        return 0.1, 0.1
    mean, deviation = float(values.mean()), float(values.std())
    # Translations are a few per cent of the cells; leaving them out moves the mean by little and the deviation by much.
    rest = values[values < mean + 2 * deviation]
    return float(rest.mean()), max(float(rest.std()), 0.02)


def _attention(source: Side, target: Side, band: Band, flip: bool) -> Banded:
    """How many of sentence i's tokens find their match in sentence j: banded (n, width), or its mirror image.

    Every token spreads one unit over the sentences of the other side in its row of the band and a null, by a softmax
    of its best cosine in each. `flip` gives the other direction, indexed the same way.
    """
    n, m = len(source), len(target)
    table = _sentence_table(band, n, m)
    cells, low = table.values, table.low
    unit_s, unit_t = _unit(source.tokens), _unit(target.tokens)
    one, other = (target, source) if flip else (source, target)
    unit_one, unit_other = (unit_t, unit_s) if flip else (unit_s, unit_t)
    ranges = _columns(band, n, m, flip)
    weight = _token_weights(one)
    for first in range(0, len(one), 16):
        last = min(first + 16, len(one))
        left, right = int(ranges[first:last, 0].min()), int(ranges[first:last, 1].max())
        rows = slice(int(one.starts[first]), int(one.starts[last]))
        columns = slice(int(other.starts[left]), int(other.starts[right]))
        sims = unit_one[rows] @ unit_other[columns].T
        edges = other.starts[left:right] - other.starts[left]
        best = np.maximum.reduceat(sims, edges, axis=1)
        mass = np.exp(_SHARPNESS * (best - _NULL))
        mass /= mass.sum(axis=1, keepdims=True) + 1.0
        mass *= weight[rows, None]
        sums = np.add.reduceat(mass, one.starts[first:last] - one.starts[first], axis=0)
        for r in range(last - first):
            a, b = ranges[first + r]
            if flip:
                i = np.arange(a, b)
                column = first + r - low[i]
                fits = (column >= 0) & (column < cells.shape[1])
                cells[i[fits], column[fits]] = sums[r, a - left : b - left][fits]
            else:
                cells[first + r, : b - a] = sums[r, a - left : b - left]
    return table


def _sentence_table(band: Band, n: int, m: int) -> Banded:
    """An empty table of sentence pairs: row i holds the target sentences that some path may give to sentence i."""
    low, end = _columns(band, n, m, flip=False).T
    return Banded(np.zeros((n, int((end - low).max())), np.float32), low)


def _unit(rows: Floats) -> Floats:
    rows = rows - rows.mean(axis=0)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


def _token_weights(side: Side) -> Floats:
    """Every token's share of its sentence: (t,) summing to one per sentence."""
    counts = np.diff(side.starts)
    return np.repeat(1.0 / np.maximum(counts, 1), counts).astype(np.float32)


def _columns(band: Band, n: int, m: int, flip: bool) -> Ints:
    """Per sentence of the one side, the range (first, last + 1) of the other's sentences in the band."""
    if not flip:
        return np.stack([band.low[:n].clip(0, m - 1), band.high[1 : n + 1].clip(1, m)], axis=1)
    j = np.arange(m)
    first = np.searchsorted(band.high[1:], j, side="right").clip(0, n - 1)
    last = np.searchsorted(band.low[:n], j, side="right").clip(1, n)
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
        for i in found_s:
            for j in found_t:
                column = j - int(table.low[i])
                if 0 <= column < table.values.shape[1]:
                    table.values[i, column] += weight
    return table


def _boundary_windows(
    source: Side, target: Side, sums: tuple[NDArray, NDArray], band: Band, width: int
) -> Banded:
    """How much better the texts on either side of two boundaries agree straight than crossed: (rows, width)."""
    ratio = (target.starts[-1] / max(1, source.starts[-1])) ** 0.5
    left_s, right_s = _window(sums[0], source.starts, max(1, round(width / ratio)))
    left_t, right_t = _window(sums[1], target.starts, max(1, round(width * ratio)))
    table = np.zeros((band.rows, band.width), np.float32)
    for first, last, column, end in _blocks(band, band.rows):
        block = left_s[first:last] @ left_t[column:end].T
        block += right_s[first:last] @ right_t[column:end].T
        block -= left_s[first:last] @ right_t[column:end].T
        block -= right_s[first:last] @ left_t[column:end].T
        _put(table, block, band, first, column)
    return Banded(table, band.low)


def _token_sums(side: Side) -> NDArray[np.float64]:
    """Row t: the sum of the centred token vectors before token t, (tokens + 1, dim)."""
    tokens = side.tokens - side.tokens.mean(axis=0)
    sums = np.zeros((len(tokens) + 1, tokens.shape[1]))
    np.cumsum(tokens, axis=0, out=sums[1:])
    return sums


def _window(sums: NDArray[np.float64], at: Ints, width: int) -> tuple[Floats, Floats]:
    """Unit vectors of the `width` tokens before and after every boundary `at`: two arrays (n + 1, dim)."""

    def unit(rows: NDArray) -> Floats:
        return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)).astype(np.float32)

    left = sums[at] - sums[np.maximum(at - width, 0)]
    right = sums[np.minimum(at + width, len(sums) - 1)] - sums[at]
    return unit(left), unit(right)
