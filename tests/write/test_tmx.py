"""TMX: valid, read by another program, and read from other programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from align.errors import MalformedAlignment, SettingsError
from align.write import Metadata, read_metadata, read_pairs, save_pairs
from tests.write.rows import METADATA, NULL, PAIR, ROWS

DTD = Path(__file__).parent / "cases" / "tmx14.dtd"
FOREIGN = """<?xml version="1.0" encoding="UTF-16"?>
<tmx version="1.4"><header creationtool="x" srclang="EN-us"/><body>
<tu tuid="7"><note>kept by a person</note><prop type="domain">news</prop>
<tuv xml:lang="fr"><seg>Bonjour</seg></tuv>
<tuv xml:lang="EN-US"><seg>Click <bpt i="1">&lt;b></bpt><hi>here</hi><ept i="1">&lt;/b></ept>, <ph/>please.</seg></tuv>
<tuv xml:lang="ja-JP"><seg>ここを<it pos="begin">&lt;i></it>押す。</seg></tuv></tu>
<tu><tuv xml:lang="EN-US"><seg>Alone</seg></tuv></tu>
<tu><tuv xml:lang="en-US"><seg>Yes</seg></tuv><tuv xml:lang="ja-JP"><seg>はい</seg></tuv></tu>
</body></tmx>
"""


def written(tmp_path: Path, rows=ROWS) -> Path:
    path = tmp_path / "out.tmx"
    save_pairs(rows, path, metadata=METADATA)
    return path


def test_the_file_is_valid(tmp_path: Path) -> None:
    awkward = replace(PAIR, src="a\x01b\ufffe ]]> &amp; <seg>", doc='"quoted" & <named>')
    tree = etree.parse(written(tmp_path, [*ROWS, awkward]))
    dtd = etree.DTD(str(DTD))
    assert dtd.validate(tree), dtd.error_log
    assert tree.docinfo.doctype == '<!DOCTYPE tmx SYSTEM "tmx14.dtd">'


def test_figures_are_properties_and_null_rows_are_left_out(tmp_path: Path) -> None:
    units = etree.parse(written(tmp_path)).findall("body/tu")
    assert len(units) == len(ROWS) - 1
    assert {each.get("type"): each.text for each in units[0].findall("prop")} == {
        "x-doc": "news",
        "x-bead": "0",
        "x-src_ids": "0",
        "x-tgt_ids": "0,1",
        "x-confidence": "0.9876",
        "x-similarity": "0.5123",
        "x-flags": "length,numbers",
        "x-src_span": "10:26",
        "x-tgt_span": "30:38",
    }
    assert save_pairs([NULL], tmp_path / "null.tmx", metadata=METADATA).loss.nulls == 1


def test_translate_toolkit_reads_it(tmp_path: Path) -> None:
    tmx = pytest.importorskip("translate.storage.tmx")
    with written(tmp_path).open("rb") as file:
        units = tmx.tmxfile(file, "en", "ja").units
    assert [(unit.source, unit.target) for unit in units] == [(row.src, row.tgt) for row in ROWS if not row.is_null]


def test_translate_toolkit_writes_what_is_read(tmp_path: Path) -> None:
    tmx = pytest.importorskip("translate.storage.tmx")
    store = tmx.tmxfile()
    store.addtranslation("A & B", "en", "AとB", "ja")
    path = tmp_path / "toolkit.tmx"
    path.write_bytes(bytes(store))
    (row,) = read_pairs(path, metadata=Metadata(("en", "ja")))
    assert (row.src, row.tgt, row.type, row.confidence) == ("A & B", "AとB", "1-1", 1.0)


def test_other_programs_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "foreign.tmx"
    path.write_bytes(FOREIGN.encode("utf-16"))
    rows = list(read_pairs(path, metadata=Metadata(("en", "ja"))))
    assert [(row.src, row.tgt) for row in rows] == [("Click here, please.", "ここを押す。"), ("Yes", "はい")]
    assert [row.src_ids for row in rows] == [(0,), (1,)]
    assert [row.src for row in read_pairs(path, metadata=Metadata(("fr", "en")))] == ["Bonjour"]


def test_languages_are_the_headers_and_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "foreign.tmx"
    path.write_bytes(FOREIGN.encode("utf-16"))
    assert read_metadata(path).languages == ("EN-US", "fr")
    with pytest.raises(
        MalformedAlignment, match=r"no unit has both de and ja; its languages are EN-US, en-US, fr, ja-JP"
    ):
        list(read_pairs(path, metadata=Metadata(("de", "ja"))))


@pytest.mark.parametrize(("languages", "says"), [(None, "--src-lang"), (("en", "EN"), "both en")])
def test_two_languages_are_needed(languages: tuple[str, str] | None, says: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=says):
        save_pairs(ROWS, tmp_path / "out.tmx", metadata=Metadata(languages))
    assert list(tmp_path.iterdir()) == []
