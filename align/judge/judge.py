"""Every check on every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from align.judge.copies import copied, folded
from align.judge.edges import torn
from align.judge.flags import LOW_CONFIDENCE
from align.judge.language import mostly_non_text, wrong_language
from align.judge.lengths import outliers
from align.judge.marks import has_artefact, quotes_differ
from align.judge.names import names_missing
from align.judge.numbers import numbers_differ
from align.records import AlignedPair

LONGEST = 20_000
"""Characters of a side from which numbers and names are not compared: that is a document, not a sentence."""


def judge(pairs: Sequence[AlignedPair], languages: tuple[str, str]) -> tuple[AlignedPair, ...]:
    """The rows of one document, each with its flags: those it had and those found, sorted by name.

    `languages` are ISO 639-1 codes of source and target. Text, ids, confidence and order stay as they are. A row
    with one side empty is judged by what one side alone can show.
    """
    whole = [pair for pair in pairs if not pair.is_null]
    long = outliers([(len(pair.src), len(pair.tgt)) for pair in whole], languages)
    unusual = {id(pair) for pair, is_long in zip(whole, long, strict=True) if is_long}
    seen: set[tuple[str, str]] = set()
    judged = []
    for pair in pairs:
        flags = {*pair.flags, *_of_sides(pair, languages)}
        if not pair.is_null:
            flags.update(_of_pair(pair, languages))
            if id(pair) in unusual:
                flags.add("length")
            key = folded(pair.src), folded(pair.tgt)
            if any(key) and key in seen:
                flags.add("duplicate")
            seen.add(key)
        judged.append(replace(pair, flags=tuple(sorted(flags))))
    return tuple(judged)


def _of_sides(pair: AlignedPair, languages: tuple[str, str]) -> Iterator[str]:
    sides = [(text, code) for text, code in zip((pair.src, pair.tgt), languages, strict=True) if text]
    if pair.confidence < LOW_CONFIDENCE:
        yield "low-confidence"
    if any(wrong_language(*side) for side in sides):
        yield "language"
    if any(mostly_non_text(text) for text, _ in sides):
        yield "non-text"
    if any(has_artefact(text) for text, _ in sides):
        yield "artefact"


def _of_pair(pair: AlignedPair, languages: tuple[str, str]) -> Iterator[str]:
    src, tgt = pair.src, pair.tgt
    if copied(src, tgt):
        yield "copy"
    if max(len(src), len(tgt)) < LONGEST:
        if numbers_differ(src, tgt, languages):
            yield "numbers"
        if names_missing(src, tgt, languages):
            yield "names"
    if torn(src, tgt, languages):
        yield "torn"
    if quotes_differ(src, tgt):
        yield "quotes"
