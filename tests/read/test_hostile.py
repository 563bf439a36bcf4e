"""Files of every format, damaged at random: what comes out is a document or an error that says what is wrong."""

from __future__ import annotations

import bz2
import gzip
import io
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.errors import AlignError
from align.read import read_bytes
from align.settings import AlignSettings
from tests.read.making import docx, epub, mhtml, odt, pdf, tarred, warc, zipped

PARAGRAPH = "<w:p><w:pPr><w:pStyle w:val='1'/></w:pPr><w:r><w:t>Some text. 文です。</w:t></w:r></w:p>"
SAMPLES = {
    "a.docx": docx(PARAGRAPH, footnotes=f"<w:footnote>{PARAGRAPH}</w:footnote>"),
    "a.odt": odt("<text:h>題名</text:h><text:p>Some<text:s text:c='3'/>text.</text:p>"),
    "a.epub": epub({"a.xhtml": "<p>Some text.</p>", "b.xhtml": "<h1>文です。</h1>"}),
    "a.zip": zipped({"a.txt": "Some text."}),
    "a.tar": tarred({"a.txt": b"Some text."}),
    "a.tar.gz": tarred({"a.txt": b"Some text."}, "w:gz"),
    "a.txt.gz": gzip.compress(b"Some text."),
    "a.txt.bz2": bz2.compress(b"Some text."),
    "a.warc": warc([("http://a", "200 OK", "text/html", b"<p>Some text.</p>")]),
    "a.mhtml": mhtml(b"<p>Some text.</p>"),
    "a.md": b"# Some text\n\n- item\n\n| a | b |\n|---|---|\n| c | d |\n",
    "a.srt": b"1\n00:00:01,000 --> 00:00:02,000\nSome text.\n\n2\n00:00:03,000 --> 00:00:04,000\n- More.\n",
    "a.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Bob>Some text.\n",
    "a.ass": b"[Script Info]\n[Events]\n"
    b"Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    b"Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,Some text.\n",
    "a.po": b'msgid "Some text"\nmsgid_plural "texts"\nmsgstr[0] ""\n',
    "a.tmx": b'<tmx><body><tu><tuv xml:lang="en"><seg>Some text.</seg></tuv></tu></body></tmx>',
    "a.xlf": b'<xliff><trans-unit id="1"><source>Some <g>text</g>.</source></trans-unit></xliff>',
    "a.tsv": b"id\ttext\n1\tSome text.\n",
    "a.csv": b'id,text\n1,"Some ""text""."\n',
    "a.jsonl": b'{"a": {"text": "Some text."}}\n',
    "a.json": b'[{"text": "Some text."}]',
}
LIMITS = AlignSettings(max_bytes=1 << 21, max_unpacked=1 << 22, max_line=1 << 16)


def _parquet() -> bytes:
    import pyarrow
    from pyarrow import parquet

    stream = io.BytesIO()
    parquet.write_table(pyarrow.table({"text": ["Some text.", None]}), stream)
    return stream.getvalue()


SAMPLES["a.parquet"] = _parquet()
SAMPLES["a.pdf"] = pdf(lambda canvas: canvas.drawString(50, 500, "Some text."))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_sound(name):
    assert "text" in read_bytes(SAMPLES[name], name, LIMITS).text.lower()


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage(name, data):
    sample = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(sample) - 1)))
        piece = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"<", b"&a;", b'"', b"\n", b"\xff\xff\xff\x7f", b"]]>"])
        )
        sample[at : at + data.draw(st.sampled_from([0, 1, len(piece), 40]))] = piece
    for part in (None, "text"):
        try:
            document = read_bytes(bytes(sample), name, LIMITS, part=part)
        except AlignError:
            continue
        ends = [0, *(end for p in document.paragraphs for end in (p.start, p.end)), len(document.text)]
        assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a", b"<!---->" * 500 + b"<x"),
        ("a.tsv", b"id\tb\n" + b"a" + b" " * 50_000 + b"\t" + b". " * 30_000),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\n(" + b"A" * 50_000 + b"\n"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\n" + b"<rt>" * 20_000),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nx" + "\u266a~".encode() * 20_000 + b"x"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\n" + b"{" * 60_000 + b"\n"),
        ("a.html", b"<p>" + "<ruby>漢<rt>かん</rt></ruby>".encode() * 50_000),
        ("a.md", b"*a " * 5_000 + b"[" * 500),
        ("a.po", b"# c\n" * 5_000),
    ],
)
def test_time_is_in_proportion(name, data):
    started = time.process_time()
    with suppress(AlignError):
        read_bytes(data, name, LIMITS)
    assert time.process_time() - started < 5
