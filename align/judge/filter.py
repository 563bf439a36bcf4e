"""Keeping and dropping rows by conditions, with a count of every reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from typing import Any

from align.errors import SettingsError
from align.judge.expression import Clause, Row, clauses
from align.judge.flags import FLAGS, FROM_ELSEWHERE
from align.judge.judge import judge
from align.records import AlignedPair

CHUNK = 10_000
"""Rows of one document that are judged together at most; a corpus without document names is one document."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition that decides over rows: `--keep` with what rows must meet, or `--drop` with what they must not."""

    option: str
    clause: Clause

    def speaks_against(self, row: Row) -> bool:
        """Whether the row is to be left out for this reason."""
        return self.clause.holds(row) == (self.option == "--drop")


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on rows. A row is kept if every `keep` is true of it and no `drop` is.

    The parts that `and` joins in `keep`, and `or` in `drop`, are reasons of their own.
    """

    reasons: tuple[Reason, ...]

    @property
    def names(self) -> frozenset[str]:
        """The columns and flags that the conditions ask for."""
        return frozenset().union(*(reason.clause.names for reason in self.reasons))

    def against(self, row: Row) -> list[Reason]:
        """The reasons to leave a row out; none for a row that is kept."""
        return [reason for reason in self.reasons if reason.speaks_against(row)]


@dataclass(slots=True)
class Outcome:
    """What became of the rows: how many were read and kept, and for each reason how many it left out, and how many
    of those it left out alone.
    """

    read: int = 0
    kept: int = 0
    reasons: dict[Reason, list[int]] = field(default_factory=dict)

    @property
    def dropped(self) -> int:
        """Rows left out."""
        return self.read - self.kept

    def count(self, against: Sequence[Reason]) -> None:
        """Count one row and the reasons against it."""
        self.read += 1
        self.kept += not against
        for reason in against:
            counts = self.reasons[reason]
            counts[0] += 1
            counts[1] += len(against) == 1

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "read": self.read,
            "kept": self.kept,
            "dropped": self.dropped,
            "reasons": [
                {"option": reason.option, "condition": reason.clause.text, "rows": rows, "alone": alone}
                for reason, (rows, alone) in self.reasons.items()
            ],
        }


def filter_of(keep: Sequence[str] = (), drop: Sequence[str] = ()) -> Filter:
    """The filter of some expressions (`align.judge.expression` has their notation).

    Raises:
        SettingsError: an expression that does not read, or none at all.
    """
    if not keep and not drop:
        raise SettingsError("Nothing says which rows to keep; give --keep or --drop with a condition.")
    wanted = [Reason("--keep", clause) for text in keep for clause in clauses(text, "and", "--keep")]
    unwanted = [Reason("--drop", clause) for text in drop for clause in clauses(text, "or", "--drop")]
    return Filter((*wanted, *unwanted))


def filtered(
    rows: Iterable[AlignedPair | tuple[AlignedPair, float]],
    filter: Filter,
    outcome: Outcome,
    rejected: Callable[[AlignedPair], None] | None = None,
) -> Iterator[AlignedPair]:
    """The rows that are kept, one after another; the others go to `rejected`, and all are counted in `outcome`.

    A row may come with bicleaner-ai's score (`align.judge.bicleaner.scored`).
    """
    outcome.reasons.update({reason: [0, 0] for reason in filter.reasons})
    for each in rows:
        pair, score = each if isinstance(each, tuple) else (each, math.nan)
        against = filter.against(Row(pair, score))
        outcome.count(against)
        if not against:
            yield pair
        elif rejected is not None:
            rejected(pair)


def judged(pairs: Iterable[AlignedPair], languages: tuple[str, str]) -> Iterator[AlignedPair]:
    """The pairs with their flags set anew, a document at a time; flags that other steps set stay."""
    for _, document in groupby(pairs, key=lambda pair: pair.doc):
        while chunk := list(islice(document, CHUNK)):
            yield from judge([replace(pair, flags=_of_others(pair.flags)) for pair in chunk], languages)


def _of_others(flags: Iterable[str]) -> tuple[str, ...]:
    return tuple(flag for flag in flags if flag not in FLAGS or flag in FROM_ELSEWHERE)
