"""Learning the hidden units, with the weights of the features along with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.lattice.features import BY_NOISE, NAMES
from align.lattice.fit import LEAST_SPREAD, Example, learned, prior
from align.lattice.hidden import Hidden
from align.lattice.model import follows_matrix
from align.lattice.weights import STEPS

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]

_CHANGING = [NAMES.index(name) for name in BY_NOISE]
_LINEAR = len(NAMES) + len(BY_NOISE) + len(STEPS)


@dataclass(frozen=True)
class _Beads:
    """The beads of all examples one below the other: features (b, f), those of them whose weights change with the noise
    (b, len(BY_NOISE)), noise (b,), and where each example's beads end (n,).
    """

    examples: Sequence[Example]
    features: Floats
    changing: Floats
    noise: Floats
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> _Beads:
        counts = [len(example.features) for example in examples]
        noise = np.repeat(np.array([example.noise for example in examples], np.float32), counts)
        features = np.concatenate([example.features for example in examples])
        return cls(examples, features, features[:, _CHANGING], noise, np.cumsum(counts))

    def learned(self, scores: Doubles, steps: Doubles) -> tuple[float, Floats, Doubles]:
        """Loss of all examples, and its derivatives by the scores (b,) and by the weights of `STEPS` (3,)."""
        follows = follows_matrix(steps)
        value, by_score, by_step = 0.0, np.zeros(len(scores), np.float32), np.zeros(len(STEPS))
        for example, end in zip(self.examples, self.ends.tolist(), strict=True):
            rows = slice(end - len(example.features), end)
            found = learned(example, scores[rows], follows)
            if found is not None:
                value += found[0]
                by_score[rows] = found[1]
                by_step += found[2]
        return value, by_score, by_step


def fit_hidden(
    examples: Sequence[Example],
    start: Doubles,
    units: int,
    ridge: float,
    hidden_ridge: float,
    iterations: int,
    seed: int,
) -> tuple[Doubles, Hidden]:
    """Parameters as `fit` gives them for examples `with_noise`, and `units` hidden units learned together with them.

    `examples` have their features once (b, len(NAMES)), not `with_noise`; `start` are the parameters (len(NAMES) +
    len(BY_NOISE) + len(STEPS),) to begin with, `seed` draws the units' first weights. `hidden_ridge` is the strength of
    the prior that keeps the units' weights small, per unit of a feature's own spread.
    """
    from scipy.optimize import minimize

    beads = _Beads.of(examples)
    scale = np.maximum(beads.features.std(axis=0), LEAST_SPREAD)
    width = len(NAMES) + 1
    random = np.random.default_rng(seed)
    first = np.concatenate(
        [
            start,
            random.standard_normal(units * width) / np.sqrt(len(NAMES)),
            np.zeros(units),
            0.05 * random.standard_normal(units),
        ]
    )
    penalty = np.concatenate(
        [prior([example.with_noise() for example in examples], ridge), np.full(len(first) - _LINEAR, hidden_ridge)]
    )
    result = minimize(
        hidden_loss, first, args=(beads, scale, penalty), jac=True, method="L-BFGS-B", options={"maxiter": iterations}
    )
    return result.x[:_LINEAR], _layer(result.x, scale)


def _layer(parameters: Doubles, scale: Floats) -> Hidden:
    """The units of parameters as `hidden_loss` has them, their weights inward for features as they are."""
    units = (len(parameters) - _LINEAR) // (len(NAMES) + 3)
    inward, bias, outward = np.split(
        parameters[_LINEAR:].astype(np.float32), [units * (len(NAMES) + 1), units * (len(NAMES) + 2)]
    )
    inward = inward.reshape(units, -1)
    return Hidden(inward[:, :-1] / scale, inward[:, -1].copy(), bias, outward)


def hidden_loss(parameters: Doubles, beads: _Beads, scale: Floats, ridge: Doubles) -> tuple[float, Doubles]:
    """Negative log likelihood of gold with its gradient.

    `parameters` are those of `fit`, then the units' weights inward (h, f + 1) of features over their `scale` (f,) and,
    last, of the noise, their biases (h,), and their weights outward (h,).
    """
    layer = _layer(parameters, scale)
    fine, by_noise, steps = np.split(parameters[:_LINEAR], [len(NAMES), len(NAMES) + len(BY_NOISE)])
    scores = beads.features @ fine.astype(np.float32) + beads.noise * (beads.changing @ by_noise.astype(np.float32))
    units = layer.units(beads.features, beads.noise)
    scores += units @ layer.outward
    value, by_score, by_step = beads.learned(scores.astype(np.float64), steps)
    by_unit = np.outer(by_score, layer.outward)
    by_unit *= 1 - units * units
    inward = np.concatenate([by_unit.T @ beads.features / scale, (by_unit.T @ beads.noise)[:, None]], axis=1)
    gradient = np.concatenate(
        [
            by_score @ beads.features,
            (by_score * beads.noise) @ beads.changing,
            by_step,
            inward.ravel(),
            by_unit.sum(axis=0),
            by_score @ units,
        ]
    ).astype(np.float64)
    value += 0.5 * float(ridge @ parameters**2)
    return value, gradient + ridge * parameters
