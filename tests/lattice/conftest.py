"""Sides made of small vectors: a sentence is the sum of its tokens, a span the sum of its sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from align.lattice.band import find_band
from align.lattice.beads import Beads
from align.lattice.decode import SOURCE, TARGET, Graph
from align.lattice.evidence import Evidence
from align.lattice.side import Marks, Side

DIM = 8


def unit(rows: NDArray) -> NDArray[np.float32]:
    return (rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)).astype(np.float32)


def make_side(
    vectors: NDArray, texts: Sequence[str] | None = None, paragraphs: Sequence[int] | None = None, longest: int = 6
) -> Side:
    """A side of sentences with `vectors` (n, dim), each its own token."""
    n = len(vectors)
    spans = np.zeros((longest, n, vectors.shape[1]), np.float32)
    for k in range(1, min(longest, n) + 1):
        spans[k - 1, k - 1 :] = unit(sum(vectors[d : n - k + 1 + d] for d in range(k)))
    texts = [f"Sentence {i} is here." for i in range(n)] if texts is None else texts
    paragraphs = [i // 3 for i in range(n)] if paragraphs is None else paragraphs
    return Side.of(
        texts, paragraphs, spans, np.asarray(vectors, np.float32), np.arange(n + 1), marks=[*map(mark, texts)]
    )


def mark(text: str) -> Marks:
    """Every word of digits or of capitals is a mark, and digits are asked for."""
    words = re.findall(r"[0-9]+|[A-Z]{2,}", unicodedata.normalize("NFKC", text))
    return Marks(frozenset(words), tuple(frozenset([word]) for word in words if word.isdigit()))


@pytest.fixture(scope="session")
def side() -> Callable[..., Side]:
    return make_side


@pytest.fixture(scope="session")
def random_side() -> Callable[..., Side]:
    """A side of n sentences drawn by a generator: one to three tokens each, words, numbers and paragraphs."""

    def make(random: np.random.Generator, n: int, longest: int = 6) -> Side:
        counts = random.integers(1, 4, n)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        tokens = random.normal(size=(starts[-1], DIM)).astype(np.float32)
        vectors = np.add.reduceat(tokens, starts[:-1], axis=0) if n else np.zeros((0, DIM))
        words = ("a", "Tokyo", "42", "der", "東京", "1,000", "", "x" * 30)
        ends = (".", "", "。", "?", ",")
        texts = [" ".join(random.choice(words, 3)) + str(random.choice(ends)) for _ in range(n)]
        plain = make_side(vectors, texts, np.cumsum(random.random(n) < 0.4).tolist(), longest)
        return Side.of(texts, plain.paragraphs.tolist(), plain.spans, tokens, starts, marks=plain.marks)

    return make


@pytest.fixture(scope="session")
def evidence() -> Callable[..., Evidence]:
    return lambda source, target, max_bead=7: Evidence.of(source, target, *find_band(source, target), max_bead)


@pytest.fixture(scope="session")
def random_graph() -> Callable[..., Graph]:
    """A graph of some of all beads between n and m sentences, with a path from end to end."""

    def make(random: np.random.Generator, n: int, m: int, share: float) -> Graph:
        beads = [
            (i, i + a, j, j + b)
            for i in range(n + 1)
            for j in range(m + 1)
            for a in range(4)
            for b in range(4)
            if i + a <= n and j + b <= m and a + b and (a * b or a + b == 1)
        ]
        straight = [(i, i + 1, 0, 0) for i in range(n)] + [(n, n, j, j + 1) for j in range(m)]
        kept = sorted(set(straight) | {bead for bead in beads if random.random() < share})
        random.shuffle(kept)
        return Graph.of(Beads(*np.array(kept, dtype=np.int64).T), n, m)

    return make


def enumerate_paths(graph: Graph) -> Iterator[list[int]]:
    """Every path through a graph, as edge numbers, on which no source null comes right after a target null."""
    onward: dict[int, list[int]] = {}
    for edge, tail in enumerate(graph.tail.tolist()):
        onward.setdefault(tail, []).append(edge)

    def walk(node: int, path: list[int]) -> Iterator[list[int]]:
        if node == graph.end:
            yield list(path)
        for edge in onward.get(node, []):
            if path and graph.kind[path[-1]] == TARGET and graph.kind[edge] == SOURCE:
                continue
            path.append(edge)
            yield from walk(int(graph.head[edge]), path)
            path.pop()

    return walk(0, [])


@pytest.fixture(scope="session")
def paths() -> Callable[[Graph], Iterator[list[int]]]:
    return enumerate_paths
