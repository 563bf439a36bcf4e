from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from align.errors import AlignError, BinaryInput, UndecodableInput
from align.read import read_bytes
from align.read.decode import decode
from align.settings import AlignSettings

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "encodings.yaml").read_text(encoding="utf-8"))


def labelled(kind: str):
    return [pytest.param(case, id=case["label"]) for case in CASES[kind]]


def raw(literal: str) -> bytes:
    return ast.literal_eval(f"b'{literal}'")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [pytest.param(c["text"], e, id=f"{c['label']}, {e}") for c in CASES["reads"] for e in c["encodings"]],
)
def test_tells_the_encoding(text, encoding):
    assert decode(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize("case", labelled("pages"))
def test_hears_what_a_page_declares(case):
    document = read_bytes(case["page"].encode(case["encoding"]), "a.html", AlignSettings())
    assert document.text == case["says"]


@pytest.mark.parametrize("case", labelled("binary"))
def test_refuses_what_is_no_text(case):
    with pytest.raises(BinaryInput) as caught:
        decode(raw(case["bytes"]), "a.txt")
    assert all(word in str(caught.value) for word in ["a.txt", *case["words"]])


@pytest.mark.parametrize("case", labelled("broken"))
def test_says_where_a_text_is_damaged(case):
    with pytest.raises(UndecodableInput) as caught:
        decode(case["good"].encode() * case["times"] + raw(case["tail"]), "a.txt")
    assert all(word in str(caught.value) for word in ["a.txt", *case["words"]])


def test_a_nul_in_ten_thousand_bytes_is_dirt():
    text = "これは文です。" * 600 + "\0" + "そして終わり。"
    assert decode(text.encode(), "a.txt") == text


def test_encoding_asked_for_counts_before_all_else():
    assert decode("é".encode("cp1252"), "a.txt", "cp1251") == "й"
    assert decode("\ufeffé".encode(), "a.txt", "utf-8") == "é"
    assert decode("①".encode("cp932"), "a.txt", "shift_jis") == "①"


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "hex", "undefined"])
def test_encoding_asked_for_that_is_none(encoding):
    with pytest.raises(UndecodableInput, match=f"'{encoding}' is no text encoding"):
        decode(b"abc", "a.txt", encoding)


def test_encoding_asked_for_that_does_not_fit():
    with pytest.raises(UndecodableInput, match=r"a\.txt does not decode as utf-8: byte 4 \(0xfc, line 2\)"):
        decode(b"abc\n\xfcber", "a.txt", "utf-8")


def test_a_mark_that_lies_is_named():
    with pytest.raises(UndecodableInput, match="byte order mark says utf-16"):
        decode("日本".encode("utf-16") + b"x", "a.txt")


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_text_or_an_error_the_user_can_read(data, html):
    try:
        text, message = decode(data, "a.txt", html=html), "a.txt"
    except AlignError as error:
        text, message = "", str(error)
    assert isinstance(text, str)
    assert "a.txt" in message


@example("ぢぢぢぢむぁ")  # in EUC-JP all but its ends is UTF-8
@example("つつつつゃぁ")  # and this in CP932
@given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3093), min_size=3, max_size=30))
def test_hiragana_is_told_in_every_japanese_encoding(text):
    for encoding in ("utf-8", "cp932", "euc_jp", "iso2022_jp"):
        assert decode(text.encode(encoding), "a.txt") == text


def test_random_bytes_are_no_russian():
    """A code page that has a letter for every byte makes words with capitals all over."""
    data = bytes(random.Random(1).choices(range(0x80, 0xFF), k=3_000))
    with pytest.raises(UndecodableInput):
        decode(data, "a.txt")
