"""Gold documents as they are and spoilt in the ways that a verdict must tell apart: what `benchmarks.verdict` tries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np

from align.encode.use import UseEncoder
from align.lattice.noise import Sample
from align.samples import read_collection
from benchmarks.gold import ROOT, SHARED, document_of

Line = tuple[str, int, int]
"""A sentence: text, paragraph, and the gold bead it belongs to; -1 for none, and for one of another document."""


_SHORTEST, _LONGEST = 4, 220
"""Sentences of a document, or of a stretch of one, on either side."""


@dataclass(frozen=True)
class Case:
    """A made pair of documents: what became of which document, and whether that is held out of the fitting."""

    name: str
    kind: str
    held_out: bool
    languages: tuple[str, str]
    sides: tuple[tuple[Line, ...], tuple[Line, ...]]
    moved: frozenset[int] = frozenset()

    @property
    def share(self) -> float:
        """Of all characters, those of gold beads that are still whole on both sides or in part."""
        common = {bead for _, _, bead in self.sides[0]} & {bead for _, _, bead in self.sides[1]} - {-1}
        lines = [line for side in self.sides for line in side]
        return sum(len(text) for text, _, bead in lines if bead in common) / sum(len(text) for text, _, _ in lines)


def documents(limit: int, shared: Path = SHARED) -> dict[str, list[list[Sample]]]:
    """Gold documents by collection, each a list of its chunks of at most 80 beads; `limit` documents of each."""
    gold = shared / "gold"
    paths = [
        *sorted(gold.glob("ntrex/*.tsv")), *sorted(gold.glob("*/ja-en.tsv")), *sorted(gold.glob("rustbook/*.tsv")),
        *sorted(gold.glob("opus-books/*")), *sorted(gold.glob("textberg-*")), ROOT / "corpora/training",
    ]  # fmt: skip
    found: dict[str, list[list[Sample]]] = {}
    for path in paths:
        chunks: dict[str, list[Sample]] = {}
        for sample in read_collection(path, to_score=True).samples:
            if (
                all(map(UseEncoder().knows, sample.languages))
                and min(map(len, sample.sentences)) >= _SHORTEST
                and max(map(len, sample.sentences)) <= _LONGEST
            ):
                chunks.setdefault(document_of(sample), []).append(sample)
        names = sorted(chunks)
        Random(path.name).shuffle(names)
        if names:
            found[f"{path.parent.name}/{path.stem}"] = [
                chunks[name] for name in names[: limit if len(names) > 1 else 1]
            ]
    return found


def cases(limit: int, seed: int) -> Iterator[Case]:
    """Every document as it is, and spoilt in every way. Every third document is held out."""
    found = documents(limit)
    everything = [sample for each in found.values() for chunks in each for sample in chunks[:6]]
    for collection, each in found.items():
        flat = [(chunk, number) for number, chunks in enumerate(each) for chunk in chunks[:6]]
        for at, (sample, number) in enumerate(flat):
            if len(each) == 1:
                number = at // 2  # of a book, every third pair of chapters
            random = Random(f"{seed} {collection} {at}")
            pair = sample.languages
            near = [s for s, _ in flat[at + 1 : at + 2] + flat[:1] if s is not sample and s.languages == pair]
            far = [s for s in everything if s.languages == pair and s.name.split("/")[0] != sample.name.split("/")[0]]
            yield from _spoilt(sample, number % 3 == 0, near, random.sample(far, min(1, len(far))), random)


def _spoilt(sample: Sample, held: bool, near: list[Sample], far: list[Sample], random: Random) -> Iterator[Case]:
    src, tgt = _lines(sample)
    other = next(iter(far or near), None)

    def case(kind: str, tgt: Sequence[Line], src: Sequence[Line] = src, moved: frozenset[int] = frozenset()) -> Case:
        return Case(sample.name, kind, held, sample.languages, (tuple(src), tuple(tgt)), moved)

    yield case("parallel", tgt)
    if near:
        yield case("near", _foreign(_lines(near[0])[1]))
    if far:
        yield case("far", _foreign(_lines(far[0])[1]))
    size = random.randrange(1, 4)
    beads = {bead for _, _, bead in tgt[: 3 * size]} - {-1}
    few = frozenset(sorted(beads)[:size])
    start = [line for line in src if line[2] in few]
    yield case("short", [line for line in tgt if line[2] in few], start)
    if near:
        yield case("short-near", _foreign(_lines(near[0])[1])[:size], start)
    if other and len(tgt) >= 8:
        lines = _foreign(_lines((near or far)[0])[1])
        for share in random.sample((0.2, 0.35, 0.5, 0.65, 0.8), 2):
            size = round(len(tgt) * share)
            start = random.choice((0, len(tgt) - size, random.randrange(len(tgt) - size + 1)))
            yield case("partial", [*tgt[:start], *(lines * 9)[:size], *tgt[start + size :]])
        size = random.randrange(len(tgt) // 3, len(tgt))
        extra = _foreign(_lines(other)[1])
        yield case("extra", [*tgt, *(extra * 9)[:size]] if random.random() < 0.5 else [*(extra * 9)[:size], *tgt])
    blocks = _blocks(sample, tgt)
    if len(blocks) >= 12:
        sizes = [random.randrange(3, 9) for _ in range(len(blocks))]
        starts = np.cumsum([0, *sizes])
        pieces = [blocks[a:b] for a, b in pairwise(starts) if blocks[a:b]]
        in_order = [line for piece in pieces for block in piece for line in block]
        random.shuffle(pieces)
        shuffled = [line for piece in pieces for block in piece for line in block]
        if shuffled != in_order:
            yield case("reordered", shuffled)
    if len(blocks) >= 22:
        size = random.randrange(2, 9)
        start = random.randrange(len(blocks) - size + 1)
        rest, block = blocks[:start] + blocks[start + size :], blocks[start : start + size]
        places = [p for p in range(len(rest) + 1) if abs(p - start) >= 10]
        if places:
            place = random.choice(places)
            yield case(
                "moved", [line for b in rest[:place] + block + rest[place:] for line in b],
                moved=frozenset(line[2] for b in block for line in b if line[2] >= 0),
            )  # fmt: skip


def _blocks(sample: Sample, tgt: list[Line]) -> list[list[Line]]:
    """The target's lines by gold bead, those without a partner with the bead before them."""
    blocks: list[list[Line]] = []
    for line in tgt:
        if blocks and (line[2] == blocks[-1][-1][2] or line[2] == -1):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _foreign(lines: Sequence[Line]) -> list[Line]:
    return [(text, 10_000 + paragraph, -1) for text, paragraph, _ in lines]


def _lines(sample: Sample) -> tuple[list[Line], list[Line]]:
    bead_of: list[dict[int, int]] = [{}, {}]
    pairs = [bead for bead in sample.gold if all(bead)]
    for number, bead in enumerate(pairs):
        for side in (0, 1):
            bead_of[side].update(dict.fromkeys(bead[side], number))
    sides = []
    for side in (0, 1):
        paragraphs = sample.paragraphs[side]
        if len(set(paragraphs)) == 1:  # a table has none
            paragraphs = tuple(bead_of[side].get(i, i) // 3 for i in range(len(paragraphs)))
        texts = sample.sentences[side]
        sides.append([(text, paragraphs[i], bead_of[side].get(i, -1)) for i, text in enumerate(texts)])
    return sides[0], sides[1]
