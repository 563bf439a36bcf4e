"""`align batch`: many pairs become a corpus."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from align import console, options
from align.commands.app import command
from align.commands.counting import duration
from align.errors import DocumentsFailed, SettingsError
from align.settings import AlignSettings

if TYPE_CHECKING:
    from align.batch import BatchReport, BatchSettings, Manifest, Tally

_OUTPUT, _WORK, _SHARDS = "Output", "Workers", "Shards and clusters"
_EXAMPLE = 24
"""Columns of the terminal that an example takes."""
_OFTEN, _SELDOM = 5.0, 30.0
"""Least and most seconds between two lines of progress."""
_EPILOG = """Examples

align batch manifest.tsv -o corpus

align batch en/ ja/ -o corpus --format tsv,tmx --workers 8

align batch manifest.tsv -o corpus --shard $SLURM_ARRAY_TASK_ID/64, and after all 64: align batch --merge corpus

Exit codes: 0 all documents are aligned, 26 the run is through and some failed (summary.tsv says which and why), 27
workers cannot be had, 28 shards are missing, 130 stopped with Ctrl-C; others as of align pair."""


@command("batch", _EPILOG)
def batch(
    manifest: Annotated[
        str,
        typer.Argument(
            metavar="MANIFEST|SRC_DIR",
            help="A table (TSV) with the columns doc, src and tgt, perhaps src_lang and tgt_lang, paths from its own "
            "folder on; or the folder of the source documents.",
        ),
    ],
    settings: AlignSettings,
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[TGT_DIR]", help="The folder of their translations: the same file names, or all but the suffix."
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            rich_help_panel=_OUTPUT,
            help="Folder of the corpus: a file per document, summary.tsv, batch.json. Given again, the run goes on.",
        ),
    ] = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            rich_help_panel=_OUTPUT,
            metavar="A,B",
            help="Output formats: tsv, tmx or any that align pair writes, several joined by commas.",
        ),
    ] = "tsv",
    single: Annotated[
        bool,
        typer.Option(
            "--single",
            metavar="",
            rich_help_panel=_OUTPUT,
            help="Write one file, corpus.tsv, with the rows of all documents in the manifest's order.",
        ),
    ] = False,
    no_repeated_lines: Annotated[
        bool,
        typer.Option(
            "--no-repeated-lines",
            metavar="",
            rich_help_panel="Boilerplate",
            help="Do not look for lines that many documents repeat. By default, from 20 documents on, those that stand "
            "in the same company from page to page go into DIR/boilerplate-lines.txt and are as of "
            "--boilerplate-lines, unless that is given. Later runs keep the file; delete it to have it made again.",
        ),
    ] = False,
    no_cache: Annotated[
        bool,
        typer.Option(
            "--no-cache",
            metavar="",
            rich_help_panel=options.MODEL,
            help="Keep no vectors, and encode document by document. By default the sentences of all documents go "
            "through the model first, in full batches, and vectors are kept in DIR, 1 to 2 kB each, or in the file of "
            "--cache. Not so with auto and use, alone or beside another, unless --cache is given: encoding takes no "
            "longer than aligning, and a sentence 37 kB.",
        ),
    ] = False,
    columns: options.Columns = None,
    no_header: options.NoHeader = False,
    pairs_only: options.PairsOnly = False,
    workers: Annotated[
        int,
        typer.Option(
            "--workers",
            "-j",
            metavar="N",
            rich_help_panel=_WORK,
            help="Processes that align, each with its own model (0.3 GB with use). Default, and 0: one per core; none "
            "where the documents are done sooner than a process starts. Take fewer where memory is short.",
        ),
    ] = 0,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout",
            metavar="SECONDS",
            rich_help_panel=_WORK,
            help="Give up a document that takes longer. Default: wait. Set it where inputs come from anywhere.",
        ),
    ] = None,
    retry_failed: Annotated[
        bool,
        typer.Option(
            "--retry-failed",
            metavar="",
            rich_help_panel=_WORK,
            help="Try documents again that failed in an earlier run. By default only when their files have changed.",
        ),
    ] = False,
    shard: Annotated[
        str | None,
        typer.Option(
            "--shard",
            metavar="I/N",
            rich_help_panel=_SHARDS,
            help="Take the I-th of N parts (from 1), for an array of jobs that need not know of each other.",
        ),
    ] = None,
    merge: Annotated[
        bool,
        typer.Option(
            "--merge",
            metavar="",
            rich_help_panel=_SHARDS,
            help="Put finished shards together: align batch --merge DIR. Says which are missing.",
        ),
    ] = False,
    dask: Annotated[
        bool,
        typer.Option("--dask", metavar="", rich_help_panel=_SHARDS, help="Run on a Dask cluster on this machine."),
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            rich_help_panel=_SHARDS,
            help="Run on the Dask cluster with this scheduler, such as tcp://10.0.0.1:8786.",
        ),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Align many pairs of documents into a corpus.

    The run may be stopped and killed at any time: the same command goes on where it was, and what comes out is the
    same, byte for byte, with any number of workers. Documents whose files or settings have changed are aligned again,
    the others are not. A document that cannot be aligned is named in summary.tsv with the reason, and the run goes on.

    With a vector cache, sentences are encoded before any document is aligned, those of many documents together; the
    workers of a machine share the one file.
    """
    from align.batch import BatchSettings, Shard, merge_shards, run_batch

    how = BatchSettings(
        formats=tuple(name.strip() for name in format.split(",")),
        columns=tuple(columns.split(",")) if columns is not None else None,
        header=not no_header,
        single=single,
        cache=not no_cache,
        repeated=not no_repeated_lines,
        workers=workers,
        timeout=timeout,
        retry_failed=retry_failed,
        shard=Shard.parse(shard) if shard else None,
        dask=dask,
        scheduler=scheduler,
    )
    if merge:
        report = merge_shards(output or manifest, _pairs(manifest, target) if output else None)
    else:
        if output is None:
            raise SettingsError("Nothing says where the corpus goes; give -o a folder.")
        with _shown(quiet, how) as progress:
            report = run_batch(
                _pairs(manifest, target), output, replace(settings, pairs_only=pairs_only), how, progress=progress
            )
    if not quiet:
        console.show(_summary(report))
    if report.failed:
        raise DocumentsFailed(
            f"{report.failed:,} of {report.documents:,} documents failed; {report.files[0]} says why. Mend them and "
            "run the same command again, or give --retry-failed to try them as they are."
        )


def _pairs(manifest: str, target: str | None) -> Manifest:
    from align.batch import pair_folders, read_manifest

    return read_manifest(manifest) if target is None else pair_folders(manifest, target)


@contextmanager
def _shown(quiet: bool, how: BatchSettings) -> Iterator[Callable[[Tally], None]]:
    """What tells of progress: a bar in a terminal, else a line now and then. Ctrl-C is told with what to do next."""
    last: list[Tally] = []

    def keep(show: Callable[[Tally], None]) -> Callable[[Tally], None]:
        def progress(tally: Tally) -> None:
            last[:] = [tally]
            show(tally)

        return progress

    try:
        if quiet:
            yield keep(lambda tally: None)
        elif sys.stderr.isatty():
            with _bar() as show:
                yield keep(show)
        else:
            yield keep(_lines())
    except KeyboardInterrupt:
        for tally in last:
            console.note(
                f"stopped: {tally.reused + tally.finished:,} of {tally.documents:,} documents are finished. "
                "The same command goes on with the others."
            )
        raise


@contextmanager
def _bar() -> Iterator[Callable[[Tally], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    bar = Progress(SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), console=Console(stderr=True))
    with bar:
        task = bar.add_task("looking at the documents", total=None)

        def show(tally: Tally) -> None:
            if tally.stage == "scan":
                bar.update(task, total=tally.to_scan, completed=tally.scanned, description="looking for repeated lines")
            elif tally.stage == "read":
                bar.update(task, total=tally.to_scan, completed=tally.scanned, description="reading the documents")
            elif tally.stage == "encode":
                bar.update(task, total=tally.to_encode, completed=tally.encoded, description=_encoded(tally))
            elif tally.stage == "align":
                bar.update(task, total=tally.pending, completed=tally.finished, description=_state(tally))
            elif tally.stage == "write":
                bar.update(task, description="writing the summary")

        yield show


def _lines() -> Callable[[Tally], None]:
    """A line every 30 seconds, or sooner at every tenth of the documents."""
    told = {"at": time.monotonic(), "tenths": 0}

    def show(tally: Tally) -> None:
        if tally.stage in _AHEAD and time.monotonic() - told["at"] >= _SELDOM:
            told["at"] = time.monotonic()
            console.note(_AHEAD[tally.stage](tally))
        if tally.stage != "align" or not tally.pending:
            return
        now, tenths = time.monotonic(), 10 * tally.finished // tally.pending
        passed = now - told["at"]
        if tally.finished and (passed >= _SELDOM or (passed >= _OFTEN and tenths > told["tenths"])):
            told.update(at=now, tenths=tenths)
            console.note(_state(tally))

    return show


def _scanned(tally: Tally) -> str:
    return f"{tally.scanned:,} of {tally.to_scan:,} documents looked at for lines that they repeat"


def _read(tally: Tally) -> str:
    return f"{tally.scanned:,} of {tally.to_scan:,} documents read"


def _encoded(tally: Tally) -> str:
    left = "" if tally.left is None else f", {duration(tally.left)} left"
    return f"{tally.encoded:,} of {tally.to_encode:,} sentences encoded{left}"


_AHEAD = {"scan": _scanned, "read": _read, "encode": _encoded}
"""What to say in the stages before the aligning."""


def _state(tally: Tally) -> str:
    parts = [f"{tally.reused + tally.finished:,} of {tally.documents:,} documents"]
    if tally.failed:
        parts.append(f"{tally.failed:,} failed")
    if tally.finished:
        parts.append(_rate(tally.rate))
    if tally.left is not None:
        parts.append(f"{duration(tally.left)} left")
    return ", ".join(parts)


def _summary(report: BatchReport) -> list[console.Line]:
    counts = [f"{report.done:,} aligned", f"{report.failed:,} failed"]
    if report.reused:
        counts.append(f"{report.reused:,} of them as an earlier run left them")
    lines = [console.Line("documents", f"{report.documents:,}: {', '.join(counts)}")]
    if report.done:
        verdicts = ", ".join(f"{count:,} {label}" for label, count in report.verdicts.items())
        src, tgt = report.sentences
        lines += [
            console.Line("sentences", f"{src:,} and {tgt:,}"),
            console.Line("rows", f"{report.rows:,}, {report.nulls:,} of them with one side empty"),
            *_boilerplate(report),
            console.Line("confidence", f"{report.mean_confidence:.2f} on average"),
            console.Line("verdicts", verdicts),
        ]
    lines += [console.Line("failed", f"{doc}: {reason}", "red") for doc, reason in report.reasons]
    if report.failed > len(report.reasons):
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in report.errors.items())
        lines.append(console.Line("in all", kinds, "red"))
    if report.dropped:
        what = f"{report.dropped:,} documents of earlier runs are not in the manifest; their files stay"
        lines.append(console.Line("left alone", what))
    if report.unpaired:
        lines.append(console.Line("unpaired", f"{report.unpaired:,} files have no partner in the other folder"))
    if finished := report.aligned + report.failed_now:
        rate = _rate(finished / max(1e-6, report.seconds))
        lines.append(console.Line("rate", f"{rate} ({duration(report.seconds)} for {finished:,})"))
    lines.append(console.Line("written", f"{report.outdir}, with {' and '.join(report.files[:3])}", "bold"))
    return lines


def _boilerplate(report: BatchReport) -> Iterator[console.Line]:
    """How many rows were marked or left out, and a few of either side; and where the lines are that are known."""
    sides = [
        f"{count:,} {name} ({' | '.join(console.clipped(text, _EXAMPLE) for text in lines)})"
        for count, name, lines in zip(report.boilerplate, ("source", "target"), report.examples, strict=True)
        if count
    ]
    if sides:
        what = "left out" if report.treatment == "drop" else "marked"
        yield console.Line("boilerplate", f"{what}: {', '.join(sides)}")
    if report.known_lines:
        lines = "line" if report.known_lines == 1 else "lines"
        yield console.Line("known", f"{report.known_lines:,} {lines} of boilerplate, from {report.lines_file}")


def _rate(documents: float) -> str:
    """Documents per second, in the unit that gives a handy number."""
    return f"{documents:,.1f} documents/s" if documents >= 1 else f"{3600 * documents:,.0f} documents/hour"
