from __future__ import annotations

import dataclasses
import functools
import importlib.util
import json
import random
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import MalformedAlignment, MissingInput
from align.evaluate import compare, evaluate, evaluate_paths
from align.ladder import ladder_line, read_ladder
from align.records import Bead

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "cases" / "evaluate.yaml").read_text(encoding="utf-8"))
TEXTBERG = HERE.parents[1] / "shared" / "gold" / "textberg-de-fr" / "dev" / "gold.txt"


def beads(*lines: str, confidence: float = 1.0) -> list[Bead]:
    sides = [[tuple(int(i) for i in side.split(",") if i) for side in line.split(":")] for line in lines]
    return [Bead(src, tgt, confidence) for src, tgt in sides]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_worked_by_hand(case):
    gold, predicted = ([beads(*document) for document in case[side]] for side in ("gold", "predicted"))
    result = evaluate(gold, predicted)
    for scores, (precision, recall) in ((result.strict, case["strict"]), (result.lax, case["lax"])):
        precision, recall = float(Fraction(precision)), float(Fraction(recall))
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        assert (scores.precision, scores.recall, scores.f1) == pytest.approx((precision, recall, f1))
    source, target, both = result.nulls
    assert {row.type: [row.gold, row.predicted, row.correct] for row in (source, target)} == case["nulls"]
    assert (both.gold, both.correct) == (source.gold + target.gold, source.correct + target.correct)


def test_by_type():
    gold = beads("0:0", "1:1", "2,3:2", "4:", "5:3,4")
    found = beads("0:0", "1:1,2", "2,3:", "4:", "5:3,4")
    rows = {row.type: (row.gold, row.predicted, row.correct) for row in evaluate([gold], [found]).types}
    assert rows == {"1-1": (2, 1, 1), "1-2": (1, 2, 1), "2-1": (1, 0, 0), "1-0": (1, 1, 1), "2-0": (0, 1, 0)}
    assert list(rows) == ["1-1", "1-2", "2-1", "1-0", "2-0"]
    one = next(row for row in evaluate([gold], [found]).types if row.type == "1-2").scores
    assert (one.precision, one.recall, one.f1) == pytest.approx((1 / 2, 1, 2 / 3))


def test_calibration_by_hand():
    gold = [beads("0:0", "1:1", "2:2", "3:3")]
    found = [beads("0:0", confidence=1.0) + beads("1:1", "2:", ":2", confidence=0.92) + beads("3:3", confidence=0.05)]
    calibration = evaluate(gold, found).calibration
    # Bin [0.9, 1.0]: four beads, mean 0.94, two right. Bin [0.0, 0.1): one of 0.05, right.
    assert calibration.error == pytest.approx((4 * abs(0.94 - 0.5) + abs(0.05 - 1)) / 5)
    assert [(b.low, b.count, b.accuracy) for b in calibration.bins if b.count] == [(0.0, 1, 1.0), (0.9, 4, 0.5)]
    assert len(calibration.bins) == 10


def test_no_calibration_without_confidences():
    assert evaluate([beads("0:0")], [beads("0:0", "1:")]).calibration is None


def test_confidence_must_be_a_probability():
    with pytest.raises(MalformedAlignment, match=r"document 1: bead \[0\]:\[0\] has confidence 1.3"):
        evaluate([beads("0:0")], [beads("0:0", confidence=1.3)])
    with pytest.raises(MalformedAlignment, match="nan"):
        evaluate([beads("0:0")], [beads("0:0", confidence=float("nan"))])
    assert evaluate([beads("0:0")], [beads("0:0", confidence=1.0000001)]).strict.f1 == 1.0  # float32 rounding


def test_number_of_documents_must_agree():
    with pytest.raises(MalformedAlignment, match="2 gold documents, but 1 predicted"):
        evaluate([[], []], [[]])


def test_warns_of_another_segmentation():
    warnings = evaluate([beads("0:0", "1:1")], [beads("0:0", "1:1", "2:2")], names=["news"]).warnings
    assert [w for w in warnings if w.startswith("news: the last source sentence is 1 in gold and 2")]


@st.composite
def alignments(draw):
    """A monotone alignment with null beads, and another made from it by merging, splitting, dropping and swapping."""
    i = j = 0
    gold = []
    for a, b in draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12)):
        gold.append(Bead(tuple(range(i, i + a)), tuple(range(j, j + b))))
        i, j = i + a, j + b
    found = []
    for bead in gold:
        change = draw(st.sampled_from(["keep", "keep", "drop", "split", "merge", "null", "twice"]))
        if change == "split":
            found += [Bead(bead.src[:1], bead.tgt[:1]), Bead(bead.src[1:], bead.tgt[1:])]
        elif change == "merge" and found:
            found[-1] = Bead(found[-1].src + bead.src, found[-1].tgt + bead.tgt)
        elif change == "null":
            found += [Bead(bead.src, ()), Bead((), bead.tgt)]
        elif change != "drop":
            found += [bead] * (2 if change == "twice" else 1)
    return gold, found


def pairs_of(documents):
    return [[(list(bead.src), list(bead.tgt)) for bead in document] for document in documents]


@functools.cache
def peer_scorer():
    """bertalign.eval on its own: importing the package it stands in takes ten seconds."""
    package = importlib.util.find_spec("bertalign")
    if package is None:
        pytest.skip("bertalign is not installed")
    spec = importlib.util.spec_from_file_location("peer_eval", Path(package.origin).with_name("eval.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def assert_same_as_peer(gold, found):
    peer = peer_scorer().score_multiple(pairs_of(gold), pairs_of(found))
    ours = evaluate(gold, found)
    for kind, scores in (("strict", ours.strict), ("lax", ours.lax)):
        for field in ("precision", "recall", "f1"):
            assert getattr(scores, field) == pytest.approx(peer[f"{field}_{kind}"], abs=1e-12), (field, kind)


@settings(max_examples=100, deadline=None)
@given(st.lists(alignments(), max_size=4))
def test_same_numbers_as_the_peer_on_random_alignments(documents):
    assert_same_as_peer([gold for gold, _ in documents], [found for _, found in documents])


def corrupted(gold: list[Bead], rate: float, seed: int) -> list[Bead]:
    """Gold with some boundaries moved, beads merged, and pairs torn into nulls."""
    rng = random.Random(seed)
    found: list[Bead] = []
    for bead in gold:
        kind = rng.choice(["merge", "tear", "shift"]) if rng.random() < rate else ""
        if kind == "merge" and found:
            found[-1] = Bead(found[-1].src + bead.src, found[-1].tgt + bead.tgt)
        elif kind == "tear":
            found += [Bead(bead.src, ()), Bead((), bead.tgt)]
        elif kind == "shift" and found:
            found[-1] = Bead(found[-1].src, found[-1].tgt + bead.tgt[:1])
            found.append(Bead(bead.src, bead.tgt[1:]))
        else:
            found.append(bead)
    return [dataclasses.replace(bead, confidence=rng.random()) for bead in found]


@pytest.mark.skipif(not TEXTBERG.exists(), reason="the Text+Berg gold is not beside the project")
@pytest.mark.parametrize("rate", [0.05, 0.3, 0.9])
def test_same_numbers_as_the_peer_on_text_berg(rate):
    gold = read_ladder(TEXTBERG)
    documents = [corrupted(gold, rate, seed) for seed in range(3)]
    assert_same_as_peer([gold] * 3, documents)


@settings(deadline=None)
@given(st.lists(alignments(), min_size=1, max_size=3))
def test_invariants(documents):
    gold, found = [g for g, _ in documents], [f for _, f in documents]
    result = evaluate(gold, found)
    assert sum(row.gold for row in result.types) == result.gold
    assert sum(row.predicted for row in result.types) == result.predicted
    for strict, lax in zip(dataclasses.astuple(result.strict), dataclasses.astuple(result.lax), strict=True):
        assert 0 <= strict <= lax + 1e-12 <= 1 + 2e-12
    for row in (*result.types, *result.nulls):
        assert 0 <= row.correct <= min(row.gold, row.predicted)
    assert evaluate(found, found).strict.precision in (0.0, 1.0)
    again = evaluate(gold[::-1], [document[::-1] for document in found[::-1]])
    assert dataclasses.replace(again, warnings=()) == dataclasses.replace(result, warnings=())


def sample():
    gold = [beads("0:0", "1,2:1", "3:", ":2", "4:3")]
    return evaluate(gold, [corrupted(gold[0], 0.4, 1)], names=["a"])


def test_dict_is_json():
    plain = sample().to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["strict"].keys() == {"precision", "recall", "f1"}
    assert plain["types"]["1-1"].keys() == {"gold", "predicted", "correct", "precision", "recall", "f1"}
    assert set(plain["nulls"]) == {"source", "target", "both"}
    assert len(plain["calibration"]["bins"]) == 10


def test_table_is_aligned_text():
    result = evaluate([beads("0:0", "1:1,2", ":3")], [beads("0:0", "1:1", ":2", ":3", confidence=0.75)])
    table = result.table()
    assert table.isascii()
    assert all(line == line.rstrip() for line in table.splitlines())
    assert "strict          0.500    0.500   0.500" in table
    rows = [line for line in table.splitlines() if line.startswith(("1-1", "0-1", "source", "both"))]
    assert len({tuple(i for i, c in enumerate(line) if c == ".") for line in rows}) == 1
    heads = [line for line in table.splitlines() if line.startswith(("bead", "null sentences"))]
    assert len({len(line) for line in heads}) == 1
    assert result.table(by_type=False) in table
    assert "0.7 to 0.8" in table
    assert "0.8 to 0.9" not in table


def test_table_shows_some_warnings_and_json_all():
    result = evaluate([beads("1:0")] * 30, [beads("0:0", "1:")] * 30)
    assert len(result.to_dict()["warnings"]) == 30
    assert result.table().count("warning: ") == 10
    assert result.table().endswith("and 20 more warnings")


def test_compare_finds_a_difference_and_none():
    gold = [beads(*(f"{i}:{i}" for i in range(10)))] * 30
    good = [corrupted(document, 0.1, seed) for seed, document in enumerate(gold)]
    bad = [corrupted(document, 0.5, seed + 100) for seed, document in enumerate(gold)]
    other = [corrupted(document, 0.1, seed + 200) for seed, document in enumerate(gold)]
    result = compare(gold, good, bad, seed=7, samples=2000)
    assert result["f1_a"] == pytest.approx(evaluate(gold, good).strict.f1)
    assert result["f1_b"] == pytest.approx(evaluate(gold, bad).strict.f1)
    assert 0 < result["low"] < result["difference"] < result["high"]
    assert result["p"] < 0.01
    assert compare(gold, good, bad, seed=7, samples=2000) == result
    same = compare(gold, good, other, seed=7, samples=2000)
    assert same["low"] < 0 < same["high"]
    assert same["p"] > 0.05
    assert compare(gold, good, good)["p"] == 1.0
    swapped = compare(gold, bad, good, seed=7, samples=2000)
    assert swapped["low"] == pytest.approx(-result["high"])
    assert swapped["p"] == result["p"]


def test_compare_of_one_document_has_no_interval():
    result = compare([beads("0:0", "1:1")], [beads("0:0")], [beads("1:0")])
    assert result["difference"] == pytest.approx(2 / 3)
    assert result["low"] is result["high"] is result["p"] is None


def test_paths(tmp_path):
    gold, found = tmp_path / "gold.txt", tmp_path / "out.tsv"
    gold.write_text("".join(ladder_line(bead, False) + "\n" for bead in beads("0:0", "1,2:1")))
    found.write_text("doc\tsrc_ids\ttgt_ids\tconfidence\nx\t0\t0\t0.9\nx\t1\t1\t0.4\nx\t2\t\t0.3\n")
    result = evaluate_paths(gold, found)
    assert (result.documents, result.strict.precision, result.lax.recall) == (1, pytest.approx(1 / 3), 1.0)
    assert result.calibration is not None
    with pytest.raises(MissingInput, match=r"none\.tsv"):
        evaluate_paths(gold, tmp_path / "none.tsv")
