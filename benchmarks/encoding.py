"""What the embedded encoder does beyond one pass over the text, and how near it comes to the speed of BLAS."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from time import perf_counter
from typing import Any, ClassVar
from unittest.mock import patch

import numpy as np
from threadpoolctl import threadpool_limits

from align.encode import use
from align.languages import language
from align.read import read_document
from align.segment import segment
from align.settings import AlignSettings
from benchmarks.gold import ROOT

_LONGEST = AlignSettings().max_bead - 1
_BERTALIGN_LONGEST = 4  # sentences in bertalign's longest concatenation, for its default of five in a bead

Product = tuple[tuple[int, ...], tuple[int, ...]]
"""Shapes of the two operands of a matrix product."""
Side = tuple[str, list[str]]
"""A language and a document's sentences."""


def encoding(runs: int, threads: int) -> dict[str, Any]:
    """For the test documents of corpora/.

    `characters_encoded`: characters given to the encoder for each of the documents'; `bertalign_characters_encoded`:
    the same for bertalign, which encodes every concatenation of up to four sentences. `multiplications`: matrix
    multiplications for all spans of up to six sentences for each that the single sentences alone would take.
    `products_share`: seconds of the bare matrix products, of the same shapes and as many, for each second of encoding.
    """
    encoder = use.UseEncoder(threads)
    characters, sides = _documents()
    spans = _recorded(lambda: [encoder.encode(side, _LONGEST, language(code).joiner) for code, side in sides])
    single = _recorded(lambda: [encoder.encode([text], 1, "") for _, side in sides for text in side])
    encoded = sum(encoder.encode(side, _LONGEST, language(code).joiner).characters for code, side in sides)
    shares, rates = [], []
    for _ in range(runs):
        start = perf_counter()
        for code, side in sides:
            encoder.encode(side, _LONGEST, language(code).joiner)
        seconds = perf_counter() - start
        bare = _bare_seconds(spans, threads)
        shares.append(bare / seconds)
        rates.append(2e-9 * _work(spans) / bare)
    return {
        "documents": len(sides),
        "sentences": sum(len(side) for _, side in sides),
        "characters": characters,
        "characters_encoded": encoded / characters,
        "bertalign_characters_encoded": sum(map(len, _concatenations(sides))) / characters,
        "multiplications": _work(spans) / _work(single),
        "threads": threads,
        "products_share": median(shares),
        "products_gigaflops": median(rates),
    }


def _documents() -> tuple[int, list[Side]]:
    """Characters of all test documents as read, and their sentences."""
    settings, characters, sides = AlignSettings(), 0, []
    for path in sorted(path for path in ROOT.glob("corpora/*/*.*") if path.stem in ("en", "ja")):
        document = read_document(str(path), settings)
        characters += len(document.text)
        sides.append((path.stem, [sentence.text for sentence in segment(document, path.stem, settings)]))
    return characters, sides


def _concatenations(sides: Sequence[Side]) -> Iterator[str]:
    for _, side in sides:
        for length in range(1, _BERTALIGN_LONGEST + 1):
            yield from (" ".join(side[i : i + length]) for i in range(len(side) - length + 1))


class _Recorded(np.ndarray):
    """An array that notes the shapes of the matrix products it takes part in."""

    products: ClassVar[list[Product]] = []

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if ufunc is np.matmul:
            self.products.append((inputs[0].shape, inputs[1].shape))
        plain = [x.view(np.ndarray) if isinstance(x, _Recorded) else x for x in inputs]
        return getattr(ufunc, method)(*plain, **options)


def _recorded(work: Callable[[], object]) -> list[Product]:
    """The matrix products with the encoder's weights that `work` makes, in order."""
    _Recorded.products = []
    with patch.object(use, "_weights", return_value=_recording(use._weights())):
        work()
    return _Recorded.products


def _recording(value: Any) -> Any:
    """The same, with every matrix of floats noting its products."""
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return dataclasses.replace(value, **{name: _recording(getattr(value, name)) for name in names})
    if isinstance(value, dict):
        return {name: _recording(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_recording, value))
    is_matrix = isinstance(value, np.ndarray) and value.ndim == 2 and value.dtype == np.float32
    return value.view(_Recorded) if is_matrix else value


def _work(products: Sequence[Product]) -> int:
    """Multiplications of numbers."""
    return sum(rows * inner * columns for (rows, inner), (_, columns) in products)


def _bare_seconds(products: Sequence[Product], threads: int) -> float:
    """Seconds of the products alone, operands and results allocated beforehand."""
    generator = np.random.default_rng(0)
    arrays = {shape: generator.random(shape, dtype=np.float32) for product in products for shape in product}
    results = {(a, b): np.empty((a[0], b[1]), dtype=np.float32) for a, b in products}
    with threadpool_limits(threads or None, user_api="blas"):
        start = perf_counter()
        for product in products:
            np.matmul(arrays[product[0]], arrays[product[1]], out=results[product])
        return perf_counter() - start
