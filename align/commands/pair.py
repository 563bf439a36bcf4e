"""`align pair`: two documents become one aligned file."""

from __future__ import annotations

import time
from dataclasses import replace

from align import console, options, process
from align.commands.app import command
from align.settings import AlignSettings
from align.write import check_output, format_of, layout_for, write_pairs

_EPILOG = f"""Examples

align pair en.html ja.txt -o out.tsv

align pair en.txt ja.txt -o out.tmx

align pair en.txt ja.txt --columns src,tgt --no-header --pairs-only > bitext.tsv

curl -s https://example.org/ja.html | align pair en.html - -o out.jsonl

{process.exit_codes()}"""


@command("pair", _EPILOG)
def pair(
    source: options.Source,
    target: options.Target,
    settings: AlignSettings,
    output: options.Output = None,
    format: options.Format = None,
    columns: options.Columns = None,
    no_header: options.NoHeader = False,
    pairs_only: options.PairsOnly = False,
    doc: options.Doc = None,
    quiet: options.Quiet = False,
) -> None:
    """Align two documents, sentence by sentence.

    Every sentence of both documents stands in exactly one row, in order. A row holds a bead: sentences that
    translate each other, one or several on a side, or none where a sentence has no counterpart. Its confidence is
    the probability, 0 to 1, that exactly this bead is right. A summary goes to standard error. Where the documents
    do not look like translations of each other, its first line says so; the exit code is 0 all the same.
    """
    started = time.perf_counter()
    settings = replace(settings, pairs_only=pairs_only)
    to_file = output not in (None, "-")
    format = format or (format_of(output) if to_file else "tsv")
    names = columns.split(",") if columns is not None else None
    layout = layout_for(format, names, not no_header, pairs_only)

    from align.alignment import input_files

    check_output(output if to_file else "-", format, inputs=input_files((source, target), settings))

    from align.pipeline import Aligner

    with console.progress(quiet) as progress:
        alignment = Aligner(settings).files(source, target, doc=doc, progress=progress)
    if to_file:
        with process.until_closed():
            written = alignment.write(output, format, names, not no_header)
    else:
        with process.standard_output() as stream:
            written = write_pairs(alignment.pairs, stream, format, layout, alignment.metadata)
    if not quiet:
        lines = console.summary(alignment, written.files, time.perf_counter() - started)
        if written.loss:
            lines.insert(-1, console.Line("left out", f"{format} has no place for {written.loss}", "yellow"))
        console.show(lines)
