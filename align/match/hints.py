"""What translation leaves as it is: numbers, dates, addresses, Latin names; and what file names have in common.

Each is a mark, a short string. How far the marks of two documents agree is told by `agreement`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from align.errors import UnknownLanguage
from align.languages import LANGUAGES, language
from align.match.dates import dates

_LONGEST = 300_000
"""Characters of a text that are looked at: a novel has the names it will have by then."""
_END = r"\s<>\"'()（）「」、。，"
_ADDRESS = re.compile(rf"https?://[^{_END}]+|www\.[^{_END}]+|[\w.+-]+@[\w-]+\.[\w.-]*\w", re.ASCII)
_NUMBER = re.compile(r"\d{1,18}(?:[.,]\d{1,18})*")
_NAME = re.compile(r"(?<![A-Za-zÀ-ÖØ-öø-ÿ])[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ0-9]+")
_WORD = re.compile(r"\d+|[^\W\d_]+")
_DIGITS = 20


def marks(text: str, code: str) -> frozenset[str]:
    """The numbers (without separators), dates, web and mail addresses and Latin names in a text of a language."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST])
    addresses = {address.rstrip(".,;:!?/").casefold() for address in _ADDRESS.findall(text)}
    hosts = {re.sub(r"^.*?//|/.*$|^.*@", "", address).removeprefix("www.") for address in addresses}
    numbers = {_number(re.sub("[.,]", "", number)) for number in _NUMBER.findall(text)}
    names = {name.casefold() for name in _NAME.findall(text)}
    return frozenset(addresses | hosts | numbers | names | dates(text, code))


def name_marks(stem: str) -> frozenset[str]:
    """The words and numbers of a file's path, without its suffix, that may say what it holds: no language's name."""
    stem = unicodedata.normalize("NFKC", stem).casefold()
    words = (_number(word) if word.isdecimal() else word for word in _WORD.findall(stem))
    return frozenset(word for word in words if not _is_language(word))


def _number(digits: str) -> str:
    """As ASCII and without leading zeros, with a sign that keeps it apart from words."""
    return f"#{int(digits[:_DIGITS])}"


@lru_cache(maxsize=1 << 12)
def _is_language(word: str) -> bool:
    try:
        return bool(language(word))
    except UnknownLanguage:
        return word in {entry.name.casefold() for entry in LANGUAGES.values()}
