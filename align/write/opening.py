"""Files of rows, opened to be read as a stream; `-` is standard input, and what gzip packed is unpacked."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import BinaryIO

from align.errors import InputIsDirectory, MissingInput, UnreadableInput
from align.write.cells import quoted
from align.write.rows import malformed

_LONGEST = 1 << 26
"""Bytes in a line, beyond which a file holds no rows but something else."""


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked where its name ends in `.gz`.

    Raises:
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    try:
        file = nullcontext(sys.stdin.buffer) if path == "-" else open(path, "rb")  # noqa: SIM115
    except (FileNotFoundError, NotADirectoryError):
        raise MissingInput(f"{path}: no such file; expected aligned rows.") from None
    except OSError as error:
        if os.path.isdir(path):
            raise InputIsDirectory(f"{path} is a directory; expected a file with aligned rows.") from None
        raise UnreadableInput(f"{path} could not be read: {error.strerror}.") from error
    with file as stream:
        if not path.endswith(".gz"):
            yield stream
            return
        with gzip.GzipFile(fileobj=stream) as unpacked:
            try:
                yield unpacked  # type: ignore[misc]
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise malformed(path, "as a whole", f"does not unpack: {error}") from None


def numbered_lines(path: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers from 1, without line ends: UTF-8, or UTF-16 with a byte order mark.

    Only `\\n` and `\\r\\n` end a line, for text may hold the other characters that do so elsewhere.

    Raises:
        MalformedAlignment: bytes that are not UTF-8, or a line that has no end.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    with opened(path) as stream:
        buffered = stream if hasattr(stream, "peek") else io.BufferedReader(stream)  # type: ignore[arg-type]
        if buffered.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            text = io.TextIOWrapper(buffered, "utf-16", errors="replace", newline="\n")
            yield from ((number, line.rstrip("\r\n")) for number, line in enumerate(text, 1))
            return
        for number, line in enumerate(iter(lambda: buffered.readline(_LONGEST), b""), 1):
            if len(line) == _LONGEST:
                raise malformed(path, f"line {number}", f"longer than {_LONGEST:,} bytes; expected aligned rows")
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            try:
                content = line.decode()
            except UnicodeDecodeError as error:
                start = quoted(line[: error.start].decode())
                problem = f"byte {error.start} is not UTF-8, after {start}; save the file as UTF-8"
                raise malformed(path, f"line {number}", problem) from None
            yield number, content.removesuffix("\n").removesuffix("\r")
