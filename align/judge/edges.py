"""Whether a side is torn: cut off in mid-sentence where the other is whole."""

from __future__ import annotations

import re

_CLOSING = " \t\"'”’“‘»«)]}」』）】〉》*_"
_END = ".!?…。！？．｡।॥؟։:;：；♪"
"""What a sentence ends with; a colon is an end where the other side has one of another kind."""
_UNENDED = ("th", "lo", "my", "km", "ar", "fa", "ur")
"""Languages that end sentences without a mark, or may."""
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
    return begins_inside(src) != begins_inside(tgt) or breaks_off(src) != breaks_off(tgt)


def ended(text: str, code: str) -> bool | None:
    """Whether a text ends as a sentence does; None in languages that have no mark for it."""
    if code in _UNENDED:
        return None
    text = text.rstrip(_CLOSING)
    return text[-1:] in _END or text.endswith("・・")


def begins_inside(text: str) -> bool:
    """Whether a text begins with a small letter, or with what cannot begin a sentence."""
    return _HANGING_START.match(text) is not None or _SMALL_START.match(text) is not None


def breaks_off(text: str) -> bool:
    """Whether a text ends with a comma or a word that needs another."""
    return _HANGING_END.search(text.rstrip()[-_LAST:]) is not None
