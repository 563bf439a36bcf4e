"""A long side encoded block by block, its vectors in files instead of memory.

A sentence of `use` with its tokens takes some 60 kB, what the lattice makes of its spans some 15 more, and a book of
ten thousand three quarters of a gigabyte. Only what is looked at is read back, and the system drops it again when it
wants the memory for something else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO

import numpy as np
from numpy.typing import NDArray

from align.encode.protocol import Encoder, TokenVectors, Vectors
from align.errors import OutputError

LONG = 4000
"""Sentences of a side from which its vectors go to files."""

_BLOCK = 2048  # sentences encoded at a time


def encode_side(
    encoder: Encoder,
    sentences: Sequence[str],
    longest: int,
    joiner: str,
    tell: Callable[[float], None] | None = None,
    block: int = _BLOCK,
) -> Vectors:
    """What `encoder.encode` gives, of a side of any length; `tell` is called with the share done, 0 to 1.

    The arrays of a long side are mapped from files in the system's folder for temporary files (the variable TMPDIR
    names another). The files have no name and vanish with the arrays. Only an encoder can work by the block whose
    vector of a span depends on the span's own sentences alone; it says so by an attribute `local` that is true.

    Raises:
        OutputError: no room in the folder for temporary files.
    """
    if len(sentences) <= LONG or not getattr(encoder, "local", False):
        vectors = encoder.encode(sentences, longest, joiner)
    else:
        vectors = _by_blocks(encoder, sentences, longest, joiner, tell or _silent, block)
    if tell is not None:
        tell(1.0)
    return vectors


def span_rows(rows: Callable[[int, int], NDArray[np.float32]], shape: tuple[int, int, int]) -> NDArray[np.float32]:
    """Vectors of spans of the `shape` (longest, n, dim), made by the block where a side is long, and mapped from a file
    as those are that `encode_side` gives. `rows` makes those of the spans that end at the sentences first to end - 1,
    (longest, end - first, dim).

    Raises:
        OutputError: no room in the folder for temporary files.
    """
    n = shape[1]
    if n <= LONG:
        return rows(0, n)
    with _files(n, 1) as (file,):
        for first in range(0, n, _BLOCK):
            _write_spans(file, rows(first, min(first + _BLOCK, n)), n, first)
        return _mapped(file, shape)


def _by_blocks(
    encoder: Encoder, sentences: Sequence[str], longest: int, joiner: str, tell: Callable[[float], None], block: int
) -> Vectors:
    n, characters, dim, token_dim = len(sentences), 0, 0, 0
    counts: list[NDArray[np.int64]] = []  # of tokens, per sentence
    with _files(n, 2) as (span_file, token_file):
        for first in range(0, n, block):
            context = max(0, first - longest + 1)  # the sentences that the first spans of this block begin with
            part = encoder.encode(sentences[context : first + block], longest, joiner)
            characters += part.characters
            dim = part.spans.shape[2]
            _write_spans(span_file, part.spans[:, first - context :], n, first)
            if part.tokens is not None:
                starts = part.tokens.starts[first - context :]
                token_dim = part.tokens.vectors.shape[1]
                _write(token_file, part.tokens.vectors[starts[0] :])
                counts.append(np.diff(starts))
            tell(min(first + block, n) / n)
        spans = _mapped(span_file, (longest, n, dim))
        if not counts:
            return Vectors(spans, characters, encoder=encoder.name)
        ends = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
        tokens = TokenVectors(_mapped(token_file, (int(ends[-1]), token_dim)), ends)
        return Vectors(spans, characters, tokens, encoder=encoder.name)


@contextmanager
def _files(n: int, count: int) -> Iterator[list[IO[bytes]]]:
    """So many files without names for the vectors of a side of n sentences."""
    try:
        with ExitStack() as stack:
            yield [stack.enter_context(tempfile.TemporaryFile()) for _ in range(count)]
    except OSError as error:
        raise OutputError(
            f"The vectors of a document of {n} sentences do not go into the folder for temporary files "
            f"{tempfile.gettempdir()} ({error.strerror}); name one with some {n * 75 // 1_000_000 + 1} GB to spare in "
            "the environment variable TMPDIR."
        ) from error


def _write_spans(file: IO[bytes], rows: NDArray[np.float32], n: int, first: int) -> None:
    """Write rows (longest, m, dim) of the spans that end at the sentences from `first` on, of n in all."""
    for k, row in enumerate(rows):
        _write(file, row, at=k * n + first)


def _write(file: IO[bytes], rows: NDArray[np.float32], at: int | None = None) -> None:
    """Write rows to a file, from row `at` on or where the last ended. Through the file and not its mapping, for there
    a full disk is an error that can be told."""
    rows = np.ascontiguousarray(rows, dtype=np.float32)
    if at is not None:
        file.seek(at * rows.shape[1] * rows.itemsize)
    file.write(rows.data)


def _mapped(file: IO[bytes], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The file as an array. What is written to the array stays in memory; the mapping outlives the open file."""
    file.flush()
    return np.asarray(np.memmap(file, np.float32, mode="c", shape=shape))


def _silent(done: float) -> None:
    pass
