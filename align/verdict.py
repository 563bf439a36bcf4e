"""What a document pair is as a whole: parallel, partly so, reordered, in another language, or no translation at all.

Two logistic models on figures that any alignment with similarities has. The first tells for a row whether its sides
translate each other, in part at least: free translation has low confidence and is parallel all the same. The second
tells from such rows together whether the documents do. `docs/verdict.md` says how they were made and how well they do;
`python -m benchmarks.verdict fit` learns the weights again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from align.judge.language import may_be, wrong_language
from align.records import AlignedPair, Bead, Sentence, Verdict
from align.segment import join

Doubles = NDArray[np.float64]
Rows = Sequence[Bead] | Sequence[AlignedPair]

PARALLEL, PARTLY, REORDERED = "parallel", "partly parallel", "reordered"
WRONG_LANGUAGE, NOT_PARALLEL = "wrong language", "not parallel"

ROW_WEIGHTS = (-5.83, 0.25, 2.49, 1.87, -0.54)
"""Of `row_features`."""
DOCUMENT_WEIGHTS = (-4.11, 2.08)
"""Of one, and of `document_feature`."""

_WHOLE = 0.7
"""Share of the text that translates each other from which documents are parallel, and not only in part. Web pages with
their menus and links lie above it."""
_ELSEWHERE = 0.15
"""Share of the text in moved blocks from which documents are reordered."""
_FOREIGN = 0.5
"""Share of a side's text in another language from which the side is in the wrong one."""
_SPEAKS = 0.2
"""Share of text that translates each other beyond which more of it makes the documents no surer a pair."""
_CHANCE = 0.75
"""Deviations above the background that a row must be: of those that translate each other, one in 2,000 is not."""
_WINDOW = 3
"""Rows before and after a row that tell whether it stands among rows that fit."""
_SAMPLE = 512
"""Sentences a side that the background is taken from, evenly over the document."""
_NARROWEST = 0.1
"""Least deviation of the background: where two documents have nothing in common, it is narrow, and little would look
like much."""
_USUAL = 50
"""Pairs of sentences that the usual background counts as beside those of the documents."""
_STRETCHES, _STRETCH = 30, 120
"""Stretches of a side whose language is looked at, evenly over it, and their letters, at least."""
_RUN = 10
"""Sentences of a paragraph that are in one stretch, at most."""
_TELLING = 30
"""Letters that a language may be told by."""


@dataclass(frozen=True, slots=True)
class Background:
    """Cosine similarity of sentences of the two documents that have nothing to do with each other.

    What is usual is that of news with the default encoder.
    """

    mean: float = 0.12
    deviation: float = 0.12


USUAL = Background()


def background(beads: Sequence[Bead], source: NDArray[np.float32], target: NDArray[np.float32]) -> Background:
    """The background of two documents: `source` (n, dim) and `target` (m, dim) are unit vectors of single sentences.

    Sentences in one bead, and their neighbours, are left out. The shorter the documents, the more the usual figures
    count beside their own.
    """
    if not (len(source) and len(target)):
        return USUAL
    rows, columns = (_evenly(len(side), _SAMPLE) for side in (source, target))
    similarity = (source[rows] @ target[columns].T).astype(np.float64)
    place = [dict(zip(ids.tolist(), range(len(ids)), strict=True)) for ids in (rows, columns)]
    apart = np.ones(similarity.shape, dtype=bool)
    for bead in beads:
        near = [
            [at[i] for i in range(ids[0] - 1, ids[-1] + 2) if i in at] if ids else []
            for ids, at in zip((bead.src, bead.tgt), place, strict=True)
        ]
        apart[np.ix_(*near)] = False
    values = similarity[apart]
    weight = len(values) / (len(values) + _USUAL)
    mean = weight * (values.mean() if len(values) else 0.0) + (1 - weight) * USUAL.mean
    variance = weight * (values.var() if len(values) else 0.0) + (1 - weight) * USUAL.deviation**2
    return Background(float(mean), max(_NARROWEST, math.sqrt(variance)))


def verdict(
    rows: Sequence[AlignedPair], found: Background = USUAL, foreign: tuple[float, float] = (0.0, 0.0)
) -> Verdict:
    """The verdict on all rows of a document pair, null rows too, before any was left out.

    `foreign` are the shares of either side's text in another language than its own, from `foreign_share`. Rows flagged
    `moved` count as translated elsewhere.
    """
    sizes = np.array([len(row.src) + len(row.tgt) for row in rows], dtype=np.float64)
    moved = np.array(["moved" in row.flags for row in rows], dtype=bool)
    fitting = likely(rows, sizes, found)
    total = max(1.0, sizes.sum())
    aligned = float((sizes * fitting)[~moved].sum() / total)
    elsewhere = float(sizes[moved].sum() / total)
    feature = document_feature(rows, sizes, fitting, found, aligned + elsewhere)
    probability = float(_logistic(np.array([1.0, feature]) @ DOCUMENT_WEIGHTS))
    if max(foreign) >= _FOREIGN:
        label = WRONG_LANGUAGE
    elif probability < 0.5:
        label = NOT_PARALLEL
    elif elsewhere >= _ELSEWHERE:
        label = REORDERED
    else:
        label = PARALLEL if aligned + elsewhere >= _WHOLE else PARTLY
    return Verdict(label, aligned, elsewhere, probability, foreign)


def document_feature(rows: Rows, sizes: Doubles, fitting: Doubles, found: Background, share: float) -> float:
    """What the second model weighs: the mean similarity above the background of the rows that fit, by characters, less
    where they are few. `share` (0 to 1) is theirs of the text.
    """
    similarity = _above(rows, found)
    weights = sizes * fitting
    mean = float((weights * similarity).sum() / weights.sum()) if weights.sum() > 0 else 0.0
    return mean * min(1.0, share / _SPEAKS)


def foreign_share(sentences: Sequence[Sentence], language: str) -> float:
    """Share of a side's text, 0 to 1, that is in another language than `language`, by stretches from all over it.

    A stretch is a paragraph, or part of a long one, or as many as it takes to tell a language by. Where all of them
    together are in the language, one of them is only taken for another where its commonest words or letters say so.
    """
    stretches, letters = [""], 0
    for _, paragraph in groupby(enumerate(sentences), key=lambda each: (each[1].paragraph, each[0] // _RUN)):
        if letters >= _STRETCH:
            stretches.append("")
            letters = 0
        text = join([sentence for _, sentence in paragraph], language)
        stretches[-1] += f" {text}"
        letters += sum(map(str.isalpha, text))
    looked_at = [stretches[i] for i in _evenly(len(stretches), _STRETCHES)]
    doubtful = not may_be("\n".join(looked_at), language)  # else the model, which loads slowly, is not needed
    foreign = [
        text for text in looked_at if wrong_language(text, language) or (doubtful and _is_in_other(text, language))
    ]
    return sum(map(len, foreign)) / max(1, sum(map(len, looked_at)))


def _is_in_other(text: str, language: str) -> bool:
    return sum(map(str.isalpha, text)) >= _TELLING and not may_be(text, language)


def likely(rows: Rows, sizes: Sequence[int] | Doubles, found: Background = USUAL) -> Doubles:
    """For every row the probability (rows,) that its sides translate each other in part at least.

    It is 0 for null rows, and for those hardly more alike than any two sentences, whatever stands around them. `sizes`
    are the rows' characters, both sides together.
    """
    features = row_features(rows, sizes, found)
    null = np.array([row.is_null for row in rows], dtype=bool)
    return np.where(null | (features[:, 1] < _CHANCE), 0.0, _logistic(features @ ROW_WEIGHTS))


def sizes_of(beads: Sequence[Bead], source: Sequence[int], target: Sequence[int]) -> list[int]:
    """Characters of each bead, from those of each sentence."""
    return [sum(source[i] for i in bead.src) + sum(target[j] for j in bead.tgt) for bead in beads]


def row_features(rows: Rows, sizes: Sequence[int] | Doubles, found: Background) -> Doubles:
    """What the first model weighs (rows, 5): one, similarity above the background, confidence, the product of the two
    on average over the rows around, by characters, where null rows count nothing, and the logarithm of the sentences of
    either side: several together are always more alike than single ones.
    """
    null = np.array([row.is_null for row in rows], dtype=bool)
    similarity = _above(rows, found)
    confidence = np.array([row.confidence for row in rows])
    size = np.asarray(sizes, dtype=np.float64)
    around = _around(np.where(null, 0.0, size * similarity.clip(0) * confidence)) / np.maximum(_around(size), 1)
    sentences = np.array([sum(map(int, row.type.split("-"))) / 2 for row in rows])
    return np.stack([np.ones(len(size)), similarity, confidence, around, np.log(sentences.clip(1))], axis=1)


def _above(rows: Rows, found: Background) -> Doubles:
    """Similarity in deviations above the background; beyond 8 nothing is surer."""
    similarity = np.array([row.similarity for row in rows], dtype=np.float64)
    return np.clip((similarity - found.mean) / found.deviation, -2, 8)


def _around(values: Doubles) -> Doubles:
    """Sum over each and its neighbours."""
    if not len(values):
        return values
    return np.convolve(values, np.ones(2 * _WINDOW + 1))[_WINDOW : _WINDOW + len(values)]


def _evenly(count: int, most: int) -> NDArray[np.int64]:
    """At most so many of the numbers from 0 to `count`, evenly over them."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))


def _logistic(logit: Doubles) -> Doubles:
    return 1 / (1 + np.exp(-np.clip(logit, -40, 40)))
