"""A page for people: source and target next to each other, self-contained, in light and dark, without a script.

It shows document, bead type, confidence, flags and both texts; it does not turn back into rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby
from typing import BinaryIO

from align.records import AlignedPair
from align.write.cells import to_text
from align.write.layout import Layout, line, xml_line
from align.write.metadata import Metadata

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})

_STYLE = """\
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fff; --faint: #6e6e73; --line: #d2d2d7; --null: #f5f5f7 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f5f5f7; --paper: #161617; --faint: #a1a1a6; --line: #424245; --null: #1d1d1f }
}
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif;
  color: var(--ink); background: var(--paper) }
table { width: 100%; table-layout: fixed; border-collapse: collapse }
td { padding: .4rem .8rem; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere }
td:first-child { width: 6.5rem; padding-left: 0; font-size: .8rem; color: var(--faint);
  font-variant-numeric: tabular-nums }
tr.null { background: var(--null) }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2.5rem }
footer { margin-top: 3rem; font-size: .8rem; color: var(--faint); overflow-wrap: anywhere }
@media print { tr { break-inside: avoid } }
"""


def write(pairs: Iterable[AlignedPair], stream: BinaryIO, layout: Layout, metadata: Metadata) -> None:
    """Write a table per run of rows of one document.

    Raises:
        SettingsError: the languages are not known.
    """
    src, tgt = metadata.languages_for("html")
    title = text(metadata.title or f"{src} – {tgt}")
    share = to_text("confidence")

    def put(part: str) -> None:
        stream.write(part.encode())

    put(
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    )
    for doc, rows in groupby(pairs, lambda pair: pair.doc):
        if doc:
            put(f"<h2>{text(doc)}</h2>\n")
        put("<table>\n<colgroup><col><col><col></colgroup>\n")
        for pair in rows:
            facts = "<br>".join([f"{pair.type} · {share(pair.confidence)[:4]}", *map(text, pair.flags)])
            shade = ' class="null"' if pair.is_null else ""
            put(f"<tr{shade}><td>{facts}</td>{cell(pair.src, src)}{cell(pair.tgt, tgt)}</tr>\n")
        put("</table>\n")
    if metadata.signature:
        put(f"<footer>{text(metadata.signature)}</footer>\n")
    put("</body>\n</html>\n")


def cell(side: str, code: str) -> str:
    """A table cell in a language, with its direction where that is not the usual one."""
    direction = ' dir="rtl"' if code.split("-")[0].lower() in RIGHT_TO_LEFT else ""
    return f'<td lang="{text(code)}"{direction}>{text(side)}</td>'


def text(content: str) -> str:
    """Text for HTML and XHTML, in an element or between double quotes."""
    return escape(xml_line(line(content)))
