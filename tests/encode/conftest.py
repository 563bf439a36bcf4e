"""Stand-ins for models: vectors that depend on the text alone, at no cost."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from align.encode import TokenVectors, Vectors
from align.encode.black_box import Embed, span_vectors


@dataclass(frozen=True)
class TextModel:
    """A black box: every text has a vector of its own, all leaning the same way as those of real models do."""

    name: str = "texts"
    revision: str = "1"
    dim: int = 16
    languages: frozenset[str] = frozenset({"ja", "en"})
    seen: list[str] = field(default_factory=list, compare=False)

    def knows(self, language: str) -> bool:
        return language in self.languages

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen.extend(texts)
        rows = [self.vector(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dim)

    def vector(self, text: str) -> NDArray[np.float64]:
        seed = hashlib.blake2b(f"{self.name} {text}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
        row = np.random.default_rng(int.from_bytes(seed, "little")).normal(size=self.dim) + 1
        return row / np.linalg.norm(row)

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        return self.encode_by(self.embed, sentences, longest, joiner)

    def encode_by(self, embed: Embed, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        return span_vectors(embed, sentences, longest, joiner, window=1000)


@dataclass(frozen=True)
class SideModel:
    """An encoder that sees a whole side at once and shows tokens, one per character."""

    name: str = "sides"
    revision: str = "1"
    sides: list[tuple[str, ...]] = field(default_factory=list, compare=False)

    def knows(self, language: str) -> bool:
        return language != "tlh"

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        self.sides.append(tuple(sentences))
        inner = TextModel(name=self.name).encode(sentences, longest, joiner).whole()
        starts = np.cumsum([0, *map(len, sentences)])
        tokens = np.random.default_rng(len(sentences)).normal(size=(int(starts[-1]), 8)).astype(np.float32)
        return Vectors(inner.spans, inner.characters, TokenVectors(tokens, starts.astype(np.int64)))


@pytest.fixture
def text_model() -> TextModel:
    return TextModel()


@pytest.fixture
def other_text_model() -> TextModel:
    return TextModel(name="others", dim=24)


@pytest.fixture
def side_model() -> SideModel:
    return SideModel()
