"""How long a file and a paragraph may be, and what is said of a longer one."""

from __future__ import annotations

import re
from typing import BinaryIO

from align.errors import OversizedInput
from align.read.binary import refuse_controls, refuse_magic
from align.records import Document
from align.settings import AlignSettings

_SCRIPT = re.compile(rb"(?:script|style|template|svg)\b", re.I)
_CHUNK = 1 << 20


def read_limited(stream: BinaryIO, name: str, settings: AlignSettings) -> bytes:
    """All of a stream; pipes, devices and packed members tell their length only as they are read.

    Raises:
        OversizedInput: it is longer than `settings.max_bytes`.
    """
    chunks, length = [], 0
    while chunk := stream.read(_CHUNK):
        length += len(chunk)
        if length > settings.max_bytes:
            raise oversized(name, f"longer than {settings.max_bytes:,} bytes", settings)
        chunks.append(chunk)
    return b"".join(chunks)


def oversized(name: str, how_long: str, settings: AlignSettings) -> OversizedInput:
    """The error of a file that is too long."""
    return OversizedInput(
        f"{name} is {how_long}; the limit is {settings.max_bytes:,}. Split it, or {raise_limit('max_bytes')}."
    )


def raise_limit(field: str) -> str:
    """What to do about a limit, a field of `AlignSettings`: on the command line, and in a program."""
    return f"raise the limit with --{field.replace('_', '-')} (AlignSettings.{field})"


def refuse_overlong(document: Document, settings: AlignSettings) -> Document:
    """The document as it is, unless one of its paragraphs is too long.

    Raises:
        OversizedInput: with the line of the text, as it was read, where that paragraph begins.
    """
    for paragraph in document.paragraphs:
        length = paragraph.end - paragraph.start
        if length > settings.max_line:
            line = document.text.count("\n", 0, paragraph.start) + 1
            raise _overlong(document.name, line, f"is {length:,} characters long", settings)
    return document


def refuse_long(data: bytes, name: str, settings: AlignSettings, html: bool) -> None:
    """Refuse a line, or the text between two tags, that is too long in any encoding.

    A character takes four bytes at most. Decoding such a text and looking for its paragraphs would take many times
    its memory, only to find the same.

    Raises:
        OversizedInput, BinaryInput: such a line, of text or of something else.
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
        f"{name}: the paragraph at line {line:,} {how_long}, more than the limit of {settings.max_line:,} "
        f"characters. Break it into lines, or {raise_limit('max_line')}."
    )
