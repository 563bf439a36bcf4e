"""Telling boilerplate from text among the rows that have one side empty."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from align.boilerplate import FLAG
from align.boilerplate.known import Lines, read_lines
from align.boilerplate.scorer import scores
from align.records import AlignedPair, Sentence
from align.settings import AlignSettings

THRESHOLD = 0.5
"""Score from which a row is boilerplate. On pages nobody trained on, nine rows in ten above it are."""


def known_lines(settings: AlignSettings) -> Lines | None:
    """The lines of the settings' file, read once as long as it does not change; None where they name none.

    Raises:
        AlignError: the file cannot be read.
    """
    path = settings.boilerplate_lines
    if path is None or settings.keep_boilerplate:
        return None
    try:
        found = os.stat(path)
    except OSError:
        return read_lines(path)  # which says what is wrong
    return _read(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=1)
def _read(path: str, changed: int, size: int) -> Lines:
    return read_lines(path)


def sift(
    pairs: Sequence[AlignedPair],
    sides: tuple[Sequence[Sentence], Sequence[Sentence]],
    languages: tuple[str, str],
    settings: AlignSettings,
    known: Lines | None = None,
) -> tuple[tuple[AlignedPair, ...], tuple[AlignedPair, ...]]:
    """The rows to give out, and those left out.

    A row with one side empty whose every sentence scores `THRESHOLD` or more has the flag `boilerplate`; with
    `drop_boilerplate` it is left out instead, with `keep_boilerplate` it stays as it is. Rows with two sides are never
    touched. Numbers, ids and spans of the rows given out are the same in all three cases.
    """
    if settings.keep_boilerplate:
        return tuple(pairs), ()
    high = []
    for sentences, code in zip(sides, languages, strict=True):
        found = scores([s.text for s in sentences], [s.paragraph for s in sentences], code, known)
        high.append(found >= THRESHOLD)
    given, dropped = [], []
    for pair in pairs:
        if not (pair.is_null and high[0][list(pair.src_ids)].all() and high[1][list(pair.tgt_ids)].all()):
            given.append(pair)
            continue
        flagged = replace(pair, flags=tuple(sorted({*pair.flags, FLAG})))
        (dropped if settings.drop_boilerplate else given).append(flagged)
    return tuple(given), tuple(dropped)
