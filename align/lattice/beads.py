"""Candidate beads, by the column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Beads:
    """Candidate beads: source sentences i0 to i1 and target sentences j0 to j1, ends excluded; (b,) int64 each."""

    i0: Ints
    i1: Ints
    j0: Ints
    j1: Ints

    def __len__(self) -> int:
        return len(self.i0)

    def take(self, at: NDArray) -> Beads:
        return Beads(self.i0[at], self.i1[at], self.j0[at], self.j1[at])

    def union(self, other: Beads) -> Beads:
        """The beads of both, each once, by their source sentences."""
        rows = np.concatenate([np.stack([b.i0, b.i1, b.j0, b.j1], axis=1) for b in (self, other)])
        return Beads(*np.unique(rows, axis=0).T)
