"""Features of beads: what they say of known ones, and what holds of all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.lattice.band import Band
from align.lattice.beads import Beads
from align.lattice.evidence import Evidence, bead_shapes
from align.lattice.features import COARSE, ENCLOSED, NAMES, all_features, coarse_features, known
from align.lattice.lookup import torn
from align.lattice.side import Side

RATES = (0.1, 0.2)


def every_bead(n: int, m: int, max_bead: int) -> Beads:
    shapes = [*bead_shapes(max_bead), (1, 0), (0, 1)]
    rows = [
        (i, i + a, j, j + b) for i in range(n + 1) for j in range(m + 1) for a, b in shapes if i + a <= n and j + b <= m
    ]
    return Beads(*np.array(rows, dtype=np.int64).T)


def of(evidence: Evidence, *bead: int) -> dict[str, float]:
    """All features of one bead (i0, i1, j0, j1) by name."""
    row = all_features(evidence, Beads(*np.array([bead], dtype=np.int64).T), RATES)[0]
    return dict(zip(NAMES, row.tolist(), strict=True))


def built(side, source: list[str], target: list[str], paragraphs=(None, None), vectors=None) -> Evidence:
    random = np.random.default_rng(0)
    n, m = len(source), len(target)
    rows = vectors or (random.normal(size=(n, 16)), random.normal(size=(m, 16)))
    sides = [side(r, t, p) for r, t, p in zip(rows, (source, target), paragraphs, strict=True)]
    return Evidence.of(*sides, Band(np.zeros(n + 1, int), np.full(n + 1, m)), [], 7)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 7), st.integers(1, 7), st.sampled_from([2, 5, 10]))
def test_any_bead_has_finite_features(random_side, evidence, seed: int, n: int, m: int, max_bead: int) -> None:
    random = np.random.default_rng(seed)
    found = evidence(random_side(random, n, 9), random_side(random, m, 9), max_bead)
    beads = every_bead(n, m, max_bead)
    features = all_features(found, beads, RATES)
    assert features.shape == (len(beads), len(NAMES))
    assert np.isfinite(features).all()
    assert np.array_equal(features[:, : len(COARSE)], coarse_features(found, beads))
    is_null = (beads.i0 == beads.i1) | (beads.j0 == beads.j1)
    of_nulls = np.array([name.startswith("null") for name in NAMES])
    assert not features[~is_null][:, of_nulls].any()
    assert not features[is_null][:, ~of_nulls].any()
    shapes = [k for k, name in enumerate(NAMES) if name.startswith("shape")]
    assert np.array_equal(features[:, shapes].sum(axis=1), ~is_null)


def test_beads_by_themselves_have_the_features_they_have_among_others(random_side, evidence) -> None:
    random = np.random.default_rng(3)
    found = evidence(random_side(random, 6), random_side(random, 5))
    beads = every_bead(6, 5, 7)
    together = all_features(found, beads, RATES)
    for k in range(0, len(beads), 7):
        assert np.allclose(all_features(found, beads.take(np.array([k])), RATES)[0], together[k], atol=1e-6)


@pytest.mark.parametrize(
    ("a", "b", "name"), [(1, 1, "1-1"), (2, 1, "1-2"), (1, 3, "1-3"), (4, 3, "3-4"), (5, 4, "larger")]
)
def test_shapes_are_counted_without_their_direction(random_side, evidence, a: int, b: int, name: str) -> None:
    random = np.random.default_rng(3)
    found = evidence(random_side(random, 6, 9), random_side(random, 6, 9), 10)
    features = of(found, 0, a, 0, b)
    assert features[f"shape {name}"] == 1
    assert sum(features[n] for n in NAMES if n.startswith("shape")) == 1


def test_similarity_is_in_the_documents_own_units(side) -> None:
    rows = np.random.default_rng(2).normal(size=(30, 64))
    found = built(side, ["A line."] * 30, ["B line."] * 30, vectors=(rows, rows))
    mean = found.background[0]
    assert of(found, 4, 5, 4, 5)["similarity"] == pytest.approx((1 - mean) / (found.match - mean), abs=1e-4)
    unrelated = [of(found, i, i + 1, i + 5, i + 6)["similarity"] for i in range(20)]
    assert abs(np.mean(unrelated)) < 0.2
    both = of(found, 4, 6, 4, 6)
    assert both["similarity x extra"] == pytest.approx(2 * both["similarity"], rel=1e-5)
    assert both["margin"] < of(found, 4, 5, 4, 5)["margin"], "the neighbours are inside already"


def test_one_more_and_one_fewer(side) -> None:
    rows = np.random.default_rng(5).normal(size=(10, 64))
    target = rows.copy()
    target[4] += rows[5]
    found = built(side, ["A line."] * 10, ["B line."] * 9, vectors=(rows, np.delete(target, 5, axis=0)))
    right, short, long = of(found, 4, 6, 4, 5), of(found, 4, 5, 4, 5), of(found, 3, 6, 4, 5)
    assert right["one fewer loses"] < -0.1 < 0 == right["one fewer gains"] == right["one more gains"]
    assert short["one more gains"] > 0.1
    assert long["one fewer gains"] > 0.05
    assert long["weakest source"] < 0.5 < right["weakest source"]
    assert right["coverage target"] > 0.9


@pytest.mark.parametrize("max_bead", [3, 7])
def test_neighbouring_spans_by_their_definition(random_side, max_bead: int) -> None:
    """Margin, gains and leaks, with a loop over beads; at the band's edge what is not in a table is not there."""
    n, m = 9, 10
    random = np.random.default_rng(max_bead)
    band = Band(np.maximum(np.arange(n + 1) - 3, 0), np.minimum(np.arange(n + 1) + 4, m))
    found = Evidence.of(random_side(random, n), random_side(random, m), band, [], max_bead)
    mean = found.background[0]

    def similarity(i0: int, i1: int, j0: int, j1: int) -> float:
        a, b = i1 - i0, j1 - j0
        if min(i0, j0) < 0 or i1 > n or j1 > m or min(a, b) < 1 or a + b > max_bead:
            return np.nan
        if not band.low[i1] <= j1 <= band.high[i1]:
            return np.nan
        cosine = found.source.spans[a - 1, i1 - 1] @ found.target.spans[b - 1, j1 - 1]
        return (cosine - mean) / (found.match - mean)

    def best(*spans: tuple[int, int, int, int]) -> float | None:
        values = [value for span in spans if not np.isnan(value := similarity(*span))]
        return max(values) if values else None

    beads = every_bead(n, m, max_bead)
    beads = beads.take(np.flatnonzero((beads.i0 < beads.i1) & (beads.j0 < beads.j1) & band.holds(beads.i1, beads.j1)))
    features = all_features(found, beads, RATES)
    at = {name: k for k, name in enumerate(NAMES)}
    for k in range(len(beads)):
        i0, i1, j0, j1 = (int(column[k]) for column in (beads.i0, beads.i1, beads.j0, beads.j1))
        here = similarity(i0, i1, j0, j1)
        neighbours = [
            similarity(i0, i1, j0 - 1, j0), similarity(i0, i1, j1, j1 + 1),
            similarity(i0 - 1, i0, j0, j1), similarity(i1, i1 + 1, j0, j1),
        ]  # fmt: skip
        known = [value for value in neighbours if not np.isnan(value)]
        fewer = best((i0 + 1, i1, j0, j1), (i0, i1 - 1, j0, j1), (i0, i1, j0 + 1, j1), (i0, i1, j0, j1 - 1))
        more = best((i0 - 1, i1, j0, j1), (i0, i1 + 1, j0, j1), (i0, i1, j0 - 1, j1), (i0, i1, j0, j1 + 1))
        gains = [0 if value is None else value - here for value in (fewer, more)]
        expected = {
            "similarity": here,
            "margin": here - (sum(known) / len(known) if known else 0),
            "one fewer gains": max(gains[0], 0),
            "one fewer loses": min(gains[0], 0),
            "one more gains": max(gains[1], 0),
            "one more loses": min(gains[1], 0),
        }
        for name, value in expected.items():
            assert features[k, at[name]] == pytest.approx(value, abs=1e-4), (name, i0, i1, j0, j1)


def test_lengths(side) -> None:
    found = built(side, ["x" * 50] * 10, ["y" * 100] * 10)
    assert found.ratio == pytest.approx(2)
    even, longer = of(found, 0, 1, 0, 1), of(found, 0, 1, 0, 2)
    assert even["length"] == pytest.approx(0, abs=1e-6)
    assert longer["length"] == pytest.approx(np.log(202 / 102), abs=1e-4)
    assert longer["length squared"] == pytest.approx(np.log(202 / 102) ** 2, abs=1e-4)
    assert even["length deviation"] < longer["length deviation"] <= 2.5


def test_paragraphs(side) -> None:
    found = built(side, ["A line."] * 6, ["B line."] * 6, ([0, 0, 1, 1, 2, 2], [0, 0, 0, 1, 2, 2]))
    assert of(found, 2, 3, 3, 4)["paragraphs agree"] > 0 > of(found, 2, 3, 2, 3)["paragraphs agree"]
    one_side, both = of(found, 1, 3, 1, 2), of(found, 1, 3, 2, 4)
    assert one_side["paragraph crossed one side"] > 0 == one_side["paragraph crossed both"]
    assert both["paragraph crossed both"] > 0
    assert of(found, 3, 3, 3, 4)["null whole paragraph"] > 0
    assert of(found, 3, 3, 1, 2)["null inside paragraph"] == 1
    assert of(found, 1, 2, 0, 0)["null at paragraph end"] == 1


@pytest.mark.parametrize(
    "numbers", [pytest.param([0] * 6, id="one"), pytest.param([0, 1, 2, 3, 4, 5], id="each line one")]
)
def test_documents_without_paragraphs_say_nothing_of_them(side, numbers: list[int]) -> None:
    found = built(side, ["A line."] * 6, ["B line."] * 6, (numbers, numbers))
    features = of(found, 1, 3, 1, 2) | {f"{k} of null": v for k, v in of(found, 2, 3, 2, 2).items()}
    for name in (
        "paragraphs agree",
        "paragraph crossed one side",
        "paragraph crossed both",
        "null whole paragraph of null",
        "null inside paragraph of null",
        "null at paragraph end of null",
        "null other paragraph of null",
    ):
        assert features[name] == 0


def test_ends_inside_brackets_count_against_beads_and_not_against_nulls(side) -> None:
    found = built(side, ["A book (Paris:", "Arthaud) is out.", "It sold."], ["Un livre.", "Il (le", "livre) est lu."])
    beads = [(0, 1, 0, 1), (0, 2, 0, 1), (1, 2, 1, 2), (0, 1, 0, 0), (1, 2, 2, 2), (2, 3, 0, 3)]
    assert (known(found, Beads(*np.array(beads).T)) / -ENCLOSED).tolist() == [1, 0, 2, 0, 0, 0]


def test_lines(side) -> None:
    source = ["A full sentence.", "A Heading", "torn off here", "and goes on.", "The end."]
    target = ["全文です。", "見出し", "ここでちぎれて続く。", "終わり。", "続きを読む"]
    found = built(side, source, target, ([0, 1, 2, 2, 3], [0, 1, 2, 2, 3]))
    assert of(found, 1, 2, 1, 2)["both lone"] == 1
    assert of(found, 0, 1, 1, 2)["one lone"] == 1
    assert of(found, 0, 1, 1, 2)["terminator differs"] == 1
    assert of(found, 0, 1, 0, 1)["terminator differs"] == 0
    assert of(found, 2, 4, 2, 3)["torn inside"] == 1
    assert of(found, 2, 3, 2, 3)["torn at end"] == 1
    assert of(found, 3, 4, 2, 3)["torn at end"] == 0
    assert of(found, 5, 5, 4, 5)["null unterminated"] == 1
    assert of(found, 5, 5, 4, 5)["null lone"] == 1
    assert of(found, 0, 1, 0, 0)["null capitals"] == pytest.approx(1 / 3)
    assert of(found, 0, 1, 0, 0)["null near end"] == 1 > of(found, 2, 3, 0, 0)["null near end"]


@pytest.mark.parametrize(
    ("line", "paragraphs", "mark"),
    [
        pytest.param("A Heading", [0, 0, 1], 1, id="within a paragraph it is torn"),
        pytest.param("A Heading", [0, 1, 1], 0, id="before another it is a heading"),
        pytest.param("A Heading", [0, 0, 0], 0.5, id="without paragraphs it is either"),
        pytest.param("torn at a comma,", [0, 0, 0], 1, id="headings have no comma at their end"),
        pytest.param("A sentence.", [0, 0, 0], 0, id="it has ended"),
    ],
)
def test_a_line_that_has_not_ended(side, line: str, paragraphs: list[int], mark: float) -> None:
    assert torn(side(np.eye(3), [line, "Another one.", "The end."], paragraphs)).tolist() == [0, mark, 0, 0]


def test_marks(side) -> None:
    found = built(side, ["The 42 men.", "NATO met.", "No marks."], ["42人。", "何もない。", "７人のNATO。"])
    assert of(found, 0, 1, 0, 1)["marks shared"] == 1
    assert of(found, 0, 1, 0, 1)["marks missing"] == 0
    assert of(found, 0, 1, 1, 2)["marks missing"] == 1
    assert of(found, 0, 2, 0, 3)["marks shared"] == 2
    assert of(found, 0, 2, 0, 3)["marks missing"] == 1, "the 7"
    assert of(found, 1, 2, 0, 0)["null marks"] == 1
    assert of(found, 2, 3, 0, 0)["null marks"] == 0


def test_rates_reach_every_bead(random_side, evidence) -> None:
    random = np.random.default_rng(3)
    found = evidence(random_side(random, 5), random_side(random, 5))
    beads = every_bead(5, 5, 7)
    few, many = (all_features(found, beads, rates) for rates in ((0.01, 0.01), (0.6, 0.6)))
    at = {name: k for k, name in enumerate(NAMES)}
    changed = {name for name in NAMES if not np.array_equal(few[:, at[name]], many[:, at[name]])}
    assert changed == {"null rate", "several rate", "match rate"}
    is_null = few[:, at["null"]] == 1
    assert (many[is_null, at["null rate"]] > few[is_null, at["null rate"]]).all()
    for rates in ((0.0, 0.0), (1.0, 1.0)):
        assert np.isfinite(all_features(found, beads, rates)).all()


def test_boilerplate(side) -> None:
    found = built(side, ["A line.", "Share this", "B line."], ["一行。", "シェア", "二行。"])
    found.source.boilerplate[:] = [0.0, 0.9, 0.1]
    found.target.boilerplate[:] = [0.0, 0.7, 0.0]
    assert of(found, 1, 2, 1, 2)["boilerplate"] == pytest.approx(1.6)
    assert of(found, 1, 2, 0, 1)["boilerplate differs"] == pytest.approx(0.9)
    assert of(found, 0, 2, 0, 1)["boilerplate"] == pytest.approx(0.45)
    assert of(found, 1, 2, 1, 1)["null boilerplate"] == pytest.approx(0.9)
    assert of(found, 1, 2, 1, 1)["null sure"] == pytest.approx(np.log(9) / 4)
    assert of(found, 1, 2, 1, 2)["boilerplate sure"] == pytest.approx(np.log(7 / 3) / 4), "of the less sure side"
    assert of(found, 1, 2, 0, 1)["boilerplate sure"] == 0, "one side is text"
    assert of(found, 0, 1, 0, 0)["null sure"] == 0
    found.source.boilerplate[1] = found.target.boilerplate[1] = 1
    assert of(found, 1, 2, 1, 2)["boilerplate sure"] == pytest.approx(np.log(9999) / 4, rel=1e-3), "nothing is certain"
    assert of(found, 1, 2, 1, 1)["null text"] == 0
    assert of(found, 2, 3, 1, 1)["null text"] == pytest.approx(0.5)


def test_boundaries_inside_sentences(side) -> None:
    """Two source sentences whose boundary falls inside one target sentence belong together."""
    random = np.random.default_rng(8)
    tokens = random.normal(size=(60, 64)).astype(np.float32)
    whole = Side.of(["A line."] * 6, [0] * 6, np.ones((6, 6, 64), np.float32), tokens, np.arange(0, 61, 10))
    ends = np.array([0, 10, 30, 40, 50, 60])  # the second has what the second and third of the other have
    merged = Side.of(["A line."] * 5, [0] * 5, np.ones((6, 5, 64), np.float32), tokens, ends)
    found = Evidence.of(whole, merged, Band(np.zeros(7, int), np.full(7, 5)), [], 7)
    right, wrong = of(found, 1, 3, 1, 2), of(found, 2, 4, 2, 3)
    assert right["inner inside"] > 0.5 > wrong["inner inside"]
    assert of(found, 1, 2, 1, 2)["end inside target"] > 0 > of(found, 4, 5, 3, 4)["end inside target"]
    two = of(found, 4, 6, 3, 5)
    assert two["inner at boundary"] > 0.5, "each of the two has its own"
    back = Evidence.of(merged, whole, Band(np.zeros(6, int), np.full(6, 6)), [], 7)
    mirrored = of(back, 1, 2, 1, 3)
    assert mirrored["inner inside"] == pytest.approx(right["inner inside"], abs=1e-4)


def test_boilerplate_that_translates_stands_among_lines_that_do(side) -> None:
    """The same two lines of boilerplate, once among lines that fit each other and once among others."""
    random = np.random.default_rng(5)
    rows = random.normal(size=(7, 16))
    others = random.normal(size=(7, 16))
    others[3] = rows[3]
    lines = [f"Line {k}" for k in range(7)]
    seen = []
    for target in (rows, others):
        found = built(side, lines, lines, (range(7), range(7)), (rows, target))
        found.source.boilerplate[:] = found.target.boilerplate[:] = 0.8
        seen.append(of(found, 3, 4, 3, 4))
        assert of(found, 2, 4, 2, 4)["boilerplate alone"] == 0, "of single lines only"
    among, alone = (row["boilerplate alone"] for row in seen)
    assert alone > among + 0.4
    assert seen[0]["boilerplate both"] == seen[1]["boilerplate both"] == pytest.approx(0.8)
    found.target.boilerplate[:] = 0
    assert of(found, 3, 4, 3, 4)["boilerplate alone"] == 0


def test_what_stood_next_to_a_line_is_known_when_it_has_been_taken_out(side) -> None:
    random = np.random.default_rng(6)
    rows = random.normal(size=(5, 16))
    lines = [f"Line {k}" for k in range(5)]
    whole = built(side, lines, lines, vectors=(rows, rows))
    for half in (whole.source, whole.target):
        half.boilerplate[:] = 0.9
    kept = np.array([2])
    left = Evidence.of(whole.source.take(kept), whole.target.take(kept), Band(np.zeros(2, int), np.ones(2, int)), [], 7)
    assert left.source.places.tolist() == [2]
    assert len(left.source.page) == 5
    assert left.source.take(np.array([0])).places.tolist() == [2]
