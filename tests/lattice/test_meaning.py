"""What vectors tell of boilerplate: learned from lines."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs scipy (the extra train)")

from align.lattice.meaning import Meaning, fit_meaning

DIM = 8


def lines(seed: int, count: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores that know nothing, unit vectors, and which lines stand alone: those that point to one side."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(count, DIM))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return random.random(count).astype(np.float32), vectors.astype(np.float32), vectors[:, 2] > 0.1


def test_it_learns_what_the_vectors_tell() -> None:
    documents = [lines(seed) for seed in range(4)]
    meaning = fit_meaning(*zip(*documents, strict=True))
    scores, vectors, alone = lines(9)
    found = meaning.scores(scores, vectors)
    assert found.dtype == np.float32
    assert ((found > 0.5) == alone).mean() > 0.9
    assert abs(meaning.score) < 0.3, "a score that knows nothing weighs little"


def test_where_vectors_tell_nothing_the_score_stays() -> None:
    random = np.random.default_rng(1)
    alone = random.random(2000) < 0.5
    scores = np.where(alone, 0.8, 0.2).astype(np.float32)
    alone ^= random.random(2000) < 0.2  # a score of .8 is right in eight of ten
    _, vectors, _ = lines(2, 2000)
    meaning = fit_meaning([scores], [vectors], [alone])
    assert meaning.scores(scores, vectors) == pytest.approx(scores, abs=0.15)


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_scores_at_the_ends_stay_numbers(score: float) -> None:
    meaning = Meaning(2.0, 0.0, np.zeros(DIM, np.float32))
    found = meaning.scores(np.full(3, score, np.float32), np.zeros((3, DIM), np.float32))
    assert np.isfinite(found).all()
    assert found == pytest.approx(score, abs=1e-3)
