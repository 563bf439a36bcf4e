"""A metric in which translations lie nearer than what stands beside them.

An encoder knows what texts mean, but it was not made to tell a sentence from the same with half of the next. A few
directions of its space tell much of that: learned from gold, they turn the vectors of spans before any are compared.
Only the vectors of the encoder that the weights were learned with can be turned that way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from align.encode.blocks import span_rows
from align.encode.centre import unit
from align.encode.protocol import Span, Vectors

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Metric:
    """A vector v counts as v + (v @ inward) @ outward.T, at length one; both are (dim, rank) float32."""

    inward: Floats
    outward: Floats

    def apply(self, vectors: Floats) -> Floats:
        """Vectors (..., dim), unit rows or zeros, in this metric."""
        return unit(vectors + (vectors @ self.inward) @ self.outward.T)

    def read(self, vectors: Vectors) -> Vectors:
        """A side with the vectors of its spans in this metric, those too that are still to be encoded; those of a long
        side in a file, as they were.

        Raises:
            OutputError: no room in the folder for temporary files.
        """
        refine = vectors.refine

        def block(first: int, end: int) -> Floats:
            return self.apply(vectors.spans[:, first:end])

        def asked(spans: Sequence[Span]) -> Floats:
            return self.apply(refine(spans))

        return replace(vectors, spans=span_rows(block, vectors.spans.shape), refine=asked if refine else None)
