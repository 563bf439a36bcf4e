"""What an alignment run gives: the rows, where they come from, and how to make them again."""

from __future__ import annotations

import json
import os
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from align import __version__
from align.boilerplate import EXAMPLES, FLAG
from align.confidence import Kept
from align.languages import LANGUAGES
from align.read import file_of
from align.records import AlignedPair, Document, Side, Verdict
from align.recut import recut
from align.settings import AlignSettings
from align.write import COLUMNS, Layout, Metadata, Written, check_output, format_of, layout_for, save_pairs
from align.write.layout import line, rounded

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two documents and the beads between them.

    `pairs` holds every row, null rows too; iteration, `len` and `to_frame` leave those out where
    `settings.pairs_only` says so. `encoder` is its name and revision as `use@0.2.1`; `engine` is the engine's
    signature; `packages` are the versions of what read and cut the text. `dropped` are the rows of boilerplate that
    `settings.drop_boilerplate` left out of `pairs`; `kept` says what `settings.min_confidence` and
    `settings.target_precision` left out, None where they leave all.
    """

    doc: str
    documents: tuple[Document, Document]
    sides: tuple[Side, Side]
    pairs: tuple[AlignedPair, ...]
    verdict: Verdict
    settings: AlignSettings
    encoder: str
    engine: str
    packages: tuple[str, ...] = ()
    dropped: tuple[AlignedPair, ...] = ()
    kept: Kept | None = None

    def __iter__(self) -> Iterator[AlignedPair]:
        return (pair for pair in self.pairs if not (self.settings.pairs_only and pair.is_null))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def languages(self) -> tuple[str, str]:
        """ISO 639-1 codes of source and target."""
        return self.sides[0].language, self.sides[1].language

    @property
    def counts(self) -> dict[str, int]:
        """Rows by bead type, the most frequent first, null rows included."""
        found = Counter(pair.type for pair in self.pairs)
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    @property
    def nulls(self) -> int:
        """Rows with one side empty."""
        return sum(pair.is_null for pair in self.pairs)

    @property
    def flags(self) -> dict[str, int]:
        """Rows by flag, the most frequent first."""
        found = Counter(flag for pair in self.pairs for flag in pair.flags)
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    @property
    def boilerplate(self) -> tuple[list[str], list[str]]:
        """The lines without counterpart that were taken for boilerplate, of source and target, marked or left out."""
        rows = self.dropped or [pair for pair in self.pairs if pair.is_null and FLAG in pair.flags]
        return [pair.src for pair in rows if pair.src_ids], [pair.tgt for pair in rows if pair.tgt_ids]

    @property
    def mean_confidence(self) -> float:
        """Mean over all rows."""
        return sum(pair.confidence for pair in self.pairs) / max(1, len(self.pairs))

    @property
    def signature(self) -> str:
        """All that decides the rows besides the text, in one line to publish with a result (after sacreBLEU's)."""
        src, tgt = self.languages
        parts = [
            f"taiyaku|v:{__version__}|enc:{self.encoder}|eng:{self.engine}|src:{src}|tgt:{tgt}",
            f"bead:{self.settings.max_bead}",
            f"presplit:{'yes' if self.settings.presplit else 'no'}",
        ]
        if self.settings.cache:
            parts.append("vectors:float16")
        if self.settings.boilerplate != "mark":
            parts.append(f"boilerplate:{self.settings.boilerplate}")
        if self.settings.reorder:
            parts.append("reorder:yes")
        if self.settings.min_confidence:
            parts.append(f"confidence:{self.settings.min_confidence:g}")
        if self.settings.target_precision is not None:
            parts.append(f"precision:{self.settings.target_precision:g}")
        return "|".join((*parts, *self.packages))

    def to_frame(self) -> DataFrame:
        """The rows as a pandas frame with the TSV's columns; sentence numbers, flags and spans stay tuples."""
        import pandas

        return pandas.DataFrame([tuple(getattr(pair, name) for name in COLUMNS) for pair in self], columns=COLUMNS)

    def write(
        self,
        path: str | os.PathLike[str],
        format: str | None = None,
        columns: Sequence[str] | None = None,
        header: bool = True,
        pairs_only: bool | None = None,
    ) -> Written:
        """Write the rows to `path`, and beside them a sidecar `path.json` that says how they were made.

        `format` is one of `align.write.FORMATS`; None goes by the suffix. `pairs_only` None takes the settings'.
        All files appear whole and together, or nothing changes. A device or a pipe gets the rows and no sidecar.
        What is returned names the files, and what the format had no place for.

        Raises:
            OutputError: the path cannot be written, or is one of the files that were read.
            SettingsError: no such format or column, or columns for a format that has its own.
        """
        format = format or format_of(path)
        layout = layout_for(format, columns, header, self.settings.pairs_only if pairs_only is None else pairs_only)
        inputs = input_files([side.path for side in self.sides if side.path], self.settings)
        check_output(path, format, self.metadata, inputs)
        command = self.command(os.fspath(path), format, layout)
        return save_pairs(self.pairs, path, format, layout, self.metadata, lambda _: _json(self.describe(command)))

    @property
    def metadata(self) -> Metadata:
        """What a format says of all rows together."""
        return Metadata(self.languages, self.signature, title=self.doc, cut=recut)

    def describe(self, command: str | None = None) -> dict[str, Any]:
        """The sidecar's content: nothing in it depends on the time or the machine."""
        src, tgt = self.sides
        return {
            "taiyaku": __version__,
            "signature": self.signature,
            "command": command,
            "doc": self.doc,
            "verdict": self._verdict(),
            "rows": self.counts,
            "nulls": self.nulls,
            "flags": self.flags,
            "boilerplate": self._boilerplate(),
            "mean_confidence": rounded(self.mean_confidence),
            "kept": self._kept(),
            "encoder": self.encoder,
            "engine": self.engine,
            "settings": self.settings.changed(),
            "src": asdict(src),
            "tgt": asdict(tgt),
        }

    def _verdict(self) -> dict[str, Any]:
        verdict = self.verdict
        return {
            "label": verdict.label,
            "aligned": rounded(verdict.aligned),
            "moved": rounded(verdict.moved),
            "probability": rounded(verdict.probability),
            "foreign": dict(zip(("src", "tgt"), map(rounded, verdict.foreign), strict=True)),
        }

    def _kept(self) -> dict[str, Any] | None:
        """What the thresholds on confidence kept of the rows with two sides; None where none was asked for."""
        if self.kept is None:
            return None
        return {
            "threshold": self.kept.threshold,
            "expected_precision": rounded(self.kept.precision),
            "pairs": self.kept.pairs,
            "left_out": self.kept.left_out,
            "share": rounded(self.kept.share),
        }

    def _boilerplate(self) -> dict[str, Any]:
        """What became of boilerplate, how many lines of either side it was, and the first few of them."""
        sides = dict(zip(("src", "tgt"), self.boilerplate, strict=True))
        return {
            "treatment": self.settings.boilerplate,
            **{side: len(lines) for side, lines in sides.items()},
            "examples": {side: list(map(line, lines[:EXAMPLES])) for side, lines in sides.items()},
        }

    def command(self, output: str, format: str, layout: Layout) -> str | None:
        """The command line that makes the output again; None where a side came from no file."""
        inputs = [side.path for side in self.sides]
        if None in inputs:
            return None
        options = ["-o", output]
        if format != format_of(output):
            options += ["--format", format]
        for name, value in self.settings.changed().items():
            if name != "pairs_only":
                options += [_option(name)] if value is True else [_option(name), str(value)]
        if layout.pairs_only:
            options.append("--pairs-only")
        if layout.columns != COLUMNS:
            options += ["--columns", ",".join(layout.columns)]
        if not layout.header:
            options.append("--no-header")
        if self.doc != doc_of(*inputs):
            options += ["--doc", self.doc]
        if any(path.startswith("-") and path != "-" for path in inputs):  # they would read as options
            return shlex.join(["align", "pair", *options, "--", *inputs])
        return shlex.join(["align", "pair", *inputs, *options])


def input_files(references: Sequence[str], settings: AlignSettings = AlignSettings()) -> list[str]:
    """The files that an alignment reads: those that its documents are or are part of, and those the settings name.

    Standard input is none.
    """
    files = [*(file_of(each)[0] for each in references), settings.weights, settings.boilerplate_lines, settings.cache]
    return [file for file in files if file and file != "-"]


def with_sidecars(files: Sequence[str]) -> list[str]:
    """Files of rows, and those beside them that say how they were made."""
    return [*files, *(f"{file.rstrip(os.sep)}.json" for file in files if file != "-")]


def doc_of(source: str, target: str) -> str:
    """Name of a pair: the source's file name without its suffix, or the target's where the source is a stream.

    A file named after its language alone (`news/en.html`) says nothing, so its folder's name is taken.
    """
    path = target if file_of(source)[0] == "-" else source
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]
    return os.path.basename(folder) or stem if stem in LANGUAGES else stem


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _json(content: dict[str, Any]) -> bytes:
    # A path may hold half surrogates (bytes that are no UTF-8): the escape that replaces them is JSON's own.
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")
