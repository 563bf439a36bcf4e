"""Writing: aligned pairs become a file. One module per format, found by name or by the file's suffix."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import PurePath
from typing import BinaryIO, Protocol

from align.errors import SettingsError
from align.records import AlignedPair
from align.write.layout import COLUMNS, Layout
from align.write.staging import check_writable, outputs, refuse_inputs, staged

__all__ = [
    "COLUMNS",
    "FORMATS",
    "Format",
    "Layout",
    "check_writable",
    "format_named",
    "format_of",
    "layout_for",
    "outputs",
    "refuse_inputs",
    "staged",
    "write_pairs",
]


class Format(Protocol):
    """What a module of this package offers to be a format."""

    FIXED: bool
    """Whether columns and header are the format's own, so that neither can be chosen."""

    def write(self, pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout) -> None:
        """Write the pairs to a binary stream, holding one at a time."""


FORMATS: dict[str, str] = {
    "tsv": "align.write.tsv",
    "jsonl": "align.write.jsonl",
    "ladder": "align.write.ladder",
}
"""Name of each format, which is also its file suffix, to the module that writes it."""


def format_named(name: str) -> Format:
    """The module that writes the format.

    Raises:
        SettingsError: there is no such format.
    """
    if name not in FORMATS:
        near = difflib.get_close_matches(name, FORMATS, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise SettingsError(f"'{name}' is no output format; it must be one of {', '.join(FORMATS)}.{hint}")
    return import_module(FORMATS[name])  # type: ignore[return-value]


def format_of(path: str | PurePath) -> str:
    """Name of the format that a path's suffix asks for; `tsv` where it asks for none."""
    suffix = PurePath(path).suffix.lstrip(".").lower()
    return suffix if suffix in FORMATS else "tsv"


def layout_for(
    format: str = "tsv", columns: Sequence[str] | None = None, header: bool = True, pairs_only: bool = False
) -> Layout:
    """The layout asked for, checked against the format.

    Raises:
        SettingsError: no such format or column, a column named twice, or columns for a format that has its own.
    """
    fixed = format_named(format).FIXED
    if columns is not None and fixed:
        raise SettingsError(f"The {format} format has no columns to choose; leave columns out or write tsv or jsonl.")
    return Layout(COLUMNS if columns is None else tuple(columns), header, pairs_only)


def write_pairs(pairs: Iterable[AlignedPair], stream: BinaryIO, format: str = "tsv", layout: Layout = Layout()) -> None:
    """Write pairs in a format to a binary stream; null rows are left out where the layout says so."""
    kept = (pair for pair in pairs if not (layout.pairs_only and pair.is_null))
    format_named(format).write(kept, stream, layout)
