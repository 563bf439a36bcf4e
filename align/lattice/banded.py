"""Tables that hold a range of columns per row, so that their memory is that of the band and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_ROWS = 64  # of a table, per block


@dataclass(frozen=True)
class Banded:
    """`values` (cells,) float32, row after row: row i owns values[starts[i]:starts[i + 1]], the first in column low[i].

    Every row has at least one cell.
    """

    values: Floats
    low: Ints
    starts: Ints

    @classmethod
    def zeros(cls, low: Ints, high: Ints) -> Banded:
        """An empty table of the columns low[i] to high[i], both included."""
        starts = np.concatenate([[0], np.cumsum(high - low + 1)]).astype(np.int64)
        return cls(np.zeros(int(starts[-1]), np.float32), low, starts)

    def like(self) -> Banded:
        """An empty table of the same cells."""
        return Banded(np.zeros_like(self.values), self.low, self.starts)

    def cells(self, first: int = 0, last: int | None = None) -> tuple[Ints, Ints]:
        """Row and column of every cell, in order; of the rows `first` to `last` (excluded) alone."""
        low, starts = self.low[first:last], self.starts[first : None if last is None else last + 1]
        widths = np.diff(starts)
        rows = np.repeat(np.arange(first, first + len(low)), widths)
        return rows, np.arange(starts[0], starts[-1]) - np.repeat(starts[:-1] - low, widths)

    def at(self, i: Ints, j: Ints) -> Floats:
        """Values in rows `i` and columns `j`, 0 where the table has no cell."""
        inside, cell = self._locate(i, j)
        return np.where(inside, self.values[np.where(inside, cell, 0)], np.float32(0))

    def put(self, i: Ints | int, j: Ints | int, values: Floats) -> None:
        """Write values in rows `i` and columns `j`; those where the table has no cell are dropped."""
        inside, cell = self._locate(i, j)
        self.values[cell[inside]] = values[inside]

    def _locate(self, i: Ints | int, j: Ints | int) -> tuple[NDArray[np.bool_], Ints]:
        cell = self.starts[i] + j - self.low[i]
        return (j >= self.low[i]) & (cell < self.starts[i + 1]), cell

    def row_sums(self) -> Floats:
        return np.add.reduceat(self.values, self.starts[:-1])

    def row_maxima(self) -> Floats:
        return np.maximum.reduceat(self.values, self.starts[:-1])

    def column_sums(self, columns: int) -> Floats:
        sums = np.zeros(columns, np.float32)
        np.add.at(sums, self.cells()[1], self.values)
        return sums

    def column_maxima(self, columns: int, least: float) -> Floats:
        """The largest value of every column, `least` in those without a larger one."""
        maxima = np.full(columns, least, np.float32)
        np.maximum.at(maxima, self.cells()[1], self.values)
        return maxima


@dataclass(frozen=True)
class Block:
    """Rows `first` to `last` (excluded) of a banded table, and the rectangle, from column `left` to `right`, around."""

    first: int
    last: int
    left: int
    right: int
    cells: slice
    inside: tuple[Ints, Ints]

    @classmethod
    def over(cls, table: Banded) -> Iterator[Block]:
        for first in range(0, len(table.low), _ROWS):
            last = min(first + _ROWS, len(table.low))
            rows, columns = table.cells(first, last)
            left = int(columns.min())
            cells = slice(int(table.starts[first]), int(table.starts[last]))
            yield cls(first, last, left, int(columns.max()) + 1, cells, (rows - first, columns - left))
