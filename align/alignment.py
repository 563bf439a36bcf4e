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
from align.languages import LANGUAGES
from align.records import AlignedPair, Document, Side, Verdict
from align.settings import AlignSettings
from align.write import COLUMNS, Layout, format_of, layout_for, outputs, refuse_inputs, staged, write_pairs
from align.write.layout import rounded

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two documents and the beads between them.

    `pairs` holds every row, null rows too; iteration, `len` and `to_frame` leave those out where
    `settings.pairs_only` says so. `encoder` is its name and revision as `use@0.2.1`; `engine` is the engine's
    signature; `packages` are the versions of what read and cut the text.
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
    ) -> None:
        """Write the rows to `path`, and beside them a sidecar `path.json` that says how they were made.

        `format` is `tsv`, `jsonl` or `ladder`; None goes by the suffix. `pairs_only` None takes the settings'.
        Both files appear whole and together, or nothing changes. A device or a pipe gets the rows and no sidecar.

        Raises:
            OutputError: the path cannot be written, or is one of the two input files.
            SettingsError: no such format or column, or columns for a format that has its own.
        """
        format = format or format_of(path)
        layout = layout_for(format, columns, header, self.settings.pairs_only if pairs_only is None else pairs_only)
        refuse_inputs(outputs(path), [side.path for side in self.sides if side.path])
        with staged(*outputs(path)) as (stream, *sidecar):
            write_pairs(self.pairs, stream, format, layout)
            if sidecar:
                sidecar[0].write(_json(self.describe(self.command(os.fspath(path), format, layout))))

    def describe(self, command: str | None = None) -> dict[str, Any]:
        """The sidecar's content: nothing in it depends on the time or the machine."""
        src, tgt = self.sides
        return {
            "taiyaku": __version__,
            "signature": self.signature,
            "command": command,
            "doc": self.doc,
            "verdict": {"label": self.verdict.label, "aligned": rounded(self.verdict.aligned)},
            "rows": self.counts,
            "nulls": self.nulls,
            "mean_confidence": rounded(self.mean_confidence),
            "encoder": self.encoder,
            "engine": self.engine,
            "settings": self.settings.changed(),
            "src": asdict(src),
            "tgt": asdict(tgt),
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


def doc_of(source: str, target: str) -> str:
    """Name of a pair: the source's file name without its suffix, or the target's where the source is a stream.

    A file named after its language alone (`news/en.html`) says nothing, so its folder's name is taken.
    """
    path = target if source == "-" else source
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]
    return os.path.basename(folder) or stem if stem in LANGUAGES else stem


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _json(content: dict[str, Any]) -> bytes:
    # A path may hold half surrogates (bytes that are no UTF-8): the escape that replaces them is JSON's own.
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")
