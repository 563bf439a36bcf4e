"""What every encoder gives: vectors of all spans of consecutive sentences, and of tokens where it can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]
"""The first and the last sentence of a span."""

Refine = Callable[[Sequence[Span]], NDArray[np.float32]]
"""Spans to the vectors of their concatenations: (m, dim) float32, unit rows."""


Shows = Literal["tokens", "sentences", "both"]
"""What an encoder shows beside one vector per text: its tokens, nothing, or tokens in a part of it only."""


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """Contextual token vectors of one side, comparable across languages.

    `vectors` (tokens, dim) float32; `starts` (n + 1,) int64: sentence i owns rows starts[i] to starts[i + 1].
    """

    vectors: NDArray[np.float32]
    starts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vectors:
    """One side of a document pair as an encoder sees it.

    `spans` (longest, n, dim) float32, unit rows: row [k - 1, i] is the concatenation of the k sentences
    that end at i. Rows with k > i + 1 do not exist and hold zeros. `characters` counts what went
    through the encoder, `tokens` is None for encoders that show no token vectors. Where `refine` is given, spans of
    several sentences are composed of single ones, and it gives those that the encoder makes of the joined text.
    `encoder` is its name; without one nothing that was learned of an encoder's space is put to use.
    """

    spans: NDArray[np.float32]
    characters: int
    tokens: TokenVectors | None = None
    refine: Refine | None = None
    encoder: str = ""

    @property
    def shows(self) -> Shows:
        """What the encoder shows: of fused ones that give tokens, some give no concatenations without being asked."""
        if self.tokens is None:
            return "sentences"
        return "tokens" if self.refine is None else "both"

    def refined(self, spans: Sequence[Span]) -> Vectors:
        """The same with the vectors of the concatenations `spans` in place of the composed ones."""
        if self.refine is None or not spans:
            return self
        rows = self.spans.copy()
        rows[rows_of(spans)] = self.refine(spans)
        return replace(self, spans=rows)

    def whole(self) -> Vectors:
        """The same with every concatenation sent through the encoder: some ten or twenty times the document."""
        longest, n, _ = self.spans.shape
        return self.refined([(last - k, last) for k in range(1, longest) for last in range(k, n)])


def rows_of(spans: Sequence[Span]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where `spans` stand in `Vectors.spans`: indices (m,) of its first axis and of its second."""
    first, last = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    return last - first, last


class Encoder(Protocol):
    """A sentence encoder. Making one does no work; the model loads at the first `encode`."""

    @property
    def name(self) -> str:
        """The name that selects it, such as `use` or `use+e5-small`."""

    @property
    def revision(self) -> str:
        """What tells two versions of its vectors apart: package version, or the hub revision."""

    def knows(self, language: str) -> bool:
        """Whether its model was trained on the language (ISO 639-1 code)."""

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        """Vectors of every span of up to `longest` sentences of one side, joined by `joiner`.

        Raises:
            MissingExtra: its package is not installed.
            MissingModel: its weights are neither on this machine nor to be had.
        """
