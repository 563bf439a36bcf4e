"""`align train`: learn the lattice's weights."""

from __future__ import annotations

from typing import Annotated

import typer

from align import console, options, process
from align.commands.app import command
from align.write import check_writable

_TRAIN_EPILOG = """Examples

align train corpora/training:9x3 ../gold/ntrex/en-ja.tsv:60 -o weights.json

align pair en.txt ja.txt --weights weights.json -o out.tsv"""


@command("train", _TRAIN_EPILOG)
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
    sentence_vectors: Annotated[
        bool,
        typer.Option(
            "--sentence-vectors",
            metavar="",
            help="Hide the encoder's token vectors: weights for encoders that show none, such as e5-small and labse.",
        ),
    ] = False,
    open_tears: Annotated[
        bool,
        typer.Option(
            "--open-tears",
            metavar="",
            help="Say nothing of beads that the noise tore on both sides: their pieces may correspond one by one.",
        ),
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="Decides documents and noise; the same seed, the same file.")] = 1,
    ridge: Annotated[
        float, typer.Option("--ridge", min=0.0, help="Strength of the prior that keeps weights small.")
    ] = 4.0,
    units: Annotated[
        int,
        typer.Option(
            "--units", min=0, help="Hidden units beside the weighed sum of features; 0 for a file of the sum alone."
        ),
    ] = 16,
    draws: Annotated[
        int, typer.Option("--draws", min=1, help="Draws of the noise, of whose weights the mean is taken.")
    ] = 1,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that encode.")] = 1,
    cache: Annotated[
        str | None,
        typer.Option(
            "--cache",
            metavar="FILE",
            help="File that keeps vectors, in half precision, for the next time (those of use are not).",
        ),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    r"""Learn the lattice's weights from gold documents and noisy copies of them.

    The noise is what scraping and free translation do: boilerplate, omissions, sentences torn or run together, pull
    quotes, paragraph marks moved. The file that comes out is readable and tells where it came from, with a table of
    how often beads of each confidence were right on documents left out of a first fit. Needs scipy, which
    pip install 'taiyaku\[train]' brings.
    """
    check_writable(output)
    from align.train import TrainSettings
    from align.train import train as learn

    settings = TrainSettings(
        model=model,
        sentence_vectors=sentence_vectors,
        open_tears=open_tears,
        seed=seed,
        ridge=ridge,
        units=units,
        draws=draws,
        jobs=jobs,
        cache=cache,
    )
    weights = learn(gold, settings, tell=None if quiet else console.note)
    with process.output_file(output) as stream:
        stream.write(weights.to_json().encode())
