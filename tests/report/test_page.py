from __future__ import annotations

import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.records import Verdict
from align.report.figures import Figures
from align.report.page import SCRIPTS, STYLES, Page, as_json, document_data
from align.report.source import ReportDocument
from tests.report.conftest import make_pairs

BLOCK = re.compile(r'<script type="application/json" id="([^"]*)">(.*?)</script>', re.DOTALL)


def page_with(data: dict[str, object], title: str = "title") -> str:
    stream = io.BytesIO()
    page = Page(stream)
    page.begin(title)
    page.add("document-0", data)
    page.end()
    assert page.size == len(stream.getvalue())
    return stream.getvalue().decode()


@given(st.text(st.characters() | st.sampled_from("</script><!--\\\"'&\u2028\0\ud800$"), max_size=40))
def test_any_text_comes_back_from_its_block_and_cannot_leave_it(text: str) -> None:
    html = page_with({"text": text})
    (name, content), *others = BLOCK.findall(html)
    assert not others
    assert "<" not in content
    assert (name, json.loads(content)) == ("document-0", {"text": text})


def test_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        as_json({"confidence": float("nan")})


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "$title & $style", "対訳 \ud800"])
def test_title_is_text(title: str) -> None:
    shown = re.search("<title>(.*)</title>", page_with({}, title))
    assert shown is not None
    assert "<" not in shown[1]


def test_page_needs_nothing_from_elsewhere() -> None:
    html = page_with({})
    assert "default-src 'none'" in html
    for needle in ("http://", "https://", "@import", "url(", "fetch(", "XMLHttpRequest", "WebSocket", "src="):
        assert needle not in html.replace("http://www.w3.org/2000/svg", ""), needle  # a name, not an address


def test_every_template_is_used() -> None:
    from importlib.resources import files

    there = {file.name for file in (files("align.report") / "templates").iterdir() if "." in file.name}
    assert there - {"__init__.py"} == {*SCRIPTS, *STYLES, "page.html"}


def test_document_as_columns() -> None:
    rows = make_pairs([("a|b", "c", 0.91234), ("", "d", 0.5)], flags={1: ("boilerplate",), 0: ("boilerplate", "copy")})
    data = document_data(
        ReportDocument("news", tuple(rows), ("en", "ja"), "news.tsv"),
        Figures.of(rows),
        Verdict("parallel", 0.5),
        None,
        None,
    )
    assert data["types"] == ["2-1", "0-1"]
    assert data["columns"] == {
        "bead": [0, 1],
        "type": [0, 1],
        "src_ids": ["0,1", ""],
        "tgt_ids": ["0", "1"],
        "confidence": [0.9123, 0.5],
        "similarity": [0.7, 0.0],
        "src": ["a b", ""],
        "tgt": ["c", "d"],
        "src_span": ["0:9", ""],
        "tgt_span": ["0:4", "5:9"],
    }
    assert data["flags"] == {"boilerplate": [0, 1], "copy": [0]}
    assert data["summary"]["src_lang"] == "en"
    assert data["gold"] is None
    as_json(data)
