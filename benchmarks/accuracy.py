"""How well documents are aligned: our lattice beside bertalign's algorithm, on the same sentences and vectors.

python -m benchmarks.accuracy --sets corpora seed --by-type
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import repeat
from math import ceil
from pathlib import Path
from time import perf_counter
from typing import Any

from align.encode import Encoder, choose_encoder
from align.engines import BertalignEngine, LatticeEngine, SideInput
from align.evaluate import compare, evaluate
from align.languages import language
from align.lattice import Weights, read_weights, shipped
from align.lattice.noise import Sample
from align.records import Bead, Sentence
from align.scores import Evaluation
from align.settings import AlignSettings
from benchmarks import gold
from benchmarks.command import parser_of, run
from benchmarks.report import describe, save, table


@dataclass(frozen=True, slots=True)
class Aligned:
    """A document's gold beads, those of our lattice, and those of bertalign for each largest bead asked for."""

    gold: tuple[Bead, ...]
    lattice: list[Bead]
    bertalign: dict[int, list[Bead]]


def align(sample: Sample, settings: AlignSettings, largest: Sequence[int]) -> Aligned:
    """Encode a document once, and align it with both engines."""
    encoder = _encoder(settings, sample.languages)
    sides = []
    for code, texts, paragraphs in zip(sample.languages, sample.sentences, sample.paragraphs, strict=True):
        sentences = [Sentence(text, 0, len(text), p) for text, p in zip(texts, paragraphs, strict=True)]
        vectors = encoder.encode(texts, max((settings.max_bead, *largest)) - 1, language(code).joiner)
        sides.append(SideInput(sentences, vectors, code))
    return Aligned(
        tuple(Bead(src, tgt) for src, tgt in sample.gold),
        LatticeEngine(settings.weights).beads(*sides, settings),
        {size: BertalignEngine().beads(*sides, replace(settings, max_bead=size)) for size in largest},
    )


@lru_cache
def _encoder(settings: AlignSettings, languages: tuple[str, str]) -> Encoder:
    return choose_encoder(settings, *languages)


def score(documents: Sequence[Aligned], largest: Sequence[int]) -> dict[str, Any]:
    """Scores of both engines over all documents, and whether they differ."""
    right, ours = [d.gold for d in documents], [d.lattice for d in documents]
    result: dict[str, Any] = {"documents": len(documents), "lattice": _figures(evaluate(right, ours))}
    for size in largest:
        theirs = [d.bertalign[size] for d in documents]
        figures = _figures(evaluate(right, theirs))
        del figures["calibration_error"]  # its confidence is a similarity and means no probability
        result[f"bertalign {size}"] = figures | {"difference": compare(right, ours, theirs)}
    return result


def _figures(evaluation: Evaluation) -> dict[str, Any]:
    null = next(row for row in evaluation.nulls if row.type == "both")
    return {
        "gold_beads": evaluation.gold,
        "strict": asdict(evaluation.strict),
        "lax": asdict(evaluation.lax),
        "null_f1": null.scores.f1 if null.gold else None,
        "calibration_error": evaluation.calibration.error if evaluation.calibration else None,
        "types": {row.type: {"gold": row.gold, "f1": row.scores.f1} for row in evaluation.types},
    }


def _parts(chosen: gold.GoldSet, samples: list[Sample], trained: frozenset[str], limit: int | None):
    """Rows of one set: held-out documents, seen ones, and each document of corpora/ for itself."""
    for label, wanted in (("held out", False), ("seen", True)):
        part = [sample for sample in samples if (gold.document_of(sample) in trained) == wanted]
        if not part:
            continue
        part = part[:: ceil(len(part) / (limit or len(part)))]
        yield chosen.name, label, part
        if chosen.name == "corpora":
            yield from ((sample.name, label, [sample]) for sample in part)


def _weights(settings: AlignSettings, encoder: Encoder) -> dict[str, Weights]:
    """The weights that the lattice takes with the vectors of this encoder, for one document or another."""
    if settings.weights:
        several = [read_weights(settings.weights)]
    else:
        shows = encoder.encode([], 1, "").shows
        several = [shipped(shows), shipped(shows, scraped=True)]
    return {weights.revision: weights for weights in several}


def _seen(several: Iterable[Weights], shared: str) -> frozenset[str]:
    """Names of the documents that any of the weights was trained on; those that cannot be told are named on stderr."""
    found = [gold.seen(weights, Path(shared)) for weights in several]
    trained = frozenset().union(*(names for names, _ in found))
    if missing := {argument: None for _, arguments in found for argument in arguments}:
        print(f"training gold not found, so what was seen cannot be told for: {', '.join(missing)}", file=sys.stderr)
    return trained


def main() -> int:
    options = _options()
    largest = tuple(options.max_bead)
    settings = AlignSettings(model=options.model, weights=options.weights, threads=1)
    result = describe("benchmarks.accuracy") | {"weights": {}}
    rows = result["rows"] = {}
    with ProcessPoolExecutor(options.jobs) as pool:
        for chosen in gold.choose(gold.gold_sets(Path(options.shared)), options.sets):
            aligned: dict[str, Aligned] = {}
            start = perf_counter()
            documents = chosen.documents(options.beads)
            encoder = _encoder(settings, documents[0].languages)
            weights = _weights(settings, encoder)
            result["weights"] |= {revision: w.provenance for revision, w in weights.items()}
            trained = _seen(weights.values(), options.shared)
            for name, label, part in _parts(chosen, documents, trained, options.limit):
                new = [sample for sample in part if sample.name not in aligned]
                found = pool.map(align, new, repeat(settings), repeat(largest))
                aligned |= zip((sample.name for sample in new), found, strict=True)
                rows[f"{name}, {label}"] = {
                    "encoder": f"{encoder.name}@{encoder.revision}",
                    "weights": "+".join(weights),
                } | score([aligned[sample.name] for sample in part], largest)
            print(f"{chosen.name}: {perf_counter() - start:.0f} s", file=sys.stderr)
    print(_overview(rows, largest))
    if options.by_type:
        print(f"\n{_by_type(rows, largest)}")
    save(result, options.json)
    return 0


def _overview(rows: dict[str, Any], largest: Sequence[int]) -> str:
    head = ["set", "encoder", "documents", "gold beads", "lattice: strict", "lax", "null", "ECE"]
    for size in largest:
        head += [f"bertalign {size}: strict", "lax", "null", "difference", "95% interval"]
    return table(head, [_overview_row(name, row, largest) for name, row in rows.items()])


def _overview_row(name: str, row: dict[str, Any], largest: Sequence[int]) -> list[str]:
    ours = row["lattice"]
    cells = [name, row["encoder"].split("@")[0], str(row["documents"]), str(ours["gold_beads"]), *_three(ours)]
    cells.append(_number(ours["calibration_error"]))
    for size in largest:
        theirs = row[f"bertalign {size}"]
        gap = theirs["difference"]
        interval = "" if gap["low"] is None else f"{gap['low']:+.3f} to {gap['high']:+.3f}"
        cells += [*_three(theirs), f"{gap['difference']:+.3f}", interval]
    return cells


def _three(figures: dict[str, Any]) -> list[str]:
    return [_number(value) for value in (figures["strict"]["f1"], figures["lax"]["f1"], figures["null_f1"])]


def _by_type(rows: dict[str, Any], largest: Sequence[int]) -> str:
    """F1 of each bead type that gold has."""
    lines = [
        [name, type, str(ours["gold"]), _number(ours["f1"])]
        + [_number(row[f"bertalign {size}"]["types"].get(type, {"f1": 0.0})["f1"]) for size in largest]
        for name, row in rows.items()
        for type, ours in row["lattice"]["types"].items()
        if ours["gold"]
    ]
    return table(["set", "type", "gold beads", "lattice F1", *(f"bertalign {size} F1" for size in largest)], lines)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _options() -> argparse.Namespace:
    parser = parser_of(
        "benchmarks.accuracy", __doc__, sets=[], beads=500, model="auto", weights=None, jobs=1, shared=gold.SHARED
    )
    parser.add_argument("--limit", type=int, metavar="N", help="at most about N documents of a set, evenly spaced")
    parser.add_argument(
        "--max-bead",
        type=int,
        nargs="*",
        default=[5],
        metavar="N",
        help="bertalign's largest (5); with no number it is left out, which encodes every concatenation",
    )
    parser.add_argument("--by-type", action="store_true", help="also a table by bead type")
    return parser.parse_args()


if __name__ == "__main__":
    run("benchmarks.accuracy", main)
