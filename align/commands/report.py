"""`align report`: an alignment as a page to look at."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

from align import console, options, process
from align.commands.app import command
from align.errors import SettingsError
from align.write import check_writable, refuse_inputs

_SHOWN = "What is shown"
_EPILOG = f"""Examples

align report out.tsv

align report out.tsv --gold gold.txt -o out.html

align report corpus/ --split -o corpus/report

{process.exit_codes()}"""


@command("report", _EPILOG)
def report(
    alignment: Annotated[
        str,
        options.place(
            "OUT", "What align pair or align batch wrote: a file in any format that align convert reads, or a folder."
        ),
    ],
    output: Annotated[
        str | None,
        options.path(
            "--output -o",
            options.OUTPUT,
            "Where the page goes; - is standard output. Default: out.tsv gets out.report.html beside it, a folder "
            "report.html in it.",
            metavar="FILE|DIR",
        ),
    ] = None,
    gold: Annotated[
        str | None,
        options.path(
            "--gold",
            _SHOWN,
            "Gold alignment, a file or a folder as align eval takes it. Rows are then marked right or wrong, and "
            "confidence is compared with what was right. Default: none; the page shows the precision that confidence "
            "promises.",
            metavar="GOLD",
        ),
    ] = None,
    heat_map: Annotated[
        bool | None,
        options.flag(
            "--heat-map/--no-heat-map",
            _SHOWN,
            "Draw the similarity of every source row to every target row, for documents of up to 300 rows with "
            "two sides. It encodes the text again, about a second a document. Default: for a single document, not for "
            "a corpus.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None,
        options.option(
            "--model", _SHOWN, "Encoder of the heat map. Default: the one that aligned the document.", metavar="NAME"
        ),
    ] = None,
    split: Annotated[
        bool,
        options.flag(
            "--split",
            options.OUTPUT,
            "Write a folder, index.html and a page per document, instead of one page. For corpora of more rows than "
            "--max-rows.",
        ),
    ] = False,
    max_rows: Annotated[
        int,
        options.option(
            "--max-rows",
            options.OUTPUT,
            "Most rows on one page. 100,000 open in seconds; raise it where the browser has the memory, about a "
            "kilobyte a row.",
            metavar="N",
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

    settings = ReportSettings(gold=gold, heat_map=heat_map, model=model, split=split, max_rows=max_rows)
    output = default_output(alignment, split) if output is None else output
    if split and output == "-":
        raise SettingsError("With --split there is a page for every document; give -o a folder.")
    if not split:
        output = process.STDOUT if output == "-" else output
        check_writable(output)
        if os.path.isfile(output):
            refuse_inputs([output], _read(alignment, gold))
    with console.progress(quiet) as progress, process.until_closed():
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
    page = "standard output" if written.page == process.STDOUT else written.page
    lines.append(console.Line("written", f"{page} ({pages}{written.size / 1e6:.1f} MB) in {seconds:.1f} s", "bold"))
    console.show(lines)


def _read(alignment: str, gold: str | None) -> list[str]:
    """The files that the report is made of."""
    from align.alignment import with_sidecars
    from align.report.source import Source

    source = Source.at(alignment)
    files = [*source.files, *([gold, *Path(gold).rglob("*")] if gold else [])]
    beside = [os.path.join(alignment, name) for name in ("batch.json", "summary.tsv")] if source.is_folder else []
    return [*with_sidecars(list(map(os.fspath, files))), *beside]
