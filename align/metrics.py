"""Metrics learned from gold: a fold of the documents at a time, as the scorers of boilerplate are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from align.boilerplate.material import FOLDS, fold_of
from align.lattice.fit_metric import Question, fit_metric
from align.lattice.metric import Metric

RANK = 32
_RIDGE = 3e-3

Spread = Callable[[Callable, Sequence], list]
"""Calls a function with every item, in as many processes as there are jobs."""


def learn_metrics(
    documents: Sequence[tuple[str, Sequence[Question]]], steps: int, seed: int, spread: Spread
) -> dict[int | None, Metric]:
    """For each fold the metric that the questions of the other folds' documents, given with their names, teach, and
    under None that of all. Empty where nothing is asked."""
    kept = {fold: [q for name, q in documents if fold_of(name) != fold] for fold in (None, *range(FOLDS))}
    kept = {fold: asked for fold, asked in kept.items() if asked}
    return dict(zip(kept, spread(_metric, [(asked, steps, seed) for asked in kept.values()]), strict=True))


def _metric(item: tuple[Sequence[Sequence[Question]], int, int]) -> Metric:
    asked, steps, seed = item
    return fit_metric(asked, RANK, _RIDGE, steps, seed)
