from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from align.errors import InputIsDirectory, MalformedAlignment, MissingInput
from align.ladder import check_ladder, ladder_line, read_alignment, read_alignments, read_ladder
from align.records import Bead

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "ladder.yaml").read_text(encoding="utf-8"))


def labelled(kind: str):
    return [pytest.param(case, id=case["label"]) for case in CASES[kind]]


def beads_of(case: dict) -> list[Bead]:
    return [Bead(tuple(src), tuple(tgt), *rest) for src, tgt, *rest in case["beads"]]


def file_of(case: dict, folder: Path) -> Path:
    path = folder / "some alignment.txt"
    path.write_bytes(case["text"].encode())
    return path


@pytest.mark.parametrize("case", labelled("reads"))
def test_reads(case, tmp_path):
    beads = read_alignment(file_of(case, tmp_path))
    assert [(b.src, b.tgt, b.confidence) for b in beads] == [(b.src, b.tgt, b.confidence) for b in beads_of(case)]


@pytest.mark.parametrize("case", labelled("fails"))
def test_fails_with_file_line_and_cause(case, tmp_path):
    path = file_of(case, tmp_path)
    with pytest.raises(MalformedAlignment) as error:
        read_alignment(path)
    message = str(error.value)
    assert message.startswith(f"{path}, line {case['line']}: " if "line" in case else f"{path}: ")
    assert all(part in message for part in case["says"]), message
    assert "\n" not in message


@pytest.mark.parametrize("case", labelled("odd"))
def test_warns(case):
    warnings = check_ladder(beads_of(case), *case["n"], monotone=case.get("monotone", False))
    assert len(warnings) == len(case["warnings"])
    assert all(part in warning for part, warning in zip(case["warnings"], warnings, strict=True)), warnings


def test_ids_beyond_the_document_are_errors():
    with pytest.raises(MalformedAlignment, match=r"target sentence 7.*target side has 7 sentences"):
        check_ladder([Bead((0,), (7,))], n_src=1, n_tgt=7)
    with pytest.raises(MalformedAlignment, match="gold: source sentence -2"):
        check_ladder([Bead((-2,), (0,))], name="gold")


def test_read_ladder_takes_ladders_only(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("src_ids\ttgt_ids\n0\t0\n")
    with pytest.raises(MalformedAlignment, match="line 1"):
        read_ladder(path)


def test_utf16_of_a_windows_shell(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("[0]:[0]\r\n".encode("utf-16"))
    assert read_ladder(str(path)) == [Bead((0,), (0,))]


def test_other_bytes_name_their_line(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"[0]:[0]\n[1]:[\xff1]\n")
    with pytest.raises(MalformedAlignment, match="line 2"):
        read_ladder(path)


def test_nothing_to_read(tmp_path):
    with pytest.raises(MissingInput, match=r"none\.txt"):
        read_ladder(tmp_path / "none.txt")
    with pytest.raises(InputIsDirectory):
        read_ladder(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(MissingInput):
        read_ladder(tmp_path / "file" / "below.txt")


def test_several_documents_in_one_file(tmp_path):
    path = tmp_path / "corpus.tsv"
    path.write_text("doc\tsrc_ids\ttgt_ids\na\t0\t0\nb\t0\t\nb\t\t0\na\t1\t1\n")
    documents = read_alignments(path)
    assert {name: [(b.src, b.tgt) for b in beads] for name, beads in documents.items()} == {
        "a": [((0,), (0,)), ((1,), (1,))],
        "b": [((0,), ()), ((), (0,))],
    }
    with pytest.raises(MalformedAlignment, match=r"2 documents \(a, b\)"):
        read_alignment(path)


ids = st.lists(st.integers(0, 10**6), max_size=4, unique=True).map(tuple)


@given(st.lists(st.builds(Bead, ids, ids, st.integers(0, 10_000).map(lambda n: n / 10_000))), st.booleans())
def test_what_is_written_reads_back(tmp_path_factory, beads, confidence):
    path = tmp_path_factory.mktemp("ladder") / "a.txt"
    path.write_text("".join(ladder_line(bead, confidence) + "\n" for bead in beads))
    expected = beads if confidence else [Bead(bead.src, bead.tgt) for bead in beads]
    assert read_ladder(path) == expected
    assert read_alignment(path) == expected


@given(st.text(alphabet='[]0123:,-. \t\n#{}"ae\r', max_size=40))
def test_no_text_breaks_the_reader(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("ladder") / "a.txt"
    path.write_bytes(text.encode())
    with contextlib.suppress(MalformedAlignment):
        assert all(i >= 0 for bead in read_alignment(path) for i in (*bead.src, *bead.tgt))
