"""Rows put aside on disk while others are on their way."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO

from align.records import AlignedPair


@dataclass(slots=True)
class Spool:
    """Rows in a temporary file that goes with the process; written first, then read in the same order."""

    _file: IO[bytes] = field(default_factory=TemporaryFile)

    def add(self, pair: AlignedPair) -> None:
        """Put a row at the end."""
        pickle.dump(pair, self._file)

    def __iter__(self) -> Iterator[AlignedPair]:
        self._file.seek(0)
        while True:
            try:
                yield pickle.load(self._file)
            except EOFError:
                return
