"""Bytes to a `Document`, by the reader of their format."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from align.errors import MissingPart, UnsafeInput
from align.read.formats import FORMATS, format_of, reader
from align.read.parts import MARK
from align.records import Document
from align.settings import AlignSettings


def read_data(
    data: bytes, name: str, settings: AlignSettings, part: str | None = None, format: str | None = None
) -> Document:
    """The document in `data`, or its part of that name; `format` None finds out which it is.

    Raises:
        AlignError: see `align.read.read_document`.
    """
    format = format or format_of(BytesIO(data), name, settings)
    read, known = reader(format), FORMATS[format]
    if known.is_archive:
        return read(BytesIO(data), name, settings, part, format)
    if part is not None and not known.part:
        raise MissingPart(f"{name} is {known.what}, which has no parts. Leave out {MARK}{part}.")
    try:
        if not known.part:
            return read(data, name, settings)
        document = read(data, name, settings, part)
    except RecursionError:
        raise UnsafeInput(f"{name} is nested deeper than any document is. Check where it comes from.") from None
    return document if part is None else replace(document, name=f"{name}{MARK}{part}")
