"""The Moses pair of files: `out.en` and `out.ja`, a row per line, the same line number on both sides.

The format has no empty lines (tools that train on it stop there), so rows with one side empty are left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from glob import escape, glob
from itertools import zip_longest
from typing import BinaryIO

from align.errors import MissingInput, SettingsError
from align.languages import LANGUAGES
from align.records import AlignedPair
from align.write.layout import Layout, line
from align.write.metadata import Metadata, sidecar_metadata
from align.write.opening import numbered_lines
from align.write.rows import RowBuilder, malformed

_SUFFIX = ".moses"


def write(pairs: Iterable[AlignedPair], outputs: tuple[BinaryIO, BinaryIO], layout: Layout, metadata: Metadata) -> None:
    """Write a line per pair to the stream of either side."""
    for pair in pairs:
        for stream, text in zip(outputs, (pair.src, pair.tgt), strict=True):
            stream.write(f"{line(text)}\n".encode())


def read(path: str, metadata: Metadata) -> Iterator[AlignedPair]:
    """The rows of both files, one at a time. `path` is what their names begin with, or one of the two files.

    Raises:
        SettingsError: the languages are not known, and not told by the names of the files there are.
        MalformedAlignment: the files have different numbers of lines.
        MissingInput, InputIsDirectory, UnreadableInput: one of the files is not there.
    """
    languages = metadata.languages or metadata_of(path).languages
    stem = _stem(path)
    if languages is None:
        raise SettingsError(
            f"{stem}: which files with names that begin so are source and target? Give --src-lang and --tgt-lang."
        )
    sides = [f"{stem}.{code}" for code in languages]
    for side in sides:
        if not os.path.exists(side):
            raise MissingInput(f"{side}: no such file; expected one side of a Moses pair.")
    builder = RowBuilder()
    for src, tgt in zip_longest(*map(numbered_lines, sides)):
        if src is None or tgt is None:
            short, number = (sides[0], tgt[0]) if src is None else (sides[1], src[0])
            raise malformed(short, f"line {number}", f"is missing; {sides[0]} and {sides[1]} must be equally long")
        yield builder.build({"src": src[1], "tgt": tgt[1]})


def metadata_of(path: str) -> Metadata:
    """The languages from the sidecar, else from the names of the files, in their order, if there are just two."""
    stem = _stem(path)
    found = sidecar_metadata(stem + _SUFFIX)
    if found.languages:
        return found
    codes = sorted(name[len(stem) + 1 :] for name in glob(f"{escape(stem)}.*"))
    codes = [code for code in codes if code.split("-")[0] in LANGUAGES]
    return Metadata((codes[0], codes[1])) if len(codes) == 2 else Metadata()


def _stem(path: str) -> str:
    """`corpus` of `corpus`, `corpus.moses` and of `corpus.en`, where that is a file."""
    if path.endswith(_SUFFIX):
        return path.removesuffix(_SUFFIX)
    return os.path.splitext(path)[0] if os.path.isfile(path) else path
