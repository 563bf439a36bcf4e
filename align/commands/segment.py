"""`align segment`: a document's sentences, as every other command cuts them."""

from __future__ import annotations

from typing import Annotated

from align import options, process
from align.commands.app import command
from align.settings import AlignSettings
from align.write import check_writable, refuse_inputs

_EPILOG = f"""Examples

align segment ja.html

align segment en.docx --paragraphs -o en.txt

align segment memory.tmx::ja --lang ja | wc -l

{process.exit_codes()}"""


@command("segment", _EPILOG)
def segment(
    path: options.OneDocument,
    reading: AlignSettings,
    lang: Annotated[
        str | None,
        options.option(
            "--lang",
            options.LANGUAGES,
            "Language code, such as ja. Detected by default; give it for texts of a few words.",
            metavar="CODE",
        ),
    ] = None,
    paragraphs: Annotated[
        bool,
        options.flag("--paragraphs", options.OUTPUT, "Put an empty line between paragraphs, as --presplit reads them."),
    ] = False,
    output: Annotated[
        str | None,
        options.path("--output -o", options.OUTPUT, "Where to write. Default, and -: standard output.", metavar="FILE"),
    ] = None,
) -> None:
    """Print a document's sentences, one per line, cut as `align pair` cuts them.

    Sentence numbers in a gold alignment are the line numbers, from 0, of the output without --paragraphs.
    """
    if output not in (None, "-"):
        from align.alignment import input_files

        check_writable(output)
        refuse_inputs([output], input_files([path]))

    from align.identify import identify
    from align.languages import language
    from align.read import read_document
    from align.segment import segment as cut
    from align.write.layout import line

    document = read_document(path, reading)
    code = language(lang).code if lang else identify(document.text)
    lines: list[str] = []
    last = None
    for sentence in cut(document, code, reading):
        if paragraphs and last not in (None, sentence.paragraph):
            lines.append("")
        lines.append(line(sentence.text))
        last = sentence.paragraph
    text = "".join(f"{text}\n" for text in lines).encode()
    with process.standard_output() if output in (None, "-") else process.output_file(output) as stream:
        stream.write(text)
