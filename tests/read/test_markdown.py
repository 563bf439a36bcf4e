from __future__ import annotations

import pytest

from align.errors import BlankInput, UnsafeInput
from align.read import read_bytes
from align.settings import AlignSettings

PAGE = """---
title: front matter
---
# 見出し

One *wrapped*
line with a [link](http://x), `code` and ![picture](a.png).

日本語の文は
ここで折り返す。<ruby>漢<rt>かん</rt></ruby>字[^1]。

- item one
- item two

> Quoted.

| 年 | month |
|----|-------|
| 1  | May   |

```python
print("code")
```

Setext
------

[^1]: The note.
"""


def test_blocks():
    document = read_bytes(PAGE.encode(), "a.md", AlignSettings())
    assert [(p.kind, document.text[p.start : p.end]) for p in document.paragraphs] == [
        ("heading", "見出し"),
        ("text", "One wrapped line with a link, code and ."),
        ("text", "日本語の文はここで折り返す。漢字。"),
        ("item", "item one"),
        ("item", "item two"),
        ("text", "Quoted."),
        ("cell", "年"),
        ("cell", "month"),
        ("cell", "1"),
        ("cell", "May"),
        ("heading", "Setext"),
        ("item", "The note."),
    ]


def test_a_page_of_markdown_may_begin_with_html():
    document = read_bytes(b'<p align="center">Centred.</p>\n\n# Title\n\nText.', "README.md", AlignSettings())
    assert document.text == "Centred.\n\nTitle\n\nText."


def test_nothing_but_code():
    with pytest.raises(BlankInput, match="nothing but code"):
        read_bytes(b"```\nx = 1\n```\n", "a.md", AlignSettings())


def test_depth():
    assert read_bytes(("> " * 90 + "deep").encode(), "a.md", AlignSettings()).text == "deep"
    with pytest.raises(UnsafeInput, match="over 100 deep"):
        read_bytes(("> " * 5_000 + "deep").encode(), "a.md", AlignSettings())
