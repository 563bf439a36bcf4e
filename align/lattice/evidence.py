"""Tables over the band from which every feature of a bead is looked up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.lattice.attention import attention, sentence_table
from align.lattice.band import Band
from align.lattice.banded import Banded, Block
from align.lattice.side import Side
from align.lattice.windows import WINDOWS, boundary_windows, inner_turns

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

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
        forward, backward = attention(source, target, band)
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


def _shared_marks(source: Side, target: Side, band: Band) -> Banded:
    """Numbers and names that sentences i and j share, each weighted by its rarity in the documents: (n, width)."""
    table = sentence_table(band, len(source), len(target))
    where: dict[str, tuple[list[int], list[int]]] = {}
    for side, texts in enumerate((source.marks, target.marks)):
        for at, marks in enumerate(texts):
            for mark in marks.shared:
                where.setdefault(mark, ([], []))[side].append(at)
    for found_s, found_t in where.values():
        if not found_s or not found_t or len(found_s) * len(found_t) > _COMMON:
            continue
        weight = (len(found_s) * len(found_t)) ** -0.5
        i, j = (x.ravel() for x in np.meshgrid(found_s, found_t))
        table.put(i, j, table.at(i, j) + np.float32(weight))
    return table
