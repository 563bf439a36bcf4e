"""Several encoders as one: `use+e5-small` finds pairs that either alone misses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from align.encode.centre import centre, unit
from align.encode.protocol import Encoder, Vectors
from align.errors import SettingsError


@dataclass(frozen=True, slots=True)
class FusedEncoder:
    """The parts' vectors side by side, so that a cosine is the weighted mean of the parts' cosines.

    Each part is centred first: left as they are, a part whose cosines all lie close together would only add a
    constant. `weights` are the shares of the parts in that mean; None gives all the same, which for use+e5-small is
    as good as any from 0.4 to 0.7 for use (NTREX ja-en, margin retrieval).

    Raises:
        SettingsError: no parts, or weights that do not fit them.
    """

    parts: tuple[Encoder, ...]
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not self.parts:
            raise SettingsError("A fused model has no parts; it needs at least one.")
        weights = self.weights
        if weights is not None and (len(weights) != len(self.parts) or not all(weight > 0 for weight in weights)):
            raise SettingsError(f"weights are {weights}; {len(self.parts)} positive numbers were expected.")

    @property
    def name(self) -> str:
        return "+".join(part.name for part in self.parts)

    @property
    def revision(self) -> str:
        return "+".join(part.revision for part in self.parts)

    def knows(self, language: str) -> bool:
        return all(part.knows(language) for part in self.parts)

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        """`Vectors` whose dim is the sum of the parts'; tokens are those of the first part that has any."""
        weights = self.weights or (1.0,) * len(self.parts)
        encoded = [part.encode(sentences, longest, joiner) for part in self.parts]
        spans = unit(
            np.concatenate(
                [
                    np.float32(np.sqrt(weight)) * centre(vectors.spans)
                    for weight, vectors in zip(weights, encoded, strict=True)
                ],
                axis=-1,
            )
        )
        tokens = next((vectors.tokens for vectors in encoded if vectors.tokens is not None), None)
        return Vectors(spans=spans, characters=sum(vectors.characters for vectors in encoded), tokens=tokens)
