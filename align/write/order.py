"""Checks for formats that hold one document, or rows in one order, and no name to tell which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from align.errors import OutputError
from align.records import AlignedPair


def one_document(pairs: Iterable[AlignedPair], format: str) -> Iterator[AlignedPair]:
    """The pairs, as long as all are of one document: sentence numbers of two would run into each other.

    Raises:
        OutputError: a second document.
    """
    doc = None
    for pair in pairs:
        if doc is None:
            doc = pair.doc
        if pair.doc != doc:
            raise OutputError(
                f"The rows are of several documents ('{doc}', '{pair.doc}'), and the {format} format holds sentence "
                "numbers of one; write each document to a file of its own."
            )
        yield pair
