"""Rows and case tables for the tests of judging."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from align.records import AlignedPair

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> Iterator[object]:
    """The rows of a table in `cases/`, each a parameter with its label as name."""
    with (CASES / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield pytest.param(row, id=f"{row.get('language', '')} {row['label']}".strip())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`@pytest.mark.cases("numbers")` runs a test on every row of a table, as its argument `case`."""
    if marker := metafunc.definition.get_closest_marker("cases"):
        metafunc.parametrize("case", list(cases(*marker.args)))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "cases(name): run on every row of tests/judge/cases/name.tsv")


@pytest.fixture
def pair() -> Callable[..., AlignedPair]:
    """Makes a row of two texts."""

    def make(src: str, tgt: str, **more: object) -> AlignedPair:
        src_ids, tgt_ids = ((0,) if src else ()), ((0,) if tgt else ())
        fields = {
            "doc": "doc", "bead": 0, "type": f"{len(src_ids)}-{len(tgt_ids)}", "src_ids": src_ids, "tgt_ids": tgt_ids,
            "confidence": 1.0, "similarity": 0.9, "flags": (), "src": src, "tgt": tgt, "src_span": None,
            "tgt_span": None,
        }  # fmt: skip
        return AlignedPair(**{**fields, **more})

    return make
