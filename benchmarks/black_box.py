"""What it costs an encoder that shows only sentence vectors to send few concatenations through the model.

    python -m benchmarks.black_box --model use --sets corpora textberg --cache out/black_box.sqlite

Each document is aligned three times, with the same weights: with every concatenation encoded, with spans composed of
single sentences, and with those concatenations encoded that the first look leaves in doubt, as `align pair` does. The
embedded encoder `use` is taken for a black box here: its texts go through one by one, and its tokens are not shown.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.encode import Encoder, Vectors, choose_encoder
from align.encode.black_box import BlackBox, Embed, OneByOne, as_black_box
from align.encode.cache import cached
from align.engines import LatticeEngine, SideInput
from align.errors import SettingsError
from align.evaluate import compare, evaluate
from align.languages import language
from align.lattice.noise import Sample
from align.records import Bead, Sentence
from align.settings import AlignSettings
from benchmarks import gold
from benchmarks.command import parser_of, run
from benchmarks.report import describe, save, table

WAYS = ("all", "composed", "refined")


@dataclass(frozen=True, slots=True)
class Counted(OneByOne):
    """A black box that notes the texts it is asked to encode, whether a cache has their vectors or not."""

    inner: BlackBox
    texts: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.inner.embed(texts)

    def encode_by(self, embed: Embed, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        def noted(texts: Sequence[str]) -> NDArray[np.float32]:
            self.texts.extend(texts)
            return embed(texts)

        return self.inner.encode_by(noted, sentences, longest, joiner)


@dataclass(frozen=True, slots=True)
class Measured:
    """One document: its gold, and per way its beads and the characters encoded for each of the document's."""

    gold: tuple[Bead, ...]
    beads: dict[str, list[Bead]]
    encoded: dict[str, float]


def measure(sample: Sample, settings: AlignSettings, cache: str | None) -> Measured:
    """Align a document in all three ways."""
    counted = Counted(as_black_box(choose_encoder(settings, *sample.languages)))
    encoder = cached(counted, cache) if cache else counted
    characters = sum(len(text) for side in sample.sentences for text in side)
    beads, encoded = {}, {}
    for way in WAYS:
        counted.texts.clear()
        sides = [_side(encoder, sample, side, settings, way) for side in (0, 1)]
        beads[way] = LatticeEngine(settings.weights).beads(*sides, settings)
        encoded[way] = sum(map(len, counted.texts)) / characters
    return Measured(tuple(Bead(src, tgt) for src, tgt in sample.gold), beads, encoded)


def _side(encoder: Encoder, sample: Sample, side: int, settings: AlignSettings, way: str) -> SideInput:
    texts, paragraphs, code = sample.sentences[side], sample.paragraphs[side], sample.languages[side]
    vectors = encoder.encode(texts, settings.max_bead - 1, language(code).joiner)
    if way != "refined":
        vectors = replace(vectors.whole() if way == "all" else vectors, refine=None)
    sentences = [Sentence(text, 0, len(text), p) for text, p in zip(texts, paragraphs, strict=True)]
    return SideInput(sentences, vectors, code)


def figures(documents: Sequence[Measured]) -> dict[str, Any]:
    """Strict F1 in every way, what the second way and the third lose to the first, and what is encoded."""
    right = [d.gold for d in documents]
    found = {way: [d.beads[way] for d in documents] for way in WAYS}
    row: dict[str, Any] = {"documents": len(documents), "gold_beads": sum(map(len, right))}
    for way in WAYS:
        encoded = [d.encoded[way] for d in documents]
        row[way] = {
            "strict_f1": evaluate(right, found[way]).strict.f1,
            "encoded_mean": float(np.mean(encoded)),
            "encoded_most": max(encoded),
            "difference": compare(right, found[way], found["all"]),
        }
    return row


def main() -> int:
    options = _options()
    settings = AlignSettings(
        model=options.model, weights=options.weights, threads=options.threads, max_bead=options.max_bead
    )
    result = describe("benchmarks.black_box")
    rows = result["rows"] = {}
    everything: list[Measured] = []
    for chosen in gold.choose(gold.gold_sets(Path(options.shared)), options.sets):
        samples = chosen.documents(options.beads)
        wanted = [s for s in samples if not options.only or any(name in s.name for name in options.only)]
        documents = []
        for sample in wanted:
            documents.append(measure(sample, settings, options.cache))
            print(f"{sample.name}: {documents[-1].encoded}", file=sys.stderr)
        if documents:
            rows[chosen.name] = figures(documents)
            everything += documents
    if not everything:
        raise SettingsError(f"No document of these sets has one of the names {', '.join(options.only)}.")
    rows["together"] = figures(everything)
    print(table(_HEAD, [_cells(name, row) for name, row in rows.items()]))
    save(result, options.json)
    return 0


_HEAD = ["set", "documents", "gold beads", "all: strict F1", "encoded", "composed", "refined", "encoded", "at most",
         "difference"]  # fmt: skip


def _cells(name: str, row: dict[str, Any]) -> list[str]:
    all_, composed, refined = (row[way] for way in WAYS)
    return [
        name,
        str(row["documents"]),
        str(row["gold_beads"]),
        f"{all_['strict_f1']:.4f}",
        f"{all_['encoded_mean']:.1f}x",
        f"{composed['strict_f1']:.4f}",
        f"{refined['strict_f1']:.4f}",
        f"{refined['encoded_mean']:.2f}x",
        f"{refined['encoded_most']:.2f}x",
        f"{refined['difference']['difference']:+.4f}",
    ]


def _options() -> argparse.Namespace:
    parser = parser_of(
        "benchmarks.black_box", __doc__,
        sets=["corpora"], beads=120, model="e5-small", weights=None, threads=1, shared=gold.SHARED,
    )  # fmt: skip
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="documents with one in their names (all)")
    parser.add_argument("--max-bead", type=int, default=7, metavar="N", help="largest bead (7)")
    parser.add_argument("--cache", metavar="FILE", help="keep vectors here, for the next run")
    return parser.parse_args()


if __name__ == "__main__":
    run("benchmarks.black_box", main)
