"""Boundaries between sentences that may be none: a comma before them, a bracket open across them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

BREAKS = ("comma",)

_COMMAS = frozenset(",、，–—-;；")


def breaks(texts: Sequence[str]) -> Floats:
    """(n + 1, len(BREAKS)): 1 where the boundary before a sentence shows the mark; 0 at both ends."""
    marks = np.zeros((len(texts) + 1, len(BREAKS)), np.float32)
    for at, text in enumerate(texts[:-1], start=1):
        end = text.rstrip()
        marks[at, 0] = end[-1:] in _COMMAS and end != ""
    return marks
