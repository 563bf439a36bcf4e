"""Rows against gold: which are right, and what gold has instead."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.errors import MissingInput
from align.evaluate import evaluate
from align.ladder import ladder_line, read_alignments
from align.records import AlignedPair, Bead
from align.report.figures import STEPS, step
from align.scores import Evaluation

WRONG, NEAR, RIGHT = 0, 1, 2
"""A row that gold does not have, one that shares a sentence pair with gold, and one that gold has exactly."""

_SUFFIXES = (".txt", ".tsv", ".jsonl", ".ladder", ".align", ".gold")


@dataclass(frozen=True, slots=True)
class Grades:
    """A document's rows against gold.

    `rows` has WRONG, NEAR or RIGHT for each row; `instead`, by row number, what gold has for the sentences of a row
    that is not right, as ladder beads; `right` (STEPS + 1,) int64 counts the right two-sided rows by confidence.
    """

    rows: list[int]
    instead: dict[int, str]
    right: NDArray[np.int64]
    evaluation: Evaluation

    @classmethod
    def of(cls, name: str, pairs: Sequence[AlignedPair], gold: Sequence[Bead]) -> Grades:
        """Grade the rows of a document by the same rules as `align eval`."""
        keys = {(bead.src, bead.tgt) for bead in gold}
        partners: defaultdict[int, set[int]] = defaultdict(set)
        holders: tuple[defaultdict[int, set[int]], ...] = (defaultdict(set), defaultdict(set))
        for number, bead in enumerate(gold):
            for side, ids in enumerate((bead.src, bead.tgt)):
                for i in ids:
                    holders[side][i].add(number)
            for i in bead.src:
                partners[i].update(bead.tgt)
        rows, instead, right = [], {}, np.zeros(STEPS + 1, dtype=np.int64)
        for number, pair in enumerate(pairs):
            if (pair.src_ids, pair.tgt_ids) in keys:
                rows.append(RIGHT)
                right[step(pair.confidence)] += not pair.is_null
                continue
            near = any(not partners[i].isdisjoint(pair.tgt_ids) for i in pair.src_ids if i in partners)
            rows.append(NEAR if near else WRONG)
            holding = [holders[side][i] for side, ids in enumerate((pair.src_ids, pair.tgt_ids)) for i in ids]
            touched = sorted(set[int]().union(*holding))
            instead[number] = "  ".join(ladder_line(gold[i], confidence=False) for i in touched)
        return cls(rows, instead, right, evaluate([gold], [beads(pairs)], [name]))


def beads(pairs: Sequence[AlignedPair]) -> list[Bead]:
    """The rows without their texts."""
    return [Bead(pair.src_ids, pair.tgt_ids, pair.confidence, pair.similarity) for pair in pairs]


def scores_of(evaluation: Evaluation) -> dict[str, Any]:
    """What the page shows of an evaluation: strict and lax scores, and reliability by confidence."""
    full = evaluation.to_dict()
    return {name: full[name] for name in ("strict", "lax", "calibration")} | {"warnings": full["warnings"][:10]}


@dataclass(slots=True)
class CorpusGrades:
    """The beads of the documents that have gold, kept to score them together; `right` as in `Grades`."""

    names: list[str] = field(default_factory=list)
    gold: list[Sequence[Bead]] = field(default_factory=list)
    found: list[Sequence[Bead]] = field(default_factory=list)
    right: NDArray[np.int64] = field(default_factory=lambda: np.zeros(STEPS + 1, dtype=np.int64))

    def add(self, name: str, pairs: Sequence[AlignedPair], gold: Sequence[Bead], grades: Grades) -> None:
        """Take in a document that has gold."""
        self.names.append(name)
        self.gold.append(gold)
        self.found.append(beads(pairs))
        self.right += grades.right

    def scores(self) -> dict[str, Any] | None:
        """As `scores_of`, over all documents; None where none has gold."""
        return scores_of(evaluate(self.gold, self.found, self.names)) if self.names else None


@dataclass(frozen=True, slots=True)
class Gold:
    """Gold alignments by the name of their document; `only` is the one there is, where there is just one."""

    path: str
    documents: dict[str, list[Bead]]

    @classmethod
    def at(cls, path: str | os.PathLike[str]) -> Gold:
        """The gold in a file, or in a folder as `align eval` reads one: `a.txt`, or `a/gold.txt`, for the document a.

        Raises:
            MissingInput: nothing at the path, or a folder without an alignment.
            MalformedAlignment: a file that does not read.
        """
        name, path = os.fspath(path), Path(path)
        if not path.is_dir():
            return cls(name, read_alignments(path))
        found: dict[str, list[Bead]] = {}
        for file in sorted(path.rglob("*")):
            if file.suffix.lower() not in _SUFFIXES or not file.is_file():
                continue
            is_gold = file.stem.lower() == "gold"
            if not is_gold and any(file.parent.glob("gold.*")):
                continue  # the texts beside the gold
            own = (file.parent if is_gold else file.with_suffix("")).relative_to(path).as_posix()
            found |= {doc or own: beads for doc, beads in read_alignments(file).items()}
        if not found:
            raise MissingInput(
                f"{name} holds no gold alignment: no file in it or below ends in {', '.join(_SUFFIXES)}."
            )
        return cls(name, found)

    def of(self, document: str, alone: bool) -> list[Bead] | None:
        """The gold of a document; where both sides have but one (`alone`), names do not matter."""
        if alone and len(self.documents) == 1:
            return next(iter(self.documents.values()))
        return self.documents.get(document)
