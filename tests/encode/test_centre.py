"""Centring keeps what tells sentences apart and leaves rows that do not exist at zero."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from align.encode.centre import PRIOR_SENTENCES, centre, centred, unit
from align.encode.protocol import Vectors

rows = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 4), st.integers(1, 6), st.just(5)), elements=st.floats(-1, 1, width=32)
)


def spread(n: int, longest: int = 2) -> np.ndarray:
    """Vectors that lean the same way, as those of many models do."""
    return unit(np.random.default_rng(n).normal(size=(longest, n, 12)).astype(np.float32) + 3)


@given(rows)
def test_rows_come_out_at_length_one_or_zero(spans: np.ndarray) -> None:
    lengths = np.linalg.norm(centre(spans, weight=4), axis=-1)
    assert np.all(np.isclose(lengths, 1, atol=1e-5) | (lengths == 0))


def test_rows_of_zeros_stay_so() -> None:
    spans = spread(5)
    spans[1, 0] = 0
    centred = centre(spans)
    assert not centred[1, 0].any()
    assert centred[1, 1:].any(axis=-1).all()


def test_what_all_sentences_share_goes() -> None:
    spans = spread(40)
    others = ~np.eye(40, dtype=bool)
    before, after = (x[0] @ x[0].T for x in (spans, centre(spans)))
    assert before[others].mean() > 0.8
    assert abs(after[others].mean()) < 0.2


def test_one_sentence_keeps_its_vector() -> None:
    spans = spread(1)
    assert np.allclose(centre(spans)[0], spans[0], atol=1e-6)


def test_one_sentence_is_measured_from_the_prior() -> None:
    spans, prior = spread(1), np.full(12, 0.25, dtype=np.float32)
    assert np.allclose(centre(spans, prior)[0], unit(spans[0] - prior), atol=1e-5)


def test_a_long_side_forgets_the_prior() -> None:
    spans = spread(2000, longest=1)
    assert np.allclose(centre(spans), centre(spans, np.full(12, 0.25)), atol=0.02)


def test_no_sentences() -> None:
    assert centre(np.zeros((3, 0, 7), np.float32)).shape == (3, 0, 7)


def test_a_row_that_is_not_finite_counts_as_none() -> None:
    broken = np.array([[np.nan, 1], [np.inf, 0], [3, 4]], np.float32)
    assert unit(broken).tolist() == [[0, 0], [0, 0], [np.float32(0.6), np.float32(0.8)]]


def test_concatenations_lose_the_mean_of_the_single_sentences() -> None:
    random = np.random.default_rng(3)
    spans = unit(random.normal(size=(2, 5, 8)).astype(np.float32) + 1)
    spans[1, 0] = 0
    true = unit(random.normal(size=(1, 8)).astype(np.float32) + 1)
    vectors = centred(Vectors(spans, 0, refine=lambda asked: np.repeat(true, len(asked), axis=0)))
    assert np.array_equal(vectors.spans, centre(spans))
    mean = spans[0].sum(axis=0) / (5 + PRIOR_SENTENCES)
    assert np.allclose(vectors.refined([(1, 2)]).spans[1, 2], unit(true[0] - mean), atol=1e-6)
    assert centred(Vectors(spans, 0)).refine is None
