"""Scores of an alignment against gold, as the field reports them: strict and lax precision, recall and F1.

The definition is Vecalign's (Thompson and Koehn, "Vecalign: Improved Sentence Alignment in Linear Time and
Space", EMNLP 2019). A bead is strictly right if exactly it stands on the other side, and laxly right if, besides,
one of its source sentences is aligned there to one of its target sentences. Precision is over all predicted
beads, null beads included; recall over the gold beads with two sides, so null beads count there for nothing.
Beads are counted over all documents together; one that a document holds twice counts once.
"""

from __future__ import annotations

import dataclasses
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from align.errors import MalformedAlignment
from align.gold import pair_documents
from align.ladder import check_ladder
from align.records import Bead
from align.scores import Calibration, Evaluation, Scores, TypeScore, scores

Key = tuple[tuple[int, ...], tuple[int, ...]]
"""A bead's two sides, by which it is compared."""


def evaluate(
    gold: Sequence[Sequence[Bead]], predicted: Sequence[Sequence[Bead]], names: Sequence[str] | None = None
) -> Evaluation:
    """Scores of predicted alignments, one per document, against gold in the same order.

    `names` stand in the messages and warnings; None takes numbers from 1.

    Raises:
        MalformedAlignment: not as many documents on both sides, a negative sentence number, or a confidence
            that is no probability.
    """
    _same_number(gold, predicted)
    counts = np.zeros(_COUNTS, dtype=np.int64)
    in_gold, in_predicted, in_both = Counter[str](), Counter[str](), Counter[str]()
    nulls = np.zeros((2, 3), dtype=np.int64)
    rows: list[tuple[float, bool]] = []
    warnings: list[str] = []
    for number, (right, found) in enumerate(zip(gold, predicted, strict=True), 1):
        name = names[number - 1] if names else f"document {number}"
        warnings += _compare_ids(right, found, name)
        right_keys, confidence = set(_keyed(right)), _keyed(found)
        counts += _document_counts(right_keys, set(confidence))
        in_gold.update(_type(key) for key in right_keys)
        in_predicted.update(_type(key) for key in confidence)
        in_both.update(_type(key) for key in confidence if key in right_keys)
        nulls += [_null_counts(right_keys, set(confidence), side) for side in (0, 1)]
        rows += [(_probability(value, key, name), key in right_keys) for key, value in confidence.items()]
    types = sorted(in_gold.keys() | in_predicted.keys(), key=_type_order)
    strict, lax = _strict_and_lax(counts)
    return Evaluation(
        documents=len(gold),
        gold=in_gold.total(),
        predicted=in_predicted.total(),
        strict=strict,
        lax=lax,
        types=tuple(TypeScore(type, in_gold[type], in_predicted[type], in_both[type]) for type in types),
        nulls=tuple(
            TypeScore(side, *(int(count) for count in row))
            for side, row in zip(("source", "target", "both"), [*nulls, nulls.sum(axis=0)], strict=True)
        ),
        calibration=None if all(confidence == 1.0 for confidence, _ in rows) else Calibration.of(rows),
        warnings=tuple(warnings),
    )


def evaluate_paths(
    gold: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    predicted: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
) -> Evaluation:
    """Scores of the alignments in files or folders; ladders, TSVs and JSONL may stand beside each other.

    Two files are one document, whatever their names (or several, where a `doc` field tells them apart); two lists
    of files go by their order; of two folders, documents of one name go together, as `pair_documents` has it.
    Predictions that have no gold are left out, with a warning.

    Raises:
        MissingInput: nothing at a path, or gold documents without a prediction; the message lists them.
        MalformedAlignment: a file that does not read as an alignment, or two that stand for one document.
    """
    pairs, unscored = pair_documents(gold, predicted)
    evaluation = evaluate([pair.gold for pair in pairs], [pair.predicted for pair in pairs], [p.name for p in pairs])
    return dataclasses.replace(evaluation, warnings=(*unscored, *evaluation.warnings))


def compare(
    gold: Sequence[Sequence[Bead]],
    a: Sequence[Sequence[Bead]],
    b: Sequence[Sequence[Bead]],
    seed: int = 0,
    samples: int = 10_000,
) -> dict[str, float | int | None]:
    """Whether the strict F1 of prediction `a` differs from that of `b`: paired bootstrap over documents.

    Documents are drawn with replacement, the same for both (Koehn, "Statistical Significance Tests for Machine
    Translation Evaluation", EMNLP 2004). Gives `documents`, `f1_a`, `f1_b`, their `difference` (a - b), its 95%
    interval `low` to `high`, and the two-sided `p`. One document cannot be resampled: the last three are then None.
    With fewer than ten documents the interval is too narrow.

    Raises:
        MalformedAlignment: not as many documents in all three.
    """
    _same_number(gold, a)
    _same_number(gold, b)
    counts = np.array(
        [
            [
                _document_counts(set(_keyed(right)), set(_keyed(found)))
                for right, found in zip(gold, predicted, strict=True)
            ]
            for predicted in (a, b)
        ]
    ).reshape(2, len(gold), _COUNTS)
    f1_a, f1_b = (_strict_f1(side.sum(axis=0)) for side in counts)
    result: dict[str, float | int | None] = {
        "documents": len(gold), "f1_a": float(f1_a), "f1_b": float(f1_b), "difference": float(f1_a - f1_b),
        "low": None, "high": None, "p": None,
    }  # fmt: skip
    if len(gold) < 2:
        return result
    generator = np.random.default_rng(seed)
    differences = np.empty(samples)
    for start in range(0, samples, 500):  # Drawn in blocks, so that memory stays small for many documents.
        size = min(500, samples - start)
        draws = generator.multinomial(len(gold), np.full(len(gold), 1 / len(gold)), size=size)
        drawn_a, drawn_b = (_strict_f1(draws @ side) for side in counts)
        differences[start : start + size] = drawn_a - drawn_b
    low, high = np.quantile(differences, (0.025, 0.975))
    tail = (min(np.sum(differences <= 0), np.sum(differences >= 0)) + 1) / (samples + 1)
    return result | {"low": float(low), "high": float(high), "p": float(min(1.0, 2 * tail))}


_COUNTS = 6
"""Columns of the counts per document: predicted beads, strictly right, laxly right; and of the beads with two
sides, those in gold, those strictly found, those laxly found."""


def _document_counts(gold: set[Key], predicted: set[Key]) -> NDArray[np.int64]:
    two_sided_gold = {key for key in gold if all(key)}
    two_sided_predicted = {key for key in predicted if all(key)}
    return np.array(
        [
            len(predicted), *_right(predicted, gold),
            len(two_sided_gold), *_right(two_sided_gold, two_sided_predicted),
        ],
        dtype=np.int64,
    )  # fmt: skip


def _right(beads: set[Key], reference: set[Key]) -> tuple[int, int]:
    """How many of `beads` are strictly and laxly right by `reference`."""
    partners: defaultdict[int, set[int]] = defaultdict(set)
    for src, tgt in reference:
        for i in src:
            partners[i].update(tgt)
    strict = beads & reference
    near = sum(any(not partners[i].isdisjoint(tgt) for i in src if i in partners) for src, tgt in beads - strict)
    return len(strict), len(strict) + near


def _strict_and_lax(counts: NDArray[np.int64]) -> tuple[Scores, Scores]:
    predicted, strict, lax, gold, strictly_found, laxly_found = counts.tolist()
    return scores(strict, predicted, strictly_found, gold), scores(lax, predicted, laxly_found, gold)


def _strict_f1(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Strict F1 of counts (..., 6)."""
    predicted, strict, _, gold, found, _ = np.moveaxis(counts, -1, 0)
    precision, recall = strict / np.maximum(predicted, 1), found / np.maximum(gold, 1)
    both = precision + recall
    return 2 * precision * recall / np.where(both > 0, both, 1.0)


def _null_counts(gold: set[Key], predicted: set[Key], side: int) -> tuple[int, int, int]:
    """Sentences of one side that are null in gold, in the prediction, and in both."""
    sentences = {i for key in gold | predicted for i in key[side]}
    in_gold, in_predicted = (
        sentences - {i for key in keys if all(key) for i in key[side]} for keys in (gold, predicted)
    )
    return len(in_gold), len(in_predicted), len(in_gold & in_predicted)


def _keyed(beads: Iterable[Bead]) -> dict[Key, float]:
    """Each distinct bead with its confidence (the first, where it stands twice); empty ones left out."""
    keyed: dict[Key, float] = {}
    for bead in beads:
        if bead.src or bead.tgt:
            keyed.setdefault((tuple(bead.src), tuple(bead.tgt)), bead.confidence)
    return keyed


def _type(key: Key) -> str:
    return f"{len(key[0])}-{len(key[1])}"


def _type_order(type: str) -> tuple[bool, int, int]:
    """Beads with two sides before null beads, small before large."""
    src, tgt = map(int, type.split("-"))
    return not (src and tgt), src + tgt, src


def _probability(value: float, key: Key, name: str) -> float:
    if not -1e-6 <= value <= 1 + 1e-6:
        raise MalformedAlignment(
            f"{name}: bead {list(key[0])}:{list(key[1])} has confidence {value}; it must lie between 0 and 1."
        )
    return min(max(float(value), 0.0), 1.0)


def _same_number(gold: Sequence[object], predicted: Sequence[object]) -> None:
    if len(gold) != len(predicted):
        raise MalformedAlignment(
            f"{len(gold)} gold documents, but {len(predicted)} predicted; there must be one prediction for each."
        )


def _compare_ids(gold: Sequence[Bead], predicted: Sequence[Bead], name: str) -> list[str]:
    """Warnings about either alignment, and about sentences that only one of them knows."""
    warnings = [*check_ladder(gold, name=f"gold of {name}"), *check_ladder(predicted, name=f"prediction of {name}")]
    for side, get in (("source", lambda bead: bead.src), ("target", lambda bead: bead.tgt)):
        last_gold, last_found = (max((i for b in beads for i in get(b)), default=-1) for beads in (gold, predicted))
        if last_gold != last_found and gold and predicted:
            warnings.append(
                f"{name}: the last {side} sentence is {last_gold} in gold and {last_found} in the prediction; "
                "were both made from the same sentences?"
            )
    return warnings
