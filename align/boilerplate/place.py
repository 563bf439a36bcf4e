"""Where lines stand: what is around them, how near the ends they are, and how often the document repeats them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NAMES = (
    "alone", "line", "sure", "line alone", "together", "nearest", "both", "either", "window", "wide window",
    "paragraph", "document", "share", "head", "tail", "from start", "from end", "again", "neighbours alone",
)  # fmt: skip
"""What the columns of `places` are, in order."""

_BOUND = 6.0
"""Logits beyond it say no more about their neighbours."""
_SURE = 3.0
"""A line with a higher logit needs no neighbours to tell what it is."""


def places(logits: NDArray[np.float32], texts: Sequence[str], paragraphs: Sequence[int]) -> NDArray[np.float32]:
    """(n, len(NAMES)) float32: the surroundings of every line, given what each looks like by itself.

    `logits` (n,) are of being boilerplate; `paragraphs` (n,) number the paragraph that each line stands in.
    """
    n = len(logits)
    line = np.clip(logits.astype(np.float64), -_BOUND, _BOUND)
    numbers = np.asarray(paragraphs)
    breaks = np.concatenate([[True], numbers[1:] != numbers[:-1]])
    group = np.cumsum(breaks) - 1
    sizes = np.bincount(group)
    is_alone = (sizes[group] == 1).astype(np.float64)
    # Where every line is a paragraph of its own, as in files of one sentence a line, or none is, that means nothing.
    common = is_alone.mean()
    alone = is_alone * min(1.0, 3 * (1 - common))
    together = (1 - is_alone) * common
    before, after = np.concatenate([[0.0], line[:-1]]), np.concatenate([line[1:], [0.0]])
    before[:1], after[-1:] = line[:1] / 2, line[-1:] / 2
    rest = (np.bincount(group, weights=line)[group] - line) / np.maximum(1, sizes[group] - 1)
    text = 1 / (1 + np.exp(line))
    behind = np.cumsum(text) - text
    ahead = text.sum() - np.cumsum(text)
    index = np.arange(n)
    columns = [
        alone,
        line / 2,
        np.clip(logits - _SURE, 0, _BOUND) / 2,
        alone * line / 2,
        together,
        (before + after) / 4,
        np.minimum(before, after) / 2,
        np.maximum(before, after) / 2,
        _window(line, 3) / 2,
        _window(line, 10) / 2,
        rest / 2,
        np.full(n, line.mean() / 2),
        np.full(n, 1 - text.mean()),
        np.exp(-behind / 2),
        np.exp(-ahead / 2),
        np.exp(-index / 4),
        np.exp(-(n - 1 - index) / 4),
        _repeats(texts),
        (np.concatenate([[0.0], alone[:-1]]) + np.concatenate([alone[1:], [0.0]])) / 2,
    ]
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def _window(line: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Mean over the lines up to `reach` away on either side, the line itself left out."""
    sums = np.concatenate([[0.0], np.cumsum(line)])
    index = np.arange(len(line))
    low, high = np.maximum(index - reach, 0), np.minimum(index + reach + 1, len(line))
    return (sums[high] - sums[low] - line) / np.maximum(1, high - low - 1)


def _repeats(texts: Sequence[str]) -> NDArray[np.float64]:
    """Logarithm of how often each line stands in the document, whatever its capitals; 0 for once."""
    folded = [text.casefold() for text in texts]
    counts = Counter(folded)
    return np.log([counts[text] for text in folded])
