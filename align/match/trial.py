"""Trying a pair: the beginnings of both documents are aligned, and how much of them finds a partner is told."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from align.encode import Encoder
from align.encode.protocol import TokenVectors
from align.engines import Engine, SideInput
from align.languages import language
from align.match.records import Text
from align.records import Bead
from align.settings import AlignSettings

_HELD = 32
"""Encoded beginnings held, of about 4 MB each."""
_SHORTEST = 10
"""Sentences tried at least, where one document is much longer than the other."""


@dataclass(frozen=True, slots=True)
class Trial:
    """`aligned`, `confidence` and `similarity` as in `Evidence`."""

    aligned: float
    confidence: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Trials:
    """Aligns pair after pair; call it with documents in an order that lets it meet the same ones again soon."""

    encoder: Encoder
    engine: Engine
    settings: AlignSettings
    _sides: OrderedDict[str, SideInput] = field(default_factory=OrderedDict, init=False, repr=False, compare=False)

    def of(self, source: Text, target: Text) -> Trial:
        """What aligning two documents yields.

        Of documents longer than what is kept of them, beginnings that are the same share of both are taken.
        """
        longest = max(source.sentences / len(source.head), target.sentences / len(target.head))
        sides = [_beginning(self._side(text), _length(text, longest)) for text in (source, target)]
        return _figures(self.engine.beads(*sides, self.settings), *sides)

    def _side(self, text: Text) -> SideInput:
        side = self._sides.pop(text.path, None)
        if side is None:
            lines = [sentence.text for sentence in text.head]
            vectors = self.encoder.encode(lines, self.settings.max_bead - 1, language(text.language).joiner)
            # Once per document, and not again for every pair it is tried in.
            side = SideInput(text.head, replace(vectors, refine=None), text.language)
            if len(self._sides) >= _HELD:
                self._sides.popitem(last=False)
        self._sides[text.path] = side
        return side


def _length(text: Text, longest: float) -> int:
    return min(len(text.head), max(_SHORTEST, round(text.sentences / longest)))


def _beginning(side: SideInput, count: int) -> SideInput:
    """The first `count` sentences: a span ends at its sentence, so their vectors are those of the whole."""
    if count >= len(side.sentences):
        return side
    tokens = side.vectors.tokens
    if tokens is not None:
        tokens = TokenVectors(tokens.vectors[: tokens.starts[count]], tokens.starts[: count + 1])
    vectors = replace(side.vectors, spans=np.ascontiguousarray(side.vectors.spans[:, :count]), tokens=tokens)
    return SideInput(side.sentences[:count], vectors, side.language)


def _figures(beads: Sequence[Bead], source: SideInput, target: SideInput) -> Trial:
    lengths = [[len(sentence.text) for sentence in side.sentences] for side in (source, target)]
    pairs = [bead for bead in beads if not bead.is_null]
    if not pairs:
        return Trial(0.0, 0.0, 0.0)
    sizes = np.array([sum(lengths[0][i] for i in bead.src) + sum(lengths[1][i] for i in bead.tgt) for bead in pairs])
    confidence, similarity = np.array([(bead.confidence, bead.similarity) for bead in pairs]).T
    weights = sizes * confidence
    return Trial(
        aligned=float(weights.sum() / sum(map(sum, lengths))),
        confidence=float(weights.sum() / sizes.sum()),
        similarity=float((weights * similarity).sum() / max(weights.sum(), 1e-9)),
    )
