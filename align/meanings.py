"""What vectors tell of boilerplate, learned from gold: a fold of the documents at a time, as the scorers are."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.boilerplate.material import FOLDS, fold_of
from align.lattice.evidence import Evidence
from align.lattice.meaning import Meaning, fit_meaning
from align.lattice.noise import Sample


def learn_meanings(samples: Sequence[Sample], evidence: Sequence[Evidence]) -> dict[int | None, Meaning]:
    """For each fold what the vectors of the other folds' lines tell of boilerplate, and under None those of all.

    Learned from the documents as they are, those in which something stands alone. Empty where there are none.
    """
    scores, vectors, alone, folds = [], [], [], []
    seen: set[str] = set()
    for sample, found in zip(samples, evidence, strict=True):
        if sample.name in seen or all(src and tgt for src, tgt in sample.gold):
            continue
        seen.add(sample.name)
        for side, nulls in zip((found.source, found.target), _nulls(sample), strict=True):
            scores.append(side.boilerplate)
            vectors.append(side.page)
            alone.append(nulls)
            folds.append(fold_of(sample.name))
    meanings: dict[int | None, Meaning] = {}
    for without in (None, *range(FOLDS)):
        kept = [k for k, fold in enumerate(folds) if fold != without]
        if kept:
            meanings[without] = fit_meaning(*([rows[k] for k in kept] for rows in (scores, vectors, alone)))
    return meanings


def _nulls(sample: Sample) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which sentences of either side gold leaves alone."""
    source, target = (np.zeros(len(side), bool) for side in sample.sentences)
    for src, tgt in sample.gold:
        if not tgt:
            source[list(src)] = True
        if not src:
            target[list(tgt)] = True
    return source, target


def with_meaning(evidence: Evidence, meaning: Meaning | None) -> Evidence:
    """The same with boilerplate scores that the vectors corrected."""
    if meaning is None:
        return evidence
    return dataclasses.replace(evidence, source=meaning.read(evidence.source), target=meaning.read(evidence.target))
