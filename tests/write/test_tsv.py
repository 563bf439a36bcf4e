"""The TSV: what is written comes back the same, whatever the text."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from align.errors import SettingsError
from align.records import AlignedPair
from align.write import COLUMNS, Layout, layout_for, write_pairs
from align.write.layout import line

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "text.yaml").read_text(encoding="utf-8"))

PAIR = AlignedPair(
    doc="news",
    bead=3,
    type="1-2",
    src_ids=(4,),
    tgt_ids=(5, 6),
    confidence=0.98765,
    similarity=-0.00001,
    flags=("length", "numbers"),
    src="A “quoted” line.",
    tgt="一つ目。二つ目。",
    src_span=(10, 26),
    tgt_span=(30, 38),
)
NULL = AlignedPair("news", 4, "0-1", (), (7,), 0.5, 0.0, (), "", "広告", None, (38, 40))

anything = st.text(st.characters(exclude_categories=()), max_size=20)
ids = st.lists(st.integers(0, 10**6), max_size=4).map(tuple)
spans = st.none() | st.tuples(st.integers(0, 10**9), st.integers(0, 10**9))
shares = st.floats(0, 1)
pairs = st.builds(
    AlignedPair,
    doc=anything,
    bead=st.integers(0, 10**6),
    type=st.sampled_from(["1-1", "0-1", "2-3"]),
    src_ids=ids,
    tgt_ids=ids,
    confidence=shares,
    similarity=st.floats(-1, 1),
    flags=st.lists(st.sampled_from(["length", "numbers"]), unique=True).map(tuple),
    src=anything,
    tgt=anything,
    src_span=spans,
    tgt_span=spans,
)


def written(rows: list[AlignedPair], format: str = "tsv", layout: Layout = Layout()) -> bytes:
    stream = io.BytesIO()
    write_pairs(rows, stream, format, layout)
    return stream.getvalue()


def read(data: bytes, **how: object) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(data), sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False, **how)


def test_a_row_is_laid_out_as_documented() -> None:
    assert written([PAIR, NULL]).decode().split("\n") == [
        "doc\tbead\ttype\tsrc_ids\ttgt_ids\tconfidence\tsimilarity\tflags\tsrc\ttgt\tsrc_span\ttgt_span",
        "news\t3\t1-2\t4\t5,6\t0.9877\t0.0000\tlength,numbers\tA “quoted” line.\t一つ目。二つ目。\t10:26\t30:38",
        "news\t4\t0-1\t\t7\t0.5000\t0.0000\t\t\t広告\t\t38:40",
        "",
    ]


def test_no_row_leaves_the_header() -> None:
    assert written([]) == ("\t".join(COLUMNS) + "\n").encode()


def test_pandas_gives_numbers_where_there_are_numbers() -> None:
    frame = read(written([PAIR, NULL]))
    assert frame["confidence"].tolist() == [0.9877, 0.5]
    assert frame["bead"].tolist() == [3, 4]
    assert frame["src"].tolist() == [PAIR.src, ""]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_awkward_text_is_one_field(case: dict[str, str]) -> None:
    text = case["text"].encode().decode("unicode_escape") if case.get("escaped") else case["text"]
    row = AlignedPair("d", 0, "1-1", (0,), (0,), 1.0, 1.0, (), text, text, (0, 1), (0, 1))
    for header in (True, False):
        data = written([row, row], layout=Layout(("src", "tgt"), header))
        frame = read(data, dtype=str, header=0 if header else None, skip_blank_lines=False)
        assert frame.values.tolist() == [[case["field"]] * 2] * 2


@given(st.lists(pairs, max_size=5))
def test_every_field_comes_back(rows: list[AlignedPair]) -> None:
    frame = read(written(rows), dtype=str)
    assert tuple(frame.columns) == COLUMNS
    assert frame.values.tolist() == [
        [
            line(row.doc),
            str(row.bead),
            row.type,
            ",".join(map(str, row.src_ids)),
            ",".join(map(str, row.tgt_ids)),
            f"{row.confidence:.4f}",
            f"{round(row.similarity, 4) + 0:.4f}",
            ",".join(row.flags),
            line(row.src),
            line(row.tgt),
            f"{row.src_span[0]}:{row.src_span[1]}" if row.src_span else "",
            f"{row.tgt_span[0]}:{row.tgt_span[1]}" if row.tgt_span else "",
        ]
        for row in rows
    ]


@given(anything)
def test_a_field_is_one_line_of_utf8_and_stays_so(text: str) -> None:
    once = line(text)
    assert len(f"x{once}x".splitlines()) == 1
    assert "\t" not in once
    assert "\0" not in once
    assert once.encode().decode() == once
    assert line(once) == once
    kept = [c for c in text if not (c.isspace() or c in "\0\ufeff")]
    assert [c for c in once if c != " "] == ["\ufffd" if "\ud800" <= c <= "\udfff" else c for c in kept]


def test_columns_come_in_the_order_asked_for() -> None:
    assert written([PAIR], layout=Layout(("tgt", "src"), header=False)).decode() == f"{PAIR.tgt}\t{PAIR.src}\n"


def test_pairs_only_leaves_null_rows_out() -> None:
    assert written([PAIR, NULL, PAIR], layout=Layout(("bead",), False, pairs_only=True)) == b"3\n3\n"


@pytest.mark.parametrize(
    ("format", "columns", "found"),
    [
        ("tsv", ("src", "trg"), "trg"),
        ("tsv", ("src", "src"), "twice"),
        ("tsv", (), "No columns"),
        ("tsv", ("",), "''"),
        ("ladder", ("src",), "ladder"),
        ("xlsx", ("src",), "xlsx"),
        ("jsnl", None, "Did you mean jsonl"),
    ],
)
def test_a_layout_nobody_can_write_is_refused(format: str, columns: tuple[str, ...] | None, found: str) -> None:
    with pytest.raises(SettingsError, match=found):
        write_pairs([PAIR], io.BytesIO(), format, layout_for(format, columns))
