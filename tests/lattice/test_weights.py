"""The weights file: what is written reads back, and what does not fit is refused by name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from align.encode.protocol import Shows
from align.errors import SettingsError
from align.lattice.features import BY_NOISE, COARSE, FINE, NAMES
from align.lattice.hidden import Hidden
from align.lattice.meaning import Meaning
from align.lattice.metric import Metric
from align.lattice.weights import PAGES, SHIPPED, STEPS, Weights, read_weights, shipped

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "weights.yaml").read_text(encoding="utf-8"))


def broken(case: dict) -> bytes:
    if "bytes" in case:
        return bytes.fromhex(case["bytes"])
    if "text" in case:
        return case["text"].encode()
    content = json.loads(SHIPPED["tokens"].read_bytes())
    *path, last = case["drop"] if "drop" in case else case["set"][:-1]
    table = content
    for key in path:
        table = table[key]
    if "drop" in case:
        del table[last]
    else:
        table[last] = case["set"][-1]
    return json.dumps(content).encode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_a_broken_file_is_refused(case: dict, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(broken(case))
    with pytest.raises(SettingsError, match=case["match"]) as caught:
        read_weights(str(path))
    assert str(path) in str(caught.value)
    assert "align train" in str(caught.value)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.json", tmp_path):
        with pytest.raises(SettingsError, match="Cannot read") as caught:
            read_weights(str(path))
        assert str(path) in str(caught.value)


numbers = st.floats(-50, 50)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6), st.floats(0.1, 9), numbers)
def test_what_is_written_reads_back(tmp_path_factory, seed: int, temperature: float, price: float) -> None:
    random = np.random.default_rng(seed)
    arrays = (random.normal(scale=5, size=len(names)) for names in (COARSE, NAMES, BY_NOISE, STEPS))
    units = seed % 4
    hidden = Hidden(*(random.normal(size=size).astype(np.float32) for size in ((units, len(NAMES)), *[(units,)] * 3)))
    meaning = Meaning(*random.normal(size=2).tolist(), random.normal(size=1 + seed % 7).astype(np.float32))
    metric = Metric(*(random.normal(size=(1 + seed % 7, 1 + seed % 3)).astype(np.float32) for _ in range(2)))
    weights = Weights(
        *arrays, temperature, price, "", {"gold": ["対訳/en-ja"], "seed": seed},
        hidden if units else None, meaning if seed % 3 else None, metric if seed % 5 else None,
    )  # fmt: skip
    path = tmp_path_factory.mktemp("weights") / "w.json"
    path.write_text(weights.to_json(), encoding="utf-8")
    found = read_weights(str(path))
    for name in ("coarse", "fine", "by_noise", "steps", "temperature", "price"):
        assert np.allclose(getattr(found, name), getattr(weights, name), atol=5.1e-5)
    parts = {"hidden": ("inward", "noise", "bias", "outward"), "meaning": ("score", "bias", "vector")}
    for part, names in (parts | {"metric": ("inward", "outward")}).items():
        assert (getattr(found, part) is None) == (getattr(weights, part) is None)
        for name in names if getattr(found, part) is not None else ():
            assert np.allclose(getattr(getattr(found, part), name), getattr(getattr(weights, part), name), atol=5.1e-5)
    assert found.provenance == weights.provenance
    assert found.to_json() == weights.to_json()


def test_scores_are_the_weighed_sum_and_what_the_units_add() -> None:
    random = np.random.default_rng(0)
    features = random.normal(size=(6, len(NAMES))).astype(np.float32)
    hidden = Hidden(*(random.normal(size=size).astype(np.float32) for size in ((3, len(NAMES)), (3,), (3,), (3,))))
    weights = replace(read_weights(), hidden=None, temperature=2.0)
    assert weights.scores(features, 0.5) == pytest.approx(features @ weights.at(0.5) / 2, abs=1e-5)
    added = replace(weights, hidden=hidden).scores(features, 0.5) - weights.scores(features, 0.5)
    assert added == pytest.approx(hidden.scores(features, 0.5) / 2, abs=1e-5)


def test_the_revision_follows_the_content(tmp_path: Path) -> None:
    content = json.loads(SHIPPED["tokens"].read_bytes())
    revisions = set()
    for k, temperature in enumerate((1.0, 1.1, 1.1)):
        path = tmp_path / f"{k}.json"
        path.write_text(json.dumps(content | {"temperature": temperature}))
        revisions.add(read_weights(str(path)).revision)
    assert len(revisions) == 2


@pytest.mark.parametrize(
    ("shows", "scraped"), [*((shows, False) for shows in SHIPPED), *((shows, True) for shows in PAGES)]
)
def test_the_weights_that_ship(shows: Shows, scraped: bool) -> None:
    weights, tokens = shipped(shows, scraped), shows != "sentences"
    file = (PAGES if scraped else SHIPPED)[shows]
    assert (len(weights.coarse), len(weights.fine), len(weights.steps)) == (len(COARSE), len(NAMES), len(STEPS))
    assert weights.revision == read_weights(str(file)).revision
    at = dict(zip(NAMES, weights.fine, strict=True))
    assert at["similarity"] > 0
    assert at["length"] < 0
    assert (weights.hidden is not None) == (weights.meaning is not None) == (weights.metric is not None) == tokens
    assert weights.provenance["gold"]
    assert weights.to_json() == file.read_text(encoding="utf-8")
    assert weights.provenance["settings"].get("sentence_vectors", False) != tokens
    assert weights.encoder == {"tokens": "use", "sentences": "e5-small", "both": "use+e5-small"}[shows]


@pytest.mark.parametrize("shows", SHIPPED)
def test_pages_have_weights_of_their_own_or_those_of_all(shows: Shows) -> None:
    """Those of their own have seen what the others have, and the hard pages."""
    page, other = shipped(shows, scraped=True), shipped(shows)
    assert (page.revision != other.revision) == (shows in PAGES)
    seen, all_seen = (set(weights.provenance["gold"]) for weights in (page, other))
    assert seen - all_seen == ({"corpora/pages:99x3"} if shows in PAGES else set())
    assert all_seen <= seen


def test_scores_of_the_mean_are_the_mean_of_scores() -> None:
    random = np.random.default_rng(3)
    features = random.normal(size=(5, len(NAMES))).astype(np.float32)
    one, other = read_weights(), replace(read_weights(), fine=random.normal(size=len(NAMES)))
    other = replace(other, hidden=replace(one.hidden, outward=-2 * one.hidden.outward))
    mean = Weights.mean([one, other])
    for noise in (0.0, 1.5):
        expected = (one.scores(features, noise) + other.scores(features, noise)) / 2
        assert mean.scores(features, noise) == pytest.approx(expected, abs=1e-4)
    assert mean.metric is one.metric
    again = Weights.mean([one, one])
    assert again.meaning.vector == pytest.approx(one.meaning.vector)
    assert again.meaning.score == pytest.approx(one.meaning.score)
    bare = replace(one, hidden=None, meaning=None, metric=None)
    assert Weights.mean([bare, bare]).hidden is Weights.mean([bare]).meaning is None


def test_names_stand_once() -> None:
    assert len(set(NAMES)) == len(NAMES) == len(COARSE) + len(FINE)
    assert set(BY_NOISE) < set(NAMES)


def test_weights_change_with_the_noise() -> None:
    weights = read_weights()
    none, one, two = (dict(zip(NAMES, weights.at(noise), strict=True)) for noise in (0.0, 1.0, 2.0))
    by_noise = dict(zip(BY_NOISE, weights.by_noise, strict=True))
    assert none == dict(zip(NAMES, weights.fine, strict=True))
    for name in NAMES:
        assert one[name] - none[name] == pytest.approx(by_noise.get(name, 0.0))
        assert two[name] - one[name] == pytest.approx(by_noise.get(name, 0.0))
