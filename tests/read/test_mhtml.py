from __future__ import annotations

import pytest

from align.errors import BlankInput, MalformedInput, UnsafeInput
from align.read import read_bytes
from align.settings import AlignSettings
from tests.read.making import mhtml

PAGE = "<html><body><article><h1>港の壁</h1><p>委員会は火曜日の夜に開かれた。</p></article></body></html>"


@pytest.mark.parametrize(
    ("encoding", "charset"), [("utf-8", ""), ("utf-8", "utf-8"), ("cp932", "Shift_JIS"), ("euc-jp", "")]
)
@pytest.mark.parametrize("name", ["a.mhtml", "saved"])
def test_the_page_is_read(name, encoding, charset):
    document = read_bytes(mhtml(PAGE.encode(encoding), charset=charset), name, AlignSettings())
    assert [(p.kind, document.text[p.start : p.end]) for p in document.paragraphs] == [
        ("heading", "港の壁"),
        ("text", "委員会は火曜日の夜に開かれた。"),
    ]


def test_without_a_page():
    with pytest.raises(MalformedInput, match="no HTML part"):
        read_bytes(mhtml(b"").replace(b"text/html", b"text/css"), "a.mhtml", AlignSettings())
    with pytest.raises(MalformedInput, match="no HTML part"):
        read_bytes(b"just some text", "a.mht", AlignSettings())
    with pytest.raises(BlankInput):
        read_bytes(mhtml(b"<p> </p>"), "a.mhtml", AlignSettings())


def test_parts_in_parts_without_end():
    data = mhtml(b"<p>x</p>")
    for number in range(1_200):
        data += f'--edge{number or ""}\r\nContent-Type: multipart/mixed; boundary="edge{number + 1}"\r\n\r\n'.encode()
    data = data.replace(b"\r\n--edge--", b"").replace(b"text/html", b"text/plain")
    with pytest.raises((UnsafeInput, MalformedInput)):
        read_bytes(data, "a.mhtml", AlignSettings())
