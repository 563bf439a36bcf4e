"""How far the marks of documents agree: the cosine of their marks, each weighted by how rare it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Weighted = tuple[NDArray[np.int64], Floats]
"""Numbers and weights, an array each of the same length."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of `sources` with `targets` documents.

    `held` has for each source its marks' numbers and weights, `holders` for each mark the targets that hold it and
    its weight there. Only marks that both sides have are there.
    """

    held: tuple[Weighted, ...]
    holders: tuple[Weighted, ...]
    targets: int

    @classmethod
    def of(cls, sources: Sequence[Collection[str]], targets: Sequence[Collection[str]]) -> Agreement:
        """From the marks of every source and every target. A mark weighs the logarithm of one over its frequency."""
        counts = [Counter(mark for marks in side for mark in marks) for side in (sources, targets)]
        number = {mark: at for at, mark in enumerate(sorted(counts[0].keys() & counts[1].keys()))}
        documents = len(sources) + len(targets)
        rarity = np.array([np.log(documents / (counts[0][m] + counts[1][m])) for m in number], dtype=np.float32)
        holders: list[tuple[list[int], list[float]]] = [([], []) for _ in number]
        for at, marks in enumerate(targets):
            for mark, weight in zip(*_weighted(marks, number, rarity), strict=True):
                holders[mark][0].append(at)
                holders[mark][1].append(weight)
        return cls(
            held=tuple(_weighted(marks, number, rarity) for marks in sources),
            holders=tuple((np.array(who, np.int64), np.array(weights, np.float32)) for who, weights in holders),
            targets=len(targets),
        )

    def rows(self, first: int, last: int) -> Floats:
        """Of the sources `first` to `last` - 1 with every target, (last - first, targets), 0 to 1."""
        out = np.zeros((last - first, self.targets), dtype=np.float32)
        for row, (marks, weights) in zip(out, self.held[first:last], strict=True):
            for mark, weight in zip(marks, weights, strict=True):
                who, theirs = self.holders[mark]
                row[who] += weight * theirs
        return out


def _weighted(marks: Collection[str], number: dict[str, int], rarity: Floats) -> Weighted:
    known = np.array(sorted(number[mark] for mark in marks if mark in number), dtype=np.int64)
    weights = rarity[known]
    return known, weights / max(float(np.linalg.norm(weights)), 1e-6)
