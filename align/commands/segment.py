"""`align segment`: a document's sentences, as every other command cuts them."""

from __future__ import annotations

from typing import Annotated

import typer

from align import process
from align.commands.app import command
from align.settings import AlignSettings
from align.write import check_writable, refuse_inputs


@command("segment")
def segment(
    path: Annotated[str, typer.Argument(metavar="FILE", help="HTML or plain text; - is standard input.")],
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="CODE", help="Language code, such as ja. Detected by default.")
    ] = None,
    paragraphs: Annotated[
        bool,
        typer.Option(
            "--paragraphs", metavar="", help="Put an empty line between paragraphs, as --presplit reads them."
        ),
    ] = False,
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", metavar="NAME", help="Encoding of FILE, such as cp932. Detected by default."),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write. Default: standard output.")
    ] = None,
) -> None:
    """Print a document's sentences, one per line, cut as `align pair` cuts them.

    Sentence numbers in a gold alignment are the line numbers, from 0, of the output without --paragraphs.
    """
    if output not in (None, "-"):
        check_writable(output)
        refuse_inputs([output], [path])

    from align.identify import identify
    from align.languages import language
    from align.read import read_document
    from align.segment import segment as cut
    from align.write.layout import line

    settings = AlignSettings(encoding=encoding)
    document = read_document(path, settings)
    code = language(lang).code if lang else identify(document.text)
    lines: list[str] = []
    last = None
    for sentence in cut(document, code, settings):
        if paragraphs and last not in (None, sentence.paragraph):
            lines.append("")
        lines.append(line(sentence.text))
        last = sentence.paragraph
    text = "".join(f"{text}\n" for text in lines).encode()
    with process.standard_output() if output in (None, "-") else process.output_file(output) as stream:
        stream.write(text)
