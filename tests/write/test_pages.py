"""The page and the book: sound, self-contained, and with nothing in them that the text could break."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from align.write import Metadata, save_pairs
from tests.write.rows import METADATA, NULL, PAIR, ROWS, texts

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
HOSTILE = replace(PAIR, doc="</h2><script>", src="<script>alert(1)</script> & \x01", tgt='"><img src=x onerror=y>')


def test_the_page_shows_both_sides_next_to_each_other(tmp_path: Path) -> None:
    save_pairs([*ROWS, replace(PAIR, doc="other")], tmp_path / "out.html", metadata=METADATA)
    page = html.parse(str(tmp_path / "out.html"), html.HTMLParser(encoding="utf-8")).getroot()
    assert [each.text for each in page.iter("h2")] == ["news", "other"]
    first, null, *_ = page.iter("tr")
    assert [cell.text_content() for cell in first] == ["1-2 · 0.98lengthnumbers", PAIR.src, PAIR.tgt]
    assert [cell.get("lang") for cell in first][1:] == ["en", "ja"]
    assert null.get("class") == "null"
    assert METADATA.signature in page.find(".//footer").text


def test_the_page_asks_for_nothing_and_runs_nothing(tmp_path: Path) -> None:
    save_pairs([HOSTILE], tmp_path / "out.html", metadata=METADATA)
    page = html.parse(str(tmp_path / "out.html"), html.HTMLParser(encoding="utf-8")).getroot()
    assert not list(page.iter("script", "img", "link", "iframe"))
    assert not page.xpath("//@src | //@href | //@onerror")
    assert "url(" not in (tmp_path / "out.html").read_text(encoding="utf-8")
    assert HOSTILE.tgt in page.text_content()


@pytest.mark.parametrize("format", ["html", "epub"])
def test_a_language_from_right_to_left_says_so(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{format}"
    save_pairs([PAIR], path, metadata=Metadata(("en", "ar")))
    data = path.read_text() if format == "html" else ZipFile(path).read("book/part1.xhtml").decode()
    assert re.findall(r'lang="(\w+)" dir="(\w+)"', data) == [("ar", "rtl")]


def test_the_book_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "out.epub"
    save_pairs([*ROWS, HOSTILE], path, metadata=METADATA)
    with ZipFile(path) as book:
        first = book.infolist()[0]
        assert (first.filename, first.compress_type, book.read(first)) == (
            "mimetype",
            ZIP_STORED,
            b"application/epub+zip",
        )
        assert book.testzip() is None
        trees = {name: etree.fromstring(book.read(name)) for name in book.namelist() if name.endswith(("ml", "opf"))}
        package = trees["book/package.opf"]
        listed = {f"book/{item.get('href')}" for item in package.iter(f"{OPF}item")}
        assert listed == {name for name in book.namelist() if name.startswith("book/")} - {"book/package.opf"}
    items = {item.get("id"): item.get("href") for item in package.iter(f"{OPF}item")}
    spine = [items[each.get("idref")] for each in package.iter(f"{OPF}itemref")]
    assert (
        spine
        == [each.get("href") for each in trees["book/nav.xhtml"].iter(f"{XHTML}a")]
        == ["part1.xhtml", "part2.xhtml"]
    )
    cells = ["".join(cell.itertext()) for cell in trees["book/part1.xhtml"].iter(f"{XHTML}td")]
    assert cells == [side for row in ROWS for side in (row.src, row.tgt)]
    languages = package.findall(".//{http://purl.org/dc/elements/1.1/}language")
    assert [each.text for each in languages] == ["en", "ja"]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(texts, texts, texts), max_size=4), texts)
def test_the_book_keeps_to_the_rules_whatever_it_holds(
    tmp_path: Path, found: list[tuple[str, str, str]], title: str
) -> None:
    """Those of EPUB 3.3 that a reader refuses a book for: container, package, contents, and sound XHTML."""
    path = tmp_path / "out.epub"
    rows = [replace(PAIR, doc=doc, src=src, tgt=tgt) for doc, src, tgt in found]
    save_pairs(rows, path, metadata=replace(METADATA, title=title))
    assert path.read_bytes()[30:58] == b"mimetypeapplication/epub+zip"  # no extra field, not packed
    with ZipFile(path) as book:
        names = book.namelist()
        assert len(names) == len(set(names))
        container = etree.fromstring(book.read("META-INF/container.xml"))
        assert container.xpath("string(//@full-path)") == "book/package.opf"
        package = etree.fromstring(book.read("book/package.opf"))
        pages = {name: etree.fromstring(book.read(name)) for name in names if name.endswith(".xhtml")}
    ids = package.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert package.xpath("//*[@id=/*/@unique-identifier]/text()")[0].startswith("urn:uuid:")
    assert all(package.xpath(f"string(//*[local-name()='{name}'])").strip() for name in ("title", "language"))
    assert package.xpath("count(//*[@property='dcterms:modified'])") == 1
    items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
    assert [item.get("href") for item in items.values() if item.get("properties") == "nav"] == ["nav.xhtml"]
    for item in items.values():
        assert f"book/{item.get('href')}" in names
        assert item.get("media-type") == ("text/css" if item.get("href").endswith(".css") else "application/xhtml+xml")
    assert [each.get("idref") for each in package.iter(f"{OPF}itemref")]
    assert all(each.get("idref") in items for each in package.iter(f"{OPF}itemref"))
    for page in pages.values():
        assert page.tag == f"{XHTML}html"
        assert all(f"book/{link}" in names for link in page.xpath("//@href"))
        assert page.findtext(f"{XHTML}head/{XHTML}title").strip()
        empty = [link for link in page.iter(f"{XHTML}a") if not "".join(link.itertext()).strip()]
        assert not empty
        inside = {etree.QName(each).localname for each in page.iter(f"{XHTML}*")}
        assert inside <= {"html", "head", "title", "link", "body", "h1", "table", "tr", "td", "nav", "ol", "li", "a"}


def test_the_same_rows_make_the_same_book(tmp_path: Path) -> None:
    for name in ("one.epub", "two.epub", "other.epub"):
        save_pairs([NULL] if name == "other.epub" else ROWS, tmp_path / name, metadata=METADATA)
    one, two, other = ((tmp_path / name).read_bytes() for name in ("one.epub", "two.epub", "other.epub"))
    assert one == two
    identifiers = [ZipFile(tmp_path / name).read("book/package.opf") for name in ("one.epub", "other.epub")]
    assert identifiers[0] != identifiers[1]
    assert one != other


def test_a_long_document_is_several_files_of_the_book(tmp_path: Path) -> None:
    save_pairs([PAIR] * 1001, tmp_path / "out.epub", metadata=METADATA)
    with ZipFile(tmp_path / "out.epub") as book:
        nav = etree.fromstring(book.read("book/nav.xhtml"))
    assert [each.text for each in nav.iter(f"{XHTML}a")] == ["news", "news (2)", "news (3)"]
