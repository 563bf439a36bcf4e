"""Learning the lattice's weights: conditional likelihood of gold beads, maximised by L-BFGS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from align.lattice import kernels
from align.lattice.decode import PAIR, SOURCE, TARGET, Graph
from align.lattice.features import BY_NOISE, NAMES
from align.lattice.model import follows_matrix
from align.lattice.weights import STEPS

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
GoldBeads = Sequence[tuple[Sequence[int], Sequence[int]]]

LEAST_SPREAD = 0.02
"""A feature that varies less is taken to vary by so much."""


def _step_counts(counts: Doubles) -> Doubles:
    opens = counts[PAIR, SOURCE] + counts[PAIR, TARGET]
    return np.array([opens, counts[SOURCE, SOURCE] + counts[TARGET, TARGET], counts[SOURCE, TARGET]])


@dataclass(frozen=True)
class Example:
    """One document pair ready for fitting: its graph, features (b, f), which beads gold allows, noise, and weight."""

    graph: Graph
    features: Floats
    allowed: NDArray[np.bool_]
    noise: float = 0.0
    weight: float = 1.0

    @property
    def reachable(self) -> bool:
        """Whether some path can follow gold: an example that none can does not count."""
        scores = np.where(self.allowed, 0.0, -np.inf)
        return bool(np.isfinite(_sums(self.graph, scores, follows_matrix(np.zeros(len(STEPS))))[2]))

    def with_noise(self) -> Example:
        """The same with the features of `BY_NOISE` once more, times the noise: (b, f + len(BY_NOISE))."""
        again = self.noise * self.features[:, [NAMES.index(name) for name in BY_NOISE]]
        return replace(self, features=np.concatenate([self.features, again], axis=1, dtype=np.float32))


def allowed_beads(graph: Graph, gold: GoldBeads, n: int, m: int) -> NDArray[np.bool_]:
    """Beads that do not contradict gold.

    Gold beads that are candidates are observed; every sentence of the others (not contiguous, crossing, pruned, or
    not in gold at all) is unobserved, and any candidate made of unobserved sentences alone is allowed.
    """
    beads = graph.beads
    at = {
        key: k
        for k, key in enumerate(
            zip(beads.i0.tolist(), beads.i1.tolist(), beads.j0.tolist(), beads.j1.tolist(), strict=True)
        )
    }
    free_s, free_t = np.ones(n, bool), np.ones(m, bool)
    allowed = np.zeros(len(beads), bool)
    null_s, null_t = np.zeros(n, bool), np.zeros(m, bool)
    for src, tgt in gold:
        if src and tgt:
            contiguous = len(src) == src[-1] - src[0] + 1 and len(tgt) == tgt[-1] - tgt[0] + 1
            k = at.get((src[0], src[-1] + 1, tgt[0], tgt[-1] + 1)) if contiguous else None
            if k is None:
                continue
            allowed[k] = True
            free_s[src[0] : src[-1] + 1] = False
            free_t[tgt[0] : tgt[-1] + 1] = False
        else:
            null_s[list(src)] = True
            null_t[list(tgt)] = True
            free_s[list(src)] = False
            free_t[list(tgt)] = False
    is_s, is_t = graph.kind == SOURCE, graph.kind == TARGET
    allowed[is_s] = null_s[beads.i0[is_s]] | free_s[beads.i0[is_s]]
    allowed[is_t] = null_t[beads.j0[is_t]] | free_t[beads.j0[is_t]]
    busy_s = np.concatenate([[0], np.cumsum(~free_s)])
    busy_t = np.concatenate([[0], np.cumsum(~free_t)])
    unobserved = (busy_s[beads.i1] == busy_s[beads.i0]) & (busy_t[beads.j1] == busy_t[beads.j0])
    allowed |= (graph.kind == PAIR) & unobserved
    return allowed


def _sums(graph: Graph, scores: Doubles, follows: Doubles) -> tuple[Doubles, Doubles, float]:
    alpha = kernels.forward(graph.tail, graph.head, graph.kind, graph.nodes, scores, follows)
    beta = kernels.backward(graph.tail, graph.head, graph.kind, graph.nodes, graph.end, scores, follows)
    total = float(np.logaddexp.reduce(alpha[graph.end]))
    if not np.isfinite(total):
        return np.zeros(len(scores)), np.zeros((3, 3)), -np.inf
    onward = scores + beta[graph.head, graph.kind] - total
    shares = np.exp(alpha[graph.tail] + follows[:, graph.kind].T + onward[:, None])
    steps = np.stack([np.bincount(graph.kind, weights=shares[:, s], minlength=3) for s in range(3)])
    return shares.sum(axis=1), steps, total


def learned(example: Example, scores: Doubles, follows: Doubles) -> tuple[float, Doubles, Doubles] | None:
    """The negative log likelihood of gold, and its derivatives by the scores (b,) and by the weights of `STEPS` (3,).

    None where no path can follow gold: such an example does not count.
    """
    clamped = np.where(example.allowed, scores, -np.inf)
    p_gold, s_gold, z_gold = _sums(example.graph, clamped, follows)
    if not np.isfinite(z_gold):
        return None
    p_all, s_all, z_all = _sums(example.graph, scores, follows)
    steps = _step_counts(s_all) - _step_counts(s_gold)
    return example.weight * (z_all - z_gold), example.weight * (p_all - p_gold), example.weight * steps


def loss(parameters: Doubles, examples: Sequence[Example], ridge: Doubles) -> tuple[float, Doubles]:
    """Negative log likelihood of gold with its gradient; an example whose gold no path can follow does not count."""
    f = examples[0].features.shape[1]
    follows = follows_matrix(parameters[f:])
    value, gradient = 0.0, np.zeros_like(parameters)
    for example in examples:
        found = learned(example, example.features @ parameters[:f], follows)
        if found is None:
            continue
        value += found[0]
        gradient[:f] += found[1] @ example.features
        gradient[f:] += found[2]
    value += 0.5 * float(ridge @ parameters**2)
    gradient += ridge * parameters
    return value, gradient


def fit(examples: Sequence[Example], start: Doubles, ridge: float = 1.0, iterations: int = 150) -> Doubles:
    """The parameters (features, then `STEPS`) of the highest penalised likelihood.

    `ridge` is the strength of the Gaussian prior, per unit of a feature's own spread.
    """
    from scipy.optimize import minimize

    penalty = prior(examples, ridge)
    result = minimize(
        loss, start, args=(examples, penalty), jac=True, method="L-BFGS-B", options={"maxiter": iterations}
    )
    return result.x


def prior(examples: Sequence[Example], ridge: float) -> Doubles:
    """The precisions (f + len(STEPS),) of the Gaussian prior of the parameters of `fit`."""
    stacked = np.concatenate([e.features[e.allowed] for e in examples])
    spread = np.maximum(stacked.std(axis=0), LEAST_SPREAD)
    return np.concatenate([ridge * spread**2 * 4, np.full(len(STEPS), ridge)])
