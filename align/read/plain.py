"""Plain text: decoded, its line ends made one, its paragraphs found."""

from __future__ import annotations

from align.errors import BlankInput
from align.read.decode import decode
from align.read.limits import refuse_long, refuse_overlong
from align.read.paragraphs import paragraphs
from align.records import Document
from align.settings import AlignSettings


def read(data: bytes, name: str, settings: AlignSettings) -> Document:
    """The document in a text file's bytes.

    Raises:
        BlankInput, BinaryInput, UndecodableInput, OversizedInput: see `align.read.read_document`.
    """
    refuse_long(data, name, settings, html=False)
    return read_text(decode(data, name, settings.encoding), name, settings)


def read_text(text: str, name: str, settings: AlignSettings) -> Document:
    """The document in a string: line ends become `\\n`, a byte order mark is dropped, all else stays as it is.

    Raises:
        BlankInput: nothing in it is visible.
        OversizedInput: a paragraph is longer than `settings.max_line`.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found = paragraphs(text, settings.presplit)
    if not found:
        raise BlankInput(f"{name} holds no text. It holds white space only; give a document with sentences in it.")
    return refuse_overlong(Document(name, text, found), settings)
