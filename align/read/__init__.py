"""Reading: a file, bytes or a string becomes a `Document`, its text decoded and its paragraphs found."""

from __future__ import annotations

import difflib
import os
import re
import stat
import sys
from pathlib import Path
from typing import BinaryIO

from align.errors import (
    BlankInput,
    EmptyInput,
    InputIsDirectory,
    MissingInput,
    OversizedInput,
    UnreadableInput,
)
from align.read.binary import refuse_controls, refuse_magic
from align.read.decode import decode
from align.read.text import paragraphs
from align.records import Document, Paragraph
from align.settings import AlignSettings

__all__ = ["read_bytes", "read_document", "read_text"]

_HTML_NAMES = (".html", ".htm", ".xhtml", ".xht", ".shtml")
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|div|p|h1|meta)\b", re.I
)
_SCRIPT = re.compile(rb"(?:script|style|template|svg)\b", re.I)
_ADDRESS = re.compile("(?:https?|ftp)://", re.I)


def read_document(path: str | Path, settings: AlignSettings, *, name: str | None = None) -> Document:
    """The document in the file at `path`; `-` is standard input. `name` replaces the path in the record and messages.

    Raises:
        MissingInput, InputIsDirectory, UnreadableInput: there is no such file, or it cannot be read.
        EmptyInput, BlankInput, BinaryInput, UndecodableInput: it holds no text, or text that cannot be decoded.
        OversizedInput: it is longer than `settings.max_bytes`, or a paragraph than `settings.max_line`.
    """
    given = str(path)
    if given == "-":
        return read_bytes(_limited(sys.stdin.buffer, "standard input", settings), name or "stdin", settings)
    if not given:
        raise MissingInput("The path of a document is empty. Give the name of a file, or - for standard input.")
    path = Path(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputIsDirectory(f"{path} is a directory; one document was expected. Give a file in it.")
        if status.st_size > settings.max_bytes:
            raise _oversized(str(path), f"{status.st_size:,} bytes long", settings)
        with path.open("rb") as file:
            data = _limited(file, str(path), settings)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        if _ADDRESS.match(given):
            raise MissingInput(
                f"{given} is a web address; a file was expected. Download the page first: curl -L -o page.html {given}"
            ) from None
        raise _missing(path) from None
    except OSError as error:
        raise UnreadableInput(
            f"{path} cannot be read: {error.strerror or error}. Check its permissions and the disk it is on."
        ) from None
    return read_bytes(data, name or str(path), settings)


def read_bytes(data: bytes, name: str, settings: AlignSettings, html: bool | None = None) -> Document:
    """The document in `data`; `html` None looks at the name's ending and at the first bytes.

    Raises:
        EmptyInput, BlankInput, BinaryInput, UndecodableInput, OversizedInput: as `read_document`.
    """
    if not data:
        raise EmptyInput(f"{name} is empty (0 bytes). Check that it was written or downloaded completely.")
    if html is None:
        html = name.lower().endswith(_HTML_NAMES) or bool(_HTML_START.match(data[:4096].lstrip(b"\xef\xbb\xbf")))
    _refuse_long(data, name, settings, html)
    text = decode(data, name, settings.encoding, html=html)
    if not html:
        return read_text(text, name, settings)
    from align.read.html import page_blocks  # its parser takes longer to import than most documents to read

    text, found = page_blocks(text, settings.presplit)
    return _document(name, text, found, settings, "The page holds no text outside its scripts, menus and markup")


def read_text(text: str, name: str, settings: AlignSettings) -> Document:
    """The document in a string: line ends become `\\n`, a byte order mark is dropped, all else stays as it is.

    Raises:
        BlankInput: nothing in it is visible.
        OversizedInput: a paragraph is longer than `settings.max_line`.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _document(name, text, paragraphs(text, settings.presplit), settings, "It holds white space only")


def _document(name: str, text: str, found: tuple[Paragraph, ...], settings: AlignSettings, blank: str) -> Document:
    if not found:
        raise BlankInput(f"{name} holds no text. {blank}; give a document with sentences in it.")
    for paragraph in found:
        length = paragraph.end - paragraph.start
        if length > settings.max_line:
            line = text.count("\n", 0, paragraph.start) + 1
            raise _overlong(name, line, f"is {length:,} characters long", settings)
    return Document(name, text, found)


def _refuse_long(data: bytes, name: str, settings: AlignSettings, html: bool) -> None:
    """Refuse a line, or the text between two tags, that is too long in any encoding.

    A character takes four bytes at most. Decoding such a text and looking for its paragraphs would take many times
    its memory, only to find the same.
    """
    longest = 4 * settings.max_line
    at = 0
    while len(data) - at > longest:
        marks = (data.rfind(mark, at, at + longest + 1) for mark in ((b"<",) if html else (b"\n", b"\r")))
        if (end := max(marks)) >= at:
            at = end + 1
            continue
        stop = data.find(b"<", at) % (len(data) + 1) if html else at + longest + 1
        text = data.find(b">", at, stop) + 1 if html else at  # a tag may hold a whole picture, a script anything
        if not _SCRIPT.match(data, at) and stop - max(text, at) > longest:
            refuse_magic(data, name)
            refuse_controls(data[: 1 << 20], name)
            line = data.count(b"\n", 0, at) + 1
            raise _overlong(name, line, f"takes more than {longest:,} bytes", settings)
        at = stop


def _overlong(name: str, line: int, how_long: str, settings: AlignSettings) -> OversizedInput:
    return OversizedInput(
        f"{name}: the paragraph at line {line:,} {how_long}, more than the limit of {settings.max_line:,} characters "
        "(max_line). Break it into lines, or raise the limit."
    )


def _limited(file: BinaryIO, name: str, settings: AlignSettings) -> bytes:
    """All of a stream; pipes and devices tell their length only as they are read."""
    data = file.read(settings.max_bytes + 1)
    if len(data) > settings.max_bytes:
        raise _oversized(name, f"longer than {settings.max_bytes:,} bytes", settings)
    return data


def _oversized(name: str, how_long: str, settings: AlignSettings) -> OversizedInput:
    return OversizedInput(
        f"{name} is {how_long}; the limit is {settings.max_bytes:,} (max_bytes). Split it, or raise the limit."
    )


def _missing(path: Path) -> MissingInput | UnreadableInput:
    shown = str(path).replace("\0", "\\0")
    if "\0" not in str(path) and path.is_symlink():
        return UnreadableInput(f"{shown} is a link to {os.readlink(path)}, which does not exist. Mend the link.")
    folder = path.parent
    if "\0" in str(path) or not folder.is_dir():
        return MissingInput(f"There is no file {shown}: there is no folder {str(folder)!r} either. Check the path.")
    try:
        present = {entry.name.lower(): entry.name for entry in sorted(os.scandir(folder), key=lambda entry: entry.name)}
    except OSError:
        present = {}
    near = difflib.get_close_matches(path.name.lower(), list(present), n=1, cutoff=0.7)
    hint = f"Did you mean {folder / present[near[0]]}?" if near else "Check the path."
    return MissingInput(f"There is no file {shown}. {hint}")
