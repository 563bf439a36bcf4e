from __future__ import annotations

import io

import pytest

from align.errors import BlankInput, MalformedInput, MissingPart, OversizedInput
from align.read import read_bytes
from align.settings import AlignSettings

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
parquet = pytest.importorskip("pyarrow.parquet")


def made(columns: dict) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(pa.table(columns), stream, row_group_size=2)
    return stream.getvalue()


DATA = made(
    {
        "id": ["a", "b", "c"],
        "score": [0.1, 0.2, 0.3],
        "en": ["One thing.", None, "Three things."],
        "translation": [{"ja": "一つのこと。"}, {"ja": "二つのこと。"}, None],
    }
)


def test_columns():
    document = read_bytes(DATA, "a.parquet", AlignSettings(), part="en")
    assert (document.name, document.text) == ("a.parquet::en", "One thing.\n\nThree things.")
    assert [place for _, _, place in document.provenance] == ["row 1", "row 3"]
    assert read_bytes(DATA, "no suffix", AlignSettings(), part="translation.ja").text == "一つのこと。\n\n二つのこと。"


def test_the_only_column_of_text_needs_no_name():
    assert read_bytes(made({"id": ["a"], "en": ["One thing."]}), "a", AlignSettings()).text == "One thing."


def test_a_column_must_be_chosen():
    with pytest.raises(MissingPart, match=r"2 columns: en, translation\.ja"):
        read_bytes(DATA, "a.parquet", AlignSettings())
    with pytest.raises(MissingPart, match="no column 'score'"):
        read_bytes(DATA, "a.parquet", AlignSettings(), part="score")


@pytest.mark.parametrize("data", [DATA[:-20], DATA[:4] + bytes(len(DATA) - 8) + DATA[-4:], b"PAR1"])
def test_malformed(data):
    with pytest.raises(MalformedInput, match=r"a\.parquet is damaged or cut short"):
        read_bytes(data, "a.parquet", AlignSettings(), part="en")


def test_blank():
    with pytest.raises(BlankInput, match="holds no text"):
        read_bytes(made({"en": [" ", None]}), "a.parquet", AlignSettings(), part="en")


def test_what_it_unpacks_to_is_bounded():
    data = made({"en": ["word " * 2_000] * 100})
    with pytest.raises(OversizedInput, match="longer than 100,000 characters when unpacked"):
        read_bytes(data, "a.parquet", AlignSettings(max_bytes=100_000), part="en")
