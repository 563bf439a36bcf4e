"""The table in docs/formats.md says what the formats do."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.write import COLUMNS, FORMATS

DOCS = Path(__file__).parents[2] / "docs" / "formats.md"


def test_the_table_of_formats_is_right() -> None:
    if not DOCS.exists():
        pytest.skip("the docs are not part of an installed package")
    section = DOCS.read_text(encoding="utf-8").split("## What is written")[1].split("\n## ")[0]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    rows = {cells[0].strip("`"): cells[2:] for cells in table[2:]}
    assert list(rows) == list(FORMATS)
    for name, format in FORMATS.items():
        makes = {"file": "a file", "files": "two files", "folder": "a folder"}[format.form]
        holds = "all" if format.holds == set(COLUMNS) else ", ".join(each for each in COLUMNS if each in format.holds)
        yes = {True: "yes", False: "no"}
        assert rows[name] == [makes, yes[format.nulls], holds, yes[format.readable]], name
