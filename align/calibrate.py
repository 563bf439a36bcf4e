"""How sure weights may be: the temperature at which their confidence comes true, on documents left out of training."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from align.lattice import Side, Weights
from align.lattice.model import align_sides
from align.lattice.noise import Sample
from align.scores import Calibration

Sides = tuple[Side, Side]

_TEMPERATURES = (0.9, 1.0, 1.1, 1.2, 1.3, 1.5)

Judged = dict[float, list[tuple[float, bool]]]
"""For every temperature, confidence of each bead and whether gold has it."""


def calibrate(judged: Sequence[Judged]) -> tuple[float, list[dict[str, float]]]:
    """The temperature of the least calibration error on the documents judged, and the reliability table there."""
    found = {t: Calibration.of([row for document in judged for row in document[t]]) for t in _TEMPERATURES}
    best = min(found, key=lambda t: found[t].error) if any(found[1.0].bins) else 1.0
    table = [
        {"beads": b.count, "confidence": round(b.confidence, 3), "right": round(b.accuracy, 3)}
        for b in found[best].bins
        if b.count
    ]
    return best, table


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
