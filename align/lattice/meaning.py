"""What a line's vector says of whether it is boilerplate, beside its wording, shape and place.

Menus and share bars mean what other menus and share bars mean, in whatever language; a heading means what its text is
about. Only the vectors of the encoder that the weights were learned with can be read that way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from align.lattice.side import Side

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]

_LEAST = 1e-4
"""Scores nearer to 0 or 1 count as so near: a scorer is never that sure."""
_RIDGE = 0.6
"""Strength of the prior that keeps the weights of the vector small. A third or thrice of it changes nothing."""


@dataclass(frozen=True)
class Meaning:
    """A logistic regression: `score` weighs the log odds of a line's boilerplate score, `vector` (dim,) its vector."""

    score: float
    bias: float
    vector: Floats

    @classmethod
    def mean(cls, several: Sequence[Meaning]) -> Meaning:
        """One whose log odds are the mean of those of `several`."""
        score, bias, vector = (
            np.mean([getattr(one, name) for one in several], axis=0) for name in ("score", "bias", "vector")
        )
        return cls(float(score), float(bias), vector.astype(np.float32))

    def read(self, side: Side) -> Side:
        """The side, the boilerplate scores of its lines corrected by their vectors."""
        return replace(side, boilerplate=self.scores(side.boilerplate, side.page))

    def scores(self, scores: Floats, vectors: Floats) -> Floats:
        """`scores` (n,) of lines corrected by their `vectors` (n, dim)."""
        logits = self.score * log_odds(scores) + vectors @ self.vector + self.bias
        return (1 / (1 + np.exp(-logits))).astype(np.float32)


def fit_meaning(scores: Sequence[Floats], vectors: Sequence[Floats], alone: Sequence[NDArray[np.bool_]]) -> Meaning:
    """Learn from documents, of each the scores (n,) and vectors (n, dim) of its lines and which gold leaves alone."""
    from scipy.optimize import minimize

    rows = np.column_stack([np.concatenate(vectors), log_odds(np.concatenate(scores))]).astype(np.float64)
    sign = np.where(np.concatenate(alone), 1.0, -1.0)
    dim = rows.shape[1] - 1
    ridge = np.concatenate([np.full(dim, _RIDGE), [0.0, 0.0]])

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        margin = sign * (rows @ weights[:-1] + weights[-1])
        pull = -sign / (1 + np.exp(margin))
        value = np.logaddexp(0, -margin).sum() + 0.5 * ridge @ weights**2
        return float(value), np.concatenate([pull @ rows, [pull.sum()]]) + ridge * weights

    found = minimize(loss, np.zeros(dim + 2), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return Meaning(float(found[dim]), float(found[-1]), found[:dim].astype(np.float32))


def log_odds(scores: Floats) -> Doubles:
    """Log odds (n,) of probabilities (n,), 9.2 at most."""
    clipped = np.clip(scores.astype(np.float64), _LEAST, 1 - _LEAST)
    return np.log(clipped / (1 - clipped))
