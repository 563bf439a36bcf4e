"""Translation memories (TMX 1.1 to 1.4): one language of them, a paragraph a unit; codes of formatting are dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from align.errors import MissingPart
from align.read.blocks import Block, document
from align.read.markup import attribute, elements, local
from align.read.parts import choose
from align.records import Document
from align.settings import AlignSettings

_CODES = frozenset("bpt ept it ph ut sub".split())


def read(data: bytes, name: str, settings: AlignSettings, part: str | None) -> Document:
    """The language `part` of a memory, as `ja`; `ja` finds `ja-JP` too. Its provenance is the number of the unit.

    Raises:
        MissingPart: there is no such language, or several and none was named.
        MalformedInput, UnsafeInput, BlankInput, OversizedInput: see `align.read.read_document`.
    """
    found = _languages(data, name, settings)
    if part is None:
        wanted = {choose(None, found, name, "language")} if found else set()
    else:
        wanted = {code for code in found if _is(code, part)}
        if not wanted:
            choose(part, found, name, "language")
            raise MissingPart(f"{name} has no language '{part}'.", found)
    blocks = _units(data, name, settings, wanted)
    return document(name, blocks, settings, blank="No unit of the memory has text")


def _languages(data: bytes, name: str, settings: AlignSettings) -> list[str]:
    """The languages of the memory, in the order they come, as it spells them."""
    found: dict[str, None] = {}
    for variant in elements(data, name, settings, ("tuv",)):
        found.setdefault(attribute(variant, "lang") or "", None)
    return list(found)


def _is(code: str, wanted: str) -> bool:
    code, wanted = code.lower().replace("_", "-"), wanted.lower().replace("_", "-")
    return code == wanted or code.startswith(wanted + "-")


def _units(data: bytes, name: str, settings: AlignSettings, wanted: set[str]) -> Iterator[Block]:
    for number, unit in enumerate(elements(data, name, settings, ("tu",)), 1):
        for variant in unit:
            if local(variant) == "tuv" and attribute(variant, "lang") in wanted:
                for segment in variant:
                    if local(segment) == "seg":
                        yield Block(plain_text(segment, _CODES), place=f"unit {number}")


def plain_text(node: Any, codes: frozenset[str]) -> str:
    """The text in an element, without what stands in the elements that hold `codes`."""
    pieces = [node.text or ""]
    for inner in node:
        if local(inner) and local(inner) not in codes:
            pieces.append(plain_text(inner, codes))
        pieces.append(inner.tail or "")
    return "".join(pieces)
