"""Lines that are known to be boilerplate, and how a corpus tells of them: they stand in many of its documents."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from align.errors import InputIsDirectory, MissingInput, UndecodableInput, UnreadableInput
from align.records import Document

_ROWS, _COLUMNS = 4, 1 << 21
"""Of the sketch that counts lines: 32 MB, however many documents."""
_MOST = 100_000
"""Lines that are kept, at most."""
_LONGEST = 2000
"""Characters of a line that may count as repeated."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A set of lines. A line is in it also with other white space, other capitals, or wide for narrow characters."""

    texts: tuple[str, ...]
    _keys: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "_keys", frozenset(filter(None, map(_key, self.texts))))

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and _key(text) in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    def __or__(self, other: Lines) -> Lines:
        return Lines(self.texts + other.texts)


def read_lines(path: str | os.PathLike[str]) -> Lines:
    """The lines of a UTF-8 file, one a line; blank lines, and comments, which begin with `# `, are passed over.

    Raises:
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
        UndecodableInput: the file is not UTF-8.
    """
    name = os.fspath(path)
    try:
        with open(path, encoding="utf-8-sig") as file:
            return Lines(tuple(line.strip() for line in file if line.strip() and not line.startswith("# ")))
    except FileNotFoundError:
        raise MissingInput(f"{name}: no such file; expected boilerplate lines, one per line.") from None
    except IsADirectoryError:
        raise InputIsDirectory(f"{name} is a directory; expected a file of boilerplate lines, one per line.") from None
    except UnicodeDecodeError as error:
        raise UndecodableInput(f"{name}: byte {error.start} is not UTF-8; save the lines as UTF-8.") from None
    except OSError as error:
        raise UnreadableInput(f"{name} could not be read: {error.strerror}.") from error


def write_lines(lines: Lines, path: str | os.PathLike[str]) -> None:
    """Write the lines as `read_lines` reads them; the file appears whole or not at all.

    Raises:
        OutputError: the path cannot be written.
    """
    from align.write import staged
    from align.write.layout import line

    texts = [text for text in map(line, lines.texts) if text and not text.startswith("# ")]
    with staged(path) as (stream,):
        stream.write("".join(f"{text}\n" for text in texts).encode())


def repeated(documents: Iterable[Document], min_documents: int = 10, min_share: float = 0.01) -> Lines:
    """The lines that stand in many documents of one side of a corpus, cut as the aligner cuts them.

    `documents` have their `language`; see `repeated_lines` for the rest.
    """
    return repeated_lines(map(_sentences, documents), min_documents, min_share)


def repeated_lines(pages: Iterable[Iterable[str]], min_documents: int = 10, min_share: float = 0.01) -> Lines:
    """The lines that stand in at least `min_documents` pages, and in at least `min_share` (0 to 1) of all, in the
    order in which they became so many.

    One pass, in memory that does not grow with the corpus: counts are kept in a count-min sketch with conservative
    update (Cormode and Muthukrishnan 2005; Estan and Varghese 2002), which never counts too few. A line counts once
    a page. A corpus of dialogues repeats its `Yes.` too: raise `min_documents` where lines come out that are text.

    Raises:
        ValueError: `min_documents` is less than 2; every line would come out.
    """
    if min_documents < 2:
        raise ValueError(f"min_documents is {min_documents}; it must be 2 or more, or every line would be repeated.")
    sketch = np.zeros((_ROWS, _COLUMNS), dtype=np.uint32)
    rows = np.arange(_ROWS)
    found: dict[str, str] = {}
    count = 0
    for page in pages:
        count += 1
        for key, text in {_key(text): text for text in page if len(text) <= _LONGEST}.items():
            if not key:
                continue
            cells = _cells(key)
            counts = sketch[rows, cells]
            times = int(counts.min()) + 1
            sketch[rows, cells] = np.maximum(counts, times)
            if times >= min_documents and len(found) < _MOST:
                found.setdefault(key, text)
    needed = max(min_documents, min_share * count)
    return Lines(tuple(text for key, text in found.items() if sketch[rows, _cells(key)].min() >= needed))


def _cells(key: str) -> np.ndarray:
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8 * _ROWS).digest()
    return (np.frombuffer(digest, dtype="<u8") % _COLUMNS).astype(np.intp)


def _key(text: str) -> str:
    return unicodedata.normalize("NFKC", " ".join(text.split())).casefold()


def _sentences(document: Document) -> Iterator[str]:
    from align.segment import segment
    from align.settings import AlignSettings

    return (sentence.text for sentence in segment(document, document.language or "en", AlignSettings()))
