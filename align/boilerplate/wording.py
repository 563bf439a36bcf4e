"""The wording of lines as hashed features: character n-grams, words, and pairs of words.

Hashing keeps the table of weights small and needs no vocabulary (Weinberger et al. 2009, "Feature hashing for large
scale multitask learning"). The same table serves every language: what two languages share, such as `Facebook`, they
share, and what they do not falls into buckets of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from align.boilerplate.characters import WORDS, Characters, Kind

BITS = 17
"""Buckets of the table are 2 to this power."""

_LONGEST = 5
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_PAIR = np.uint64(0xA0761D6478BD642F)
_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))


def grams(chars: Characters) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Bucket and line of every feature of every line, a bucket as often as it is found.

    N-grams have one to five characters; the breaks around a line count as characters, so that how a line begins and
    ends is told apart from what stands inside it.
    """
    codes = chars.codes.astype(np.uint64)
    is_break = chars.kinds == Kind.BREAK
    buckets, lines = [], []
    rolling = np.zeros(len(codes), dtype=np.uint64)
    inner = np.ones(len(codes), dtype=bool)  # no break among the characters after the first and before the last
    for size in range(1, _LONGEST + 1):
        count = len(codes) - size + 1
        if count <= 0:
            break
        last = codes[size - 1 :]
        rolling = (rolling[:count] + last) * _BASE + np.uint64(size)
        if size > 2:
            inner = inner[:count] & ~is_break[size - 2 : size - 2 + count]
        inner = inner[:count]
        kept = np.flatnonzero(inner & ~(is_break[:count] & (size == 1)))
        if size == 2:
            kept = kept[~(is_break[kept] & is_break[kept + 1])]  # an empty line
        buckets.append(_bucket(rolling[kept]))
        lines.append(chars.lines[kept])
    words, word_lines = _words(codes, chars)
    buckets.append(_bucket(words))
    lines.append(word_lines)
    if len(words) > 1:
        together = word_lines[1:] == word_lines[:-1]
        buckets.append(_bucket((words[:-1] * _PAIR + words[1:])[together]))
        lines.append(word_lines[1:][together])
    return np.concatenate(buckets), np.concatenate(lines)


def weigh(chars: Characters, table: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,): the sum of each line's weights over the square root of their number; 0 for an empty line."""
    buckets, lines = grams(chars)
    n = len(chars.starts)
    total = np.bincount(lines, weights=table[buckets], minlength=n)
    return (total / norms(lines, n)).astype(np.float32)


def whole(chars: Characters) -> NDArray[np.uint32]:
    """(n,) uint32: a hash of each line, the same for lines that differ in digits, capitals or white space only."""
    codes = chars.codes.astype(np.uint64)
    sums, inverse = _prefix_sums(codes)
    return (_mixed((sums[chars.ends] - sums[chars.starts]) * inverse[chars.starts]) >> np.uint64(32)).astype(np.uint32)


def norms(lines: NDArray[np.intp], n: int) -> NDArray[np.float64]:
    """(n,): the square root of the number of features of each line, at least 1."""
    return np.sqrt(np.maximum(1, np.bincount(lines, minlength=n)))


def _words(codes: NDArray[np.uint64], chars: Characters) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """Hash and line of every word."""
    inside = WORDS[chars.kinds]
    edges = np.diff(inside.astype(np.int8))  # the first and the last character are breaks
    starts, ends = np.flatnonzero(edges == 1) + 1, np.flatnonzero(edges == -1) + 1
    sums, inverse = _prefix_sums(codes)
    return (sums[ends] - sums[starts]) * inverse[starts], chars.lines[starts]


def _prefix_sums(codes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Sums of code x base^position up to each position, and base^-position; a stretch's hash is their difference
    brought back to position 0.
    """
    powers = np.cumprod(np.full(len(codes), _BASE))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(codes * powers)])
    return sums, np.cumprod(np.full(len(codes), _INVERSE))


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (hashes ^ (hashes >> np.uint64(29))) * _MIX


def _bucket(hashes: NDArray[np.uint64]) -> NDArray[np.intp]:
    return (_mixed(hashes) >> np.uint64(64 - BITS)).astype(np.intp)
