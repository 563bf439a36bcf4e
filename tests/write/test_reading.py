"""Rows read back: any columns, any of the files people have, from folders and standard input."""

from __future__ import annotations

import gzip
import io
import logging
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from align.errors import MissingInput, SettingsError
from align.records import AlignedPair
from align.write import format_found, read_pairs, row_files, save_pairs
from tests.write.rows import METADATA, PAIR, ROWS

PLAIN = AlignedPair("", 0, "1-1", (0,), (0,), 1.0, 0.0, (), "Yes", "はい", None, None)


def reads(tmp_path: Path, text: str, name: str = "in.tsv") -> list[AlignedPair]:
    (tmp_path / name).write_bytes(text.encode())
    return list(read_pairs(tmp_path / name))


@pytest.mark.parametrize(
    "text",
    [
        "Yes\tはい\n",
        "Yes\tはい",
        "src\ttgt\nYes\tはい\n",
        "tgt\tsrc\r\nはい\tYes\r\n",
        "\ufeffsrc\ttgt\nYes\tはい\n",
        "confidence\tsrc\ttgt\ttype\n1\tYes\tはい\t1-1\n\n",
        "src_ids\tsrc\ttgt\n0\tYes\tはい\n",
        "\t0\t1-1\t0\t0\t1.0000\t0.0000\t\tYes\tはい\t\t\n",
    ],
)
def test_columns_that_are_missing_are_filled_in(text: str, tmp_path: Path) -> None:
    assert reads(tmp_path, text) == [PLAIN]


def test_utf16_as_some_shells_write_it(tmp_path: Path) -> None:
    (tmp_path / "in.tsv").write_bytes("src\ttgt\r\nYes\tはい\r\n".encode("utf-16"))
    assert list(read_pairs(tmp_path / "in.tsv")) == [PLAIN]


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    save_pairs(ROWS, tmp_path / "out.jsonl")
    (tmp_path / "out.jsonl.gz").write_bytes(gzip.compress((tmp_path / "out.jsonl").read_bytes()))
    assert list(read_pairs(tmp_path / "out.jsonl.gz")) == ROWS


def test_only_line_feeds_end_a_line(tmp_path: Path) -> None:
    assert [row.src for row in reads(tmp_path, "a\u2028b\x85c\x0bd\te\n")] == ["a\u2028b\x85c\x0bd"]


def test_numbers_run_on_by_document(tmp_path: Path) -> None:
    rows = reads(tmp_path, "doc\ttype\tsrc\ttgt\nx\t2-1\ta b\tc\nx\t0-1\t\td\nx\t1-1\te\tf\ny\t1-1\tg\th\n")
    assert [(row.bead, row.src_ids, row.tgt_ids) for row in rows] == [
        (0, (0, 1), (0,)),
        (1, (), (1,)),
        (2, (2,), (2,)),
        (0, (0,), (0,)),
    ]


def test_sentence_numbers_alone_are_rows(tmp_path: Path) -> None:
    (row,) = reads(tmp_path, "src_ids\ttgt_ids\n3,4\t\n")
    assert (row.src_ids, row.type, row.is_null, row.src) == ((3, 4), "2-0", True, "")


def test_json_may_leave_keys_out_and_say_null(tmp_path: Path) -> None:
    text = '{"src": "Yes", "tgt": "はい", "src_span": null, "confidence": null, "url": "x"}\n\n'
    assert reads(tmp_path, text, "in.jsonl") == [PLAIN]


def test_columns_without_a_place_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert reads(tmp_path, "src\turl\ttgt\nYes\thttp://x\tはい\n") == [PLAIN]
    assert "'url'" in caplog.text


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO("Yes\tはい\n".encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    assert list(read_pairs("-")) == [PLAIN]


def test_xml_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for format, languages in (("tmx", METADATA), ("xliff", None)):
        path = tmp_path / f"out.{format}"
        save_pairs(ROWS[:1], path, metadata=METADATA)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
        assert list(read_pairs("-", format, languages)) == ROWS[:1]
    with pytest.raises(SettingsError, match="--src-lang"):
        list(read_pairs("-", "tmx"))


@pytest.mark.parametrize(
    ("name", "start", "format"),
    [
        ("a.JSONL", "", "jsonl"),
        ("a.ndjson", "", "jsonl"),
        ("a.xlf", "", "xliff"),
        ("a.tmx.gz", "", "tmx"),
        ("a.txt", "# made by hand\n[0]:[0]\n", "tsv"),
        ("a.txt", "\ufeff[0]:[0]\n", "ladder"),
        ("a", ' {"src": 1}', "jsonl"),
        ("a", "PAR1", "parquet"),
        ("a.xml", '<?xml version="1.0"?><!DOCTYPE tmx><tmx>', "tmx"),
        ("a.xml", "<xliff ", "xliff"),
        ("a.xml", '<?xml version="1.0"?><cesAlign>', "xces"),
        ("a.txt", "src\ttgt\n", "tsv"),
        ("-", "", "tsv"),
    ],
)
def test_a_file_tells_its_format(name: str, start: str, format: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    if name != "-":
        Path(name).write_text(start, encoding="utf-8")
    assert format_found(name) == format


def test_a_folder_of_outputs_is_read_in_order(tmp_path: Path) -> None:
    """What has a sidecar is an output; of two formats, the one that holds more is read."""
    for name in ("b", "sub/c", "a"):
        path = tmp_path / f"{name}.jsonl"
        path.parent.mkdir(exist_ok=True)
        save_pairs([replace(PAIR, doc=name)], path, sidecar=lambda tally: b"{}")
        save_pairs([replace(PAIR, doc=name)], path.with_suffix(".ladder"), sidecar=lambda tally: b"{}")
    (tmp_path / "summary.tsv").write_text("doc\tstatus\na\tdone\n")
    (tmp_path / "batch.json").write_text("{}")
    assert [row.doc for row in read_pairs(tmp_path)] == ["a", "b", "sub/c"]
    assert row_files(tmp_path / "a.jsonl") == [str(tmp_path / "a.jsonl")]


def test_a_folder_without_outputs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("a\tb\n")
    with pytest.raises(MissingInput, match="holds no output"):
        read_pairs(tmp_path)


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Did you mean jsonl"):
        read_pairs(tmp_path / "a", "jsnl")


def test_values_of_other_types_come_from_parquet(tmp_path: Path) -> None:
    """As pandas and others write it: dictionaries of strings, small numbers, large lists."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    table = pa.table(
        {
            "src": pa.array(["Yes"]).dictionary_encode(),
            "tgt": pa.array(["はい"], pa.large_string()),
            "src_ids": pa.array([[0]], pa.large_list(pa.int8())),
            "tgt_ids": pa.array([[0]], pa.list_(pa.uint16())),
            "confidence": pa.array([1.0], pa.float32()),
            "flags": pa.array([None], pa.list_(pa.string())),
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    assert list(read_pairs(tmp_path / "a.parquet")) == [PLAIN]


def test_parquet_keeps_types(tmp_path: Path) -> None:
    import pyarrow.parquet as parquet

    save_pairs(ROWS, tmp_path / "a.parquet", metadata=METADATA)
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.to_pylist()[0]["tgt_ids"] == [0, 1]
    assert table.to_pylist()[1]["src_span"] is None
    assert {name: str(table.schema.field(name).type) for name in ("bead", "confidence", "flags", "src")} == {
        "bead": "int64",
        "confidence": "double",
        "flags": "list<element: string>",
        "src": "string",
    }
