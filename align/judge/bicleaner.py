"""Scores of bicleaner-ai, where it is installed: how likely a pair is a translation, by a model for its languages.

The program runs by itself, once for all rows, for it takes long to load; nothing of it is imported.
https://github.com/bitextor/bicleaner-ai
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from align.errors import AlignError, MissingExtra, MissingModel
from align.judge.flags import LOW_SCORE
from align.judge.spool import Spool
from align.records import AlignedPair
from align.write.layout import line

COMMAND = "bicleaner-ai-classify"
FLAG = "bicleaner"


def scored(pairs: Iterable[AlignedPair], model: str) -> Iterator[tuple[AlignedPair, float]]:
    """The pairs, each with its score, 0 to 1; 0 for a row with one side empty. Nothing comes before all are scored.

    A pair that scores less than `LOW_SCORE` has the flag `bicleaner`, and no other has.
    `model` is the metadata file of a model, or a name that bicleaner-ai downloads, such as
    `bitextor/bicleaner-ai-full-en-xx`.

    Raises:
        MissingExtra: bicleaner-ai is not installed.
        MissingModel: it did not take the model.
    """
    program = program_path()
    spool = Spool()
    with TemporaryDirectory() as folder:
        source, scores = Path(folder, "pairs.tsv"), Path(folder, "scores")
        with source.open("w", encoding="utf-8") as file:
            for pair in pairs:
                spool.add(pair)
                if not pair.is_null:
                    file.write(f"{line(pair.src)}\t{line(pair.tgt)}\n")
        _classify([program, "--scol", "1", "--tcol", "2", "--score_only", "-q", source, scores, model], model)
        with scores.open(encoding="utf-8") as file:
            for pair in spool:
                score = 0.0 if pair.is_null else _score(file.readline(), model)
                flags = {*pair.flags} - {FLAG} | ({FLAG} if score < LOW_SCORE and not pair.is_null else set())
                yield replace(pair, flags=tuple(sorted(flags))), score


def program_path() -> str:
    """Where the program is: beside the Python that runs, or where the shell would find it.

    Raises:
        MissingExtra: nowhere.
    """
    beside = os.path.dirname(sys.executable)
    found = shutil.which(COMMAND, path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    if found is None:
        raise MissingExtra("Scores of bicleaner-ai need that program, which is not installed: pip install bicleaner-ai")
    return found


def _classify(command: list[str | Path], model: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["no reason"]
        raise MissingModel(f"bicleaner-ai stopped with exit code {done.returncode} on the model {model}: {said[0]}")


def _score(text: str, model: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise AlignError(f"bicleaner-ai gave {text!r} where a score was expected; is {model} a model of it?") from None
