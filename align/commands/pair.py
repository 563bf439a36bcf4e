"""`align pair`: two documents become one aligned file."""

from __future__ import annotations

import time
from dataclasses import replace

from align import console, options, process
from align.commands.app import command
from align.settings import AlignSettings
from align.write import check_writable, format_of, layout_for, outputs, refuse_inputs, write_pairs

_EPILOG = """Examples

align pair en.html ja.txt -o out.tsv

align pair en.txt ja.txt --columns src,tgt --no-header --pairs-only > bitext.tsv

curl -s https://example.org/ja.html | align pair en.html - -o out.jsonl

Exit codes: 0 done, 2 wrong option, 3 to 16 something to mend, which the message names; 70 a defect, please report."""


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
    the probability, 0 to 1, that exactly this bead is right. A summary goes to standard error.
    """
    started = time.perf_counter()
    settings = replace(settings, pairs_only=pairs_only)
    to_file = output not in (None, "-")
    format = format or (format_of(output) if to_file else "tsv")
    names = columns.split(",") if columns is not None else None
    layout = layout_for(format, names, not no_header, pairs_only)
    if to_file:
        for path in outputs(output):
            check_writable(path)
        refuse_inputs(outputs(output), [path for path in (source, target) if path != "-"])

    from align.pipeline import Aligner

    with console.progress(quiet) as progress:
        alignment = Aligner(settings).files(source, target, doc=doc, progress=progress)
    if to_file:
        with process.until_closed():
            alignment.write(output, format, names, not no_header)
    else:
        with process.standard_output() as stream:
            write_pairs(alignment.pairs, stream, format, layout)
    if not quiet:
        files = outputs(output) if to_file else ()
        console.show(console.summary(alignment, files, time.perf_counter() - started))
