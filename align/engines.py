"""Which aligner turns two sides of sentences and vectors into beads: the lattice, or bertalign for comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from align.encode.protocol import Vectors
from align.errors import MissingExtra
from align.records import Bead, Sentence
from align.settings import AlignSettings

if TYPE_CHECKING:
    from align.lattice import Side


@dataclass(frozen=True, slots=True)
class SideInput:
    """One side of a document pair as an engine sees it. `vectors.spans` is (max_bead - 1, len(sentences), dim)."""

    sentences: Sequence[Sentence]
    vectors: Vectors
    language: str


class Engine(Protocol):
    """An aligner of two sides."""

    @property
    def signature(self) -> str:
        """Its name and what else of it decides the beads, as `lattice|weights:1a2b3c4d`.

        Raises:
            MissingExtra: its package is not installed.
            SettingsError: its weights cannot be read.
        """

    def beads(self, source: SideInput, target: SideInput, settings: AlignSettings) -> list[Bead]:
        """The beads in order; every sentence of both sides stands in exactly one."""


@dataclass(frozen=True, slots=True)
class LatticeEngine:
    """The semi-Markov random field, with the weights that ship or those of a file."""

    weights: str | None = None

    @property
    def signature(self) -> str:
        from align.lattice import read_weights

        return f"lattice|weights:{read_weights(self.weights).revision}"

    def beads(self, source: SideInput, target: SideInput, settings: AlignSettings) -> list[Bead]:
        from align.lattice import align_sides, read_weights

        return align_sides(_side(source), _side(target), read_weights(self.weights), settings.max_bead)


@dataclass(frozen=True, slots=True)
class BertalignEngine:
    """Bertalign's two dynamic programs. It gives no probabilities: confidence is the clipped cosine similarity."""

    @property
    def signature(self) -> str:
        from importlib.metadata import PackageNotFoundError, version

        try:
            return f"bertalign@{version('bertalign')}"
        except PackageNotFoundError:
            raise MissingExtra(
                "The engine bertalign needs the package bertalign, which is not installed; install it, on "
                "Python 3.12 or newer, with: pip install 'taiyaku[bertalign]'"
            ) from None

    def beads(self, source: SideInput, target: SideInput, settings: AlignSettings) -> list[Bead]:
        from align.bertalign_engine import bertalign_beads

        return bertalign_beads(
            source.vectors, target.vectors, _bytes(source.sentences), _bytes(target.sentences), settings.max_bead
        )


def engine_for(settings: AlignSettings) -> Engine:
    """The engine that `settings.engine` names."""
    return BertalignEngine() if settings.engine == "bertalign" else LatticeEngine(settings.weights)


def _side(side: SideInput) -> Side:
    from align.lattice import Side

    texts = [sentence.text for sentence in side.sentences]
    paragraphs = [sentence.paragraph for sentence in side.sentences]
    tokens = side.vectors.tokens
    if tokens is None:
        return Side.of(texts, paragraphs, side.vectors.spans)
    return Side.of(texts, paragraphs, side.vectors.spans, tokens.vectors, tokens.starts)


def _bytes(sentences: Sequence[Sentence]) -> list[int]:
    return [len(sentence.text.encode("utf-8", "replace")) for sentence in sentences]
