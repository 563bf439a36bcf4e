"""Every knob of an alignment run: its unit, its default, why, and what goes wrong with another value."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

from align.errors import SettingsError

ENGINES = ("lattice", "bertalign")
_DEVICE = re.compile(r"auto|cpu|mps|cuda(:[0-9]{1,3})?")


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
    The embedded encoders run on the CPU and take no GPU."""

    batch_size: int = 0
    """Texts that a sentence-transformers model takes at once; 0 takes more of short texts than of long ones. Where
    memory runs short it is halved by itself; give it where another program needs the same GPU."""

    engine: str = "lattice"
    """`lattice`, or `bertalign` to run bertalign's algorithm on the same sentences and vectors (for comparison)."""

    max_bead: int = 7
    """Most sentences in one bead, both sides together (2 to 10). Time grows with its square;
    literary translation needs 6 or more, and beyond 8 nothing is gained."""

    weights: str | None = None
    """Path of a weights JSON that `align train` wrote; None takes the ones that ship."""

    drop_boilerplate: bool = False
    """Leave out the rows with one side empty that look like boilerplate: menus, share bars, credits, notices. The
    default marks them with the flag `boilerplate`. Now and then a short line of the text is taken for such."""

    keep_boilerplate: bool = False
    """Treat boilerplate as text: no flag, no look-up. Right for texts of short lines that are no web pages."""

    boilerplate_lines: str | None = None
    """Path of a file of lines, one a line, that are boilerplate wherever they stand alone; None knows of none.
    Such a file is made from a corpus whose pages repeat them; lines of dialogue in it would be lost."""

    encoding: str | None = None
    """Encoding of the input files; None detects it. Detection errs on very short Shift_JIS and EUC-JP files."""

    reorder: bool = False
    """Align blocks of sentences that stand elsewhere in the translation. The default leaves their rows with one side
    empty, flagged `moved`. With it target sentence numbers no longer rise from row to row."""

    min_confidence: float = 0.0
    """Leave out rows with two sides whose confidence is below it (0 to 1); those with one side empty stay. Raising it
    costs free translation first."""

    target_precision: float | None = None
    """Leave out the least sure rows with two sides until the mean confidence of the others, which is their expected
    precision, is this (above 0, to 1), by document; None keeps all."""

    pairs_only: bool = False
    """Leave null rows out. The default keeps every sentence in exactly one row."""

    max_bytes: int = 1 << 30
    """Longest input file, in bytes. A guard against feeding a disk image; raise it for larger corpora."""

    max_line: int = 5_000_000
    """Longest paragraph, in characters. A longer one is a damaged file, and would need memory in proportion."""

    max_unpacked: int = 1 << 36
    """Most bytes that an archive may unpack to, all its members together. It bounds the time a hostile file can
    take; each member is held to `max_bytes` besides."""

    max_ratio: int = 200
    """Most bytes that one packed byte may unpack to, from 16 MiB on. Text packs 3 to 20 times, a document's XML up
    to 100; a zip bomb 1,000 times. Raise it for files of much repetition."""

    max_members: int = 100_000
    """Most members in one archive. Their list is kept in memory, about a kilobyte each."""

    max_nesting: int = 3
    """Deepest archive inside an archive: 1 opens none inside. A zip of EPUB books needs 1, for a book counts as a
    document."""

    max_depth: int = 200
    """Deepest element inside elements of an XML document (docx, odt, epub, xliff, tmx). Hand-made and generated
    documents stay below 50."""

    cache: str | None = None
    """Path of a sqlite vector cache; None keeps none, but in a batch what `BatchSettings.cache` says. It pays when
    the same documents are aligned again."""

    threads: int = 0
    """Threads for matrix products; 0 leaves it to the library, which takes all cores."""

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise SettingsError(f"engine is '{self.engine}'; it must be one of {', '.join(ENGINES)}.")
        if not _DEVICE.fullmatch(self.device):
            raise SettingsError(f"device is '{self.device}'; it must be auto, cpu, cuda, cuda:1 or mps.")
        if self.drop_boilerplate and self.keep_boilerplate:
            raise SettingsError("Both drop_boilerplate and keep_boilerplate are set; give one of them, or neither.")
        for name, low, high in (
            ("max_bead", 2, 10),
            ("batch_size", 0, 1 << 20),
            ("min_confidence", 0, 1),
            ("max_bytes", 1, 1 << 50),
            ("max_line", 1, 1 << 40),
            ("max_unpacked", 1, 1 << 60),
            ("max_ratio", 1, 1 << 40),
            ("max_members", 1, 1 << 40),
            ("max_nesting", 1, 100),
            ("max_depth", 1, 500),
            ("threads", 0, 4096),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"{name} is {value}; it must lie between {low} and {high}.")

        if self.target_precision is not None and not 0 < self.target_precision <= 1:
            raise SettingsError(f"target_precision is {self.target_precision}; it must be above 0, and at most 1.")

    @property
    def boilerplate(self) -> str:
        """`mark`, `drop` or `keep`: what becomes of boilerplate lines that have no counterpart."""
        return "drop" if self.drop_boilerplate else "keep" if self.keep_boilerplate else "mark"

    def changed(self) -> dict[str, Any]:
        """The fields that differ from their defaults, in order of definition."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if getattr(self, f.name) != f.default}
