"""The blocks of a web page: stretches of text as its markup parts them, and what stands around each.

Text is as a browser shows it. Whether a block is content or menu is not asked here (`align.read.html`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from lxml import etree
from lxml.html import HTMLParser

from align.read.paragraphs import VISIBLE, paragraphs
from align.records import ParagraphKind

_KINDS: dict[str, ParagraphKind] = dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading")
_KINDS |= dict.fromkeys(("li", "dt", "dd", "summary"), "item") | dict.fromkeys(("td", "th"), "cell")
_KINDS |= dict.fromkeys(("figcaption", "caption"), "caption")
_BLOCKS = frozenset(
    "address article aside blockquote body center details dialog dir div dl fieldset figure footer form header hgroup "
    "hr html legend main menu nav ol p pre search section table tbody tfoot thead tr ul".split()
) | frozenset(_KINDS)
_HIDDEN = frozenset(
    "script style noscript template head rt rp rtc svg math iframe object embed canvas video audio button select "
    "option textarea datalist noframes frameset map".split()
)
_ASIDE = frozenset("nav aside footer menu".split())
_ASIDE_ROLES = frozenset("navigation complementary contentinfo search banner menu".split())
_FOOTNOTE = re.compile(r"\[[^\]\s]{1,8}( \d+)?\]")  # the marks of Wikipedia: [1], [注 1], [citation needed] is longer
_REFERENCES = frozenset("noteref pagebreak doc-noteref doc-pagebreak doc-backlink backlink".split())
_WAYS_BACK = frozenset("↩ ↑ ^ ⏎ ↵".split())

_UNNESTED = frozenset("html body title meta p br h1 h2 h3 h4 h5 h6".split())
_DEEPEST = 400  # levels of nesting
_SENTENCE_END = re.compile(r"""[.!?…。．！？｡]["'”’»」』）)\]]*$""")
_SPACE = re.compile(r"[ \t\n\f\r]+")
_CJK = "\u2e80-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
_LINE_IN_CJK = re.compile(f"(?<=[{_CJK}])[ \t\f\r]*\n[ \t\n\f\r]*(?=[{_CJK}])")
_BREAK_IN_CJK = re.compile(f"(?<=[{_CJK}]) *\v *(?=[{_CJK}])")


@dataclass(frozen=True, slots=True)
class Place:
    """What the elements around a text say of it; `home` is the element its paragraph shares with its neighbours."""

    kind: ParagraphKind = "text"
    home: Any = None
    is_hidden: bool = False
    is_aside: bool = False
    is_main: bool = False
    is_pre: bool = False
    is_link: bool = False


@dataclass
class Block:
    """A stretch of text between two block boundaries, and where it stood on the page.

    `pieces` are its text nodes as they come, a line break being `\\v`; `first` is the first of them with something
    to see, as its element and whether it is the element's tail; `links` counts the characters inside links.
    """

    place: Place
    pieces: list[str] = field(default_factory=list)
    first: tuple[Any, bool] | None = None
    links: int = 0

    @cached_property
    def text(self) -> str:
        """As a browser shows it on one line; preformatted text as it stands."""
        joined = "".join(self.pieces)
        if self.place.is_pre:
            return joined.replace("\v", "\n")
        return re.sub(" *\v *| +", " ", _BREAK_IN_CJK.sub("", _folded(joined))).strip()

    @property
    def lines(self) -> list[str]:
        """The text as its line breaks part it."""
        return [line.strip() for line in _folded("".join(self.pieces)).split("\v")]

    @property
    def is_prose(self) -> bool:
        """Whether it is outside menus and the like, and less than half of it are links."""
        return not self.place.is_aside and self.links * 2 < len(self.text)

    @property
    def is_sentence(self) -> bool:
        """Whether it is prose that ends as a sentence does."""
        return self.is_prose and self.place.kind == "text" and _SENTENCE_END.search(self.text) is not None


def _folded(text: str) -> str:
    """The text with its white space folded, its line breaks left."""
    return _SPACE.sub(" ", _LINE_IN_CJK.sub("", text))


def all_blocks(page: str) -> list[tuple[ParagraphKind, str]]:
    """All text of a page, block by block: what a chapter of a book is, where nothing has to be told from menus."""
    root, _ = parse(page)
    blocks = [] if root is None else walk(root)
    return [(block.place.kind, text) for block in blocks for text in texts(block)]


def parse(page: str) -> tuple[Any | None, bool]:
    """The root of the page, None if there is none, and whether its structure is whole."""
    # Bytes, since lxml refuses a string with an XML declaration; and the parser stops at a NUL.
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    data = page.replace("\0", "").encode("utf-8", "replace")
    try:
        root = etree.fromstring(data, parser) if data.strip() else None
    except etree.XMLSyntaxError:
        return None, False
    if _is_deep(root) or any("depth" in entry.message for entry in parser.error_log):
        flat = _flattened(page)  # the parser drops what lies too deep, and trafilatura recurses
        return (root, False) if flat == page else (parse(flat)[0], False)
    return root, True


def _is_deep(root: Any) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")) if root is not None else ():
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            return True
    return False


def _flattened(page: str) -> str:
    """The page with its containers cut to mere boundaries, so that nothing nests."""

    def cut(tag: re.Match[str]) -> str:
        name = tag[1].lower()
        if name in _HIDDEN or name in _UNNESTED:
            return tag[0]
        return "<hr>" if name in _BLOCKS else ""

    return re.sub(r"</?([a-zA-Z][a-zA-Z0-9]*)[^<>]*>", cut, page)


def walk(root: Any, unseen: bool = False) -> list[Block]:
    """All blocks with text in them, in page order; `unseen` takes in what the page's style hides."""
    blocks: list[Block] = []
    places = [Place()]
    current: Block | None = None

    def add(text: str | None, place: Place, node: Any, is_tail: bool) -> None:
        nonlocal current
        if not text or place.is_hidden:
            return
        if current is None:
            current = Block(place)
            blocks.append(current)
        current.pieces.append(text.replace("\v", " "))
        if text.strip():
            current.first = current.first or (node, is_tail)
            current.links += len(text.strip()) if place.is_link else 0

    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            if tag in _BLOCKS:
                current = None
            elif tag == "br" and current is not None:
                is_second = not current.place.is_pre and _ends_line(current.pieces)
                current = None if is_second else current
                if current is not None:
                    current.pieces.append("\v")
            places.append(_placed(node, tag, places[-1], unseen))
            add(node.text, places[-1], node, False)
        else:
            places.pop()
            if tag in _BLOCKS:
                current = None
            add(node.tail, places[-1], node, True)
    return [block for block in blocks if VISIBLE.search(block.text)]


def _ends_line(pieces: Sequence[str]) -> bool:
    last = next((piece for piece in reversed(pieces) if piece == "\v" or piece.strip()), "")
    return last == "\v"


def _placed(node: Any, tag: str, outer: Place, unseen: bool) -> Place:
    """The place inside an element, from the place around it."""
    if outer.is_hidden:
        return outer
    if tag in _HIDDEN or (tag not in ("html", "body") and not unseen and _is_unseen(node, tag)):
        return replace(outer, is_hidden=True)
    if tag == "a":
        return replace(outer, is_link=True)
    if tag not in _BLOCKS:
        return outer
    role = node.get("role")
    return replace(
        outer,
        home=outer.home if tag in _KINDS or tag in ("p", "blockquote", "pre") else node,
        kind=_KINDS.get(tag, outer.kind if outer.kind in ("heading", "item", "caption") else "text"),
        is_aside=outer.is_aside or tag in _ASIDE or role in _ASIDE_ROLES,
        is_main=outer.is_main or tag in ("main", "article") or role == "main",
        is_pre=outer.is_pre or tag == "pre",
    )


def _is_unseen(node: Any, tag: str) -> bool:
    if tag in ("sup", "a") and _is_mark(node, tag):
        return True
    if "hidden" in node.attrib or "mw-editsection" in node.get("class", ""):
        return True
    if not _REFERENCES.isdisjoint((node.get("epub:type") or node.get("role") or "").split()):
        return True
    return re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", node.get("style", ""), re.I) is not None


def _is_mark(node: Any, tag: str) -> bool:
    """Whether an element is the mark of a footnote, or the way back from one."""
    text = "".join(node.itertext()).strip()
    if tag == "a":
        return text.rstrip("\ufe0e") in _WAYS_BACK and "#" in node.get("href", "")
    if _FOOTNOTE.fullmatch(text):
        return True
    links = [link for link in (node.getparent(), *node.iter("a")) if link is not None and link.tag == "a"]
    return len(text) <= 4 and any("#" in link.get("href", "") for link in links)


def texts(block: Block) -> Iterator[str]:
    """What stands in a block: one paragraph, but for preformatted lines, which are read as plain text, and lists.

    Line breaks make a list of three lines or more where none of them ends as a sentence does.
    """
    if block.place.is_pre:
        yield from (block.text[p.start : p.end] for p in paragraphs(block.text))
        return
    lines = [line for line in block.lines if VISIBLE.search(line)]
    if len(lines) > 2 and block.place.kind != "heading" and not any(map(_SENTENCE_END.search, lines)):
        yield from lines
    else:
        yield block.text
