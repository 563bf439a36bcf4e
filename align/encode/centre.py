"""Centring: what all sentences of one side share says nothing about which of them belong together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PRIOR_SENTENCES = 4.0
"""How many imaginary sentences at the prior mean are averaged in. With fewer, a side of a sentence or two loses its
own content with the mean; with more, the direction that all share stays in documents of a dozen sentences."""


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """`rows` (..., dim) at length one; rows of zeros, or with a value that is not finite, come back as zeros."""
    rows = np.where(np.isfinite(rows).all(axis=-1, keepdims=True), rows, 0).astype(np.float32)
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)


def centre(
    spans: NDArray[np.float32], prior: NDArray[np.float32] | float = 0.0, weight: float = PRIOR_SENTENCES
) -> NDArray[np.float32]:
    """`spans` (longest, n, dim) less the mean of the side's single sentences, at length one again.

    The mean is shrunk toward `prior` (dim,) as if `weight` more sentences stood there, so that a side of one
    sentence keeps its vector. Rows of zeros, which are no spans, stay so.
    """
    n = spans.shape[1]
    mean = ((spans[0].sum(axis=0, dtype=np.float64) + weight * np.asarray(prior)) / (n + weight)).astype(np.float32)
    exists = spans.any(axis=-1, keepdims=True)
    return unit(np.where(exists, spans - mean, 0))
