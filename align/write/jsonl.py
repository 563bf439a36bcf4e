"""JSON lines: one object per bead, with the TSV's columns as keys, in their order.

Sentence numbers and flags are lists, spans are `[start, end]` or null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from align.records import AlignedPair
from align.write.layout import Layout, line, rounded

FIXED = False


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout) -> None:
    """Write an object per pair; JSON has no header row."""
    for pair in pairs:
        row = {name: _value(getattr(pair, name)) for name in layout.columns}
        stream.write((json.dumps(row, ensure_ascii=False) + "\n").encode())


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return line(value)
    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    return value
