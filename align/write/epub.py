"""A book for e-readers, EPUB 3.3: source and target next to each other, a chapter per document.

It holds document names and both texts; it does not turn back into rows. The same rows give the same bytes: the book's
identifier is made of its content, and its date is fixed.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from align.records import AlignedPair
from align.write.html import cell, text
from align.write.layout import Layout, line
from align.write.metadata import Metadata

_ROWS = 500
"""In one file of the book: readers lay a file out as a whole."""
_DATE = (1980, 1, 1, 0, 0, 0)
_MODIFIED = "1980-01-01T00:00:00Z"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_CONTAINER = f"""{_HEAD}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_STYLE = """\
table { width: 100%; border-collapse: collapse }
td { width: 50%; padding: .3em .5em; vertical-align: top; border-top: 1px solid #bbb }
h1 { font-size: 1.3em }
"""


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout, metadata: Metadata) -> None:
    """Write the book, holding one file of it at a time.

    Raises:
        SettingsError: the languages are not known.
    """
    languages = metadata.languages_for("epub")
    title = line(metadata.title) or " – ".join(languages)
    digest = hashlib.blake2b(digest_size=16)
    chapters: list[tuple[str, str]] = []
    with ZipFile(stream, "w") as book:
        _put(book, "mimetype", "application/epub+zip", ZIP_STORED)
        _put(book, "META-INF/container.xml", _CONTAINER)
        _put(book, "book/style.css", _STYLE)
        for heading, rows in _parts(pairs, title):
            name = f"part{len(chapters) + 1}.xhtml"
            page = _page(heading, rows, languages)
            digest.update(page.encode())
            _put(book, f"book/{name}", page)
            chapters.append((name, heading))
        if not chapters:
            chapters.append(("part1.xhtml", title))
            _put(book, "book/part1.xhtml", _page(title, [], languages))
        _put(book, "book/nav.xhtml", _contents(chapters, title))
        identifier = uuid.UUID(bytes=digest.digest(), version=5)
        _put(book, "book/package.opf", _package(chapters, title, languages, identifier, metadata.signature))


def _parts(pairs: Iterable[AlignedPair], title: str) -> Iterator[tuple[str, list[AlignedPair]]]:
    for doc, rows in groupby(pairs, lambda pair: pair.doc):
        number = 0
        while part := list(islice(rows, _ROWS)):
            number += 1
            yield (line(doc) or title) + (f" ({number})" if number > 1 else ""), part


def _page(heading: str, rows: list[AlignedPair], languages: tuple[str, str]) -> str:
    src, tgt = languages
    lines = (f"<tr>{_cell(pair.src, src)}{_cell(pair.tgt, tgt)}</tr>\n" for pair in rows)
    table = f"<table>\n{''.join(lines)}</table>\n" if rows else ""
    return _xhtml(heading, f"<h1>{text(heading)}</h1>\n{table}")


def _cell(side: str, code: str) -> str:
    return cell(side, code).replace('<td lang="', f'<td xml:lang="{text(code)}" lang="', 1)


def _contents(chapters: list[tuple[str, str]], title: str) -> str:
    items = "".join(f'<li><a href="{name}">{text(heading)}</a></li>\n' for name, heading in chapters)
    return _xhtml(title, f'<nav epub:type="toc">\n<h1>{text(title)}</h1>\n<ol>\n{items}</ol>\n</nav>\n')


def _xhtml(title: str, body: str) -> str:
    return (
        f'{_HEAD}<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops">\n'
        f'<head><title>{text(title)}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>\n'
        f"<body>\n{body}</body>\n</html>\n"
    )


def _package(
    chapters: list[tuple[str, str]], title: str, languages: tuple[str, str], identifier: uuid.UUID, signature: str
) -> str:
    spoken = "".join(f"<dc:language>{text(code)}</dc:language>\n" for code in languages)
    made = f"<dc:description>{text(signature)}</dc:description>\n" if signature else ""
    manifest = "".join(
        f'<item id="p{at}" href="{name}" media-type="application/xhtml+xml"/>\n'
        for at, (name, _) in enumerate(chapters, 1)
    )
    spine = "".join(f'<itemref idref="p{at}"/>\n' for at, _ in enumerate(chapters, 1))
    return (
        f'{_HEAD}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>\n<dc:title>{text(title)}</dc:title>\n'
        f'{spoken}{made}<meta property="dcterms:modified">{_MODIFIED}</meta>\n</metadata>\n'
        '<manifest>\n<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>\n'
        f'<item id="style" href="style.css" media-type="text/css"/>\n{manifest}</manifest>\n'
        f"<spine>\n{spine}</spine>\n</package>\n"
    )


def _put(book: ZipFile, name: str, content: str, how: int = ZIP_DEFLATED) -> None:
    info = ZipInfo(name, _DATE)
    info.compress_type = how
    book.writestr(info, content.encode())
