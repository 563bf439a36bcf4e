"""Word documents (Office Open XML, transitional and strict).

Read off the document's XML: the libraries that turn it into something else leave out ruby with the word it stands
on, or glue its reading to that. What is kept: paragraphs, headings, list items, table cells, captions, text boxes
after the paragraph that anchors them, insertions; footnotes and endnotes follow the text, their marks are dropped.
Not kept: headers and footers, comments, deletions, hidden text, tables of contents, the readings of ruby.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from align.errors import MalformedInput
from align.read.blocks import Block, document
from align.read.markup import attribute, child, elements, local
from align.read.unpack import Zip, open_zip
from align.records import Document, ParagraphKind
from align.settings import AlignSettings

_UNREAD = frozenset("pPr rPr del moveFrom rt Fallback".split())
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OFF = ("0", "false", "off", "none")
# How Word wrote ruby before it had an element for it: EQ \* jc2 \o\ad(\s\up 9(reading),base)
_EQUATION_RUBY = re.compile(r"\\o\s*\\a[dclr]\s*\(\s*\\s\s*\\up\s*\d+\s*\(([^()]*)\)\s*[,;]\s*([^()]*)\)")
_PARAGRAPHS = re.compile(r"\n[ \t\u3000]*\n\s*")


@dataclass(slots=True)
class _Text:
    """The text of a paragraph as it is collected, the text boxes in it, and the instruction of the field it is in."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    instruction: list[str] = field(default_factory=list)

    def turn(self, edge: str | None) -> None:
        """Begin a field, or pass from its instruction to its result; only ruby has its word in the instruction."""
        if edge != "begin" and (ruby := _EQUATION_RUBY.search("".join(self.instruction))):
            self.pieces.append(ruby[2])
        self.instruction.clear()


def read(data: bytes, name: str, settings: AlignSettings) -> Document:
    """The document in the bytes of a docx file.

    Raises:
        MalformedInput: it is damaged, or holds no document.
        EncryptedInput, UnsafeInput, BlankInput, OversizedInput: see `align.read.read_document`.
    """
    archive = open_zip(BytesIO(data), name, settings)
    main = _main_part(archive, settings)
    blocks = _blocks(archive, main, settings)
    return document(name, blocks, settings, blank="The Word document has no paragraph with text in it")


def _blocks(archive: Zip, main: str, settings: AlignSettings) -> Iterator[Block]:
    folder = posixpath.dirname(main)
    kinds = _kinds_of_styles(archive, posixpath.join(folder, "styles.xml"), settings)
    for node in _parts(archive, main, ("p",), settings):
        yield from _paragraph(node, kinds)
    for part, tag in (("footnotes.xml", "footnote"), ("endnotes.xml", "endnote")):
        for note in _parts(archive, posixpath.join(folder, part), (tag,), settings):
            if attribute(note, "type") in (None, "normal"):  # else it is the line above the notes
                for node in note:
                    if local(node) == "p":
                        yield from _paragraph(node, kinds)


def _main_part(archive: Zip, settings: AlignSettings) -> str:
    """The name of the part that holds the text, as the package's relations have it."""
    for relation in _parts(archive, "_rels/.rels", ("Relationship",), settings):
        if (relation.get("Type") or "").endswith("/officeDocument"):
            main = (relation.get("Target") or "").lstrip("/")
            if main in archive.members:
                return main
    if "word/document.xml" in archive.members:
        return "word/document.xml"
    raise MalformedInput(f"{archive.name} is no whole Word document: word/document.xml is missing. Save it again.")


def _parts(archive: Zip, part: str, tags: tuple[str, ...], settings: AlignSettings) -> Iterator[Any]:
    """Elements of a part of the package; none where it does not have that part."""
    if part in archive.members:
        yield from elements(archive.read(part), f"{archive.name} ({part})", settings, tags)


def _kinds_of_styles(archive: Zip, part: str, settings: AlignSettings) -> dict[str, ParagraphKind | None]:
    """What each paragraph style makes of its paragraphs; None for a line of a table of contents.

    Word keeps the English names of its own styles in every language.
    """
    kinds: dict[str, ParagraphKind | None] = {}
    parents: dict[str, str] = {}
    for style in _parts(archive, part, ("style",), settings):
        key = attribute(style, "styleId") or ""
        named = child(style, "name")
        kind = _kind_of_name((attribute(named, "val") or "") if named is not None else "")
        level = child(style, "pPr", "outlineLvl")
        if kind == "text" and level is not None and attribute(level, "val") != "9":
            kind = "heading"
        if kind == "text" and child(style, "pPr", "numPr") is not None:
            kind = "item"
        kinds[key] = kind
        based = child(style, "basedOn")
        if kind == "text" and based is not None:
            parents[key] = attribute(based, "val") or ""
    for key in parents:
        seen, at = {key}, key
        while kinds.get(at) == "text" and at in parents and parents[at] not in seen:
            at = parents[at]
            seen.add(at)
        kinds[key] = kinds.get(at, "text")
    return kinds


def _kind_of_name(style: str) -> ParagraphKind | None:
    style = style.lower()
    if re.match(r"toc (\d|heading)|table of figures|index \d", style):
        return None
    if re.match(r"heading \d|title$|subtitle$", style):
        return "heading"
    return "caption" if style == "caption" else "item" if style.startswith("list") else "text"


def _paragraph(node: Any, kinds: dict[str, ParagraphKind | None]) -> Iterator[Block]:
    """A paragraph, two where it holds an empty line, and then what stands in the text boxes anchored in it."""
    kind = _kind(node, kinds)
    if kind is None:
        return
    text = _Text()
    _collect(node, text)
    for piece in _PARAGRAPHS.split("".join(text.pieces)):
        yield Block(piece, kind)
    for box in text.boxes:
        for inner in _paragraphs_in(box):
            yield from _paragraph(inner, kinds)


def _paragraphs_in(box: Any) -> Iterator[Any]:
    """The paragraphs in a text box that are in no other text box inside it."""
    for node in box:
        if local(node) == "p":
            yield node
        elif local(node) in ("tbl", "tr", "tc", "sdt", "sdtContent"):
            yield from _paragraphs_in(node)


def _kind(node: Any, kinds: dict[str, ParagraphKind | None]) -> ParagraphKind | None:
    style = child(node, "pPr", "pStyle")
    kind = kinds.get(attribute(style, "val") or "", "text") if style is not None else "text"
    if kind is None:
        return None
    number, level = child(node, "pPr", "numPr", "numId"), child(node, "pPr", "outlineLvl")
    if kind == "text" and level is not None and attribute(level, "val") != "9":
        return "heading"
    if kind == "text" and number is not None and attribute(number, "val") != "0":
        return "item"
    in_cell = kind == "text" and any(local(outer) == "tc" for outer in node.iterancestors())
    return "cell" if in_cell else kind


def _collect(node: Any, text: _Text) -> None:
    """Add what stands inside an element."""
    for inner in node:
        name = local(inner)
        if name == "t":
            text.pieces.append(inner.text or "")
        elif name in _SIGNS:
            text.pieces.append(_SIGNS[name])
        elif name == "txbxContent":
            text.boxes.append(inner)
        elif name == "fldChar":
            text.turn(attribute(inner, "fldCharType"))
        elif name == "instrText":
            text.instruction.append(inner.text or "")
        elif name not in _UNREAD and not _is_hidden(inner, name):
            _collect(inner, text)


def _is_hidden(node: Any, name: str) -> bool:
    if name == "r":
        vanish = child(node, "rPr", "vanish")
        return vanish is not None and attribute(vanish, "val") not in _OFF
    return name == "sdt" and child(node, "sdtPr", "showingPlcHdr") is not None
