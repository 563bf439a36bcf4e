"""The numbers and names of sentences, as the lattice compares them: what translation leaves as it is.

Numbers count by what they stand for: 18万 is 180,000, 令和6年 is 2024, and 9月 is September.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from align.judge.numbers import item_end, mentions
from align.lattice.side import Marks

_NAME = re.compile(r"[A-Z][A-Za-z0-9]*[A-Za-z0-9]")


def marks(texts: Sequence[str], language: str) -> list[Marks]:
    """The marks of every sentence."""
    return [_marks(text, language) for text in texts]


def _marks(text: str, language: str) -> Marks:
    names = {name.casefold() for name in _NAME.findall(unicodedata.normalize("NFKC", text))}
    counted = item_end(text, language)  # a list may be numbered on one side only
    found = mentions(text, language)
    numbers = [frozenset(f"{each.kind}:{value:g}" for value in each.values) for each in found]
    return Marks(
        shared=frozenset(names).union(*numbers),
        asked=tuple(keys for keys, each in zip(numbers, found, strict=True) if each.firm and each.start >= counted),
    )
