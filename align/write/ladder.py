"""The ladder: sentence numbers alone, as `[0, 1]:[0]:0.9730`, the form of the field's gold data and scorers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from align.ladder import ladder_line
from align.records import AlignedPair, Bead
from align.write.layout import Layout, rounded

FIXED = True


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout) -> None:
    """Write a line per pair, the confidence in its third field; the layout's columns and header have no part in it."""
    for pair in pairs:
        bead = Bead(pair.src_ids, pair.tgt_ids, rounded(pair.confidence))
        stream.write((ladder_line(bead) + "\n").encode())
