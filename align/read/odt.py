"""OpenDocument texts.

What is kept: paragraphs, headings, list items, table cells, text frames after the paragraph that anchors them;
footnotes and endnotes follow the text, their marks are dropped. Not kept: headers and footers, comments, tracked
deletions, tables of contents and other indexes, the readings of ruby.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from align.errors import EncryptedInput, MalformedInput
from align.read.blocks import Block, document
from align.read.markup import attribute, elements, local
from align.read.unpack import Zip, open_zip
from align.records import Document, ParagraphKind
from align.settings import AlignSettings

_TEXTS = ("p", "h")
_UNREAD = frozenset(
    "ruby-text annotation note-citation tracked-changes title desc script hidden-text bibliography-mark".split()
)
_INDEXES = frozenset(
    "table-of-content illustration-index table-index object-index user-index alphabetical-index tracked-changes "
    "annotation".split()
)
_MOST_SPACES = 1000


def read(data: bytes, name: str, settings: AlignSettings) -> Document:
    """The document in the bytes of an odt file.

    Raises:
        MalformedInput: it is damaged, or holds no content.
        EncryptedInput, UnsafeInput, BlankInput, OversizedInput: see `align.read.read_document`.
    """
    archive = open_zip(BytesIO(data), name, settings)
    if "content.xml" not in archive.members:
        raise MalformedInput(f"{name} is no whole OpenDocument text: content.xml is missing. Save it again.")
    _refuse_encrypted(archive, settings)
    notes: list[Block] = []
    blocks = _blocks(archive, notes, settings)
    return document(name, blocks, settings, blank="The OpenDocument text has no paragraph with text in it")


def _refuse_encrypted(archive: Zip, settings: AlignSettings) -> None:
    manifest = "META-INF/manifest.xml"
    if manifest in archive.members:
        found = elements(archive.read(manifest), f"{archive.name} ({manifest})", settings, ("encryption-data",))
        if next(found, None) is not None:
            raise EncryptedInput(f"{archive.name} asks for a password. Open it and save it without one.")


def _blocks(archive: Zip, notes: list[Block], settings: AlignSettings) -> Iterator[Block]:
    content = archive.read("content.xml")
    for node in elements(content, f"{archive.name} (content.xml)", settings, _TEXTS):
        if not any(local(outer) in _INDEXES for outer in node.iterancestors()):
            yield from _paragraph(node, notes)
    yield from notes


def _paragraph(node: Any, notes: list[Block]) -> Iterator[Block]:
    """A paragraph and what stands in the frames anchored in it; its notes go to `notes`."""
    pieces: list[str] = []
    inside: list[Any] = []
    _collect(node, pieces, inside)
    yield Block("".join(pieces), _kind(node))
    for outer in inside:
        blocks = [block for inner in _paragraphs_in(outer) for block in _paragraph(inner, notes)]
        if local(outer) == "note":
            notes += blocks
        else:
            yield from blocks


def _paragraphs_in(outer: Any) -> Iterator[Any]:
    """The paragraphs in a note or a frame that are in no paragraph inside it."""
    for node in outer:
        if local(node) in _TEXTS:
            yield node
        elif local(node) not in _UNREAD:
            yield from _paragraphs_in(node)


def _kind(node: Any) -> ParagraphKind:
    """What a paragraph is, by itself or by the innermost element around it that says."""
    if local(node) == "h":
        return "heading"
    style = (attribute(node, "style-name") or "").lower()
    if style in ("title", "subtitle"):
        return "heading"
    for outer in node.iterancestors():
        if local(outer) in ("list-item", "list-header"):
            return "item"
        if local(outer) == "table-cell":
            return "cell"
    return "caption" if style in ("illustration", "table", "caption", "figure") else "text"


def _collect(node: Any, pieces: list[str], inside: list[Any]) -> None:
    """Add the text inside an element to `pieces`, and the notes and frames in it to `inside`."""
    pieces.append(_folded(node.text))
    for inner in node:
        name = local(inner)
        if name in ("note", "text-box"):
            inside.append(inner)
        elif name == "s":
            pieces.append(" " * _count(inner))
        elif name == "tab":
            pieces.append("\t")
        elif name == "line-break":
            pieces.append("\n")
        elif name and name not in _UNREAD:
            _collect(inner, pieces, inside)
        pieces.append(_folded(inner.tail))


def _count(spaces: Any) -> int:
    count = attribute(spaces, "c") or "1"
    return min(int(count), _MOST_SPACES) if count.isdecimal() else 1


def _folded(text: str | None) -> str:
    """White space in the XML is layout of the file; what the writer typed has elements of its own."""
    return "" if not text else text.replace("\t", " ").replace("\r", " ").replace("\n", " ")
