"""The loops of `decode`, compiled. Same arguments, same results as the plain ones."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _add(a, b):
    if a < b:
        a, b = b, a
    if b == -np.inf:
        return a
    return a + np.log1p(np.exp(b - a))


@njit(cache=True, nogil=True)
def forward(tail, head, kind, nodes, scores, follows):
    alpha = np.full((nodes, 3), -np.inf)
    alpha[0, 0] = 0.0
    for e in range(len(scores)):
        t, h, k = tail[e], head[e], kind[e]
        x = alpha[t, 0] + follows[0, k]
        x = _add(x, alpha[t, 1] + follows[1, k])
        x = _add(x, alpha[t, 2] + follows[2, k])
        alpha[h, k] = _add(alpha[h, k], x + scores[e])
    return alpha


@njit(cache=True, nogil=True)
def backward(tail, head, kind, nodes, end, scores, follows):
    beta = np.full((nodes, 3), -np.inf)
    beta[end, :] = 0.0
    for e in range(len(scores) - 1, -1, -1):
        t, h, k = tail[e], head[e], kind[e]
        after = beta[h, k] + scores[e]
        for state in range(3):
            beta[t, state] = _add(beta[t, state], follows[state, k] + after)
    return beta
