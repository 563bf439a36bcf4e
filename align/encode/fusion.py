"""Several encoders as one: `use+e5-small` finds pairs that either alone misses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.encode.centre import centred, unit
from align.encode.protocol import Encoder, Span, Vectors, rows_of
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
        shares = [np.float32(np.sqrt(weight)) for weight in weights]
        parts = [centred(part.encode(sentences, longest, joiner)) for part in self.parts]

        def beside(rows: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
            return unit(np.concatenate([share * row for share, row in zip(shares, rows, strict=True)], axis=-1))

        def refine(spans: Sequence[Span]) -> NDArray[np.float32]:
            return beside([part.refine(spans) if part.refine else part.spans[rows_of(spans)] for part in parts])

        return Vectors(
            spans=beside([part.spans for part in parts]),
            characters=sum(part.characters for part in parts),
            tokens=next((part.tokens for part in parts if part.tokens is not None), None),
            refine=refine if any(part.refine for part in parts) else None,
            encoder=self.name,
        )
