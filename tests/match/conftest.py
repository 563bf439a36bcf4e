"""Texts to pair, and an encoder that needs no model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from align.encode import Vectors
from align.match import Text
from align.records import Sentence

_DIM = 64


@dataclass(frozen=True)
class WordEncoder:
    """A sentence's vector is the sum of its words', each drawn by its hash; the language's mark `xx:` is no word."""

    name: str = "words"
    revision: str = "1"

    def knows(self, language: str) -> bool:
        return True

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        spans = np.zeros((longest, len(sentences), _DIM), dtype=np.float32)
        for k in range(longest):
            for i in range(k, len(sentences)):
                vector = sum(map(_word, " ".join(sentences[i - k : i + 1]).split()), np.zeros(_DIM))
                spans[k, i] = vector / max(1e-9, np.linalg.norm(vector))
        return Vectors(spans, sum(map(len, sentences)))


def _word(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.blake2b(word.split(":")[-1].encode(), digest_size=4).digest(), "big")
    return np.random.default_rng(seed).standard_normal(_DIM)


@pytest.fixture(scope="session")
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture(scope="session")
def text() -> Callable[..., Text]:
    """Makes a text of lines: `text("a.txt", "en", ["one two", "three"])`."""

    def make(name: str, language: str, lines: Sequence[str], marks: Sequence[str] = (), folder: str = "") -> Text:
        places = [(i + 0.5) / len(lines) for i in range(len(lines))]
        head = tuple(Sentence(line, 0, len(line), i) for i, line in enumerate(lines))
        return Text(
            f"{folder or language}/{name}",
            name,
            language,
            len(lines),
            head,
            tuple(lines),
            tuple(places),
            frozenset(marks),
        )

    return make
