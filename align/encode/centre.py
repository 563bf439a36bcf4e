"""Centring: what all sentences of one side share says nothing about which of them belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from align.encode.protocol import Span, Vectors

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
    """`spans` (longest, n, dim) less the mean of the side's single sentences, at length one again."""
    return less(spans, side_mean(spans[0], prior, weight))


def centred(vectors: Vectors, prior: NDArray[np.float32] | float = 0.0) -> Vectors:
    """`vectors` less the mean of the side's single sentences; concatenations lose the same mean."""
    mean, refine = side_mean(vectors.spans[0], prior), vectors.refine
    if refine is None:
        return replace(vectors, spans=less(vectors.spans, mean))

    def less_mean(spans: Sequence[Span]) -> NDArray[np.float32]:
        return less(refine(spans), mean)

    return replace(vectors, spans=less(vectors.spans, mean), refine=less_mean)


def side_mean(
    singles: NDArray[np.float32], prior: NDArray[np.float32] | float = 0.0, weight: float = PRIOR_SENTENCES
) -> NDArray[np.float32]:
    """The mean (dim,) of a side's single sentences (n, dim), shrunk toward `prior` (dim,) as if `weight` more
    sentences stood there, so that a side of one sentence keeps its vector."""
    total = singles.sum(axis=0, dtype=np.float64) + weight * np.asarray(prior)
    return (total / (len(singles) + weight)).astype(np.float32)


def less(rows: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float32]:
    """`rows` (..., dim) less `mean` (dim,), at length one again. Rows of zeros, which are no spans, stay so."""
    exists = rows.any(axis=-1, keepdims=True)
    return unit(np.where(exists, rows - mean, 0))
