"""Tab-separated values without quoting: one row per bead.

`pandas.read_csv(path, sep="\\t", quoting=csv.QUOTE_NONE, keep_default_na=False, dtype=str)` gives every field back
as written; without `dtype=str`, pandas turns columns that hold nothing but numbers into numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

from align.records import AlignedPair
from align.write.layout import DECIMALS, Layout, line, rounded

FIXED = False


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout) -> None:
    """Write a header row, unless the layout has none, and a row per pair."""
    if layout.header:
        stream.write(("\t".join(layout.columns) + "\n").encode())
    cells = [(name, _CELLS.get(name, _text)) for name in layout.columns]
    for pair in pairs:
        stream.write(("\t".join(cell(getattr(pair, name)) for name, cell in cells) + "\n").encode())


def _text(value: Any) -> str:
    return line(str(value))


def _numbers(values: Iterable[int]) -> str:
    return ",".join(map(str, values))


def _words(values: Iterable[str]) -> str:
    return ",".join(map(line, values))


def _share(value: float) -> str:
    return f"{rounded(value):.{DECIMALS}f}"


def _span(value: tuple[int, int] | None) -> str:
    return f"{value[0]}:{value[1]}" if value else ""


_CELLS: dict[str, Callable[[Any], str]] = {
    "src_ids": _numbers,
    "tgt_ids": _numbers,
    "confidence": _share,
    "similarity": _share,
    "flags": _words,
    "src_span": _span,
    "tgt_span": _span,
}
