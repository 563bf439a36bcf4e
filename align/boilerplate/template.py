"""The template of a site: lines that stand in many of a corpus's documents, always in the same company."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from tempfile import TemporaryFile
from typing import IO

import numpy as np
from numpy.typing import NDArray

from align.boilerplate.known import Lines, key_of
from align.records import Document

_ROWS, _COLUMNS = 4, 1 << 20
"""Of the sketch that counts lines: 16 MB, however many documents."""
_MOST = 100_000
"""Lines that are considered, at most."""
_LONGEST = 2000
"""Characters of a line that may count as repeated."""
_NO_LINE = bytes(4 * _ROWS)
_EDGE = 0
"""What stands before the first line of a page and after its last, and for a line too long."""


def repeated(documents: Iterable[Document], min_documents: int = 10, min_share: float = 0.01) -> Lines:
    """The lines of the template of one side of a corpus, cut as the aligner cuts them.

    `documents` have their `language`; see `repeated_lines` for the rest.
    """
    return repeated_lines(map(_sentences, documents), min_documents, min_share)


def repeated_lines(pages: Iterable[Iterable[str]], min_documents: int = 10, min_share: float = 0.01) -> Lines:
    """The lines that stand in at least `min_documents` pages, in at least `min_share` (0 to 1) of all, and at least
    half of the time beside the same other line, in the order in which they became so many.

    What surrounds them tells a template from text: menus and notices come in the same order on every page, while what
    people say again and again (`Yes.`, `Thank you.`), captions (`Example`) and headings (`Summary`) stand among
    other lines every time. The first and the last place of a page count as company for lines that stand in at least
    half of all pages; `Bye now.` ends some dialogues and not most. Pages that are the same count once.

    `pages` are gone through once, in memory that hardly grows with the corpus: a count-min sketch with conservative
    update (Cormode and Muthukrishnan 2005; Estan and Varghese 2002), which never counts too few, says which lines may
    be many; these are then counted exactly in a temporary file with eight bytes for every line of the corpus.

    Raises:
        ValueError: `min_documents` is less than 2; every line would come out.
    """
    if min_documents < 2:
        raise ValueError(f"min_documents is {min_documents}; it must be 2 or more, or every line would be repeated.")
    with TemporaryFile() as spool:
        count, candidates = _candidates(pages, min_documents, min_share, spool)
        spool.seek(0)
        places = _places(spool, candidates)
    least = max(min_documents, min_share * count)
    return Lines(
        tuple(candidates[line] for line, place in places.items() if place.pages >= least and place.is_settled(count))
    )


@dataclass(slots=True)
class _Place:
    """Where a line stands: in how many pages, how often, how often at an edge, and what is before and after it."""

    pages: int = 0
    times: int = 0
    edge: int = 0
    before: Counter[int] = field(default_factory=Counter)
    after: Counter[int] = field(default_factory=Counter)

    def is_settled(self, count: int) -> bool:
        """Whether it stands in the same company at least half of the time, in a corpus of `count` pages."""
        company = [found for side in (self.before, self.after) for _, found in side.most_common(1)]
        if 2 * self.pages >= count:
            company.append(self.edge)
        return 2 * max(company, default=0) >= self.times


def _candidates(
    pages: Iterable[Iterable[str]], min_documents: int, min_share: float, spool: IO[bytes]
) -> tuple[int, dict[int, str]]:
    """How many different pages there are, and all lines that may be in many of them; `spool` gets every page."""
    sketch = np.zeros((_ROWS, _COLUMNS), dtype=np.uint32)
    rows = np.arange(_ROWS)
    candidates: dict[int, str] = {}
    seen: set[bytes] = set()
    for page in pages:
        keyed = [(text, key) for text in page if (key := key_of(text))]
        digests = b"".join(_NO_LINE if len(text) > _LONGEST else _digest(key) for text, key in keyed)
        whole = blake2b(digests, digest_size=8).digest()
        if not keyed or whole in seen:
            continue
        seen.add(whole)
        cells = np.frombuffer(digests, dtype="<u4").reshape(-1, _ROWS) % _COLUMNS
        lines = np.frombuffer(digests, dtype="<u8")[:: _ROWS // 2]
        spool.write(np.uint64(len(lines)).tobytes() + lines.tobytes())
        once = np.sort(np.unique(lines, return_index=True)[1])
        once = once[lines[once] != _EDGE]
        times = sketch[rows, cells[once]].min(axis=1) + 1
        np.maximum.at(sketch, (rows, cells[once]), times[:, None])
        # A line that is many in the end is so, for the pages up to there, where it stands for the last time.
        for at in once[times >= max(min_documents, min_share * len(seen))].tolist():
            if len(candidates) < _MOST:
                candidates.setdefault(int(lines[at]), keyed[at][0])
    return len(seen), candidates


def _places(spool: IO[bytes], candidates: dict[int, str]) -> dict[int, _Place]:
    """Where the candidates stand. Of their neighbours only candidates count: what is not many is not the same."""
    places = {line: _Place() for line in candidates}
    wanted = np.fromiter(candidates, dtype=np.uint64, count=len(candidates))
    for lines in _spooled(spool):
        padded = [_EDGE, *lines.tolist(), _EDGE]
        once: set[int] = set()
        for at in np.flatnonzero(np.isin(lines, wanted)).tolist():
            before, line, after = padded[at : at + 3]
            place = places[line]
            place.times += 1
            place.pages += line not in once
            place.edge += at in (0, len(lines) - 1)
            once.add(line)
            for side, neighbour in ((place.before, before), (place.after, after)):
                if neighbour in places and neighbour != line:
                    side[neighbour] += 1
    return places


def _spooled(spool: IO[bytes]) -> Iterator[NDArray[np.uint64]]:
    while head := spool.read(8):
        yield np.frombuffer(spool.read(8 * int(np.frombuffer(head, dtype=np.uint64)[0])), dtype="<u8")


def _digest(key: str) -> bytes:
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=4 * _ROWS).digest()


def _sentences(document: Document) -> Iterator[str]:
    from align.segment import segment
    from align.settings import AlignSettings

    return (sentence.text for sentence in segment(document, document.language or "en", AlignSettings()))
