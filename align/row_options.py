"""The options of the commands that take aligned rows, beside those of `align.options`."""

from __future__ import annotations

from typing import Annotated

import typer

from align.options import READING, flag, option, place
from align.write import FORMATS

FORMS = "Formats and languages"
WHICH = "Which rows"
NUMBERED = "Documents of sentence numbers"

_READABLE = [name for name, format in FORMATS.items() if format.readable]

Rows = Annotated[
    str,
    place(
        "IN",
        "Aligned rows in a format that --from names, or a folder of them as align batch makes it; - is standard input.",
    ),
]


def _readable(name: str) -> str:
    if name not in FORMATS:  # of one that is only written, the reading itself knows more to say
        raise typer.BadParameter(f"'{name}' is no format that is read; it must be one of {', '.join(_READABLE)}.")
    return name


RowsFormat = Annotated[
    str | None,
    option(
        "--from",
        FORMS,
        f"Format of IN: {', '.join(_READABLE)}. Default: by its suffix, or by how it begins.",
        metavar="NAME",
        parser=_readable,
    ),
]
ToFormat = Annotated[
    str | None,
    option(
        "--to",
        FORMS,
        f"Format of OUT: {', '.join(FORMATS)}. Default: by its suffix, else tsv. hf and xces make a folder, moses "
        "OUT.en and OUT.ja.",
        metavar="NAME",
    ),
]
RowsSrcLang = Annotated[
    str | None,
    option(
        "--src-lang",
        FORMS,
        "Language code of the source, such as en or zh-TW. Default: what IN or IN.json says, else detected. Of a TMX "
        "or a folder with several languages, it chooses one.",
        metavar="CODE",
    ),
]
RowsTgtLang = Annotated[
    str | None, option("--tgt-lang", FORMS, "Language code of the target, likewise.", metavar="CODE")
]
LeastConfidence = Annotated[
    float,
    option(
        "--min-confidence",
        WHICH,
        "Leave out rows of less confidence, 0 to 1. Rows of 0.9 and more are right 99 times in 100.",
        metavar="P",
    ),
]

DOCUMENTS = {
    **READING,
    "encoding": Annotated[
        str | None,
        option(
            "--encoding", NUMBERED, "Encoding of --src and --tgt, such as cp932. Default: detected.", metavar="NAME"
        ),
    ],
    "presplit": Annotated[bool, flag("--presplit", NUMBERED, "--src and --tgt hold one sentence per line: keep them.")],
}
"""The options of a command that reads documents for the text of sentence numbers, by the field of `AlignSettings`."""
