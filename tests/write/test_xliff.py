"""XLIFF 2.0: its structure, and files of other programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from align.write import read_pairs, save_pairs
from tests.write.rows import METADATA, NULL, PAIR, ROWS, texts

CORE = "{urn:oasis:names:tc:xliff:document:2.0}"
FOREIGN = """<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="en" trgLang="ja">
<file id="a" original="page"><notes><note>n</note></notes><group id="g"><unit id="1"><originalData><data id="d">x</data>
</originalData><segment><source>One <pc id="1">bold</pc> word.</source><target>一つの語。</target></segment>
<ignorable><source> </source></ignorable><segment><source>Two.</source><target>二つ<ph id="2"/>。</target></segment>
</unit></group><unit id="2"><segment><source>Untranslated</source></segment></unit></file></xliff>"""


def test_a_file_per_document_and_a_unit_per_row(tmp_path: Path) -> None:
    path = tmp_path / "out.xliff"
    save_pairs([*ROWS, replace(PAIR, doc="other")], path, metadata=METADATA)
    root = etree.parse(path).getroot()
    assert (root.tag, root.get("version"), root.get("srcLang"), root.get("trgLang")) == (
        f"{CORE}xliff",
        "2.0",
        "en",
        "ja",
    )
    files = root.findall(f"{CORE}file")
    assert [(each.get("id"), each.get("original")) for each in files] == [("f1", "news"), ("f2", "other")]
    units = files[0].findall(f"{CORE}unit")
    assert [unit.get("id") for unit in units] == ["u1", "u2", "u3"]
    for unit in units:  # the order that the specification asks for
        assert [etree.QName(child).localname for child in unit] == ["metadata", "segment"]
        assert [etree.QName(child).localname for child in unit[1]] == ["source", "target"]
    assert units[1].find(f"{CORE}segment/{CORE}source").text is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=4))
def test_the_file_is_valid(tmp_path: Path, found: list[tuple[str, str, str]]) -> None:
    path = tmp_path / "out.xliff"
    rows = [replace(PAIR, doc=doc, src=src, tgt=tgt) for doc, src, tgt in found]
    save_pairs([*ROWS, *rows], path, metadata=METADATA)
    tree = etree.parse(path)
    schema = etree.RelaxNG(etree.parse(Path(__file__).parent / "cases" / "xliff20.rng"))
    assert schema.validate(tree), schema.error_log
    for file in tree.getroot():  # no schema says that they are told apart
        ids = [unit.get("id") for unit in file.iter(f"{CORE}unit")]
        assert len(ids) == len(set(ids))


def test_translate_toolkit_reads_it(tmp_path: Path) -> None:
    xliff = pytest.importorskip("translate.storage.xliff2")
    path = tmp_path / "out.xliff"
    save_pairs(ROWS, path, metadata=METADATA)
    store = xliff.Xliff2File.parsefile(str(path))
    assert (store.sourcelanguage, store.targetlanguage) == ("en", "ja")
    assert [(unit.source or "", unit.target or "") for unit in store.units] == [(row.src, row.tgt) for row in ROWS]


def test_a_row_without_target_has_no_target(tmp_path: Path) -> None:
    path = tmp_path / "out.xlf"
    row = replace(NULL, type="1-0", src_ids=(2,), tgt_ids=(), src="Only here", tgt="")
    save_pairs([row], path, metadata=METADATA)
    assert etree.parse(path).find(f".//{CORE}target") is None
    assert [each.src for each in read_pairs(path)] == ["Only here"]


def test_characters_that_xml_cannot_hold_are_written_by_code(tmp_path: Path) -> None:
    path = tmp_path / "out.xliff"
    row = replace(PAIR, src="\x01a\x02\ufffeb")
    save_pairs([row], path, metadata=METADATA)
    assert [each.get("hex") for each in etree.parse(path).iter(f"{CORE}cp")] == ["0001", "0002", "FFFE"]
    assert list(read_pairs(path)) == [row]


def test_other_programs_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "foreign.xlf"
    path.write_text(FOREIGN, encoding="utf-8")
    rows = list(read_pairs(path))
    assert [(row.doc, row.src, row.tgt, row.type) for row in rows] == [
        ("page", "One bold word. Two.", "一つの語。二つ。", "1-1"),
        ("page", "Untranslated", "", "1-0"),
    ]
