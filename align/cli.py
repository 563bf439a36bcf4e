"""The command `align`: arguments, progress, exit codes. What it does is done elsewhere."""

from __future__ import annotations

import inspect
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, NoReturn, TypeVar

import typer

from align import __version__, console, options, process
from align.errors import MissingExtra, MissingModel
from align.settings import AlignSettings
from align.write import check_writable, format_of, layout_for, outputs, refuse_inputs, write_pairs

_DEFAULTS = AlignSettings()

Command = TypeVar("Command", bound=Callable[..., None])

app = typer.Typer(
    name="align",
    help="Turn documents that are translations of each other into a sentence-aligned corpus.",
    epilog="Examples:  align pair en.html ja.txt -o out.tsv  |  align eval gold.txt out.tsv  |  align pair --help",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_PAIR_EPILOG = """Examples

align pair en.html ja.txt -o out.tsv

align pair en.txt ja.txt --columns src,tgt --no-header --pairs-only > bitext.tsv

curl -s https://example.org/ja.html | align pair en.html - -o out.jsonl

Exit codes: 0 done, 2 wrong option, 3 to 16 something to mend, which the message names; 70 a defect, please report."""


def _reflowed(doc: str) -> str:
    """A docstring with its paragraphs as single lines, for typer keeps every line end."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.cleandoc(doc))


def _command(name: str, epilog: str | None = None) -> Callable[[Command], Command]:
    """Make a function the command `name`; its docstring is the help."""

    def register(function: Command) -> Command:
        return app.command(name, help=_reflowed(function.__doc__ or ""), epilog=epilog)(function)

    return register


def _print_version(wanted: bool) -> None:
    if wanted:
        process.echo(f"taiyaku {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", metavar="", help="Print the version and exit.", is_eager=True, callback=_print_version
        ),
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug", metavar="", help="Show the traceback of every error. It may stand anywhere on the line."
        ),
    ] = False,
) -> None:
    pass


@_command("pair", _PAIR_EPILOG)
def pair(
    source: options.Source,
    target: options.Target,
    src_lang: options.SrcLang = _DEFAULTS.src_lang,
    tgt_lang: options.TgtLang = _DEFAULTS.tgt_lang,
    encoding: options.Encoding = _DEFAULTS.encoding,
    max_bytes: options.MaxBytes = _DEFAULTS.max_bytes,
    max_line: options.MaxLine = _DEFAULTS.max_line,
    presplit: options.Presplit = _DEFAULTS.presplit,
    model: options.Model = _DEFAULTS.model,
    engine: options.Engine = _DEFAULTS.engine,
    device: options.Device = _DEFAULTS.device,
    max_bead: options.MaxBead = _DEFAULTS.max_bead,
    weights: options.Weights = _DEFAULTS.weights,
    cache: options.Cache = _DEFAULTS.cache,
    threads: options.Threads = _DEFAULTS.threads,
    output: options.Output = None,
    format: options.Format = None,
    columns: options.Columns = None,
    no_header: options.NoHeader = False,
    pairs_only: options.PairsOnly = _DEFAULTS.pairs_only,
    doc: options.Doc = None,
    quiet: options.Quiet = False,
) -> None:
    """Align two documents, sentence by sentence.

    Every sentence of both documents stands in exactly one row, in order. A row holds a bead: sentences that
    translate each other, one or several on a side, or none where a sentence has no counterpart. Its confidence is
    the probability, 0 to 1, that exactly this bead is right. A summary goes to standard error.
    """
    started = time.perf_counter()
    settings = AlignSettings(
        src_lang=src_lang,
        tgt_lang=tgt_lang,
        presplit=presplit,
        model=model,
        device=device,
        engine=engine,
        max_bead=max_bead,
        weights=weights,
        encoding=encoding,
        pairs_only=pairs_only,
        max_bytes=max_bytes,
        max_line=max_line,
        cache=cache,
        threads=threads,
    )
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


@_command("eval")
def evaluate(
    gold: Annotated[
        str, typer.Argument(metavar="GOLD", help="Gold alignment: a ladder, TSV or JSONL file, or a folder.")
    ],
    predicted: Annotated[str, typer.Argument(metavar="PRED", help="Alignment to score, likewise.")],
    by_type: Annotated[
        bool,
        typer.Option("--by-type", metavar="", help="Also score each bead type, null sentences, and the confidence."),
    ] = False,
    json: options.Json = False,
) -> None:
    """Score an alignment against gold: strict and lax precision, recall and F1.

    A row is strictly right if gold has exactly its bead, laxly if it shares a sentence pair with one. Rows with one
    side empty count for precision and not for recall, as Vecalign's scorer has it. Of two folders, documents of one
    name are scored together.
    """
    from align.evaluate import evaluate_paths

    evaluation = evaluate_paths(gold, predicted)
    process.echo(_as_json(evaluation.to_dict()) if json else evaluation.table(by_type=by_type))


@_command("segment")
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


_TRAIN_EPILOG = """Examples

align train corpora/training:9x3 ../gold/ntrex/en-ja.tsv:60 -o weights.json

align pair en.txt ja.txt --weights weights.json -o out.tsv"""


@_command("train", _TRAIN_EPILOG)
def train(
    gold: Annotated[
        list[str],
        typer.Argument(
            metavar="GOLD...",
            help="Tables doc-src-tgt named like en-ja.tsv, or folders with gold.txt. PATH:60 takes 60 of its "
            "documents, PATH:60x3 makes three noisy copies of each instead of one.",
        ),
    ],
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to write the weights.")],
    model: Annotated[str, typer.Option("--model", metavar="NAME", help="Encoder whose vectors to learn from.")] = "use",
    seed: Annotated[int, typer.Option("--seed", help="Decides documents and noise; the same seed, the same file.")] = 1,
    ridge: Annotated[
        float, typer.Option("--ridge", min=0.0, help="Strength of the prior that keeps weights small.")
    ] = 1.0,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that encode.")] = 1,
    quiet: options.Quiet = False,
) -> None:
    """Learn the lattice's weights from gold documents and noisy copies of them.

    The noise is what scraping and free translation do: boilerplate, omissions, sentences torn or run together, pull
    quotes, paragraph marks moved. The file that comes out is readable and tells where it came from, with a table of
    how often beads of each confidence were right on documents left out of a first fit. Needs scipy, which
    pip install 'taiyaku[train]' brings.
    """
    check_writable(output)
    from align.train import TrainSettings
    from align.train import train as learn

    settings = TrainSettings(model=model, seed=seed, ridge=ridge, jobs=jobs)
    weights = learn(gold, settings, tell=None if quiet else console.note)
    with process.output_file(output) as stream:
        stream.write(weights.to_json().encode())


@_command("models")
def models(json: options.Json = False) -> None:
    """List the sentence encoders that have a short name: what is installed, and which languages each knows."""
    from align.encode.choose import NAMES, choose_encoder
    from align.languages import LANGUAGES

    rows = {}
    for name in NAMES:
        try:
            encoder = choose_encoder(AlignSettings(model=name), "en", "ja")
            known = [code for code in LANGUAGES if encoder.knows(code)]
            rows[name] = {"installed": True, "revision": encoder.revision, "languages": known}
        except (MissingExtra, MissingModel) as error:
            rows[name] = {"installed": False, "hint": str(error)}
    if json:
        process.echo(_as_json(rows))
        return
    for name, row in rows.items():
        about = f"{len(row['languages'])} languages: {' '.join(row['languages'])}" if row["installed"] else row["hint"]
        process.echo(f"{name:<10}{row.get('revision', '-'):<16}{about}")


@_command("languages")
def languages(json: options.Json = False) -> None:
    """List the language codes, and the models that know each."""
    from align.encode.choose import NAMES, choose_encoder
    from align.languages import LANGUAGES

    encoders = {}
    for name in NAMES:
        with suppress(MissingExtra):
            encoders[name] = choose_encoder(AlignSettings(model=name), "en", "ja")
    rows = {
        code: {
            "name": language.name,
            "script": language.script,
            "models": [name for name, encoder in encoders.items() if encoder.knows(code)],
        }
        for code, language in LANGUAGES.items()
    }
    if json:
        process.echo(_as_json(rows))
        return
    for code, row in rows.items():
        process.echo(f"{code:<4}{row['name']:<14}{row['script']:<6}{' '.join(row['models'])}".rstrip())


def run(arguments: list[str]) -> int:
    """Run a command and give its exit code; every error becomes one line on standard error."""
    return process.run(app, arguments)


def main() -> NoReturn:
    """Run the command on `sys.argv` and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def _as_json(content: object) -> str:
    import json

    return json.dumps(content, ensure_ascii=False, indent=2)
