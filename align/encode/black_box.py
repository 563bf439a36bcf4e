"""Spans for encoders that give one vector per text and show nothing of their inside.

Single sentences go through the model, and longer spans are composed of them; `align.refine` decides which
concatenations are worth a second call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from align.encode.centre import unit
from align.encode.protocol import Encoder, Span, Vectors

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to their vectors: (m, dim) float32, unit rows, one per text and in their order; (0, dim) for no text."""

_WHOLE = 1 << 20  # a window that cuts no sentence
_ADDED = 10  # characters' worth of prefix and end marks, over which the model averages too


class BlackBox(Encoder, Protocol):
    """An encoder made of a function from texts to vectors, so that a cache can stand between the two."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The model's own vectors, (m, dim) unit rows."""

    def encode_by(self, embed: Embed, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        """`encode` with another function in the place of `self.embed`."""


@dataclass(frozen=True, slots=True)
class OneByOne:
    """An encoder that shows its inside, taken for one that does not: texts go through one by one."""

    inner: Encoder

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def revision(self) -> str:
        return self.inner.revision

    def knows(self, language: str) -> bool:
        return self.inner.knows(language)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.inner.encode(texts, 1, "").spans[0]

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        return self.encode_by(self.embed, sentences, longest, joiner)

    def encode_by(self, embed: Embed, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        return replace(span_vectors(embed, sentences, longest, joiner, _WHOLE), encoder=self.name)


def is_black_box(encoder: Encoder) -> bool:
    """Whether the encoder gives one vector per text, so that texts of many documents may go through it together."""
    return hasattr(encoder, "encode_by")


def as_black_box(encoder: Encoder) -> Encoder:
    """The encoder, its token vectors hidden where it has any."""
    return encoder if is_black_box(encoder) else OneByOne(encoder)


def span_vectors(embed: Embed, sentences: Sequence[str], longest: int, joiner: str, window: int) -> Vectors:
    """Vectors of every span of up to `longest` sentences: of single ones from the model, of more composed of these.

    `refine` of the result sends concatenations through the model. Texts are cut after `window` characters, which
    should be more than the model reads.
    """
    if longest < 1:
        raise ValueError(f"longest is {longest}; a span holds at least one sentence.")

    def refine(spans: Sequence[Span]) -> NDArray[np.float32]:
        return _embedded(embed, [_joined(sentences[first : last + 1], joiner, window) for first, last in spans])

    texts = [_joined([sentence], joiner, window) for sentence in sentences]
    lengths = [len(text) + _ADDED for text in texts]
    spans = _composed(_embedded(embed, texts), lengths, longest)
    return Vectors(spans=spans, characters=sum(map(len, set(texts))), refine=refine)


def _embedded(embed: Embed, texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors (m, dim) of texts. Equal ones go through once, and longest first, so that batches hold texts of one
    length and want of memory shows at the start."""
    unique = sorted(set(texts), key=lambda text: (-len(text), text))
    vectors = embed(unique)
    row = {text: at for at, text in enumerate(unique)}
    return vectors[[row[text] for text in texts]]


def _composed(singles: NDArray[np.float32], lengths: Sequence[int], longest: int) -> NDArray[np.float32]:
    """Spans (longest, n, dim) as means of their sentences' vectors (n, dim), weighted by `lengths`.

    A model that averages over its tokens gives about that.
    """
    n = len(singles)
    spans = np.zeros((longest, n, singles.shape[1]), dtype=np.float32)
    weighted = singles * np.array(lengths, dtype=np.float32)[:, None]
    total = weighted
    for k in range(1, min(longest, n) + 1):
        spans[k - 1, k - 1 :] = singles if k == 1 else unit(total)
        total = total[:-1] + weighted[k:] if k < n else total
    return spans


def _joined(sentences: Sequence[str], joiner: str, window: int) -> str:
    """One text; a lone surrogate, which no tokenizer takes, becomes a question mark."""
    return joiner.join(sentence[:window] for sentence in sentences)[:window].encode("utf-8", "replace").decode("utf-8")
