"""The options of the commands and what their help says: default, unit, and when to change it."""

from __future__ import annotations

from typing import Annotated

import typer

from align.settings import ENGINES
from align.write import FORMATS

_LANGUAGES, _TEXT, _MODEL, _OUTPUT = "Languages and reading", "Segmenting", "Model and aligner", "Output"


def _option(flag: str, panel: str, help: str, **more: object) -> typer.models.OptionInfo:
    return typer.Option(flag, rich_help_panel=panel, help=help, **more)


def _flag(flag: str, panel: str, help: str) -> typer.models.OptionInfo:
    return _option(flag, panel, help, metavar="")  # or the help would show a value to give


Source = Annotated[str, typer.Argument(metavar="SRC", help="Source document: HTML or plain text; - is standard input.")]
Target = Annotated[str, typer.Argument(metavar="TGT", help="Its translation.")]
SrcLang = Annotated[
    str | None,
    _option(
        "--src-lang",
        _LANGUAGES,
        "Language code of SRC, such as en. Detected by default; give it for texts of a few words.",
        metavar="CODE",
    ),
]
TgtLang = Annotated[str | None, _option("--tgt-lang", _LANGUAGES, "Language code of TGT, likewise.", metavar="CODE")]
Encoding = Annotated[
    str | None,
    _option("--encoding", _LANGUAGES, "Encoding of both files, such as cp932. Detected by default.", metavar="NAME"),
]
MaxBytes = Annotated[int, _option("--max-bytes", _LANGUAGES, "Longest file to accept, in bytes.", metavar="N")]
MaxLine = Annotated[int, _option("--max-line", _LANGUAGES, "Longest paragraph to accept, in characters.", metavar="N")]
Presplit = Annotated[
    bool,
    _flag("--presplit", _TEXT, "The files hold one sentence per line, and blank lines between paragraphs: keep them."),
]
Model = Annotated[
    str,
    _option(
        "--model",
        _MODEL,
        "Sentence encoder: use, e5-small, labse, any sentence-transformers name or folder, or two joined by +. "
        "auto is use where it knows both languages, else e5-small. See: align models.",
        metavar="NAME",
    ),
]
Engine = Annotated[
    str,
    _option(
        "--engine",
        _MODEL,
        "Aligner: lattice is taiyaku's own; bertalign is that program's algorithm, to compare.",
        metavar="|".join(ENGINES),
    ),
]
Device = Annotated[
    str,
    _option(
        "--device", _MODEL, "Where a sentence-transformers model runs: auto, cpu, cuda, cuda:1 or mps.", metavar="NAME"
    ),
]
MaxBead = Annotated[
    int,
    _option(
        "--max-bead",
        _MODEL,
        "Most sentences in one bead, both sides together, 2 to 10. Raise it for free, literary translation; "
        "time grows with its square.",
        metavar="N",
    ),
]
Weights = Annotated[
    str | None,
    _option(
        "--weights",
        _MODEL,
        "Weights of the lattice aligner, from align train. Default: those that ship.",
        metavar="FILE",
    ),
]
Cache = Annotated[
    str | None,
    _option(
        "--cache",
        _MODEL,
        "File that keeps sentence vectors, for documents that are aligned again. Default: none.",
        metavar="FILE",
    ),
]
Threads = Annotated[int, _option("--threads", _MODEL, "Threads for matrix products; 0 takes every core.", metavar="N")]
Output = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", rich_help_panel=_OUTPUT,
        help="Where the rows go; FILE.json beside it says how they were made. "
        "Default, and -: standard output, with nothing beside it.",
    ),
]  # fmt: skip
Format = Annotated[
    str | None,
    _option("--format", _OUTPUT, "Output format. Default: by FILE's suffix, else tsv.", metavar="|".join(FORMATS)),
]
Columns = Annotated[
    str | None,
    _option("--columns", _OUTPUT, "Columns of tsv and jsonl, in order, such as src,tgt. Default: all.", metavar="A,B"),
]
NoHeader = Annotated[bool, _flag("--no-header", _OUTPUT, "Leave out the TSV's first row, which names the columns.")]
PairsOnly = Annotated[
    bool,
    _flag("--pairs-only", _OUTPUT, "Leave out rows with one side empty. By default every sentence is in one row."),
]
Doc = Annotated[
    str | None,
    _option(
        "--doc",
        _OUTPUT,
        "Name in the column doc. Default: SRC's file name without its suffix, or its folder's where that is only a "
        "language code.",
        metavar="NAME",
    ),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", metavar="", rich_help_panel=_OUTPUT, help="No progress, no summary.")
]

Json = Annotated[bool, typer.Option("--json", metavar="", help="Print one JSON object instead of a table.")]

SETTINGS = {
    "src_lang": SrcLang,
    "tgt_lang": TgtLang,
    "encoding": Encoding,
    "max_bytes": MaxBytes,
    "max_line": MaxLine,
    "presplit": Presplit,
    "model": Model,
    "engine": Engine,
    "device": Device,
    "max_bead": MaxBead,
    "weights": Weights,
    "cache": Cache,
    "threads": Threads,
}
"""The options that every command which aligns has, by the field of `AlignSettings` that each one sets."""
