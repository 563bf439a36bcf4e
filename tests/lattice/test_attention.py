"""Shares of tokens against the plain definition, in both directions."""

from __future__ import annotations

import numpy as np
import pytest

from align.lattice import attention as module
from align.lattice.attention import attention
from align.lattice.band import Band

BANDS = {
    "everything": ([0] * 9, [11] * 9),
    "a band": ([0, 0, 1, 2, 4, 5, 7, 8, 9], [3, 4, 5, 6, 7, 9, 10, 11, 11]),
    "a jump on either side": ([0, 0, 0, 0, 8, 9, 9, 9, 10], [2, 9, 9, 9, 9, 10, 10, 11, 11]),
    "as narrow as may be": ([0, 1, 2, 3, 4, 5, 6, 7, 8], [0, 1, 2, 3, 4, 5, 6, 7, 11]),
}


def plain(one, other, ranges: list[tuple[int, int]], block: int) -> np.ndarray:
    """(n, m): a softmax over the sentences that any sentence of the block is compared with, token by token."""
    shares = np.zeros((len(one), len(other)))
    units = [side.tokens - side.tokens.mean(axis=0) for side in (one, other)]
    units = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in units]
    for i, (first, last) in enumerate(ranges):
        together = ranges[i - i % block : i - i % block + block]
        seen = range(together[0][0], together[-1][1])
        for token in range(one.starts[i], one.starts[i + 1]):
            best = [max(units[1][other.starts[j] : other.starts[j + 1]] @ units[0][token]) for j in seen]
            mass = np.exp(module._SHARPNESS * (np.array(best) - module._NULL))
            mass /= (mass.sum() + 1) * (one.starts[i + 1] - one.starts[i])
            shares[i, first:last] += mass[first - seen.start : last - seen.start]
    return shares


@pytest.mark.parametrize("block", [1, 3, 16])
@pytest.mark.parametrize("name", BANDS)
def test_shares_are_those_of_the_definition(random_side, monkeypatch, name: str, block: int) -> None:
    monkeypatch.setattr(module, "_SENTENCES", block)
    random = np.random.default_rng(3)
    band = Band(*map(np.array, BANDS[name]))
    source, target = random_side(random, 8), random_side(random, 11)
    i, j = module.sentence_table(band, 8, 11).cells()
    for table, sides, flip in zip(
        attention(source, target, band), ((source, target), (target, source)), (0, 1), strict=True
    ):
        ranges = [tuple(pair) for pair in module._columns(band, 8, 11, flip=bool(flip)).tolist()]
        expected = plain(*sides, ranges, block)
        assert np.allclose(table.values, expected.T[i, j] if flip else expected[i, j], atol=1e-5)
