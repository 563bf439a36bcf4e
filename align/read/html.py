"""Paragraphs of a web page.

Two things are asked of a page, and each is asked where it is known best. What is content and what is menu,
advertisement or footer is trafilatura's judgement. What a block says, to the space, is read off the page itself:
extracted text tears sentences at links, and a stray space inside a Japanese word is as bad for an aligner as a
missing one between two English ones. So each block is marked with one character that occurs nowhere on the page,
and the marks that come back tell which blocks were kept.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from lxml import etree
from lxml.html import HTMLParser

from align.errors import BlankInput
from align.read.decode import decode
from align.read.limits import refuse_long, refuse_overlong
from align.read.text import VISIBLE, paragraphs
from align.records import Document, Paragraph, ParagraphKind
from align.settings import AlignSettings

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
_RUBY = ("rt", "rp", "rtc")
_ASIDE = frozenset("nav aside footer menu".split())
_ASIDE_ROLES = frozenset("navigation complementary contentinfo search banner menu".split())
_FOOTNOTE = re.compile(r"\[[^\]\s]{1,8}( \d+)?\]")  # the marks of Wikipedia: [1], [注 1], [citation needed] is longer
_REFERENCES = frozenset("noteref pagebreak doc-noteref doc-pagebreak doc-backlink backlink".split())
_WAYS_BACK = frozenset("↩ ↑ ^ ⏎ ↵".split())

# CJK Extension B: letters to every tool, and all but absent from pages.
_MARKS = range(0x20000, 0x2A6D0)
_UNNESTED = frozenset("html body title meta p br h1 h2 h3 h4 h5 h6".split())
_SHORT = 200  # characters of prose that are little to judge by
_DEEPEST = 400  # levels of nesting
_UNMARKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SENTENCE_END = re.compile(r"""[.!?…。．！？｡]["'”’»」』）)\]]*$""")
_SILENT = logging.NullHandler()  # a logger without any handler writes its warnings to standard error
_SPACE = re.compile(r"[ \t\n\f\r]+")
_CJK = "\u2e80-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
_LINE_IN_CJK = re.compile(f"(?<=[{_CJK}])[ \t\f\r]*\n[ \t\n\f\r]*(?=[{_CJK}])")
_BREAK_IN_CJK = re.compile(f"(?<=[{_CJK}]) *\v *(?=[{_CJK}])")
_TITLE_PARTS = re.compile(r"\s+[|–—:·»-]\s+|\s*[｜|：]\s*|\s+[-–—]\s*|(?<=[」】])\s*[-－]\s*")


@dataclass(frozen=True, slots=True)
class _Place:
    """What the elements around a text say of it; `home` is the element its paragraph shares with its neighbours."""

    kind: ParagraphKind = "text"
    home: Any = None
    is_hidden: bool = False
    is_aside: bool = False
    is_main: bool = False
    is_pre: bool = False
    is_link: bool = False


@dataclass
class _Block:
    """A stretch of text between two block boundaries, and where it stood on the page.

    `pieces` are its text nodes as they come, a line break being `\\v`; `first` is the first of them with something
    to see, as its element and whether it is the element's tail; `links` counts the characters inside links.
    """

    place: _Place
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
        return not self.place.is_aside and self.links * 2 < len(self.text)

    @property
    def is_sentence(self) -> bool:
        return self.is_prose and self.place.kind == "text" and _SENTENCE_END.search(self.text) is not None


def _folded(text: str) -> str:
    """The text with its white space folded, its line breaks left."""
    return _SPACE.sub(" ", _LINE_IN_CJK.sub("", text))


def read(data: bytes, name: str, settings: AlignSettings) -> Document:
    """The document in a web page: its content, without menus, advertisements and scripts.

    Raises:
        BlankInput, BinaryInput, UndecodableInput, OversizedInput: see `align.read.read_document`.
    """
    refuse_long(data, name, settings, html=True)
    text, found = page_blocks(decode(data, name, settings.encoding, html=True), settings.presplit)
    if not found:
        raise BlankInput(
            f"{name} holds no text. The page holds no text outside its scripts, menus and markup; give a document "
            "with sentences in it."
        )
    return refuse_overlong(Document(name, text, found), settings)


def all_blocks(page: str) -> list[tuple[ParagraphKind, str]]:
    """All text of a page, block by block: what a chapter of a book is, where nothing has to be told from menus."""
    root, _ = _parse(page)
    blocks = [] if root is None else _walk(root)
    return [(block.place.kind, text) for block in blocks for text in _texts(block)]


def page_blocks(page: str, presplit: bool = False) -> tuple[str, tuple[Paragraph, ...]]:
    """The text of a page, its blocks parted by a blank line, and where each block lies in it.

    Content is what trafilatura takes for content; where that is nothing, or less than a quarter of the text
    outside menus and footers (less than half on a short page), it is all of that text. With `presplit` every block
    is a paragraph of kind "line".
    """
    root, is_whole = _parse(page)
    if root is None:
        return "", ()
    # Some pages are hidden until a script shows them.
    blocks = _walk(root) or _walk(root, unseen=True)
    title = _title(root)
    judged = _judged(root, blocks) if is_whole else []
    shown = [(block.place.kind, text) for block in _content(blocks, judged) for text in _texts(block)]
    if title and not _has(shown, title):
        shown.insert(0, ("heading", title))
    return _laid_out(shown, presplit)


def _parse(page: str) -> tuple[Any | None, bool]:
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
        return (root, False) if flat == page else (_parse(flat)[0], False)
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


def _walk(root: Any, unseen: bool = False) -> list[_Block]:
    """All blocks with text in them, in page order; `unseen` takes in what the page's style hides."""
    blocks: list[_Block] = []
    places = [_Place()]
    current: _Block | None = None

    def add(text: str | None, place: _Place, node: Any, is_tail: bool) -> None:
        nonlocal current
        if not text or place.is_hidden:
            return
        if current is None:
            current = _Block(place)
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


def _placed(node: Any, tag: str, outer: _Place, unseen: bool) -> _Place:
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


def _content(blocks: list[_Block], judged: list[_Block]) -> list[_Block]:
    """The blocks that are the page's content: those `judged` so, and what belongs to them.

    Short paragraphs are often missed, so a block that ends as a sentence does stays with its neighbours in one
    element; and a heading goes with what it heads.
    """
    in_main = [block for block in blocks if block.place.is_main]
    prose = [block for block in in_main or blocks if block.is_prose]
    length = sum(len(block.text) for block in prose)
    if (2 if length < _SHORT else 4) * sum(len(block.text) for block in judged) < length:
        judged = [block for block in in_main or blocks if not block.place.is_aside]
    kept = {id(block) for block in judged or blocks}
    homes = {id(block.place.home) for block in judged if block.place.kind == "text"}
    kept |= {id(block) for block in blocks if block.is_sentence and id(block.place.home) in homes}
    for block, after in zip(reversed(blocks[:-1]), reversed(blocks[1:]), strict=True):
        if block.place.kind == "heading" and block.is_prose and id(after) in kept:
            kept.add(id(block))
    return [block for block in blocks if id(block) in kept]


def _judged(root: Any, blocks: list[_Block]) -> list[_Block]:
    """The blocks trafilatura keeps: each gets a mark into its text, and the marks that come back are looked up."""
    import trafilatura
    from trafilatura.settings import use_config

    for node in root.iter("figure", "figcaption"):  # it drops figures unread, with their captions, quotations and code
        node.tag = "div" if node.tag == "figure" else "p"
    used = set("".join(block.text for block in blocks))
    free = [mark for code in _MARKS if (mark := chr(code)) not in used]
    if len(free) < len(blocks):
        return []
    marked = dict(zip(free, blocks, strict=False))
    for mark, block in marked.items():
        node, is_tail = block.first
        text = node.tail if is_tail else node.text
        at = len(text) - len(text.lstrip())
        text = _UNMARKABLE.sub("", text[:at] + mark + text[at:])
        if is_tail:
            node.tail = text
        else:
            node.text = text
    etree.strip_elements(root, *_RUBY, with_tail=False)  # one by one, as it drops them, takes long where there are many
    config = use_config()
    for name in ("MIN_EXTRACTED_SIZE", "MIN_OUTPUT_SIZE"):
        config.set("DEFAULT", name, "1")
    logging.getLogger("trafilatura").addHandler(_SILENT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = trafilatura.bare_extraction(
                root, favor_recall=True, include_comments=False, include_tables=True, config=config
            )
    except Exception:  # whatever it stumbles over on a broken page, the plain walk still reads the page
        return []
    if result is None or result.body is None:
        return []
    kept = set("".join(result.body.itertext()))
    return [block for mark, block in marked.items() if mark in kept]


def _texts(block: _Block) -> Iterator[str]:
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


def _title(root: Any) -> str:
    """The page's title without the name of its site."""
    tags = {(meta.get("property") or meta.get("name") or "").lower(): meta.get("content") for meta in root.iter("meta")}
    node = next(root.iter("title"), None)
    title = tags.get("og:title") or ("".join(node.itertext()) if node is not None else "")
    title, site = (" ".join(text.split()) for text in (title, tags.get("og:site_name") or ""))
    if site and _TITLE_PARTS.split(title)[-1] == site:
        title = title.removesuffix(site)
    return re.sub(r"[\s|｜–—:：·»－-]+$", "", title)


def _has(shown: Sequence[tuple[str, str]], title: str) -> bool:
    """Whether a block says the title, or the longest part of a title such as "Headline | Section - Site"."""
    squeezed = ["".join(text.split()) for _, text in shown]
    parts = {"".join(part.split()) for part in [title, max(_TITLE_PARTS.split(title), key=len)]}
    return any(part in text for part in parts for text in squeezed[:40]) or any(
        kind == "heading" and len(text) > 3 and text in "".join(title.split())
        for (kind, _), text in zip(shown[:40], squeezed, strict=False)
    )


def _laid_out(shown: Sequence[tuple[ParagraphKind, str]], presplit: bool) -> tuple[str, tuple[Paragraph, ...]]:
    found, start = [], 0
    for kind, text in shown:
        found.append(Paragraph(start, start + len(text), "line" if presplit else kind))
        start += len(text) + 2
    return "\n\n".join(text for _, text in shown), tuple(found)
