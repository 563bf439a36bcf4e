"""TMX 1.4b, the exchange format of translation memories: a translation unit per row, its figures as properties.

The element structure is that of the TMX 1.4b specification (LISA OSCAR, 2005). Every column stands in a
`<prop type="x-...">`, written as in the TSV, so that nothing of a row is lost but characters that XML cannot hold.
A unit needs both sides, so rows with one side empty are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from align import __version__
from align.errors import MalformedAlignment, SettingsError
from align.records import AlignedPair
from align.write.cells import of_text, to_text
from align.write.layout import COLUMNS, Layout, xml_line
from align.write.metadata import Metadata
from align.write.rows import RowBuilder, malformed
from align.write.xml import LANG, events, place

if TYPE_CHECKING:
    from lxml.etree import _Element

_PROPERTIES = tuple(name for name in COLUMNS if name not in ("type", "src", "tgt"))
_PREFIX = "x-"
_CODES = frozenset({"bpt", "ept", "ph", "it", "ut"})
"""Elements that hold markup of the original and no text of it."""
_LOOKED_AT = 100
"""Units in which the second language is looked for."""


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout, metadata: Metadata) -> None:
    """Write a unit per pair.

    Raises:
        SettingsError: the languages are not known.
    """
    from lxml import etree

    languages = metadata.languages_for("tmx")
    header = etree.Element(
        "header", creationtool="taiyaku", creationtoolversion=__version__, segtype="sentence",
        **{"o-tmf": "taiyaku"}, adminlang="en", srclang=languages[0], datatype="plaintext",
    )  # fmt: skip
    if metadata.signature:
        _property(header, "signature", metadata.signature)
    _property(header, "tgtlang", languages[1])
    cells = [(name, to_text(name)) for name in _PROPERTIES]
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        file.write_doctype('<!DOCTYPE tmx SYSTEM "tmx14.dtd">')
        with file.element("tmx", version="1.4"):
            _put(file, header)
            with file.element("body"):
                for pair in pairs:
                    unit = etree.Element("tu")
                    for name, cell in cells:
                        if text := cell(getattr(pair, name)):
                            _property(unit, name, text)
                    for code, text in zip(languages, (pair.src, pair.tgt), strict=True):
                        variant = etree.SubElement(unit, "tuv", {LANG: code})
                        etree.SubElement(variant, "seg").text = xml_line(text)
                    _put(file, unit)
    stream.write(b"\n")


def read(path: str, metadata: Metadata) -> Iterator[AlignedPair]:
    """The rows of a file, one at a time: units that have both languages, ours or another program's.

    Markup inside a segment is left out, text that is marked up stays.

    Raises:
        MalformedAlignment: no sound TMX, a property of ours that does not read, or none of the languages asked for.
        SettingsError: no languages for what comes from standard input.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    languages = metadata.languages or (None if path == "-" else metadata_of(path).languages)
    if languages is None and path == "-":
        raise SettingsError("Of a TMX from standard input, give the languages with --src-lang and --tgt-lang.")
    builder = RowBuilder()
    found: set[str] = set()
    units = both = 0
    for unit in _units(path):
        units += 1
        if languages is None:
            raise MalformedAlignment(f"{path}: no unit has two languages; expected a TMX file of translations.")
        variants = {variant.get(LANG) or variant.get("lang") or "": variant for variant in unit.iterfind("tuv")}
        found |= variants.keys()
        sides = [_of_language(variants, code) for code in languages]
        if None in sides:
            continue
        both += 1
        try:
            yield builder.build(_fields(unit, *map(_segment, sides)))
        except ValueError as error:
            raise malformed(path, place(unit), str(error)) from None
    if units and not both:
        raise MalformedAlignment(
            f"{path}: no unit has both {languages[0]} and {languages[1]}; its languages are {', '.join(sorted(found))}."
        )


def metadata_of(path: str) -> Metadata:
    """The source language and the signature of the header, and the other language of the first units."""
    source = signature = target = ""
    for _, header in islice(events(path, ("header",)), 1, 2):
        source = header.get("srclang", "")
        properties = _properties(header)
        signature, target = properties.get("signature", ""), properties.get("tgtlang", "")
    if source and target:
        return Metadata((source, target), signature)
    for unit in islice(_units(path), _LOOKED_AT):
        codes = [code for variant in unit.iterfind("tuv") if (code := variant.get(LANG) or variant.get("lang"))]
        if len(codes) > 1:
            matching = [code for code in codes if _same(code, source)]
            first = (matching or codes)[0]
            return Metadata((first, next(code for code in codes if code != first)), signature)
    return Metadata(signature=signature)


def _units(path: str) -> Iterator[_Element]:
    known = False
    for event, element in events(path, ("tmx", "tu")):
        if element.tag == "tmx":
            known = True
        elif not known:
            break
        elif event == "end":
            yield element
    if not known:
        raise malformed(path, "line 1", "is no TMX; expected <tmx> as the outermost element")


def _fields(unit: _Element, src: str, tgt: str) -> dict[str, Any]:
    properties = _properties(unit)
    fields = {name: of_text(name)(properties[name]) for name in _PROPERTIES if name in properties}
    if properties.keys() >= {"src_ids", "tgt_ids"} or not properties.keys() & {"src_ids", "tgt_ids"}:
        return {**fields, "src": src, "tgt": tgt}
    raise ValueError("a unit with sentence numbers of one side; expected x-src_ids and x-tgt_ids, or neither")


def _properties(element: _Element) -> dict[str, str]:
    return {
        each.get("type", "").removeprefix(_PREFIX): each.text or ""
        for each in element.iterfind("prop")
        if each.get("type", "").startswith(_PREFIX)
    }


def _property(parent: _Element, name: str, text: str) -> None:
    from lxml import etree

    etree.SubElement(parent, "prop", type=_PREFIX + name).text = xml_line(text)


def _segment(variant: _Element) -> str:
    segment = variant.find("seg")
    return "" if segment is None else "".join(_text(segment))


def _text(element: _Element) -> Iterator[str]:
    """Text outside the elements that hold codes; what follows them belongs to the segment again."""
    if element.text and element.tag not in _CODES:
        yield element.text
    for child in element:
        if child.tag not in _CODES:
            yield from _text(child)
        if child.tail:
            yield child.tail


def _of_language(variants: dict[str, _Element], code: str) -> _Element | None:
    """The variant in just this language, else in one that differs in region or case (`en` for `en-US`)."""
    if code in variants:
        return variants[code]
    return next((variant for found, variant in variants.items() if _same(found, code)), None)


def _same(one: str, other: str) -> bool:
    return one.lower().replace("_", "-").split("-")[0] == other.lower().replace("_", "-").split("-")[0]


def _put(file: Any, element: _Element) -> None:
    file.write("\n")
    file.write(element)
