"""`align convert`: rows from one format into another."""

from __future__ import annotations

import json
import shlex
from typing import Annotated

import typer

from align import console, options, process
from align.commands.app import command
from align.write import FORMATS, Tally, Written, check_output, format_of, layout_for, save_pairs, write_pairs

_READS = ", ".join(name for name, each in FORMATS.items() if each.readable)
_EPILOG = """Examples

align convert out.tsv out.tmx

align convert corpus/ dataset --to hf --licence cc-by-4.0 --min-confidence 0.9

align convert out.tsv train --to moses --src-lang en --tgt-lang ja

align convert gold.ladder gold.tsv --src en.txt --tgt ja.txt --presplit

Exit codes: 0 done, 2 wrong option, 3 to 16 something to mend, which the message names; 70 a defect, please report."""


@command("convert", _EPILOG)
def convert(
    source: Annotated[
        str,
        typer.Argument(
            metavar="IN", help="Aligned rows, or a folder of them as align batch makes it; - is standard input."
        ),
    ],
    output: Annotated[
        str,
        typer.Argument(
            metavar="OUT",
            help="Where they go; OUT.json beside it says how they were made. -: standard output, nothing beside it.",
        ),
    ],
    source_format: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="NAME", help=f"Format of IN: {_READS}. Default: by its suffix, or by how it begins."
        ),
    ] = None,
    target_format: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="NAME",
            help=f"Format of OUT: {', '.join(FORMATS)}. Default: by its suffix, else tsv. hf and xces make a folder; "
            "moses makes OUT.en and OUT.ja.",
        ),
    ] = None,
    src_lang: Annotated[
        str | None,
        typer.Option(
            "--src-lang",
            metavar="CODE",
            help="Language code of the source, such as en or zh-TW. Default: what IN or IN.json says, else detected. "
            "Of a TMX with several languages, it chooses one.",
        ),
    ] = None,
    tgt_lang: Annotated[
        str | None, typer.Option("--tgt-lang", metavar="CODE", help="Language code of the target, likewise.")
    ] = None,
    src: Annotated[
        str | None,
        typer.Option(
            "--src", metavar="FILE", help="Source document, where IN holds sentence numbers only (ladder, hunalign)."
        ),
    ] = None,
    tgt: Annotated[str | None, typer.Option("--tgt", metavar="FILE", help="Target document, likewise.")] = None,
    presplit: Annotated[
        bool, typer.Option("--presplit", metavar="", help="--src and --tgt hold one sentence per line: keep them.")
    ] = False,
    min_confidence: Annotated[
        float,
        typer.Option(
            "--min-confidence",
            min=0.0,
            max=1.0,
            metavar="P",
            help="Leave out rows of less confidence, 0 to 1. Rows of 0.9 and more are right 99 times in 100.",
        ),
    ] = 0.0,
    pairs_only: options.PairsOnly = False,
    columns: options.Columns = None,
    no_header: options.NoHeader = False,
    doc: Annotated[
        str | None,
        typer.Option("--doc", metavar="NAME", help="Name of the document, for rows that have none. Default: none."),
    ] = None,
    licence: Annotated[
        str,
        typer.Option(
            "--licence", metavar="NAME", help="Licence of the texts for hf's card, such as cc-by-4.0. Default: unknown."
        ),
    ] = "",
    title: Annotated[
        str,
        typer.Option("--title", metavar="TEXT", help="Title for hf, html and epub. Default: made of the languages."),
    ] = "",
    quiet: options.Quiet = False,
) -> None:
    """Bring aligned rows into another format.

    Rows are read and written one after another, so that a file may be larger than memory. What OUT has no place for
    is counted on standard error; docs/formats.md says what each format holds.
    """
    to_file = output != "-"
    format = target_format or (format_of(output) if to_file else "tsv")
    names = columns.split(",") if columns is not None else None
    layout = layout_for(format, names, not no_header, pairs_only)
    check_output(output, format, inputs=[path for path in (source, src, tgt) if path not in (None, "-")])

    from align.convert import ConvertSettings, describe, rows_of

    settings = ConvertSettings(
        source_format=source_format,
        src_lang=src_lang,
        tgt_lang=tgt_lang,
        src=src,
        tgt=tgt,
        presplit=presplit,
        min_confidence=min_confidence,
        doc=doc,
        licence=licence,
        title=title,
    )
    rows = rows_of(source, format, settings)
    if to_file:
        check_output(output, format, rows.metadata, [*rows.files, *filter(None, (src, tgt))])
        given = {"columns": columns, "pairs-only": pairs_only, "no-header": no_header, "to": target_format}

        def sidecar(tally: Tally) -> bytes:
            line = _line(source, output, {**settings.changed(), **given})
            content = json.dumps(describe(rows, tally, line), ensure_ascii=False, indent=2)
            return (content + "\n").encode("utf-8", "backslashreplace")

        with process.until_closed():
            written = save_pairs(rows, output, format, layout, rows.metadata, sidecar)
    else:
        with process.standard_output() as stream:
            written = write_pairs(rows, stream, format, layout, rows.metadata)
    if not quiet:
        console.show(_summary(written, rows.unsure, format))


def _line(source: str, output: str, given: dict[str, object]) -> str:
    """The command line that makes the output again."""
    words = ["align", "convert", source, output]
    for name, value in given.items():
        if value:
            words += [f"--{name}"] if value is True else [f"--{name}", str(value)]
    return shlex.join(words)


def _summary(written: Written, unsure: int, format: str) -> list[console.Line]:
    lines = [console.Line("rows", f"{written.tally.rows:,}, {written.tally.nulls:,} with one side empty")]
    if unsure:
        lines.append(console.Line("left out", f"{unsure:,} for their confidence"))
    if written.loss:
        lines.append(console.Line("left out", f"{format} has no place for {written.loss}", "yellow"))
    lines.append(console.Line("written", " and ".join(written.files) or "standard output", "bold"))
    return lines
