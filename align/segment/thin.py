"""A text with some characters taken out, and the way back to its offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thinned:
    """`text` is what is left; `starts` and `shifts` say from which of its offsets on how many characters were lost."""

    text: str
    starts: list[int]
    shifts: list[int]

    def origin(self, at: int) -> int:
        """The offset in the full text of the character at an offset of the thinned one."""
        return at + self.shifts[bisect_right(self.starts, at) - 1]


def thin(text: str, pattern: re.Pattern[str], instead: Callable[[re.Match[str]], str] = lambda match: "") -> Thinned:
    """Replace each match by a string that is no longer than it, by nothing unless told otherwise."""
    pieces: list[str] = []
    starts, shifts = [0], [0]
    at = length = 0
    for match in pattern.finditer(text):
        pieces += text[at : match.start()], instead(match)
        length += len(pieces[-2]) + len(pieces[-1])
        at = match.end()
        if at - length > shifts[-1]:
            starts.append(length)
            shifts.append(at - length)
    pieces.append(text[at:])
    return Thinned("".join(pieces), starts, shifts)
