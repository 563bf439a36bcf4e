"""The aligner: a semi-Markov conditional random field over beads (Sarawagi and Cohen 2004), in two stages.

A cheap stage sums over every bead in the band and keeps the ones that may matter; the second weighs those with all
features. Forward-backward gives each its probability, and the path with the most expected right beads is the answer.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from align.lattice.band import RADIUS, Band, find_band
from align.lattice.beads import Beads
from align.lattice.coarse import prune
from align.lattice.decode import PAIR, SOURCE, TARGET, Graph, best_path, posteriors, sentence_null_probability
from align.lattice.evidence import Evidence
from align.lattice.features import all_features, known, noise
from align.lattice.side import SHAPES, Side
from align.lattice.weights import Weights
from align.records import Bead

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_SURE = 0.8  # probability from which a sentence is taken to stand alone
_SURE_HALF = 0.99  # and one that ends in a comma or begins in the middle
_SECOND = 0.5  # weight of the second look
_KEEP = 1e-5  # coarse posterior below which a bead is not looked at again
_ROUNDS = 4  # times the band is let out where the path touches its edge, each time twice as far
_TOUCHES = 0.05  # probability from which a bead at the edge matters
_CELLS = 2_000_000  # of a band, up to which it may be let out: about 0.6 GB of tables


def align_sides(source: Side, target: Side, weights: Weights, max_bead: int = 7) -> list[Bead]:
    """The beads of a document pair, in order, every sentence in exactly one, with calibrated confidence.

    Sentences that surely stand alone are then taken out and the rest is solved once more: without them its beads are
    easier to tell, and a bead may reach across them. Such a bead's numbers have a gap, and the row of the sentence in
    the gap comes after it. What both looks can judge has the mean of their probabilities: boilerplate that is left
    looks too much like text to the second, and the first is misled by what stands between the text.
    """
    n, m = len(source), len(target)
    if not n or not m:
        return [Bead((i,), ()) for i in range(n)] + [Bead((), (j,)) for j in range(m)]
    graph, path, probability = weighed(source, target, weights, max_bead)
    first = _on_path(graph, path, probability, source, target)
    sure_s, sure_t = _sure(source), _sure(target)
    alone = [b for b in first if b.is_null and b.confidence >= (sure_s[b.src[0]] if b.src else sure_t[b.tgt[0]])]
    kept_s = _others(n, {i for bead in alone for i in bead.src})
    kept_t = _others(m, {j for bead in alone for j in bead.tgt})
    if not alone or not len(kept_s) or not len(kept_t):
        return first
    rest_s, rest_t = source.take(kept_s), target.take(kept_t)
    again, _, second = weighed(rest_s, rest_t, weights, max_bead)
    before = _earlier(again.beads, (kept_s, kept_t), graph.beads, probability)
    both = np.where(np.isnan(before), second, _SECOND * second + (1 - _SECOND) * before)
    rest = _on_path(again, best_path(again, both - weights.price), both, rest_s, rest_t)
    return merged([_renumbered(bead, kept_s, kept_t) for bead in rest], alone)


def _sure(side: Side) -> Doubles:
    """(n,): probability from which a sentence is taken to stand alone, before any line that keeps halves of a sentence
    apart is taken out."""
    half = np.maximum(side.breaks[1:].max(axis=1), side.shapes[:, SHAPES.index("continues")]) > 0
    half |= side.enclosed[1:] != side.enclosed[:-1]
    return np.where(half, _SURE_HALF, _SURE)


def solve(source: Side, target: Side, weights: Weights, max_bead: int) -> list[Bead]:
    """The beads of one look, every one of unbroken runs of sentences. Neither side is empty."""
    return _on_path(*weighed(source, target, weights, max_bead), source, target)


def _earlier(beads: Beads, kept: tuple[Ints, Ints], known: Beads, probability: Doubles) -> Doubles:
    """The probability (b,) of beads at the first look: 0 where it was too small to be weighed, nan where sentences
    taken out since stand between.

    `kept` are the numbers in the document of the sentences that `beads` count; `known` count all of them.
    """
    i0, i1, gap_s = _in_full(kept[0], beads.i0, beads.i1)
    j0, j1, gap_t = _in_full(kept[1], beads.j0, beads.j1)
    width = int(max(known.i1.max(), known.j1.max())) + 1
    wanted = _keys(Beads(i0, i1, j0, j1), width)
    had, at = np.unique(_keys(known, width), return_index=True)
    place = np.minimum(np.searchsorted(had, wanted), len(had) - 1)
    found = np.where(had[place] == wanted, probability[at[place]], 0.0)
    return np.where(gap_s | gap_t, np.nan, found)


def _in_full(kept: Ints, first: Ints, end: Ints) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Runs of the sentences `kept` as runs of all, and which of them have a gap."""
    full_first = kept[np.minimum(first, len(kept) - 1)]
    full_end = np.where(first < end, kept[end - 1] + 1, full_first)
    return full_first, full_end, full_end - full_first != end - first


def _keys(beads: Beads, width: int) -> Ints:
    """A number for each bead, the same for all nulls of a sentence."""
    some_s, some_t = beads.i0 < beads.i1, beads.j0 < beads.j1
    columns = beads.i0 * some_s, beads.i1 * some_s, beads.j0 * some_t, beads.j1 * some_t
    return np.ravel_multi_index(columns, (width,) * 4)


def weighed(source: Side, target: Side, weights: Weights, max_bead: int) -> tuple[Graph, Ints, Doubles]:
    """The graph of all beads that may matter, the indices of those on the best path, and every bead's probability (b,).

    Where the path or much of the probability touches the edge of the band, as it does where anchors mislead, the band
    is let out there and the pair solved again. Neither side is empty.
    """
    band, chain = find_band(source, target)
    for step in range(_ROUNDS + 1):
        evidence = Evidence.of(source, target, band, chain, max_bead)
        graph, features, rates = candidates(evidence, weights.coarse)
        path, probability = decoded(graph, features, noise(rates), weights, known(evidence, graph.beads))
        wider = _let_out(band, graph, path, probability, RADIUS << step)
        if wider is None:
            break
        band = wider
    return graph, path, probability


def _let_out(band: Band, graph: Graph, path: Ints, probability: Doubles, by: int) -> Band | None:
    """The band, wider by so many boundaries where a solution touches its edge; None where it nowhere does."""
    # A null's probability is that of all its places; it counts where the path has it.
    share = np.where(graph.kind == PAIR, probability, 0.0)
    share[path] = 1.0
    edge = np.flatnonzero((share >= _TOUCHES) & band.at_edge(graph.beads.i1, graph.beads.j1))
    if not len(edge):
        return None
    wider = band.widened(graph.beads.i1[edge], graph.beads.j1[edge], by)
    return wider if wider.cells <= max(_CELLS, band.cells) else None


def decoded(
    graph: Graph, features: Floats, noise: float, weights: Weights, prior: Doubles | float = 0.0
) -> tuple[Ints, Doubles]:
    """The beads of the path with the most expected right beads, and every bead's probability (b,).

    A null's probability is its sentence's, wherever it may stand. `prior` (b,) is added to the scores that the weights
    give.
    """
    scores = weights.scores(features, noise) + prior
    probability, _, _ = posteriors(graph, scores, follows_matrix(weights.steps / weights.temperature))
    probability = sentence_null_probability(graph, probability)
    return best_path(graph, probability - weights.price), probability


def _others(count: int, taken: set[int]) -> Ints:
    return np.array([i for i in range(count) if i not in taken], dtype=np.int64)


def _renumbered(bead: Bead, kept_s: Ints, kept_t: Ints) -> Bead:
    return replace(bead, src=tuple(kept_s[list(bead.src)].tolist()), tgt=tuple(kept_t[list(bead.tgt)].tolist()))


def merged(beads: list[Bead], nulls: list[Bead]) -> list[Bead]:
    """The null beads put back, each after the beads that begin before it on its side."""
    places: list[list[Bead]] = [[] for _ in range(len(beads) + 1)]
    first_s = [(bead.src[0], at) for at, bead in enumerate(beads, start=1) if bead.src]
    first_t = [(bead.tgt[0], at) for at, bead in enumerate(beads, start=1) if bead.tgt]
    for bead in nulls:
        firsts, number = (first_s, bead.src[0]) if bead.src else (first_t, bead.tgt[0])
        before = bisect_left(firsts, (number, 0))
        places[firsts[before - 1][1] if before else 0].append(bead)
    merged = list(places[0])
    for bead, after in zip(beads, places[1:], strict=True):
        merged += [bead, *after]
    runs = groupby(merged, key=lambda bead: bead.is_null)
    return [bead for null, run in runs for bead in (sorted(run, key=lambda bead: not bead.src) if null else run)]


def candidates(
    evidence: Evidence, coarse: Doubles, keep: float = _KEEP, also: Beads | None = None
) -> tuple[Graph, Floats, tuple[float, float]]:
    """The graph of `plausible` beads, all their features (b, len(NAMES)) float32, and the rates.

    Raises:
        ValueError: vectors with infinities or nan in them.
    """
    graph, rates = plausible(evidence, coarse, keep, also)
    return graph, all_features(evidence, graph.beads, rates), rates


def plausible(
    evidence: Evidence, coarse: Doubles, keep: float = _KEEP, also: Beads | None = None
) -> tuple[Graph, tuple[float, float]]:
    """The beads of coarse posterior `keep` or more, and those in `also`, as a graph, and what rates to expect.

    Raises:
        ValueError: vectors with infinities or nan in them.
    """
    while True:
        beads, rates = prune(evidence, coarse, keep)
        if also is not None:
            beads = beads.union(also)
        try:
            return Graph.of(beads, len(evidence.source), len(evidence.target)), rates
        except ValueError:
            # So flat a posterior that every path has a bead below the threshold.
            keep /= 1000


def follows_matrix(steps: Doubles) -> Doubles:
    """The (3, 3) scores of what follows what, from the weights of `STEPS`."""
    opens, goes_on, changes = steps
    matrix = np.zeros((3, 3))
    matrix[PAIR, SOURCE] = matrix[PAIR, TARGET] = opens
    matrix[SOURCE, SOURCE] = matrix[TARGET, TARGET] = goes_on
    matrix[SOURCE, TARGET] = changes
    matrix[TARGET, SOURCE] = -np.inf
    return matrix


def _on_path(graph: Graph, path: Ints, probability: Doubles, source: Side, target: Side) -> list[Bead]:
    return [_bead(graph.beads, k, min(1.0, float(probability[k])), source, target) for k in path.tolist()]


def _bead(beads: Beads, k: int, confidence: float, source: Side, target: Side) -> Bead:
    i0, i1, j0, j1 = (int(column[k]) for column in (beads.i0, beads.i1, beads.j0, beads.j1))
    similarity = 0.0
    if i0 < i1 and j0 < j1:
        similarity = float(source.spans[i1 - i0 - 1, i1 - 1] @ target.spans[j1 - j0 - 1, j1 - 1])
    return Bead(tuple(range(i0, i1)), tuple(range(j0, j1)), confidence, similarity)
