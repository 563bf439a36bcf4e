"""XLIFF (1.0 to 1.2, 2.0 and 2.1, and what tools make of it): one side, a paragraph a segment.

Kept: the text of every unit, with that inside of markers and paired codes. Not kept: codes of formatting, notes,
proposals (`alt-trans`), text between the segments.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from align.read.blocks import Block, document
from align.read.markup import attribute, child, elements, local
from align.read.parts import choose
from align.read.tmx import plain_text
from align.records import Document
from align.settings import AlignSettings

SIDES = ("source", "target")
_CODES = frozenset("bpt ept it ph x bx ex sc ec sm em cp sub note".split())


def read(data: bytes, name: str, settings: AlignSettings, part: str | None) -> Document:
    """The `part` of a file: `source` or `target`. Its provenance is the id of the unit.

    Raises:
        MissingPart: no side was named, and both have text.
        MalformedInput, UnsafeInput, BlankInput, OversizedInput: see `align.read.read_document`.
    """
    if part is None:
        filled = [side for side in SIDES if any(block.text.strip() for block in _blocks(data, name, settings, side))]
        side = choose(None, filled, name, "side") if filled else "source"
    else:
        side = choose(part, SIDES, name, "side")
    blocks = _blocks(data, name, settings, side)
    return document(name, blocks, settings, blank=f"No unit of the file has a {side}")


def _blocks(data: bytes, name: str, settings: AlignSettings, side: str) -> Iterator[Block]:
    for unit in elements(data, name, settings, ("trans-unit", "unit")):
        for text in _texts(unit, side):
            yield Block(text, place=f"unit {attribute(unit, 'id') or '?'}")


def _texts(unit: Any, side: str) -> Iterator[str]:
    """The segments of one side: marked in 1.2 where they are, elements of their own in 2."""
    if local(unit) == "unit":
        for segment in unit:
            if local(segment) == "segment" and (text := child(segment, side)) is not None:
                yield plain_text(text, _CODES)
        return
    whole = child(unit, side)
    marked = child(unit, "seg-source") if side == "source" else whole
    marks = [] if marked is None else [n for n in marked.iter() if local(n) == "mrk" and n.get("mtype") == "seg"]
    if marks:
        yield from (plain_text(mark, _CODES) for mark in marks)
    elif whole is not None:
        yield plain_text(whole, _CODES)
