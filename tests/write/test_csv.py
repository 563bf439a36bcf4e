"""CSV: what a spreadsheet makes of it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.records import AlignedPair
from align.write import COLUMNS, Layout, read_pairs, write_pairs
from tests.write.rows import PAIR, ROWS

FORMULAS = ["=1+1", "+81 3", "-5", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "'=1", "''=1"]


def written(rows: list[AlignedPair], layout: Layout = Layout()) -> bytes:
    stream = io.BytesIO()
    write_pairs(rows, stream, "csv", layout)
    return stream.getvalue()


def test_it_begins_with_a_byte_order_mark_and_rows_end_as_excel_ends_them() -> None:
    data = written(ROWS)
    assert data.startswith(b"\xef\xbb\xbfdoc,bead,")
    assert data.count(b"\r\n") == len(ROWS) + 1


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_text_and_come_back(text: str, tmp_path: Path) -> None:
    row = replace(PAIR, doc=text, src=text, tgt=text)
    (tmp_path / "out.csv").write_bytes(written([row]))
    cells = dict(zip(COLUMNS, list(csv.reader(io.StringIO(written([row]).decode("utf-8-sig"))))[1], strict=True))
    assert cells["src"] == cells["tgt"] == cells["doc"] == f"'{text}"
    assert list(read_pairs(tmp_path / "out.csv")) == [row]


@settings(deadline=None)
@given(st.text())
def test_no_text_begins_as_a_formula(text: str) -> None:
    data = written([replace(PAIR, src=text)], Layout(("src",), header=False)).decode("utf-8-sig")
    (cell,) = next(csv.reader(io.StringIO(data)), [""])
    assert not cell.startswith(tuple("=+-@＝＋－＠"))


def test_no_cell_is_a_date_a_time_or_another_number() -> None:
    """Excel turns 1-2 into a day, 0,1 into a number and 10:26 into a time of day."""
    cells = list(csv.reader(io.StringIO(written([PAIR]).decode("utf-8-sig"))))[1]
    assert cells[2:5] == ["1–2", "0", "0 1"]
    assert cells[10:] == ["10–26", "30–38"]
    assert cells[7] == "length numbers"


def test_the_forms_of_the_tsv_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('type,src_ids,tgt_ids,src,tgt,src_span\r\n1-2,0,"0,1","a\nb",c,0:3\r\n', encoding="utf-8")
    (row,) = read_pairs(path)
    assert (row.type, row.tgt_ids, row.src, row.src_span) == ("1-2", (0, 1), "a\nb", (0, 3))


def test_a_file_without_a_header_has_two_columns(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('"one, two",三\r\nfour,四\r\n', encoding="utf-8-sig")
    assert [(row.src, row.tgt) for row in read_pairs(path)] == [("one, two", "三"), ("four", "四")]
