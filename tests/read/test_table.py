from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import BlankInput, MalformedInput, MissingPart, UnsafeInput
from align.read import read_bytes
from align.settings import AlignSettings

TSV = 'id\tsrc\ttgt\nd1\tA "good" day.\t良い日です。\nd2\t"Two," he said.\n\nd4\t\t四つ目です。\n'
CSV = 'id;text;note\r\n1;"One; and\r\ntwo ""more"".";x\r\n2;Three words here.;y z\r\n'
RECORDS = [
    {"id": "a-1", "translation": {"en": "One thing.", "ja": "一つのこと。"}, "n": 3},
    {"id": "a-2", "translation": {"en": "Two things.", "ja": ["二つのこと。", "三つのこと。"]}, "url": None},
]
JSONL = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS)


def cells(text: str, name: str, part: str | None = None, **settings: object) -> list[str]:
    document = read_bytes(text.encode(), name, AlignSettings(**settings), part=part)
    return [document.text[p.start : p.end] for p in document.paragraphs]


@pytest.mark.parametrize(
    ("text", "name", "part", "found"),
    [
        (TSV, "a.tsv", "src", ['A "good" day.', '"Two," he said.']),
        (TSV, "a.tsv", "3", ["tgt", "良い日です。", "四つ目です。"]),
        ("Hello there.\tこんにちは。\n", "a.tsv", "2", ["こんにちは。"]),
        ("Hello there.\nこんにちは。\n", "a.tsv", None, ["Hello there.", "こんにちは。"]),
        ("text\nHello there.\n", "a.tsv", None, ["Hello there."]),
        ("en\tscore\nHello there.\t0.5\n", "a.tsv", None, ["Hello there."]),
        ('en\n"a ""b"" c"\n"d e"\n', "a.tsv", None, ['a "b" c', "d e"]),
        (CSV, "a.csv", "text", ["One; and", 'two "more".', "Three words here."]),
        (CSV, "a.csv", None, ["One; and", 'two "more".', "Three words here."]),
        (JSONL, "a.jsonl", "translation.en", ["One thing.", "Two things."]),
        (JSONL, "a.jsonl", "translation.ja", ["一つのこと。", "二つのこと。", "三つのこと。"]),
        (json.dumps(RECORDS), "a.json", "translation.en", ["One thing.", "Two things."]),
        (
            '{"text": "First one.\\n\\nSecond one.", "summary": "in short"}',
            "a.jsonl",
            None,
            ["First one.", "Second one."],
        ),
        ('"One thing."\n"Another thing."\n', "a.jsonl", None, ["One thing.", "Another thing."]),
    ],
)
def test_columns(text, name, part, found):
    assert cells(text, name, part) == found


def test_rows_are_places():
    document = read_bytes(TSV.encode(), "a.tsv", AlignSettings(), part="tgt")
    assert [place for _, _, place in document.provenance] == ["row 2", "row 5"]


def test_presplit_cells_are_lines():
    document = read_bytes(b"src\ttgt\nOne. Two.\tx\nThree.\ty\n", "a.tsv", AlignSettings(presplit=True), part="src")
    assert (document.text, [p.kind for p in document.paragraphs]) == ("One. Two.\nThree.", ["line", "line"])


@pytest.mark.parametrize(
    ("text", "name", "part", "says"),
    [
        (TSV, "a.tsv", None, r"a\.tsv holds 2 columns: src, tgt\. .* a\.tsv::src"),
        (TSV, "a.tsv", "source", r"no column 'source'\. (Did you mean a\.tsv::src|It holds 3 columns: id, src, tgt)"),
        (TSV, "a.tsv", "4", "no column '4'"),
        ("Hello there.\tこんにちは。\n", "a.tsv", None, "2 columns: 1, 2"),
        (JSONL, "a.jsonl", None, r"2 fields: translation\.en, translation\.ja"),
        (JSONL, "a.jsonl", "en", "no field 'en'"),
    ],
)
def test_a_column_must_be_chosen(text, name, part, says):
    with pytest.raises(MissingPart, match=says):
        cells(text, name, part)


@pytest.mark.parametrize(
    ("text", "name", "error", "says"),
    [
        ('a,b\n"x,y\n', "a.csv", MalformedInput, r"does not read as CSV at line 2"),
        ('a,b\n"x"y,z\n', "a.csv", MalformedInput, "at line 2"),
        ('{"a": "x"}\n{"a": \n', "a.jsonl", MalformedInput, r"a\.jsonl is no JSON at line 2"),
        ('[{"a": "x"},\n\n}]', "a.json", MalformedInput, "no JSON at line 3"),
        ("[" * 100_000, "a.json", UnsafeInput, "nested deeper"),
        ("src\ttgt\n\t\n", "a.tsv", MissingPart, "2 columns"),
        ("text\n \n", "a.tsv", BlankInput, "holds no text"),
    ],
)
def test_malformed(text, name, error, says):
    with pytest.raises(error, match=says):
        cells(text, name)


def test_cells_may_be_long_and_the_limit_of_csv_is_put_back():
    import csv

    before = csv.field_size_limit()
    assert cells(f'a,text\n1,"{"word " * 100_000}"\n', "a.csv", "text") == [("word " * 100_000).strip()]
    assert csv.field_size_limit() == before


@given(
    st.lists(
        st.text(
            st.characters(
                exclude_characters="\t\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\ufeff", exclude_categories=["C", "Z"]
            ),
            min_size=1,
            max_size=9,
        ),
        min_size=1,
    )
)
def test_every_cell_comes_back(texts):
    rows = "".join(f"{n}\t{text} wörd\n" for n, text in enumerate(texts))
    assert cells("id\ttext\n" + rows, "a.tsv", "text") == [f"{text} wörd" for text in texts]
