"""The shape of lines: length, how they end, capitals, digits, symbols, script; whatever needs no vocabulary."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from align.boilerplate.characters import WORDS, Characters, Kind
from align.languages import LANGUAGES

NAMES = (
    "width", "width²", "≤4", "≤8", "≤16", "≤32", "≤64", ">160",
    "words", "stop", "question", "ellipsis", "colon", "inner stop", "comma", "commas",
    "capitals", "all capitals", "small first", "title case", "digit", "digits", "digit first",
    "separator", "bracket", "mark first", "quote", "symbols", "foreign", "all foreign", "no letter",
    "hiragana", "no hiragana",
)  # fmt: skip
"""What the columns of `shapes` are, in order."""

_BINS = (4, 8, 16, 32, 64)
_LATIN = (Kind.LATIN_LOWER, Kind.LATIN_UPPER)
_EAST = (Kind.HAN, Kind.HIRAGANA, Kind.KATAKANA, Kind.HANGUL)
_CLOSERS = np.isin(np.arange(len(Kind)), (Kind.QUOTE, Kind.BRACKET, Kind.SPACE))


def shapes(chars: Characters, language: str) -> NDArray[np.float32]:
    """(n, len(NAMES)) float32: the shape of every line of a document in `language`, all of the order of 1."""
    n = len(chars.starts)
    counts = np.bincount(chars.lines * len(Kind) + chars.kinds, minlength=(n + 1) * len(Kind))
    count = counts.reshape(-1, len(Kind))[:n].astype(np.float64)
    east, latin = count[:, _EAST].sum(axis=1), count[:, _LATIN].sum(axis=1)
    letters = count[:, Kind.LATIN_LOWER : Kind.DIGIT].sum(axis=1)
    upper = count[:, Kind.LATIN_UPPER] + count[:, Kind.UPPER]
    cased = upper + count[:, Kind.LATIN_LOWER] + count[:, Kind.LOWER]
    size = count[:, Kind.SPACE :].sum(axis=1)
    width = size + 1.5 * (east - count[:, Kind.HANGUL]) + count[:, Kind.HANGUL]
    at = _last(chars)
    first, before, last = chars.kinds[chars.starts], chars.kinds[at - 1], chars.kinds[at]
    starts, capital = _word_starts(chars, n)
    script = LANGUAGES[language].script if language in LANGUAGES else "Latn"
    own = latin if script == "Latn" else letters - latin
    share = np.log1p(width) / 4
    kana = count[:, Kind.HIRAGANA] / np.maximum(1, east)
    is_japanese = script == "Jpan"
    columns = [
        share,
        share**2,
        *(width <= edge for edge in _BINS),
        width > 160,
        np.log1p(starts) / 3,
        last == Kind.STOP,
        last == Kind.QUESTION,
        (last == Kind.STOP) & (before == Kind.STOP),  # NFKC writes an ellipsis as three full stops
        last == Kind.COLON,
        count[:, Kind.STOP] > (last == Kind.STOP),
        count[:, Kind.COMMA] > 0,
        np.log1p(count[:, Kind.COMMA]),
        upper / np.maximum(1, cased),
        (upper == cased) & (cased > 2),
        (first == Kind.LATIN_LOWER) | (first == Kind.LOWER),
        (capital / np.maximum(1, starts)) * (starts > 1),
        count[:, Kind.DIGIT] > 0,
        count[:, Kind.DIGIT] / np.maximum(1, size),
        first == Kind.DIGIT,
        count[:, Kind.SEPARATOR] > 0,
        count[:, Kind.BRACKET] > 0,
        ~WORDS[first] & (first != Kind.QUOTE),
        count[:, Kind.QUOTE] > 0,
        (count[:, Kind.SYMBOL] + count[:, Kind.SEPARATOR]) / np.maximum(1, size),
        1 - own / np.maximum(1, letters),
        (own == 0) & (letters > 0),
        letters == 0,
        kana * is_japanese,
        (kana == 0) & (east > 0) & is_japanese,
    ]
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def _last(chars: Characters) -> NDArray[np.intp]:
    """Where each line's last character stands, closing quotes and brackets passed over; its first where all are."""
    at = np.where(_CLOSERS[chars.kinds], 0, np.arange(len(chars.kinds)))
    before = np.maximum.accumulate(at)[np.maximum(chars.ends - 1, 0)]
    return np.maximum(before, chars.starts)


def _word_starts(chars: Characters, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Words of each line, and those that begin with a capital."""
    inside = WORDS[chars.kinds]
    at = np.flatnonzero(inside[1:] & ~inside[:-1]) + 1
    capital = np.isin(chars.kinds[at], (Kind.LATIN_UPPER, Kind.UPPER))
    lines = chars.lines[at]
    return (
        np.bincount(lines, minlength=n).astype(np.float64),
        np.bincount(lines, weights=capital, minlength=n),
    )
