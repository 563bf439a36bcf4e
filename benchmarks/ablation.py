"""What each group of features is worth: the lattice fitted without it, on documents left out of the fit.

    python -m benchmarks.ablation --json out/ablation.json

Whole documents of `corpora/training` are left out in turn, a third at a time, with all their noisy copies; the public
gold stays in every fit. Scores are of one pass, without the second look that sure nulls bring.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.evaluate import evaluate
from align.lattice import fit, read_weights
from align.lattice.features import BY_NOISE, NAMES
from align.lattice.fit import Example
from align.lattice.model import decoded
from align.lattice.noise import Sample
from align.lattice.weights import STEPS, Weights
from align.records import Bead
from align.train import Prepared, TrainSettings, learn_metrics_of, prepare, weights_of
from benchmarks.command import parser_of, run
from benchmarks.gold import ROOT, SHARED
from benchmarks.report import describe, save, table

GROUPS = {
    "nothing": (),
    "windows": ("window *",),
    "places inside sentences": ("end inside *", "inner *"),
    "token coverage": ("coverage *", "weakest *", "leak *", "null coverage", "null local coverage", "null margin"),
    "one more, one fewer": ("one more *", "one fewer *"),
    "margin": ("margin*",),
    "length": ("length*", "short pair", "null length"),
    "paragraphs": ("paragraph*", "null * paragraph*", "null other paragraph"),
    "line shape": ("terminator differs", "foreign differs", "digits differ", "* lone", "null unterminated",
                   "null symbols", "null digits", "null capitals", "null repeated", "null foreign", "null continues"),
    "torn boundaries": ("torn *", "comma *", "null torn", "null comma"),
    "boilerplate": ("boilerplate*", "null boilerplate", "null text"),
    "pairs of boilerplate": ("boilerplate both", "boilerplate similar", "boilerplate short", "boilerplate alone"),
    "numbers and names": ("marks *", "null marks"),
    "rates": ("* rate",),
}  # fmt: skip
_FOLDS = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and score, print a table, and write the result where `--json` says."""
    parser = parser_of("benchmarks.ablation", __doc__, jobs=2)
    parser.add_argument(
        "--groups", nargs="+", choices=GROUPS, default=list(GROUPS), metavar="GROUP",
        help=f"groups to leave out in turn, of {'; '.join(GROUPS)} (all)",
    )  # fmt: skip
    parser.add_argument("--iterations", type=int, default=100, metavar="N", help="of each fit, at most (100)")
    options = parser.parse_args(arguments)
    settings = TrainSettings(jobs=options.jobs, iterations=options.iterations)
    gold = _gold()
    prepared = prepare(gold, settings, learn_metrics_of(gold, settings, _tell), _tell)
    result = describe("benchmarks.ablation") | {"rows": []}
    for group in options.groups:
        kept = np.array([not any(fnmatch(name, pattern) for pattern in GROUPS[group]) for name in NAMES])
        row = {"without": group, "features": int(len(NAMES) - kept.sum()), **scored(prepared, kept, settings)}
        result["rows"].append(row)
        print(f"without {group}: done", file=sys.stderr, flush=True)
    print(_overview(result["rows"]))
    save(result, options.json)
    return 0


def scored(prepared: Prepared, kept: NDArray[np.bool_], settings: TrainSettings) -> dict[str, float]:
    """Strict F1, F1 of nulls and calibration error on the documents left out, with the features `kept` alone."""
    examples = [replace(e, features=e.features * kept.astype(np.float32)) for e in prepared.examples]
    names = sorted({sample.name for sample in prepared.samples if _is_written(sample)})
    fold = {name: at % _FOLDS for at, name in enumerate(names)}
    gold, predicted = [], []
    for left_out in range(_FOLDS):
        seen = [e.with_noise() for s, e in zip(prepared.samples, examples, strict=True) if fold.get(s.name) != left_out]
        start = np.zeros(len(NAMES) + len(BY_NOISE) + len(STEPS))
        parameters = fit.fit(seen, start, settings.ridge, settings.iterations)
        weights = replace(weights_of(prepared.coarse, parameters), temperature=read_weights().temperature)
        for sample, example in zip(prepared.samples, examples, strict=True):
            if fold.get(sample.name) == left_out:
                gold.append([Bead(*ids) for ids in sample.gold])
                predicted.append(_beads(example, weights))
    evaluation = evaluate(gold, predicted)
    return {
        "documents": len(gold),
        "strict": round(evaluation.strict.f1, 3),
        "null": round(evaluation.nulls[-1].scores.f1, 3),
        "ECE": round(evaluation.calibration.error, 3),
    }


def _overview(rows: Sequence[dict[str, Any]]) -> str:
    head = ["without", "features", "strict", "change", "null", "ECE"]
    whole = rows[0]["strict"]
    cells = [
        [row["without"], str(row["features"]), f"{row['strict']:.3f}", f"{row['strict'] - whole:+.3f}",
         f"{row['null']:.3f}", f"{row['ECE']:.3f}"]
        for row in rows
    ]  # fmt: skip
    return table(head, cells)


def _beads(example: Example, weights: Weights) -> list[Bead]:
    path, probability = decoded(example.graph, example.features, example.noise, weights)
    beads = example.graph.beads
    return [
        Bead(
            tuple(range(int(beads.i0[k]), int(beads.i1[k]))),
            tuple(range(int(beads.j0[k]), int(beads.j1[k]))),
            min(1.0, float(probability[k])),
        )
        for k in path.tolist()
    ]


def _is_written(sample: Sample) -> bool:
    return sample.name.startswith("training/")


def _gold() -> list[str]:
    """The gold that the weights that ship were learned from, where it is."""
    paths = []
    for argument in read_weights().provenance["gold"]:
        path = argument.split(":")[0]
        base = next((base for base in (ROOT, SHARED / "gold") if (base / path).exists()), None)
        if base is None:
            raise SystemExit(f"{argument} is not here; docs/public-corpora.md tells where it is from.")
        paths.append(str(Path(base) / argument))
    return paths


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    run("benchmarks.ablation", main)
