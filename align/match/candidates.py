"""Which pairs are worth a closer look: the likeliest partners of every document, both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.match.agreement import Agreement

Floats = NDArray[np.float32]
Rows = Callable[[int, int], Floats]
"""Values of the sources `first` to `last` - 1 with every target, (last - first, targets)."""

_STRANGERS = 6
"""Documents after the likeliest partner whose mean similarity tells how close strangers come."""
_HINTS = 0.5
"""What full agreement of numbers, dates and names counts beside CSLS when candidates are chosen."""
NAMED = 0.3
"""How much better two names must agree than either does with a third for the pair to be a candidate by name alone."""
_BLOCK = 512  # sources compared with all targets at a time


@dataclass(frozen=True, slots=True)
class Candidate:
    """Source and target by number. `vectors`, `margin`, `hints` and `names` are as in `Evidence`, but `names` is not
    yet weighed by how far names are to be believed."""

    source: int
    target: int
    vectors: float
    margin: float
    hints: float
    names: float

    @property
    def rank(self) -> float:
        """The larger, the likelier."""
        return self.vectors + _HINTS * self.hints


def find_candidates(
    sources: Floats, targets: Floats, hints: Agreement, names: Agreement | None, count: int
) -> list[Candidate]:
    """The likeliest `count` partners of every source and of every target, and those whose names agree; in order.

    `sources` (m, dim) and `targets` (n, dim) are document vectors. Cosines become CSLS (Conneau et al. 2018, "Word
    translation without parallel data"), twice the cosine less what strangers reach with either document, so that one
    which resembles all is nobody's first choice. All pairs are looked at in blocks; memory is linear in documents.
    """
    shape = len(sources), len(targets)

    def cosines(first: int, last: int) -> Floats:
        return sources[first:last] @ targets.T

    row_strangers, column_strangers = (_strangers(top) for top in _best(cosines, shape, 1 + _STRANGERS))
    named_best = _best(names.rows, shape, 2) if names is not None else None
    found = []
    for first, last in _blocks(shape[0]):
        vectors = 2 * cosines(first, last) - row_strangers[first:last, None] - column_strangers
        agreed = hints.rows(first, last)
        rank = vectors + _HINTS * agreed
        named = np.zeros_like(rank)
        if names is not None and named_best is not None:
            named = names.rows(first, last)
            named -= np.maximum(_others(named, named_best[0][first:last, :, None]), _others(named, named_best[1].T))
        chosen = (rank >= _least(rank, count, 1)) | (named > NAMED)
        kept = chosen | (rank >= _least(rank, count, 0))
        row, target = np.nonzero(kept)
        found.append((row + first, target, *(values[kept] for values in (chosen, rank, vectors, agreed, named))))
    source, target, chosen, *values = (np.concatenate(column) for column in zip(*found, strict=True))
    chosen |= _leading(target, values[0], count)
    source, target, _, vectors, agreed, named = (column[chosen] for column in (source, target, *values))
    others = np.fmax(_best_other(source, vectors), _best_other(target, vectors))
    margins = np.where(np.isnan(others), 0, vectors - others)  # a pair without rivals has nothing to be ahead of
    columns = (column.tolist() for column in (source, target, vectors, margins, agreed, named))
    return [Candidate(*row) for row in zip(*columns, strict=True)]


def _blocks(count: int) -> Iterator[tuple[int, int]]:
    return ((first, min(first + _BLOCK, count)) for first in range(0, count, _BLOCK))


def _best(rows: Rows, shape: tuple[int, int], count: int) -> tuple[Floats, Floats]:
    """The `count` largest values of each source (m, count) and of each target (n, count), falling; none below zero."""
    by_source = np.zeros((shape[0], count), dtype=np.float32)
    by_target = np.zeros((shape[1], count), dtype=np.float32)
    for first, last in _blocks(shape[0]):
        values = rows(first, last)
        by_source[first:last] = _falling(values, count)
        by_target = _falling(np.concatenate([by_target, values.T], axis=1), count)
    return by_source, by_target


def _falling(values: Floats, count: int) -> Floats:
    """The `count` largest of each row, falling, none below zero."""
    filled = np.concatenate([values, np.zeros((len(values), count), dtype=np.float32)], axis=1)
    return -np.sort(np.partition(-filled, count - 1, axis=1)[:, :count], axis=1)


def _strangers(best: Floats) -> Floats:
    """What strangers reach: the mean without the very best, which may be the partner; little where they are few."""
    return best[:, 1:].mean(axis=1)


def _others(values: Floats, best: Floats) -> Floats:
    """The largest value beside each of `values` in its line, given the two largest of the line."""
    return np.where(values >= best[..., 0, :], best[..., 1, :], best[..., 0, :])


def _least(rank: Floats, count: int, axis: int) -> Floats:
    """The value from which on one is among the `count` largest along an axis."""
    at = max(0, rank.shape[axis] - count)
    return np.take(np.partition(rank, at, axis), [at], axis)


def _leading(keys: NDArray[np.int64], values: Floats, count: int) -> NDArray[np.bool_]:
    """Which entries are among the `count` largest of those with their key."""
    order = np.lexsort((-values, keys))
    starts = np.flatnonzero(np.r_[True, np.diff(keys[order]) > 0])
    place = np.arange(len(keys)) - np.repeat(starts, np.diff(np.r_[starts, len(keys)]))
    out = np.zeros(len(keys), dtype=bool)
    out[order] = place < count
    return out


def _best_other(keys: NDArray[np.int64], values: Floats) -> Floats:
    """For each entry the largest value among the others with its key; NaN where there is no other."""
    order = np.lexsort((-values, keys))
    first = np.r_[True, np.diff(keys[order]) > 0]
    starts = np.flatnonzero(first)
    sizes = np.diff(np.r_[starts, len(keys)])
    ranked = values[order]
    second = np.where(sizes > 1, ranked[np.minimum(starts + 1, len(keys) - 1)], np.nan)
    out = np.full_like(values, np.nan)
    out[order] = np.where(first, np.repeat(second, sizes), np.repeat(ranked[starts], sizes))
    return out
