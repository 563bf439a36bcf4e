"""Long documents: seconds, memory and accuracy of both engines as the document grows.

    python -m benchmarks.long --json out/long.json                    # gold, one document after another
    python -m benchmarks.long --synthetic --sizes 5000 20000 100000   # planted vectors, without encoding

Every size runs in a process of its own, with the sentences encoded once for both engines. Memory is what a stage takes
at most beyond what the process held when it began; the vectors of a long document are in files and no part of it.
Bertalign runs with its default, beads of at most five sentences.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from align.encode import Encoder, TokenVectors, Vectors, encode_side
from align.encode.use import UseEncoder
from align.engines import BertalignEngine, Engine, LatticeEngine, SideInput
from align.evaluate import evaluate
from align.languages import language
from align.lattice.noise import Sample
from align.records import Bead, Sentence
from align.settings import AlignSettings
from benchmarks.command import parser_of, run
from benchmarks.gold import SHARED, gold_sets
from benchmarks.report import describe, save, table

ENGINES = ("lattice", "bertalign")
_SETS = ("corpora", "books-", "ami", "bsd", "ntrex-en-ja", "textberg")  # no text twice, and `use` knows them all
_SHARES = {"left out": 0.03, "added": 0.03, "joined": 0.05, "split": 0.05}  # of planted sentences
_INSERTED = 0.3  # length of the block inserted, as a share of the source


@dataclass(frozen=True)
class Planted:
    """An encoder of made-up words: `w17` has row 17 of `words` (words, dim) as its vector, a sentence their sum."""

    words: NDArray[np.float32]
    name: str = "planted"
    revision: str = "1"
    local: bool = field(default=True, init=False)

    def knows(self, language: str) -> bool:
        return True

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        ids = [[int(word.rstrip(".")[1:]) for word in sentence.split()] for sentence in sentences]
        starts = np.concatenate([[0], np.cumsum([len(row) for row in ids])]).astype(np.int64)
        tokens = self.words[np.concatenate(ids)]
        sums = np.concatenate([np.zeros((1, tokens.shape[1])), np.cumsum(tokens, axis=0, dtype=np.float64)])[starts]
        n = len(sentences)
        spans = np.zeros((longest, n, tokens.shape[1]), np.float32)
        for k in range(1, min(longest, n) + 1):
            rows = sums[k:] - sums[: n - k + 1]
            spans[k - 1, k - 1 :] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return Vectors(spans, sum(map(len, sentences)), TokenVectors(tokens, starts))


def planted(size: int, dim: int, insert: str, noise: float = 0.8) -> tuple[Sample, list[Encoder]]:
    """A document of `size` source sentences of two to eight words, its translation, and an encoder for each side.

    Some sentences are left out, added, joined or split, and a block of sentences of its own stands at the `insert` of
    the target: "start", "middle", "end", or "none".
    """
    random = np.random.default_rng(size)
    fresh = iter(range(sys.maxsize))
    source = [[next(fresh) for _ in range(count)] for count in random.integers(2, 9, size)]
    target: list[list[int]] = []
    gold: list[tuple[tuple[int, ...], tuple[int, ...]]] = []

    def put(ids: Sequence[int], *texts: list[int]) -> None:
        gold.append((tuple(ids), tuple(range(len(target), len(target) + len(texts)))))
        target.extend(texts)

    def own() -> list[int]:
        return [next(fresh) for _ in range(int(random.integers(2, 9)))]

    edges = np.cumsum(list(_SHARES.values()))
    block = {"start": 0, "middle": size // 2, "end": size}.get(insert, -1)
    i = 0
    while i <= size:
        if i == block or (i == block + 1 and gold and len(gold[-1][0]) == 2):
            block = -1
            for _ in range(int(_INSERTED * size)):
                put((), own())
        if i == size:
            break
        kind = int(np.searchsorted(edges, random.random()))
        if kind == 2 and i + 1 < size:
            put((i, i + 1), source[i] + source[i + 1])
        elif kind == 0:
            put((i,))
        elif kind == 3 and len(source[i]) > 3:
            half = len(source[i]) // 2
            put((i,), source[i][:half], source[i][half:])
        else:
            put((i,), source[i])
            if kind == 1:
                put((), own())
        i += max(1, len(gold[-1][0]))
    words = random.normal(size=(next(fresh), dim)).astype(np.float32)
    translations = words + noise * random.normal(size=words.shape).astype(np.float32)
    texts = tuple(tuple(" ".join(f"w{word}" for word in row) + "." for row in side) for side in (source, target))
    paragraphs = tuple(tuple(at // 4 for at in range(len(side))) for side in texts)
    return Sample("planted", ("en", "de"), texts, paragraphs, tuple(gold)), [Planted(words), Planted(translations)]


def concatenated(size: int) -> Sample:
    """Gold documents one after another, until there are `size` source sentences or no more of them."""
    sides: tuple[list[str], list[str]] = [], []
    paragraphs: tuple[list[int], list[int]] = [], []
    gold = []
    for sample in _documents():
        if len(sides[0]) >= size:
            break
        offsets = [len(side) for side in sides]
        gold += [
            tuple(tuple(i + at for i in ids) for ids, at in zip(bead, offsets, strict=True)) for bead in sample.gold
        ]
        for side, texts, into, numbers in zip(sides, sample.sentences, paragraphs, sample.paragraphs, strict=True):
            side += texts
            first = into[-1] + 1 if into else 0
            into += [first + number for number in numbers]
    if not sides[0]:
        raise SystemExit(f"benchmarks.long: no gold under {SHARED / 'gold'}; give --synthetic.")
    # Documents of many languages follow each other; for joining sentences and nothing else all are taken as spaced.
    return Sample("gold", ("en", "de"), tuple(map(tuple, sides)), tuple(map(tuple, paragraphs)), tuple(gold))


def _documents() -> Iterator[Sample]:
    for chosen in sorted(gold_sets(), key=lambda one: one.name):
        if chosen.name.startswith(_SETS):
            yield from chosen.documents(sys.maxsize)


def measure(size: int, synthetic: bool, insert: str, dim: int, engines: Sequence[str], threads: int) -> dict[str, Any]:
    """One size in this process, which should be a fresh one."""
    settings = AlignSettings(threads=threads)
    sample, encoders = planted(size, dim, insert) if synthetic else (concatenated(size), [UseEncoder(threads)] * 2)
    gold = [Bead(*bead) for bead in sample.gold]
    result: dict[str, Any] = {"sentences": [len(side) for side in sample.sentences], "engines": {}}
    sides: list[SideInput] = []
    with threadpool_limits(threads or None, user_api="blas"):
        encoders[0].encode(sample.sentences[0][:2], 1, " ")  # the model loads
        with _measured(sum(result["sentences"])) as figures:
            for code, texts, numbers, encoder in zip(
                sample.languages, sample.sentences, sample.paragraphs, encoders, strict=True
            ):
                vectors = encode_side(encoder, texts, settings.max_bead - 1, language(code).joiner)
                sentences = [Sentence(text, 0, len(text), number) for text, number in zip(texts, numbers, strict=True)]
                sides.append(SideInput(sentences, vectors, code))
        result["encode"] = figures
        result["vector_megabytes"] = sum(_bytes(side.vectors) for side in sides) / 1e6
        for name in engines:
            engine: Engine = LatticeEngine() if name == "lattice" else BertalignEngine()
            with _measured(sum(result["sentences"])) as figures:
                beads = engine.beads(*sides, settings if name == "lattice" else replace(settings, max_bead=5))
            result["engines"][name] = figures | {"strict_f1": evaluate([gold], [beads]).strict.f1}
    return result


def _bytes(vectors: Vectors) -> int:
    return vectors.spans.nbytes + (vectors.tokens.vectors.nbytes if vectors.tokens else 0)


@contextmanager
def _measured(sentences: int) -> Iterator[dict[str, float]]:
    """Fills in seconds, wall and processor's, per 1,000 sentences, and the most memory taken, in MB."""
    figures: dict[str, float] = {}
    before, done = _held(), threading.Event()
    peak = [before]

    def watch() -> None:
        while not done.wait(0.02):
            peak[0] = max(peak[0], _held())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    wall, processor = perf_counter(), process_time()
    yield figures
    figures["seconds"] = perf_counter() - wall
    figures["seconds_per_1000"] = 1000 * figures["seconds"] / sentences
    figures["processor_seconds_per_1000"] = 1000 * (process_time() - processor) / sentences
    done.set()
    watcher.join()
    figures["megabytes"] = (max(peak[0], _held()) - before) / 1e6


def _held() -> int:
    """Bytes of memory of this process that no file holds."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        sys.exit("benchmarks.long: memory is read from /proc, which is Linux's; there is none here.")
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


def main() -> int:
    options = _options()
    result = describe("benchmarks.long")
    rows = result["sizes"] = {}
    for size in options.sizes:
        engines = [name for name in options.engines if name == "lattice" or size <= options.bertalign_to]
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            job = (size, options.synthetic, options.insert, options.dim, engines, options.threads)
            rows[str(size)] = process.submit(measure, *job).result()
        print(f"{size} done", file=sys.stderr)
    print(f"Seconds per 1,000 sentences, both sides counted:\n\n{_table(rows)}")
    save(result, options.json)
    return 0


def _table(rows: dict[str, Any]) -> str:
    head = ["sentences", "vectors MB", "stage", "s/1,000", "processor s/1,000", "MB beyond", "strict F1"]
    lines = []
    for row in rows.values():
        stages = {"encode": row["encode"], **row["engines"]}
        for name, figures in stages.items():
            first = name == "encode"
            lines.append([
                " + ".join(map(str, row["sentences"])) if first else "",
                f"{row['vector_megabytes']:.0f}" if first else "",
                name,
                f"{figures['seconds_per_1000']:.2f}",
                f"{figures['processor_seconds_per_1000']:.2f}",
                f"{figures['megabytes']:.0f}",
                f"{figures['strict_f1']:.3f}" if "strict_f1" in figures else "",
            ])  # fmt: skip
    return table(head, lines)


def _options() -> argparse.Namespace:
    parser = parser_of("benchmarks.long", __doc__, threads=1)
    parser.add_argument(
        "--sizes", nargs="+", type=int, default=[5000, 20000, 50000], metavar="N", help="source sentences"
    )
    parser.add_argument("--synthetic", action="store_true", help="made-up words with planted vectors, of any size")
    parser.add_argument(
        "--insert", choices=["start", "middle", "end", "none"], default="middle",
        help=f"where a block of {_INSERTED:.0%}% is inserted into a synthetic target (middle)",
    )  # fmt: skip
    parser.add_argument("--dim", type=int, default=64, help="dimensions of synthetic vectors (64)")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES, help="engines to run (both)")
    parser.add_argument("--bertalign-to", type=int, default=50000, metavar="N", help="largest size for it (50000)")
    return parser.parse_args()


if __name__ == "__main__":
    run("benchmarks.long", main)
