"""When two rows are the same, or nearly so.

Near duplicates are found by MinHash (Broder 1997, "On the resemblance and containment of documents") with banding:
texts that share most of their shingles agree in all hashes of some band. What a band suggests is then measured.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Shingles = NDArray[np.uint64]

_SHINGLE = 3  # characters: fine enough for Chinese and Japanese, where a word has two
_HASHES = 32
_FOUND = 0.98
"""Share of the pairs exactly at the threshold that some band finds; above it nearly all are found."""
_PRIME = np.uint64(0x9E3779B97F4A7C15)


def folded(text: str) -> str:
    """The text in lower case, letters of one width, single spaces: what exact duplicates have in common."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def exact_key(src: str, tgt: str) -> bytes:
    """16 bytes that rows have in common whose sides are alike when `folded`."""
    text = f"{folded(src)}\t{folded(tgt)}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Likeness:
    """What near duplicates of a row are found by: the shingles of both sides, distinct and in order."""

    src: Shingles
    tgt: Shingles

    @classmethod
    def of(cls, src: str, tgt: str) -> Likeness:
        """That of a pair of texts."""
        return cls(_shingles(folded(src)), _shingles(folded(tgt)))

    def to(self, other: Likeness) -> float:
        """The smaller of both sides' Jaccard similarities, 0 to 1."""
        return min(_jaccard(self.src, other.src), _jaccard(self.tgt, other.tgt))

    def bands(self, threshold: float) -> list[int]:
        """Signed 64-bit numbers of which two rows have one in common if both sides' similarity reaches `threshold`.

        The sides' shingles are taken together: the similarity of the two unions is at least that of the lesser side.
        """
        width = _band_width(threshold)
        multipliers, shifts = _hashes()
        both = np.concatenate([self.src, ~self.tgt])
        smallest = (both[:, None] * multipliers + shifts).min(axis=0).reshape(-1, width)
        place = np.arange(len(smallest), dtype=np.uint64)
        mixed = place * _PRIME
        for column in smallest.T:
            mixed = (mixed ^ column) * _PRIME
            mixed ^= mixed >> np.uint64(29)
        return mixed.view(np.int64).tolist()


def _shingles(text: str) -> Shingles:
    codes = np.frombuffer(f" {text} ".encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    if len(codes) < _SHINGLE:
        codes = np.pad(codes, (0, _SHINGLE - len(codes)))
    windows = np.lib.stride_tricks.sliding_window_view(codes, _SHINGLE)
    packed = windows @ np.array([1 << 42, 1 << 21, 1], dtype=np.uint64)  # a code point has 21 bits
    mixed = packed * _PRIME
    return np.unique(mixed ^ (mixed >> np.uint64(32)))


def _jaccard(one: Shingles, other: Shingles) -> float:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


@lru_cache(maxsize=8)
def _band_width(threshold: float) -> int:
    """Hashes in a band: the most with which pairs at the threshold are found."""
    widths = (8, 4, 2)
    return next((w for w in widths if 1 - (1 - threshold**w) ** (_HASHES // w) >= _FOUND), 1)


@lru_cache(maxsize=1)
def _hashes() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Multipliers, which are odd, and shifts of the hash functions: the same on every machine."""
    words: Sequence[int] = np.frombuffer(
        b"".join(hashlib.blake2b(f"hash {i}".encode(), digest_size=16).digest() for i in range(_HASHES)), dtype="<u8"
    ).astype(np.uint64)
    pairs = np.asarray(words).reshape(_HASHES, 2)
    return pairs[:, 0] | np.uint64(1), pairs[:, 1]
