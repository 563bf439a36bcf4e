"""How alike a name in katakana and one in Latin letters sound, roughly: by their consonants.

Both are written as a string of consonant classes. Katakana puts vowels between consonants and has one sound where
English has two (r and l, b and v, h and f), so vowels count only at the beginning, and the classes are as coarse as
katakana is. Two strings are then compared by an edit distance in which what is often lost or mixed up costs less.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 24
"""Letters of a name that are looked at."""

_ROWS = {
    "k": "カキクケコヵヶ", "g": "ガギグゲゴ", "s": "サシスセソ", "z": "ザジズゼゾヂヅ",
    "t": "タチツテト", "d": "ダデド", "n": "ナニヌネノン", "h": "ハヒフヘホ", "b": "バビブベボヴ", "p": "パピプペポ",
    "m": "マミムメモ", "r": "ラリルレロ", "w": "ワヰヱヲ",
}  # fmt: skip
_KANA = {char: row for row, chars in _ROWS.items() for char in chars}
_GLIDE = re.compile("ウ(?=[ァィェォ])")
_VOWEL_START = re.compile("[アイウエオヤユヨァィゥェォ]")
_LATIN = (
    ("tch|ch|tsch|tz|ts|cz", "t"), ("sch|sh|sz", "s"), ("ph|pf", "h"), ("th", "t"), ("(?<=[aeiou])gh(?![aeiou])", ""),
    ("gn(?=[aeiou])", "n"), ("kn(?=[aeiou])", "n"), ("ck|cq|qu|q", "k"), ("c(?=[eiy])", "s"), ("c", "k"), ("x", "ks"),
    ("dg(?=e)|j", "z"), ("f", "h"), ("v", "b"), ("l", "r"),
)  # fmt: skip
_LATIN_RULES = tuple((re.compile(pattern), sound) for pattern, sound in _LATIN)
_MIXED_UP = {
    order: 0.4 for pair in "kg sz td bp nm ts zg hb zd hw bw tz tk aw ab".split() for order in (pair, pair[::-1])
}
"""What it costs to find another sound; 1 for pairs not listed."""
_LOST = {"r": 0.4, "h": 0.4, "w": 0.4, "g": 0.6, "t": 0.7, "s": 0.8, "a": 0.5}
"""What it costs to find a sound on one side only; 1 for those not listed. `a` is any vowel at the beginning."""
_LEAST_LOST = min(_LOST.values())


@lru_cache(maxsize=50_000)
def of_katakana(name: str) -> str:
    """The consonants of a name in katakana: `ptn` for プーチン."""
    name = name[:LONGEST]
    start = "a" if _VOWEL_START.match(name) and not _GLIDE.match(name) else ""
    return start + "".join(_KANA.get(char, "") for char in _GLIDE.sub("ワ", name))


@lru_cache(maxsize=50_000)
def of_latin(name: str) -> str:
    """The consonants of a name in Latin letters: `ptn` for Putin."""
    decomposed = unicodedata.normalize("NFKD", name[:LONGEST].casefold())
    letters = "".join(char for char in decomposed if "a" <= char <= "z")
    start = "a" if re.match("[aeiouy]", letters) else ""
    for pattern, sound in _LATIN_RULES:
        letters = pattern.sub(sound, letters)
    return start + re.sub("[aeiouy]", "", re.sub(r"([^aeiouy])\1+", r"\1", letters))


def together(sounds: list[str]) -> str:
    """The consonants of several words spoken as one."""
    return sounds[0] + "".join(sound.removeprefix("a") for sound in sounds[1:])


@lru_cache(maxsize=200_000)
def distance(ours: str, theirs: str) -> float:
    """Edit distance of two strings of consonants, over the length of the longer one: 0 to 1."""
    longer = max(1, len(ours), len(theirs))
    previous = [0.0]
    for sound in theirs:
        previous.append(previous[-1] + _LOST.get(sound, 1.0))
    for sound in ours:
        lost = _LOST.get(sound, 1.0)
        row = [previous[0] + lost]
        for at, other in enumerate(theirs):
            swap = 0.0 if sound == other else _MIXED_UP.get(sound + other, 1.0)
            row.append(min(previous[at] + swap, previous[at + 1] + lost, row[at] + _LOST.get(other, 1.0)))
        previous = row
    return previous[-1] / longer


def alike(ours: str, theirs: str, limit: float) -> bool:
    """Whether the distance is at most `limit`; cheap where the lengths alone say no."""
    if ours[:1] != theirs[:1] and ours[:1] + theirs[:1] not in _MIXED_UP:
        return False
    longer = max(len(ours), len(theirs))
    if abs(len(ours) - len(theirs)) * _LEAST_LOST > limit * longer:
        return False
    return distance(ours, theirs) <= limit
