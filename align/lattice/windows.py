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
    turns = _turns(one, one_width)
    for block in Block.over(table):
        starts = other.starts[block.left : block.right + 1]
        places = np.arange(starts[0], starts[-1])
        product = turns[block.first : block.last] @ _turns(other, other_width, places).T
        product[:, starts[:-1] - starts[0]] = NOWHERE  # a sentence's first token stands at a boundary, not inside
        best = np.maximum.reduceat(product, starts[:-1] - starts[0], axis=1)
        table.values[block.cells] = best[block.inside]
    return table


def _turns(side: Side, width: int, at: Ints | None = None) -> Floats:
    """Unit vector of the `width` tokens before every place less that of the tokens after it: (places, dim).

    Places are the tokens `at`; None takes the boundaries between sentences.
    """
    at, count = side.starts if at is None else at, len(side.tokens)
    mean = side.tokens.mean(axis=0)
    left = np.zeros((len(at), len(mean)), np.float32)
    right = np.zeros_like(left)
    for step in range(width):
        first, end = np.searchsorted(at, (step + 1, count - step))  # the places with so many tokens around them
        left[first:] += side.tokens[at[first:] - 1 - step] - mean
        right[:end] += side.tokens[at[:end] + step] - mean
    return scaled_to_unit(left) - scaled_to_unit(right)


def scaled_to_unit(rows: NDArray) -> NDArray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
