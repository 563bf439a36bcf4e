"""`align convert`: rows from one format into another."""

from __future__ import annotations

import json
import shlex
from typing import Annotated

from align import console, options, process, row_options
from align.commands.app import command
from align.settings import AlignSettings
from align.write import Tally, Written, check_output, format_of, layout_for, save_pairs, write_pairs

_EPILOG = f"""Examples

align convert out.tsv out.tmx

align convert corpus/ dataset --to hf --licence cc-by-4.0 --min-confidence 0.9

align convert out.tsv train --to moses --src-lang en --tgt-lang ja

align convert gold.ladder gold.tsv --src en.txt --tgt ja.txt --presplit

{process.exit_codes()}"""


@command("convert", _EPILOG)
def convert(
    source: row_options.Rows,
    output: Annotated[
        str,
        options.place(
            "OUT",
            "Where they go; OUT.json beside it says how they were made. -: standard output, nothing beside it.",
        ),
    ],
    source_format: row_options.RowsFormat = None,
    target_format: row_options.ToFormat = None,
    src_lang: row_options.RowsSrcLang = None,
    tgt_lang: row_options.RowsTgtLang = None,
    src: Annotated[
        str | None,
        options.path(
            "--src",
            row_options.NUMBERED,
            "Source document, as for align pair, where IN holds sentence numbers only (ladder, hunalign).",
            metavar="FILE",
        ),
    ] = None,
    tgt: Annotated[
        str | None, options.path("--tgt", row_options.NUMBERED, "Target document, likewise.", metavar="FILE")
    ] = None,
    min_confidence: row_options.LeastConfidence = 0.0,
    pairs_only: options.PairsOnly = False,
    columns: options.Columns = None,
    no_header: options.NoHeader = False,
    doc: Annotated[
        str | None,
        options.option(
            "--doc", options.OUTPUT, "Name of the document, for rows that have none. Default: none.", metavar="NAME"
        ),
    ] = None,
    licence: Annotated[
        str,
        options.option(
            "--licence",
            options.OUTPUT,
            "Licence of the texts for hf's card, such as cc-by-4.0. Default: unknown.",
            metavar="NAME",
        ),
    ] = "",
    title: Annotated[
        str,
        options.option(
            "--title", options.OUTPUT, "Title for hf, html and epub. Default: made of the languages.", metavar="TEXT"
        ),
    ] = "",
    quiet: options.Quiet = False,
    documents: AlignSettings = AlignSettings(),
) -> None:
    """Bring aligned rows into another format.

    Rows are read and written one after another, so that a file may be larger than memory. What OUT has no place for
    is counted on standard error; docs/formats.md says what each format holds.
    Encoding and limits are of --src and --tgt: IN is UTF-8, and as long as it likes.
    """
    to_file = output != "-"
    format = target_format or (format_of(output) if to_file else "tsv")
    names = columns.split(",") if columns is not None else None
    layout = layout_for(format, names, not no_header, pairs_only)

    from align.alignment import input_files, with_sidecars

    texts = input_files([path for path in (src, tgt) if path])
    check_output(output, format, inputs=[source, *texts])

    from align.convert import ConvertSettings, describe, rows_of

    settings = ConvertSettings(
        source_format=source_format,
        src_lang=src_lang,
        tgt_lang=tgt_lang,
        src=src,
        tgt=tgt,
        reading=documents,
        min_confidence=min_confidence,
        doc=doc,
        licence=licence,
        title=title,
    )
    rows = rows_of(source, format, settings)
    if to_file:
        check_output(output, format, rows.metadata, [*with_sidecars(rows.files), *texts])
        given = {"columns": columns, "pairs-only": pairs_only, "no-header": no_header, "to": target_format}

        def sidecar(tally: Tally) -> bytes:
            line = shlex.join(["align", "convert", source, output, *options.given({**settings.changed(), **given})])
            content = json.dumps(describe(rows, tally, line), ensure_ascii=False, indent=2)
            return (content + "\n").encode("utf-8", "backslashreplace")

        with process.until_closed():
            written = save_pairs(rows, output, format, layout, rows.metadata, sidecar)
    else:
        with process.standard_output() as stream:
            written = write_pairs(rows, stream, format, layout, rows.metadata)
    if not quiet:
        console.show(_summary(written, rows.unsure, format))


def _summary(written: Written, unsure: int, format: str) -> list[console.Line]:
    lines = [console.Line("rows", f"{written.tally.rows:,}, {written.tally.nulls:,} with one side empty")]
    if unsure:
        lines.append(console.Line("left out", f"{unsure:,} for their confidence"))
    if written.loss:
        lines.append(console.Line("left out", f"{format} has no place for {written.loss}", "yellow"))
    lines.append(console.Line("written", " and ".join(written.files) or "standard output", "bold"))
    return lines
