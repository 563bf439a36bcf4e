"""PDF files: their text, line by line with its place on the page, put together again by `align.read.typeset`.

PDFium does the reading, since it knows the character collections of Japanese fonts, gives the place of every
character, which unwrapping lines takes, and is hardened against hostile files.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from ctypes import byref, c_double
from threading import Lock
from typing import Any

from align.errors import BlankInput, EncryptedInput, MalformedInput
from align.read.blocks import document
from align.read.formats import library
from align.read.typeset import Glyph, Ink, Line, line_of, unwrapped
from align.records import Document
from align.settings import AlignSettings

_HYPHENS = (0x02, 0xFFFE)  # how PDFium writes a hyphen at the end of a line, which it then joins with the next
_BREAKS = (0x0A, 0x0D)
_LOCK = Lock()  # PDFium is not made for threads


def read(data: bytes, name: str, settings: AlignSettings) -> Document:
    """The document in a PDF file's bytes. Its provenance is the page.

    Raises:
        MissingExtra: pypdfium2 is not installed.
        EncryptedInput: it asks for a password.
        MalformedInput: it is damaged.
        BlankInput: it holds no text, as a scan does.
        OversizedInput: a paragraph is longer than `settings.max_line`.
    """
    pdfium = library("pypdfium2", "pypdfium2", "PDF files")
    raw = library("pypdfium2.raw", "pypdfium2", "PDF files")
    with _LOCK:
        try:
            file = pdfium.PdfDocument(data)
            try:
                pages = [list(_lines(page, number, raw)) for number, page in enumerate(file, 1)]
            finally:
                file.close()
        except pdfium.PdfiumError as error:
            if "password" in str(error).lower() or "security" in str(error).lower():
                raise EncryptedInput(f"{name} asks for a password. Save a copy without one.") from None
            raise MalformedInput(
                f"{name} is damaged or cut short: a PDF file that does not open ({error}). Download or make it again."
            ) from None
    if not any(pages):
        raise BlankInput(
            f"{name} holds no text on its {len(pages):,} pages, only pictures, as a scan does. Recognise its text "
            "first, for example: ocrmypdf --language jpn in.pdf out.pdf"
        )
    return document(name, unwrapped(pages), settings, blank="Its pages hold running heads and numbers only")


def _lines(page: Any, number: int, raw: Any) -> Iterator[Line]:
    """The lines of a page, in the order of the file."""
    text = page.get_textpage()
    try:
        glyphs: list[Glyph] = []
        for at in range(text.count_chars()):
            code = raw.FPDFText_GetUnicode(text, at)
            if code in _BREAKS or code in _HYPHENS:
                if line := line_of(glyphs, number, is_hyphenated=code in _HYPHENS):
                    yield line
                glyphs = []
            elif code and not 0xD800 <= code < 0xE000 and code <= 0x10FFFF:
                glyphs.append(Glyph(chr(code), None if raw.FPDFText_IsGenerated(text, at) else _ink(text, at, raw)))
        if line := line_of(glyphs, number, is_hyphenated=False):
            yield line
    finally:
        text.close()
        page.close()


def _ink(text: Any, at: int, raw: Any) -> Ink | None:
    """Where a character stands; None where PDFium does not know, or the page shows none."""
    box, matrix, x, y = raw.FS_RECTF(), raw.FS_MATRIX(), c_double(), c_double()
    if not (
        raw.FPDFText_GetLooseCharBox(text, at, byref(box))
        and raw.FPDFText_GetMatrix(text, at, byref(matrix))
        and raw.FPDFText_GetCharOrigin(text, at, byref(x), byref(y))
    ):
        return None
    size = raw.FPDFText_GetFontSize(text, at) * math.hypot(matrix.c, matrix.d)
    return Ink(box.left, box.right, y.value, size) if size > 0 and box.right > box.left else None
