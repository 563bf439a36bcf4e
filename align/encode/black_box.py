"""Spans for encoders that give one vector per text and show nothing of their inside.

The one place that decides which concatenations go through the model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from align.encode.centre import unit
from align.encode.protocol import Encoder, Vectors

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to their vectors: (m, dim) float32, unit rows, one per text and in their order; (0, dim) for no text."""

_ADDED = 10  # characters' worth of prefix and end marks, over which the model averages too


class BlackBox(Encoder, Protocol):
    """An encoder made of a function from texts to vectors, so that a cache can stand between the two."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The model's own vectors, (m, dim) unit rows."""

    def encode_by(self, embed: Embed, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        """`encode` with another function in the place of `self.embed`."""


def span_vectors(
    embed: Embed, sentences: Sequence[str], longest: int, joiner: str, window: int, reach: int | None = None
) -> Vectors:
    """Vectors of every span of up to `longest` sentences.

    Spans of up to `reach` sentences, None for all, go through the model as texts, cut after `window` characters,
    which should be more than the model reads. Equal texts go through once, and longest first, so that batches hold
    texts of one length and want of memory shows at the start. Longer spans are composed of these.
    """
    if longest < 1:
        raise ValueError(f"longest is {longest}; a span holds at least one sentence.")
    n = len(sentences)
    layers = [
        [_joined(sentences[i - k + 1 : i + 1], joiner, window) for i in range(k - 1, n)]
        for k in range(1, min(longest, reach or longest) + 1)
    ]
    unique = sorted({text for layer in layers for text in layer}, key=lambda text: (-len(text), text))
    vectors = embed(unique)
    row = {text: at for at, text in enumerate(unique)}
    spans = np.zeros((longest, n, vectors.shape[1]), dtype=np.float32)
    for k, layer in enumerate(layers):
        if layer:
            spans[k, k:] = vectors[[row[text] for text in layer]]
    if len(layers) < min(longest, n):
        _compose(spans, layers)
    return Vectors(spans=spans, characters=sum(map(len, unique)))


def _compose(spans: NDArray[np.float32], layers: Sequence[Sequence[str]]) -> None:
    """Fill in the spans of more sentences than `layers` has.

    A model that averages over its tokens gives about the average of its parts, weighted by their lengths. So a span
    grows by the window of its last r sentences, less the r - 1 of them that it held before.
    """
    reach, n = len(layers), spans.shape[1]
    window = _weighted(spans, layers, reach)
    gain = window.copy()
    if reach > 1:
        gain[1:] -= _weighted(spans, layers, reach - 1)[:-1]
    total = window
    for k in range(reach + 1, len(spans) + 1):
        total = np.concatenate([np.zeros_like(total[:1]), total[:-1]]) + gain
        spans[k - 1, k - 1 : n] = unit(total[k - 1 : n])


def _weighted(spans: NDArray[np.float32], layers: Sequence[Sequence[str]], k: int) -> NDArray[np.float32]:
    """Spans of k sentences, (n, dim), times their lengths in characters and in what the model adds to every text."""
    lengths = np.zeros(spans.shape[1], dtype=np.float32)
    lengths[k - 1 :] = [len(text) + _ADDED for text in layers[k - 1]]
    return spans[k - 1] * lengths[:, None]


def _joined(sentences: Sequence[str], joiner: str, window: int) -> str:
    """One text; a lone surrogate, which no tokenizer takes, becomes a question mark."""
    return joiner.join(sentence[:window] for sentence in sentences)[:window].encode("utf-8", "replace").decode("utf-8")
