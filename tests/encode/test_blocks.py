"""A side encoded by the block has the vectors of one call, and leaves nothing behind."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.encode import blocks
from align.encode.blocks import encode_side
from align.encode.cache import CachedEncoder
from align.encode.protocol import TokenVectors, Vectors
from align.encode.use import UseEncoder
from align.errors import OutputError

TEXTS = [
    "The library opened on Monday.", "A line formed at dawn.", "Why?", "", "月曜日、図書館が開館した。",
    "It holds many books, and no one has read them all, for there are forty thousand of them.", "No.",
    "夜明けに列ができた。", "He wrote 1,000 letters.",
]  # fmt: skip


@dataclass(frozen=True)
class Counting:
    """Each span the sum of its sentences' own vectors, a token per character; and the calls it had."""

    tokens: bool = True
    local: bool = True
    name: str = "counting"
    revision: str = "1"
    calls: list[int] = field(default_factory=list)

    def knows(self, language: str) -> bool:
        return True

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        self.calls.append(len(sentences))
        n = len(sentences)
        spans = np.zeros((longest, n, 3), np.float32)
        for k in range(longest):
            for i in range(k, n):
                text = joiner.join(sentences[i - k : i + 1])
                spans[k, i] = len(text), k, sum(map(ord, text)) % 97
        if not self.tokens:
            return Vectors(spans, sum(map(len, sentences)))
        rows = np.array([[ord(c), len(s)] for s in sentences for c in s], np.float32).reshape(-1, 2)
        starts = np.concatenate([[0], np.cumsum([len(s) for s in sentences])]).astype(np.int64)
        return Vectors(spans, sum(map(len, sentences)), TokenVectors(rows, starts))


@pytest.fixture
def from_ten_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "LONG", 9)


def assert_same(found: Vectors, expected: Vectors, atol: float = 0.0) -> None:
    np.testing.assert_allclose(found.spans, expected.spans, rtol=0, atol=atol)
    assert (found.tokens is None) == (expected.tokens is None)
    if expected.tokens is not None:
        np.testing.assert_array_equal(found.tokens.starts, expected.tokens.starts)
        size = max(1.0, float(np.abs(expected.tokens.vectors).max()))  # tokens are no unit rows as the spans are
        np.testing.assert_allclose(found.tokens.vectors, expected.tokens.vectors, rtol=0, atol=atol * size)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text("abc de", max_size=6), min_size=10, max_size=40), st.integers(1, 6), st.integers(1, 45))
def test_blocks_of_any_size_give_what_one_call_gives(texts: list[str], longest: int, block: int) -> None:
    texts[-1] = "a"  # files of no token at all are no case: every encoder makes something of a sentence
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "LONG", 9)
        found = encode_side(Counting(), texts, longest, " ", block=block)
    assert_same(found, Counting().encode(texts, longest, " "))


@pytest.mark.parametrize("joiner", [" ", ""])
def test_the_default_encoder_by_blocks(from_ten_on: None, joiner: str) -> None:
    """The same but for the last bits, which depend on how many rows a matrix product has.

    With AVX2 alone OpenBLAS sums the rows at the edge of a product in another order than the rest: here 3e-6 in token
    vectors whose values reach 3.9. With AVX-512 nothing differs.
    """
    texts = [TEXTS[(7 * k) % len(TEXTS)] + "x" * (k % 3) for k in range(47)]
    found = encode_side(UseEncoder(), texts, 6, joiner, block=11)
    assert_same(found, UseEncoder().encode(texts, 6, joiner), atol=2e-6)


def test_a_short_side_is_encoded_at_once() -> None:
    encoder = Counting()
    found = encode_side(encoder, TEXTS, 3, " ")
    assert encoder.calls == [len(TEXTS)]
    assert_same(found, Counting().encode(TEXTS, 3, " "))


def test_blocks_take_the_sentences_that_their_first_spans_begin_with(from_ten_on: None) -> None:
    encoder = Counting(tokens=False)
    encode_side(encoder, ["a"] * 25, 4, " ", block=10)
    assert encoder.calls == [10, 13, 8]


def test_an_encoder_that_looks_at_the_whole_side_has_it_whole(from_ten_on: None) -> None:
    encoder = Counting(local=False)
    encode_side(encoder, ["a"] * 25, 4, " ", block=10)
    assert encoder.calls == [25]


def test_a_cache_keeps_a_long_side_by_the_block(from_ten_on: None, tmp_path: Path) -> None:
    encoder = Counting()
    cached = CachedEncoder(encoder, str(tmp_path / "vectors.sqlite"))
    first = encode_side(cached, ["ab", "c"] * 10, 2, " ", block=8)
    calls = list(encoder.calls)
    assert_same(encode_side(cached, ["ab", "c"] * 10, 2, " ", block=8), first)
    assert encoder.calls == calls == [8, 9, 5]


def test_progress_rises_to_one(from_ten_on: None) -> None:
    told: list[float] = []
    encode_side(Counting(), ["a"] * 25, 2, " ", told.append, block=10)
    assert told == sorted(told)
    assert told[0] == 0.4
    assert told[-1] == 1.0


def test_no_file_is_left(from_ten_on: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = encode_side(Counting(), ["ab"] * 25, 3, " ", block=10)
    assert list(tmp_path.iterdir()) == []
    gc.collect()
    assert found.spans[0, 24, 0] == 2  # the arrays still read
    found.spans[0, 24, 0] = 7  # and take what is written, as others do
    assert found.spans[0, 24, 0] == 7


def test_a_full_disk_is_told(from_ten_on: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blocks, "_write", full)
    with pytest.raises(OutputError, match=r"25 sentences .*No space left on device.*TMPDIR"):
        encode_side(Counting(), ["a"] * 25, 2, " ", block=10)
