"""Pairs much longer on one side than the document's others are."""

from __future__ import annotations

import math
from collections.abc import Sequence

DEVIATIONS = 3.0
"""Robust standard deviations of the log length ratio beyond which a pair is an outlier."""
LEAST = math.log(1.6)
"""A pair nearer to the document's usual ratio than this factor is none, however alike the others are."""
MOST = math.log(4.5)
"""A long pair further from it than this factor is one, however unlike the others are."""
SPREAD, PER_CHARACTER = 0.18, 6.0
"""Spread of the log ratio that is usual for long pairs, and what the spread of a pair grows by for being short: this
over the characters of its shorter side."""
PRIOR_ROWS = 10
"""Rows that the usual ratio of a language pair weighs against the document's own."""

_WIDE = {"ja": 2.2, "zh": 3.0, "ko": 1.9}
"""Characters of a spaced language that one of these is worth."""


def outliers(sizes: Sequence[tuple[int, int]], languages: tuple[str, str]) -> list[bool]:
    """For each pair of lengths in characters, whether it is an outlier among the others of the document.

    The measure is the log of the length ratio less its median, over a spread that is the larger of the document's
    median absolute deviation and what a pair of that length shows by chance.
    """
    usual = math.log(_WIDE.get(languages[0], 1.0) / _WIDE.get(languages[1], 1.0))
    ratios = [math.log(max(1, tgt) / max(1, src)) for src, tgt in sizes]
    middle = _shrunk(ratios, usual)
    spread = 1.4826 * _shrunk([abs(ratio - middle) for ratio in ratios], SPREAD / 1.4826)
    return [
        _is_outlier(
            abs(ratio - middle), spread, min(src * _WIDE.get(languages[0], 1.0), tgt * _WIDE.get(languages[1], 1.0))
        )
        for ratio, (src, tgt) in zip(ratios, sizes, strict=True)
    ]


def _is_outlier(distance: float, spread: float, shorter: float) -> bool:
    return distance > LEAST and distance > min(
        DEVIATIONS * math.sqrt(spread**2 + PER_CHARACTER / max(1.0, shorter) ** 2), MOST
    )


def _shrunk(found: Sequence[float], prior: float) -> float:
    """The median with the prior in for some rows, so that a document of three rows is not its own measure."""
    values = sorted([*found, *[prior] * PRIOR_ROWS])
    return values[len(values) // 2]
