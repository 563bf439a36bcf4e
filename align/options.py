"""The options of the commands and what their help says: default, unit, and when to change it.

Those of commands that take rows, which are aligned already, are in `align.row_options`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from align.settings import ENGINES
from align.write import FORMATS

LANGUAGES, TEXT, MODEL, OUTPUT = "Languages and reading", "Segmenting", "Model and aligner", "Output"
LIMITS = "Limits of what is read"
BOILERPLATE = "Boilerplate"
ROWS = "Order and sureness"


def option(flags: str, panel: str | None, help: str, **more: object) -> typer.models.OptionInfo:
    """An option with its names, such as `--output -o`, in a panel of the help; None is the one without a name."""
    return typer.Option(*flags.split(), rich_help_panel=panel, help=help, **more)


def flag(flags: str, panel: str | None, help: str, **more: object) -> typer.models.OptionInfo:
    """An option that takes no value."""
    return option(flags, panel, help, metavar="", **more)  # or the help would show a value to give


def given(values: Mapping[str, object]) -> list[str]:
    """The words of a command line that give options these values; True is a flag, a list an option given again."""
    words: list[str] = []
    for name, value in values.items():
        for each in value if isinstance(value, list) else [value]:
            if each:
                words += [f"--{name}"] if each is True else [f"--{name}", str(each)]
    return words


def _named(path: str | None) -> str | None:
    """A path that a variable of a script left empty is no path; some system calls would take it for this folder."""
    if path is not None and not path.strip():
        raise typer.BadParameter("the name is empty; give that of a file, or - where the help says so.")
    return path


def path(flags: str, panel: str | None, help: str, **more: object) -> typer.models.OptionInfo:
    """An option that takes the path of a file or folder."""
    return option(flags, panel, help, callback=_named, **more)


def _all_named(paths: list[str]) -> list[str]:
    return [path for path in paths if _named(path)]


def places(metavar: str, help: str) -> typer.models.ArgumentInfo:
    """An argument that is the paths of one or more files or folders."""
    return typer.Argument(metavar=metavar, help=help, callback=_all_named)


def place(metavar: str, help: str) -> typer.models.ArgumentInfo:
    """An argument that is the path of a file or folder."""
    return typer.Argument(metavar=metavar, help=help, callback=_named)


_DOCUMENT = (
    "text, HTML, Markdown, a saved page (mhtml), docx, odt, epub, pdf, subtitles, po, xliff, tmx, a table (tsv, csv, "
    "jsonl, json, parquet), an archive (zip, tar, gz and the like) or a WARC; - is standard input. FILE::PART is one "
    "side, language, column or member of a file that holds several: a.po::msgid, a.tmx::ja, a.tsv::src, "
    "a.zip::en/1.txt."
)
Source = Annotated[str, typer.Argument(metavar="SRC", help=f"Source document: {_DOCUMENT}")]
Target = Annotated[str, typer.Argument(metavar="TGT", help="Its translation.")]
OneDocument = Annotated[str, typer.Argument(metavar="FILE", help=f"Document: {_DOCUMENT}")]
SrcLang = Annotated[
    str | None,
    option(
        "--src-lang",
        LANGUAGES,
        "Language code of SRC, such as en. Detected by default; give it for texts of a few words.",
        metavar="CODE",
    ),
]
TgtLang = Annotated[str | None, option("--tgt-lang", LANGUAGES, "Language code of TGT, likewise.", metavar="CODE")]
Encoding = Annotated[
    str | None,
    option("--encoding", LANGUAGES, "Encoding of what is read, such as cp932. Detected by default.", metavar="NAME"),
]
MaxBytes = Annotated[int, option("--max-bytes", LIMITS, "Longest file to accept, in bytes.", metavar="N")]
MaxLine = Annotated[int, option("--max-line", LIMITS, "Longest paragraph to accept, in characters.", metavar="N")]
MaxUnpacked = Annotated[
    int,
    option(
        "--max-unpacked",
        LIMITS,
        "Most bytes an archive may unpack to in all. Raise it for large corpora.",
        metavar="N",
    ),
]
MaxRatio = Annotated[
    int,
    option(
        "--max-ratio",
        LIMITS,
        "Most bytes one packed byte may unpack to, from 16 MiB on; zip bombs reach 1000. Raise it for files of much "
        "repetition.",
        metavar="N",
    ),
]
MaxMembers = Annotated[int, option("--max-members", LIMITS, "Most members in an archive.", metavar="N")]
MaxNesting = Annotated[
    int, option("--max-nesting", LIMITS, "Deepest archive inside an archive; 1 opens none inside.", metavar="N")
]
MaxDepth = Annotated[int, option("--max-depth", LIMITS, "Deepest element in a document's XML, up to 500.", metavar="N")]
Presplit = Annotated[
    bool,
    flag("--presplit", TEXT, "The files hold one sentence per line, and blank lines between paragraphs: keep them."),
]
DropBoilerplate = Annotated[
    bool,
    flag(
        "--drop-boilerplate",
        BOILERPLATE,
        "Leave out lines of menus, share bars, credits, notices and the like that have no counterpart; the summary "
        "counts them. By default they are rows with the flag boilerplate.",
    ),
]
KeepBoilerplate = Annotated[
    bool,
    flag(
        "--keep-boilerplate",
        BOILERPLATE,
        "Treat such lines as text: rows without the flag. For texts of many short lines that are no web pages.",
    ),
]
BoilerplateLines = Annotated[
    str | None,
    option(
        "--boilerplate-lines",
        BOILERPLATE,
        "Lines that are boilerplate wherever they stand without a counterpart, one per line. For a site whose phrases "
        "are not told by their look. Default: none.",
        metavar="FILE",
    ),
]
Reorder = Annotated[
    bool,
    flag(
        "--reorder",
        ROWS,
        "Align blocks of sentences that stand elsewhere in the translation; their rows come in the order of SRC. By "
        "default such sentences are rows with one side empty. Either way they have the flag moved.",
    ),
]
MinConfidence = Annotated[
    float,
    option(
        "--min-confidence",
        ROWS,
        "Leave out rows with two sides that are less probably right than C, 0 to 1; the summary counts them. Raise it "
        "where wrong pairs harm more than lost ones.",
        metavar="C",
    ),
]
TargetPrecision = Annotated[
    float | None,
    option(
        "--target-precision",
        ROWS,
        "Leave out the least sure rows with two sides until those left are expected to be right to the share P, up to "
        "1, such as 0.99; the summary tells the confidence found. Default: keep all.",
        metavar="P",
    ),
]
Model = Annotated[
    str,
    option(
        "--model",
        MODEL,
        "Sentence encoder: use, e5-small, labse, any sentence-transformers name or folder, or two joined by +. "
        "auto is use where it knows both languages, else e5-small. See: align models.",
        metavar="NAME",
    ),
]
Engine = Annotated[
    str,
    option(
        "--engine",
        MODEL,
        "Aligner: lattice is taiyaku's own; bertalign is that program's algorithm, to compare.",
        metavar="|".join(ENGINES),
    ),
]
Device = Annotated[
    str,
    option(
        "--device", MODEL, "Where a sentence-transformers model runs: auto, cpu, cuda, cuda:1 or mps.", metavar="NAME"
    ),
]


def _batch_size(given: str | int) -> int:
    try:
        return 0 if given == "auto" else int(given)  # the default comes as the number it is
    except ValueError:
        raise typer.BadParameter(f"'{given}' is neither auto nor a number.") from None


BatchSize = Annotated[
    int,
    option(
        "--batch-size",
        MODEL,
        "Sentences that a sentence-transformers model takes at once. Default: auto, by their length and the device, "
        "and halved where memory runs short. Lower it where another program needs the same GPU.",
        metavar="auto|N",
        parser=_batch_size,
        show_default=False,
    ),
]
MaxBead = Annotated[
    int,
    option(
        "--max-bead",
        MODEL,
        "Most sentences in one bead, both sides together, 2 to 10. Raise it for free, literary translation; "
        "time grows with its square.",
        metavar="N",
    ),
]
Weights = Annotated[
    str | None,
    option(
        "--weights",
        MODEL,
        "Weights of the lattice aligner, from align train. Default: those that ship.",
        metavar="FILE",
    ),
]
Cache = Annotated[
    str | None,
    option(
        "--cache",
        MODEL,
        "File that keeps sentence vectors, for documents that are aligned again. Default: none, but in align batch see "
        "--no-cache.",
        metavar="FILE",
    ),
]
Threads = Annotated[int, option("--threads", MODEL, "Threads for matrix products; 0 takes every core.", metavar="N")]
Output = Annotated[
    str | None,
    path(
        "--output -o",
        OUTPUT,
        "Where the rows go; FILE.json beside it says how they were made. "
        "Default, and -: standard output, with nothing beside it.",
        metavar="FILE",
    ),
]
Format = Annotated[
    str | None,
    option(
        "--format",
        OUTPUT,
        f"Output format: {', '.join(FORMATS)}. Default: by FILE's suffix, else tsv. hf and xces make a folder, moses "
        "a file for either side. What each holds: docs/formats.md.",
        metavar="NAME",
    ),
]
Columns = Annotated[
    str | None,
    option(
        "--columns",
        OUTPUT,
        "Columns of tsv, jsonl, csv, parquet and hf, in order, such as src,tgt. Default: all.",
        metavar="A,B",
    ),
]
NoHeader = Annotated[bool, flag("--no-header", OUTPUT, "Leave out the TSV's first row, which names the columns.")]
PairsOnly = Annotated[
    bool,
    flag("--pairs-only", OUTPUT, "Leave out rows with one side empty. By default every sentence is in one row."),
]
Doc = Annotated[
    str | None,
    option(
        "--doc",
        OUTPUT,
        "Name in the column doc. Default: SRC's file name without its suffix, or its folder's where that is only a "
        "language code.",
        metavar="NAME",
    ),
]
Quiet = Annotated[bool, flag("--quiet -q", OUTPUT, "No progress, no summary.")]
Json = Annotated[bool, flag("--json", OUTPUT, "Print one JSON object instead of a table.")]

READING = {
    "encoding": Encoding,
    "max_bytes": MaxBytes,
    "max_line": MaxLine,
    "max_unpacked": MaxUnpacked,
    "max_ratio": MaxRatio,
    "max_members": MaxMembers,
    "max_nesting": MaxNesting,
    "max_depth": MaxDepth,
}
"""The options that every command which reads documents has, by the field of `AlignSettings` that each one sets."""

SETTINGS = {
    "src_lang": SrcLang,
    "tgt_lang": TgtLang,
    **READING,
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
