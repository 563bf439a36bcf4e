"""Whether the numbers and dates of one side stand on the other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from align.judge.addresses import without_addresses
from align.judge.characters import in_characters
from align.judge.digits import Mention
from align.judge.lexicon import lexicon
from align.judge.words import in_words

_FRACTION = re.compile(r"(\d{0,9})([¼½¾⅐-⅞])")
_FOOTNOTE = re.compile(r"\[\d{1,3}\]")
_ITEM = re.compile(r"\s*[(\[]?\d{1,2}[.)\]]\s+(?=\D)")
_ITEM_IN_CHARACTERS = re.compile(r"\s*[(\[]?\d{1,2}(?:[.)\]、]\s*(?=\D)|\s+(?=[^\W\d_]))")
"""The number of an item in a list, before its text."""
_CHARACTERS = ("ja", "zh", "ko")
_COUNTED = ("ja", "zh")
"""Those of them whose numbers in characters are understood; of Korean only the larger units are."""


def mentions(text: str, language: str) -> list[Mention]:
    """The numbers, months and weekdays of a text."""
    text = _FRACTION.sub(_decimal, text)
    text = _FOOTNOTE.sub(" ", without_addresses(unicodedata.normalize("NFKC", text)))
    return in_characters(text) if language in _CHARACTERS else in_words(text, language)


def _decimal(match: re.Match[str]) -> str:
    """2½ as 2.5, before normalisation makes it 21/2."""
    value = int(match[1] or 0) + unicodedata.numeric(match[2])
    return f" {value:.9f}".rstrip("0")


def numbers_differ(src: str, tgt: str, languages: tuple[str, str]) -> bool:
    """Whether a number, a date or a weekday of one side is missing on the other.

    A language whose number words are not known may have any number in words: there, both sides must miss one. Numbers
    of items in a list count only if both sides have them.
    """
    source, target = mentions(src, languages[0]), mentions(tgt, languages[1])
    items = item_end(src, languages[0]), item_end(tgt, languages[1])
    if not all(items):  # a list that is numbered on one side only
        source, target = _unasked(source, items[0]), _unasked(target, items[1])
    if not source and not target:
        return False
    if _weekdays(source) and _weekdays(target) and not _weekdays(source) & _weekdays(target):
        return True
    missing = missing_numbers(source, target, languages), missing_numbers(target, source, languages[::-1])
    return any(missing) if all(map(_counts, languages)) else all(missing)


def item_end(text: str, language: str) -> int:
    """Where the number of an item in a list ends with which a text begins; 0 if with none."""
    pattern = _ITEM_IN_CHARACTERS if language in _CHARACTERS else _ITEM
    found = pattern.match(unicodedata.normalize("NFKC", text))
    return found.end() if found else 0


def _unasked(mentions: Sequence[Mention], end: int) -> list[Mention]:
    """The mentions, of which those before `end` need not be found on the other side."""
    return [replace(each, firm=False) if each.start < end else each for each in mentions]


def missing_numbers(ours: Sequence[Mention], theirs: Sequence[Mention], languages: tuple[str, str]) -> list[Mention]:
    """The firm mentions of our side that nothing on the other side answers for."""
    months = [mention for mention in theirs if mention.kind == "month" or not mention.firm]
    dated = any(mention.kind == "month" for mention in theirs)
    rest = [mention for mention in theirs if mention.kind != "weekday"]
    scaled = all(map(_scales, languages))
    return [
        mention
        for mention in ours
        if mention.firm
        and not any(
            _answers(mention, other, scaled) for other in (months if mention.kind == "month" and dated else rest)
        )
    ]


def _answers(mention: Mention, other: Mention, scaled: bool) -> bool:
    if mention.values & other.values:
        return True
    return not scaled and bool((mention.values | mention.bare) & (other.values | other.bare))


def _weekdays(mentions: Sequence[Mention]) -> frozenset[float]:
    return frozenset().union(*(mention.values for mention in mentions if mention.kind == "weekday"))


def _counts(code: str) -> bool:
    return code in _COUNTED or lexicon(code).counts


def _scales(code: str) -> bool:
    return code in _CHARACTERS or lexicon(code).scales
