"""Noisy copies of gold documents to learn from: how many, how noisy, and of what lines the noise is made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from random import Random

from align.boilerplate.material import FOLDS, Line, boilerplate_lines, fold_of
from align.lattice.noise import Bank, Level, Sample, noisy
from align.samples import Collection, with_paragraphs


def make_samples(collections: Sequence[tuple[Collection, int]], seed: int, open_tears: bool = False) -> list[Sample]:
    """Every document as it is, and its noisy copies, so many of each; `open_tears` as for `noisy`."""
    banks = [make_bank([collection for collection, _ in collections], fold) for fold in range(FOLDS)]
    samples = []
    for collection, copies in collections:
        for sample in collection.samples:
            samples.append(sample)
            bank = banks[fold_of(sample.name)]
            random = Random(f"{seed} {sample.name}")
            for _ in range(copies):
                copy = with_paragraphs(sample, random)
                samples.append(noisy(copy, _level(random), bank, random, open_tears))
    return samples


def _level(random: Random) -> Level:
    """A kind of noise: three in five a scraped page, one a free translation, one a page torn to pieces."""
    pick = random.choice
    kind = random.random()
    if kind < 0.6:
        return Level(pick((0.15, 0.3, 0.5, 0.7)), pick((0, 0.03, 0.1)), pick((0, 0, 0.05, 0.1)), pick((0, 0.02, 0.05)),
                     pick((0.05, 0.2, 0.4)), pick((0, 0.02, 0.04)))  # fmt: skip
    if kind < 0.8:
        return Level(pick((0, 0.03, 0.08)), pick((0.02, 0.05, 0.15)), 0, pick((0.03, 0.1)), 0.1)
    return Level(0.1, 0.05, pick((0.1, 0.2)), 0.05, 0.2, 0.01)


def make_bank(collections: Sequence[Collection], fold: int) -> Bank:
    """A fold of the boilerplate that ships with the package; sentences and headlines of the gold documents themselves.

    Documents of a fold get lines of their own fold, and scores of a scorer that has seen neither.
    """
    boilerplate, headlines, sentences = defaultdict(list), defaultdict(list), defaultdict(list)
    for line in own_lines():
        if line.fold == fold:
            (headlines if line.kind == "related" else boilerplate)[line.language].append(line.text)
    for collection in collections:
        for sample in collection.samples:
            for code, side in zip(sample.languages, sample.sentences, strict=True):
                headlines[code].append(side[0])
                sentences[code].extend(side[2:6])
    return Bank(boilerplate, sentences, headlines)


@lru_cache(maxsize=1)
def own_lines() -> tuple[Line, ...]:
    """The lines of boilerplate that ship with the package."""
    return boilerplate_lines()
