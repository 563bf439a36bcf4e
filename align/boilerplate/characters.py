"""Lines of text as one array of characters, so that counting over ten thousand of them stays inside numpy."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

_BREAK = ord("\n")
_ZERO = ord("0")


class Kind(IntEnum):
    """What a character is, as far as the shape of a line goes. Each character is of one kind."""

    BREAK = 0
    SPACE = 1
    LATIN_LOWER = 2
    LATIN_UPPER = 3
    LOWER = 4
    UPPER = 5
    LETTER = 6
    HAN = 7
    HIRAGANA = 8
    KATAKANA = 9
    HANGUL = 10
    DIGIT = 11
    STOP = 12
    QUESTION = 13
    COMMA = 14
    COLON = 15
    SEPARATOR = 16
    BRACKET = 17
    QUOTE = 18
    SYMBOL = 19


WORDS = np.isin(np.arange(len(Kind)), range(Kind.LATIN_LOWER, Kind.STOP))
"""(kinds,) bool: kinds that words are made of."""

_MARKS = {
    **dict.fromkeys(" \t", Kind.SPACE),
    **dict.fromkeys(".!。．！｡।؟", Kind.STOP),
    **dict.fromkeys("?？", Kind.QUESTION),
    **dict.fromkeys(",、，､;；،", Kind.COMMA),
    **dict.fromkeys(":：", Kind.COLON),
    **dict.fromkeys("|>›»·•/→・＞｜/\\‹«<←＜~〜", Kind.SEPARATOR),
    **dict.fromkeys("()[]{}【】〔〕（）［］《》〈〉", Kind.BRACKET),
    **dict.fromkeys("\"'“”‘’„‚「」『』`´", Kind.QUOTE),
}


@dataclass(frozen=True, slots=True)
class Characters:
    """`n` lines as `size` characters, each line between two breaks.

    `codes` (size,) uint32 are code points, in lower case and with every digit as 0; `kinds` (size,) uint8 are of
    `Kind`; `lines` (size,) intp is the line each character belongs to, a break to the line after it; `starts` (n,)
    is where each line's first character stands, `ends` (n,) the break after its last.
    """

    codes: NDArray[np.uint32]
    kinds: NDArray[np.uint8]
    lines: NDArray[np.intp]
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]


def characters(texts: Sequence[str]) -> Characters:
    """The lines with compatibility forms resolved (NFKC), white space folded, and no white space at their ends."""
    joined = "\n".join(["", *(" ".join(text.split()) for text in texts), ""])
    if not joined.isascii():
        joined = unicodedata.normalize("NFKC", joined)
    original = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    present = np.flatnonzero(np.bincount(original))
    codes, kinds = np.zeros((2, int(present[-1]) + 1), dtype=np.uint32)
    codes[present] = [_folded(code) for code in present.tolist()]
    kinds[present] = [_kind(chr(code)) for code in present.tolist()]
    breaks = np.flatnonzero(original == _BREAK)
    lines = np.cumsum(original == _BREAK) - 1
    return Characters(codes[original], kinds[original].astype(np.uint8), lines, breaks[:-1] + 1, breaks[1:])


def _folded(code: int) -> int:
    char = chr(code)
    return _ZERO if char.isdecimal() else ord(char.lower()[0])


def _kind(char: str) -> Kind:
    if char == "\n":
        return Kind.BREAK
    if char in _MARKS:
        return _MARKS[char]
    if char.isdecimal():
        return Kind.DIGIT
    if not char.isalpha():
        return Kind.LETTER if unicodedata.category(char)[0] == "M" else Kind.SYMBOL
    name = unicodedata.name(char, "")
    if char.islower() or char.isupper():
        latin = name.startswith("LATIN")
        return (Kind.LATIN_LOWER if latin else Kind.LOWER) if char.islower() else (
            Kind.LATIN_UPPER if latin else Kind.UPPER
        )  # fmt: skip
    for start, kind in (
        ("CJK", Kind.HAN),
        ("HIRAGANA", Kind.HIRAGANA),
        ("KATAKANA", Kind.KATAKANA),
        ("HANGUL", Kind.HANGUL),
    ):
        if name.startswith(start):
            return kind
    return Kind.LETTER
