"""Sums and best paths over a lattice of candidate beads.

A path runs through boundaries (i, j), one bead after the other. What comes after what matters twice: a null after a
null is a different thing from a null after a pair, and of a run of nulls only the order source before target counts,
so that every alignment is exactly one path. Hence three states, the kind of the last bead: PAIR, SOURCE null, TARGET
null. The plain functions here are the reference; `kernels` holds the same loops compiled, for large documents and
for training.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.lattice.beads import Beads

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
        end = int(index[1])
        kind = np.where(beads.j0 == beads.j1, SOURCE, np.where(beads.i0 == beads.i1, TARGET, PAIR))
        keep = _on_a_path(tail.tolist(), head.tolist(), kind.tolist(), len(cells), end)
        if not len(keep):
            raise ValueError("the candidate beads hold no path from end to end")
        return cls(beads.take(keep), tail[keep], head[keep], kind[keep], len(cells), end)


def _on_a_path(tail: list[int], head: list[int], kind: list[int], nodes: int, end: int) -> Ints:
    """The edges that lie on some path from node 0 to `end` on which no source null follows a target null."""
    # Per node: reached by another bead than a target null, or by one; leads to the end from the one, from the other.
    free, after = [False] * nodes, [False] * nodes
    free_leads, after_leads = [False] * nodes, [False] * nodes
    free[0] = free_leads[end] = after_leads[end] = True
    for t, h, k in zip(tail, head, kind, strict=True):
        if k == TARGET:
            after[h] |= free[t] or after[t]
        else:
            free[h] |= free[t] or (k == PAIR and after[t])
    keep = []
    for at in range(len(tail) - 1, -1, -1):
        t, h, k = tail[at], head[at], kind[at]
        leads = after_leads[h] if k == TARGET else free_leads[h]
        free_leads[t] |= leads
        after_leads[t] |= leads and k != SOURCE
        if leads and (free[t] or (k != SOURCE and after[t])):
            keep.append(at)
    return np.array(keep[::-1], dtype=np.int64)


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
    return a if b == -math.inf else a + math.log1p(math.exp(b - a))


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
    """Indices of the beads on the path of the highest summed gain on which no source null follows a target null."""
    best = [-math.inf] * graph.nodes, [-math.inf] * graph.nodes  # the last bead no target null, or one
    came = [-1] * graph.nodes, [-1] * graph.nodes
    free, after = best
    free[0] = 0.0
    edges = zip(graph.tail.tolist(), graph.head.tolist(), graph.kind.tolist(), gains.tolist(), strict=True)
    for at, (t, h, k, g) in enumerate(edges):
        value = (free[t] if k == SOURCE else max(free[t], after[t])) + g
        state = int(k == TARGET)
        if value > best[state][h]:
            best[state][h], came[state][h] = value, at
    path, node, state = [], graph.end, int(after[graph.end] > free[graph.end])
    while node != 0:
        at = came[state][node]
        path.append(at)
        node = int(graph.tail[at])
        state = int(graph.kind[at] != SOURCE and after[node] > free[node])
    return np.array(path[::-1], dtype=np.int64)


def sentence_null_probability(graph: Graph, probability: Doubles) -> Doubles:
    """`probability` with every null bead's replaced by its sentence's, summed over the places it may stand at."""
    pooled = probability.copy()
    for kind, of in ((SOURCE, graph.beads.i0), (TARGET, graph.beads.j0)):
        at = np.flatnonzero(graph.kind == kind)
        if len(at):
            pooled[at] = np.bincount(of[at], weights=probability[at])[of[at]]
    return pooled
