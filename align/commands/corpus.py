"""`align corpus`: many aligned files become one."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

from align import console, options, process, row_options
from align.commands.app import command
from align.commands.counting import counting, duration
from align.errors import OutputError, SettingsError
from align.write import FORMATS, layout_for

if TYPE_CHECKING:
    from align.corpus import CorpusReport

_COPIES, _SPLITS = "Duplicates", "Splits"
_FORMATS = ", ".join(name for name, format in FORMATS.items() if format.form == "file")
_EPILOG = f"""Examples

align corpus corpus/ -o all.tsv

align corpus corpus/ extra.tsv -o all.tsv --min-confidence 0.9 --dedup near

align corpus corpus/ -o final/ --dedup exact --split train=0.98,dev=0.01,test=0.01

{process.exit_codes()}"""


@command("corpus", _EPILOG)
def corpus(
    inputs: Annotated[
        list[str],
        options.places(
            "FILE|DIR...",
            "Files of aligned rows in any format that align convert reads, or folders of TSV and JSONL files as "
            "align batch writes them, sub-folders too.",
        ),
    ],
    output: Annotated[
        str,
        options.path(
            "--output -o",
            options.OUTPUT,
            "Where the rows go; FILE.json beside it has the counts. - is standard output. With --split, the folder of "
            "train.tsv and so on, with counts.json.",
            metavar="FILE|DIR",
        ),
    ],
    keep_nulls: Annotated[
        bool,
        options.flag(
            "--keep-nulls", row_options.WHICH, "Keep rows with one side empty. By default only pairs are kept."
        ),
    ] = False,
    min_confidence: row_options.LeastConfidence = 0.0,
    drop_flags: Annotated[
        str | None,
        options.option(
            "--drop-flags",
            row_options.WHICH,
            "Leave out rows with one of these flags, which docs/flags.md explains; any stands for all. Default: none "
            "is left out.",
            metavar="A,B",
        ),
    ] = None,
    dedup: Annotated[
        str,
        options.option(
            "--dedup",
            _COPIES,
            "Leave out copies of pairs. exact: both sides alike but for case, width of letters and white space. "
            "near: both sides nearly alike too, which takes about half a millisecond a row.",
            metavar="none|exact|near",
        ),
    ] = "none",
    threshold: Annotated[
        float,
        options.option(
            "--threshold",
            _COPIES,
            "What near duplicates share of their groups of three characters, on each side, 0.5 to 1. Lower it "
            "against sentences made after one pattern, such as weather reports.",
            metavar="J",
        ),
    ] = 0.8,
    keep: Annotated[
        str,
        options.option(
            "--keep",
            _COPIES,
            "Which copy stays: the one with the highest confidence, or the one that comes first.",
            metavar="best|first",
        ),
    ] = "best",
    split: Annotated[
        str | None,
        options.option(
            "--split",
            _SPLITS,
            "Deal the documents out, such as train=0.98,dev=0.01,test=0.01. A document stays in its split when "
            "others are added. Copies and near copies in two splits stay in the smaller one only. Default: no splits.",
            metavar="NAME=SHARE,...",
        ),
    ] = None,
    seed: Annotated[
        int,
        options.option("--seed", _SPLITS, "Another number deals in another way.", metavar="N"),
    ] = 1,
    skip_broken: Annotated[
        bool,
        options.flag(
            "--skip-broken",
            row_options.WHICH,
            "Leave out files that do not read, as a whole, and say so. By default the first one ends the run.",
        ),
    ] = False,
    format: Annotated[
        str | None,
        options.option(
            "--format",
            options.OUTPUT,
            f"Output format: {_FORMATS}. Default: by FILE's suffix, else tsv.",
            metavar="NAME",
        ),
    ] = None,
    columns: options.Columns = None,
    no_header: options.NoHeader = False,
    quiet: options.Quiet = False,
) -> None:
    """Join many aligned files into one corpus, leave out what is not wanted, and split it by document.

    Every row that is left out is counted under its reason, in all and for each document. Rows keep the order of the
    files, and the same files give the same bytes. Memory does not grow with the corpus; the folder for temporary files
    (TMPDIR) needs about twice its room.
    """
    started = time.perf_counter()
    if split and output == "-":
        raise SettingsError("With --split there is a file for every part; give -o a folder.")
    if split and os.path.exists(output) and not os.path.isdir(output):
        raise OutputError(f"'{output}' is a file; with --split, give -o a folder.")
    output = process.STDOUT if output == "-" else output
    flags = tuple(name.strip() for name in drop_flags.split(",")) if drop_flags else ()
    _doubt(flags)

    from align.corpus import CorpusSettings, build_corpus, parse_splits
    from align.write import format_of

    settings = CorpusSettings(
        keep_nulls=keep_nulls,
        min_confidence=min_confidence,
        drop_flags=flags,
        dedup=dedup,
        threshold=threshold,
        keep=keep,
        split=parse_splits(split) if split else (),
        seed=seed,
        skip_broken=skip_broken,
    )
    format = format or ("tsv" if split else format_of(output))
    layout = layout_for(format, columns.split(",") if columns is not None else None, not no_header)
    with counting(quiet) as progress:
        report = build_corpus(inputs, output, settings, format, layout, progress)
    for problem in report.broken:
        console.note(f"align: skipped: {problem}")
    if not quiet:
        console.show(_summary(report, time.perf_counter() - started))


def _doubt(flags: Sequence[str]) -> None:
    """Warn of a flag that is likely misspelt; rows from elsewhere may have flags of their own."""
    from align.judge import FLAGS

    for name in dict.fromkeys(flag for flag in flags if flag not in ("any", *FLAGS)):
        near = get_close_matches(name, FLAGS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it sets {', '.join(FLAGS)}."
        console.note(f"align: warning: taiyaku sets no flag '{name}'; {hint}")


def _summary(report: CorpusReport, seconds: float) -> list[console.Line]:
    lines = [
        console.Line("read", f"{report.read:,} rows of {report.documents:,} documents in {report.files:,} files"),
        *(console.Line("left out", f"{count:,} {_PLAIN[reason]}") for reason, count in report.dropped.items()),
        console.Line("kept", f"{report.kept:,} rows"),
    ]
    if len(report.parts) > 1:
        lines += [
            console.Line(f"  {name}", f"{part.rows:,} rows of {part.documents:,} documents")
            for name, part in report.parts.items()
        ]
    if report.broken:
        lines.append(console.Line("skipped", f"{len(report.broken):,} files, named above", "yellow"))
    files = ", ".join("standard output" if path == process.STDOUT else path for path in report.written)
    lines.append(console.Line("written", f"{files} in {duration(seconds)}", "bold"))
    return lines


_PLAIN = {
    "null": "with one side empty",
    "no text": "without text",
    "low confidence": "of too low a confidence",
    "flagged": "flagged",
    "exact duplicate": "that are in it already",
    "near duplicate": "nearly in it already",
    "other split": "that are in another split, or nearly so",
}
