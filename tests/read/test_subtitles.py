from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from align.errors import BlankInput, MalformedInput
from align.read import read_bytes
from align.settings import AlignSettings

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "subtitles.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_blocks(case):
    document = read_bytes(case["text"].encode(), "a.txt", AlignSettings())
    assert [document.text[p.start : p.end] for p in document.paragraphs] == case["blocks"]


def test_times_are_provenance():
    document = read_bytes(CASES[0]["text"].encode(), "a.srt", AlignSettings())
    times = ["00:00:01.000 --> 00:00:02.500", "00:00:02.600 --> 00:00:04.000", "00:00:04.500 --> 00:00:05.000"]
    assert [place for _, _, place in document.provenance] == times
    shown = [document.text[start:end] for start, end, _ in document.provenance]
    assert shown == ["The board met on Tuesday", "and agreed. Nobody spoke.", "Then it rained."]
    at = document.text.index("and agreed.")
    assert document.places(at - 5, at + 3) == tuple(times[:2])
    assert document.places(0, 3) == (times[0],)
    assert document.places(len(document.text), len(document.text) + 1) == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp932"])
def test_encodings(encoding):
    cue = "1\r\n00:00:01,000 --> 00:00:02,000\r\n委員会は火曜日に開かれた。\r\nそして終わった。\r\n"
    document = read_bytes(cue.encode(encoding), "a.srt", AlignSettings())
    assert document.text == "委員会は火曜日に開かれた。そして終わった。"


@pytest.mark.parametrize("text", ["No cue here.", "1\n00:00:01,000 --> 00:00\nbroken\n", "WEBVTT\n\n", "[Events]\n"])
def test_malformed(text):
    with pytest.raises(MalformedInput, match=r"a\.srt is named or begins as subtitles, but no cue"):
        read_bytes(text.encode(), "a.srt", AlignSettings())


def test_sounds_only():
    with pytest.raises(BlankInput, match="sounds and style codes only"):
        read_bytes(b"1\n00:00:01,000 --> 00:00:02,000\n[music]\n", "a.srt", AlignSettings())
