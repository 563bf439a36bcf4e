"""Metrics learned from gold: a fold of the documents at a time, as the scorers of boilerplate are."""

from __future__ import annotations

from collections.abc import Sequence

from align.boilerplate.material import FOLDS, fold_of
from align.lattice.fit_metric import Question, fit_metric
from align.lattice.metric import Metric

RANK = 32
_RIDGE = 3e-3


def learn_metrics(
    documents: Sequence[tuple[str, Sequence[Question]]], steps: int, seed: int
) -> dict[int | None, Metric]:
    """For each fold the metric that the questions of the other folds' documents, given with their names, teach, and
    under None that of all. Empty where nothing is asked."""
    from threadpoolctl import threadpool_limits

    metrics: dict[int | None, Metric] = {}
    with threadpool_limits(limits=1, user_api="blas"):  # the products are small, and sums do not depend on the cores
        for without in (None, *range(FOLDS)):
            asked = [questions for name, questions in documents if questions and fold_of(name) != without]
            if asked:
                metrics[without] = fit_metric(asked, RANK, _RIDGE, steps, seed)
    return metrics
