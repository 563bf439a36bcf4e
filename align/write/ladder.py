"""The ladder: sentence numbers alone, as `[0, 1]:[0]:0.9730`, the form of the field's gold data and scorers.

It holds one document, and no text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from align.ladder import ladder_line, read_ladder
from align.records import AlignedPair, Bead
from align.write.layout import Layout, rounded
from align.write.metadata import Metadata
from align.write.order import one_document
from align.write.rows import RowBuilder


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout, metadata: Metadata) -> None:
    """Write a line per pair, the confidence in its third field; the layout's columns and header have no part in it.

    Raises:
        OutputError: the pairs are of several documents.
    """
    for pair in one_document(pairs, "ladder"):
        bead = Bead(pair.src_ids, pair.tgt_ids, rounded(pair.confidence))
        stream.write((ladder_line(bead) + "\n").encode())


def read(path: str, metadata: Metadata) -> Iterator[AlignedPair]:
    """Rows without text; errors and the third field as for `align.ladder.read_ladder`."""
    builder = RowBuilder()
    for bead in read_ladder(path):
        yield builder.build({"src_ids": bead.src, "tgt_ids": bead.tgt, "confidence": bead.confidence})
