"""Markdown (CommonMark with tables and footnotes): rendered, and read as the page it makes.

Kept: paragraphs, headings, list items, table cells, quotations, footnotes after the text. Not kept: front matter,
code blocks, addresses of links and pictures, HTML comments, marks of footnotes.
"""

from __future__ import annotations

from align.errors import UnsafeInput
from align.read.blocks import Block, document
from align.read.decode import decode
from align.read.formats import library
from align.read.limits import refuse_long
from align.read.page import all_blocks
from align.records import Document
from align.settings import AlignSettings

_DEEPEST = 100  # levels of quotations and lists


def read(data: bytes, name: str, settings: AlignSettings) -> Document:
    """The document in a Markdown file's bytes.

    Raises:
        MissingExtra: markdown-it-py or its plugins are not installed.
        UnsafeInput: it is nested too deep.
        BlankInput, BinaryInput, UndecodableInput, OversizedInput: see `align.read.read_document`.
    """
    refuse_long(data, name, settings, html=False)
    text = decode(data, name, settings.encoding).replace("\0", "\ufffd")
    page = _rendered(text, name)
    blocks = (Block(text, kind) for kind, text in all_blocks(page))
    return document(name, blocks, settings, blank="It holds nothing but code, comments and white space")


def _rendered(text: str, name: str) -> str:
    """The page that Markdown makes, without its code blocks.

    Raises:
        UnsafeInput: it is nested so deep that the parser would drop what is inside.
    """
    parser = library("markdown_it", "markdown-it-py", "Markdown").MarkdownIt("commonmark", {"maxNesting": _DEEPEST})
    parser.enable(["table", "strikethrough"])
    library("mdit_py_plugins.front_matter", "mdit-py-plugins", "Markdown").front_matter_plugin(parser)
    library("mdit_py_plugins.footnote", "mdit-py-plugins", "Markdown").footnote_plugin(parser)
    tokens = parser.parse(text)
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        raise UnsafeInput(f"{name} nests its quotations and lists over {_DEEPEST} deep. Check where it comes from.")
    tokens = [token for token in tokens if token.type not in ("fence", "code_block")]
    return parser.renderer.render(tokens, parser.options, {})
