"""How sure weights may be: the temperature at which their confidence comes true, on documents left out of training."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.lattice import Side, Weights
from align.lattice.model import align_sides
from align.lattice.noise import Sample

Sides = tuple[Side, Side]

_BINS = 10
_TEMPERATURES = (0.9, 1.0, 1.1, 1.2, 1.3, 1.5)


Judged = dict[float, list[tuple[float, bool]]]
"""For every temperature, confidence of each bead and whether gold has it."""


def calibrate(judged: Sequence[Judged]) -> tuple[float, list[dict[str, float]]]:
    """The temperature of the least calibration error on the documents judged, and the reliability table there."""
    best, table = None, []
    for temperature in _TEMPERATURES:
        rows = [row for by_temperature in judged for row in by_temperature[temperature]]
        if not rows:
            return 1.0, []
        error, bins = reliability(np.array(rows))
        if best is None or error < best[0]:
            best, table = (error, temperature), bins
    return best[1], table


def judge(item: tuple[Sample, Sides, Weights, int]) -> Judged:
    """The beads of a document, of so many sentences at most, that gold speaks of."""
    sample, sides, weights, max_bead = item
    gold = {(tuple(a), tuple(b)) for a, b in sample.gold}
    known = {i for a, _ in gold for i in a}, {j for _, b in gold for j in b}
    rows: Judged = {}
    for temperature in _TEMPERATURES:
        beads = align_sides(*sides, dataclasses.replace(weights, temperature=temperature), max_bead)
        rows[temperature] = [
            (bead.confidence, (bead.src, bead.tgt) in gold)
            for bead in beads
            if known[0].issuperset(bead.src) and known[1].issuperset(bead.tgt)
        ]
    return rows


def reliability(rows: NDArray) -> tuple[float, list[dict[str, float]]]:
    if not len(rows):
        return 0.0, []
    place = np.minimum((rows[:, 0] * _BINS).astype(int), _BINS - 1)
    bins, error = [], 0.0
    for k in range(_BINS):
        part = rows[place == k]
        if len(part):
            confidence, right = part.mean(axis=0)
            error += len(part) / len(rows) * abs(confidence - right)
            bins.append(
                {"beads": len(part), "confidence": round(float(confidence), 3), "right": round(float(right), 3)}
            )
    return error, bins
