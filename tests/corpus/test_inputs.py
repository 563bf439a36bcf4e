"""Which files are taken from a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.corpus.inputs import input_files
from align.errors import MissingInput


def test_of_a_folder_only_files_with_rows_are_taken(row, save, tmp_path: Path) -> None:
    pairs = [row("a", 0, "x", "y")]
    expected = [save("b/2.tsv", pairs), save("b/10.jsonl", pairs), save("a.tsv", pairs)]
    save("a.jsonl", pairs)  # the same document as a.tsv
    save(".hidden.tsv", pairs)
    folder = tmp_path / "in"
    (folder / "manifest.tsv").write_text("doc\tsrc\ttgt\na\ten/a.txt\tja/a.txt\n")
    (folder / "summary.tsv").write_text("doc\tstatus\na\tdone\n")
    (folder / "empty.tsv").write_text("")
    (folder / "notes.txt").write_text("src\ttgt\n")
    files, others = input_files([folder])
    assert files == sorted(map(str, expected))
    assert [Path(path).name for path in others] == ["empty.tsv", "manifest.tsv"]


def test_a_file_that_is_named_is_taken_whatever_it_is_and_once(row, save, tmp_path: Path) -> None:
    path = save("a.tsv", [row("a", 0, "x", "y")])
    plain = tmp_path / "in" / "plain.tsv"
    plain.write_text("src\ttgt\nx\ty\n")
    assert input_files([plain, path, path.parent])[0] == [str(plain), str(path)]


def test_the_order_is_that_of_the_arguments_and_then_of_the_paths(row, save) -> None:
    paths = [save(f"{name}/{n}.tsv", [row("a", 0, "x", "y")]) for name in "zy" for n in (3, 1, 2)]
    files, _ = input_files([paths[0].parent, paths[3].parent])
    assert [path.split("/in/")[1] for path in files] == [
        "z/1.tsv",
        "z/2.tsv",
        "z/3.tsv",
        "y/1.tsv",
        "y/2.tsv",
        "y/3.tsv",
    ]


def test_without_rows_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(MissingInput, match="No file with aligned rows"):
        input_files([tmp_path])
    with pytest.raises(MissingInput, match=r"nowhere\.tsv"):
        input_files([tmp_path / "nowhere.tsv"])
