"""JSON lines: one object per bead, with the TSV's columns as keys, in their order.

Sentence numbers and flags are lists, spans are `[start, end]` or null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from align.records import AlignedPair
from align.write.cells import of_value, quoted
from align.write.layout import COLUMNS, Layout, line, rounded
from align.write.metadata import Metadata
from align.write.opening import numbered_lines
from align.write.rows import RowBuilder, enough, malformed


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout, metadata: Metadata) -> None:
    """Write an object per pair; JSON has no header row."""
    for pair in pairs:
        row = {name: plain(getattr(pair, name)) for name in layout.columns}
        stream.write((json.dumps(row, ensure_ascii=False) + "\n").encode())


def read(path: str, metadata: Metadata) -> Iterator[AlignedPair]:
    """The rows of a file, one at a time; an object may leave keys out, and others than the columns are passed over.

    Raises:
        MalformedAlignment: a line that is no JSON object or no row; names file and line.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    builder = RowBuilder()
    for number, text in numbered_lines(path):
        if not text.strip():
            continue
        try:
            yield builder.build(typed(json.loads(text)))
        except json.JSONDecodeError as error:
            problem = f"{quoted(text)} is no JSON: {error.msg} at column {error.colno}"
            raise malformed(path, f"line {number}", problem) from None
        except RecursionError:
            raise malformed(path, f"line {number}", f"{quoted(text)} is nested too deeply for a row") from None
        except ValueError as error:
            raise malformed(path, f"line {number}", str(error)) from None


def typed(row: Any) -> dict[str, Any]:
    """The columns of a row that comes as a mapping of typed values.

    Raises:
        ValueError: it is no mapping, cannot be a row, or has a value of another type.
    """
    if not isinstance(row, dict) or not enough(row):
        raise ValueError(f"{quoted(repr(row))} is no row; expected src and tgt, or src_ids and tgt_ids, among its keys")
    return {name: of_value(name, row[name]) for name in COLUMNS if row.get(name) is not None}


def plain(value: Any) -> Any:
    """A value of a row as JSON has it: tuples are lists, text is one line, shares are rounded."""
    if isinstance(value, str):
        return line(value)
    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value
