"""How far noise sets the aligners back: gold documents as they are, and copies with noise put in.

    python -m benchmarks.noise --jobs 2 --json out/noise.json

Of each set the documents that the weights did not learn from, evenly spaced where they are many, on the same sentences
and vectors for our lattice and for bertalign's algorithm. What a copy loses in strict F1 is its fall.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from time import perf_counter
from typing import Any

from align.encode.use import UseEncoder
from align.lattice import read_weights
from align.lattice.noise import Sample
from align.settings import AlignSettings
from benchmarks import gold
from benchmarks.accuracy import Aligned, align, score
from benchmarks.command import parser_of, run
from benchmarks.copies import Noise, noisy
from benchmarks.report import describe, save, table

CLEAN = "clean"
NOISES: Mapping[str, Noise] = {
    "20% put in": Noise(inserted=0.2),
    "10% removed": Noise(removed=0.1),
    "10% torn": Noise(torn=0.1),
    "all three": Noise(inserted=0.2, removed=0.1, torn=0.1),
}
TOGETHER = "together"
TARGET = 0.03
"""The most that noise should cost in strict F1."""

AlignedKinds = dict[str, list[Aligned]]
"""Documents as they are (`CLEAN`), and their copies by the name of the noise, all in the same order."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Align, print a table, and write the result where `--json` says."""
    parser = options_parser("benchmarks.noise", __doc__)
    parser.add_argument("--max-bead", type=int, default=5, metavar="N", help="bertalign's largest bead (5)")
    options = parser.parse_args(arguments)
    result = about("benchmarks.noise", options)
    rows: dict[str, Any] = {}
    everything: AlignedKinds = defaultdict(list)
    for name, kinds in aligned_sets(options, NOISES, (options.max_bead,)):
        rows[name] = scored(kinds, options.max_bead)
        for kind, documents in kinds.items():
            everything[kind] += documents
    if len(rows) > 1:
        rows[TOGETHER] = scored(everything, options.max_bead)
    print(overview(rows))
    if worse := over(rows):
        print(f"\nThe lattice falls by more than {TARGET} on {'; '.join(worse)}.")
    save(result | {"rows": rows}, options.json)
    return 0


def aligned_sets(
    options: argparse.Namespace, noises: Mapping[str, Noise], largest: Sequence[int]
) -> Iterator[tuple[str, AlignedKinds]]:
    """The sets that `options` choose, aligned by the lattice and by bertalign for each of `largest` beads.

    Of a long book its first `options.beads` beads; of a set documents with about `options.most` gold beads. Sets of
    which the weights have seen every document are left out, and unless `options.sets` names them those in languages
    that the default encoder lacks: bertalign has every concatenation encoded, five times over.
    """
    shared = Path(options.shared)
    settings = AlignSettings(model=options.model, weights=options.weights, threads=1)
    trained, missing = gold.seen(read_weights(settings.weights), shared)
    if missing:
        print(f"training gold not found, so what was seen cannot be told for: {', '.join(missing)}", file=sys.stderr)
    with ProcessPoolExecutor(options.jobs) as pool:
        for chosen in gold.choose(gold.gold_sets(shared), options.sets):
            start = perf_counter()
            unseen = [s for s in chosen.samples(options.beads) if gold.document_of(s) not in trained]
            documents = gold.spaced(gold.first_chunks(unseen), options.most)
            if not documents:
                continue
            if options.model == "auto" and not options.sets and not _is_quick(documents[0]):
                print(f"{chosen.name}: left out, its encoder is slow; name it with --sets", file=sys.stderr)
                continue
            kinds = {CLEAN: list(documents)}
            for kind, noise in noises.items():
                kinds[kind] = [noisy(sample, noise, unseen, options.seed) for sample in documents]
            work = [sample for samples in kinds.values() for sample in samples]
            found = pool.map(align, work, repeat(settings), repeat(tuple(largest)))
            yield chosen.name, {kind: [next(found) for _ in samples] for kind, samples in kinds.items()}
            print(f"{chosen.name}: {perf_counter() - start:.0f} s", file=sys.stderr, flush=True)


def _is_quick(sample: Sample) -> bool:
    return all(map(UseEncoder().knows, sample.languages))


def scored(kinds: AlignedKinds, largest: int) -> dict[str, Any]:
    """For each kind of copy the scores of both engines, as in `accuracy.score`, and the fall of each."""
    rows = {}
    for kind, documents in kinds.items():
        row = score(documents, (largest,))
        rows[kind] = {
            "documents": row["documents"],
            "lattice": row["lattice"],
            "bertalign": row[f"bertalign {largest}"],
        }
        for engine in ("lattice", "bertalign"):
            rows[kind][engine]["fall"] = rows[CLEAN][engine]["strict"]["f1"] - rows[kind][engine]["strict"]["f1"]
    return rows


def overview(rows: Mapping[str, Any]) -> str:
    """A line for each set and kind of copy."""
    head = ["set", "documents", "gold beads", "copies", "lattice: strict", "fall", "null", "ECE"]
    head += ["bertalign: strict", "fall", "null", "difference"]
    return table(head, [_cells(name, kind, row) for name, kinds in rows.items() for kind, row in kinds.items()])


def over(rows: Mapping[str, Any]) -> list[str]:
    """The copies on which the lattice falls by more than `TARGET`."""
    return [
        f"{name}, {kind} ({row['lattice']['fall']:.3f})"
        for name, kinds in rows.items()
        for kind, row in kinds.items()
        if row["lattice"]["fall"] > TARGET
    ]


def _cells(name: str, kind: str, row: Mapping[str, Any]) -> list[str]:
    ours, theirs = row["lattice"], row["bertalign"]
    return [
        name,
        str(row["documents"]),
        str(ours["gold_beads"]),
        kind,
        *_three(kind, ours),
        f"{ours['calibration_error']:.3f}",
        *_three(kind, theirs),
        f"{theirs['difference']['difference']:+.3f}",
    ]


def _three(kind: str, figures: Mapping[str, Any]) -> list[str]:
    """Strict F1, its fall, and the F1 of nulls where gold has any."""
    fall = "" if kind == CLEAN else f"{figures['fall']:.3f}"
    null = "" if figures["null_f1"] is None else f"{figures['null_f1']:.3f}"
    return [f"{figures['strict']['f1']:.3f}", fall, null]


def about(module: str, options: argparse.Namespace) -> dict[str, Any]:
    """The command, the machine, and the weights that are measured."""
    weights = read_weights(options.weights)
    return describe(module) | {"weights": {"revision": weights.revision, **weights.provenance}}


def options_parser(module: str, text: str) -> argparse.ArgumentParser:
    """The options that choose what is aligned."""
    parser = parser_of(module, text, sets=[], beads=150, model="auto", weights=None, jobs=1, shared=gold.SHARED)
    parser.add_argument("--most", type=int, default=650, metavar="N", help="about N gold beads of a set (650)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="decides where the noise falls (1)")
    return parser


if __name__ == "__main__":
    run("benchmarks.noise", main)
