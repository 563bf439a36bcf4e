from __future__ import annotations

import pytest

from align.errors import BlankInput, EncryptedInput, MalformedInput
from align.read import read_bytes
from align.settings import AlignSettings
from tests.read.making import odt, zipped


def blocks(body: str) -> list[tuple[str, str]]:
    document = read_bytes(odt(body), "a.odt", AlignSettings())
    return [(p.kind, document.text[p.start : p.end]) for p in document.paragraphs]


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def test_kinds():
    body = f"<text:h>題名</text:h>{p('本文です。')}<text:list><text:list-item>{p('項目')}</text:list-item></text:list>"
    body += (
        f"<table:table><table:table-row><table:table-cell>{p('年')}</table:table-cell></table:table-row></table:table>"
    )
    body += '<text:p text:style-name="Illustration">図の説明</text:p>'
    assert blocks(body) == [
        ("heading", "題名"),
        ("text", "本文です。"),
        ("item", "項目"),
        ("cell", "年"),
        ("caption", "図の説明"),
    ]


def test_inline():
    body = p('A <text:span>bold</text:span> word<text:s text:c="2"/>and<text:tab/>tab<text:line-break/>line.')
    assert blocks(body) == [("text", "A bold word  and\ttab\nline.")]


def test_ruby_keeps_its_base():
    ruby = "<text:ruby><text:ruby-base>漢字</text:ruby-base><text:ruby-text>かんじ</text:ruby-text></text:ruby>"
    assert blocks(p(f"この{ruby}を読む。")) == [("text", "この漢字を読む。")]


def test_notes_follow_the_text_and_frames_their_paragraph():
    note = f"<text:note-citation>1</text:note-citation><text:note-body>{p('The note.')}</text:note-body>"
    note = f"<text:note>{note}</text:note>"
    frame = f"<draw:frame><draw:text-box>{p('In the frame.')}</draw:text-box></draw:frame>"
    assert [text for _, text in blocks(p(f"A claim{note}.{frame}") + p("More."))] == [
        "A claim.",
        "In the frame.",
        "More.",
        "The note.",
    ]


def test_what_no_reader_of_the_page_sees():
    body = f"<text:tracked-changes><text:changed-region>{p('deleted')}</text:changed-region></text:tracked-changes>"
    body += f"<text:table-of-content><text:index-body>{p('Chapter 1 ... 5')}</text:index-body></text:table-of-content>"
    body += p(f"Kept<office:annotation>{p('a comment')}</office:annotation>.")
    assert blocks(body) == [("text", "Kept.")]


def test_hostile_space_counts_are_bounded():
    assert len(blocks(p('a<text:s text:c="999999999"/>b'))[0][1]) < 2_000


def test_locked():
    manifest = '<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    with pytest.raises(EncryptedInput, match="asks for a password"):
        read_bytes(odt(p("x"), **{"META-INF/manifest.xml": manifest}), "a.odt", AlignSettings())


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (odt(p("x"))[:-30], MalformedInput, "damaged or cut short"),
        (odt("<text:p>"), MalformedInput, r"content\.xml\) is no well-formed XML"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), MalformedInput, "content.xml is missing"),
        (odt(p(" ")), BlankInput, "holds no text"),
    ],
    ids=["truncated", "bad XML", "no content", "blank"],
)
def test_what_is_no_document(data, error, says):
    with pytest.raises(error, match=says):
        read_bytes(data, "a.odt", AlignSettings())
