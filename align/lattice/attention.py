"""In which of the other side's sentences every token finds its match."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from align.lattice.band import Band
from align.lattice.banded import Banded
from align.lattice.side import Side
from align.lattice.windows import scaled_to_unit

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_SENTENCES = 16  # of either side whose tokens are compared in one product
_SHARPNESS = 12.0  # of the soft match between tokens
_NULL = 0.45  # cosine at which a token is as likely to match nothing


def attention(source: Side, target: Side, band: Band) -> tuple[Banded, Banded]:
    """Share of source sentence i's tokens that find their match in target sentence j, and of j's in i; a row per i.

    Every token spreads one unit over the other side's sentences that its block compares it with and a null, by a
    softmax of its best cosine in each. Cosines are those of vectors less their side's mean. Both directions take the
    same products.
    """
    forward = sentence_table(band, len(source), len(target))
    backward = forward.like()
    units = _unit(source.tokens), _unit(target.tokens)
    waiting = _blocks(target, _columns(band, len(source), len(target), flip=True))
    for one in _blocks(source, _columns(band, len(source), len(target), flip=False)):
        while waiting and waiting[0].end <= one.first and waiting[0].last <= one.begin:
            waiting.pop(0).spread(backward, flip=True)
        for other in waiting:
            if one.end <= other.first and one.last <= other.begin:
                break
            cosines = units[0][one.tokens] @ units[1][other.tokens].T
            one.meet(other, np.maximum.reduceat(cosines, other.starts, axis=1).T)
            other.meet(one, np.maximum.reduceat(cosines, one.starts, axis=0))
        one.spread(forward, flip=False)
    for other in waiting:
        other.spread(backward, flip=True)
    return forward, backward


def sentence_table(band: Band, n: int, m: int) -> Banded:
    """An empty table of sentence pairs: row i holds the target sentences that some path may give to sentence i."""
    low, end = _columns(band, n, m, flip=False).T
    return Banded.zeros(low, end - 1)


def _columns(band: Band, n: int, m: int, flip: bool) -> Ints:
    """Per sentence of the one side, the range (first, last + 1) of the other's sentences in the band."""
    if not flip:
        first, last = band.low[:n].clip(0, m - 1), band.high[1 : n + 1]
    else:
        first = np.searchsorted(band.high[1:], np.arange(m), side="right").clip(0, n - 1)
        last = np.searchsorted(band.low[:n], np.arange(m), side="right")
    return np.stack([first, np.maximum(last, first + 1)], axis=1)


def _unit(rows: Floats) -> Floats:
    """Rows less their mean, as unit vectors."""
    return scaled_to_unit(rows - rows.mean(axis=0))


@dataclass(slots=True)
class _Block:
    """Sentences `first` to `last` (excluded) of one side, each of which is compared with its range in `ranges` of the
    other side, and their tokens with all of the ranges' union: `best` (others, t) are the best cosines of each token.

    `tokens` are theirs of the side's, `starts` where each sentence begins among these.
    """

    first: int
    ranges: Ints
    tokens: slice
    starts: Ints
    best: Floats | None = None

    @property
    def last(self) -> int:
        return self.first + len(self.ranges)

    @property
    def begin(self) -> int:
        """The first of the other side's sentences in any range."""
        return int(self.ranges[0, 0])

    @property
    def end(self) -> int:
        """The sentence after the last one in any range."""
        return int(self.ranges[-1, 1])

    def meet(self, other: _Block, cosines: Floats) -> None:
        """Note the best cosines (sentences of the other block, t), as far as they are in the ranges."""
        if self.best is None:
            self.best = np.full((self.end - self.begin, cosines.shape[1]), -np.inf, np.float32)
        first, last = max(self.begin, other.first), min(self.end, other.last)
        if first < last:
            self.best[first - self.begin : last - self.begin] = cosines[first - other.first : last - other.first]

    def spread(self, table: Banded, flip: bool) -> None:
        """Write every sentence's shares in the other side's sentences, rows of the table or, flipped, columns."""
        mass = np.exp(_SHARPNESS * (self.best - _NULL))
        mass /= mass.sum(axis=0) + 1.0
        sums = np.add.reduceat(mass, self.starts, axis=1)
        sums /= np.diff(self.starts, append=mass.shape[1])
        for at, (first, last) in enumerate(self.ranges.tolist()):
            others = np.arange(first, last)
            i, j = (others, self.first + at) if flip else (self.first + at, others)
            table.put(i, j, sums[others - self.begin, at])


def _blocks(side: Side, ranges: Ints) -> list[_Block]:
    blocks = []
    for first in range(0, len(side), _SENTENCES):
        last = min(first + _SENTENCES, len(side))
        starts = side.starts[first : last + 1]
        blocks.append(
            _Block(first, ranges[first:last], slice(int(starts[0]), int(starts[-1])), starts[:-1] - starts[0])
        )
    return blocks
