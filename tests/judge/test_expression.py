"""Expressions: what they are true of, and what their mistakes are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import SettingsError
from align.judge.expression import COLUMNS, LONGEST, Row, clauses
from align.records import AlignedPair

CASES = Path(__file__).parent / "cases"
TRUE = yaml.safe_load((CASES / "expressions.yaml").read_text(encoding="utf-8"))
WRONG = yaml.safe_load((CASES / "expression_errors.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def rows(pair: Callable[..., AlignedPair]) -> list[Row]:
    return [
        Row(pair("It rained.", "雨だった。", doc="news", confidence=0.95, similarity=0.8)),
        Row(
            pair(
                "He left, 12.", "去った。12", doc="news", bead=1, type="1-2", tgt_ids=(1, 2), confidence=0.4,
                similarity=0.5, flags=("low-confidence", "torn"),
            )
        ),
        Row(pair("Share this", "", doc="blog", bead=2, confidence=0.99, similarity=0.0, flags=("boilerplate",))),
        Row(pair("", "ははは", doc="blog", bead=3, confidence=0.7, similarity=0.0)),
    ]  # fmt: skip


@pytest.mark.parametrize("case", TRUE, ids=lambda case: case["expression"])
def test_true_of(case: dict, rows: list[Row]) -> None:
    found = clauses(case["expression"], "and")
    assert [at for at, row in enumerate(rows) if all(clause.holds(row) for clause in found)] == sorted(case["rows"])


@pytest.mark.parametrize("case", TRUE, ids=lambda case: case["expression"])
def test_the_parts_make_the_whole(case: dict, rows: list[Row]) -> None:
    either = clauses(case["expression"], "or")
    assert [at for at, row in enumerate(rows) if any(part.holds(row) for part in either)] == sorted(case["rows"])


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case["expression"])
def test_mistakes(case: dict) -> None:
    with pytest.raises(SettingsError) as caught:
        clauses(case["expression"], "and", "--keep")
    assert str(caught.value).startswith("--keep")
    for words in case["says"]:
        assert words in str(caught.value)


def test_clauses_are_told_as_they_were_written() -> None:
    found = clauses('confidence >= .9 and not (torn or copy) and tgt contains "東京"', "and")
    assert [clause.text for clause in found] == ["confidence >= .9", "not (torn or copy)", 'tgt contains "東京"']
    assert [clause.text for clause in clauses("torn or copy and language", "or")] == ["torn", "copy and language"]


def test_names_are_told() -> None:
    assert clauses("bicleaner > .5 or torn", "and")[0].names == {"bicleaner", "torn"}


@pytest.mark.parametrize("expression", ["torn and " * LONGEST + "torn", "(" * 5_000 + "torn" + ")" * 5_000])
def test_too_much(expression: str) -> None:
    with pytest.raises(SettingsError):
        clauses(expression, "and")


def test_deep_expressions_end_in_an_error_or_a_value(rows: list[Row]) -> None:
    try:
        found = clauses("not " * 1_500 + "torn", "and")
    except SettingsError:
        return
    assert found[0].holds(rows[1])


words = st.sampled_from(
    [
        *COLUMNS,
        "torn",
        "and",
        "or",
        "not",
        "in",
        "(",
        ")",
        "<",
        "==",
        "+",
        "/",
        "-",
        ".5",
        "3",
        '"x"',
        "matches",
        "len",
        ",",
    ]
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=30), st.lists(words, max_size=8).map(" ".join)))
def test_any_text_is_an_expression_or_a_mistake_of_the_user(expression: str) -> None:
    row = Row(AlignedPair("d", 0, "1-1", (0,), (0,), 0.5, 0.5, (), "a", "b", None, None))
    try:
        found = clauses(expression, "and")
    except SettingsError:
        return
    for clause in found:
        assert clause.holds(row) in (True, False)
