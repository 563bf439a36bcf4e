"""Tab-separated values without quoting: one row per bead.

`pandas.read_csv(path, sep="\\t", quoting=csv.QUOTE_NONE, keep_default_na=False, dtype=str)` gives every field back
as written; without `dtype=str`, pandas turns columns that hold nothing but numbers into numbers.

Read back, a file may have any of the columns in any order, as long as they can be a row, and columns of other names,
which are passed over. Without a header row it has two columns, source and target, or all of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from align.records import AlignedPair
from align.write.cells import of_text, quoted, to_text
from align.write.layout import COLUMNS, Layout
from align.write.metadata import Metadata
from align.write.opening import numbered_lines
from align.write.rows import RowBuilder, enough, malformed

_LOGGER = logging.getLogger(__name__)
_PLAIN = ("src", "tgt")


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout, metadata: Metadata) -> None:
    """Write a header row, unless the layout has none, and a row per pair."""
    if layout.header:
        stream.write(("\t".join(layout.columns) + "\n").encode())
    cells = [(name, to_text(name)) for name in layout.columns]
    for pair in pairs:
        stream.write(("\t".join(cell(getattr(pair, name)) for name, cell in cells) + "\n").encode())


def read(path: str, metadata: Metadata) -> Iterator[AlignedPair]:
    """The rows of a file, one at a time.

    Raises:
        MalformedAlignment: a header that makes no row, or a line that does not read; names file and line.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    lines = ((number, text.split("\t")) for number, text in numbered_lines(path) if text)
    return rows_of(lines, path, "TSV")


def rows_of(lines: Iterable[tuple[int, Sequence[str]]], path: str, kind: str) -> Iterator[AlignedPair]:
    """Rows from lines already cut into cells, with their numbers; the first may be the header.

    Raises:
        MalformedAlignment: a header that makes no row, or a line that does not read.
    """
    names: Sequence[str] = ()
    readers: list[tuple[int, str, Callable[[str], Any]]] = []
    builder = RowBuilder()
    for number, cells in lines:
        if not names:
            names, is_header = _header(cells, path, number, kind)
            readers = [(at, name, of_text(name)) for at, name in enumerate(names) if name in COLUMNS]
            if is_header:
                continue
        if len(cells) != len(names):
            shown = quoted("\t".join(cells))
            raise malformed(
                path, f"line {number}", f"{shown} has {_counted(len(cells))} where {len(names)} were expected"
            )
        try:
            yield builder.build({name: reader(cells[at]) for at, name, reader in readers})
        except ValueError as error:
            raise malformed(path, f"line {number}", str(error)) from None


def _header(cells: Sequence[str], path: str, number: int, kind: str) -> tuple[Sequence[str], bool]:
    """The columns that the first line names, or that a file without a header has, and whether it is a header."""
    if enough(cells):
        twice = sorted({name for name in cells if cells.count(name) > 1})
        if twice:
            raise malformed(path, f"line {number}", f"the header names {', '.join(twice)} twice")
        strange = [quoted(name) for name in cells if name not in COLUMNS]
        if strange:
            _LOGGER.warning("%s: columns that no row has a place for are passed over: %s.", path, ", ".join(strange))
        return cells, True
    for plain in (_PLAIN, COLUMNS):
        if len(cells) == len(plain) and not set(cells) <= set(COLUMNS):
            return plain, False
    raise malformed(
        path,
        f"line {number}",
        f"{quoted(' '.join(cells))} is no header of a {kind} of aligned rows; expected the names src and tgt, or "
        f"src_ids and tgt_ids, among {', '.join(COLUMNS)}; or two columns without a header",
    )


def _counted(cells: int) -> str:
    return f"{cells} column{'' if cells == 1 else 's'}"
