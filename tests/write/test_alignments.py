"""Formats of sentence numbers and of sides in files of their own: ladders, Moses, XCES; and sentences cut again."""

from __future__ import annotations

import gzip
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from align.errors import OutputError
from align.records import Sentence
from align.recut import recut
from align.segment import join
from align.write import Metadata, read_metadata, read_pairs, save_pairs
from align.write.sides import cut_into, joined
from tests.write.rows import LAST, METADATA, NULL, PAIR, ROWS, sentences


def test_hunalign_rungs(tmp_path: Path) -> None:
    path = tmp_path / "out.hunalign"
    save_pairs(ROWS, path)
    assert path.read_text() == "0\t0\t0.9876\n1\t2\t0.5000\n1\t3\t0.2500\n2\t4\t0.0000\n"


def test_hunalign_fills_gaps_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "out.hunalign"
    with caplog.at_level(logging.WARNING):
        save_pairs([replace(PAIR, src_ids=(1,), tgt_ids=(1, 2))], path)
    assert path.read_text() == "0\t0\t0.0000\n1\t0\t0.0000\n1\t1\t0.9876\n2\t3\t0.0000\n"
    assert [row.type for row in read_pairs(path)] == ["1-0", "0-1", "1-2"]
    assert "became rows with one side empty: 2" in caplog.text


def test_hunalign_holds_no_crossing_rows(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"Row 0 \(\[0\]:\[0, 1\]\) is out of order"):
        save_pairs([LAST, PAIR], tmp_path / "out.hunalign")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", ["hunalign", "ladder"])
def test_sentence_numbers_of_two_documents_do_not_mix(format: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="'news', 'other'"):
        save_pairs([PAIR, replace(PAIR, doc="other")], tmp_path / f"out.{format}")


def test_hunaligns_own_scores_are_no_probabilities(tmp_path: Path) -> None:
    path = tmp_path / "hun.ladder"
    path.write_text("0\t0\t1.35\n1\t1\t-0.3\n3\t2\t0.2\n")
    assert [(row.src_ids, row.tgt_ids, row.confidence) for row in read_pairs(path, "hunalign")] == [
        ((0,), (0,), 1.0),
        ((1, 2), (1,), 1.0),
    ]


def test_hunaligns_form_with_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "hun.txt"
    path.write_text("A. ~~~ B.\t一。\t0.5\n\t二。\t0.25\n", encoding="utf-8")
    rows = list(read_pairs(path, "hunalign", METADATA))
    assert [(row.src, row.tgt, row.src_ids, row.tgt_ids, row.confidence) for row in rows] == [
        ("A. B.", "一。", (0, 1), (0,), 0.5),
        ("", "二。", (), (1,), 0.25),
    ]


def test_a_moses_pair_is_two_files_of_equal_length(tmp_path: Path) -> None:
    files = save_pairs(ROWS, tmp_path / "train.moses", metadata=METADATA).files
    assert [Path(file).name for file in files] == ["train.en", "train.ja"]
    assert (tmp_path / "train.en").read_text(encoding="utf-8") == f"{PAIR.src}\n{LAST.src}\n"
    for path in ("train", "train.moses", "train.en"):
        assert [row.tgt for row in read_pairs(tmp_path / path, "moses")] == [PAIR.tgt, LAST.tgt]


def test_a_name_with_a_dot_is_not_cut_short(tmp_path: Path) -> None:
    files = save_pairs(ROWS, tmp_path / "v1.2", "moses", metadata=METADATA).files
    assert [Path(file).name for file in files] == ["v1.2.en", "v1.2.ja"]


def test_xces_has_links_and_the_documents_of_both_languages(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    save_pairs([*ROWS, replace(PAIR, doc="a/b")], folder, "xces", metadata=replace(METADATA, cut=recut))
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.xml"))
    assert names == ["en-ja.xml", "en/a%2Fb.xml", "en/news.xml", "ja/a%2Fb.xml", "ja/news.xml"]
    tree = etree.parse(folder / "en-ja.xml")
    assert tree.docinfo.root_name == "cesAlign"
    group = tree.find("linkGrp")
    assert dict(group.attrib) == {"targType": "s", "fromDoc": "en/news.xml", "toDoc": "ja/news.xml"}
    assert [link.get("xtargets") for link in group] == ["s0;s0 s1", ";s2", "s1;s3"]
    assert [link.get("certainty") for link in group] == ["0.9876", "0.5000", "0.2500"]
    document = etree.parse(folder / "ja" / "news.xml")
    assert [(s.get("id"), s.text) for s in document.iter("s")] == [
        ("s0", "一つ目だ。"),
        ("s1", "二つ目だ。"),
        ("s2", "広告"),
        ("s3", "終わる。"),
    ]
    assert [row.doc for row in read_pairs(folder)] == ["news"] * 3 + ["a/b"]


def test_rows_of_a_document_may_stand_apart(tmp_path: Path) -> None:
    rows = [PAIR, replace(PAIR, doc="other"), NULL, LAST]
    save_pairs(rows, tmp_path / "corpus", "xces", metadata=METADATA)
    back = list(read_pairs(tmp_path / "corpus"))
    assert [(row.doc, row.bead, row.tgt) for row in back] == [(row.doc, row.bead, row.tgt) for row in rows]


def test_a_sentence_in_two_rows_has_no_place_in_xces(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="Sentence 0 of news stands in two rows"):
        save_pairs([PAIR, PAIR], tmp_path / "corpus", "xces", metadata=METADATA)
    assert list(tmp_path.iterdir()) == []


def test_a_corpus_as_opus_gives_it_out_is_read(tmp_path: Path) -> None:
    """Documents packed, under `xml/`, words marked up, ids and scores of OPUS's own."""
    for code, words in (("en", ("A", "cat", ".")), ("ja", ("猫", "だ", "。"))):
        marked = "".join(f'<w id="1.{at}">{word}</w> ' for at, word in enumerate(words))
        path = tmp_path / "xml" / code / "x.xml.gz"
        path.parent.mkdir(parents=True)
        path.write_bytes(gzip.compress(f'<text><p id="1"><s id="1">{marked}</s><s id="2">-</s></p></text>'.encode()))
    alignment = tmp_path / "en-ja.xml.gz"
    alignment.write_bytes(
        gzip.compress(
            b'<cesAlign version="1.0"><linkGrp targType="s" fromDoc="en/x.xml.gz" toDoc="ja/x.xml.gz">'
            b'<link certainty="1.4" xtargets="1;1 2" id="SL1"/><link xtargets="2;" id="SL2"/></linkGrp></cesAlign>'
        )
    )
    assert read_metadata(alignment, "xces").languages == ("en", "ja")
    rows = list(read_pairs(alignment, "xces"))
    assert [(row.doc, row.src, row.tgt, row.type, row.confidence) for row in rows] == [
        ("x", "A cat .", "猫 だ 。-", "1-2", 1.0),
        ("x", "-", "", "1-0", 1.0),
    ]


@settings(deadline=None)
@given(st.lists(st.text() | sentences), st.sampled_from(["en", "ja", "zh-TW", "de"]))
def test_sentences_join_as_the_segmenter_joins_them(texts: list[str], code: str) -> None:
    assert joined(texts, code) == join([Sentence(text, 0, 0, 0) for text in texts], code)


@settings(deadline=None)
@given(sentences, st.integers(0, 5), st.sampled_from(["en", "ja", "tlh"]), st.booleans())
def test_a_text_is_cut_into_as_many_sentences_as_it_had(text: str, count: int, code: str, by_segmenter: bool) -> None:
    pieces = cut_into(count, text, code, recut if by_segmenter else None)
    assert len(pieces) == count
    assert all(piece == piece.strip() for piece in pieces)
    if count:
        assert joined(pieces, code) == text


@pytest.mark.parametrize(
    ("text", "code", "count", "pieces"),
    [
        ("He saw Dr. Smith. They left.", "en", 2, ["He saw Dr. Smith.", "They left."]),
        ("One. Two! “Three?” Four.", "en", 4, ["One.", "Two!", "“Three?”", "Four."]),
        ("「一つ。」二つ。", "ja", 2, ["「一つ。」", "二つ。"]),
        ("no mark at all here", "en", 2, ["no mark at", "all here"]),
        ("word", "en", 3, ["word", "", ""]),
    ],
)
def test_sentences_end_where_they_did(text: str, code: str, count: int, pieces: list[str]) -> None:
    assert cut_into(count, text, code, recut) == pieces


def test_a_language_nobody_knows_is_written_all_the_same(tmp_path: Path) -> None:
    save_pairs(ROWS, tmp_path / "corpus", "xces", metadata=Metadata(("tlh", "qya"), cut=recut))
    assert read_metadata(tmp_path / "corpus").languages == ("tlh", "qya")
