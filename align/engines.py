"""Which aligner turns two sides of sentences and vectors into beads: the lattice, or bertalign for comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from align.boilerplate import scores
from align.encode.protocol import Shows, Span, Vectors, rows_of
from align.errors import MissingExtra
from align.languages import language
from align.records import Bead, Sentence
from align.settings import AlignSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from align.lattice import Side, Weights

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int64]

SCRAPED = 0.25
"""Share of boilerplate among the lines of either side from which a document is a scraped page."""


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
        """Its name and what else of it decides the beads, as `lattice|weights:1a2b3c4d+5e6f7a8b`.

        Raises:
            MissingExtra: its package is not installed.
            SettingsError: its weights cannot be read.
        """

    def beads(self, source: SideInput, target: SideInput, settings: AlignSettings) -> list[Bead]:
        """The beads in order; every sentence of both sides stands in exactly one."""


@dataclass(frozen=True, slots=True)
class LatticeEngine:
    """The semi-Markov random field, with the weights of a file, or of those that ship the ones for such vectors and
    such documents."""

    weights: str | None = None

    @property
    def signature(self) -> str:
        from align.lattice import read_weights
        from align.lattice.weights import PAGES, SHIPPED, revision_of

        if self.weights is not None:
            return f"lattice|weights:{read_weights(self.weights).revision}"
        files = *SHIPPED.values(), *PAGES.values()
        return f"lattice|weights:{'+'.join(revision_of(file.read_bytes()) for file in files)}"

    def beads(self, source: SideInput, target: SideInput, settings: AlignSettings) -> list[Bead]:
        from align.lattice import align_document, align_sides, read_weights, shipped

        boilerplate = _boilerplate(source), _boilerplate(target)
        if self.weights is None:
            weights = shipped(_shows(source, target), scraped=all(map(_is_scraped, boilerplate)))
        else:
            weights = read_weights(self.weights)
        source, target = (_in_metric(side, weights) for side in (source, target))
        black_box = source.vectors.refine or target.vectors.refine

        def solve(one: Side, other: Side, numbers_s: Ints, numbers_t: Ints) -> list[Bead]:
            if black_box and len(one) and len(other):
                inputs = source, target
                one, other = refined(inputs, (one, other), (numbers_s, numbers_t), weights, settings.max_bead)
            return align_sides(one, other, weights, settings.max_bead)

        sides = (_side(side, scores, weights) for side, scores in zip((source, target), boilerplate, strict=True))
        return align_document(*sides, solve, settings.max_bead)


@dataclass(frozen=True, slots=True)
class BertalignEngine:
    """Bertalign's two dynamic programs. It gives no probabilities: confidence is the clipped cosine similarity.

    Every concatenation that a bead may hold goes through the encoder, as bertalign has it.
    """

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
            source.vectors.whole(),
            target.vectors.whole(),
            _bytes(source.sentences),
            _bytes(target.sentences),
            settings.max_bead,
        )


def engine_for(settings: AlignSettings) -> Engine:
    """The engine that `settings.engine` names."""
    return BertalignEngine() if settings.engine == "bertalign" else LatticeEngine(settings.weights)


def _shows(source: SideInput, target: SideInput) -> Shows:
    """What the encoder shows of both sides alike: a side without tokens has sentences for them."""
    one, other = source.vectors.shows, target.vectors.shows
    return one if one == other else "sentences"


def _in_metric(side: SideInput, weights: Weights) -> SideInput:
    """The side with its vectors in the metric of the weights, where they were learned from such vectors."""
    if weights.metric is None or side.vectors.encoder != weights.encoder:
        return side
    return replace(side, vectors=weights.metric.read(side.vectors))


def _boilerplate(side: SideInput) -> Floats:
    """The probability (n,) of every sentence that it is boilerplate."""
    return scores([s.text for s in side.sentences], [s.paragraph for s in side.sentences], side.language)


def _is_scraped(boilerplate: Floats) -> bool:
    return bool(boilerplate.size) and float((boilerplate > 0.5).mean()) >= SCRAPED


def _side(side: SideInput, boilerplate: Floats, weights: Weights) -> Side:
    from align.lattice import Side
    from align.marks import marks

    texts = [sentence.text for sentence in side.sentences]
    paragraphs = [sentence.paragraph for sentence in side.sentences]
    tokens, found = side.vectors.tokens, marks(texts, side.language)
    shown = (tokens.vectors, tokens.starts) if tokens else (None, None)
    read = Side.of(texts, paragraphs, side.vectors.spans, *shown, boilerplate, found)
    meaning = weights.meaning if side.vectors.encoder == weights.encoder else None
    return meaning.read(read) if meaning else read


def refined(
    inputs: tuple[SideInput, SideInput],
    sides: tuple[Side, Side],
    numbers: tuple[Ints, Ints],
    weights: Weights,
    max_bead: int,
) -> tuple[Side, Side]:
    """The sides, which have the sentences `numbers` of the inputs, with the vectors of those concatenations that the
    alignment turns on."""
    from align.lattice.model import weighed
    from align.refine import BUDGET, ROUNDS, Choice

    one, other = sides
    choice = Choice((_lengths(inputs[0], numbers[0]), _lengths(inputs[1], numbers[1])))
    for look in range(1, ROUNDS + 1):
        graph, _, probability = weighed(one, other, weights, max_bead)
        spans = choice.more(graph.beads, probability, BUDGET * look / ROUNDS)
        if not any(spans):
            break
        one, other = map(_with_encoded, (one, other), inputs, numbers, spans)
    return one, other


def _with_encoded(side: Side, given: SideInput, numbers: Ints, spans: Sequence[Span]) -> Side:
    """The side with the vectors of the concatenations `spans`, which count its own sentences; not across gaps."""
    spans = [(first, last) for first, last in spans if numbers[last] - numbers[first] == last - first]
    if given.vectors.refine is None or not spans:
        return side
    rows = side.spans.copy()
    rows[rows_of(spans)] = given.vectors.refine([(int(numbers[first]), int(numbers[last])) for first, last in spans])
    return replace(side, spans=rows)


def _lengths(side: SideInput, numbers: Ints) -> list[int]:
    joiner = len(language(side.language).joiner)
    return [len(side.sentences[number].text) + joiner for number in numbers.tolist()]


def _bytes(sentences: Sequence[Sentence]) -> list[int]:
    return [len(sentence.text.encode("utf-8", "replace")) for sentence in sentences]
