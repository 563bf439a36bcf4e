"""Lines that are known, and files of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.boilerplate import Lines, read_lines, write_lines
from align.errors import InputIsDirectory, MissingInput, OutputError, UndecodableInput


def test_a_line_is_known_however_it_is_spaced_and_capitalised() -> None:
    lines = Lines(("Share  this", "Ｆｏｌｌｏｗ us", ""))
    assert "share THIS " in lines
    assert "Follow us" in lines
    assert "Share that" not in lines
    assert "" not in lines
    assert 7 not in lines
    assert len(lines) == 2
    assert len(lines | Lines(("More",))) == 3


def test_sets_are_told_apart_by_their_lines_alone() -> None:
    assert Lines(("Share  this", "More")).digest == Lines(("more", "share this", "")).digest
    assert Lines(("More",)).digest != Lines(("Less",)).digest != Lines(()).digest


def test_a_file_of_lines_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    write_lines(Lines(("広告", "Two\nlines\tand a tab", "#hashtag", "")), path)
    assert path.read_text(encoding="utf-8") == "広告\nTwo lines and a tab\n#hashtag\n"
    assert read_lines(path).texts == ("広告", "Two lines and a tab", "#hashtag")


def test_groups_of_lines_have_comments(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    write_lines(
        {"Of our site\nand others": Lines(()), "Japanese": Lines(("広告",)), "English": Lines(("Menu", "A"))}, path
    )
    assert path.read_text(encoding="utf-8") == "# Of our site\n# and others\n\n# Japanese\n広告\n\n# English\nMenu\nA\n"
    assert read_lines(path).texts == ("広告", "Menu", "A")


def test_comments_blank_lines_and_a_byte_order_mark_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes("\ufeff# from our site\r\n\r\n Menu \r\n".encode())
    assert read_lines(path).texts == ("Menu",)


def test_files_that_do_not_read(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match="no such file"):
        read_lines(tmp_path / "none.txt")
    with pytest.raises(InputIsDirectory, match="is a directory"):
        read_lines(tmp_path)
    (tmp_path / "cp932.txt").write_bytes("広告".encode("cp932"))
    with pytest.raises(UndecodableInput, match=r"byte 0 is not UTF-8"):
        read_lines(tmp_path / "cp932.txt")
    with pytest.raises(OutputError):
        write_lines(Lines(("a",)), tmp_path / "no" / "lines.txt")
