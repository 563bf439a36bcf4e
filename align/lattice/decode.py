"""Sums and best paths over a lattice of candidate beads.

A path runs through boundaries (i, j), one bead after the other. What comes after what matters twice: a null after a
null is a different thing from a null after a pair, and of a run of nulls only the order source before target counts,
so that every alignment is exactly one path. Hence three states, the kind of the last bead: PAIR, SOURCE null, TARGET
null. The plain functions here are the reference; `kernels` holds the same loops compiled, for large documents and
for training.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.lattice.features import Beads

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

PAIR, SOURCE, TARGET = 0, 1, 2
_COMPILED = 30_000  # beads from which compiling, or loading what was compiled, pays


@dataclass(frozen=True)
class Graph:
    """Candidate beads as edges between boundaries, in an order in which every edge comes after those it builds on.

    `tail`, `head` (b,) node of either end; `kind` (b,) PAIR, SOURCE or TARGET; node 0 is the start, `end` the end.
    """

    beads: Beads
    tail: Ints
    head: Ints
    kind: Ints
    nodes: int
    end: int

    @classmethod
    def of(cls, beads: Beads, n: int, m: int) -> Graph:
        """The graph of beads that lie on some path from (0, 0) to (n, m); others are left out.

        Raises:
            ValueError: no path of these beads leads from end to end.
        """
        order = np.lexsort((beads.i1, beads.i1 + beads.j1))
        beads = beads.take(order)
        tails = beads.i0 * (m + 1) + beads.j0
        heads = beads.i1 * (m + 1) + beads.j1
        cells, index = np.unique(np.concatenate([[0, n * (m + 1) + m], tails, heads]), return_inverse=True)
        tail, head = index[2 : 2 + len(beads)], index[2 + len(beads) :]
        start, end = int(index[0]), int(index[1])
        reached = np.zeros(len(cells), bool)
        reached[start] = True
        for t, h in zip(tail.tolist(), head.tolist(), strict=True):
            if reached[t]:
                reached[h] = True
        leads = np.zeros(len(cells), bool)
        leads[end] = True
        for t, h in zip(tail[::-1].tolist(), head[::-1].tolist(), strict=True):
            if leads[h]:
                leads[t] = True
        if not reached[end]:
            raise ValueError("the candidate beads hold no path from end to end")
        keep = np.flatnonzero(reached[tail] & leads[head])
        beads, tail, head = beads.take(keep), tail[keep], head[keep]
        kind = np.where(beads.j0 == beads.j1, SOURCE, np.where(beads.i0 == beads.i1, TARGET, PAIR))
        return cls(beads, tail, head, kind, len(cells), end)


def forward(graph: Graph, scores: Doubles, follows: Doubles) -> Doubles:
    """Log sums (nodes, 3) over all paths from the start to a node, by the kind of their last bead.

    `scores` (b,), `follows` (3, 3): the score of a bead of the second kind after one of the first.
    """
    if len(scores) >= _COMPILED:
        from align.lattice import kernels

        return kernels.forward(graph.tail, graph.head, graph.kind, graph.nodes, scores, follows)
    alpha = np.full((graph.nodes, 3), -np.inf)
    alpha[0, PAIR] = 0.0
    table, steps = alpha.tolist(), follows.T.tolist()
    for t, h, k, s in zip(graph.tail.tolist(), graph.head.tolist(), graph.kind.tolist(), scores.tolist(), strict=True):
        before, step = table[t], steps[k]
        table[h][k] = _add(table[h][k], _sum(before[0] + step[0], before[1] + step[1], before[2] + step[2]) + s)
    return np.array(table)


def backward(graph: Graph, scores: Doubles, follows: Doubles) -> Doubles:
    """Log sums (nodes, 3) over all paths from a node to the end, given the kind of the bead that led there."""
    if len(scores) >= _COMPILED:
        from align.lattice import kernels

        return kernels.backward(graph.tail, graph.head, graph.kind, graph.nodes, graph.end, scores, follows)
    beta = np.full((graph.nodes, 3), -np.inf)
    beta[graph.end] = 0.0
    table, steps = beta.tolist(), follows.T.tolist()
    edges = zip(graph.tail.tolist(), graph.head.tolist(), graph.kind.tolist(), scores.tolist(), strict=True)
    for t, h, k, s in reversed(list(edges)):
        after, row, step = table[h][k] + s, table[t], steps[k]
        for state in (PAIR, SOURCE, TARGET):
            row[state] = _add(row[state], step[state] + after)
    return np.array(table)


def _add(a: float, b: float) -> float:
    if a < b:
        a, b = b, a
    return a if b == -np.inf else a + float(np.log1p(np.exp(b - a)))


def _sum(a: float, b: float, c: float) -> float:
    return _add(_add(a, b), c)


def posteriors(graph: Graph, scores: Doubles, follows: Doubles) -> tuple[Doubles, Doubles, float]:
    """Every bead's probability (b,), expected counts (3, 3) of what follows what, and the log of the whole sum."""
    alpha = forward(graph, scores, follows)
    beta = backward(graph, scores, follows)
    total = float(np.logaddexp.reduce(alpha[graph.end]))
    steps = np.zeros((3, 3))
    probability = np.zeros(len(scores))
    with np.errstate(under="ignore"):
        for state in (PAIR, SOURCE, TARGET):
            share = np.exp(
                alpha[graph.tail, state] + follows[state, graph.kind] + scores + beta[graph.head, graph.kind] - total
            )
            probability += share
            steps[state] = np.bincount(graph.kind, weights=share, minlength=3)
    return probability, steps, total


def best_path(graph: Graph, gains: Doubles) -> Ints:
    """Indices of the beads on the path of the highest summed gain."""
    best = np.full(graph.nodes, -np.inf)
    best[0] = 0.0
    came = np.full(graph.nodes, -1, dtype=np.int64)
    table, via = best.tolist(), came.tolist()
    for at, (t, h, g) in enumerate(zip(graph.tail.tolist(), graph.head.tolist(), gains.tolist(), strict=True)):
        value = table[t] + g
        if value > table[h]:
            table[h], via[h] = value, at
    path, node = [], graph.end
    while node != 0:
        path.append(via[node])
        node = int(graph.tail[via[node]])
    return np.array(path[::-1], dtype=np.int64)


def sentence_null_probability(graph: Graph, probability: Doubles) -> Doubles:
    """`probability` with every null bead's replaced by its sentence's, summed over the places it may stand at."""
    pooled = probability.copy()
    for kind, of in ((SOURCE, graph.beads.i0), (TARGET, graph.beads.j0)):
        at = np.flatnonzero(graph.kind == kind)
        if len(at):
            pooled[at] = np.bincount(of[at], weights=probability[at])[of[at]]
    return pooled
