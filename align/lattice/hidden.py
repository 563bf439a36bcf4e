"""A layer of hidden units beside the weighed sum of features.

A sum cannot say that two lines which are both surely boilerplate are a pair all the less the more alike they are. Each
unit is the hyperbolic tangent of a weighed sum of the features and of the document's noise; a bead's score has their
weighed sum on top of its own (a neural CRF: Peng, Bo and Xu 2009, "Conditional Neural Fields").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Hidden:
    """So many units h: `inward` (h, f) weighs the features, `noise` (h,) the document's noise, `bias` (h,) is added,
    and `outward` (h,) weighs what comes out of each.
    """

    inward: Floats
    noise: Floats
    bias: Floats
    outward: Floats

    def __len__(self) -> int:
        return len(self.outward)

    def units(self, features: Floats, noise: float | Floats) -> Floats:
        """What the units (b, h) make of the features (b, f) of beads; `noise` is one number, or one for each bead."""
        sums = features @ self.inward.T
        sums += np.outer(np.broadcast_to(np.float32(noise), len(features)), self.noise) + self.bias
        return np.tanh(sums, out=sums)

    def scores(self, features: Floats, noise: float | Floats) -> Doubles:
        """What the layer adds to the scores (b,) of beads."""
        return (self.units(features, noise) @ self.outward).astype(np.float64)

    @classmethod
    def mean(cls, layers: Sequence[Hidden]) -> Hidden:
        """One layer whose scores are the mean of those of all `layers`."""
        inward, noise, bias = (
            np.concatenate([getattr(layer, name) for layer in layers]) for name in ("inward", "noise", "bias")
        )
        return cls(inward, noise, bias, np.concatenate([layer.outward for layer in layers]) / len(layers))
