"""Noisy copies of gold documents: lines put in, sentences taken out, sentences torn.

The weights of the lattice learned from copies too (`align.lattice.noise`). These are made by other rules, and of lines
that neither they nor the boilerplate scorer have seen: `noise_lines.tsv` was written for this measurement, and no line
of it says what a line of another language says, so that a line put in is never the translation of one on the other
side. Languages it lacks get the openings of other documents.

Paragraph marks of a copy tell no more than those of the document: where it has one paragraph throughout, or one for
each sentence, so has the copy.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from pathlib import Path
from random import Random

from align.errors import SettingsError
from align.lattice.noise import GoldBead, Sample

Block = Sequence[str]
"""Lines to put in that are of a kind, and come one after another."""

_LINES = Path(__file__).with_name("noise_lines.tsv")
_BLOCK = 4
_OPENING = 6
"""Lines that another document lends."""
_RUNS = (1, 1, 2, 3, 5)
_GAPS = (1, 1, 2, 3)
_COMMAS = {"ja": "、", "zh": "，；", "ar": "،؛"}
_SHORTEST = 5
"""Characters of a torn-off piece."""
_LARGEST = 7
"""Sentences of a bead, which tearing does not exceed: no aligner would be asked for more."""


@dataclass(frozen=True, slots=True)
class Noise:
    """How much noise, in shares of a side's sentences, 0 to 1."""

    inserted: float = 0.0
    removed: float = 0.0
    torn: float = 0.0


@dataclass(frozen=True, slots=True)
class _Line:
    """`bead` numbers the gold bead; None is a line that gold does not speak of. `paragraph` None is one of its own."""

    text: str
    paragraph: int | None
    bead: int | None


def noisy(sample: Sample, noise: Noise, others: Sequence[Sample], seed: int) -> Sample:
    """A copy of `sample`; the same seed gives the same copy. `others` are documents that lend lines to put in.

    A line put in is null, what is torn stays in its bead, and what loses its counterpart becomes null.

    Raises:
        SettingsError: neither the written lines nor `others` have a language of the document.
    """
    random = Random(f"{seed} {sample.name} {noise}")
    gone = _gone(sample, noise.removed, random)
    room = [_LARGEST - sum(map(len, ids)) for ids in sample.gold]
    numbers = count(len(sample.gold))
    copies = []
    for side, lines in enumerate(_lines(sample)):
        kept = [line for line in lines if line.bead not in gone[side]]
        commas = _COMMAS.get(sample.languages[side], ",;")
        torn = _torn(kept, commas, _some(noise.torn, len(lines), random), room, random)
        stock = _endless(_blocks(sample, side, others, random), random)
        copies.append(_inserted(torn, _some(noise.inserted, len(lines), random), stock, numbers, random))
    return _sample(sample, copies)


def _blocks(sample: Sample, side: int, others: Sequence[Sample], random: Random) -> list[Block]:
    """The written lines of the side's language, and after them the openings of other documents.

    Documents that lend to one side lend nothing to the other.
    """
    code = sample.languages[side]
    written: list[Block] = []
    for kind in _written().get(code, {}).values():
        lines = random.sample(kind, len(kind))
        written += [lines[at : at + _BLOCK] for at in range(0, len(lines), _BLOCK)]
    lent = [
        [line for line in other.sentences[side] if len(line) > 1][:_OPENING]
        for other in others[side::2]
        if other.name != sample.name
    ]
    blocks = [*random.sample(written, len(written)), *random.sample(lent, len(lent))]
    if not any(blocks):
        raise SettingsError(f"{sample.name}: there are no lines of noise in the language {code}.")
    return blocks


@lru_cache(maxsize=1)
def _written() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The lines of `noise_lines.tsv` by language and kind."""
    lines: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with _LINES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            lines[row["lang"]][row["kind"]].append(row["line"])
    return lines


def _lines(sample: Sample) -> tuple[list[_Line], list[_Line]]:
    sides = []
    for side, (texts, paragraphs) in enumerate(zip(sample.sentences, sample.paragraphs, strict=True)):
        beads = {i: number for number, ids in enumerate(sample.gold) for i in ids[side]}
        alone = 1 < len(set(paragraphs)) == len(paragraphs)
        sides.append(
            [
                _Line(text, None if alone else paragraph, beads.get(i))
                for i, (text, paragraph) in enumerate(zip(texts, paragraphs, strict=True))
            ]
        )
    return sides[0], sides[1]


def _some(share: float, of: int, random: Random) -> int:
    """A share of a number, rounded up or down by chance, so that short documents get theirs on average."""
    return int(share * of + random.random()) if share else 0


def _gone(sample: Sample, share: float, random: Random) -> tuple[set[int], set[int]]:
    """Beads that lose their source, and others that lose their target, singly and in runs."""
    gone: tuple[set[int], set[int]] = (set(), set())
    two_sided = [number for number, ids in enumerate(sample.gold) if all(ids)]
    for side in (0, 1):
        left = _some(share, len(sample.sentences[side]), random)
        for start in random.sample(range(len(two_sided)), len(two_sided)):
            for number in two_sided[start : start + random.choice(_GAPS)]:
                size = len(sample.gold[number][side])
                if size <= left and number not in gone[0] | gone[1]:
                    gone[side].add(number)
                    left -= size
            if not left:
                break
    return gone


def _torn(lines: Sequence[_Line], commas: str, most: int, room: list[int], random: Random) -> list[_Line]:
    """The lines, `most` of them in two where a comma stood, or as many as have one.

    `room` is how many sentences more every bead may have, and becomes less.
    """
    places = {i: found for i, line in enumerate(lines) if (found := _places(line.text, commas))}
    chosen: dict[int, int] = {}
    for i in random.sample(sorted(places), len(places)):
        bead = lines[i].bead
        if len(chosen) < most and bead is not None and room[bead] > 0:
            room[bead] -= 1
            chosen[i] = random.choice(places[i])
    out = []
    for i, line in enumerate(lines):
        cut = [line.text[: chosen[i]], line.text[chosen[i] :]] if i in chosen else [line.text]
        out += [replace(line, text=text.strip()) for text in cut]
    return out


def _places(text: str, commas: str) -> list[int]:
    """Where a text may be torn: behind a comma that is not inside a number."""
    inner = range(_SHORTEST, len(text) - _SHORTEST + 1)
    return [at for at in inner if text[at - 1] in commas and not text[at].isdecimal()]


def _inserted(
    lines: Sequence[_Line], left: int, stock: Iterator[str], numbers: Iterator[int], random: Random
) -> list[_Line]:
    """The lines with `left` null lines put in, in runs, between paragraphs if there are any and never in a bead."""
    throughout = lines[0].paragraph if lines and len({line.paragraph for line in lines}) == 1 else None
    places = [0, *(at for at in range(1, len(lines)) if _is_open(lines[at - 1], lines[at], throughout)), len(lines)]
    runs: dict[int, list[_Line]] = defaultdict(list)
    while left:
        place = random.choices((places[0], places[-1], random.choice(places)), (1, 2, 7))[0]
        size = min(left, random.choice(_RUNS))
        runs[place] += [_Line(next(stock), throughout, next(numbers)) for _ in range(size)]
        left -= size
    return [line for at in range(len(lines) + 1) for line in (*runs[at], *lines[at : at + 1])]


def _is_open(before: _Line, after: _Line, throughout: int | None) -> bool:
    if before.bead is not None and before.bead == after.bead:
        return False
    return after.paragraph is None or after.paragraph != before.paragraph or throughout is not None


def _endless(blocks: Sequence[Block], random: Random) -> Iterator[str]:
    """Every line once, block by block in the order given, then all again in any order."""
    while True:
        for block in blocks:
            yield from block
        blocks = random.sample(blocks, len(blocks))


def _sample(sample: Sample, sides: Sequence[Sequence[_Line]]) -> Sample:
    beads: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, lines in enumerate(sides):
        for i, line in enumerate(lines):
            if line.bead is not None:
                beads[line.bead][side].append(i)
    gold: list[GoldBead] = []
    for src, tgt in beads.values():
        if src and tgt:
            gold.append((tuple(src), tuple(tgt)))
        else:
            gold += [((i,), ()) for i in src] + [((), (j,)) for j in tgt]
    return Sample(
        sample.name,
        sample.languages,
        (tuple(line.text for line in sides[0]), tuple(line.text for line in sides[1])),
        (_paragraphs(sides[0]), _paragraphs(sides[1])),
        tuple(sorted(gold)),
    )


def _paragraphs(lines: Sequence[_Line]) -> tuple[int, ...]:
    numbers: list[int] = []
    for i, line in enumerate(lines):
        new = not i or line.paragraph is None or line.paragraph != lines[i - 1].paragraph
        numbers.append((numbers[-1] if numbers else -1) + new)
    return tuple(numbers)
