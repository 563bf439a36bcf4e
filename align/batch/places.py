"""Where everything lies in the folder of a corpus."""

from __future__ import annotations

import os
from dataclasses import dataclass

from align.batch.settings import Shard


@dataclass(frozen=True, slots=True)
class Places:
    """File names in `outdir`. What belongs to one shard has its mark in the name: `summary.3of8.tsv`."""

    outdir: str
    shard: Shard | None = None

    @property
    def store(self) -> str:
        return self._of(".align-batch", "sqlite")

    @property
    def vectors(self) -> str:
        """The vector cache; one name for all shards, into which each worker puts its mark."""
        return os.path.join(self.outdir, ".align-batch-vectors.sqlite")

    @property
    def marker(self) -> str:
        """Says that a shard is complete."""
        return self._of(".align-batch", "done")

    @property
    def summary(self) -> str:
        return self._of("summary", "tsv")

    @property
    def timings(self) -> str:
        return self._of("timings", "tsv")

    @property
    def lines(self) -> str:
        """The lines that many documents repeat; one file for all shards."""
        return os.path.join(self.outdir, "boilerplate-lines.txt")

    @property
    def sidecar(self) -> str:
        return self._of("batch", "json")

    def single(self, format: str) -> str:
        """The file that takes the rows of all documents."""
        return self._of("corpus", format)

    def document(self, doc: str, format: str) -> str:
        """The file that takes the rows of one document."""
        return os.path.join(self.outdir, f"{doc}.{format}")

    def _of(self, stem: str, suffix: str) -> str:
        mark = f".{self.shard.mark}" if self.shard else ""
        return os.path.join(self.outdir, f"{stem}{mark}.{suffix}")
