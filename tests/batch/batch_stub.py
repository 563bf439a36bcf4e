"""An aligner that costs nothing, for what a batch does around the aligning; documents can tell it to misbehave.

It pairs sentences by number. A document whose source has the word DIE kills its process, one with SLEEP takes a minute,
one with DEFECT raises what no aligner should, one with PRINT prints, and one with WARN warns. DIEONCE:PATH kills the
process unless there is a file at PATH, which it makes.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from align.encode.protocol import Vectors
from align.engines import SideInput
from align.pipeline import Aligner
from align.records import Bead
from align.settings import AlignSettings


@dataclass(frozen=True)
class StubEncoder:
    name: str = "stub"
    revision: str = "1"

    def knows(self, language: str) -> bool:
        return True

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        return Vectors(np.zeros((longest, len(sentences), 1), np.float32), 0)


@dataclass(frozen=True)
class StubEngine:
    signature: str = "stub"

    def beads(self, source: SideInput, target: SideInput, settings: AlignSettings) -> list[Bead]:
        misbehave(" ".join(sentence.text for sentence in source.sentences))
        n, m = len(source.sentences), len(target.sentences)
        pairs = [Bead((i,), (i,), 0.9, 0.5) for i in range(min(n, m))]
        return [*pairs, *(Bead((i,), ()) for i in range(m, n)), *(Bead((), (j,)) for j in range(n, m))]


def misbehave(text: str) -> None:
    if "DIEONCE:" in text:
        mark = Path(text.partition("DIEONCE:")[2].split()[0])
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    elif "DIE" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "SLEEP" in text:
        time.sleep(60)
    if "DEFECT" in text:
        raise ZeroDivisionError("nothing to divide by")
    if "PRINT" in text:
        print("a library that prints")
        os.write(1, b"and one that writes\n")
    if "WARN" in text:
        logging.getLogger("align.pipeline").warning("something odd")


def make(settings: AlignSettings) -> Aligner:
    return Aligner(replace(settings, src_lang="en", tgt_lang="ja"), encoder=StubEncoder(), engine=StubEngine())


def mixed(settings: AlignSettings) -> Aligner:
    """Languages are checked as usual: what is given is taken, what is not is detected."""
    return Aligner(settings, encoder=StubEncoder(), engine=StubEngine())
