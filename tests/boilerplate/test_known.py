"""Lines that a corpus repeats, and files of lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.boilerplate import Lines, read_lines, repeated, repeated_lines, write_lines
from align.errors import InputIsDirectory, MissingInput, OutputError, UndecodableInput
from align.read import read_text
from align.settings import AlignSettings


def test_a_line_is_known_however_it_is_spaced_and_capitalised() -> None:
    lines = Lines(("Share  this", "Ｆｏｌｌｏｗ us", ""))
    assert "share THIS " in lines
    assert "Follow us" in lines
    assert "Share that" not in lines
    assert "" not in lines
    assert 7 not in lines
    assert len(lines) == 2
    assert len(lines | Lines(("More",))) == 3


def test_lines_that_stand_in_many_documents() -> None:
    pages = [["Menu", f"Story {'abcdefghijklm'[k]} is told.", "menu"] + ["Terms"] * (k % 2) for k in range(12)]
    assert repeated_lines(pages, min_documents=10).texts == ("menu",)  # twice on a page counts once
    assert set(repeated_lines(pages, min_documents=6).texts) == {"menu", "Terms"}


def test_a_share_of_a_large_corpus_is_needed_too() -> None:
    pages = [["Yes."] if k < 12 else [f"Page {k}"] for k in range(400)]
    assert repeated_lines(pages, min_documents=10, min_share=0.02).texts == ("Yes.",)
    assert repeated_lines(pages, min_documents=10, min_share=0.05).texts == ()


def test_one_document_repeats_nothing() -> None:
    with pytest.raises(ValueError, match="min_documents is 1"):
        repeated_lines([["a"]], min_documents=1)


def test_documents_are_cut_as_for_aligning() -> None:
    texts = [f"当サイトについて。第{k}話では港の朝を描く。\n\n広告" for k in "一二三"]
    documents = [read_text(text, "text", AlignSettings()) for text in texts]
    lines = repeated(documents, min_documents=3)
    assert lines.texts == ("当サイトについて。", "広告")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=30), st.integers(2, 6))
def test_counts_are_those_of_the_pages(pages: list[list[str]], least: int) -> None:
    expected = {line for line in "abcdefgh" if sum(line in page for page in pages) >= least}
    assert set(repeated_lines(pages, min_documents=least, min_share=0.0).texts) == expected


def test_a_file_of_lines_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    write_lines(Lines(("広告", "Two\nlines\tand a tab", "#hashtag", "")), path)
    assert path.read_text(encoding="utf-8") == "広告\nTwo lines and a tab\n#hashtag\n"
    assert read_lines(path).texts == ("広告", "Two lines and a tab", "#hashtag")


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
