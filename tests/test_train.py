"""Training from a handful of documents: quick, repeatable, and good enough to align another."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs scipy (the extra train)")

from align import align_texts
from align.boilerplate import default_scorer
from align.errors import MissingExtra, MissingInput, SettingsError
from align.lattice import read_weights
from align.lattice.features import COARSE
from align.lattice.fit import Example, allowed_beads
from align.lattice.model import candidates
from align.lattice.noise import Sample
from align.lattice.weights import SHIPPED
from align.samples import read_collection
from align.settings import AlignSettings
from align.train import TrainSettings, _evidence_of, _example_of, taken, train

DOCUMENTS, SENTENCES = 6, 10
QUICK = TrainSettings(iterations=30, metric_steps=3)

NOUNS = {
    "en": (
        "dog",
        "train",
        "doctor",
        "river",
        "letter",
        "mountain",
        "kitchen",
        "window",
        "teacher",
        "snow",
        "ship",
        "bread",
    ),
    "ja": ("犬", "列車", "医者", "川", "手紙", "山", "台所", "窓", "先生", "雪", "船", "パン"),
}
SCENES = {
    "en": ("was very old", "could be seen from the house", "was not where she had left it", "reminded him of home"),
    "ja": ("はとても古かった", "は家から見えた", "は彼女が置いた場所になかった", "を見て彼は故郷を思い出した"),
}


def document(random: Random) -> tuple[list[str], list[str], list[str]]:
    """Sentences of both sides and the ladder: pairs, merges and nulls."""
    source, target, gold = [], [], []
    for _ in range(SENTENCES):
        noun, scene = random.randrange(len(NOUNS["en"])), random.randrange(len(SCENES["en"]))
        year = random.randrange(1900, 2020)
        ids = [len(source)], [len(target)]
        source.append(f"In {year} the {NOUNS['en'][noun]} {SCENES['en'][scene]}.")
        target.append(f"{year}年には{NOUNS['ja'][noun]}{SCENES['ja'][scene]}。")
        kind = random.random()
        if kind < 0.2:
            ids[0].append(len(source))
            source.append("Nobody knew why.")
            target[-1] = target[-1][:-1] + "が、なぜかは誰も知らなかった。"
        elif kind < 0.3:
            gold.append(f"[{len(source)}]:[]")
            source.append("Subscribe to our newsletter")
        gold.append(f"{ids[0]}:{ids[1]}")
    return source, target, gold


def put_collection(folder: Path, documents: int, seed: int = 0) -> Path:
    random = Random(seed)
    for k in range(documents):
        inside = folder / f"en-ja-{k}"
        inside.mkdir(parents=True)
        for name, lines in zip(("src.txt", "tgt.txt", "gold.txt"), document(random), strict=True):
            (inside / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(put_collection(tmp_path_factory.mktemp("gold") / "made", DOCUMENTS))


@pytest.fixture(scope="module")
def weights(gold: str):
    return train([gold], QUICK)


def test_training_twice_gives_the_same_bytes(gold: str, weights) -> None:
    told: list[str] = []
    again = train([gold], QUICK, tell=told.append)
    assert again.to_json() == weights.to_json()
    assert again.revision == weights.revision
    assert f"{DOCUMENTS} documents, with noisy copies {2 * DOCUMENTS} samples" in told


def test_another_seed_gives_other_noise_and_other_weights(gold: str, weights) -> None:
    other = train([gold], replace(QUICK, seed=2))
    assert other.revision != weights.revision
    assert not np.array_equal(other.fine, weights.fine), "the revision holds the settings, too"


def test_without_the_encoders_tokens_it_learns_other_weights(gold: str, weights, monkeypatch) -> None:
    # what is learned does not depend on what was learned before
    monkeypatch.setattr("align.lattice.weights.SHIPPED", dict.fromkeys(SHIPPED, Path("missing.json")))
    read_weights.cache_clear()
    other = train([gold], replace(QUICK, sentence_vectors=True))
    assert other.provenance["settings"]["sentence_vectors"]
    assert other.revision != weights.revision
    assert not np.array_equal(other.fine, weights.fine)
    assert np.isfinite(other.fine).all()
    assert other.meaning is other.metric is None, "they are for all such encoders, whose spaces differ"


def test_open_tears_are_told_in_the_file(gold: str, weights) -> None:
    assert weights.provenance["settings"]["open_tears"] is False
    other = train([gold], replace(QUICK, units=0, open_tears=True))
    assert other.provenance["settings"]["open_tears"] is True


def test_without_units_it_learns_the_sum_alone(gold: str, weights) -> None:
    assert len(weights.hidden) == QUICK.units * QUICK.layers
    assert weights.meaning is not None
    assert weights.metric is not None
    other = train([gold], replace(QUICK, units=0))
    assert other.hidden is None
    assert not np.array_equal(other.fine, weights.fine), "with units the sum is learned on"


def test_processes_change_nothing(gold: str, weights) -> None:
    assert train([gold], replace(QUICK, jobs=2)).to_json() == weights.to_json()


def test_of_several_draws_of_the_noise_the_mean_is_learned(gold: str, weights) -> None:
    single = replace(QUICK, units=0, sentence_vectors=True)
    mean = train([gold], replace(single, draws=2))
    first = train([gold], single)
    assert not np.allclose(mean.fine, first.fine)
    assert mean.provenance["samples"] == 2 * first.provenance["samples"]
    assert mean.provenance["settings"]["draws"] == 2


def test_from_vectors_that_were_kept_the_same_is_learned_again(gold: str, tmp_path: Path) -> None:
    kept = replace(QUICK, units=0, sentence_vectors=True, cache=str(tmp_path / "vectors.sqlite"))
    first = train([gold], kept).to_json()
    assert (tmp_path / "vectors.sqlite").stat().st_size > 10_000
    assert train([gold], kept).to_json() == first
    assert "vectors.sqlite" not in first


def test_what_was_learned_aligns_another_document(weights, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(weights.to_json(), encoding="utf-8")
    source, target, _ = document(Random(99))
    chosen = AlignSettings(weights=str(path), presplit=True, src_lang="en", tgt_lang="ja")
    alignment = align_texts("\n".join(source), "\n".join(target), chosen)
    assert read_weights(str(path)).revision in alignment.engine
    pairs = [pair for pair in alignment if not pair.is_null]
    assert len(pairs) >= 0.8 * SENTENCES
    assert np.mean([pair.src[3:7] == pair.tgt[:4] for pair in pairs]) >= 0.9, "the year that both sides name"


def test_the_file_tells_where_it_came_from(weights) -> None:
    content = json.loads(weights.to_json())["provenance"]
    assert content["gold"][0].endswith("/made")
    assert (content["documents"], content["samples"]) == (DOCUMENTS, 2 * DOCUMENTS)
    assert content["settings"].items() >= {"model": "use", "seed": 1, "ridge": 4.0, "iterations": 30}.items()
    assert "jobs" not in content["settings"], "it changes nothing"
    assert content["encoder"].startswith("use@")


def test_learning_moved_away_from_nought_and_stayed_finite(weights) -> None:
    for numbers in (weights.coarse, weights.fine, weights.by_noise, weights.steps):
        assert np.isfinite(numbers).all()
        assert numbers.any()
    assert 0.5 <= weights.temperature <= 2
    assert 0 < weights.price < 1


@pytest.mark.parametrize("documents", [1, 4])
def test_too_little_gold(tmp_path: Path, documents: int) -> None:
    folder = put_collection(tmp_path / "made", documents)
    with pytest.raises(SettingsError, match=f"Only {2 * documents} samples"):
        train([str(folder)], QUICK)


def test_gold_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingInput):
        train([str(tmp_path / "nowhere")], QUICK)


def test_without_scipy_it_says_what_to_install(gold: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "scipy", None)
    with pytest.raises(MissingExtra, match=r"taiyaku\[train\]"):
        train([gold], QUICK)


# --- samples ---


def test_a_share_of_a_collection_is_the_same_each_time(gold: str) -> None:
    every = {sample.name for sample in read_collection(gold).samples}
    some = taken(f"{gold}:4", seed=1)
    assert len(some) == 4
    assert some < every
    assert some == taken(f"{gold}:4x3", seed=1)
    assert taken(gold, seed=1) == every
    assert len({taken(f"{gold}:3", seed=seed) for seed in range(8)}) > 1


def test_what_the_coarse_stage_is_wrong_about_is_learned_from() -> None:
    """Two sites' buttons say the same and translate nothing: a coarse stage that looks at similarity alone never lets
    the two stand alone, and it is from such lines that the second stage has to learn."""
    lines = ("The ferry was late.", "Save", "It rained all day."), ("船は遅れた。", "保存", "一日中雨だった。")
    gold = (((0,), (0,)), ((1,), ()), ((), (1,)), ((2,), (2,)))
    sample = Sample("page", ("en", "ja"), lines, ((0, 1, 2), (0, 1, 2)), gold)
    seen = _evidence_of((sample, default_scorer(), None, QUICK))
    coarse = np.array([20.0 * (name == "similarity") for name in COARSE])
    graph, features, _ = candidates(seen, coarse, 1e-5)
    assert not Example(graph, features, allowed_beads(graph, gold, 3, 3)).reachable
    example = _example_of((sample, seen, coarse, 1e-5))
    assert example.reachable
    assert len(example.features) <= len(features) + 2, "and nothing besides is added"
