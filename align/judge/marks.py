"""What machines leave in a text: stray marks, markup, wrong characters; and quotation marks without a partner."""

from __future__ import annotations

import re
import unicodedata

_ARTEFACT = re.compile(
    r"""
    [。．]\s+[。．」]                      # 。 。   。 」
    | (?<!。)。。(?!。) | 、[、。] | 。、     # but 。。。 is an ellipsis
    | (?<![.\s]) \s+ ,(?=\s)               # a word , and
    | (?:[^.\s]|(?<!\s)\.)[ ]+\.(?!\S|\s*\.)   # another .  but not . . .
    | (?<!\.)\.\.(?!\.) | ,, | \?\.(?!\.) | \.,,
    | &(?:amp|lt|gt|quot|nbsp|\#\d+|\#x[0-9a-f]+);
    | </?(?:a|b|br|i|p|div|em|span|strong|img|table|td|tr|li|ul)\b[^>]*>
    | <(?:unk|pad|s|/s)> | @-@ | @@\s | ▁
    | �
    | Ã[\x80-\xbf©¨¼¶¤±³ª«] | â€[™œ\x9d“”˜¦] | ã[\x80-\x83][\x80-\xbf]   # UTF-8 read as Latin-1
    | __\w{1,40}__ | \{\{.{0,80}?\}\} | %\(\w+\)s | \$\{\w+\}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_REPEATED = re.compile(r"(?<!\w)(\w[\w ]{3,40}?)(?:[\s,、。]+\1){2,}(?!\w)|([ぁ-ヿ㐀-鿿、]{3,15}?)\2{3,}")
"""A phrase three times in a row, or characters four times."""

_PAIRS = {"「": "」", "『": "』", "(": ")", "【": "】", "《": "》", "〈": "〉", "[": "]", "{": "}"}
_CLOSERS = {close: open for open, close in _PAIRS.items()}
_BRACKET = re.compile("[" + re.escape("".join([*_PAIRS, *_CLOSERS])) + "]")
_FACE = re.compile(r"[:;=]-?[()]")
_ITEM = re.compile(r"(?<!\S)(?:\w|\d{2}|[ivx]{2,4})\)")
"""a) and 1) in a list, which are no half of anything."""
_INCHES = re.compile(r"(?<=\d)(?:\"|''|”)(?=[\s,.x-]|$)")
_DOUBLE = re.compile('["“”„‟«»]+')
_SINGLE = re.compile(r"(?<!\w)['‘‚](?=\w)|(?<=[,.!?])['’]")


def has_artefact(text: str) -> bool:
    """Whether a text shows marks of machine translation, of a tokeniser, of markup or of a wrong decoding."""
    return _ARTEFACT.search(text) is not None or _REPEATED.search(text) is not None


def quotes_differ(src: str, tgt: str) -> bool:
    """Whether one side has a bracket or a quotation mark without its partner and the other has not.

    Where both have one, the quotation runs over several rows, which is no fault; where one side quotes with single
    marks, nothing can be said.
    """
    if _SINGLE.search(src) or _SINGLE.search(tgt):
        return False
    return balanced(src) != balanced(tgt)


def balanced(text: str) -> bool:
    """Whether every bracket closes and the double quotation marks are even in number.

    Quotation marks count together, whichever their form: „…“, “…”, »…« and «…» all take two. Single ones are
    apostrophes too, and count nothing.
    """
    text = unicodedata.normalize("NFKC", text)
    bare = _FACE.sub(" ", text)
    if not (_closed(bare) or _closed(_ITEM.sub(" ", bare))):
        return False
    return len(_DOUBLE.findall(_INCHES.sub("", text))) % 2 == 0


def _closed(text: str) -> bool:
    """Whether every bracket has its partner."""
    open_: list[str] = []
    for bracket in _BRACKET.findall(text):
        if bracket in _PAIRS:
            open_.append(bracket)
        elif not open_ or open_.pop() != _CLOSERS[bracket]:
            return False
    return not open_
