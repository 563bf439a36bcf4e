"""The options of the commands and what their help says: default, unit, and when to change it."""

from __future__ import annotations

from typing import Annotated

import typer

from align.settings import ENGINES
from align.write import FORMATS

_LANGUAGES, _TEXT, _MODEL, _OUTPUT = "Languages and reading", "Segmenting", "Model and aligner", "Output"
_LIMITS = "Limits of what is read"
_BOILERPLATE = "Boilerplate"
_ROWS = "Order and sureness"


def _option(flag: str, panel: str, help: str, **more: object) -> typer.models.OptionInfo:
    return typer.Option(flag, rich_help_panel=panel, help=help, **more)


def _flag(flag: str, panel: str, help: str) -> typer.models.OptionInfo:
    return _option(flag, panel, help, metavar="")  # or the help would show a value to give


Source = Annotated[
    str,
    typer.Argument(
        metavar="SRC",
        help="Source document: text, HTML, Markdown, docx, odt, epub, pdf, subtitles, po, xliff, tmx, a table, an "
        "archive or a WARC; - is standard input. FILE::PART is one side, language, column or member of a file that "
        "holds several: a.po::msgid, a.tmx::ja, a.tsv::src, a.zip::en/1.txt.",
    ),
]
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
MaxBytes = Annotated[int, _option("--max-bytes", _LIMITS, "Longest file to accept, in bytes.", metavar="N")]
MaxLine = Annotated[int, _option("--max-line", _LIMITS, "Longest paragraph to accept, in characters.", metavar="N")]
MaxUnpacked = Annotated[
    int,
    _option(
        "--max-unpacked",
        _LIMITS,
        "Most bytes an archive may unpack to in all. Raise it for large corpora.",
        metavar="N",
    ),
]
MaxRatio = Annotated[
    int,
    _option(
        "--max-ratio",
        _LIMITS,
        "Most bytes one packed byte may unpack to, from 16 MiB on; zip bombs reach 1000. Raise it for files of much "
        "repetition.",
        metavar="N",
    ),
]
MaxMembers = Annotated[int, _option("--max-members", _LIMITS, "Most members in an archive.", metavar="N")]
MaxNesting = Annotated[
    int, _option("--max-nesting", _LIMITS, "Deepest archive inside an archive; 1 opens none inside.", metavar="N")
]
MaxDepth = Annotated[
    int, _option("--max-depth", _LIMITS, "Deepest element in a document's XML, up to 500.", metavar="N")
]
Presplit = Annotated[
    bool,
    _flag("--presplit", _TEXT, "The files hold one sentence per line, and blank lines between paragraphs: keep them."),
]
DropBoilerplate = Annotated[
    bool,
    _flag(
        "--drop-boilerplate",
        _BOILERPLATE,
        "Leave out lines of menus, share bars, credits, notices and the like that have no counterpart; the summary "
        "counts them. By default they are rows with the flag boilerplate.",
    ),
]
KeepBoilerplate = Annotated[
    bool,
    _flag(
        "--keep-boilerplate",
        _BOILERPLATE,
        "Treat such lines as text: rows without the flag. For texts of many short lines that are no web pages.",
    ),
]
BoilerplateLines = Annotated[
    str | None,
    _option(
        "--boilerplate-lines",
        _BOILERPLATE,
        "Lines that are boilerplate wherever they stand without a counterpart, one per line. For a site whose phrases "
        "are not told by their look. Default: none.",
        metavar="FILE",
    ),
]
Reorder = Annotated[
    bool,
    _flag(
        "--reorder",
        _ROWS,
        "Align blocks of sentences that stand elsewhere in the translation; their rows come in the order of SRC. By "
        "default such sentences are rows with one side empty. Either way they have the flag moved.",
    ),
]
MinConfidence = Annotated[
    float,
    _option(
        "--min-confidence",
        _ROWS,
        "Leave out rows with two sides that are less probably right than C, 0 to 1; the summary counts them. Raise it "
        "where wrong pairs harm more than lost ones.",
        metavar="C",
    ),
]
TargetPrecision = Annotated[
    float | None,
    _option(
        "--target-precision",
        _ROWS,
        "Leave out the least sure rows with two sides until those left are expected to be right to the share P, up to "
        "1, such as 0.99; the summary tells the confidence found. Default: keep all.",
        metavar="P",
    ),
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


def _batch_size(given: str | int) -> int:
    try:
        return 0 if given == "auto" else int(given)  # the default comes as the number it is
    except ValueError:
        raise typer.BadParameter(f"'{given}' is neither auto nor a number.") from None


BatchSize = Annotated[
    int,
    _option(
        "--batch-size",
        _MODEL,
        "Sentences that a sentence-transformers model takes at once. Default: auto, by their length and the device, "
        "and halved where memory runs short. Lower it where another program needs the same GPU.",
        metavar="auto|N",
        parser=_batch_size,
        show_default=False,
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
    _option(
        "--format",
        _OUTPUT,
        f"Output format: {', '.join(FORMATS)}. Default: by FILE's suffix, else tsv. hf and xces make a folder, moses "
        "a file for either side. What each holds: docs/formats.md.",
        metavar="NAME",
    ),
]
Columns = Annotated[
    str | None,
    _option(
        "--columns",
        _OUTPUT,
        "Columns of tsv, jsonl, csv, parquet and hf, in order, such as src,tgt. Default: all.",
        metavar="A,B",
    ),
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
    "max_unpacked": MaxUnpacked,
    "max_ratio": MaxRatio,
    "max_members": MaxMembers,
    "max_nesting": MaxNesting,
    "max_depth": MaxDepth,
    "presplit": Presplit,
    "drop_boilerplate": DropBoilerplate,
    "keep_boilerplate": KeepBoilerplate,
    "boilerplate_lines": BoilerplateLines,
    "reorder": Reorder,
    "min_confidence": MinConfidence,
    "target_precision": TargetPrecision,
    "model": Model,
    "engine": Engine,
    "device": Device,
    "batch_size": BatchSize,
    "max_bead": MaxBead,
    "weights": Weights,
    "cache": Cache,
    "threads": Threads,
}
"""The options that every command which aligns has, by the field of `AlignSettings` that each one sets."""
