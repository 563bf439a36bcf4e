"""The sentences of all documents of a run, sent through the model before the documents are aligned.

A document alone fills no large batch, and its sentences are of all lengths. So where the model gives one vector per
text, all documents are read and cut first, as a scan does it; their sentences, equal ones once, are sorted by length
and go through the model in bundles, which the workers share. Vectors are kept in the vector cache, and there the
aligning finds them.

What cannot be done is left out without a word, for it will be told of the documents when they are aligned: one that
cannot be read is not there, and sentences that a worker dies of are encoded with their documents.

What a bundle holds depends on the documents that are to be aligned and on nothing else, and it is kept as a whole or
not at all. So with any number of workers, and broken off or not, a run comes to the same vectors.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from align.batch.dispatch import outcomes
from align.batch.local import Take
from align.batch.plan import Pending
from align.batch.provenance import OWN_ALIGNER
from align.batch.records import Bundle, Task
from align.batch.settings import BatchSettings
from align.batch.store import Store
from align.batch.tally import Progress, Tally
from align.batch.work import unpack_lines
from align.encode.black_box import is_black_box
from align.encode.choose import named_encoders
from align.settings import AlignSettings

WINDOW = 1 << 16
"""Different sentences that are sorted together, at least: some 20 MB, and 64 full bundles."""
MOST, ROOM = 1024, 1 << 17
"""Texts in a bundle, and characters with what fills it up: what a large GPU takes at once. The vector cache keeps so
many texts in one step."""

_SIGNATURE = ""  # pages under it are those of no survey


def keeps_vectors(settings: AlignSettings, batch: BatchSettings) -> bool:
    """Whether the run keeps a vector cache that nobody has asked for: where the model gives one vector per text.

    Not where vectors are sums over tokens, as of `use`, nor where `auto` may choose it: making these takes about as
    long as the rest of the aligning, and a side that is kept takes 37 kB a sentence.

    Raises:
        MissingModel, SettingsError: as of `named_encoders`.
    """
    if batch.aligner != OWN_ALIGNER or not batch.cache:
        return False
    encoders = named_encoders(settings)
    return bool(encoders) and all(map(is_black_box, encoders))


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is done of a run before its documents are aligned. `progress` hears how far it is."""

    task: Task
    batch: BatchSettings
    store: Store
    tally: Tally
    progress: Progress

    @property
    def wanted(self) -> bool:
        """Whether sentences are to be encoded before the documents are aligned. Not on a cluster of many machines, for
        each has a vector cache of its own."""
        if self.task.settings.cache is None or self.batch.scheduler or self.task.aligner != OWN_ALIGNER:
            return False
        return any(map(is_black_box, named_encoders(self.task.settings)))

    def read(self, pending: Sequence[Pending]) -> None:
        """Put the sentences of the documents into the store, if they are wanted.

        Raises:
            AlignError: there are no workers to be had.
        """
        if not self.wanted:
            return
        tally = self.tally
        tally.scanned, tally.to_scan = 0, len(pending)
        tally.enter("read", self.progress)
        self.store.forget_pages()
        with closing(outcomes(replace(self.task, scan=sys.maxsize), self.batch, pending)) as found:
            for outcome in found:
                self.store.record_pages(outcome, _SIGNATURE)
                tally.scanned += 1
                tally.to_encode += sum(page.sentences for page in outcome.pages or ())
                self.progress(tally)

    def encode(self, take: Take) -> None:
        """Have the vectors of the sentences in the store kept, and forget the sentences.

        Raises:
            WorkersFailed: no worker can be started.
        """
        tally, before = self.tally, 0
        if not tally.to_encode:
            return
        tally.enter("encode", self.progress)
        for count, texts in _windows(self.store):
            bundles = list(_bundles(texts))
            # One window after the other, for of a sentence that two of them have the first one's vector is kept.
            with closing(take(bundles)) as found:
                for number, _ in enumerate(found, start=1):
                    tally.encoded = before + count * number // len(bundles)
                    self.progress(tally)
            before += count
        self.store.forget_pages()


def _windows(store: Store) -> Iterator[tuple[int, set[str]]]:
    """Different sentences of successive pages, and how many sentences the pages have."""
    texts: set[str] = set()
    count = 0
    for page in store.all_pages():
        lines = unpack_lines(page)
        texts.update(lines)
        count += len(lines)
        if len(texts) >= WINDOW:
            yield count, texts
            texts, count = set(), 0
    if texts:
        yield count, texts


def _bundles(texts: Iterable[str]) -> Iterator[Bundle]:
    """The texts, the longest first, so that the last bundle, for which all workers wait, is a short one."""
    ordered = sorted(texts, key=lambda text: (-len(text), text))
    at = 0
    while at < len(ordered):
        size = max(1, min(MOST, ROOM // max(1, len(ordered[at]))))
        yield Bundle(tuple(ordered[at : at + size]))
        at += size
