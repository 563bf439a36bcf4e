"""`align match`: which document translates which."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from align import console, options, process
from align.commands.app import command
from align.commands.counting import counting, duration
from align.settings import AlignSettings
from align.write import check_writable, staged

if TYPE_CHECKING:
    from align.match import Matching

_PAIRING = "Pairing"
_EPILOG = """Examples

align match en/ ja/ -o manifest.tsv && align batch manifest.tsv -o corpus

align match site/ site/ -o manifest.tsv --unmatched alone.tsv

align match en/ translations/ --src-lang en --min-score 0.8 > manifest.tsv

Exit codes: as of align pair. Documents that cannot be read are named and left out; the run goes on."""


@command("match", _EPILOG)
def match(
    source: Annotated[
        str, typer.Argument(metavar="SRC_DIR", help="Folder of the source documents, sub-folders too; or an archive.")
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="TGT_DIR",
            help="Folder of the translations, in one language or in several; or an archive. It may be SRC_DIR.",
        ),
    ],
    settings: AlignSettings,
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="FILE", rich_help_panel=options._OUTPUT,
            help="Where the manifest goes, a table with doc, src, tgt, src_lang, tgt_lang and score; paths are from "
            "its own folder on. Default, and -: standard output, with paths from here on.",
        ),
    ] = None,
    unmatched: Annotated[
        str | None,
        typer.Option(
            "--unmatched", metavar="FILE", rich_help_panel=options._OUTPUT,
            help="Also list the documents without a partner, with the score of the likeliest one. Default: no list.",
        ),
    ] = None,
    min_score: Annotated[
        float,
        typer.Option(
            "--min-score", metavar="P", rich_help_panel=_PAIRING,
            help="Least probability of a pair, 0 to 1. Raise it where documents resemble each other, such as forms; "
            "lower it to look through what is doubtful.",
        ),
    ] = 0.5,
    candidates: Annotated[
        int,
        typer.Option(
            "--candidates", metavar="N", rich_help_panel=_PAIRING,
            help="How many likely partners of a document may be aligned with it. Raise it where many documents say "
            "nearly the same; time grows with it.",
        ),
    ] = 4,
    head: Annotated[
        int,
        typer.Option(
            "--head", metavar="N", rich_help_panel=_PAIRING,
            help="Sentences from the start of a document that are aligned to try a pair. Lower it for speed; raise it "
            "where documents begin alike.",
        ),
    ] = 60,
    ignore_names: Annotated[
        bool,
        typer.Option(
            "--ignore-names", metavar="", rich_help_panel=_PAIRING,
            help="Pay no heed to file names. By default they are a hint, believed as far as they agree with the texts.",
        ),
    ] = False,
    quiet: options.Quiet = False,
) -> None:  # fmt: skip
    """Find out which document translates which, and write a manifest for align batch.

    Documents are compared by their sentences' vectors and by numbers, dates, addresses and names, wherever the files
    lie and whatever they are called; the likeliest pairs are aligned to see whether they are translations. Each
    document has at most one partner in every other language, and none where nothing fits. The score is the
    probability that a pair is right.
    """
    started = time.perf_counter()
    to_file = output not in (None, "-")
    files = [path for path in (output if to_file else None, unmatched) if path is not None]
    for path in files:
        check_writable(path)

    from align.match import MatchSettings, match_folders, write_alone, write_manifest

    matching = MatchSettings(min_score=min_score, candidates=candidates, ignore_names=ignore_names, head=head)
    with counting(quiet) as progress:
        found = match_folders(source, target, settings, matching, progress)
    for skipped in found.skipped:
        console.note(f"align: skipped: {skipped.reason}")
    with ExitStack() as stack:
        streams = list(stack.enter_context(staged(*files))) if files else []
        manifest = streams.pop(0) if to_file else stack.enter_context(process.standard_output())
        write_manifest(found.matches, manifest, os.path.dirname(output) if to_file else "")
        for stream in streams:
            write_alone(found.alone, stream, os.path.dirname(files[-1]))
    if not quiet:
        console.show(_summary(found, files, time.perf_counter() - started))


def _summary(found: Matching, files: list[str], seconds: float) -> list[console.Line]:
    counts: dict[tuple[str, str], int] = {}
    for pair in found.matches:
        counts[pair.languages] = counts.get(pair.languages, 0) + 1
    by_language = ", ".join(f"{count:,} {src}-{tgt}" for (src, tgt), count in sorted(counts.items()))
    alone = [sum(each.is_source == side for each in found.alone) for side in (True, False)]
    lines = [
        console.Line("pairs", f"{len(found.matches):,}{f': {by_language}' if by_language else ''}"),
        console.Line("alone", f"{alone[0]:,} source and {alone[1]:,} target documents have no partner"),
    ]
    if found.skipped:
        lines.append(console.Line("skipped", f"{len(found.skipped):,} files, named above", "yellow"))
    doubtful = [pair for pair in found.matches if pair.score < 0.9]
    if doubtful:
        lines.append(console.Line("doubtful", f"{len(doubtful):,} pairs have a score under 0.9", "yellow"))
    lines.append(console.Line("written", f"{' and '.join(files) or 'standard output'} in {duration(seconds)}", "bold"))
    return lines
