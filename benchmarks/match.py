"""How well documents find their translations: public gold cut into files, shuffled, a third removed on either side.

python -m benchmarks.match --sets ntrex mixed --json out/match.json
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from align.languages import language
from align.match import Match, MatchSettings, Text, match_texts
from align.match.collect import collect, files
from align.match.records import Skipped
from align.match.run import try_pairs
from align.match.score import FEATURES, WEIGHTS, features
from align.settings import AlignSettings
from benchmarks.command import parser_of, run
from benchmarks.gold import SHARED
from benchmarks.report import describe, save, table

Documents = dict[str, list[str]]
"""The lines of every document of one side, by its name in the gold."""


@dataclass(frozen=True, slots=True)
class Task:
    """Folders to pair, already read. `gold` has the paths of the pairs that are right."""

    name: str
    sources: list[Text]
    targets: list[Text]
    gold: frozenset[tuple[str, str]]


def read_table(path: Path) -> tuple[Documents, Documents]:
    """Both sides of a table `doc src tgt` with a header, a segment a line."""
    sides: tuple[Documents, Documents] = {}, {}
    for line in path.read_text(encoding="utf-8").split("\n")[1:]:
        if line:
            doc, *segments = line.split("\t")
            for side, segment in zip(sides, segments, strict=True):
                side.setdefault(doc, []).append(segment)
    return sides


def damaged(rng: random.Random, lines: list[str], others: list[str]) -> list[str]:
    """A document as the web has them: up to 30% missing from its ends, and up to 8 lines of others before and after."""
    size = max(1, round(len(lines) * rng.uniform(0.7, 1)))
    start = rng.randrange(len(lines) - size + 1)
    before, after = (rng.sample(others, min(len(others), rng.randrange(5))) for _ in range(2))
    return [*before, *lines[start : start + size], *after]


def lay_out(
    folder: Path,
    name: str,
    source: Documents,
    targets: Sequence[Documents],
    seed: int,
    noisy: bool = False,
    limit: int | None = None,
    missing: int = 3,
) -> Task:
    """Write the documents as files with meaningless names, one in `missing` of them missing on either side, and not
    the same; with 2 no document has a partner."""
    rng = random.Random(seed)
    sides: list[list[Text]] = []
    where: list[dict[str, list[str]]] = []
    names = sorted(source)[:limit]
    rng.shuffle(names)
    gone = len(names) // missing
    for at, (part, kept) in enumerate(
        (([source], names[gone:]), (targets, names[: len(names) - gone if missing > 2 else gone]))
    ):
        root = folder / str(at)
        root.mkdir()
        documents = [(doc, side[doc]) for side in part for doc in kept]
        rng.shuffle(documents)
        others = [line for _, lines in documents for line in lines[:1]]
        paths: dict[str, list[str]] = {}
        for number, (doc, lines) in enumerate(documents):
            path = root / f"{number}.txt"
            path.write_text("\n".join(damaged(rng, lines, others) if noisy else lines) + "\n", encoding="utf-8")
            paths.setdefault(doc, []).append(str(path))
        found = [t for path in files(root) for t in collect(root, path, None, MatchSettings().head, AlignSettings())]
        sides.append([text for text in found if not isinstance(text, Skipped)])
        where.append(paths)
    gold = {(s, t) for doc in where[0] for s in where[0][doc] for t in where[1].get(doc, [])}
    return Task(name, *sides, frozenset(gold))


def tasks(
    shared: Path, chosen: Sequence[str], seed: int, noisy: bool = False, limit: int | None = None, missing: int = 3
) -> Iterator[Task]:
    """The tasks whose gold is here and whose name is, or begins with, one of those chosen; all for none."""
    gold = shared / "gold"
    tables = {f"ntrex-{path.stem}": [path] for path in sorted(gold.glob("ntrex/*.tsv"))}
    tables["mixed"] = sorted(gold.glob("ntrex/*.tsv"))
    tables |= {path.parent.name: [path] for path in [*gold.glob("bsd/*.tsv"), *gold.glob("rustbook/*.tsv")]}
    for name, paths in tables.items():
        if paths and (not chosen or any(f"{name}-".startswith(f"{each}-") for each in chosen)):
            sides = [read_table(path) for path in paths]
            with TemporaryDirectory() as folder:
                yield lay_out(Path(folder), name, sides[0][0], [side[1] for side in sides], seed, noisy, limit, missing)


def measure(task: Task, settings: AlignSettings) -> dict[str, Any]:
    """Scores of the pairing, and its time."""
    start = perf_counter()
    found = match_texts(task.sources, task.targets, settings).matches
    seconds = perf_counter() - start
    right = sum(_ends(match) in task.gold for match in found)
    languages = sorted({text.language for text in task.targets})
    return {
        "documents": [len(task.sources), len(task.targets)],
        "languages": [language(code).code for code in languages],
        "pairs": len(task.gold),
        "precision": right / max(1, len(found)),
        "recall": right / max(1, len(task.gold)),
        "f1": 2 * right / max(1, len(found) + len(task.gold)),
        "seconds": seconds,
        "sentences_per_second": sum(text.sentences for text in task.sources + task.targets) / seconds,
    }


def fit(found: Sequence[tuple[Match, bool]], ridge: float = 0.3) -> tuple[list[float], str]:
    """Weights of a logistic regression on tried pairs and whether each is right, by Newton's method; and a report."""
    x = np.stack([features(match.evidence) for match, _ in found])
    y = np.array([right for _, right in found], dtype=float)
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        curvature = (x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(w))
        w -= np.linalg.solve(curvature, x.T @ (p - y) + ridge * w)
    p = 1 / (1 + np.exp(-x @ w))
    bins = np.digitize(p, np.linspace(0, 1, 11)[1:-1])
    error = sum(abs(p[bins == b].mean() - y[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins))
    wrong = int(((p >= 0.5) != (y > 0)).sum())
    return (
        w.tolist(),
        f"{len(y)} pairs, {int(y.sum())} right; {wrong} on the wrong side of 0.5; calibration {error:.4f}",
    )


def main() -> int:
    options = _options()
    settings = AlignSettings(model=options.model, threads=options.threads)
    if options.fit:
        print(_learned(options, settings))
        return 0
    result = describe("benchmarks.match")
    rows = result["rows"] = {}
    for task in tasks(Path(options.shared), options.sets, options.seed, options.noisy, options.limit):
        row = rows[task.name] = measure(task, settings)
        print(f"{task.name}: F1 {row['f1']:.4f} in {row['seconds']:.0f} s", file=sys.stderr)
    print(_table(rows))
    save(result, options.json)
    return 0


def _learned(options: argparse.Namespace, settings: AlignSettings) -> str:
    """Weights learned on the sets as they are, damaged, and without any partner for anyone."""
    found: list[tuple[Match, bool]] = []
    for turn, (noisy, missing) in enumerate(((False, 3), (True, 3), (False, 2))):
        for task in tasks(Path(options.shared), options.sets, options.seed + turn, noisy, options.limit, missing):
            found += [(match, _ends(match) in task.gold) for match in try_pairs(task.sources, task.targets, settings)]
            print(f"{task.name}: {len(found)} pairs so far", file=sys.stderr)
    weights, report = fit(found)
    lines = (f"{name:<22}{w:+.2f}, ships {s:+.2f}" for name, w, s in zip(FEATURES, weights, WEIGHTS, strict=True))
    return "\n".join([report, *lines])


def _ends(match: Match) -> tuple[str, str]:
    return match.source.path, match.target.path


def _table(rows: dict[str, Any]) -> str:
    lines = [
        [name, " + ".join(map(str, row["documents"])), str(row["pairs"])]
        + [f"{row[key]:.4f}" for key in ("precision", "recall", "f1")]
        + [f"{row['seconds']:.0f}", f"{row['sentences_per_second']:.0f}"]
        for name, row in rows.items()
    ]
    return table(["set", "documents", "pairs", "precision", "recall", "F1", "seconds", "sentences/s"], lines)


def _options() -> argparse.Namespace:
    parser = parser_of("benchmarks.match", __doc__, sets=[], model="auto", threads=0, shared=SHARED)
    parser.add_argument("--noisy", action="store_true", help="cut stretches out of the documents, and put lines in")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N documents of each set only")
    parser.add_argument("--seed", type=int, default=1, help="decides what is removed, and the order (1)")
    parser.add_argument("--fit", action="store_true", help="learn the weights of the score from what is tried instead")
    return parser.parse_args()


if __name__ == "__main__":
    run("benchmarks.match", main)
