"""XLIFF 2.0: a file element per document, a unit per row, its figures in the metadata module.

The element structure is that of the XLIFF 2.0 specification (OASIS, 2014). A row with one side empty is a unit whose
source or target is empty; a character that XML cannot hold is a `<cp>` element, so all of a row comes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, BinaryIO

from align.records import AlignedPair
from align.write.cells import of_text, to_text
from align.write.layout import COLUMNS, Layout, line, xml_line
from align.write.metadata import Metadata
from align.write.rows import RowBuilder, malformed
from align.write.xml import events, place

if TYPE_CHECKING:
    from lxml.etree import _Element

_CORE = "urn:oasis:names:tc:xliff:document:2.0"
_MODULE = "urn:oasis:names:tc:xliff:metadata:2.0"
_META = {name: f"{{{_MODULE}}}{name}" for name in ("metadata", "metaGroup", "meta")}
_FIGURES = tuple(name for name in COLUMNS if name not in ("doc", "type", "src", "tgt"))
_CATEGORY = "taiyaku"
_CONTROL = re.compile("([\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff])")


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout, metadata: Metadata) -> None:
    """Write a unit per pair, and a file element for every run of pairs of one document.

    Raises:
        SettingsError: the languages are not known.
    """
    from lxml import etree

    src, tgt = metadata.languages_for("xliff")
    cells = [(name, to_text(name)) for name in _FIGURES]
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        names = {None: _CORE, "mda": _MODULE}
        with file.element(_core("xliff"), nsmap=names, version="2.0", srcLang=src, trgLang=tgt):
            for number, (doc, rows) in enumerate(groupby(pairs, lambda pair: pair.doc), 1):
                file.write("\n")
                original = {"original": xml_line(doc)} if doc else {}
                with file.element(_core("file"), id=f"f{number}", **original):
                    if metadata.signature:
                        _put_figures(file, {"signature": xml_line(metadata.signature)})
                    for at, pair in enumerate(rows, 1):
                        file.write("\n")
                        with file.element(_core("unit"), id=f"u{at}"):
                            _put_figures(file, {name: cell(getattr(pair, name)) for name, cell in cells})
                            with file.element(_core("segment")):
                                _put_text(file, "source", pair.src)
                                if pair.tgt_ids or pair.tgt:
                                    _put_text(file, "target", pair.tgt)
    stream.write(b"\n")


def read(path: str, metadata: Metadata) -> Iterator[AlignedPair]:
    """The rows of a file, one at a time; the segments of a unit that another program wrote make one row.

    Raises:
        MalformedAlignment: no sound XLIFF 2, or a figure of ours that does not read; names file and line.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    builder = RowBuilder()
    doc = ""
    for event, element in _elements(path):
        if element.tag == _core("file") and event == "start":
            doc = element.get("original", "")
        elif element.tag == _core("unit") and event == "end":
            try:
                yield builder.build({"doc": doc, **_fields(element)})
            except ValueError as error:
                raise malformed(path, place(element), str(error)) from None


def metadata_of(path: str) -> Metadata:
    """The languages of the outermost element, and the signature in its first file."""
    languages = None
    signature = ""
    for event, element in _elements(path):
        if element.tag == _core("xliff") and event == "start":
            src, tgt = element.get("srcLang", ""), element.get("trgLang", "")
            languages = (src, tgt) if src and tgt else None
        elif element.tag == _core("unit"):
            file = element.getparent()
            signature = _figures(file).get("signature", "") if file is not None else ""
            break
    return Metadata(languages, signature)


def _elements(path: str) -> Iterator[tuple[str, _Element]]:
    known = False
    for event, element in events(path, ("{*}xliff", "{*}file", "{*}unit", "xliff")):
        if not known and element.tag != _core("xliff"):
            version = element.get("version")
            problem = f"is XLIFF {version}; expected version 2" if version else "is no XLIFF 2"
            raise malformed(path, place(element), problem)
        known = True
        yield event, element
    if not known:
        raise malformed(path, "line 1", "is no XLIFF; expected <xliff> as the outermost element")


def _fields(unit: _Element) -> dict[str, Any]:
    figures = _figures(unit)
    if len(figures.keys() & {"src_ids", "tgt_ids"}) == 1:
        figures = {"src_ids": "", "tgt_ids": "", **figures}  # an empty one is not written
    fields = {name: of_text(name)(figures[name]) for name in _FIGURES if name in figures}
    for name, tag in (("src", "source"), ("tgt", "target")):
        fields[name] = "".join("".join(_text(each)) for each in unit.iter(_core(tag)))
    return fields


def _figures(element: _Element) -> dict[str, str]:
    return {
        meta.get("type", ""): meta.text or ""
        for group in element.iterfind(f"{_META['metadata']}/{_META['metaGroup']}[@category='{_CATEGORY}']")
        for meta in group.iterfind(_META["meta"])
    }


def _put_figures(file: Any, figures: dict[str, str]) -> None:
    with file.element(_META["metadata"]), file.element(_META["metaGroup"], category=_CATEGORY):
        for name, text in figures.items():
            if text:
                with file.element(_META["meta"], type=name):
                    file.write(text)


def _put_text(file: Any, tag: str, text: str) -> None:
    """The text as content, with `<cp>` for characters that XML cannot hold."""
    with file.element(_core(tag)):
        for at, part in enumerate(_CONTROL.split(line(text))):
            if at % 2:
                with file.element(_core("cp"), hex=f"{ord(part):04X}"):
                    pass
            elif part:
                file.write(part)


def _text(element: _Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == _core("cp"):
            yield _character(child)
        else:
            yield from _text(child)
        yield child.tail or ""


def _character(element: _Element) -> str:
    code = element.get("hex", "")
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        raise ValueError(f"<cp hex='{code}'> is no character") from None


def _core(name: str) -> str:
    return f"{{{_CORE}}}{name}"
