"""Brackets and quotation marks: which ones belong together, and what stands inside them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOSERS = {
    "「": "」", "『": "』", "（": "）", "〔": "〕", "［": "］", "【": "】", "《": "》", "〈": "〉", "｛": "｝",
    "｢": "｣", "〝": "〟〞", "(": ")", "[": "]", "{": "}", "“": "”", "„": "“”\"", "‟": "”", "«": "»", "»": "«»\"",
    "‹": "›", "›": "‹›", "‘": "’", "‚": "‘’", '"': '"', "”": "”", "＂": "＂", "'": "'",
}  # fmt: skip
"""Each opener and what may close it: English “…”, German „…“ and »…«, Polish „…”, Swedish ”…”, Finnish »…»."""

QUOTES = frozenset("「『｢〝“„‟«»‹›‘‚\"”＂'")
"""Openers of quotations."""

BRACKETS = frozenset(_CLOSERS) - QUOTES
"""Openers of everything else."""

_ENDS = frozenset("".join(_CLOSERS.values()))
_EITHER = frozenset("\"”＂'»›")
_MARK = re.compile("[" + re.escape("".join(sorted(_ENDS | set(_CLOSERS)))) + "]")
_BEFORE_OPENER = frozenset("([{（「『“„«‘‚—–-―/:：¿¡")


@dataclass(frozen=True, slots=True)
class Brackets:
    """Matched pairs of one text.

    `opener` maps the offset of each matched closing mark to its opening mark, `closer` the other way round.
    `inside[i]` is 1 where a cut before character i would fall inside a pair of at most the length asked for.
    """

    opener: dict[int, int]
    closer: dict[int, int]
    inside: bytearray


def match(text: str, longest: int) -> Brackets:
    """Match the brackets and quotation marks of a text, in time linear in its length.

    A mark without a partner is left out, so that it swallows nothing. A pair with more than `longest`
    characters between its marks is in `opener` and `closer` but does not count as `inside`: either it is
    two marks that have nothing to do with each other, or a quotation of many sentences.
    """
    pairs = sorted(_pairs(text))
    inside = bytearray(len(text) + 1)
    end = 0
    for start, stop in pairs:
        if stop - start - 1 <= longest and stop >= end:
            inside[start + 1 : stop + 1] = b"\x01" * (stop - start)
            end = stop
    return Brackets({stop: start for start, stop in pairs}, dict(pairs), inside)


def _pairs(text: str) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    stack: list[int] = []
    awaited = dict.fromkeys(_ENDS, 0)
    for mark in _MARK.finditer(text):
        at, char = mark.start(), mark[0]
        if char in "'’\"" and not _is_quote(text, at):
            continue
        may_open = char in _CLOSERS and (char not in _EITHER or _may_open(text, at))
        if awaited.get(char) and not (may_open and char in _EITHER):
            closed = False
            while not closed:
                start = stack.pop()
                for closer in _CLOSERS[text[start]]:
                    awaited[closer] -= 1
                closed = char in _CLOSERS[text[start]]
            pairs.append((start, at))
        elif may_open or (char == '"' and not text[at + 1 : at + 2].isspace()):
            stack.append(at)
            for closer in _CLOSERS[char]:
                awaited[closer] += 1
    return pairs


def _may_open(text: str, at: int) -> bool:
    """Whether a mark that can stand at either end stands where a quotation begins."""
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    return (before.isspace() or before in _BEFORE_OPENER) and not after.isspace()


def _is_quote(text: str, at: int) -> bool:
    """Whether ', ’ or \" is a quotation mark and not an apostrophe, inches or gershayim."""
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    worded = after.isalnum() and after < "\u2e80"
    if text[at] == '"':
        return not (worded and before.isalnum() and before < "\u2e80")
    if worded:
        return text[at] == "'" and _may_open(text, at)
    return text[at] == "’" or not before.isalnum()
