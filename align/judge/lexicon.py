"""The number words, months and weekdays of each language, from `numerals.tsv`.

A row of that table has a language, a kind, a value and words. A word that ends in `*` stands for all that begin with
it; one with a capital is found only with it, so that `may` is no month. The kinds:

    unit      a cardinal that adds: twenty + one; doscientos
    hundred   multiplies what stands before it: two hundred
    scale     multiplies, and closes a group: two thousand and one
    times     counts things by the dozen or the decade: two dozen, or two
    ordinal   third; also a third
    fixed     stands by itself, and for any of several values: half is 0.5, 50 (per cent), 30 (minutes) or 2 (parts)
    join      may stand inside a number: two hundred and one
    month     1 to 12
    weekday   1 to 7, from Monday
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("numerals.tsv")
_LONGEST_ENDING = 4
"""Letters that may follow the stem of a word that ends in `*`."""
_COMPOUNDS = ("de", "it", "nl")
"""Languages that write a number as one word."""
_PARTS = ("unit", "hundred", "scale", "join")


@dataclass(frozen=True, slots=True)
class Word:
    """What a word says about a number: its kind, and the values it may stand for."""

    kind: str
    values: tuple[float, ...]

    @property
    def value(self) -> float:
        return self.values[0]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language.

    `counts`: it has cardinals, so that a number in words is understood; `scales`: it has words such as million.
    """

    words: dict[str, Word]
    stems: dict[str, Word]
    part: re.Pattern[str] | None
    counts: bool
    scales: bool

    def find(self, word: str) -> list[Word]:
        """The numbers a word is made of, `zwei` and `hundert` for `zweihundert`; none where it is no number."""
        for form in dict.fromkeys((word, word.lower())):
            if form in self.words:
                return [self.words[form]]
            for end in range(len(form), max(0, len(form) - _LONGEST_ENDING - 1), -1):
                if form[:end] in self.stems:
                    return [self.stems[form[:end]]]
        if self.part is not None:
            parts = self.part.findall(word.lower())
            if sum(map(len, parts)) == len(word):
                return [self.words[part] for part in parts]
        return []


@lru_cache(maxsize=16)
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language code; an empty one where the table has nothing."""
    words: dict[str, Word] = {}
    stems: dict[str, Word] = {}
    for code, kind, value, forms in _table():
        if code == language:
            word = Word(kind, tuple(float(each) for each in value.split(",")))
            for form in forms.split():
                (stems if form.endswith("*") else words).setdefault(form.rstrip("*"), word)
    parts = sorted((form for form, word in words.items() if word.kind in _PARTS), key=lambda form: (-len(form), form))
    kinds = {word.kind for word in words.values()} | {word.kind for word in stems.values()}
    return Lexicon(
        words,
        stems,
        part=re.compile("|".join(map(re.escape, parts))) if language in _COMPOUNDS else None,
        counts="unit" in kinds,
        scales="scale" in kinds,
    )


@lru_cache(maxsize=1)
def _table() -> list[list[str]]:
    text = _TABLE.read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]
