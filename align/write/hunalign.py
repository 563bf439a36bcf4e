"""hunalign's ladder: rungs `source<TAB>target<TAB>score`, where a bead begins; it ends where the next one does.

A rung holds the numbers of the first sentences of its bead, from 0, and a score; the last rung holds the numbers of
sentences of the whole document. So beads stand in order and leave no sentence out: sentences between two rows come
out as beads with one side empty and score 0. Read, too, is the form with text (`hunalign -text`): a bead's sentences
with ` ~~~ ` between them.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import BinaryIO

from align.errors import OutputError
from align.records import AlignedPair
from align.write.cells import quoted
from align.write.layout import DECIMALS, Layout, rounded
from align.write.metadata import Metadata
from align.write.opening import numbered_lines
from align.write.order import one_document
from align.write.rows import RowBuilder, malformed
from align.write.sides import joined

_BETWEEN = " ~~~ "
_LOGGER = logging.getLogger(__name__)


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout, metadata: Metadata) -> None:
    """Write a rung per pair, its confidence as the score, and the last rung.

    Raises:
        OutputError: pairs of several documents, or out of order.
    """
    src = tgt = filled = 0
    for pair in one_document(pairs, "hunalign"):
        starts = [_start(ids, at) for ids, at in ((pair.src_ids, src), (pair.tgt_ids, tgt))]
        if None in starts:
            raise OutputError(
                f"Row {pair.bead} ({list(pair.src_ids)}:{list(pair.tgt_ids)}) is out of order, and the hunalign format "
                f"holds sentences in order only (next are {src} and {tgt}); the ladder format holds any."
            )
        filled += starts[0] - src + starts[1] - tgt
        for at in range(src, starts[0]):
            _put(stream, at, tgt, 0.0)
        for at in range(tgt, starts[1]):
            _put(stream, starts[0], at, 0.0)
        _put(stream, *starts, pair.confidence)
        src, tgt = starts[0] + len(pair.src_ids), starts[1] + len(pair.tgt_ids)
    _put(stream, src, tgt, 0.0)
    if filled:
        _LOGGER.warning("Sentences that stand in no row became rows with one side empty: %s.", f"{filled:,}")


def read(path: str, metadata: Metadata) -> Iterator[AlignedPair]:
    """The rows of a file, which is read as a whole; without text, where it is in numbers.

    The scores become confidences if all of them lie between 0 and 1; otherwise every row has confidence 1.

    Raises:
        MalformedAlignment: a line that is no rung, or goes back; names file and line.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    rungs = [(number, text.split("\t")) for number, text in numbered_lines(path) if text]
    scores = [_score(path, number, cells) for number, cells in rungs]
    usable = all(0.0 <= score <= 1.0 for score in scores)
    in_numbers = all(cell.isascii() and cell.isdigit() for _, cells in rungs for cell in cells[:2])
    rows = _numbered(rungs, path) if in_numbers else _texts(rungs, metadata)
    builder = RowBuilder()
    for row, score in zip(rows, scores, strict=False):  # the last rung has a score and begins no bead
        yield builder.build({**row, "confidence": score if usable else 1.0})


def _numbered(rungs: list[tuple[int, list[str]]], path: str) -> Iterator[dict[str, object]]:
    for (_, here), (number, there) in pairwise(rungs):
        src, tgt, next_src, next_tgt = map(int, (*here[:2], *there[:2]))
        if next_src < src or next_tgt < tgt or (next_src, next_tgt) == (src, tgt):
            raise malformed(path, f"line {number}", f"{next_src} and {next_tgt} do not come after {src} and {tgt}")
        yield {"src_ids": tuple(range(src, next_src)), "tgt_ids": tuple(range(tgt, next_tgt))}


def _texts(rungs: list[tuple[int, list[str]]], metadata: Metadata) -> Iterator[dict[str, object]]:
    codes = metadata.languages or ("", "")
    for _, cells in rungs:
        sides = [[text for text in cell.split(_BETWEEN) if text] for cell in cells[:2]]
        src, tgt = map(joined, sides, codes)
        yield {"src": src, "tgt": tgt, "type": f"{len(sides[0])}-{len(sides[1])}"}


def _start(ids: tuple[int, ...], at: int) -> int | None:
    """Where the bead begins on a side: at its first sentence, or where the side stands; None if it cannot."""
    if not ids:
        return at
    return ids[0] if ids[0] >= at and ids == tuple(range(ids[0], ids[0] + len(ids))) else None


def _score(path: str, number: int, cells: list[str]) -> float:
    try:
        if len(cells) == 3 and math.isfinite(score := float(cells[2])):
            return score
    except ValueError:
        pass
    shown = quoted("\t".join(cells))
    raise malformed(
        path, f"line {number}", f"{shown} is no rung; expected two sentence numbers or texts and a score, with tabs"
    )


def _put(stream: BinaryIO, src: int, tgt: int, score: float) -> None:
    stream.write(f"{src}\t{tgt}\t{rounded(score):.{DECIMALS}f}\n".encode())
