"""JSON lines and ladders, and which format a path asks for."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.ladder import read_ladder
from align.records import AlignedPair
from align.write import COLUMNS, Layout, format_named, format_of, write_pairs
from align.write.layout import line

PAIR = AlignedPair("d", 0, "1-2", (0,), (0, 1), 0.98765, 0.5, ("length",), "A.\n", "あ。\ud800", (0, 2), (0, 4))
NULL = AlignedPair("d", 1, "1-0", (1,), (), 0.25, 0.0, (), "B.", "", (3, 5), None)


def written(rows: list[AlignedPair], format: str, layout: Layout = Layout()) -> str:
    stream = io.BytesIO()
    write_pairs(rows, stream, format, layout)
    return stream.getvalue().decode()


def test_json_keeps_structure() -> None:
    rows = [json.loads(text) for text in written([PAIR, NULL], "jsonl").splitlines()]
    assert list(rows[0]) == list(COLUMNS)
    assert rows[0] == {
        "doc": "d",
        "bead": 0,
        "type": "1-2",
        "src_ids": [0],
        "tgt_ids": [0, 1],
        "confidence": 0.9877,
        "similarity": 0.5,
        "flags": ["length"],
        "src": "A.",
        "tgt": "あ。\ufffd",
        "src_span": [0, 2],
        "tgt_span": [0, 4],
    }
    assert rows[1]["tgt_span"] is None


@given(st.text(st.characters(exclude_categories=())))
def test_json_is_one_object_a_line(text: str) -> None:
    row = AlignedPair(text, 0, "1-1", (0,), (0,), 1.0, 1.0, (), text, text, None, None)
    lines = written([row, row], "jsonl", Layout(("src",))).splitlines()
    assert [json.loads(each) for each in lines] == [{"src": line(text)}] * 2


def test_a_ladder_reads_back(tmp_path) -> None:
    path = tmp_path / "out.ladder"
    path.write_text(written([PAIR, NULL], "ladder"), encoding="utf-8")
    assert path.read_text() == "[0]:[0, 1]:0.9877\n[1]:[]:0.2500\n"
    assert [(bead.src, bead.tgt, bead.confidence) for bead in read_ladder(path)] == [
        ((0,), (0, 1), 0.9877),
        ((1,), (), 0.25),
    ]


@pytest.mark.parametrize("format", ["tsv", "jsonl", "csv", "ladder"])
def test_formats_of_lines_leave_null_rows_out_when_asked(format: str) -> None:
    columns = ("src_ids",) if format_named(format).columns else COLUMNS
    text = written([NULL, PAIR, NULL], format, Layout(columns, header=False, pairs_only=True))
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(
    ("path", "format"),
    [
        ("out.tsv", "tsv"),
        ("a/out.JSONL", "jsonl"),
        ("out.ladder", "ladder"),
        ("out.txt", "tsv"),
        ("out", "tsv"),
        ("ladder", "tsv"),
        ("/dev/null", "tsv"),
    ],
)
def test_the_suffix_chooses_the_format(path: str, format: str) -> None:
    assert format_of(path) == format
