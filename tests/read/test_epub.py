from __future__ import annotations

import pytest

from align.errors import BlankInput, EncryptedInput, MalformedInput, UnsafeInput
from align.read import read_bytes
from align.settings import AlignSettings
from tests.read.making import epub, zipped


def test_chapters_in_reading_order():
    data = epub(
        {
            "b.xhtml": "<h1>二</h1><p>次の章。</p>",
            "a.xhtml": "<h1>一</h1><p>初めの章。</p>",
            "nav.xhtml": "<p>目次</p>",
        },
        spine=["nav.xhtml", "a.xhtml", "b.xhtml"],
    )
    document = read_bytes(data, "book.epub", AlignSettings())
    shown = [(p.kind, document.text[p.start : p.end], *document.places(p.start, p.end)) for p in document.paragraphs]
    assert shown == [
        ("heading", "一", "OEBPS/a.xhtml"),
        ("text", "初めの章。", "OEBPS/a.xhtml"),
        ("heading", "二", "OEBPS/b.xhtml"),
        ("text", "次の章。", "OEBPS/b.xhtml"),
    ]


def test_all_of_a_chapter_but_its_apparatus():
    body = (
        '<p>一つの<ruby>文<rt>ぶん</rt></ruby>です<a epub:type="noteref" href="#n1">1</a>。<span epub:type="pagebreak" '
        'id="p2">2</span>続き。</p><p>A mark<sup><a href="notes.xhtml#n2">2</a></sup> and <a href="#x">a link</a>, '
        "the 1<sup>st</sup>.</p><nav><p>Short.</p></nav>"
        '<aside epub:type="footnote"><p>注です。<a href="#r1">↩</a></p></aside>'
    )
    document = read_bytes(epub({"a.xhtml": body}), "book.epub", AlignSettings())
    assert document.text.split("\n\n") == [
        "一つの文です。続き。",
        "A mark and a link, the 1st.",
        "Short.",
        "注です。",
    ]


def test_a_page_of_contents_that_the_guide_names_is_left_out():
    guide = '<guide><reference type="toc" href="toc.html"/></guide>'
    document = read_bytes(
        epub({"toc.html": "<p>Contents</p>", "a.html": "<p>Text.</p>"}, guide=guide), "b.epub", AlignSettings()
    )
    assert document.text == "Text."


def test_copy_protection():
    locks = '<encryption><EncryptedData><CipherReference URI="OEBPS/a.xhtml"/></EncryptedData></encryption>'
    with pytest.raises(EncryptedInput, match="copy protection"):
        read_bytes(epub({"a.xhtml": "<p>x</p>"}, **{"META-INF/encryption.xml": locks}), "b.epub", AlignSettings())


def test_obfuscated_fonts_lock_nothing():
    locks = '<encryption><EncryptedData><CipherReference URI="OEBPS/font.otf"/></EncryptedData></encryption>'
    data = epub({"a.xhtml": "<p>Text.</p>"}, **{"META-INF/encryption.xml": locks})
    assert read_bytes(data, "b.epub", AlignSettings()).text == "Text."


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (epub({"a.xhtml": "<p>x</p>" * 99})[:-60], MalformedInput, "damaged or cut short"),
        (zipped({"META-INF/container.xml": "<container/>"}), MalformedInput, "names no package file"),
        (zipped({"META-INF/container.xml": "<con"}), MalformedInput, "no well-formed XML"),
        (epub({"a.xhtml": " "}), BlankInput, "no chapter with text"),
        (epub({"../../../a.xhtml": "<p>x</p>"}), UnsafeInput, "leads out of the archive"),
    ],
    ids=["truncated", "no package", "bad XML", "blank", "climbing"],
)
def test_what_is_no_book(data, error, says):
    with pytest.raises(error, match=says):
        read_bytes(data, "a.epub", AlignSettings())
