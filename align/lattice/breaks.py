"""Boundaries between sentences that may be none: a comma before them; and that are none: a bracket open across them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

BREAKS = ("comma",)

_BRACKETS = {"(": ")", "[": "]", "（": "）", "［": "］"}
_FAR = 3
"""Lines within which a bracket closes: one that is open for longer has lost its end."""

_COMMAS = frozenset(",、，–—-;；")


def breaks(texts: Sequence[str]) -> Floats:
    """(n + 1, len(BREAKS)): 1 where the boundary before a sentence shows the mark; 0 at both ends."""
    marks = np.zeros((len(texts) + 1, len(BREAKS)), np.float32)
    for at, text in enumerate(texts[:-1], start=1):
        end = text.rstrip()
        marks[at, 0] = end[-1:] in _COMMAS and end != ""
    return marks


def enclosed(texts: Sequence[str]) -> NDArray[np.bool_]:
    """(n + 1,): whether a boundary lies inside a bracket that opened in the middle of a sentence.

    A bracket that opens where a line does may hold whole sentences, and says nothing.
    """
    inside = np.zeros(len(texts) + 1, bool)
    opened: list[tuple[int, str, bool]] = []
    for at, text in enumerate(texts):
        opened = [bracket for bracket in opened if at - bracket[0] <= _FAR]
        begun = False
        for c in text:
            if opened and c == opened[-1][1]:
                line, _, in_the_middle = opened.pop()
                inside[line + 1 : at + 1] |= in_the_middle
            elif c in _BRACKETS:
                opened.append((at, _BRACKETS[c], begun))
            begun = begun or c.isalnum()
    return inside
