"""`align corpus`: many aligned files become one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from align import console, options
from align.commands.app import command
from align.commands.counting import counting, duration
from align.write import layout_for

if TYPE_CHECKING:
    from align.corpus import CorpusReport

_ROWS, _COPIES, _SPLITS = "Which rows", "Duplicates", "Splits"
_EPILOG = """Examples

align corpus corpus/ -o all.tsv

align corpus corpus/ extra.tsv -o all.tsv --min-confidence 0.9 --dedup near

align corpus corpus/ -o final/ --dedup exact --split train=0.98,dev=0.01,test=0.01

Exit codes: 0 done, 2 wrong option, 3 no such file or no rows in it, 15 the output cannot be written, 16 a file that
does not read."""


@command("corpus", _EPILOG)
def corpus(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|DIR...",
            help="Files of aligned rows in any format that align convert reads, or folders of TSV and JSONL files as "
            "align batch writes them, sub-folders too.",
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE|DIR", rich_help_panel=options._OUTPUT,
            help="Where the rows go; FILE.json beside it has the counts. - is standard output. "
            "With --split, the folder of train.tsv and so on, with counts.json.",
        ),
    ],
    keep_nulls: Annotated[
        bool,
        typer.Option(
            "--keep-nulls", metavar="", rich_help_panel=_ROWS,
            help="Keep rows with one side empty. By default only pairs are kept.",
        ),
    ] = False,
    min_confidence: Annotated[
        float,
        typer.Option(
            "--min-confidence", metavar="P", rich_help_panel=_ROWS,
            help="Leave out rows with a lower confidence, 0 to 1. Of rows with 0.9 and more, 99 in 100 are right.",
        ),
    ] = 0.0,
    drop_flags: Annotated[
        str | None,
        typer.Option(
            "--drop-flags", metavar="A,B", rich_help_panel=_ROWS,
            help="Leave out rows with one of these flags; any stands for all. Default: none is left out.",
        ),
    ] = None,
    dedup: Annotated[
        str,
        typer.Option(
            "--dedup", metavar="none|exact|near", rich_help_panel=_COPIES,
            help="Leave out copies of pairs. exact: both sides alike but for case, width of letters and white space. "
            "near: both sides nearly alike too, which takes about half a millisecond a row.",
        ),
    ] = "none",
    threshold: Annotated[
        float,
        typer.Option(
            "--threshold", metavar="J", rich_help_panel=_COPIES,
            help="What near duplicates share of their groups of three characters, on each side, 0.5 to 1. Lower it "
            "against sentences made after one pattern, such as weather reports.",
        ),
    ] = 0.8,
    keep: Annotated[
        str,
        typer.Option(
            "--keep", metavar="best|first", rich_help_panel=_COPIES,
            help="Which copy stays: the one with the highest confidence, or the one that comes first.",
        ),
    ] = "best",
    split: Annotated[
        str | None,
        typer.Option(
            "--split", metavar="NAME=SHARE,...", rich_help_panel=_SPLITS,
            help="Deal the documents out, such as train=0.98,dev=0.01,test=0.01. A document stays in its split when "
            "others are added. Copies and near copies in two splits stay in the smaller one only. Default: no splits.",
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option("--seed", metavar="N", rich_help_panel=_SPLITS, help="Another number deals in another way."),
    ] = 1,
    skip_broken: Annotated[
        bool,
        typer.Option(
            "--skip-broken", metavar="", rich_help_panel=_ROWS,
            help="Leave out files that do not read, as a whole, and say so. By default the first one ends the run.",
        ),
    ] = False,
    format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="NAME", rich_help_panel=options._OUTPUT,
            help="Output format, such as tsv, jsonl, parquet or tmx. Default: by FILE's suffix, else tsv.",
        ),
    ] = None,
    columns: options.Columns = None,
    no_header: options.NoHeader = False,
    quiet: options.Quiet = False,
) -> None:  # fmt: skip
    """Join many aligned files into one corpus, leave out what is not wanted, and split it by document.

    Every row that is left out is counted under its reason, in all and for each document. Rows keep the order of the
    files, and the same files give the same bytes. Memory does not grow with the corpus; the folder for temporary files
    (TMPDIR) needs about twice its room.
    """
    started = time.perf_counter()
    if output == "-" and not split:
        output = "/dev/stdout"
    from align.corpus import CorpusSettings, build_corpus, parse_splits
    from align.write import format_of

    settings = CorpusSettings(
        keep_nulls=keep_nulls,
        min_confidence=min_confidence,
        drop_flags=tuple(flag.strip() for flag in drop_flags.split(",")) if drop_flags else (),
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
    lines.append(console.Line("written", f"{', '.join(report.written)} in {duration(seconds)}", "bold"))
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
