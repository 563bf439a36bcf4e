"""Parquet, with the types kept: sentence numbers and flags are lists, a span is a list of two or null.

The schema's metadata has the languages and the signature under the key `taiyaku`, as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from align.errors import InputIsDirectory, MissingExtra, UnreadableInput
from align.records import AlignedPair
from align.write.jsonl import plain, typed
from align.write.layout import Layout
from align.write.metadata import Metadata, metadata_from
from align.write.rows import RowBuilder, enough, malformed

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_KEY = b"taiyaku"
_BATCH = 10_000
"""Rows in memory, and in a row group."""


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout, metadata: Metadata) -> None:
    """Write the layout's columns, a batch of rows at a time.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    pa, parquet = _pyarrow()
    kinds = {
        "doc": pa.string(),
        "bead": pa.int64(),
        "type": pa.string(),
        "src_ids": pa.list_(pa.int64()),
        "tgt_ids": pa.list_(pa.int64()),
        "confidence": pa.float64(),
        "similarity": pa.float64(),
        "flags": pa.list_(pa.string()),
        "src": pa.string(),
        "tgt": pa.string(),
        "src_span": pa.list_(pa.int64()),
        "tgt_span": pa.list_(pa.int64()),
    }
    about = json.dumps(metadata.to_dict(), ensure_ascii=False).encode()
    schema = pa.schema([(name, kinds[name]) for name in layout.columns], {_KEY: about})
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        rows = iter(pairs)
        while batch := list(islice(rows, _BATCH)):
            columns = [pa.array([plain(getattr(pair, name)) for pair in batch], kinds[name]) for name in layout.columns]
            writer.write_batch(pa.record_batch(columns, schema=schema))


def read(path: str, metadata: Metadata) -> Iterator[AlignedPair]:
    """The rows of a file, a batch at a time; its columns as for JSON lines.

    Raises:
        MalformedAlignment: no Parquet, columns that make no row, or a value that is none; names file and row.
        InputIsDirectory, UnreadableInput: no file to read at `path`.
        MissingExtra: pyarrow is not installed.
    """
    builder = RowBuilder()
    number = 0
    with _opened(path) as file:
        names = file.schema_arrow.names
        if not enough(names):
            problem = f"its columns are {', '.join(names)}; expected src and tgt, or src_ids and tgt_ids, among them"
            raise malformed(path, "schema", problem)
        for batch in file.iter_batches(_BATCH):
            for row in batch.to_pylist():
                number += 1
                try:
                    yield builder.build(typed(row))
                except ValueError as error:
                    raise malformed(path, f"row {number}", str(error)) from None


def metadata_of(path: str) -> Metadata:
    """What the schema says; errors as for `read`."""
    with _opened(path) as file:
        return metadata_from(json.loads((file.schema_arrow.metadata or {}).get(_KEY, b"null")))


@contextmanager
def _opened(path: str) -> Iterator[ParquetFile]:
    pa, parquet = _pyarrow()
    if path == "-":
        raise UnreadableInput("Parquet is read from its end and cannot come through a pipe; give a file.")
    try:
        with parquet.ParquetFile(path) as file:
            yield file
    except pa.ArrowException as error:
        problem = " ".join(str(error).split())
        raise malformed(path, "as a whole", f"is no sound Parquet file: {problem.rstrip('.')}") from None
    except IsADirectoryError:
        raise InputIsDirectory(f"{path} is a directory; expected a Parquet file.") from None
    except OSError as error:
        raise UnreadableInput(f"{path} could not be read: {error.strerror or error}.") from None


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtra("Parquet needs pyarrow, which is not installed: pip install 'taiyaku[formats]'.") from None
    return pyarrow, pyarrow.parquet
