"""Rows read back: the columns that a file has become an `AlignedPair`, and what it lacks is filled in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from align.errors import MalformedAlignment
from align.records import AlignedPair


@dataclass(slots=True)
class RowBuilder:
    """Makes rows of whatever columns there are, one after another; it counts along, so a file needs its own.

    A column that is missing gets what a file without it means: `doc` the empty name; `bead` the row's number in its
    document; `src_ids` and `tgt_ids` the next sentence numbers, as many as `type` says, or one for a side with text;
    `confidence` 1, `similarity` 0; no flag, no text, no span.
    """

    _beads: dict[str, int] = field(default_factory=dict)
    _sentences: dict[tuple[str, str], int] = field(default_factory=dict)

    def build(self, fields: dict[str, Any]) -> AlignedPair:
        """The row of these columns, whose values are those of `AlignedPair`.

        Raises:
            ValueError: the type contradicts the sentence numbers.
        """
        doc, src, tgt = fields.get("doc", ""), fields.get("src", ""), fields.get("tgt", "")
        type = fields.get("type")
        n_src, n_tgt = map(int, type.split("-")) if type is not None else (bool(src), bool(tgt))
        src_ids = fields["src_ids"] if "src_ids" in fields else self._next(doc, "src", n_src)
        tgt_ids = fields["tgt_ids"] if "tgt_ids" in fields else self._next(doc, "tgt", n_tgt)
        found = f"{len(src_ids)}-{len(tgt_ids)}"
        if type is not None and type != found:
            raise ValueError(f"type is {type}, but the sentence numbers make it {found}")
        bead = self._beads.get(doc, 0)
        self._beads[doc] = bead + 1
        return AlignedPair(
            doc=doc,
            bead=fields.get("bead", bead),
            type=found,
            src_ids=src_ids,
            tgt_ids=tgt_ids,
            confidence=fields.get("confidence", 1.0),
            similarity=fields.get("similarity", 0.0),
            flags=fields.get("flags", ()),
            src=src,
            tgt=tgt,
            src_span=fields.get("src_span"),
            tgt_span=fields.get("tgt_span"),
        )

    def _next(self, doc: str, side: str, count: int) -> tuple[int, ...]:
        start = self._sentences.get((doc, side), 0)
        self._sentences[doc, side] = start + count
        return tuple(range(start, start + count))


def enough(columns: Iterable[str]) -> bool:
    """Whether these columns can be a row: they have both texts, or the sentence numbers of both sides."""
    columns = set(columns)
    return {"src", "tgt"} <= columns or {"src_ids", "tgt_ids"} <= columns


def malformed(path: str, place: str, problem: str) -> MalformedAlignment:
    """The error of a place in a file: `line 3`, `row 17`, `unit 4`."""
    return MalformedAlignment(f"{path}, {place}: {problem}.")
