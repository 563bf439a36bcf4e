"""A metric turns the vectors of spans, those too that are encoded later, and keeps them unit rows."""

from __future__ import annotations

import numpy as np
import pytest

from align.encode import blocks
from align.encode.centre import unit
from align.encode.protocol import Vectors
from align.errors import OutputError
from align.lattice.metric import Metric

DIM, RANK = 6, 2


def made(seed: int = 1) -> Metric:
    random = np.random.default_rng(seed)
    return Metric(*(random.normal(size=(DIM, RANK)).astype(np.float32) for _ in range(2)))


def spans(seed: int = 2) -> np.ndarray:
    """Three sentences, up to two in a span; the span of two that ends at the first does not exist."""
    rows = unit(np.random.default_rng(seed).normal(size=(2, 3, DIM)).astype(np.float32))
    rows[1, 0] = 0
    return rows


def test_it_is_a_linear_map_and_the_length_one() -> None:
    metric, rows = made(), spans()
    matrix = np.eye(DIM) + metric.inward.astype(float) @ metric.outward.T
    found = metric.apply(rows)
    assert found.dtype == np.float32
    assert found == pytest.approx(unit(rows @ matrix), abs=1e-5)
    assert np.linalg.norm(found, axis=-1) == pytest.approx(np.array([[1, 1, 1], [0, 1, 1]]), abs=1e-5)


def test_one_that_learned_nothing_changes_nothing() -> None:
    nothing = np.zeros((DIM, RANK), np.float32)
    assert Metric(made().inward, nothing).apply(spans()) == pytest.approx(spans(), abs=1e-6)


def test_spans_that_are_encoded_later_are_turned_too() -> None:
    metric, rows = made(), spans()
    later = unit(np.ones((1, DIM), np.float32))
    seen = metric.read(Vectors(rows, 7, refine=lambda asked: later[: len(asked)], encoder="made up"))
    assert np.array_equal(seen.spans, metric.apply(rows))
    assert np.array_equal(seen.refine([(0, 1)]), metric.apply(later))
    assert (seen.characters, seen.encoder) == (7, "made up")
    assert metric.read(Vectors(rows, 7)).refine is None


def test_a_long_side_goes_to_a_file_by_the_block_with_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    metric, longest, n = made(), 5, 50
    rows = unit(np.random.default_rng(3).normal(size=(longest, n, DIM)).astype(np.float32))
    for k in range(longest):
        rows[k, :k] = 0
    whole = metric.read(Vectors(rows, 7)).spans
    monkeypatch.setattr(blocks, "LONG", 10)
    monkeypatch.setattr(blocks, "_BLOCK", 7)
    mapped = metric.read(Vectors(rows, 7)).spans
    assert isinstance(mapped.base, np.memmap)
    assert mapped == pytest.approx(whole, abs=1e-6)


def test_no_room_for_the_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blocks, "LONG", 2)
    monkeypatch.setattr(blocks.tempfile, "TemporaryFile", full)
    with pytest.raises(OutputError, match=r"document of 3 sentences .*No space left.* TMPDIR"):
        made().read(Vectors(spans(), 7))
