"""Whether one side is the other side's text, and whether a pair has been seen before."""

from __future__ import annotations

import re
import unicodedata

from align.judge.addresses import without_addresses

COPY_OVERLAP = 0.7
"""Share of the shorter side's letter sequences that stand in the other, from which a side is a copy."""
COPY_WORDS = 3
"""Words with a small initial that a copy has at least: names and numbers alone are none."""

_SEQUENCE = 5
_WORD = re.compile(r"[^\W\d_]+")


def folded(text: str) -> str:
    """The text's letters and digits, without case and width."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def copied(src: str, tgt: str) -> bool:
    """Whether a side is left untranslated: equal to the other, or nearly, and more than names and numbers."""
    source, target = (unicodedata.normalize("NFKC", without_addresses(side)) for side in (src, tgt))
    if min(_common_words(source), _common_words(target)) < COPY_WORDS:
        return False
    ours, theirs = folded(source), folded(target)
    if ours == theirs:
        return True
    shorter, longer = sorted((_sequences(ours), _sequences(theirs)), key=len)
    return len(shorter) >= 2 * _SEQUENCE and len(shorter & longer) >= COPY_OVERLAP * len(shorter)


def _common_words(text: str) -> int:
    """Words that are no names, as far as capitals tell; of a script without capitals, two letters count as one."""
    words = _WORD.findall(text)
    return sum(1 if word[0].islower() else 0 if word[0].isupper() else len(word) // 2 for word in words)


def _sequences(text: str) -> set[str]:
    return {text[at : at + _SEQUENCE] for at in range(len(text) - _SEQUENCE + 1)}
