from __future__ import annotations

import io
import os
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from align.errors import (
    BinaryInput,
    BlankInput,
    EmptyInput,
    InputIsDirectory,
    MissingInput,
    OversizedInput,
    UnreadableInput,
)
from align.read import read_bytes, read_document, read_text
from align.settings import AlignSettings

DEFAULTS = AlignSettings()


def test_offsets_index_what_open_reads(tmp_path):
    path = tmp_path / "文書.txt"
    path.write_bytes("\ufeff一行目です。\r\n\r\n二行目\x07です。\rthird 🎉 line\n".encode())
    document = read_document(path, DEFAULTS)
    assert document.name == str(path)
    assert document.text == path.read_text(encoding="utf-8-sig")
    shown = [document.text[p.start : p.end] for p in document.paragraphs]
    assert shown == ["一行目です。", "二行目\x07です。", "third 🎉 line"]


def test_name_replaces_the_path(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("A line.", encoding="utf-8")
    assert read_document(path, DEFAULTS, name="side one").name == "side one"


def test_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO("吾輩は猫である。".encode("cp932"))))
    document = read_document("-", DEFAULTS)
    assert (document.name, document.text) == ("stdin", "吾輩は猫である。")


def test_standard_input_has_the_limit_of_files(monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"x" * 11)))
    with pytest.raises(OversizedInput, match="standard input is longer than 10 bytes"):
        read_document("-", AlignSettings(max_bytes=10))


def test_pipes_are_read(tmp_path):
    reading, writing = os.pipe()
    os.write(writing, b"From a pipe.")
    os.close(writing)
    try:
        assert read_document(f"/dev/fd/{reading}", DEFAULTS).text == "From a pipe."
    finally:
        os.close(reading)


def test_a_missing_file_suggests_its_neighbour(tmp_path):
    (tmp_path / "chapter-01.txt").write_text("x", encoding="utf-8")
    with pytest.raises(MissingInput, match=r"Did you mean .*chapter-01\.txt\?"):
        read_document(tmp_path / "Chapter-1.txt", DEFAULTS)
    with pytest.raises(MissingInput, match="Check the path"):
        read_document(tmp_path / "something else", DEFAULTS)


@pytest.mark.parametrize("path", ["no/such/folder/a.txt", "a\0b"])
def test_a_missing_folder_is_named(path):
    with pytest.raises(MissingInput, match="There is no file"):
        read_document(path, DEFAULTS)


def test_a_file_as_a_folder_is_missing(tmp_path):
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    with pytest.raises(MissingInput):
        read_document(tmp_path / "a.txt" / "b.txt", DEFAULTS)


def test_a_directory_is_no_document(tmp_path):
    with pytest.raises(InputIsDirectory, match="is a directory"):
        read_document(tmp_path, DEFAULTS)


def test_a_broken_link_names_its_target(tmp_path):
    link = tmp_path / "link.txt"
    link.symlink_to("gone.txt")
    with pytest.raises(UnreadableInput, match=r"a link to gone\.txt, which does not exist"):
        read_document(link, DEFAULTS)


def test_a_link_to_itself_is_unreadable(tmp_path):
    link = tmp_path / "link.txt"
    link.symlink_to(link)
    with pytest.raises(UnreadableInput):
        read_document(link, DEFAULTS)


def test_a_refused_file_is_unreadable(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("x", encoding="utf-8")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableInput, match=r"a\.txt cannot be read: Permission denied"):
        read_document(path, DEFAULTS)


def test_an_empty_file(tmp_path):
    (tmp_path / "a.txt").touch()
    with pytest.raises(EmptyInput, match="0 bytes"):
        read_document(tmp_path / "a.txt", DEFAULTS)


@pytest.mark.parametrize("text", [" \n\t\r\n", "\u3000\n", "\u200b\n\ufeff", "\ufeff", "\x07\n"])
def test_a_blank_file(text):
    with pytest.raises(BlankInput, match=r"a\.txt holds no text"):
        read_bytes((text + " " * 100).encode(), "a.txt", DEFAULTS)


def test_a_long_file_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 11)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(OversizedInput, match=r"a\.txt is 11 bytes long; the limit is 10\..* --max-bytes \(Al"):
        read_document(path, AlignSettings(max_bytes=10))


def test_a_long_paragraph_has_line_length_and_limit():
    with pytest.raises(OversizedInput, match=r"line 3 is 1,200 characters long, more than the limit of 1,000"):
        read_text("ok\n\n" + "x" * 1200, "a.txt", AlignSettings(max_line=1000))


def test_each_error_has_its_own_exit_code():
    kinds = [MissingInput, InputIsDirectory, EmptyInput, BlankInput, OversizedInput, UnreadableInput]
    assert len({kind.exit_code for kind in kinds}) == len(kinds)


def test_presplit_keeps_lines_and_shows_blank_ones():
    document = read_text("One. Still one.\nTwo.\n\nThree.", "a", AlignSettings(presplit=True))
    spans = [(p.start, p.end) for p in document.paragraphs]
    assert [document.text[start:end] for start, end in spans] == ["One. Still one.", "Two.", "Three."]
    assert [document.text[a[1] : b[0]].count("\n") for a, b in pairwise(spans)] == [1, 2]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.txt", b"word " * 1_000), ("a.txt", "東京だ。".encode("cp932") * 1_000), ("a.html", b"<p>" + b"word " * 1_000)],
)
def test_a_line_too_long_is_refused_before_it_is_decoded(name, data, monkeypatch):
    monkeypatch.setattr("align.read.html.decode", lambda *_, **__: pytest.fail("decoded"))
    monkeypatch.setattr("align.read.plain.decode", lambda *_, **__: pytest.fail("decoded"))
    with pytest.raises(OversizedInput, match=r"line 1 takes more than 400 bytes.*100 characters"):
        read_bytes(data, name, AlignSettings(max_line=100))
    with pytest.raises(OversizedInput, match="line 3 "):
        read_bytes(b"a\n\r\n" + data, name, AlignSettings(max_line=100))


@pytest.mark.parametrize("inside", ['<img src="data:{}">', "<script>{}</script>", "<style>{}</style>"])
def test_what_no_reader_sees_may_be_long(inside):
    page = f"<p>One.</p>{inside.format('A' * 5_000)}<p>Two.</p>"
    assert len(read_bytes(page.encode(), "a.html", AlignSettings(max_line=100)).paragraphs) == 2


def test_many_lines_are_no_long_line():
    data = b"A line.\r" * 1_000 + b"A line.\n" * 1_000
    assert len(read_bytes(data, "a.txt", AlignSettings(max_line=100)).paragraphs) == 2_000


def test_a_long_line_that_is_no_text_is_called_so():
    with pytest.raises(BinaryInput):
        read_bytes(bytes(range(256)).replace(b"\n", b"").replace(b"\r", b"") * 20, "a.txt", AlignSettings(max_line=100))
