"""The agreement of marks, against the same written plainly."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.match.agreement import Agreement

SIDES = st.lists(st.frozensets(st.sampled_from("abcdefgh"), max_size=5), min_size=1, max_size=6)


def plainly(sources: list[frozenset[str]], targets: list[frozenset[str]]) -> list[list[float]]:
    counts = [Counter(mark for marks in side for mark in marks) for side in (sources, targets)]
    shared = counts[0].keys() & counts[1].keys()
    weight = {m: math.log((len(sources) + len(targets)) / (counts[0][m] + counts[1][m])) for m in shared}

    def norm(marks: frozenset[str]) -> float:
        return math.sqrt(sum(weight[m] ** 2 for m in marks & shared)) or 1.0

    return [[sum(weight[m] ** 2 for m in s & t & shared) / norm(s) / norm(t) for t in targets] for s in sources]


@given(SIDES, SIDES)
def test_it_is_the_cosine_of_marks_weighted_by_rarity(sources: list, targets: list) -> None:
    found = Agreement.of(sources, targets).rows(0, len(sources))
    assert found.shape == (len(sources), len(targets))
    np.testing.assert_allclose(found, plainly(sources, targets), atol=1e-5)


def test_blocks_are_parts_of_the_whole() -> None:
    sources = [frozenset(marks) for marks in ("ab", "b", "c", "", "ad")]
    agreement = Agreement.of(sources, sources[::-1])
    np.testing.assert_array_equal(agreement.rows(0, 5), np.concatenate([agreement.rows(0, 2), agreement.rows(2, 5)]))


def test_a_rare_mark_counts_more_than_one_that_all_have() -> None:
    everywhere = ["the"] * 10
    sources = [{mark, f"only{n}"} for n, mark in enumerate(everywhere)]
    found = Agreement.of(sources, sources).rows(0, 10)
    assert found[0, 0] == pytest.approx(1)
    assert found[0, 1] < 0.3
