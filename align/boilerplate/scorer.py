"""The probability that a line of a page is boilerplate."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from align.boilerplate import place, shape, wording
from align.boilerplate.characters import characters
from align.boilerplate.known import Lines
from align.boilerplate.label import labels

_SIZES = {
    "table": (1 << wording.BITS,),
    "shape": (len(shape.NAMES) + 1,),
    "fallback": (len(shape.NAMES) + 1,),
    "place": (len(place.NAMES) + 1,),
    "fallback_place": (len(place.NAMES) + 1,),
}
_STOCK = 3.0
"""What a line's logit gains when it is a stock phrase."""
_LABELLED = 4.0
"""What it gains when it is labelled as leading elsewhere, whatever the headline behind the label says."""
_BLOCK = 512
"""Lines that are worked on at once: what they need fits into the processor's cache, which makes it twice as fast."""
_CERTAIN = 0.999
"""Score of a line that is known to be boilerplate."""


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """A linear model of single lines, and one of their places on top of it.

    `stock` are hashes of the lines of boilerplate it was trained on: pages are full of phrases that all of them have.
    `labels` are hashes of those that announce other pages, which also stand before headlines (`label.labels`).
    `table` (2^17,) int8, times `step`, are the weights of the wording; `shape` (len(shape.NAMES) + 1,) those of the
    shape and, last, the bias. Both hold for `languages`. Any other language goes by shape alone, with `fallback`.
    `place` and `fallback_place` (len(place.NAMES) + 1,) likewise make the line's logit into the final one.
    `provenance` tells what the weights were learned from.
    """

    stock: NDArray[np.uint32]
    labels: NDArray[np.uint32]
    table: NDArray[np.int8]
    step: float
    shape: NDArray[np.float32]
    fallback: NDArray[np.float32]
    place: NDArray[np.float32]
    fallback_place: NDArray[np.float32]
    languages: tuple[str, ...]
    provenance: dict[str, Any]

    def scores(
        self, texts: Sequence[str], paragraphs: Sequence[int], language: str, known: Lines | None = None
    ) -> NDArray[np.float32]:
        """(n,) float32 in 0..1: the probability that each line of a page is boilerplate.

        `texts` are the page's lines in order, as the segmenter cuts them, `paragraphs` the number of the paragraph
        each stands in. Lines that `known` holds are boilerplate wherever they stand. That says nothing about their
        neighbours, for the text begins where a menu ends.

        Raises:
            ValueError: `texts` and `paragraphs` are of different lengths.
        """
        if len(texts) != len(paragraphs):
            raise ValueError(f"{len(texts)} lines, but {len(paragraphs)} paragraph numbers; give one for each line.")
        if not len(texts):
            return np.zeros(0, dtype=np.float32)
        logits = self.line_logits(texts, language)
        weights = self.place if language in self.languages else self.fallback_place
        final = place.places(logits, texts, paragraphs) @ weights[:-1] + weights[-1]
        score = 1 / (1 + np.exp(-final.astype(np.float64)))
        if known:
            score[[text in known for text in texts]] = _CERTAIN
        return score.astype(np.float32)

    def line_logits(self, texts: Sequence[str], language: str) -> NDArray[np.float32]:
        """(n,) float32: the logit that each line is boilerplate, by its own wording and shape alone."""
        parts = [self._logits(texts[at : at + _BLOCK], language) for at in range(0, len(texts), _BLOCK)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)

    def _logits(self, texts: Sequence[str], language: str) -> NDArray[np.float32]:
        chars = characters(texts)
        shapes = shape.shapes(chars, language)
        if language not in self.languages:
            return shapes @ self.fallback[:-1] + self.fallback[-1]
        table = self.table.astype(np.float32) * np.float32(self.step)
        logits = wording.weigh(chars, table) + shapes @ self.shape[:-1] + self.shape[-1]
        logits += np.float32(_STOCK) * np.isin(wording.whole(chars), self.stock)
        return logits + np.float32(_LABELLED) * np.isin(wording.whole(characters(labels(texts))), self.labels)

    def save(self, file: str | os.PathLike[str] | IO[bytes]) -> None:
        """Write the weights as an .npz; the same weights give the same bytes."""
        about = {"step": self.step, "languages": self.languages, "provenance": self.provenance}
        np.savez_compressed(
            file,
            about=np.array(json.dumps(about, ensure_ascii=False)),
            stock=self.stock,
            labels=self.labels,
            table=self.table,
            shape=self.shape,
            fallback=self.fallback,
            place=self.place,
            fallback_place=self.fallback_place,
        )

    @classmethod
    def load(cls, file: str | os.PathLike[str] | IO[bytes]) -> Scorer:
        """Read what `save` wrote.

        Raises:
            ValueError: weights of another version of this package.
        """
        with np.load(file, allow_pickle=False) as arrays:
            sizes = {name: arrays[name].shape for name in _SIZES}
            if sizes != _SIZES:
                raise ValueError(f"Boilerplate weights of another version: sizes are {sizes}, and should be {_SIZES}.")
            about = json.loads(str(arrays["about"]))
            return cls(
                step=about["step"],
                languages=tuple(about["languages"]),
                provenance=about["provenance"],
                stock=arrays["stock"],
                labels=arrays["labels"],
                **{name: arrays[name] for name in _SIZES},
            )


@lru_cache(maxsize=1)
def default_scorer() -> Scorer:
    """The scorer with the weights that ship."""
    with resources.files("align.boilerplate").joinpath("weights.npz").open("rb") as file:
        return Scorer.load(file)


def scores(
    texts: Sequence[str], paragraphs: Sequence[int], language: str, known: Lines | None = None
) -> NDArray[np.float32]:
    """(n,) float32 in 0..1: the probability that each line of a page is boilerplate. See `Scorer.scores`."""
    return default_scorer().scores(texts, paragraphs, language, known)
