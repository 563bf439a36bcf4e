"""The sentences in the text of one side of a row: joined as they were when the row was made, and cut apart again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from align.errors import UnknownLanguage
from align.languages import language
from align.write.metadata import Cut

_LATIN = "\u0250"
"""The first character after the Latin letters and signs, between which a space stands in any language."""
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?= )|[。！？…]+[」』”’）]*")


def joined(sentences: Sequence[str], code: str) -> str:
    """The sentences as one text, as `align.segment.join` makes it; in a language nobody knows, with spaces."""
    joiner = _joiner(code)
    parts: list[str] = []
    for text in sentences:
        if parts and text:
            parts.append(" " if parts[-1] and _latin(parts[-1][-1] + text[0]) else joiner)
        parts.append(text)
    return "".join(parts)


def cut_into(count: int, text: str, code: str, cut: Cut | None = None) -> list[str]:
    """The text as so many sentences, which `joined` makes the same text of.

    `cut` finds them; where it finds another number, or none is given, they end at punctuation where there is enough,
    and elsewhere at equal lengths: their number is known, and only their ends are in doubt. A text with too few places
    to cut leaves the last sentences empty.
    """
    if count < 2:
        return [text] * count
    if cut is not None:
        pieces = cut(text, code)
        stripped = all(piece == piece.strip() for piece in pieces)
        if len(pieces) == count and stripped and joined(pieces, code) == text:
            return pieces
    places = _places(text, code)
    ends = [place for place in (match.end() for match in _END.finditer(text)) if place in places]
    wanted = count - 1
    chosen = set(ends) if len(ends) <= wanted else _spread(ends, wanted, len(text))
    if len(chosen) < wanted:
        chosen |= _spread([place for place in places if place not in chosen], wanted - len(chosen), len(text))
    pieces, start = [], 0
    for place in sorted(chosen):
        pieces.append(text[start:place])
        start = place + places[place]
    pieces.append(text[start:])
    return pieces + [""] * (count - len(pieces))


def _places(text: str, code: str) -> dict[int, int]:
    """Where the text can be cut so that joining gives it back, and what goes there: one space, or none."""
    joiner = _joiner(code)
    places = {}
    for at in range(1, len(text)):
        spaced = text[at] == " "
        if spaced and at + 1 == len(text):
            continue
        after = text[at + 1] if spaced else text[at]
        if not spaced and text[at - 1] == " ":
            continue
        expected = " " if _latin(text[at - 1] + after) else joiner
        if expected == (" " if spaced else ""):
            places[at] = int(spaced)
    return places


def _spread(places: Sequence[int], count: int, length: int) -> set[int]:
    """So many of the places, as near as can be to those that cut the text into equal parts."""
    left = list(places)
    chosen: set[int] = set()
    for part in range(1, min(count, len(left)) + 1):
        best = min(left, key=lambda place: abs(place - part * length / (count + 1)))
        left.remove(best)
        chosen.add(best)
    return chosen


def _latin(meeting: str) -> bool:
    return all(char < _LATIN for char in meeting)


def _joiner(code: str) -> str:
    try:
        return language(code).joiner
    except UnknownLanguage:
        return " "
