from __future__ import annotations

import gzip
import subprocess
import sys
from io import BytesIO

import pytest

from align.errors import BinaryInput, MalformedInput, MissingExtra, MissingPart
from align.read import file_of, read_bytes, read_document
from align.read.formats import FORMATS, format_of
from align.settings import AlignSettings
from tests.read.making import docx, epub, mhtml, odt, tarred, zipped

CUE = b"1\n00:00:01,000 --> 00:00:02,000\nHello.\n"


@pytest.mark.parametrize(
    ("data", "name", "format"),
    [
        (b"Some text.", "a", "text"),
        (b"Some text.", "a.txt", "text"),
        (b"Some text.", "a.unknown", "text"),
        (b"# A title\n", "A.MD", "markdown"),
        (b"<p>x</p>", "a.txt", "html"),
        (b"<p>x</p>", "a.md", "markdown"),
        (b"<p>x</p>\ty", "a.tsv", "tsv"),
        (b"<!DOCTYPE html><p>x", "a.md", "html"),
        (b"\xef\xbb\xbf<html>", "a", "html"),
        ("<html>".encode("utf-16"), "a", "html"),
        (b'<?xml version="1.0"?>\n<!-- c --><!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">', "a.xml", "tmx"),
        (b'<?xml version="1.0"?><xliff xmlns="x">', "a.xml", "xliff"),
        (b'<x:xliff xmlns:x="x">', "a", "xliff"),
        (b"WEBVTT\n", "a", "subtitles"),
        (CUE, "a.txt", "subtitles"),
        (CUE.replace(b"\n", b"\r\n"), "a.txt", "subtitles"),
        (b"[Script Info]\n", "a", "subtitles"),
        (b'# c\n#, fuzzy\nmsgid ""\n', "a", "po"),
        (mhtml(b"<p>x"), "a", "mhtml"),
        (b"%PDF-1.7\n", "a.txt", "pdf"),
        (docx("<w:p/>"), "a.txt", "docx"),
        (odt(""), "a", "odt"),
        (epub({}), "a.zip", "epub"),
        (zipped({"a.txt": "x"}), "a.docx", "zip"),
        (zipped({"word/a.txt": "x"}), "a", "zip"),
        (zipped({}), "a.zip", "zip"),
        (tarred({"a.txt": b"x"}), "a", "tar"),
        (tarred({"a.txt": b"x"}, "w:bz2"), "a", "tar"),
        (b"WARC/1.0\r\n", "a", "warc"),
        (gzip.compress(b"WARC/1.0\r\n"), "a.gz", "warc"),
        (gzip.compress(b"Some text."), "a.txt.gz", "packed"),
        (b"PAR1", "a", "parquet"),
        (b'{"a": 1}', "a.jsonl", "jsonl"),
        (b"[]", "a.json", "json"),
        (b"a,b", "a.csv", "csv"),
    ],
)
def test_content_comes_before_the_suffix(data, name, format):
    file = BytesIO(data)
    assert format_of(file, name, AlignSettings()) == format
    assert file.tell() == 0


@pytest.mark.parametrize("format", [name for name, format in FORMATS.items() if format.is_binary])
def test_a_suffix_that_promises_what_is_not_there(format):
    for suffix in FORMATS[format].suffixes:
        with pytest.raises(MalformedInput, match=f"a{suffix} is named as .*, but does not begin as one does"):
            read_bytes(b"Some text.", f"a{suffix}", AlignSettings())


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""}),
            "an Excel workbook, which is not read. Save it as CSV",
        ),
        (zipped({"[Content_Types].xml": "", "ppt/slides/1.xml": ""}), "a PowerPoint presentation"),
        (
            zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
            "an OpenDocument file other than a text",
        ),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG image"),
        (b"{\\rtf1 text}", "an RTF document"),
        (b"Rar!\x1a\x07\x00" + bytes(100), "a RAR archive"),
    ],
)
def test_what_is_not_read(data, says):
    for name in ("a.zip", "a.pdf", "a"):
        with pytest.raises(BinaryInput, match=says):
            read_bytes(data, name, AlignSettings())


def test_references(tmp_path):
    table = tmp_path / "a.tsv"
    table.write_text("src\ttgt\nOne.\t一。\n", encoding="utf-8")
    odd = tmp_path / "a::b.txt"
    odd.write_text("Odd name.", encoding="utf-8")
    assert file_of(f"{table}::src") == (str(table), "src")
    assert file_of(f"{table}::a::b") == (str(table), "a::b")
    assert file_of(str(odd)) == (str(odd), None)
    assert file_of(f"{odd}::x") == (str(odd), "x")
    assert file_of("missing.zip::a::b") == ("missing.zip", "a::b")
    assert file_of("plain.txt") == ("plain.txt", None)
    document = read_document(f"{table}::src", AlignSettings())
    assert (document.name, document.text) == (f"{table}::src", "One.")
    assert read_document(str(odd), AlignSettings()).text == "Odd name."
    with pytest.raises(MissingPart, match=r"is plain text, which has no parts\. Leave out ::x"):
        read_document(f"{odd}::x", AlignSettings())


def test_a_part_of_standard_input(monkeypatch):
    from types import SimpleNamespace

    data = b'{"en": "One thing.", "ja": "x"}'
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO(b'msgid "a"\nmsgstr "b"\n')))
    assert read_document("-::msgstr", AlignSettings()).text == "b"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO(data)))
    assert "One thing." in read_document("-", AlignSettings()).text


@pytest.mark.parametrize(
    ("data", "name", "package"),
    [
        (b"%PDF-1.7", "a.pdf", "pypdfium2"),
        (b"# x", "a.md", "markdown-it-py"),
        (CUE, "a.srt", "pysubs2"),
        (b'msgid "x"', "a.po", "polib"),
        (b"WARC/1.0\r\n\r\n", "a.warc", "warcio"),
        (b"PAR1", "a.parquet", "pyarrow"),
    ],
)
def test_a_missing_package_is_named(data, name, package, monkeypatch):
    for module in ("pypdfium2", "markdown_it", "pysubs2", "polib", "warcio.archiveiterator", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=rf"package {package}, .* pip install 'taiyaku\[docs\]'"):
        read_bytes(data, name, AlignSettings())


def test_reading_text_imports_no_library_of_a_format():
    code = (
        "import sys; from align.read import read_bytes; from align.settings import AlignSettings; "
        "read_bytes(b'Some text.', 'a.txt', AlignSettings()); "
        "print(set(sys.modules) & {'lxml', 'pypdfium2', 'pysubs2', 'polib', 'markdown_it', 'warcio', 'pyarrow'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
