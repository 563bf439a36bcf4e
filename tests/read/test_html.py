from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import BlankInput
from align.read import read_bytes
from align.read.html import page_blocks
from align.settings import AlignSettings

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "pages.yaml").read_text(encoding="utf-8"))
TAGS = "p div span a b br li ul table tr td h1 nav article ruby rt pre script sup title body hr".split()
SOUP = st.lists(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS])
    | st.sampled_from(["言葉", "words ", "。", "\n", "&amp;", "<", "&#0;", "\0", "<!--", "\x0b", "𠀀"]),
    max_size=40,
).map("".join)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_blocks(case):
    document = read_bytes(case["page"].encode(), "page.html", AlignSettings())
    assert [[p.kind, document.text[p.start : p.end]] for p in document.paragraphs] == case["blocks"]


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "table><tr><td", "ul><li"])
def test_depth_is_no_limit(tag):
    page = f"<{tag}>" * 20_000 + "深い文です。" + "<p>浅い文です。</p>"
    text, found = page_blocks(page)
    assert [text[p.start : p.end] for p in found] == ["深い文です。", "浅い文です。"]


def test_long_pages_stay_whole():
    lines = [f"これは{i}番目の段落で、ほかの段落と同じくらいの長さがあります。" for i in range(2_000)]
    text, found = page_blocks("<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>")
    assert [text[p.start : p.end] for p in found] == lines


def test_presplit_blocks_are_lines():
    document = read_bytes(b"<h1>One</h1><p>Two.</p>", "a.html", AlignSettings(presplit=True))
    assert [p.kind for p in document.paragraphs] == ["line", "line"]


@pytest.mark.parametrize(
    "page",
    ["<html></html>", "<p> &nbsp; </p>", "<p>&#8203;</p>", "<pre>\n</pre>", "<script>text()</script>", "<!-- only -->"],
)
def test_pages_without_text(page):
    with pytest.raises(BlankInput, match=r"a\.html holds no text"):
        read_bytes(page.encode(), "a.html", AlignSettings())


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.txt", "<!DOCTYPE html><p>"), ("a", "\n<html><p>"), ("a.HTM", "A page "), ("a", "<!-- saved --><html><p>")],
)
def test_pages_are_told_by_name_or_first_bytes(name, start):
    document = read_bytes(f"{start}of <b>words</b>.".encode(), name, AlignSettings())
    assert "<b>" not in document.text


def test_angle_brackets_make_no_page():
    document = read_bytes(b"a <b> c.\n<p> is a tag.", "a.txt", AlignSettings())
    assert document.text == "a <b> c.\n<p> is a tag."


@settings(max_examples=60, deadline=None)
@given(SOUP)
def test_any_soup_is_blocks(page):
    text, found = page_blocks(page)
    assert "\n\n".join(text[p.start : p.end] for p in found) == text
    assert all(p.start < p.end for p in found)
    assert all(before.end + 2 == after.start for before, after in pairwise(found))


def test_plain_text_loads_no_parser():
    code = (
        "import sys; from align.read import read_text; from align.settings import AlignSettings;"
        "read_text('A line.', 'a', AlignSettings()); print([m for m in ('lxml', 'trafilatura') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


SAVED = [
    "港の壁、春に修理へ",
    "港の防波堤をめぐる委員会は火曜日の夜に開かれ、壁の修理について三時間にわたって話し合った。",
    "有田港長によると、冬の嵐が土台を思った以上に洗い流していたという。",
    "修理は来年の春に始まり、費用は町と漁業組合が半分ずつ負担する見込みだ。",
    "住民の声",
    "近くに住む女性は「もっと早く直してほしかった」と話し、次の会議にも出るつもりだと付け加えた。",
]


def test_a_page_saved_from_a_browser_comes_out_clean():
    """Scripts, advertisements, menus, a cookie notice, share buttons, ruby and a footnote mark are in it."""
    page = (Path(__file__).parent / "cases" / "saved_page.html").read_bytes()
    document = read_bytes(page, "saved.html", AlignSettings())
    assert [document.text[p.start : p.end] for p in document.paragraphs] == SAVED


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ('A claim<sup><a href="#fn1">1</a></sup>.', "A claim."),
        ('A claim<a href="notes.html#n2"><sup>*</sup></a>.', "A claim."),
        ('A claim<a epub:type="noteref" href="#n">12</a>.', "A claim."),
        ('The note. <a href="#r1">↩</a>', "The note."),
        ('The 1<sup>st</sup> and m<sup>2</sup> and <a href="#x">a link</a>.', "The 1st and m2 and a link."),
        ('See <a href="#top">^ the top</a>.', "See ^ the top."),
    ],
)
def test_marks_of_footnotes_are_dropped(inside, text):
    assert read_bytes(f"<p>{inside}</p>".encode(), "a.html", AlignSettings()).text == text
