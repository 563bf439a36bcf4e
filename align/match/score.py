"""From evidence to the probability that two documents translate each other."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from align.match.records import Evidence

FEATURES = ("intercept", "aligned", "aligned x similarity", "confidence squared", "vectors", "margin", "hints")
WEIGHTS = (-7.5, 2.4, 3.1, 4.3, 2.9, 4.3, 0.5)
"""Of a logistic regression on right and wrong candidates; `python -m benchmarks.match --fit` learns them again."""
_NAMES = 2.0
"""What names add to the logit at most, or take from it. Not learned, but set so that they settle a doubt and never
outweigh the texts: it lifts a probability of 12% to one half."""


def features(evidence: Evidence) -> NDArray[np.float64]:
    """The figures that `WEIGHTS` weigh, in the order of `FEATURES`."""
    return np.array([
        1.0,
        evidence.aligned,
        evidence.aligned * evidence.similarity,
        evidence.confidence**2,
        np.clip(evidence.vectors, -1, 1),
        np.clip(evidence.margin, -0.5, 0.25),  # being far ahead shows a common subject, not a translation
        evidence.hints,
    ])  # fmt: skip


def probability(evidence: Evidence) -> float:
    """That the documents are translations of each other, 0 to 1."""
    logit = float(features(evidence) @ WEIGHTS) + _NAMES * evidence.names
    return 1 / (1 + math.exp(-logit))
