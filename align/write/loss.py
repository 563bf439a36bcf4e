"""What a format cannot hold, counted while rows are written: how they would differ if they were read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from align.records import AlignedPair
from align.write.formats import Format
from align.write.layout import COLUMNS
from align.write.rows import RowBuilder

_TEXTS = ("doc", "src", "tgt")


@dataclass(slots=True)
class Loss:
    """`rows` were written; `nulls` more were left out, for the format has no place for a row with one side empty.

    `missing` counts by column the rows whose value the format has no place for, where it says anything;
    `changed` the rows whose text it holds only with white space folded or a character replaced.
    """

    rows: int = 0
    nulls: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.nulls or self.missing or self.changed)

    def __str__(self) -> str:
        """One line: `12 rows with one side empty; columns similarity (300 rows), src_span (300 rows)`."""
        parts = []
        if self.nulls:
            parts.append(f"{_rows(self.nulls)} with one side empty")
        if self.missing:
            listed = ", ".join(f"{name} ({_rows(self.missing[name])})" for name in COLUMNS if self.missing[name])
            parts.append(f"{'column' if len(self.missing) == 1 else 'columns'} {listed}")
        if self.changed:
            listed = ", ".join(f"{name} ({_rows(self.changed[name])})" for name in COLUMNS if self.changed[name])
            parts.append(f"white space and control characters as they were in {listed}")
        return "; ".join(parts)


def counted(pairs: Iterable[AlignedPair], format: Format, loss: Loss) -> Iterator[AlignedPair]:
    """The pairs that the format holds, with what it loses of each added up in `loss` as they pass."""
    absent = [name for name in COLUMNS if name not in format.holds]
    held = [name for name in COLUMNS if name in format.holds and not (name == "type" and "src_ids" in format.holds)]
    texts = [name for name in _TEXTS if name in format.holds]
    builder = RowBuilder()
    for pair in pairs:
        if pair.is_null and not format.nulls:
            loss.nulls += 1
            continue
        loss.rows += 1
        if absent:
            back = builder.build({name: getattr(pair, name) for name in held})
            for name in absent:
                if getattr(back, name) != getattr(pair, name):
                    loss.missing[name] += 1
        for name in texts:
            value = getattr(pair, name)
            if format.plain(name)(value) != value:
                loss.changed[name] += 1
        yield pair


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
