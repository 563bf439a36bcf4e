"""What the lattice weighs of a bead. Every feature is looked up in the tables of `Evidence`.

All similarities are measured in the document's own units: 0 is two sentences that have nothing to do with each
other, 1 a typical pair of translations, so the weights carry over from one encoder and one language pair to another.
"""

from __future__ import annotations

import numpy as np

from align.lattice.beads import Beads
from align.lattice.evidence import Evidence, bead_shapes
from align.lattice.lookup import Doubles, Floats, coverages, similarity
from align.lattice.null_features import COARSE_NULLS, FINE_NULLS, coarse_nulls, fine_nulls
from align.lattice.pair_features import COARSE_PAIRS, FINE_PAIRS, coarse_pairs, fine_pairs

_KINDS = sorted({(min(a, b), max(a, b)) for a, b in bead_shapes(10)}, key=lambda s: (sum(s), s))
_BIASES = {kind: at for at, kind in enumerate(k for k in _KINDS if sum(k) <= 7)}
_LARGE = len(_BIASES)

COARSE = (*(f"shape {a}-{b}" for a, b in _BIASES), "shape larger", *COARSE_PAIRS, *COARSE_NULLS)
FINE = (*FINE_PAIRS, *FINE_NULLS, "several rate", "null rate", "match rate")
NAMES = (*COARSE, *FINE)
BY_NOISE = tuple(
    name for name in NAMES if not name.startswith(("null", "boilerplate", "match")) and not name.endswith("lone")
)
"""The features of two-sided beads whose weight depends on the document's noise; those of lines do without."""

ENCLOSED = 4.0
"""Log odds against a two-sided bead for each end it has inside a bracket: of 21 such boundaries in public gold none
ends a bead (docs/aligner.md, eleventh round)."""

_AT = {name: at for at, name in enumerate(NAMES)}


def coarse_features(evidence: Evidence, beads: Beads) -> Floats:
    """The cheap features, (b, len(COARSE)) float32."""
    out = np.zeros((len(beads), len(COARSE)), np.float32)
    _coarse(evidence, beads, out)
    return out


def shape_scores(
    evidence: Evidence, beads: Beads, here: Floats, covered: tuple[Floats, Floats], weights: Doubles
) -> Doubles:
    """Scores (b,) by the cheap features of beads of one shape with two sides; for the others see `coarse_pairs`."""
    a, b = int(beads.i1[0] - beads.i0[0]), int(beads.j1[0] - beads.j0[0])
    bias = _BIASES.get((min(a, b), max(a, b)), _LARGE)
    return weights[bias] + sum(
        weights[_AT[name]] * value for name, value in coarse_pairs(evidence, beads, here, covered)
    )


def all_features(evidence: Evidence, beads: Beads, rates: tuple[float, float]) -> Floats:
    """All features, (b, len(NAMES)) float32.

    `rates` are what the coarse stage expects of the document: the share of sentences that stay alone, and the share
    of two-sided beads with more than one sentence on a side.
    """
    out = np.zeros((len(beads), len(NAMES)), np.float32)
    _coarse(evidence, beads, out)
    pair = np.flatnonzero((beads.i0 < beads.i1) & (beads.j0 < beads.j1))
    if len(pair):
        for name, values in fine_pairs(evidence, beads.take(pair), out[pair, _AT["similarity"]]):
            out[pair, _AT[name]] = values
    cheap = out[:, _AT["null best"]] * out[:, _AT["null coverage"]]
    for rows, name, values in fine_nulls(evidence, beads, cheap):
        out[rows, _AT[name]] = values
    several_rate = rates[1]
    several = pair[(beads.i1 - beads.i0 + beads.j1 - beads.j0)[pair] > 2]
    out[several, _AT["several rate"]] = _logit(several_rate)
    logit = _logit(rates[0])
    out[:, _AT["null rate"]] = logit
    out[pair, _AT["null rate"]] = 0
    out[pair, _AT["match rate"]] = logit * out[pair, _AT["similarity"]]
    return out


def known(evidence: Evidence, beads: Beads) -> Floats:
    """What is known of beads (b,) beside the weights: sentences do not end inside a bracket.

    Training has too few such boundaries to learn it. Nulls may have an end there: advertisements do.
    """
    ends = sum(
        side.enclosed[edge].astype(np.float32)
        for side, edges in ((evidence.source, (beads.i0, beads.i1)), (evidence.target, (beads.j0, beads.j1)))
        for edge in edges
    )
    return -ENCLOSED * ends * ((beads.i0 < beads.i1) & (beads.j0 < beads.j1))


def noise(rates: tuple[float, float]) -> float:
    """How much of a document stands alone, on the scale by which weights change: 0 at one sentence in seventeen.

    The factor says how freely they may change: with half of it literary texts lose (docs/aligner.md).
    """
    return 1.2 * _logit(rates[0])


def _logit(rate: float) -> float:
    """Log odds, 0 at a rate of one in seventeen and about -0.6 to 1.2 at the ends of what is believed."""
    rate = min(max(rate, 0.005), 0.9)
    return float(np.log(rate / (1 - rate))) / 4 + 0.7


def _coarse(evidence: Evidence, beads: Beads, out: Floats) -> None:
    a, b = beads.i1 - beads.i0, beads.j1 - beads.j0
    pair = np.flatnonzero((a > 0) & (b > 0))
    kind = np.full((12, 12), _LARGE)
    for (x, y), at in _BIASES.items():
        kind[x, y] = kind[y, x] = at
    out[pair, kind[a[pair], b[pair]]] = 1
    p = beads.take(pair)
    here = similarity(evidence, a[pair], b[pair], p.i1, p.j1, missing=0)
    forward, backward = coverages(evidence, p)
    for name, values in coarse_pairs(evidence, p, here, (forward.sum(axis=0), backward.sum(axis=0))):
        out[pair, _AT[name]] = values
    for rows, name, values in coarse_nulls(evidence, beads):
        out[rows, _AT[name]] = values
