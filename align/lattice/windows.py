"""The texts on either side of a boundary, compared: where one side's sentence ends in the other's text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from align.lattice.band import Band
from align.lattice.banded import Banded, Block
from align.lattice.side import Side

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

WINDOWS = (4, 8, 16)
"""Tokens on either side of a boundary."""

NOWHERE = -4.0
"""Where a sentence has no place inside, as one of a single token: no agreement is worse."""

_INNER = 8  # the same, where places inside sentences are compared


def boundary_windows(source: Side, target: Side, band: Band, width: int) -> Banded:
    """How much better the texts on either side of two boundaries agree straight than crossed.

    With L and R the texts before and after: cos(Ls, Lt) + cos(Rs, Rt) - cos(Ls, Rt) - cos(Rs, Lt), one product.
    """
    width_s, width_t = _widths(source, target, width)
    turns_s, turns_t = _turns(source, width_s), _turns(target, width_t)
    table = Banded.zeros(band.low, band.high)
    for block in Block.over(table):
        product = turns_s[block.first : block.last] @ turns_t[block.left : block.right].T
        table.values[block.cells] = product[block.inside]
    return table


def _widths(source: Side, target: Side, width: int) -> tuple[int, int]:
    """Tokens of either side that hold about as much as `width` tokens of both on average."""
    ratio = float(np.clip((target.starts[-1] / max(1, source.starts[-1])) ** 0.5, 0.25, 4))
    return max(1, round(width / ratio)), max(1, round(width * ratio))


def inner_turns(source: Side, target: Side, band: Band, flip: bool) -> Banded:
    """How well a boundary of one side agrees with the best place inside a sentence of the other, as the windows do.

    Row i and column j: source boundary i inside target sentence j; `flip` has target boundary j inside sentence i.
    `NOWHERE` in sentences without a place inside.
    """
    widths = _widths(source, target, _INNER)
    if flip:
        one, other, (one_width, other_width) = target, source, widths[::-1]
        every = np.arange(len(one) + 1)
        low = np.searchsorted(band.high, every, side="left")
        high = np.searchsorted(band.low, every, side="right") - 1
    else:
        one, other, (one_width, other_width), low, high = source, target, widths, band.low, band.high
    count = len(other)
    table = Banded.zeros(low.clip(0, count - 1), high.clip(0, count - 1))
    turns, passed = _turns(one, one_width), _passed(other, other_width)
    for block in Block.over(table):
        starts = other.starts[block.left : block.right + 1]
        around = turns[block.first : block.last] @ passed[starts[0] : starts[-1] + other_width].T
        product = around[:, :-other_width] - around[:, other_width:]
        product[:, starts[:-1] - starts[0]] = NOWHERE  # a sentence's first token stands at a boundary, not inside
        best = np.maximum.reduceat(product, starts[:-1] - starts[0], axis=1)
        table.values[block.cells] = best[block.inside]
    return table


def _turns(side: Side, width: int) -> Floats:
    """Unit vector of the `width` tokens before every boundary less that of the tokens after it: (n + 1, dim)."""
    at, count = side.starts, len(side.tokens)
    mean = side.tokens.mean(axis=0)
    left = -mean * np.minimum(at, width)[:, None].astype(np.float32)
    right = -mean * np.minimum(count - at, width)[:, None].astype(np.float32)
    for step in range(width):
        first, end = np.searchsorted(at, (step + 1, count - step))  # the boundaries with so many tokens around them
        left[first:] += side.tokens[at[first:] - 1 - step]
        right[:end] += side.tokens[at[:end] + step]
    return scaled_to_unit(left) - scaled_to_unit(right)


def _passed(side: Side, width: int) -> Floats:
    """Unit vectors of the `width` tokens before every place, and `width` places more: (t + width, dim).

    What stands after a place stands before the one `width` on, so the turn there is row p less row p + width.
    """
    tokens = side.tokens - side.tokens.mean(axis=0)
    sums = np.zeros((len(tokens) + width, tokens.shape[1]), np.float32)
    for step in range(1, width + 1):
        sums[step : step + len(tokens)] += tokens
    return scaled_to_unit(sums)


def scaled_to_unit(rows: NDArray) -> NDArray:
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return rows / np.maximum(norms, 1e-6)[:, None]
