"""The lines that many documents of a corpus repeat, found before the documents are aligned.

The file of lines in the output folder is all there is to know: where it stands, it holds, whoever made it. It is made
once, of a sample that is the same for every shard and with any number of workers, so that what is aligned does not
depend on who came first; and it stays as it is when documents are added, for with another list all documents would have
to be aligned again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from align.batch.dispatch import outcomes
from align.batch.places import Places
from align.batch.plan import Pending
from align.batch.provenance import Provenance
from align.batch.records import Entry, Task
from align.batch.settings import BatchSettings
from align.batch.store import SIDES, Store
from align.batch.work import file_state, unpack_lines
from align.boilerplate.known import Lines
from align.languages import language

LEAST = 20
"""Documents from which a corpus is looked at."""
SAMPLE = 2000
"""Documents that are looked at, at most. A line that one document in a hundred has stands in some 20 of them."""

_ENDS = 500
"""Lines at either end of a page that are looked at: whatever is in the template of a site stands there."""

_NAMES = dict(zip(SIDES, ("Source", "Target"), strict=True))
_ABOUT = """\
Lines that many documents of this corpus repeat: {looked:,} of {documents:,} were looked at when it was first aligned.
A row of nothing but such lines that has no counterpart is flagged boilerplate; --drop-boilerplate leaves it out.
The list stays as it is when documents are added. Edit it, or delete it to have it made again: then the same
command aligns the documents again."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The look at the documents of a corpus for lines that they repeat. `tell` hears how many documents were looked
    at, of how many."""

    batch: BatchSettings
    entries: Sequence[Entry]
    store: Store
    places: Places
    tell: Callable[[int, int], None] = lambda scanned, all: None

    def informed(self, task: Task, basis: Provenance) -> Task:
        """The task with the lines that the documents repeat as lines of boilerplate; as it is if they repeat none, or
        if there is no call for them.

        Raises:
            AlignError: the file of lines cannot be read or written, or there are no workers to be had.
        """
        from align.boilerplate import known_lines

        if not self.batch.repeated or task.settings.boilerplate_lines or task.settings.keep_boilerplate:
            return task
        if not os.path.exists(self.places.lines):
            if len(self.entries) < LEAST:
                return task
            self._make(task, basis)
        self.store.forget_pages()
        settings = replace(task.settings, boilerplate_lines=self.places.lines)
        return replace(task, settings=settings) if known_lines(settings) else task

    def _make(self, task: Task, basis: Provenance) -> None:
        """Scan the documents that an earlier run, broken off, has not scanned, and write the file; unless another
        shard has written it meanwhile."""
        from align.boilerplate import write_lines

        sample = _sample(self.entries)
        signatures = {entry.doc: basis.of(entry, done=False) for entry in sample}
        pending = _not_scanned(sample, signatures, self.store, task.settings.max_bytes)
        scanned = len(sample) - len(pending)
        self.tell(scanned, len(sample))
        if pending:
            with closing(outcomes(replace(task, scan=_ENDS), self.batch, pending)) as found:
                for outcome in found:
                    self.store.record_pages(outcome, signatures[outcome.doc])
                    scanned += 1
                    self.tell(scanned, len(sample))
                    if os.path.exists(self.places.lines):
                        return
        groups = dict(_groups(self.store))
        about = _ABOUT.format(looked=len(sample), documents=len(self.entries))
        if not os.path.exists(self.places.lines):
            write_lines({about: Lines(()), **groups}, self.places.lines)


def _sample(entries: Sequence[Entry]) -> list[Entry]:
    """The documents to look at: chosen by their names, so that a corpus that grows keeps most of them."""
    return sorted(entries, key=lambda entry: hashlib.blake2b(os.fsencode(entry.doc)).digest())[:SAMPLE]


def _not_scanned(sample: Sequence[Entry], signatures: dict[str, str], store: Store, max_bytes: int) -> list[Pending]:
    """The documents of which the store has no pages, or those of other files; the largest first."""
    store.keep_pages(signatures)
    known = store.scanned()
    pending = []
    for entry in sample:
        states = file_state(entry.src, max_bytes), file_state(entry.tgt, max_bytes)
        if known.get(entry.doc) != (signatures[entry.doc], *(state.digest for state in states)):
            pending.append(Pending(entry, sum(max(0, state.size) for state in states)))
    return sorted(pending, key=lambda each: -each.size)


def _groups(store: Store) -> Iterator[tuple[str, Lines]]:
    """The lines that repeat, by side and language, and what to say of them."""
    from align.boilerplate import repeated_lines

    for side in SIDES:
        for code, pages in store.page_languages(side):
            lines = repeated_lines(map(unpack_lines, store.pages(side, code)))
            yield f"{_NAMES[side]}, {language(code).name}: {len(lines):,} lines, in {pages:,} documents.", lines
