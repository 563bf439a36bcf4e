"""`align filter`: keep or drop rows by what is known of them."""

from __future__ import annotations

import json as json_module
import os
import shlex
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated

from align import console, options, process, row_options
from align.commands.app import as_json, command
from align.errors import SettingsError
from align.languages import language
from align.write import (
    check_output,
    format_of,
    layout_for,
    outputs,
    save_pairs,
    write_pairs,
)

if TYPE_CHECKING:
    from align.convert import Rows
    from align.judge.filter import Outcome
    from align.records import AlignedPair
    from align.write import Tally

_TAGGED = "tmx"
"""A format that names languages: rows that are to be judged need theirs known, as if they were written in it."""

_EPILOG = "\n\n".join(
    (
        "Examples",
        "align filter out.tsv -o good.tsv --keep 'confidence >= .9 and not numbers'",
        "align filter corpus/ -o clean.jsonl --drop 'low_confidence or torn or ratio > 4' --rejected out.jsonl",
        "align filter old.tmx -o new.tmx --judge --drop 'copy or language or src_len + tgt_len > 2000'",
        'align filter out.tsv -o news.tsv --keep \'doc matches "^news" and tgt contains "。"\'',
        "Columns: confidence, similarity, type, is_null, src, tgt, src_len and tgt_len (characters), ratio (tgt_len / "
        "src_len), src_sentences, tgt_sentences, doc, bead, flags, bicleaner.",
        "Flags, true or false: artefact, boilerplate, copy, duplicate, language, length, low_confidence, moved, "
        "names, non_text, numbers, quotes, torn; docs/flags.md has their rules.",
        'Operators: and, or, not, comparisons, in, + - * /, matches "regular expression", contains "text"; len(), '
        "lower(), abs().",
        process.exit_codes("wrong option or condition"),
    )
)


@command("filter", _EPILOG)
def filter(
    source: row_options.Rows,
    output: Annotated[
        str,
        options.path(
            "--output -o",
            options.OUTPUT,
            "Where the rows that are kept go; OUT.json beside it has the counts. -: standard output.",
            metavar="OUT",
        ),
    ],
    keep: Annotated[
        list[str] | None,
        options.option(
            "--keep",
            row_options.WHICH,
            "Keep only rows of which this is true. May be given several times: all have to be true.",
            metavar="EXPR",
        ),
    ] = None,
    drop: Annotated[
        list[str] | None,
        options.option(
            "--drop",
            row_options.WHICH,
            "Leave out rows of which this is true. May be given several times.",
            metavar="EXPR",
        ),
    ] = None,
    rejected: Annotated[
        str | None,
        options.path(
            "--rejected",
            options.OUTPUT,
            "Where the rows that are left out go, in the format of its suffix. -: standard output. Default: nowhere.",
            metavar="FILE",
        ),
    ] = None,
    judge: Annotated[
        bool,
        options.flag(
            "--judge",
            row_options.WHICH,
            "Set the flags anew first: for rows that another program aligned, or that were corrected by hand. Takes "
            "about a millisecond a row.",
        ),
    ] = False,
    bicleaner: Annotated[
        str | None,
        options.option(
            "--bicleaner",
            row_options.WHICH,
            "Score every pair with bicleaner-ai first (pip install bicleaner-ai) and this model, a metadata file or a "
            "name that it downloads. It gives the column bicleaner, 0 to 1, and the flag of that name below 0.5. "
            "Default: no scores.",
            metavar="MODEL",
        ),
    ] = None,
    source_format: row_options.RowsFormat = None,
    target_format: row_options.ToFormat = None,
    src_lang: row_options.RowsSrcLang = None,
    tgt_lang: row_options.RowsTgtLang = None,
    columns: options.Columns = None,
    no_header: options.NoHeader = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Keep or drop rows by conditions on their columns and flags, and count every reason.

    Conditions are written as in Python: confidence >= .9 and not boilerplate. Each part that `and` joins in --keep, or
    `or` in --drop, is a reason of its own: the summary tells how many rows it left out, and how many of those for this
    reason alone. Rows are read and written one after another, so that a file may be larger than memory.
    """
    printed = {"the rows kept": output == "-", "the rows left out": rejected == "-", "--json": json}
    if sum(printed.values()) > 1:
        what = " and ".join(name for name, there in printed.items() if there)
        raise SettingsError(f"Standard output cannot take {what} together; give -o or --rejected a file.")

    from align.alignment import with_sidecars
    from align.convert import ConvertSettings, rows_of
    from align.judge.filter import Outcome, filter_of, filtered
    from align.judge.spool import Spool

    wanted = filter_of(keep or (), drop or ())
    if "bicleaner" in wanted.names and bicleaner is None:
        raise SettingsError("A condition asks for bicleaner, and nothing gives that score; add --bicleaner MODEL.")
    format = target_format or (format_of(output) if output != "-" else "tsv")
    layout = layout_for(format, columns.split(",") if columns is not None else None, not no_header)
    check_output(output, format, inputs=[source])
    if rejected is not None:
        check_output(rejected, inputs=[source])
        if rejected != "-" and os.path.abspath(rejected) in map(os.path.abspath, outputs(output)):
            raise SettingsError(f"The rows kept and the rows left out would both go to {rejected}; give two names.")

    settings = ConvertSettings(source_format=source_format, src_lang=src_lang, tgt_lang=tgt_lang)
    rows = rows_of(source, _TAGGED if judge else format, settings)
    inputs = with_sidecars(rows.files)
    check_output(output, format, rows.metadata, inputs)
    if rejected is not None:
        check_output(rejected, None, rows.metadata, inputs)
    outcome, aside = Outcome(), Spool() if rejected is not None else None
    pairs = _prepared(rows, judge, bicleaner)
    kept = filtered(pairs, wanted, outcome, aside.add if aside else None)
    given = {
        "keep": keep, "drop": drop, "rejected": rejected, "judge": judge, "bicleaner": bicleaner,
        **settings.changed(), "to": target_format, "columns": columns, "no-header": no_header,
    }  # fmt: skip
    command = shlex.join(["align", "filter", source, "-o", output, *options.given(given)])
    if output == "-":
        with process.standard_output() as stream:
            written = write_pairs(kept, stream, format, layout, rows.metadata)
    else:
        with process.until_closed():
            written = save_pairs(kept, output, format, layout, rows.metadata, _sidecar(rows, outcome, command))
    files = [*written.files]
    if aside is not None and rejected == "-":
        with process.standard_output() as stream:
            write_pairs(aside, stream, metadata=rows.metadata)
    elif aside is not None and rejected is not None:
        files += save_pairs(aside, rejected, metadata=rows.metadata).files
    if json:
        process.echo(as_json(outcome.to_dict()))
    elif not quiet:
        console.show(_summary(outcome, files, str(written.loss) if written.loss else ""))


def _prepared(
    rows: Rows, judge: bool, model: str | None
) -> Iterable[AlignedPair] | Iterable[tuple[AlignedPair, float]]:
    """The rows with new flags and scores, where they are asked for."""
    from align.judge.filter import judged

    pairs: Iterable[AlignedPair] = rows
    if judge:
        if rows.metadata.languages is None:
            raise SettingsError("Nothing says which languages the rows are in; give --src-lang and --tgt-lang.")
        src, tgt = (language(code).code for code in rows.metadata.languages)
        pairs = judged(pairs, (src, tgt))
    if model is None:
        return pairs
    from align.judge.bicleaner import scored

    return scored(pairs, model)


def _sidecar(rows: Rows, outcome: Outcome, command: str) -> Callable[[Tally], bytes]:
    """What makes the file beside the output, once the rows are counted."""
    from align.convert import describe

    def content(written: Tally) -> bytes:
        described = {**describe(rows, written, command), "flags": dict(written.flags.most_common())}
        text = json_module.dumps({**described, "filter": outcome.to_dict()}, ensure_ascii=False, indent=2)
        return (text + "\n").encode("utf-8", "backslashreplace")

    return content


def _summary(outcome: Outcome, files: list[str], loss: str) -> list[console.Line]:
    share = f"{outcome.kept / outcome.read:.1%}" if outcome.read else "0%"
    lines = [
        console.Line("rows", f"{outcome.read:,} read, {outcome.kept:,} kept ({share}), {outcome.dropped:,} left out")
    ]
    for reason, (count, alone) in sorted(outcome.reasons.items(), key=lambda item: -item[1][0]):
        verb = "fail" if reason.option == "--keep" else "match"
        lines.append(console.Line(f"  {count:,}", f"{verb} {reason.clause.text} ({alone:,} nothing else)"))
    if loss:
        lines.append(console.Line("left out", f"the format has no place for {loss}", "yellow"))
    lines.append(console.Line("written", " and ".join(files) or "standard output", "bold"))
    return lines
