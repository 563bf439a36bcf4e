"""Text as it is shown: normalised, without invisible characters, each run of white space folded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from align import languages
from align.records import Sentence

INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters that are no white space
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # formatting, bidi controls
    "\ufdd0-\ufdef\ufffe\uffff]"  # code points that are no characters
)
"""What is taken out. ZWNJ and ZWJ stay: Persian, Indic scripts and emoji need them; so do the tags of flag emoji."""

CJK = "\u2e80-\u2fdf\u2ff0-\u303e\u3041-\u30ff\u3100-\u312f\u31a0-\u31ff\u3200-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
CJK += "\ufe30-\ufe4f\uff01-\uff9f\U00020000-\U0003ffff"
"""Han, kana, bopomofo and full-width forms, as the inside of a character class. Hangul takes spaces: not here."""

ORNAMENT = re.compile("[♪♫♬♡♥❤\ufe0f\u200d\U0001f300-\U0001faff]+")
"""Notes, hearts and emoji: directly after a sentence they belong to it."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CJK = re.compile(f"[{CJK}]")
_CJK_QUOTES = re.compile(f"[{CJK}“”‘’—…‥]")
_PLAIN = re.compile("[\x00-\x7f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]")
_LONG = 1024


def shown(text: str, language: str) -> str:
    """The text as it goes into every output.

    NFC; no control, zero-width or bidi formatting characters; a lone surrogate becomes U+FFFD; each run of
    white space becomes one space, and nothing where it holds a line break between two CJK characters
    (a hard-wrapped line); no white space at either end.

    Raises:
        UnknownLanguage: no language has that code.
    """
    cjk = _CJK_QUOTES if languages.language(language).is_cjk else _CJK
    text = normalised(_SURROGATE.sub("\ufffd", INVISIBLE.sub("", text))).strip()

    def fold(run: re.Match[str]) -> str:
        wrapped = _BREAK.search(run[0]) and cjk.match(text[run.start() - 1]) and cjk.match(text[run.end()])
        return "" if wrapped else " "

    return _SPACES.sub(fold, text)


def join(sentences: Sequence[Sentence], language: str) -> str:
    """Consecutive sentences as one text, with the language's joiner between them.

    In Chinese and Japanese a space still stands between two sentences that are in Latin letters where they meet.

    Raises:
        UnknownLanguage: no language has that code.
    """
    joiner = languages.language(language).joiner
    parts: list[str] = []
    for sentence in sentences:
        if parts and sentence.text:
            latin = parts[-1] and parts[-1][-1] < "\u0250" and sentence.text[0] < "\u0250"
            parts.append(" " if latin else joiner)
        parts.append(sentence.text)
    return "".join(parts)


def normalised(text: str) -> str:
    """NFC in linear time: a run of combining marks is sorted in quadratic time, so long text goes in pieces."""
    if len(text) <= _LONG or text.isascii():
        return unicodedata.normalize("NFC", text)
    pieces: list[str] = []
    start = 0
    while start < len(text):
        cut = _PLAIN.search(text, start + _LONG, start + 2 * _LONG)  # these compose with nothing before them
        end = cut.start() if cut else start + 2 * _LONG
        pieces.append(unicodedata.normalize("NFC", text[start:end]))
        start = end
    return "".join(pieces)
