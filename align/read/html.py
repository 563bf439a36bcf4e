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
from collections.abc import Sequence
from typing import Any

from lxml import etree

from align.errors import BlankInput
from align.read.decode import decode
from align.read.limits import refuse_long, refuse_overlong
from align.read.page import Block, parse, texts, walk
from align.records import Document, Paragraph, ParagraphKind
from align.settings import AlignSettings

# CJK Extension B: letters to every tool, and all but absent from pages.
_MARKS = range(0x20000, 0x2A6D0)
_SHORT = 200  # characters of prose that are little to judge by
_UNMARKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SILENT = logging.NullHandler()  # a logger without any handler writes its warnings to standard error
_RUBY = ("rt", "rp", "rtc")
_TITLE_PARTS = re.compile(r"\s+[|–—:·»-]\s+|\s*[｜|：]\s*|\s+[-–—]\s*|(?<=[」】])\s*[-－]\s*")


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


def page_blocks(page: str, presplit: bool = False) -> tuple[str, tuple[Paragraph, ...]]:
    """The text of a page, its blocks parted by a blank line, and where each block lies in it.

    Content is what trafilatura takes for content; where that is nothing, or less than a quarter of the text
    outside menus and footers (less than half on a short page), it is all of that text. With `presplit` every block
    is a paragraph of kind "line".
    """
    root, is_whole = parse(page)
    if root is None:
        return "", ()
    # Some pages are hidden until a script shows them.
    blocks = walk(root) or walk(root, unseen=True)
    title = _title(root)
    judged = _judged(root, blocks) if is_whole else []
    shown = [(block.place.kind, text) for block in _content(blocks, judged) for text in texts(block)]
    if title and not _has(shown, title):
        shown.insert(0, ("heading", title))
    return _laid_out(shown, presplit)


def _content(blocks: list[Block], judged: list[Block]) -> list[Block]:
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


def _judged(root: Any, blocks: list[Block]) -> list[Block]:
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
