"""One side of a document pair as the lattice reads it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from align.lattice.breaks import BREAKS, breaks, enclosed

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_TERMINATORS = frozenset(".!?。！？．｡…‼⁉।؟۔:;：；")
_LEADERS = frozenset(",;:、，)）」』】。.…")  # what only a torn-off piece begins with
_CLOSERS = frozenset("\"'”’»«」』）)]】〉》›")

__all__ = ["BREAKS", "SHAPES", "Marks", "Side"]

SHAPES = ("unterminated", "symbols", "digits", "capitals", "repeated", "foreign", "continues")


@dataclass(frozen=True, slots=True)
class Marks:
    """Numbers and names in a sentence. `shared` are those that may be found on the other side; `asked` are the numbers
    that should be, each with the marks that answer for it."""

    shared: frozenset[str] = frozenset()
    asked: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True)
class Side:
    """`lengths` (n,) characters that are not white space, `paragraphs` (n,) paragraph of each sentence,
    `shapes` (n, len(SHAPES)) float32 what a line looks like, `breaks` (n + 1, len(BREAKS)) which boundaries look like
    none, `enclosed` (n + 1,) which surely are none, `boilerplate` (n,) the probability that a line is no part of the
    text, `marks` per sentence the numbers and Latin names in it, `spans` (longest, n, dim) as `Vectors.spans`, `tokens`
    (t, dim) float32 and `starts` (n + 1,) as `TokenVectors`. `page` (N, dim) holds the vectors of all sentences of the
    document, and `places` (n,) says which of them these are: what stood next to a sentence is still known when it has
    been taken out.
    """

    lengths: Floats
    paragraphs: Ints
    shapes: Floats
    breaks: Floats
    enclosed: NDArray[np.bool_]
    boilerplate: Floats
    marks: tuple[Marks, ...]
    spans: Floats
    tokens: Floats
    starts: Ints
    page: Floats
    places: Ints

    def __len__(self) -> int:
        return len(self.lengths)

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        paragraphs: Sequence[int],
        spans: Floats,
        tokens: Floats | None = None,
        starts: Ints | None = None,
        boilerplate: Floats | None = None,
        marks: Sequence[Marks] | None = None,
    ) -> Side:
        """A side from its sentences and vectors. Without token vectors every sentence is its own one token.

        Without scores no line is thought boilerplate, and without marks no sentence has any.
        """
        n = len(texts)
        if tokens is None or starts is None:
            tokens, starts = spans[0], np.arange(n + 1, dtype=np.int64)
        empty = np.flatnonzero(np.diff(starts) == 0)
        if len(empty):  # a token of zeros: it is like no other
            tokens = np.insert(tokens, starts[empty], 0, axis=0)
            starts = starts + np.searchsorted(empty, np.arange(n + 1))
        lengths = np.array([max(1, len("".join(t.split()))) for t in texts], dtype=np.float32)
        return cls(
            lengths=lengths,
            paragraphs=np.asarray(paragraphs, dtype=np.int64),
            shapes=_shapes(texts).reshape(n, len(SHAPES)),
            breaks=breaks(texts),
            enclosed=enclosed(texts),
            boilerplate=np.zeros(n, np.float32) if boilerplate is None else boilerplate,
            marks=tuple(marks) if marks is not None else (Marks(),) * n,
            spans=spans,
            tokens=tokens,
            starts=starts,
            page=spans[0],
            places=np.arange(n, dtype=np.int64),
        )

    def take(self, kept: Ints) -> Side:
        """The side of the sentences `kept` alone, as if the others had never stood between them.

        The vector of a span across a gap is the mean of its unbroken runs' vectors, weighted by their lengths.
        """
        if len(kept) == len(self):
            return self
        counts = np.diff(self.starts)
        shown = np.zeros(len(self), bool)
        shown[kept] = True
        return replace(
            self,
            lengths=self.lengths[kept],
            paragraphs=self.paragraphs[kept],
            shapes=self.shapes[kept],
            breaks=np.concatenate([self.breaks[:1], self.breaks[kept + 1]]),
            enclosed=np.concatenate([self.enclosed[:1], self.enclosed[kept + 1]]),
            boilerplate=self.boilerplate[kept],
            marks=tuple(self.marks[i] for i in kept),
            spans=self._spans(kept),
            tokens=self.tokens[np.repeat(shown, counts)],
            starts=np.concatenate([[0], np.cumsum(counts[kept])]),
            places=self.places[kept],
        )

    def _spans(self, kept: Ints) -> Floats:
        longest = min(len(self.spans), len(kept))
        spans = np.zeros((len(self.spans), len(kept), self.spans.shape[2]), np.float32)
        for size in range(1, longest + 1):
            ends = np.arange(size - 1, len(kept))
            whole = kept[ends] - kept[ends - size + 1] == size - 1
            spans[size - 1, ends[whole]] = self.spans[size - 1, kept[ends[whole]]]
            for end in ends[~whole].tolist():
                spans[size - 1, end] = self._composed(kept[end - size + 1 : end + 1])
        return spans

    def _composed(self, ids: Ints) -> Floats:
        runs = np.split(ids, np.flatnonzero(np.diff(ids) > 1) + 1)
        total = sum(self.lengths[run].sum() * self.spans[len(run) - 1, run[-1]] for run in runs)
        return total / max(float(np.linalg.norm(total)), 1e-6)


def _shapes(texts: Sequence[str]) -> Floats:
    """Shape of every line, each figure between 0 and 1."""
    counts = Counter(texts)
    scripts = [_script_counts(text) for text in texts]
    total: Counter[str] = Counter()
    for script in scripts:
        total.update(script)
    main = {script for script, _ in total.most_common(1)}
    rows = []
    for text, script in zip(texts, scripts, strict=True):
        visible = [c for c in text if not c.isspace()]
        letters = sum(script.values())
        digits = sum(c.isdigit() for c in visible)
        words = [w for w in text.split() if w[:1].isalpha() and w[:1].lower() != w[:1].upper()]
        capitals = sum(w[:1].isupper() for w in words) / len(words) if words else 0.0
        rows.append((
            float(not _terminated(text)),
            1.0 - (letters + digits) / max(1, len(visible)),
            digits / max(1, len(visible)),
            capitals,
            float(counts[text] > 1),
            1.0 - sum(script[s] for s in main) / letters if letters else 0.0,
            float(visible[:1] != [] and (visible[0].islower() or visible[0] in _LEADERS)),
        ))  # fmt: skip
    return np.array(rows, dtype=np.float32)


def _terminated(text: str) -> bool:
    for c in reversed(text):
        if c in _CLOSERS or c.isspace():
            continue
        return c in _TERMINATORS
    return False


def _script_counts(text: str) -> Counter[str]:
    """Letters by script, Japanese and Chinese scripts as one."""
    return Counter(_script(c) for c in text if c.isalpha())


@lru_cache(maxsize=1 << 16)
def _script(c: str) -> str:
    if c < "\u0250":
        return "LATIN"
    word = unicodedata.name(c, "?").split()[0]
    return "CJK" if word in ("HIRAGANA", "KATAKANA", "CJK", "KATAKANA-HIRAGANA", "HALFWIDTH") else word
