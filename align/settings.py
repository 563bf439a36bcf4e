"""Every knob of an alignment run: its unit, its default, why, and what goes wrong with another value."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from align.errors import SettingsError

ENGINES = ("lattice", "bertalign")


@dataclass(frozen=True, slots=True)
class AlignSettings:
    """What to do with one pair of documents. All fields have defaults that are right for Japanese-English news.

    Raises:
        SettingsError: a value outside its range; the message names the field, the value and the range.
    """

    src_lang: str | None = None
    """Language code of the source; None detects it. Detection errs on documents of a few words."""

    tgt_lang: str | None = None
    """Language code of the target; None detects it."""

    presplit: bool = False
    """Take one sentence per line as it stands, and blank lines as paragraph breaks.
    Right for files that are already segmented; on running text every paragraph would be one sentence."""

    model: str = "auto"
    """`auto`, `use`, `e5-small`, `labse`, the name or path of a sentence-transformers model, or two joined by `+`.
    `auto` is `use` where it knows both languages, else `e5-small`."""

    device: str = "auto"
    """Where sentence-transformers models run: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`.
    The embedded encoders run on the CPU."""

    engine: str = "lattice"
    """`lattice`, or `bertalign` to run bertalign's algorithm on the same sentences and vectors (for comparison)."""

    max_bead: int = 7
    """Most sentences in one bead, both sides together (2 to 10). Time grows with its square;
    literary translation needs 6 or more, and beyond 8 nothing is gained."""

    weights: str | None = None
    """Path of a weights JSON that `align train` wrote; None takes the ones that ship."""

    encoding: str | None = None
    """Encoding of the input files; None detects it. Detection errs on very short Shift_JIS and EUC-JP files."""

    pairs_only: bool = False
    """Leave null rows out. The default keeps every sentence in exactly one row."""

    max_bytes: int = 1 << 30
    """Longest input file, in bytes. A guard against feeding a disk image; raise it for larger corpora."""

    max_line: int = 5_000_000
    """Longest paragraph, in characters. A longer one is a damaged file, and would need memory in proportion."""

    cache: str | None = None
    """Path of a sqlite vector cache; None keeps no cache. It pays when the same documents are aligned again."""

    threads: int = 0
    """Threads for matrix products; 0 leaves it to the library, which takes all cores."""

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise SettingsError(f"engine is '{self.engine}'; it must be one of {', '.join(ENGINES)}.")
        for name, low, high in (
            ("max_bead", 2, 10),
            ("max_bytes", 1, 1 << 50),
            ("max_line", 1, 1 << 40),
            ("threads", 0, 4096),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"{name} is {value}; it must lie between {low} and {high}.")

    def changed(self) -> dict[str, Any]:
        """The fields that differ from their defaults, in order of definition."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if getattr(self, f.name) != f.default}
