"""Tables (TSV, CSV, JSON lines, JSON): one column of them, a paragraph a cell, or more where a cell holds several.

A column goes by its name in the first row, or by its number from 1 in files without such a row. In JSON it is a
field of each object; `translation.en` is the field `en` of the field `translation`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from align.errors import MalformedInput
from align.languages import LANGUAGES
from align.read.blocks import Block, document
from align.read.decode import decode
from align.read.limits import refuse_long
from align.read.paragraphs import paragraphs
from align.read.parts import choose
from align.records import Document
from align.settings import AlignSettings

_SAMPLE = 200  # rows that tell what a column holds
_NAMES = frozenset(
    "text sentence segment source target src tgt src_text tgt_text id doc document title content body url line score "
    "original translation".split()
)
_NAME = re.compile(r"[A-Za-z_][\w.:/ -]{0,39}")
_PROSE = re.compile("[^\\W\\d_][^\\w\\s]{0,3}\\s+[^\\w\\s]{0,3}[^\\W\\d_]|[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2}")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def read_tsv(data: bytes, name: str, settings: AlignSettings, part: str | None) -> Document:
    """The column `part` of tab-separated text. Its provenance is the row.

    Quotation marks are text, as in files of sentences, unless every cell that begins with one is quoted as
    spreadsheets do it.

    Raises:
        MissingPart: there is no such column, or several with text and none was named.
        BlankInput, BinaryInput, UndecodableInput, OversizedInput: see `align.read.read_document`.
    """
    text = _text(data, name, settings)
    rows = [line.split("\t") for line in text.split("\n")]
    if rows[-1] == [""]:
        rows.pop()
    opened = [cell for row in rows for cell in row if cell.startswith('"')]
    if any('""' in cell[1:-1] for cell in opened) and all(map(_QUOTED.fullmatch, opened)):
        rows = [[_unquoted(cell) for cell in row] for row in rows]
    return _of_rows(rows, name, settings, part)


def read_csv(data: bytes, name: str, settings: AlignSettings, part: str | None) -> Document:
    """The column `part` of a CSV file with commas, semicolons or tabs. Its provenance is the row.

    Raises:
        MissingPart: there is no such column, or several with text and none was named.
        MalformedInput: a quotation does not end; the message has the line.
        BlankInput, BinaryInput, UndecodableInput, OversizedInput: see `align.read.read_document`.
    """
    text = _text(data, name, settings)
    first = re.sub(r'"[^"]*"', "", text[: text.find("\n") % (len(text) + 1)])
    parted = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    limit = csv.field_size_limit(max(1 << 17, len(text)))
    try:
        rows = list(parted)
    except csv.Error as error:
        raise MalformedInput(f"{name} does not read as CSV at line {parted.line_num:,}: {error}. Mend it.") from None
    finally:
        csv.field_size_limit(limit)
    return _of_rows(rows, name, settings, part)


def read_jsonl(data: bytes, name: str, settings: AlignSettings, part: str | None) -> Document:
    """The field `part` of the objects in a file of JSON lines. Its provenance is the line.

    Raises:
        MissingPart: there is no such field, or several with text and none was named.
        MalformedInput: a line is no JSON; the message has its number.
        BlankInput, BinaryInput, UndecodableInput, OversizedInput: see `align.read.read_document`.
    """
    records: list[tuple[str, Any]] = []
    for number, line in enumerate(_text(data, name, settings).split("\n"), 1):
        if line.strip():
            records.append((f"line {number}", _parsed(line, name, number)))
    return _of_records(records, name, settings, part)


def read_json(data: bytes, name: str, settings: AlignSettings, part: str | None) -> Document:
    """The field `part` of the objects in a JSON list, or of the one object of a file. Its provenance is the number.

    Raises:
        MissingPart, MalformedInput: as `read_jsonl`.
        BlankInput, BinaryInput, UndecodableInput, OversizedInput: see `align.read.read_document`.
    """
    found = _parsed(decode(data, name, settings.encoding), name, None)
    listed = found if isinstance(found, list) else [found]
    return _of_records([(f"item {n}", item) for n, item in enumerate(listed, 1)], name, settings, part)


def column(
    cells: Iterable[tuple[str, str]], name: str, settings: AlignSettings, *, what: str = "The column holds no text"
) -> Document:
    """The document in the cells of a column, each with its place."""
    parted_by = "\n" if settings.presplit else "\n\n"
    return document(name, _blocks(cells, settings), settings, blank=what, parted_by=parted_by)


def choose_column(part: str | None, samples: Mapping[str, Sequence[str]], name: str, noun: str) -> str:
    """The column that is meant: `part`, one called `text`, or the only one whose sampled cells are prose.

    Raises:
        MissingPart: there is none of that name, or several to choose from.
    """
    if part is not None:
        return choose(part, list(samples), name, noun)
    if "text" in samples:
        return "text"
    prose = [key for key, cells in samples.items() if _is_prose(cells)]
    return choose(None, prose or list(samples), name, noun)


def _text(data: bytes, name: str, settings: AlignSettings) -> str:
    refuse_long(data, name, settings, html=False)
    return decode(data, name, settings.encoding).replace("\r\n", "\n").replace("\r", "\n")


def _blocks(cells: Iterable[tuple[str, str]], settings: AlignSettings) -> Iterator[Block]:
    for place, cell in cells:
        if settings.presplit or "\n" not in cell:
            yield Block(cell, place=place)
        else:
            for found in paragraphs(cell):
                yield Block(cell[found.start : found.end], found.kind, place)


def _is_prose(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return sum(_PROSE.search(cell) is not None for cell in filled) * 2 > len(filled)


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def _of_rows(rows: list[list[str]], name: str, settings: AlignSettings, part: str | None) -> Document:
    """A column of a grid whose first row may hold the names of the columns."""
    heads = [cell.strip() for cell in rows[0]] if rows else []
    has_heads = part in heads or (not (part or "").isdecimal() and _are_names(heads))
    width = max(map(len, rows[:_SAMPLE]), default=0)
    keys = heads if has_heads else [str(number + 1) for number in range(width)]
    body = list(enumerate(rows, 1))[1:] if has_heads else list(enumerate(rows, 1))
    samples = {key: [row[at] for _, row in body[:_SAMPLE] if at < len(row)] for at, key in enumerate(keys)}
    at = keys.index(choose_column(part, samples, name, "column"))
    return column(((f"row {number}", row[at]) for number, row in body if at < len(row)), name, settings)


def _are_names(heads: Sequence[str]) -> bool:
    """Whether the cells of a first row are names of columns and not a row of text."""
    known = any(head.lower() in _NAMES or head.lower().split("-")[0] in LANGUAGES for head in heads)
    return known and len(set(heads)) == len(heads) and all(map(_NAME.fullmatch, heads))


def _parsed(text: str, name: str, line: int | None) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        at = f"line {line:,}" if line else f"line {getattr(error, 'lineno', 1):,}"
        reason = getattr(error, "msg", str(error))
        raise MalformedInput(f"{name} is no JSON at {at}: {reason}. Mend it, or make it again.") from None


def _of_records(records: Sequence[tuple[str, Any]], name: str, settings: AlignSettings, part: str | None) -> Document:
    samples: dict[str, list[str]] = {}
    for _, record in records if part is not None else records[:_SAMPLE]:
        for key, text in _fields(record):
            known = samples.setdefault(key, [])
            if len(known) < _SAMPLE:
                known.append(text)
    key = choose_column(part, samples, name, "field")
    cells = ((place, text) for place, record in records for found, text in _fields(record) if found == key)
    return column(cells, name, settings, what="The field holds no text")


def _fields(record: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The fields of a record that hold text, or a list of texts, by their names; a bare string is the field `text`."""
    if isinstance(record, str):
        yield prefix or "text", record
    elif isinstance(record, dict):
        for key, value in record.items():
            yield from _fields(value, f"{prefix}.{key}" if prefix else key)
    elif isinstance(record, list) and prefix:
        for value in record:
            if isinstance(value, str):
                yield prefix, value
