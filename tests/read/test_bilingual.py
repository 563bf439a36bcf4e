"""Formats that hold both sides: PO, TMX, XLIFF."""

from __future__ import annotations

import pytest

from align.errors import BlankInput, MalformedInput, MissingPart, UnsafeInput
from align.read import read_bytes
from align.settings import AlignSettings

PO = """# A comment
msgid ""
msgstr ""
"Content-Type: text/plain; charset={charset}\\n"

#: a.c:1
msgid "Open "
"file"
msgstr "ファイルを開く"

#, fuzzy
msgid "Close"
msgstr "閉じない"

msgctxt "menu"
msgid "%d page"
msgid_plural "%d pages"
msgstr[0] "%dページ"
msgstr[1] "%d ページ"

msgid "Untranslated"
msgstr ""

#~ msgid "Old"
#~ msgstr "古い"
"""

TMX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header/><body>
<tu tuid="1"><tuv xml:lang="en-US"><seg>Click <bpt i="1">&lt;b&gt;</bpt>here<ept i="1">&lt;/b&gt;</ept>.</seg></tuv>
<tuv xml:lang="ja-JP"><seg>ここを<hi>クリック</hi>。</seg></tuv></tu>
<tu><tuv xml:lang="en-US"><seg>Only English.</seg></tuv></tu>
</body></tmx>"""

XLIFF = """<xliff version="1.2"><file original="a" source-language="en" target-language="ja"><body><group>
<trans-unit id="7"><source>Click <g id="1">here</g><x id="2"/>. <bpt id="3">[b]</bpt>Now<ept id="3">[/b]</ept></source>
<target>ここを<g id="1">クリック</g>。</target><note>a note</note>
<alt-trans><source>Click</source><target>proposal</target></alt-trans></trans-unit>
<trans-unit id="8"><source>One. Two.</source><seg-source><mrk mtype="seg">One.</mrk> <mrk mtype="seg">Two.</mrk>
</seg-source><target><mrk mtype="seg" mid="1">一。</mrk><mrk mtype="seg" mid="2">二。</mrk></target></trans-unit>
</group></body></file></xliff>"""

XLIFF_2 = """<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en"><file id="f"><unit id="u">
<notes><note>a note</note></notes>
<segment><source>Click <pc id="1">here</pc><ph id="2"/>.</source>
<target>ここを<pc id="1">クリック</pc>。</target></segment>
<ignorable><source> </source></ignorable>
<segment><source>Now.</source></segment></unit></file></xliff>"""


def units(text: str, name: str, part: str | None, encoding: str = "utf-8") -> list[str]:
    document = read_bytes(text.encode(encoding), name, AlignSettings(), part=part)
    assert document.name == (name if part is None else f"{name}::{part}")
    return [document.text[p.start : p.end] for p in document.paragraphs]


@pytest.mark.parametrize(
    ("text", "name", "part", "found"),
    [
        (PO, "a.po", "msgid", ["Open file", "Close", "%d page", "%d pages", "Untranslated"]),
        (PO, "a.po", "msgstr", ["ファイルを開く", "%dページ", "%d ページ"]),
        (TMX, "a.tmx", "en-US", ["Click here.", "Only English."]),
        (TMX, "a.tmx", "EN", ["Click here.", "Only English."]),
        (TMX, "named by its content.xml", "ja", ["ここをクリック。"]),
        (XLIFF, "a.xlf", "source", ["Click here. Now", "One.", "Two."]),
        (XLIFF, "a.sdlxliff", "target", ["ここをクリック。", "一。", "二。"]),
        (XLIFF_2, "a.xliff", "source", ["Click here.", "Now."]),
        (XLIFF_2, "a.xliff", "target", ["ここをクリック。"]),
    ],
)
def test_one_side(text, name, part, found):
    assert units(text, name, part) == found


@pytest.mark.parametrize("charset", ["UTF-8", "EUC-JP", "Shift_JIS"])
def test_catalogues_say_their_encoding(charset):
    assert units(PO.replace("{charset}", charset), "a.po", "msgstr", charset)[0] == "ファイルを開く"


def test_places():
    po = read_bytes(PO.encode(), "a.po", AlignSettings(), part="msgid")
    assert [place for _, _, place in po.provenance][:2] == ["line 6", "line 11"]
    tmx = read_bytes(TMX.encode(), "a.tmx", AlignSettings(), part="en")
    assert [place for _, _, place in tmx.provenance] == ["unit 1", "unit 2"]
    xliff = read_bytes(XLIFF.encode(), "a.xlf", AlignSettings(), part="source")
    assert [place for _, _, place in xliff.provenance] == ["unit 7", "unit 8", "unit 8"]


def test_the_only_side_needs_no_name():
    assert units('msgid "One"\nmsgstr ""\n', "a.pot", None) == ["One"]
    assert units(XLIFF_2.replace("target", "notes"), "a.xlf", None) == ["Click here.", "Now."]
    assert units(TMX.replace("ja-JP", "en-US"), "a.tmx", None)[1] == "ここをクリック。"


@pytest.mark.parametrize(
    ("text", "name", "part", "says"),
    [
        (PO, "a.po", None, r"a\.po holds 2 sides: msgid, msgstr\. Say which .* a\.po::msgid"),
        (PO, "a.po", "msgstring", r"no side 'msgstring'\. Did you mean a\.po::msgstr\?"),
        (TMX, "a.tmx", None, "2 languages: en-US, ja-JP"),
        (TMX, "a.tmx", "fr", r"no language 'fr'\. It holds 2 languages: en-US, ja-JP"),
        (XLIFF, "a.xlf", None, "2 sides: source, target"),
        (XLIFF, "a.xlf", "ja", "no side 'ja'"),
    ],
)
def test_a_side_must_be_chosen(text, name, part, says):
    with pytest.raises(MissingPart, match=says) as raised:
        read_bytes(text.encode(), name, AlignSettings(), part=part)
    assert len(raised.value.parts) == 2


@pytest.mark.parametrize(
    ("text", "name", "part", "error", "says"),
    [
        ('msgid "open"\nnonsense\n', "a.po", "msgid", MalformedInput, "does not read as a PO file at line 2"),
        ('msgid "open"\nmsgstr ""\n', "a.po", "msgstr", BlankInput, "No entry of the catalogue has a msgstr"),
        (TMX[:300], "a.tmx", "en", MalformedInput, "no well-formed XML"),
        ("<tmx><body/></tmx>", "a.tmx", None, BlankInput, "No unit"),
        ("No memory.", "a.tmx", "en", MalformedInput, "no well-formed XML"),
        (XLIFF[:500], "a.xlf", "source", MalformedInput, "no well-formed XML"),
        (XLIFF_2.replace("target", "notes"), "a.xlf", "target", BlankInput, "No unit of the file has a target"),
        ('<!DOCTYPE tmx [<!ENTITY a "x">]>' + TMX.split("\n", 2)[2], "a.tmx", "en", UnsafeInput, "XML entities"),
        ("<xliff>" + "<group>" * 300, "a.xlf", "source", UnsafeInput, "max_depth"),
    ],
)
def test_malformed(text, name, part, error, says):
    with pytest.raises(error, match=says):
        read_bytes(text.encode(), name, AlignSettings(), part=part)


def test_a_catalogue_is_never_taken_for_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'msgid "a"').write_text('msgid "another file"\nmsgstr ""\n', encoding="utf-8")
    assert units('msgid "a"', "a.po", "msgid") == ["a"]
