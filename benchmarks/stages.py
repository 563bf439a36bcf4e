"""Time of each stage and peak memory on documents of growing size."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, groupby
from multiprocessing import get_context
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from threadpoolctl import threadpool_limits

from align.languages import language
from align.lattice.noise import Sample
from align.samples import read_collection
from align.settings import AlignSettings
from benchmarks.gold import ROOT, SHARED

STAGES = ("read", "segment", "encode", "align", "write")
_MEGABYTE = 1 << 20 if sys.platform == "darwin" else 1 << 10  # in the units of getrusage


def stages(sizes: list[int], threads: int) -> dict[str, dict[str, Any]]:
    """For each number of sentences a side: seconds per 1,000 sentences of both sides, sentences a second, memory.

    The documents are those of corpora/ one after another, then English-Japanese text from ../shared; where that is
    not there they come again, and `repeated` tells how often. Every size runs in a process of its own, with the model
    loaded beforehand. `processors` is processor time by wall time: well below the number of threads where the machine
    had other work to do, and then the seconds say little.
    """
    result = {}
    for size in sizes:
        with TemporaryDirectory() as folder, ProcessPoolExecutor(1, get_context("spawn")) as process:
            paths, repeated = _concatenated(size, Path(folder))
            found = process.submit(measure, *paths, str(Path(folder) / "out.tsv"), threads).result()
        result[str(size)] = found | {"repeated": repeated}
    return result


def measure(source: str, target: str, output: str, threads: int) -> dict[str, Any]:
    """Align two files in this process, which should be a fresh one: its peak memory is reported."""
    from align.pipeline import Aligner

    marks: dict[tuple[str, float], float] = {}
    aligner = Aligner(AlignSettings(threads=threads))
    aligner.texts("A warm morning. Nobody was about.", "暖かい朝だった。誰もいなかった。")
    start, processor = perf_counter(), process_time()
    with threadpool_limits(threads or None, user_api="blas"):  # the settings bound the encoder's products alone
        alignment = aligner.files(source, target, progress=lambda *mark: marks.update({mark: perf_counter()}))
    aligned = perf_counter()
    alignment.write(output)
    end = perf_counter()
    seconds = {stage: marks[stage, 1.0] - marks[stage, 0.0] for stage in STAGES[:-1]} | {"write": end - aligned}
    sentences = sum(side.sentences for side in alignment.sides)
    return {
        "sentences": [side.sentences for side in alignment.sides],
        "seconds": end - start,
        "processors": (process_time() - processor) / (end - start),
        "seconds_per_1000": {stage: 1000 * seconds[stage] / sentences for stage in STAGES},
        "sentences_per_second": sentences / (end - start),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE,
    }


def _concatenated(size: int, folder: Path) -> tuple[list[str], int]:
    """Two files of about `size` sentences or a document more, and how often their text comes again."""
    sides: dict[str, list[str]] = {"en": [], "ja": []}
    count, repeated = 0, -1
    for at, sample in cycle(enumerate(_samples())):
        if count >= size:
            break
        repeated += at == 0
        count += len(sample.sentences[0])
        for code, texts, paragraphs in zip(sample.languages, sample.sentences, sample.paragraphs, strict=True):
            lines = groupby(zip(texts, paragraphs, strict=True), key=itemgetter(1))
            sides[code] += [language(code).joiner.join(text for text, _ in line) for _, line in lines]
    paths = [folder / f"{code}.txt" for code in sides]
    for path, side in zip(paths, sides.values(), strict=True):
        path.write_text("\n\n".join(side) + "\n", encoding="utf-8")
    return list(map(str, paths)), repeated


def _samples() -> Iterator[Sample]:
    """English-Japanese documents, those of the project first; read as they are needed."""
    paths = [*ROOT.glob("corpora/*/gold.txt"), *ROOT.glob("corpora/training/ja-en-*/gold.txt")]
    tables = [*SHARED.glob("gold/*/en-ja.tsv"), *SHARED.glob("gold/*/ja-en.tsv")]
    places = [*sorted(path.parent for path in paths), *sorted(tables)]
    for place in places:
        yield from read_collection(place).samples
