"""Files that are no rows are refused in one line that says where and what."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from align.errors import (
    InputIsDirectory,
    MalformedAlignment,
    MissingExtra,
    MissingInput,
    SettingsError,
    UnreadableInput,
)
from align.write import FORMATS, read_pairs, save_pairs
from tests.write.rows import METADATA, ROWS

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "malformed.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['format']}: {case['label']}")
def test_a_malformed_file_is_refused(case: dict, tmp_path: Path) -> None:
    path = tmp_path / f"in.{case['format']}"
    path.write_text(case["text"] * case.get("repeat", 1), encoding="utf-8")
    with pytest.raises(MalformedAlignment) as error:
        list(read_pairs(path, case["format"]))
    message = str(error.value)
    assert message.startswith(str(path))
    assert all(part in message for part in case["says"]), message
    assert "\n" not in message


def test_every_format_that_can_be_read_has_a_malformed_file() -> None:
    elsewhere = {"moses", "hf"}  # more than a file, below
    assert {case["format"] for case in CASES} | elsewhere == {name for name, each in FORMATS.items() if each.readable}


def test_sides_of_different_lengths_are_no_moses_pair(tmp_path: Path) -> None:
    (tmp_path / "a.en").write_text("one\ntwo\n")
    (tmp_path / "a.ja").write_text("一\n")
    with pytest.raises(MalformedAlignment, match=r"a\.ja, line 2: is missing"):
        list(read_pairs(tmp_path / "a", "moses"))
    (tmp_path / "a.de").write_text("eins\n")
    with pytest.raises(SettingsError, match="--src-lang"):
        list(read_pairs(tmp_path / "a", "moses"))
    (tmp_path / "a.ja").unlink()
    with pytest.raises(MissingInput, match=r"a\.ja"):
        list(read_pairs(tmp_path / "a", "moses", METADATA))


def test_a_dataset_folder_without_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# nothing")
    with pytest.raises(MalformedAlignment, match="no data"):
        list(read_pairs(tmp_path, "hf"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(MalformedAlignment, match="no sound Parquet"):
        list(read_pairs(tmp_path))


def test_parquet_of_other_columns_or_values_is_refused(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"text": ["a"]}), path)
    with pytest.raises(MalformedAlignment, match=r"its columns are text"):
        list(read_pairs(path))
    parquet.write_table(pa.table({"src": ["a", "b"], "tgt": ["a", "b"], "confidence": [1.0, 2.0]}), path)
    with pytest.raises(MalformedAlignment, match=r"row 2: confidence is 2"):
        list(read_pairs(path))


def test_xces_of_sentences_or_documents_that_are_not_there_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    save_pairs(ROWS, folder, "xces", metadata=METADATA)
    document = folder / "ja" / "news.xml"
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace('id="s1"', 'id="s9"'), encoding="utf-8")
    with pytest.raises(MalformedAlignment, match=r"en-ja\.xml, line 5: the target document has no sentence 's1'"):
        list(read_pairs(folder))
    document.write_text(text.replace('id="s1"', 'id="s0"'), encoding="utf-8")
    with pytest.raises(MalformedAlignment, match=r"news\.xml, line 4: sentence id 's0' is twice there"):
        list(read_pairs(folder))
    document.unlink()
    with pytest.raises(MissingInput, match=r"ja/news\.xml"):
        list(read_pairs(folder))
    (folder / "more.xml").write_text("<cesAlign/>")
    with pytest.raises(MalformedAlignment, match="2 XML files"):
        list(read_pairs(folder))


BOMB = (
    "<!DOCTYPE tmx [<!ENTITY a '" + "x" * 1000 + "'>"
    + "".join(f"<!ENTITY {new} '{f'&{old};' * 100}'>" for old, new in zip("abcd", "bcde", strict=True))
    + "]><tmx><header srclang='&e;'/><body/></tmx>"
)  # fmt: skip


def test_an_entity_bomb_does_not_go_off(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tmx"
    path.write_text(BOMB)
    with pytest.raises(MalformedAlignment):
        list(read_pairs(path))


def test_an_external_entity_is_not_fetched(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    path = tmp_path / "a.tmx"
    path.write_text(
        f"<!DOCTYPE tmx [<!ENTITY e SYSTEM '{tmp_path / 'secret'}'>]><tmx><header srclang='en'/><body><tu>"
        "<tuv xml:lang='en'><seg>&e;</seg></tuv><tuv xml:lang='ja'><seg>b</seg></tuv></tu></body></tmx>"
    )
    with pytest.raises(MalformedAlignment, match="entities"):
        list(read_pairs(path))


def test_bytes_that_are_not_utf8_are_told_by_line(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_bytes(b"src\ttgt\na\tb\n" + "日本\t語\n".encode("cp932"))
    with pytest.raises(MalformedAlignment, match=r"a\.tsv, line 3: byte 0 is not UTF-8"):
        list(read_pairs(path))


@pytest.mark.parametrize("format", [name for name, each in FORMATS.items() if each.readable and each.form == "file"])
def test_what_is_no_file_is_refused(format: str, tmp_path: Path) -> None:
    with pytest.raises(MissingInput):
        list(read_pairs(tmp_path / "missing", format))
    with pytest.raises((InputIsDirectory, UnreadableInput)):
        list(read_pairs(tmp_path, format))


def test_pages_and_books_do_not_turn_back(tmp_path: Path) -> None:
    save_pairs(ROWS, tmp_path / "a.html", metadata=METADATA)
    with pytest.raises(SettingsError, match="does not turn back"):
        read_pairs(tmp_path / "a.html")


def test_a_missing_package_names_what_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r"pip install 'taiyaku\[formats\]'"):
        save_pairs(ROWS, tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []
