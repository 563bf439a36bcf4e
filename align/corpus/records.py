"""What joining a corpus takes and gives."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from align.errors import SettingsError

DEDUP = ("none", "exact", "near")
KEEP = ("best", "first")

Reason = Literal["null", "no text", "low confidence", "flagged", "exact duplicate", "near duplicate", "other split"]
"""Why a row is left out. `other split`: it is the same as, or nearly the same as, one in a smaller split."""


@dataclass(frozen=True, slots=True)
class Split:
    """A part of the corpus that gets `share` of the documents (0 to 1, all shares together 1)."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class CorpusSettings:
    """Which rows go into a corpus, and how it is split.

    Raises:
        SettingsError: a value outside its range; the message names the field, the value and the range.
    """

    keep_nulls: bool = False
    """Keep rows with one side empty. A corpus to train on has no use for them; one to read on does."""

    min_confidence: float = 0.0
    """Lowest confidence of a row. 0.9 keeps rows of which 99 in 100 are right, about 9 in 10 of all."""

    drop_flags: tuple[str, ...] = ()
    """Leave out rows with any of these flags; `any` stands for all flags there are."""

    dedup: str = "none"
    """`none`, `exact` (alike but for case, width of letters and white space, on both sides), or `near` (both sides
    share at least `threshold` of their groups of three characters)."""

    threshold: float = 0.8
    """Jaccard similarity of both sides from which rows are near duplicates (0.5 to 1). At 0.8, sentences of twenty
    words differ in one or two; lower values take away rows that only follow one pattern."""

    keep: str = "best"
    """Which of several copies stays: `best` the one with the highest confidence, `first` the one read first."""

    split: tuple[Split, ...] = ()
    """Parts by document. None: one file."""

    seed: int = 1
    """Deals the documents out to the splits in another way. Keep it for the life of a corpus."""

    skip_broken: bool = False
    """Leave out a file that does not read, as a whole, instead of stopping there."""

    def __post_init__(self) -> None:
        for name, low, high in (("min_confidence", 0.0, 1.0), ("threshold", 0.5, 1.0)):
            if not low <= getattr(self, name) <= high:
                raise SettingsError(f"{name} is {getattr(self, name)}; it must lie between {low} and {high}.")
        for name, choice in (("dedup", DEDUP), ("keep", KEEP)):
            if getattr(self, name) not in choice:
                raise SettingsError(f"{name} is '{getattr(self, name)}'; it must be one of {', '.join(choice)}.")

    def changed(self) -> dict[str, Any]:
        """The fields that differ from their defaults, as JSON can hold them."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if getattr(self, f.name) != f.default}
        if self.split:
            values["split"] = {split.name: split.share for split in self.split}
        return values


@dataclass(frozen=True, slots=True)
class Part:
    """What went into one output file. Characters are those of the texts."""

    documents: int
    rows: int
    src_characters: int
    tgt_characters: int


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """What came of it: `read` and `kept` rows, rows dropped by reason, what each file got by its split (or under
    `all`), files that did not read with the reason, and the files written."""

    files: int
    documents: int
    read: int
    kept: int
    dropped: Mapping[Reason, int]
    parts: Mapping[str, Part]
    broken: tuple[str, ...]
    written: tuple[str, ...]
