"""Banded tables against full ones with a mask."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.lattice.banded import Banded

ROWS, COLUMNS = 7, 9


def drawn(seed: int) -> tuple[Banded, np.ndarray]:
    """A table with rising ranges, and the full one with nan where it has no cell."""
    random = np.random.default_rng(seed)
    low = np.sort(random.integers(0, COLUMNS, ROWS))
    high = np.maximum(np.sort(random.integers(0, COLUMNS, ROWS)), low)
    table = Banded.zeros(low, high)
    table.values[:] = random.normal(size=len(table.values))
    full = np.full((ROWS, COLUMNS), np.nan, np.float32)
    for i in range(ROWS):
        full[i, low[i] : high[i] + 1] = table.values[table.starts[i] : table.starts[i + 1]]
    return table, full


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_a_table_is_a_full_one_with_a_mask(seed: int) -> None:
    table, full = drawn(seed)
    rows, columns = table.cells()
    assert np.array_equal(full[rows, columns], table.values)
    assert len(rows) == np.isfinite(full).sum()
    i, j = (x.ravel() for x in np.meshgrid(range(ROWS), range(-2, COLUMNS + 2), indexing="ij"))
    inside = (j >= 0) & (j < COLUMNS)
    expected = np.where(inside, full[i, j.clip(0, COLUMNS - 1)], 0)
    assert np.array_equal(table.at(i, j), np.nan_to_num(expected))


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_reductions(seed: int) -> None:
    table, full = drawn(seed)
    assert np.allclose(table.row_sums(), np.nansum(full, axis=1), atol=1e-5)
    assert np.array_equal(table.row_maxima(), np.nanmax(full, axis=1))
    assert np.allclose(table.column_sums(COLUMNS), np.nansum(full, axis=0), atol=1e-5)
    empty = np.where(np.isnan(full), -5, full).max(axis=0)
    assert np.array_equal(table.column_maxima(COLUMNS, -5), empty)


def test_cells_of_some_rows() -> None:
    table, _ = drawn(1)
    rows, columns = table.cells()
    part = (rows >= 2) & (rows < 5)
    assert np.array_equal(np.stack(table.cells(2, 5)), np.stack([rows[part], columns[part]]))


def test_what_has_no_cell_is_not_written() -> None:
    table = Banded.zeros(np.array([0, 2]), np.array([1, 3]))
    table.put(np.array([0, 0, 1, 1]), np.array([1, 2, 1, 3]), np.arange(1, 5, dtype=np.float32))
    assert table.values.tolist() == [0, 1, 0, 4]


def test_memory_is_that_of_the_band() -> None:
    """One row as wide as the document, for a block that one side inserts, does not widen the others."""
    low = np.concatenate([np.arange(500), [500], np.arange(5000, 5500)])
    table = Banded.zeros(low, np.concatenate([np.arange(500) + 9, [5000], np.arange(5000, 5500) + 9]))
    assert len(table.values) == 1000 * 10 + 4501
    assert table.at(np.array([500]), np.array([4999])) == pytest.approx(0)
