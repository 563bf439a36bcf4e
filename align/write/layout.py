"""What a format writes of each pair, and text as every line-based format needs it."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from align.errors import SettingsError
from align.records import AlignedPair

COLUMNS: tuple[str, ...] = tuple(f.name for f in dataclasses.fields(AlignedPair))
"""Every column there is, in the order they are written by default."""

DECIMALS = 4
"""Of confidence and similarity: finer than either is exact."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns, in which order; whether a header row stands above them; whether null rows are left out.

    Raises:
        SettingsError: no column, one that does not exist, or one named twice.
    """

    columns: tuple[str, ...] = COLUMNS
    header: bool = True
    pairs_only: bool = False

    def __post_init__(self) -> None:
        if not self.columns:
            raise SettingsError(f"No columns to write; name at least one of {', '.join(COLUMNS)}.")
        for name in self.columns:
            if name not in COLUMNS:
                raise SettingsError(f"'{name}' is no column; the columns are {', '.join(COLUMNS)}.")
        if len(set(self.columns)) < len(self.columns):
            raise SettingsError(f"A column is named twice in {','.join(self.columns)}; name each once.")


def line(text: str) -> str:
    """The text as one line of valid UTF-8 that every reader gives back unchanged.

    White space, which takes in tabs and every kind of line end, is folded to one space; half surrogates become
    U+FFFD; NUL, which ends a C string, and U+FEFF, which at the start of a file is a byte order mark, are dropped.
    """
    text = " ".join(text.replace("\0", "").replace("\ufeff", "").split())
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def xml_line(text: str) -> str:
    """The text as `line` has it, with U+FFFD for every character that XML 1.0 cannot hold, even escaped."""
    return _NO_XML.sub("\ufffd", line(text))


def rounded(share: float) -> float:
    """A confidence or similarity as written, without the sign of a negative zero."""
    return round(float(share), DECIMALS) + 0.0
