"""CSV for spreadsheets: UTF-8 with a byte order mark, quoted where needed, and nothing that Excel takes for a formula.

A text that begins with = + - or @, or their full-width forms, gets an apostrophe before it, which keeps it text; one
that has such an apostrophe already gets another, so that reading back takes off what was put on. Excel would make a
date of `1-2`, a number of `3,4` and a time of `10:26`: bead types and spans are written with a dash, and sentence
numbers and flags with spaces between them. Both forms are read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from align.records import AlignedPair
from align.write.cells import to_text
from align.write.layout import Layout
from align.write.metadata import Metadata
from align.write.opening import numbered_lines
from align.write.rows import malformed
from align.write.tsv import rows_of

_FORMULA = re.compile("'*[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_LISTS = ("src_ids", "tgt_ids", "flags")
_DASHED = {"type": "-", "src_span": ":", "tgt_span": ":"}
_DASH = "–"
_LONGEST = 1 << 24
"""Characters in a cell; the csv module's own limit is shorter than some paragraphs."""


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout, metadata: Metadata) -> None:
    """Write a header row, unless the layout has none, and a row per pair; rows end in CR LF, as the format has it."""
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    if layout.header:
        writer.writerow(layout.columns)
    cells = [(name, _cell(name)) for name in layout.columns]
    for pair in pairs:
        writer.writerow([cell(getattr(pair, name)) for name, cell in cells])
    text.detach()


def read(path: str, metadata: Metadata) -> Iterator[AlignedPair]:
    """The rows of a file, one at a time, with the columns and the header as for the TSV.

    Raises:
        MalformedAlignment: quotes that do not close, a header that makes no row, or a line that does not read.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    return rows_of(_records(path), path, "CSV")


def _records(path: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(max(_LONGEST, csv.field_size_limit()))
    records = csv.reader((f"{text}\n" for _, text in numbered_lines(path)), strict=True)
    readers: list[Callable[[str], str]] = []
    try:
        for cells in records:
            if not cells:
                continue
            if not readers:
                readers = [_reader(name) for name in cells]
            yield (
                records.line_num,
                [reader(cell) for reader, cell in zip(readers, cells, strict=False)] + cells[len(readers) :],
            )
    except csv.Error as error:
        raise malformed(path, f"line {records.line_num}", f"is no CSV: {error}") from None


def _cell(name: str) -> Callable[[Any], str]:
    plain = to_text(name)
    if name in ("doc", "src", "tgt"):
        return lambda value: _safe(plain(value))
    if name in _LISTS:
        return lambda value: _safe(plain(value).replace(",", " "))
    if name in _DASHED:
        return lambda value: plain(value).replace(_DASHED[name], _DASH)
    return plain


def _reader(name: str) -> Callable[[str], str]:
    """What takes off what `_cell` put on. A file without a header has names that are none: its cells are texts."""
    if name in _LISTS:
        return lambda cell: ",".join(_bare(cell).replace(",", " ").split())
    if name in _DASHED:
        return lambda cell: cell.replace(_DASH, _DASHED[name])
    return _bare


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
