"""Bertalign's algorithm on our sentences and vectors, for comparison side by side.

Its two dynamic programs run as they are, from `bertalign.corelib`: the first takes 1-1 beads among each
source sentence's nearest neighbours, the second m-n beads in a band around them (Liu and Zhu, "Bertalign:
Improved word embedding-based sentence alignment for Chinese-English parallel corpora of literary texts",
Digital Scholarship in the Humanities 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from align.encode.protocol import Vectors
from align.errors import MissingExtra
from align.records import Bead

_FIRST_WINDOW = 250
"""Half the first pass's band, in sentences, where the documents ask for no wider one: bertalign's own default."""
_SCORES = 1 << 26
"""Most similarities held at a time in the search for neighbours; 256 MB of float32."""


def bertalign_beads(
    source: Vectors,
    target: Vectors,
    src_lengths: Sequence[int] | NDArray[np.int64],
    tgt_lengths: Sequence[int] | NDArray[np.int64],
    max_bead: int = 5,
    *,
    top_k: int = 3,
    window: int = 5,
    skip: float = -0.1,
    margin: bool = True,
    length_penalty: bool = True,
) -> list[Bead]:
    """The beads bertalign finds, in order; every sentence of both sides stands in exactly one.

    The defaults are bertalign's own. `src_lengths` and `tgt_lengths` (n,) count each sentence's UTF-8 bytes;
    `source.spans` and `target.spans` (longest, n, dim) need the spans of up to `max_bead - 1` sentences
    (`max_bead` is 2 or more).
    Bertalign gives no probabilities: `confidence` is the cosine similarity clipped to 0..1 (0.0 for a null
    bead), which orders the beads of a document but is not calibrated.

    Raises:
        MissingExtra: bertalign is not installed.
        ValueError: arrays whose shapes do not fit, or vectors that are not finite.
    """
    src, src_bytes = _arrays(source.spans, src_lengths, max_bead, "source")
    tgt, tgt_bytes = _arrays(target.spans, tgt_lengths, max_bead, "target")
    n, m = src.shape[1], tgt.shape[1]
    if not n or not m:
        return [Bead((i,), (), 0.0) for i in range(n)] + [Bead((), (j,), 0.0) for j in range(m)]
    if src.shape[2] != tgt.shape[2]:
        raise ValueError(f"source vectors have {src.shape[2]} dimensions, target vectors {tgt.shape[2]}.")

    corelib = _corelib()
    anchors = _first_pass(corelib, src[0], tgt[0], top_k) or [(n, m)]
    width, band = corelib.find_second_search_path(anchors, window, n, m)
    types = corelib.get_alignment_types(max_bead)
    ratio = float(src_bytes[0].sum() / tgt_bytes[0].sum())
    pointers = corelib.second_pass_align(
        src, tgt, src_bytes, tgt_bytes, width, band, types, ratio, skip, margin, length_penalty
    )
    path = corelib.second_back_track(n, m, pointers, band, types)
    return [_bead(tuple(map(int, s)), tuple(map(int, t)), src, tgt) for s, t in path]


def _arrays(
    spans: NDArray[np.float32], lengths: Sequence[int] | NDArray[np.int64], max_bead: int, side: str
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """What the kernels read of one side: vectors (max_bead - 1, n, dim) float32 and lengths (max_bead - 1, n) int64.

    Rows of spans that would start before the first sentence are never read, as no bead reaches there;
    bertalign fills them with the vector and length of the word PAD, we leave zeros.
    """
    n = spans.shape[1]
    if len(lengths) != n:
        raise ValueError(f"{side} side: vectors of {n} sentences, but {len(lengths)} lengths.")
    if spans.shape[0] < min(max_bead - 1, n):
        raise ValueError(
            f"{side} side: vectors of up to {spans.shape[0]} sentences, but max_bead {max_bead} needs {max_bead - 1}."
        )
    spans = np.ascontiguousarray(spans[: max_bead - 1], dtype=np.float32)
    if not np.isfinite(spans).all():
        raise ValueError(f"{side} side: the vectors hold NaN or infinity.")
    return spans, _span_lengths(np.asarray(lengths, dtype=np.int64), max_bead - 1)


def _span_lengths(lengths: NDArray[np.int64], longest: int) -> NDArray[np.int64]:
    """(longest, n) bytes of the k sentences that end at i, joined by a space as bertalign joins every language."""
    n = len(lengths)
    ends = np.concatenate([[0], np.cumsum(np.maximum(lengths, 1) + 1)])  # An empty sentence would divide 0 by 0.
    spans = np.zeros((longest, n), dtype=np.int64)
    for k in range(1, min(longest, n) + 1):
        spans[k - 1, k - 1 :] = ends[k:] - ends[:-k] - 1
    return spans


def _first_pass(
    corelib: ModuleType, source: NDArray[np.float32], target: NDArray[np.float32], top_k: int
) -> list[tuple[int, int]]:
    """The 1-1 beads that guide the second pass, as counts of sentences up to and with each bead; may be empty."""
    n, m = len(source), len(target)
    rows = max(1, _SCORES // m)
    found = [corelib.find_top_k_sents(source[i : i + rows], target, k=top_k) for i in range(0, n, rows)]
    scores, indices = (np.concatenate(parts) for parts in zip(*found, strict=True))
    # Where the target is far longer the band's rows must be wide enough to touch, or no path leads through.
    window, band = corelib.find_first_search_path(n, m, max(_FIRST_WINDOW, -(-m // (2 * n))))
    types = corelib.get_alignment_types(2)
    pointers = corelib.first_pass_align(n, m, window, band, types, scores, indices)
    return corelib.first_back_track(n, m, pointers, band, types)


def _bead(src: tuple[int, ...], tgt: tuple[int, ...], source: NDArray[np.float32], target: NDArray[np.float32]) -> Bead:
    if not src or not tgt:
        return Bead(src, tgt, confidence=0.0)
    similarity = float(source[len(src) - 1, src[-1]] @ target[len(tgt) - 1, tgt[-1]])
    return Bead(src, tgt, confidence=min(max(similarity, 0.0), 1.0), similarity=similarity)


def _corelib() -> ModuleType:
    try:
        from bertalign import corelib
    except ImportError as error:
        raise MissingExtra(
            f"engine bertalign needs the package bertalign 2, which could not be imported ({error}); "
            "pip install 'taiyaku[bertalign]' installs it on Python 3.12 or later."
        ) from error
    return corelib
