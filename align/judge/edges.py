"""Whether a side is torn: cut off in mid-sentence where the other is whole."""

from __future__ import annotations

import re

_CLOSING = " \t\"'”’“‘»«)]}」』）】〉》*_"
_END = ".!?…。！？．｡।॥؟։:;：；♪"
"""What a sentence ends with; a colon is an end where the other side has one of another kind."""
_UNENDED = ("th", "lo", "my", "km", "ar", "fa", "ur")
"""Languages that end sentences without a mark, or may."""
_UNCASED = ("ja", "zh", "ko", *_UNENDED)
"""Languages without capitals: a Latin word with which a sentence begins, such as a command's name, may be small."""
_QUOTED = "」』）〕］】)]"
"""What may close a Japanese sentence instead of a full stop."""
_HANGING_START = re.compile(r"\s*(?:[,;、。，．)）」』】]|[ゃゅょっァィゥェォャュョッー])")
_SMALL_START = re.compile(r"\s*[\"“„«'‘(]*[a-zß-öø-ÿа-яё]{2,}+(?![\w.]{0,60}[A-Z@/.]\w)")
_HANGING_END = re.compile(r"(?:[,、，]|\b(?:the|an|of|and|der|das|und|les|et|el|los))$", re.IGNORECASE)
_LAST = 8
"""Characters at the end that are looked at: one more than the longest word above, and its space."""
_GAP = re.compile(r"[ぁ-ん、] +(?=[一-鿿])|[ぁ-ん一-鿿ァ-ヿ、] +(?=[ぁ-ん])")
"""White space between Japanese words, as where a link has been taken out. Names may have one between kana."""


def torn(src: str, tgt: str, languages: tuple[str, str]) -> bool:
    """Whether one side begins or ends in mid-sentence and the other does not, or Japanese words are apart."""
    if any(code == "ja" and _GAP.search(text) for text, code in zip((src, tgt), languages, strict=True)):
        return True
    ends = ended(src, languages[0]), ended(tgt, languages[1])
    if None not in ends and ends[0] != ends[1]:
        return True
    starts = begins_inside(src, languages[0]), begins_inside(tgt, languages[1])
    if None not in starts and starts[0] != starts[1]:
        return True
    return breaks_off(src) != breaks_off(tgt)


def ended(text: str, code: str) -> bool | None:
    """Whether a text ends as a sentence does; None where that cannot be told: in languages that have no mark for it,
    and at a bracket or a quotation mark that closes a Japanese text without one.
    """
    if code in _UNENDED:
        return None
    bare = text.rstrip(_CLOSING)
    if bare[-1:] in _END or bare.endswith("・・"):
        return True
    return None if code == "ja" and text.rstrip()[-1:] in _QUOTED else False


def begins_inside(text: str, code: str) -> bool | None:
    """Whether a text begins with a small letter, or with what cannot begin a sentence; None where small letters say
    nothing.
    """
    if _HANGING_START.match(text):
        return True
    is_small = _SMALL_START.match(text) is not None
    return None if is_small and code in _UNCASED else is_small


def breaks_off(text: str) -> bool:
    """Whether a text ends with a comma or a word that needs another."""
    return _HANGING_END.search(text.rstrip()[-_LAST:]) is not None
