"""How well the document verdict, moved blocks and thresholds on confidence hold, on gold taken apart and spoilt.

python -m benchmarks.verdict gather out/cases.pickle
python -m benchmarks.verdict fit out/cases.pickle
python -m benchmarks.verdict measure out/cases.pickle --json out/verdict.json
python -m benchmarks.verdict languages

`gather` aligns, which takes an hour on two cores; `fit` and `measure` work on what it kept. Every third document is
held out of the fitting, and `measure` is of those. `languages` says documents to be in languages they are not in.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import numpy as np

from align import verdict as model
from align.confidence import keep_sure
from align.encode import Encoder
from align.encode.protocol import Vectors
from align.encode.use import UseEncoder
from align.engines import SideInput, engine_for
from align.languages import language
from align.lattice import read_weights
from align.moved import Block, find_moved, moved
from align.records import AlignedPair, Bead, Sentence, Verdict
from align.settings import AlignSettings
from benchmarks import verdict_cases
from benchmarks.command import parser_of, run
from benchmarks.gold import seen
from benchmarks.report import describe, save, table
from benchmarks.verdict_cases import Case, Line, cases

_RIGHT = {
    "parallel": ("parallel",),
    "near": ("not parallel",),
    "far": ("not parallel",),
    "reordered": ("reordered",),
    "partial": ("partly parallel", "parallel"),
    "extra": ("partly parallel", "parallel"),
    "moved": ("parallel", "reordered"),
    "short": ("parallel",),
    "short-near": ("not parallel",),
}
"""Verdicts that fit each kind of case. A block of a short document that moved is a good part of it."""
_ASKED = (0.9, 0.95, 0.98, 0.99, 0.995)


@dataclass(frozen=True)
class Aligned:
    """A case with its beads and the vectors of its single sentences."""

    case: Case
    beads: tuple[Bead, ...]
    vectors: tuple[np.ndarray, np.ndarray]

    @property
    def sides(self) -> tuple[SideInput, SideInput]:
        """What the engine had, with vectors of single sentences only."""
        return tuple(
            SideInput(sentences_of(lines), Vectors(vectors[None], 0), code)
            for lines, vectors, code in zip(self.case.sides, self.vectors, self.case.languages, strict=True)
        )

    @property
    def background(self) -> model.Background:
        return model.background(self.beads, *self.vectors)

    @property
    def blocks(self) -> list[Block]:
        return find_moved(self.beads, *self.sides, self.background)

    def gold_of(self, bead: Bead) -> tuple[set[int], set[int]]:
        """Gold beads of its sentences, by side."""
        return tuple({self.case.sides[s][i][2] for i in ids} - {-1} for s, ids in enumerate((bead.src, bead.tgt)))

    def rows(self) -> list[AlignedPair]:
        """What the verdict is on."""
        is_moved = moved(self.beads, self.blocks)
        return [
            AlignedPair(
                "", k, bead.type, bead.src, bead.tgt, bead.confidence, bead.similarity, ("moved",) * is_moved[k],
                *("".join(self.case.sides[s][i][0] for i in ids) for s, ids in enumerate((bead.src, bead.tgt))),
                None, None,
            )
            for k, bead in enumerate(self.beads)
        ]  # fmt: skip

    def verdict(self) -> Verdict:
        return model.verdict(self.rows(), self.background)


def sentences_of(lines: Sequence[Line]) -> list[Sentence]:
    """Lines as sentences of one text."""
    sentences, at = [], 0
    for text, paragraph, _ in lines:
        sentences.append(Sentence(text, at, at + len(text), paragraph))
        at += len(text) + 1
    return sentences


def gather(path: Path, limit: int, seed: int, kinds: Sequence[str]) -> None:
    """Align the cases and keep what came of them."""
    encoder, settings = UseEncoder(1), AlignSettings(threads=1)
    made = [case for case in cases(limit, seed) if all(case.sides) and (not kinds or case.kind in kinds)]
    Random(seed).shuffle(made)  # so that the first ones are of all kinds
    done: list[Aligned] = []
    start = perf_counter()
    for case in made:
        sides = [_side(lines, code, encoder, settings) for lines, code in zip(case.sides, case.languages, strict=True)]
        beads = engine_for(settings).beads(*sides, settings)
        done.append(Aligned(case, tuple(beads), tuple(side.vectors.spans[0].copy() for side in sides)))
        if len(done) % 100 == 0:
            print(f"{len(done)} of {len(made)} cases in {perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(done))


def _side(lines: Sequence[Line], code: str, encoder: Encoder, settings: AlignSettings) -> SideInput:
    texts = [text for text, _, _ in lines]
    vectors = encoder.encode(texts, settings.max_bead - 1, language(code).joiner)
    return SideInput(sentences_of(lines), vectors, code)


def fit(done: Sequence[Aligned], ridge: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Weights of both models, by Newton's method: of rows, then, with these, of documents."""
    x, y = [], []
    for each in done:
        features = model.row_features(each.beads, _sizes(each), each.background)
        for bead, row in zip(each.beads, features, strict=True):
            if not bead.is_null:
                x.append(row)
                y.append(bool(set.intersection(*each.gold_of(bead))))
    rows = _logistic_fit(np.array(x), np.array(y, dtype=float), ridge)
    model.ROW_WEIGHTS = tuple(rows)
    x, y = [], []
    for each in done:
        sizes, found = np.array(_sizes(each), dtype=float), each.background
        fitting = model.likely(each.beads, sizes, found)
        verdict = each.verdict()
        share = verdict.aligned + verdict.moved
        x.append((1.0, model.document_feature(each.beads, sizes, fitting, found, share)))
        y.append(each.case.share > 0)
    return rows, _logistic_fit(np.array(x), np.array(y, dtype=float), ridge)


def _sizes(each: Aligned) -> list[int]:
    return model.sizes_of(each.beads, *([len(text) for text, _, _ in lines] for lines in each.case.sides))


def _logistic_fit(x: np.ndarray, y: np.ndarray, ridge: float) -> np.ndarray:
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        curvature = (x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(w))
        w -= np.linalg.solve(curvature, x.T @ (p - y) + ridge * w)
    return w


def measure(done: Sequence[Aligned]) -> dict[str, Any]:
    """Verdicts, shares and moved blocks by kind of case, and the precision that thresholds reach."""
    kinds: dict[str, dict[str, Any]] = {}
    for kind in _RIGHT:
        of_kind = [each for each in done if each.case.kind == kind]
        if of_kind:
            kinds[kind] = _measure_kind(kind, of_kind)
    whole = [each for each in done if each.case.kind == "parallel"]
    spoilt = [each for each in done if each.case.kind in ("partial", "extra")]
    return {"kinds": kinds, "precision": {"as they are": _precision(whole), "spoilt": _precision(spoilt)}}


def _measure_kind(kind: str, done: Sequence[Aligned]) -> dict[str, Any]:
    verdicts = [each.verdict() for each in done]
    errors = [abs(v.aligned + v.moved - each.case.share) for v, each in zip(verdicts, done, strict=True)]
    blocks = [(each, block) for each in done for block in each.blocks]
    found = [each for each in done if any(_is_moved(each, block) for block in each.blocks)]
    return {
        "cases": len(done),
        "right": sum(v.label in _RIGHT[kind] for v in verdicts),
        "labels": {v: sum(each.label == v for each in verdicts) for v in sorted({v.label for v in verdicts})},
        "parallel_or_not": sum(
            (v.label != "not parallel") == (e.case.share > 0) for v, e in zip(verdicts, done, strict=True)
        ),
        "share_error": float(np.mean(errors)),
        "share_within": float(np.mean(np.array(errors) <= 0.1)),
        "rows": sum(len(each.beads) for each in done),
        "blocks": len(blocks),
        "false_blocks": sum(not _is_block(each, block) for each, block in blocks),
        "moved_found": len(found),
    }


def _is_block(each: Aligned, block: Block) -> bool:
    """Whether at least half of the gold beads that a block touches lie in it on both sides."""
    src, tgt = each.gold_of(Bead(tuple(range(*block.src)), tuple(range(*block.tgt))))
    return 2 * len(src & tgt) >= len(src | tgt) > 0


def _is_moved(each: Aligned, block: Block) -> bool:
    src, tgt = each.gold_of(Bead(tuple(range(*block.src)), tuple(range(*block.tgt))))
    return bool(src & tgt & each.case.moved)


def _precision(done: Sequence[Aligned]) -> list[dict[str, float]]:
    """Precision asked and reached on documents whose gold neither this model nor the aligner has seen.

    Books are left out, whose gold was not made by hand, and segments of several sentences on both sides, which do not
    tell how those belong together.
    """
    known, _ = seen(read_weights(None))
    rows: list[tuple[AlignedPair, bool]] = []
    for each in done:
        if each.case.name.startswith("opus-books") or each.case.name.split("#")[0] in known:
            continue
        whole: list[dict[int, set[int]]] = [{}, {}]
        for at, lines in enumerate(each.case.sides):
            for i, (_, _, gold) in enumerate(lines):
                whole[at].setdefault(gold, set()).add(i)
        for row in each.rows():
            src, tgt = each.gold_of(Bead(row.src_ids, row.tgt_ids))
            sizes = [len(side.get(g, ())) for g in src | tgt for side in whole]
            if row.is_null or (src == tgt and len(src) == 1 and min(sizes) > 1):
                continue
            gold = next(iter(src), -2)
            right = src == tgt == {gold} and all(
                set(ids) == side[gold] for ids, side in zip((row.src_ids, row.tgt_ids), whole, strict=True)
            )
            rows.append((row, right))
    reached = []
    for asked in _ASKED:
        _, kept = keep_sure([row for row, _ in rows], target_precision=asked)
        left = [
            right for row, right in rows if kept.threshold is not None and round(row.confidence, 4) >= kept.threshold
        ]
        reached.append({
            "asked": asked, "threshold": kept.threshold, "kept": kept.share,
            "reached": float(np.mean(left)), "rows": len(rows),
        })  # fmt: skip
    return reached


def measure_languages(limit: int, seed: int) -> dict[str, Any]:
    """How often a side is found to be in the wrong language: one in its own, one given as any other language there is,
    and one of whose text seven tenths are another's.
    """
    documents: dict[str, list[Sequence[str]]] = {}
    for chunks in (chunks for each in verdict_cases.documents(limit).values() for chunks in each):
        for code, lines in zip(chunks[0].languages, chunks[0].sentences, strict=True):
            documents.setdefault(code, []).append(lines)
    random = Random(seed)
    found: dict[str, list[bool]] = {"its own": [], "another": [], "mixed": []}
    for code, texts in sorted(documents.items()):
        others = [other for other in sorted(documents) if other != code]
        for lines in random.sample(texts, min(limit, len(texts))):
            found["its own"].append(_is_wrong(lines, code))
            found["another"] += [_is_wrong(lines, other) for other in others]
            own, foreign = list(lines[:6]), list(random.choice(documents[random.choice(others)]))
            while sum(map(len, foreign)) < 7 / 3 * sum(map(len, own)):
                foreign += foreign
            short = next(k for k in range(len(foreign) + 1) if sum(map(len, foreign[:k])) >= 7 / 3 * sum(map(len, own)))
            found["mixed"].append(_is_wrong([*foreign[: short + -short % 3], *own], code))
    return {name: {"sides": len(wrong), "wrong_language": sum(wrong)} for name, wrong in found.items()}


def _is_wrong(lines: Sequence[str], code: str) -> bool:
    """The verdict on a side, three lines of which make a paragraph."""
    share = model.foreign_share(sentences_of([(text, k // 3, -1) for k, text in enumerate(lines)]), code)
    return model.verdict((), foreign=(share, 0.0)).label == "wrong language"


def _tables(result: dict[str, Any]) -> str:
    kinds = [
        [kind, *(str(row[key]) for key in ("cases", "right", "parallel_or_not")), f"{row['share_error']:.3f}",
         f"{row['share_within']:.1%}", *(str(row[key]) for key in ("rows", "blocks", "false_blocks", "moved_found"))]
        for kind, row in result["kinds"].items()
    ]  # fmt: skip
    head = "kind,cases,verdict right,parallel or not right,share off by,within .1,rows,blocks,false blocks,moved found"
    precision = [
        [name, f"{row['asked']:.3f}", f"{row['threshold']:.4f}", f"{row['kept']:.1%}", f"{row['reached']:.4f}"]
        for name, rows in result["precision"].items()
        for row in rows
        if row["threshold"] is not None
    ]
    asked = ["documents", "precision asked", "threshold", "kept", "reached"]
    return f"{table(head.split(','), kinds)}\n\n{table(asked, precision)}"


def main() -> int:
    options = _options()
    if options.step == "languages":
        result = describe("benchmarks.verdict") | measure_languages(options.limit, options.seed)
        print(*(f"{name}: {result[name]}" for name in ("its own", "another", "mixed")), sep="\n")
        save(result, options.json)
        return 0
    path = Path(options.cases)
    if options.step == "gather":
        gather(path, options.limit, options.seed, options.kinds)
        return 0
    done: list[Aligned] = pickle.loads(path.read_bytes())
    if options.step == "fit":
        rows, documents = fit([each for each in done if not each.case.held_out])
        for name, weights in (("ROW_WEIGHTS", rows), ("DOCUMENT_WEIGHTS", documents)):
            print(f"{name} = ({', '.join(f'{w:.2f}' for w in weights)})")
        return 0
    result = describe("benchmarks.verdict") | measure([each for each in done if each.case.held_out])
    print(_tables(result))
    save(result, options.json)
    return 0


def _options() -> argparse.Namespace:
    parser = parser_of("benchmarks.verdict", __doc__)
    parser.add_argument("step", choices=["gather", "fit", "measure", "languages"], help="what to do")
    parser.add_argument(
        "cases",
        nargs="?",
        default="out/cases.pickle",
        metavar="FILE",
        help="file of aligned cases, which gather writes",
    )
    parser.add_argument("--limit", type=int, default=6, metavar="N", help="documents of each set (6)")
    parser.add_argument("--seed", type=int, default=1, help="decides how documents are spoilt (1)")
    parser.add_argument("--kinds", nargs="+", default=[], metavar="KIND", help=f"of {', '.join(_RIGHT)} (all)")
    return parser.parse_args()


if __name__ == "__main__":
    from benchmarks import verdict  # so that what is pickled is of this module, not of __main__

    run("benchmarks.verdict", verdict.main)
