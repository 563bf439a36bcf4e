"""Blocks of sentences that stand elsewhere in the translation: found, marked, and on request aligned.

An alignment is monotone, so a moved block is left over on both sides. What is left over is compared once more, without
regard to its place: a pair of sentences counts by its margin, the cosine less what either is like elsewhere in the
other document (Artetxe and Schwenk 2019), so lines that repeat count nothing. A block is a chain of such pairs that
rises on both sides and leaves out no more than a few sentences.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from align.encode.protocol import Refine, TokenVectors
from align.engines import Engine, SideInput
from align.records import Bead
from align.settings import AlignSettings
from align.verdict import Background, likely, sizes_of

FLAG = "moved"

_UNLIKELY = 0.2
"""Probability of translating each other below which the sentences of a row count as left over too."""
_LINKS, _LEAST = 0.2, 0.6
"""Margins, in deviations of the background, from which a pair of sentences may be in a block, and speaks for one."""
_ENOUGH, _ALONE = 2.0, 3.5
"""Evidence that a block needs, and that a single pair does: what pairs have above `_LEAST`, short ones counted less, so
that a heading or the word "Advertisement" is none."""
_MOST = 1.9
"""Evidence that one pair of a block may give, so that no other comes in on its strength."""
_FULL = 60
"""Characters, both sides together, from which a pair counts in full."""
_REACH, _SKIP = 3, 0.3
"""How far a block's next pair may be, in sentences of either side, and the evidence that each one between costs."""
_NEIGHBOURS = 4
"""Most similar sentences of the other document, besides the partner, that a margin is taken against."""
_BEST = 3
"""Partners of a sentence that are looked at."""
_ELSEWHERE = 20_000
"""Most sentences of the other document that these are sought among, where fewer are left over: all of a novel. In a
longer one, comparing what is left over with all the rest would take time in the square of its length."""
_BLOCK, _CELLS = 512, 1 << 23
"""Most rows of a matrix of similarities in memory at a time, and most cells."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Block:
    """Source sentences from `src[0]` to before `src[1]`, whose counterpart is the target sentences of `tgt`."""

    src: tuple[int, int]
    tgt: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A source and a target sentence, both left over, and the evidence they give, below 0 if it is against a block."""

    src: int
    tgt: int
    score: float


def settle_moved(
    beads: Sequence[Bead],
    source: SideInput,
    target: SideInput,
    found: Background,
    engine: Engine,
    settings: AlignSettings,
) -> tuple[list[Bead], list[bool]]:
    """The beads, with moved blocks aligned where the settings want them to be; and for each whether it moved."""
    blocks = find_moved(beads, source, target, found)
    settled = reordered(beads, blocks, source, target, engine, settings) if settings.reorder else list(beads)
    return settled, moved(settled, blocks)


def find_moved(beads: Sequence[Bead], source: SideInput, target: SideInput, found: Background) -> list[Block]:
    """The moved blocks of an alignment, the surest first; no sentence is in two of them.

    Sentences in rows with two sides count as left over where the sides have nothing to do with each other.
    """
    vectors = source.vectors.spans[0], target.vectors.spans[0]
    rows = _rows_of(beads)
    lengths = [[len(sentence.text) for sentence in side.sentences] for side in (source, target)]
    fitting = likely(beads, sizes_of(beads, *lengths), found)
    free = [[i for i, row in enumerate(at) if fitting[row] < _UNLIKELY] for at in rows]
    anchors = np.flatnonzero(fitting >= _UNLIKELY).tolist()
    if not all(free) or not anchors:
        return []
    cells = [
        _Cell(i, j, (margin - _LEAST) * min(1.0, (lengths[0][i] + lengths[1][j]) / _FULL))
        for i, j, margin in _margins(*vectors, *free, found)
        if margin > _LINKS and _apart(rows[0][i], rows[1][j], anchors)
    ]
    return _blocks(cells, *map(_runs, free))


def reordered(
    beads: Sequence[Bead],
    blocks: Sequence[Block],
    source: SideInput,
    target: SideInput,
    engine: Engine,
    settings: AlignSettings,
) -> list[Bead]:
    """The beads with every block aligned, at its place in the source; every sentence stands in exactly one still.

    What else a row held whose sentences moved becomes null rows.
    """
    starts = {block.src[0]: block for block in blocks}
    gone = _sentences(blocks)
    found: list[Bead] = []
    for bead, is_moved in zip(beads, moved(beads, blocks), strict=True):
        if not is_moved:
            found.append(bead)
            continue
        left = bead.confidence if bead.is_null else 1 - bead.confidence
        for i in bead.src:
            if i in starts:
                found += _align(starts[i], source, target, engine, settings)
            if i not in gone[0]:
                found.append(Bead((i,), (), left))
        found += [Bead((), (j,), left) for j in bead.tgt if j not in gone[1]]
    return found


def moved(beads: Sequence[Bead], blocks: Sequence[Block]) -> list[bool]:
    """For every bead whether one of its sentences is in a block."""
    gone = _sentences(blocks)
    return [not (gone[0].isdisjoint(bead.src) and gone[1].isdisjoint(bead.tgt)) for bead in beads]


def _sentences(blocks: Sequence[Block]) -> tuple[set[int], set[int]]:
    """Sentences of either side that are in blocks."""
    src = {i for block in blocks for i in range(*block.src)}
    tgt = {j for block in blocks for j in range(*block.tgt)}
    return src, tgt


def _align(block: Block, source: SideInput, target: SideInput, engine: Engine, settings: AlignSettings) -> list[Bead]:
    beads = engine.beads(_part(source, *block.src), _part(target, *block.tgt), settings)
    return [
        replace(
            bead,
            src=tuple(i + block.src[0] for i in bead.src),
            tgt=tuple(j + block.tgt[0] for j in bead.tgt),
        )
        for bead in beads
    ]


def _part(side: SideInput, first: int, end: int) -> SideInput:
    """Sentences `first` to before `end` as a side of their own: no span reaches before it."""
    spans = np.ascontiguousarray(side.vectors.spans[:, first:end])
    for k in range(1, len(spans)):
        spans[k, :k] = 0
    tokens = side.vectors.tokens
    if tokens is not None:
        starts = tokens.starts[first : end + 1]
        tokens = TokenVectors(tokens.vectors[starts[0] : starts[-1]], starts - starts[0])
    vectors = replace(side.vectors, spans=spans, tokens=tokens, refine=_shifted(side.vectors.refine, first))
    return SideInput(side.sentences[first:end], vectors, side.language)


def _shifted(refine: Refine | None, first: int) -> Refine | None:
    """`refine` for a side that begins with sentence `first`."""
    if refine is None:
        return None
    return lambda spans: refine([(start + first, last + first) for start, last in spans])


def _rows_of(beads: Sequence[Bead]) -> tuple[list[int], list[int]]:
    """The row of every sentence, by side."""
    src = {i: k for k, bead in enumerate(beads) for i in bead.src}
    tgt = {j: k for k, bead in enumerate(beads) for j in bead.tgt}
    return [src[i] for i in range(len(src))], [tgt[j] for j in range(len(tgt))]


def _apart(a: int, b: int, anchors: list[int]) -> bool:
    """Whether a row that fits stands between two rows, so that their sentences could not have been paired."""
    return bisect_left(anchors, max(a, b)) > bisect_left(anchors, min(a, b))


def _runs(free: list[int]) -> dict[int, int]:
    """The run of consecutive sentences that each of the free ones is in."""
    runs: dict[int, int] = {}
    for i in free:
        runs[i] = runs.get(i - 1, i)
    return runs


def _blocks(cells: list[_Cell], *runs: dict[int, int]) -> list[Block]:
    """The heaviest chains, one after the other, of pairs that rise on both sides."""
    blocks: list[Block] = []
    while cells:
        fresh = _chains(cells, *runs)
        if not fresh:
            break
        blocks += fresh
        cells = [cell for cell in cells if not any(_touches(cell, block) for block in fresh)]
    return blocks


def _chains(cells: list[_Cell], runs_src: dict[int, int], runs_tgt: dict[int, int]) -> list[Block]:
    """Blocks of the best chains that have no sentence in common (Smith and Waterman 1981, on a few cells)."""
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {}
    for cell in cells:  # in the order of the source, then of the target
        score, before = 0.0, None
        for i in range(cell.src - _REACH, cell.src):
            for j in range(cell.tgt - _REACH, cell.tgt):
                if (i, j) in best and runs_src[i] == runs_src[cell.src] and runs_tgt[j] == runs_tgt[cell.tgt]:
                    linked = best[i, j][0] - _SKIP * (cell.src - i + cell.tgt - j - 2)
                    if linked > score:
                        score, before = linked, (i, j)
        best[cell.src, cell.tgt] = score + min(_MOST, cell.score), before
    alone = {(cell.src, cell.tgt) for cell in cells if cell.score >= _ALONE}
    used: tuple[set[int], set[int]] = set(), set()
    blocks = []
    for end in sorted(best, key=lambda at: (-best[at][0], at)):
        start, before = end, best[end][1]
        if best[end][0] < _ENOUGH and end not in alone:
            continue
        while before is not None:
            start, before = before, best[before][1]
        ranges = [range(a, b + 1) for a, b in zip(start, end, strict=True)]
        if all(taken.isdisjoint(ids) for taken, ids in zip(used, ranges, strict=True)):
            blocks.append(Block(*((ids.start, ids.stop) for ids in ranges)))
            for taken, ids in zip(used, ranges, strict=True):
                taken.update(ids)
    return blocks


def _touches(cell: _Cell, block: Block) -> bool:
    return block.src[0] <= cell.src < block.src[1] or block.tgt[0] <= cell.tgt < block.tgt[1]


def _margins(
    a: Floats, b: Floats, rows: list[int], columns: list[int], found: Background
) -> list[tuple[int, int, float]]:
    """The best partners (i, j, margin in deviations) of the sentences `rows` of `a` among `columns` of `b`."""
    among_a, among_b = _among(len(a), rows), _among(len(b), columns)
    mean_b = np.concatenate([_mean_best(whole) for _, whole in _similarities(b, columns, a[among_a])])
    places = np.searchsorted(among_b, columns)
    cells = []
    for part, whole in _similarities(a, rows, b[among_b]):
        margins = (whole[:, places] - (_mean_best(whole)[:, None] + mean_b) / 2) / found.deviation
        count = min(_BEST, len(columns))
        best = np.argpartition(-margins, count - 1, axis=1)[:, :count]
        for row, partners in enumerate(best.tolist()):
            cells += [(part[row], columns[c], float(margins[row, c])) for c in partners]
    return sorted(cells)


def _among(n: int, free: list[int]) -> NDArray[np.int64]:
    """Those of `n` sentences, in order, that the other document's are compared with: all, or in a long document the
    `free` ones and others at even distances."""
    if n <= _ELSEWHERE:
        return np.arange(n)
    others = np.linspace(0, n - 1, max(0, _ELSEWHERE - len(free)), dtype=np.int64)
    return np.union1d(others, np.array(free, dtype=np.int64))


def _similarities(a: Floats, rows: list[int], b: Floats) -> Iterator[tuple[list[int], Floats]]:
    """The sentences `rows` of `a` by the block, and how similar each is to every one of `b`."""
    step = max(1, min(_BLOCK, _CELLS // len(b)))
    for first in range(0, len(rows), step):
        part = rows[first : first + step]
        yield part, a[part] @ b.T


def _mean_best(similarity: Floats) -> Floats:
    """Mean of each row's best, the very best left out: what a sentence is like besides its partner."""
    count = min(_NEIGHBOURS + 1, similarity.shape[1])
    best = np.partition(similarity, -count, axis=1)[:, -count:]
    return (best.sum(axis=1) - best.max(axis=1)) / max(1, count - 1)
