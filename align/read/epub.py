"""EPUB books, 2 and 3: the chapters in reading order, each as the web page that it is.

All text of a chapter is kept, footnotes where they stand in the file. Not kept: the table of contents, parts outside
the reading order, page numbers of the print edition, marks of footnotes, the readings of ruby.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote, urlsplit

from align.errors import EncryptedInput, MalformedInput
from align.read.blocks import Block, document
from align.read.decode import decode
from align.read.limits import refuse_long
from align.read.markup import attribute, elements, local
from align.read.page import all_blocks
from align.read.unpack import Zip, open_zip, refuse_climbing
from align.records import Document
from align.settings import AlignSettings

_CONTAINER, _LOCKS = "META-INF/container.xml", "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read(data: bytes, name: str, settings: AlignSettings) -> Document:
    """The document in the bytes of an EPUB file. Its provenance is the chapter's file.

    Raises:
        MalformedInput: it is damaged, or a chapter is missing.
        EncryptedInput: a copy protection has locked its chapters.
        UnsafeInput, BlankInput, OversizedInput: see `align.read.read_document`.
    """
    archive = open_zip(BytesIO(data), name, settings)
    return document(name, _blocks(archive, settings), settings, blank="The book has no chapter with text in it")


def _blocks(archive: Zip, settings: AlignSettings) -> Iterator[Block]:
    locked = _locked(archive, settings)
    for chapter in _chapters(archive, settings):
        refuse_climbing(archive.name, chapter)
        if chapter not in archive.members:
            raise MalformedInput(f"{archive.name} lacks the chapter {chapter} that its list names. Make it again.")
        if chapter in locked:
            raise EncryptedInput(
                f"{archive.name} has a copy protection: {chapter} is encrypted. Give a copy without one."
            )
        shown = f"{archive.name} ({chapter})"
        page = archive.read(chapter)
        refuse_long(page, shown, settings, html=True)
        for kind, text in all_blocks(decode(page, shown, html=True)) if page.strip() else ():
            yield Block(text, kind, chapter)


def _chapters(archive: Zip, settings: AlignSettings) -> Iterator[str]:
    """The files of the book's chapters, in reading order."""
    package = _package(archive, settings)
    files: dict[str, str] = {}
    order: list[str] = []
    contents: set[str] = set()
    found = elements(archive.read(package), f"{archive.name} ({package})", settings, ("item", "itemref", "reference"))
    for node in found:
        path = _path(package, node.get("href") or "")
        if local(node) == "item" and node.get("media-type") in _PAGES:
            files[node.get("id") or ""] = path
            if "nav" in (node.get("properties") or "").split():
                contents.add(path)
        elif local(node) == "itemref" and node.get("linear") != "no":
            order.append(node.get("idref") or "")
        elif local(node) == "reference" and node.get("type") == "toc":
            contents.add(path)
    chapters = [files[key] for key in order if key in files]
    yield from [path for path in chapters if path not in contents] or chapters


def _package(archive: Zip, settings: AlignSettings) -> str:
    """The name of the package file, which lists the book's files."""
    found = elements(archive.read(_CONTAINER), f"{archive.name} ({_CONTAINER})", settings, ("rootfile",))
    for node in found:
        path = node.get("full-path") or ""
        if path in archive.members:
            return path
    raise MalformedInput(f"{archive.name} is no whole EPUB book: {_CONTAINER} names no package file. Make it again.")


def _locked(archive: Zip, settings: AlignSettings) -> set[str]:
    """The files that are encrypted."""
    if _LOCKS not in archive.members:
        return set()
    found = elements(archive.read(_LOCKS), f"{archive.name} ({_LOCKS})", settings, ("CipherReference",))
    return {unquote(attribute(node, "URI") or "") for node in found}


def _path(package: str, href: str) -> str:
    """The archive's name for a file that the package file refers to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(urlsplit(href).path)))
