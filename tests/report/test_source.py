from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from align.errors import MalformedAlignment, MissingInput
from align.report.source import UNKNOWN, Failure, Source
from tests.report.conftest import make_pairs

ROWS = [("The library opened on Monday.", "月曜日、図書館が開館した。"), ("It is new.", "新しい。")]
Write = Callable[..., Path]


def test_file_is_one_document_with_its_sidecar(write: Write) -> None:
    path = write("out.tsv", make_pairs(ROWS, "news"), {"doc": "news", "src": {"language": "de"}})
    (document,) = Source.at(path).documents()
    assert (document.name, len(document.pairs)) == ("news", 2)
    assert document.languages == ("de", "ja")  # the one is told, the other seen
    assert document.sidecar["doc"] == "news"


def test_file_without_sidecar_has_its_languages_told_from_the_text(write: Write) -> None:
    english = [("The library of the town opened on Monday and it was full of people.", ja) for _, ja in ROWS]
    (document,) = Source.at(write("out.tsv", make_pairs(english))).documents()
    assert document.languages == ("en", "ja")


def test_language_nobody_can_tell_is_undetermined(write: Write) -> None:
    (document,) = Source.at(write("out.tsv", make_pairs([("12", "34")]))).documents()
    assert document.languages == (UNKNOWN, UNKNOWN)


def test_rows_of_several_documents_in_a_file(write: Write) -> None:
    path = write("corpus.tsv", [*make_pairs(ROWS, "a"), *make_pairs(ROWS, "b"), *make_pairs(ROWS[:1], "a")])
    assert [(d.name, len(d.pairs)) for d in Source.at(path).documents()] == [("a", 2), ("b", 2), ("a~2", 1)]


@pytest.mark.parametrize("sidecar", [None, {"doc": "told"}])
def test_file_without_rows_is_a_document_all_the_same(write: Write, sidecar: dict[str, str] | None) -> None:
    (document,) = Source.at(write("out.tsv", [], sidecar)).documents()
    assert document.name == ("told" if sidecar else "out")
    assert document.pairs == ()


def test_folder_holds_every_alignment_below_it_in_order(write: Write, tmp_path: Path) -> None:
    for name in ("b.tsv", "a/z.tsv", "a/b.jsonl", ".hidden/c.tsv"):
        write(name, make_pairs(ROWS, name))
    write("a/z.jsonl", make_pairs(ROWS, "the same document again"))
    source = Source.at(tmp_path)
    assert [file.relative_to(tmp_path).as_posix() for file in source.files] == ["a/b.jsonl", "a/z.tsv", "b.tsv"]
    assert source.is_folder


def test_tables_beside_the_alignments_are_passed_over(write: Write, tmp_path: Path) -> None:
    write("a.tsv", make_pairs(ROWS))
    for name in ("summary.tsv", "manifest.tsv", "timings.tsv"):
        (tmp_path / name).write_text("doc\tsrc\ttgt\na\ta.en\ta.ja\n", encoding="utf-8")
    assert [file.name for file in Source.at(tmp_path).files] == ["a.tsv"]


def test_where_files_have_sidecars_those_without_are_other_tables(write: Write, tmp_path: Path) -> None:
    write("a.tsv", make_pairs(ROWS), {})
    (tmp_path / "glossary.tsv").write_text("term\tmeaning\n", encoding="utf-8")
    assert [file.name for file in Source.at(tmp_path).files] == ["a.tsv"]


def test_batch_tells_how_it_was_made_and_what_failed(write: Write, tmp_path: Path) -> None:
    write("a.tsv", make_pairs(ROWS))
    (tmp_path / "batch.json").write_text('{"signature": "taiyaku|v:1"}', encoding="utf-8")
    summary = "doc\tstatus\terror\na\tdone\t\nb\tfailed\tb.txt is empty.\n"
    (tmp_path / "summary.tsv").write_text(summary, encoding="utf-8")
    source = Source.at(tmp_path)
    assert source.made == {"signature": "taiyaku|v:1"}
    assert source.failures == (Failure("b", "b.txt is empty."),)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match=r"no file or folder .*nowhere"):
        Source.at(tmp_path / "nowhere")
    with pytest.raises(MissingInput, match="holds no alignment"):
        Source.at(tmp_path)


@pytest.mark.parametrize(("content", "message"), [("{", "is no JSON"), ("[1]", "holds no JSON object")])
def test_broken_sidecar_is_named(write: Write, content: str, message: str) -> None:
    path = write("out.tsv", make_pairs(ROWS))
    Path(f"{path}.json").write_text(content, encoding="utf-8")
    with pytest.raises(MalformedAlignment, match=rf"out\.tsv\.json {message}"):
        list(Source.at(path).documents())


def test_broken_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "out.tsv"
    path.write_text("src\ttgt\tconfidence\na\tb\tmaybe\n", encoding="utf-8")
    with pytest.raises(MalformedAlignment, match=r"out\.tsv, line 2"):
        list(Source.at(path).documents())


def test_sidecar_with_odd_values_does_no_harm(write: Write) -> None:
    path = write("out.tsv", make_pairs(ROWS), {"src": "en", "tgt": {"language": 5}, "settings": []})
    (document,) = Source.at(path).documents()
    assert document.languages[1] == "ja"
