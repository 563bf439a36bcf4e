"""The aligner: a semi-Markov conditional random field over beads (Sarawagi and Cohen 2004), in two stages.

A cheap stage sums over every bead in the band and keeps the ones that may matter; the second weighs those with all
features. Forward-backward gives each its probability, and the path with the most expected right beads is the answer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from align.lattice.band import find_band
from align.lattice.coarse import prune
from align.lattice.decode import PAIR, SOURCE, TARGET, Graph, best_path, posteriors, sentence_null_probability
from align.lattice.evidence import Evidence
from align.lattice.features import Beads, all_features
from align.lattice.side import Side
from align.lattice.weights import Weights
from align.records import Bead

Doubles = NDArray[np.float64]

_KEEP = 1e-5  # coarse posterior below which a bead is not looked at again


def align_sides(source: Side, target: Side, weights: Weights, max_bead: int = 7) -> list[Bead]:
    """The beads of a document pair, in order, every sentence in exactly one, with calibrated confidence."""
    n, m = len(source), len(target)
    if not n or not m:
        return [Bead((i,), ()) for i in range(n)] + [Bead((), (j,)) for j in range(m)]
    band, chain = find_band(source, target)
    evidence = Evidence.of(source, target, band, chain, max_bead)
    graph, features = candidates(evidence, weights.coarse)
    scores = features.astype(np.float64) @ weights.fine / weights.temperature
    probability, _, _ = posteriors(graph, scores, follows_matrix(weights.steps / weights.temperature))
    probability = sentence_null_probability(graph, probability)
    path = best_path(graph, probability - weights.price)
    return [_bead(graph.beads, k, min(1.0, float(probability[k])), source, target) for k in path.tolist()]


def candidates(evidence: Evidence, coarse: Doubles, keep: float = _KEEP) -> tuple[Graph, NDArray[np.float32]]:
    """The beads of coarse posterior `keep` or more as a graph, and all their features (b, len(NAMES)) float32.

    Raises:
        ValueError: vectors with infinities or nan in them.
    """
    while True:
        beads, rates = prune(evidence, coarse, keep)
        try:
            graph = Graph.of(beads, len(evidence.source), len(evidence.target))
        except ValueError:
            # So flat a posterior that every path has a bead below the threshold.
            keep /= 1000
            continue
        return graph, all_features(evidence, graph.beads, rates)


def follows_matrix(steps: Doubles) -> Doubles:
    """The (3, 3) scores of what follows what, from the weights of `STEPS`."""
    opens, goes_on, changes = steps
    matrix = np.zeros((3, 3))
    matrix[PAIR, SOURCE] = matrix[PAIR, TARGET] = opens
    matrix[SOURCE, SOURCE] = matrix[TARGET, TARGET] = goes_on
    matrix[SOURCE, TARGET] = changes
    matrix[TARGET, SOURCE] = -np.inf
    return matrix


def _bead(beads: Beads, k: int, confidence: float, source: Side, target: Side) -> Bead:
    i0, i1, j0, j1 = (int(column[k]) for column in (beads.i0, beads.i1, beads.j0, beads.j1))
    similarity = 0.0
    if i0 < i1 and j0 < j1:
        similarity = float(source.spans[i1 - i0 - 1, i1 - 1] @ target.spans[j1 - j0 - 1, j1 - 1])
    return Bead(tuple(range(i0, i1)), tuple(range(j0, j1)), confidence, similarity)
