"""`align match`: which document translates which."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Annotated

from align import console, options, process
from align.commands.app import command
from align.commands.counting import counting, duration
from align.errors import SettingsError
from align.settings import AlignSettings
from align.write import check_writable, refuse_inputs, staged

if TYPE_CHECKING:
    from align.match import Matching

_PAIRING = "Pairing"
_EPILOG = f"""Examples

align match en/ ja/ -o manifest.tsv && align batch manifest.tsv -o corpus

align match site/ site/ -o manifest.tsv --unmatched alone.tsv

align match en/ translations/ --src-lang en --min-score 0.8 > manifest.tsv

Documents that cannot be read are named and left out; the run goes on. {process.exit_codes()}"""


@command("match", _EPILOG)
def match(
    source: Annotated[str, options.place("SRC_DIR", "Folder of the source documents, sub-folders too; or an archive.")],
    target: Annotated[
        str,
        options.place(
            "TGT_DIR", "Folder of the translations, in one language or in several; or an archive. It may be SRC_DIR."
        ),
    ],
    settings: AlignSettings,
    output: Annotated[
        str | None,
        options.path(
            "--output -o",
            options.OUTPUT,
            "Where the manifest goes, a table with doc, src, tgt, src_lang, tgt_lang and score; paths are from its own "
            "folder on. Default, and -: standard output, with paths from here on.",
            metavar="FILE",
        ),
    ] = None,
    unmatched: Annotated[
        str | None,
        options.path(
            "--unmatched",
            options.OUTPUT,
            "Also list the documents without a partner, with the score of the likeliest one. -: standard output. "
            "Default: no list.",
            metavar="FILE",
        ),
    ] = None,
    min_score: Annotated[
        float,
        options.option(
            "--min-score",
            _PAIRING,
            "Least probability of a pair, 0 to 1. Raise it where documents resemble each other, such as forms; lower "
            "it to look through what is doubtful.",
            metavar="P",
        ),
    ] = 0.5,
    candidates: Annotated[
        int,
        options.option(
            "--candidates",
            _PAIRING,
            "How many likely partners of a document may be aligned with it, 1 to 100. Raise it where many documents "
            "say nearly the same; time grows with it.",
            metavar="N",
        ),
    ] = 4,
    head: Annotated[
        int,
        options.option(
            "--head",
            _PAIRING,
            "Sentences from the start of a document that are aligned to try a pair, 10 to 1000. Lower it for speed; "
            "raise it where documents begin alike.",
            metavar="N",
        ),
    ] = 60,
    ignore_names: Annotated[
        bool,
        options.flag(
            "--ignore-names",
            _PAIRING,
            "Pay no heed to file names. By default they are a hint, believed as far as they agree with the texts.",
        ),
    ] = False,
    quiet: options.Quiet = False,
) -> None:
    """Find out which document translates which, and write a manifest for align batch.

    Documents are compared by their sentences' vectors and by numbers, dates, addresses and names, wherever the files
    lie and whatever they are called; the likeliest pairs are aligned to see whether they are translations. Each
    document has at most one partner in every other language, and none where nothing fits. The score is the
    probability that a pair is right.
    """
    started = time.perf_counter()
    manifest, alone = output or "-", unmatched
    files = [path for path in (manifest, alone) if path not in (None, "-")]
    _check(manifest, alone, files, (source, target))

    from align.match import MatchSettings, match_folders, write_alone, write_manifest

    matching = MatchSettings(min_score=min_score, candidates=candidates, ignore_names=ignore_names, head=head)
    with counting(quiet) as progress:
        found = match_folders(source, target, settings, matching, progress)
    for skipped in found.skipped:
        console.note(f"align: skipped: {skipped.reason}")
    with ExitStack() as stack:
        streams = dict(zip(files, stack.enter_context(staged(*files)), strict=True))
        if "-" in (manifest, alone):
            streams["-"] = stack.enter_context(process.standard_output())
        write_manifest(found.matches, streams[manifest], os.path.dirname(manifest))
        if alone is not None:
            write_alone(found.alone, streams[alone], os.path.dirname(alone))
    if not quiet:
        console.show(_summary(found, files, time.perf_counter() - started))


def _check(manifest: str, alone: str | None, files: list[str], sources: tuple[str, str]) -> None:
    """Find out before the work that an output has nowhere to go, or would take the place of a document.

    Raises:
        SettingsError, OutputError, MissingInput: this is so, or there is no such folder.
    """
    if alone is not None and os.path.abspath(manifest) == os.path.abspath(alone):
        where = "standard output" if alone == "-" else alone
        raise SettingsError(
            f"The manifest and the documents without a partner would both go to {where}; give -o and --unmatched two "
            "names."
        )
    for path in files:
        check_writable(path)
    taken = [path for path in files if os.path.isfile(path) and not _is_earlier(path)]
    if taken:
        from align.match.collect import files as documents

        refuse_inputs(taken, [file for source in sources for file in documents(source)])


def _is_earlier(path: str) -> bool:
    """Whether a file is a manifest, or a list of documents without a partner, of an earlier run."""
    from align.match.manifest import COLUMNS

    with suppress(OSError), open(path, "rb") as file:
        return file.readline(200).strip() == "\t".join(COLUMNS).encode()
    return False


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
