"""`align report`: an alignment as a page to look at."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from align import console, options
from align.commands.app import command
from align.write import check_writable, refuse_inputs

_EPILOG = """Examples

align report out.tsv

align report out.tsv --gold gold.txt -o out.html

align report corpus/ --split -o corpus/report

Exit codes: 0 done, 2 wrong option, 3 to 16 something to mend, which the message names; 70 a defect, please report."""


@command("report", _EPILOG)
def report(
    alignment: Annotated[
        str,
        typer.Argument(
            metavar="OUT",
            help="What align pair or align batch wrote: a file in any format that align convert reads, or a folder.",
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where the page goes. Default: out.tsv gets out.report.html beside it, a folder report.html in it.",
        ),
    ] = None,
    gold: Annotated[
        str | None,
        typer.Option(
            "--gold",
            metavar="GOLD",
            help="Gold alignment, a file or a folder as align eval takes it. Rows are then marked right or wrong, and "
            "confidence is compared with what was right. Default: none; the page shows the precision that confidence "
            "promises.",
        ),
    ] = None,
    heat_map: Annotated[
        bool | None,
        typer.Option(
            "--heat-map/--no-heat-map",
            metavar="",
            help="Draw the similarity of every source row to every target row, for documents of up to 300 rows with "
            "two sides. It encodes the text again, about a second a document. Default: for a single document, not for "
            "a corpus.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model", metavar="NAME", help="Encoder of the heat map. Default: the one that aligned the document."
        ),
    ] = None,
    split: Annotated[
        bool,
        typer.Option(
            "--split",
            metavar="",
            help="Write a folder, index.html and a page per document, instead of one page. For corpora of more rows "
            "than --max-rows.",
        ),
    ] = False,
    max_rows: Annotated[
        int,
        typer.Option(
            "--max-rows",
            metavar="N",
            min=1,
            help="Most rows on one page. 100,000 open in seconds; raise it where the browser has the memory, about a "
            "kilobyte a row.",
        ),
    ] = 500_000,
    quiet: options.Quiet = False,
) -> None:
    """Make a page that shows an alignment.

    It shows where the sentences of both documents meet, how sure each row is, and what precision a threshold on
    confidence gives, with every row to read, search, filter and sort. A corpus gets an overview with a page behind
    each document. The page is one file that needs no network: mail it, or keep it beside the data.
    """
    started = time.perf_counter()
    from align.report import ReportSettings, default_output, write_report

    output = default_output(alignment, split) if output is None else output
    if not split:
        check_writable(output)
        refuse_inputs([output], [alignment, *([gold] if gold else [])])
    settings = ReportSettings(gold=gold, heat_map=heat_map, model=model, split=split, max_rows=max_rows)
    with console.progress(quiet) as progress:
        written = write_report(alignment, output, settings, progress=progress)
    if quiet:
        return
    lines = [
        console.Line("documents", f"{written.documents:,}"),
        console.Line("rows", f"{written.rows:,}"),
    ]
    if written.ungraded:
        lines.append(console.Line("no gold", f"{written.ungraded:,} of the documents", "yellow"))
    pages = f"{written.pages:,} pages, " if written.pages > 1 else ""
    seconds = time.perf_counter() - started
    lines.append(
        console.Line("written", f"{written.page} ({pages}{written.size / 1e6:.1f} MB) in {seconds:.1f} s", "bold")
    )
    console.show(lines)
