"""Which documents still have to be aligned."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from align.batch.provenance import Provenance
from align.batch.records import Entry, FileState
from align.batch.store import Known, Store
from align.batch.work import file_state, glance

_STEP = 1000
"""Documents looked at between two calls of `tell`."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A document to align, and the bytes of both inputs, for telling the time left."""

    entry: Entry
    size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do, the largest documents first, so that none is left alone at the end; `done` and `failed`
    are documents that stay as an earlier run left them."""

    pending: tuple[Pending, ...]
    done: int
    failed: int


def make_plan(
    store: Store,
    provenance: Provenance,
    outdir: str,
    max_bytes: int,
    retry_failed: bool,
    tell: Callable[[int], None] = lambda count: None,
) -> Plan:
    """Compare what the store knows with what is there. An input of the same size and time is taken to be the same, any
    other is read; one that was only touched is no reason to align again. `tell` hears how many were looked at."""
    pending: list[Pending] = []
    touched: list[tuple[str, FileState, FileState]] = []
    counts = {True: 0, False: 0}
    for number, (entry, known) in enumerate(store.documents()):
        if number % _STEP == 0:
            tell(number)
        now = (glance(entry.src), glance(entry.tgt))
        if known and _is_settled(entry, known, provenance, outdir, retry_failed):
            before = known.outcome.src, known.outcome.tgt
            looks_same = all(map(_looks_same, before, now))
            if not looks_same:
                now = file_state(entry.src, max_bytes), file_state(entry.tgt, max_bytes)
            if looks_same or all(map(_is_same, before, now)):
                if not looks_same:
                    touched.append((entry.doc, *now))
                counts[known.done] += 1
                continue
        pending.append(Pending(entry, sum(max(0, state.size) for state in now)))
    store.touch(touched)
    pending.sort(key=lambda each: -each.size)
    return Plan(tuple(pending), counts[True], counts[False])


def _is_settled(entry: Entry, known: Known, provenance: Provenance, outdir: str, retry_failed: bool) -> bool:
    """Whether a document needs no new attempt as long as its inputs are what they were."""
    if known.signature != provenance.of(entry, known.done):
        return False
    if not known.done:
        return not retry_failed
    files = (os.path.join(outdir, file) for file in known.outcome.files)
    return provenance.holds(known.outcome.figures) and all(map(os.path.lexists, files))


def _looks_same(before: FileState, now: FileState) -> bool:
    return (before.size, before.mtime) == (now.size, now.mtime)


def _is_same(before: FileState, now: FileState) -> bool:
    if before.digest or now.digest:
        return before.digest == now.digest
    return _looks_same(before, now)  # missing both times, or too long to be read
