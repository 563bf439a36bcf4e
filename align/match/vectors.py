"""Documents as vectors: what stands where in them.

After Thompson and Koehn 2020, "Exploiting Sentence Order in Document Alignment": a document is cut into windows of
equal relative size with soft edges, the vectors of each window's sentences are averaged, lines that many documents
share count less, and the windows' averages stand side by side. So documents are alike that say the same things in
the same order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from align.encode import Encoder
from align.encode.centre import PRIOR_SENTENCES, unit
from align.languages import language
from align.match.records import Text

Floats = NDArray[np.float32]

_WINDOWS = 8
_WIDTH = 0.08
"""Deviation of a window's soft edges, as a share of the document."""
_WHOLE = 0.4
"""What the document's mean vector counts beside its windows: it stays right where the two texts have drifted apart."""
_COMMON = 10
"""Documents in which a line stands that is not looked at: a menu, a disclaimer."""
_BATCH = 1000  # sentences encoded at a time

Tell = Callable[[int], None]


def document_vectors(texts: Sequence[Text], encoder: Encoder, tell: Tell = lambda done: None) -> Floats:
    """Vectors (texts, (windows + 1) * dim) of texts in one language, so that a product of two rows is a similarity.

    What all texts of the language share in a window is taken out. Rows have at most length one. `tell` is called with
    the number of sentences encoded since the last call. Vectors of single sentences are held a batch at a time.
    """
    common = Counter(line for text in texts for line in set(text.sample))
    pooled = []
    for batch in _batches(texts):
        lines = list(dict.fromkeys(line for text in batch for line, _ in _told(text, common)))
        vectors = encoder.encode(lines, 1, language(texts[0].language).joiner).spans[0]
        row = {line: at for at, line in enumerate(lines)}
        for text in batch:
            told = _told(text, common)
            rows = vectors[[row[line] for line, _ in told]]
            weights = np.array([np.sqrt(len(line)) / common[line] for line, _ in told], dtype=np.float32)
            pooled.append(_pooled(rows, weights, np.array([place for _, place in told], dtype=np.float32)))
        tell(sum(len(text.sample) for text in batch))
    return _side_by_side(np.stack(pooled))


def _told(text: Text, common: Counter[str]) -> list[tuple[str, float]]:
    """The lines that say something of this document, each with its place; all where every line is common."""
    lines = list(zip(text.sample, text.places, strict=True))
    return [(line, place) for line, place in lines if common[line] < _COMMON] or lines


def _pooled(vectors: Floats, weights: Floats, places: Floats) -> Floats:
    """Mean vectors (windows + 1, dim) of the windows and of the whole."""
    centres = (np.arange(_WINDOWS, dtype=np.float32) + 0.5) / _WINDOWS
    # The tiny term gives an empty window its nearest sentences' vector in place of none.
    near = np.exp(-0.5 * ((places - centres[:, None]) / _WIDTH) ** 2) + 1e-9 / (1 + (places - centres[:, None]) ** 2)
    shares = np.concatenate([near, np.ones_like(near[:1])]) * weights
    return (shares / shares.sum(axis=1, keepdims=True)) @ vectors


def _side_by_side(pooled: Floats) -> Floats:
    """Rows from windows (texts, windows + 1, dim): centred, each at length one, then weighted."""
    count = len(pooled)
    mean = pooled.sum(axis=0, dtype=np.float64) / (count + PRIOR_SENTENCES)  # shrunk, for languages with few texts
    vectors = unit((pooled - mean).astype(np.float32))
    vectors[:, :-1] *= np.sqrt((1 - _WHOLE) / _WINDOWS)
    vectors[:, -1] *= np.sqrt(_WHOLE)
    return vectors.reshape(count, -1)


def _batches(texts: Sequence[Text]) -> Iterator[list[Text]]:
    batch: list[Text] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text.sample)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
