"""Noisy copies of clean pairs, as scraping and free translation make them.

Every operation keeps gold right: what it inserts is null, what it tears stays in its bead, what it joins becomes
one bead, and what it removes leaves its counterpart alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from align.languages import language

GoldBead = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Sample:
    """A document pair with gold: sentences and their paragraph numbers on both sides, beads as index tuples."""

    name: str
    languages: tuple[str, str]
    sentences: tuple[tuple[str, ...], tuple[str, ...]]
    paragraphs: tuple[tuple[int, ...], tuple[int, ...]]
    gold: tuple[GoldBead, ...]


@dataclass(frozen=True)
class Bank:
    """What noise is made of, per language: boilerplate lines, sentences and headlines of unrelated documents."""

    boilerplate: Mapping[str, Sequence[str]]
    sentences: Mapping[str, Sequence[str]]
    headlines: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Level:
    """How noisy: shares of a side's lines, 0 to 1. `regroup` is of paragraph marks."""

    boilerplate: float = 0.0
    omitted: float = 0.0
    torn: float = 0.0
    joined: float = 0.0
    regroup: float = 0.0
    copied: float = 0.0


@dataclass(eq=False)
class _Line:
    text: str
    paragraph: float
    bead: _Bead | None


@dataclass(eq=False)
class _Bead:
    """`torn` are the sides on which one of its lines was torn."""

    sides: tuple[list[_Line], list[_Line]] = field(default_factory=lambda: ([], []))
    torn: set[int] = field(default_factory=set)


def noisy(sample: Sample, level: Level, bank: Bank, random: Random, open_tears: bool = False) -> Sample:
    """A copy of `sample` with noise of the given level; the same `random` state gives the same copy.

    With `open_tears` gold says nothing of beads torn on both sides, whose pieces may correspond one by one.
    """
    sides = _lines(sample)
    for side in (0, 1):
        code = sample.languages[side]
        _regroup(sides[side], level.regroup, random)
        _omit(sides[side], side, level.omitted, random)
        _join(sides[side], side, code, level.joined, random)
        _tear(sides[side], side, code, level.torn, random)
        _copy(sides[side], side, level.copied, random)
        _insert(sides[side], side, code, level.boilerplate, bank, random)
    return _sample(sample, sides, open_tears)


def _lines(sample: Sample) -> tuple[list[_Line], list[_Line]]:
    sides = tuple(
        [_Line(text, float(p), None) for text, p in zip(texts, paragraphs, strict=True)]
        for texts, paragraphs in zip(sample.sentences, sample.paragraphs, strict=True)
    )
    for ids in sample.gold:
        bead = _Bead()
        for side in (0, 1):
            for i in ids[side]:
                sides[side][i].bead = bead
                bead.sides[side].append(sides[side][i])
    return sides


def _sample(sample: Sample, sides: tuple[list[_Line], list[_Line]], open_tears: bool) -> Sample:
    at = [{id(line): i for i, line in enumerate(side)} for side in sides]
    beads = {id(line.bead): line.bead for side in sides for line in side if line.bead is not None}
    gold = []
    for bead in beads.values():
        if open_tears and bead.torn == {0, 1}:
            continue
        ids = tuple(tuple(sorted(at[s][id(line)] for line in bead.sides[s])) for s in (0, 1))
        if ids[0] and ids[1]:
            gold.append(ids)
        else:
            gold.extend(((i,), ()) for i in ids[0])
            gold.extend(((), (j,)) for j in ids[1])
    numbers = []
    for side in sides:
        number, last, row = -1, None, []
        for line in side:
            if line.paragraph != last:
                number, last = number + 1, line.paragraph
            row.append(number)
        numbers.append(tuple(row))
    texts = tuple(tuple(line.text for line in side) for side in sides)
    return Sample(sample.name, sample.languages, texts, tuple(numbers), tuple(sorted(gold, key=_order)))


def _order(ids) -> tuple:
    return (ids[0] or (-1,), ids[1] or (-1,))


def _regroup(side: list[_Line], share: float, random: Random) -> None:
    """Break paragraphs apart and run them together."""
    shift = 0.0
    for before, line in pairwise(side):
        before_p, line.paragraph = before.paragraph, line.paragraph + shift
        if random.random() < share:
            if line.paragraph == before_p:
                shift += 1.0
                line.paragraph += 1.0
            else:
                shift += before_p - line.paragraph
                line.paragraph = before_p


def _omit(side: list[_Line], which: int, share: float, random: Random) -> None:
    """Remove sentences, single and in runs; only whole sides of beads, so that gold stays certain."""
    left = share * len(side)
    while left >= 1 or random.random() < left:
        run = min(random.choice((1, 1, 1, 1, 2, 2, 3, 4, 6, 9)), max(1, round(left)))
        left -= run
        if len(side) < 4:
            return
        at = random.randrange(len(side))
        for line in side[at : at + run]:
            bead = line.bead
            if bead is None or len(bead.sides[which]) != 1 or len(side) < 4:
                continue
            bead.sides[which].remove(line)
            side.remove(line)
        if left <= 0:
            return


def _join(side: list[_Line], which: int, code: str, share: float, random: Random) -> None:
    """Run neighbouring sentences together into one line; debris next to a sentence is glued to it."""
    at = 0
    while at + 1 < len(side):
        one, two = side[at], side[at + 1]
        at += 1
        if random.random() >= share or one.bead is None or two.bead is None:
            continue
        size = sum(map(len, one.bead.sides)) + sum(map(len, two.bead.sides))
        if one.bead is not two.bead and size > 6:
            continue
        one.text += language(code).joiner + two.text
        two.bead.sides[which].remove(two)
        if two.bead is not one.bead:
            for s in (0, 1):
                for line in two.bead.sides[s]:
                    line.bead = one.bead
                    one.bead.sides[s].append(line)
            one.bead.torn |= two.bead.torn
        side.remove(two)


_BREAKS = {"ja": "、はがをにで", "zh": "，、；"}
_DEBRIS = {"ja": ("。", "", "", ""), "zh": ("。", "", "")}


def _tear(side: list[_Line], which: int, code: str, share: float, random: Random) -> None:
    """Tear sentences in two or three where a stripped link or a comma stood."""
    at = 0
    while at < len(side):
        line = side[at]
        at += 1
        if random.random() >= share or len(line.text) < 16 or line.bead is None:
            continue
        pieces = [line.text]
        for _ in range(random.choice((1, 1, 1, 2))):
            places = _places(pieces[-1], code, random)
            if not places:
                break
            place = random.choice(places)
            pieces[-1:] = [pieces[-1][:place].strip(), pieces[-1][place:].strip()]
        pieces = [p for p in pieces if p]
        if len(pieces) < 2 or sum(map(len, line.bead.sides)) + len(pieces) > 7:
            continue
        apart = random.random() < 0.3
        texts = [p + random.choice(_DEBRIS.get(code, ("", "", "."))) for p in pieces[:-1]] + pieces[-1:]
        new = [_Line(text, line.paragraph + (k / 8 if apart else 0), line.bead) for k, text in enumerate(texts)]
        if apart:
            for later in side[at:]:
                if later.paragraph != line.paragraph:
                    break
                later.paragraph = new[-1].paragraph
        old = line.bead.sides[which]
        place = old.index(line)
        old[place : place + 1] = new
        line.bead.torn.add(which)
        side[at - 1 : at] = new
        at += len(new) - 1


def _places(text: str, code: str, random: Random) -> list[int]:
    """Where a text may be torn: after commas, now and then at any word; at least five characters from either end."""
    inner = range(5, len(text) - 4)
    if code in _BREAKS:
        marks = _BREAKS[code] if random.random() < 0.5 else _BREAKS[code][0]
        return [p for p in inner if text[p - 1] in marks] or list(inner)
    if random.random() < 0.5:
        commas = [p for p in inner if text[p - 1] in ",;:—"]
        if commas:
            return commas
    return [p for p in inner if text[p] == " "]


def _copy(side: list[_Line], which: int, share: float, random: Random) -> None:
    """Pull quotes: a sentence of the document stands once more, a few lines away, in a paragraph of its own."""
    for _ in range(int(share * len(side) + random.random())):
        line = random.choice(side)
        if len(line.text) < 15:
            continue
        far = random.choice((-1, 1)) * random.randrange(2, 9)
        _put(side, which, line.text, min(max(side.index(line) + far, 0), len(side)))


def _put(side: list[_Line], which: int, text: str, at: int) -> int:
    """Insert a null line as its own paragraph at a paragraph boundary near `at`; gives where it went."""
    while 0 < at < len(side) and side[at].paragraph == side[at - 1].paragraph and side[at].bead is not None:
        at += 1
    before = side[at - 1].paragraph if at else (side[0].paragraph - 2 if side else 0.0)
    after = side[at].paragraph if at < len(side) else before + 2
    line = _Line(text, (before + after) / 2 if after > before else before + 1e-6, _Bead())
    line.bead.sides[which].append(line)
    side.insert(at, line)
    return at


def _insert(side: list[_Line], which: int, code: str, share: float, bank: Bank, random: Random) -> None:
    """Put in boilerplate: runs of lines between paragraphs, thicker at the document's two ends."""
    stock = [bank.boilerplate.get(code, ()), bank.headlines.get(code, ()), bank.sentences.get(code, ())]
    left = round(share * len(side) * random.uniform(0.6, 1.4)) if any(stock) else 0
    while left > 0:
        run = min(left, random.choice((1, 1, 1, 2, 2, 3, 4, 6)))
        left -= run
        place = random.random()
        at = 0 if place < 0.12 else len(side) if place < 0.3 else random.randrange(len(side) + 1)
        weights = (1, 8, 2) if random.random() < 0.25 else (8, 1, 1)  # a run of teasers, or anything
        weights = [w * bool(lines) for w, lines in zip(weights, stock, strict=True)]
        for _ in range(run):
            (lines,) = random.choices(stock, weights)
            at = _put(side, which, random.choice(lines), at) + 1
