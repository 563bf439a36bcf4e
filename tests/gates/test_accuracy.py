"""Floors of strict F1 with the weights that ship: a change that loses accuracy shows here first.

`floors.json` holds what was measured, less about a hundredth. Raise a floor when the aligner gets better; lowering one
wants a reason in the commit that does it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from align import AlignSettings
from align.evaluate import evaluate
from align.ladder import read_ladder
from align.pipeline import Aligner
from align.records import Bead
from align.samples import read_collection

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
FLOORS = json.loads(Path(__file__).with_name("floors.json").read_text())
DOCUMENTS = 30  # of a table of many documents


def beads_of(alignment) -> list[Bead]:
    return [Bead(pair.src_ids, pair.tgt_ids, pair.confidence) for pair in alignment.pairs]


@pytest.mark.parametrize("name", FLOORS["corpora"])
def test_a_written_document(name: str) -> None:
    folder = ROOT / "corpora" / name
    (source,), (target,) = folder.glob("en.*"), folder.glob("ja.*")
    alignment = Aligner().files(source, target)
    evaluation = evaluate([read_ladder(folder / "gold.txt")], [beads_of(alignment)])
    assert evaluation.strict.f1 >= FLOORS["corpora"][name]


def test_the_scraped_page_it_was_born_from() -> None:
    page = SHARED / "seed" / "ja.txt"
    if not page.exists():
        pytest.skip("the Japanese page stands in ../shared/seed, which is not here")
    folder = ROOT / "tests" / "data" / "seed"
    alignment = Aligner().files(folder / "en.txt", page)
    evaluation = evaluate([read_ladder(folder / "gold.txt")], [beads_of(alignment)])
    assert evaluation.strict.f1 >= FLOORS["seed"]


@pytest.mark.parametrize("name", [name for name in FLOORS if name not in ("corpora", "seed")])
def test_a_public_collection(name: str) -> None:
    path = SHARED / "gold" / name
    if not path.exists():
        pytest.skip("public gold stands in ../shared/gold, which is not here")
    samples = read_collection(path, chunk=1000).samples[:DOCUMENTS]
    source, target = samples[0].languages
    aligner = Aligner(AlignSettings(src_lang=source, tgt_lang=target, presplit=True))
    gold, predicted = [], []
    for sample in samples:
        alignment = aligner.texts(*("\n".join(side) for side in sample.sentences))
        gold.append([Bead(src, tgt) for src, tgt in sample.gold])
        predicted.append(beads_of(alignment))
    assert evaluate(gold, predicted).strict.f1 >= FLOORS[name]
