from __future__ import annotations

import pytest

from align.errors import BinaryInput, BlankInput, EncryptedInput, MalformedInput, UnsafeInput
from align.read import read_bytes
from align.settings import AlignSettings
from tests.read.making import STRICT, docx, zipped


def blocks(body: str, **parts: str) -> list[tuple[str, str]]:
    document = read_bytes(docx(body, **parts), "a.docx", AlignSettings())
    return [(p.kind, document.text[p.start : p.end]) for p in document.paragraphs]


def p(text: str, style: str = "", more: str = "") -> str:
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{more}</w:pPr>{text}</w:p>"


def r(text: str, more: str = "") -> str:
    return f'<w:r><w:rPr>{more}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_paragraphs_and_runs():
    assert blocks(p(r("She went ") + r("home", "<w:b/>") + r(".")) + p("") + p(r("次の段落。"))) == [
        ("text", "She went home."),
        ("text", "次の段落。"),
    ]


def test_kinds():
    body = p(r("題名"), "1") + p(r("House"), "a9") + p(r("Plain"), "b1") + p(r("図１"), "c")
    body += p(r("one"), more='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>')
    body += p(r("no number"), more='<w:numPr><w:numId w:val="0"/></w:numPr>')
    body += p(r("by level"), more='<w:outlineLvl w:val="2"/>')
    body += f"<w:tbl><w:tr><w:tc>{p(r('年'))}</w:tc><w:tc>{p(r('二千年'))}{p(r('と一年'))}</w:tc></w:tr></w:tbl>"
    assert blocks(body) == [
        ("heading", "題名"),
        ("heading", "House"),
        ("text", "Plain"),
        ("caption", "図１"),
        ("item", "one"),
        ("text", "no number"),
        ("heading", "by level"),
        ("cell", "年"),
        ("cell", "二千年"),
        ("cell", "と一年"),
    ]


def test_ruby_keeps_its_base():
    ruby = f"<w:ruby><w:rubyPr/><w:rt>{r('かんじ')}</w:rt><w:rubyBase>{r('漢字')}</w:rubyBase></w:ruby>"
    assert blocks(p(r("この") + f"<w:r>{ruby}</w:r>" + r("を読む。"))) == [("text", "この漢字を読む。")]


def test_ruby_as_old_word_wrote_it():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>EQ \\* jc2 \\o\\ad(\\s\\up 9(</w:instrText>'
        '</w:r><w:r><w:instrText>かんじ),漢字)</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert blocks(p(r("この") + field + r("を読む。"))) == [("text", "この漢字を読む。")]


def test_fields_show_their_result():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "http://x"</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("the page")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert blocks(p(r("See ") + field + r("."))) == [("text", "See the page.")]


def test_footnotes_follow_the_text():
    body = p(r("A claim") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + r(".")) + p(r("More."))
    notes = f'<w:footnote w:type="separator" w:id="0">{p(r("-----"))}</w:footnote>'
    notes += f'<w:footnote w:id="2">{p("<w:r><w:footnoteRef/></w:r>" + r(" The note."))}</w:footnote>'
    ends = f'<w:endnote w:id="1">{p(r("文末の注。"))}</w:endnote>'
    assert [text for _, text in blocks(body, footnotes=notes, endnotes=ends)] == [
        "A claim.",
        "More.",
        "The note.",
        "文末の注。",
    ]


def test_text_boxes_follow_their_paragraph_once():
    box = f"<w:txbxContent>{p(r('In the box.'))}</w:txbxContent>"
    drawn = (
        f"<mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent>"
    )
    assert [text for _, text in blocks(p(r("Before ") + f"<w:r>{drawn}</w:r>" + r("after.")) + p(r("Next.")))] == [
        "Before after.",
        "In the box.",
        "Next.",
    ]


def test_what_no_reader_of_the_page_sees():
    body = p(r("Chapter one 5"), "T1")
    body += p(r("kept ") + f"<w:ins>{r('new')}</w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>" + r("."))
    body += p(r("shown") + r(" hidden", "<w:vanish/>") + r(" too", '<w:vanish w:val="0"/>'))
    body += f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p(r('Click here.'))}</w:sdtContent></w:sdt>"
    assert [text for _, text in blocks(body)][:2] == ["kept new.", "shown too"]


def test_breaks_and_tabs():
    body = p(r("one") + "<w:r><w:br/></w:r>" + r("line")) + p(r("two") + "<w:r><w:br/><w:br/></w:r>" + r("parts"))
    body += p(r("a") + "<w:r><w:tab/></w:r>" + r("b") + "<w:r><w:noBreakHyphen/></w:r>" + r("c"))
    assert [text for _, text in blocks(body)] == ["one\nline", "two", "parts", "a\tb-c"]


def test_strict_documents():
    document = read_bytes(docx(p(r("Strict."), "1"), namespace=STRICT), "a.docx", AlignSettings())
    assert (document.text, document.paragraphs[0].kind) == ("Strict.", "heading")


def test_presplit():
    document = read_bytes(docx(p(r("One. Two.")) + p(r("Three."))), "a.docx", AlignSettings(presplit=True))
    assert [paragraph.kind for paragraph in document.paragraphs] == ["line", "line"]


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (docx(p(r("x" * 500)))[:-40], MalformedInput, "damaged or cut short"),
        (docx("<w:p>"), MalformedInput, r"document\.xml\) is no well-formed XML: .*line 1"),
        (zipped({"[Content_Types].xml": "<a/>", "word/other.xml": "<a/>"}), MalformedInput, "document.xml is missing"),
        (docx(p("")), BlankInput, "holds no text"),
        (b"plain text", MalformedInput, "named as a Word document, but does not begin as one"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), BinaryInput, "an old Word or other Office document"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            EncryptedInput,
            "asks for a password",
        ),
        (docx("<w:tbl>" * 300), UnsafeInput, r"deeper than 200 levels, the limit.*--max-depth"),
    ],
    ids=["truncated", "bad XML", "no text part", "blank", "no zip", "old", "encrypted", "deep"],
)
def test_what_is_no_document(data, error, says):
    with pytest.raises(error, match=says):
        read_bytes(data, "a.docx", AlignSettings())


def test_entities_are_refused():
    data = zipped(
        {
            "[Content_Types].xml": "<a/>",
            "word/document.xml": '<!DOCTYPE d [<!ENTITY a "boom"><!ENTITY b "&a;&a;">]><d><p><r><t>&b;</t></r></p></d>',
        }
    )
    with pytest.raises(UnsafeInput, match="declares XML entities"):
        read_bytes(data, "a.docx", AlignSettings())
