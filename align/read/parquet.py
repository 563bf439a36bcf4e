"""Parquet files: one column of text, read by batches; `translation.en` is a field of a column that has fields."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from align.errors import MalformedInput
from align.read.formats import library
from align.read.table import choose_column, column
from align.records import Document
from align.settings import AlignSettings

_BATCH = 1_000
_SAMPLE = 200


def read(data: bytes, name: str, settings: AlignSettings, part: str | None) -> Document:
    """The column `part` of a Parquet file. Its provenance is the row.

    Raises:
        MissingExtra: pyarrow is not installed.
        MissingPart: there is no such column of text, or several and none was named.
        MalformedInput, BlankInput, OversizedInput: see `align.read.read_document`.
    """
    parquet = library("pyarrow.parquet", "pyarrow", "Parquet files")
    errors = library("pyarrow", "pyarrow", "Parquet files").ArrowException
    try:
        file = parquet.ParquetFile(BytesIO(data))
        columns = list(_text_columns(file.schema_arrow))
        samples = {key: [] for key in columns}
        if part is None:
            samples = {key: [text for _, text in _cells(file, key, _SAMPLE)] for key in columns}
        key = choose_column(part, samples, name, "column")
        return column(_cells(file, key), name, settings)
    except (errors, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise MalformedInput(f"{name} is damaged or cut short: a Parquet file that does not read ({reason}).") from None


def _text_columns(fields: Any, prefix: str = "") -> Iterator[str]:
    """The names of the columns that hold text, those inside others with a dot."""
    from pyarrow import types

    for field in fields:
        if types.is_string(field.type) or types.is_large_string(field.type) or _is_word_list(field.type):
            yield prefix + field.name
        elif types.is_struct(field.type):
            yield from _text_columns(field.type, f"{prefix}{field.name}.")


def _is_word_list(type: Any) -> bool:
    """Texts that repeat are stored as numbers in a list of them."""
    from pyarrow import types

    return types.is_dictionary(type) and types.is_string(type.value_type)


def _cells(file: Any, key: str, most: int | None = None) -> Iterator[tuple[str, str]]:
    row = 0
    for batch in file.iter_batches(batch_size=min(_BATCH, most or _BATCH), columns=[key]):
        for record in batch.to_pylist():
            row += 1
            value: Any = record
            for step in [key] if key in record else key.split("."):
                value = value.get(step) if isinstance(value, dict) else None
            if isinstance(value, str):
                yield f"row {row}", value
            if most is not None and row >= most:
                return
