"""How a batch is run: what it writes and who does the work."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from align.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Shard:
    """The part `index` of `of`, from 1. A document belongs to the shard its name hashes to, whatever the manifest
    holds besides it, so that a manifest that grows moves no document to another shard."""

    index: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.index <= self.of:
            raise SettingsError(
                f"shard is {self.index}/{self.of}; the first number counts from 1 to the second, as in 1/8 to 8/8."
            )

    @classmethod
    def parse(cls, text: str) -> Shard:
        """A shard from `3/8`.

        Raises:
            SettingsError: it has another form, or 3 lies beyond 8.
        """
        match = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", text)
        if match is None:
            raise SettingsError(f"shard is '{text}'; expected two numbers such as 3/8, the third of eight.")
        return cls(int(match[1]), int(match[2]))

    def takes(self, doc: str) -> bool:
        digest = hashlib.blake2b(doc.encode("utf-8", "surrogateescape"), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.of == self.index - 1

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"

    @property
    def mark(self) -> str:
        """`3of8`, for file names."""
        return f"{self.index}of{self.of}"


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """What a batch writes and how it is run. None of the fields after `repeated` has a part in the bytes.

    Raises:
        SettingsError: a value outside its range, or two that exclude each other.
    """

    formats: tuple[str, ...] = ("tsv",)
    """Names of output formats; each document is written in all of them."""

    columns: tuple[str, ...] | None = None
    """Columns of the formats that have a choice; None takes all."""

    header: bool = True
    """Whether a TSV begins with the names of its columns."""

    single: bool = False
    """One file for all documents, in the manifest's order, and not one for each."""

    cache: bool = True
    """Keep vectors in the output folder, in half precision, where the model gives one per text, as e5-small and
    sentence-transformers models do, and the settings name no vector cache. The sentences of many documents then go
    through the model together. False encodes document by document and keeps nothing; it saves 1 to 2 kB a sentence."""

    repeated: bool = True
    """From 20 documents on, take lines that many documents repeat for boilerplate, as `AlignSettings.boilerplate_lines`
    would. False looks for none, which is right for documents that are one template each, such as forms. Nothing is
    looked for either where the settings give lines or keep boilerplate."""

    workers: int = 0
    """Processes that align. 0 takes one per core this process may use, and none besides it where the inputs are so
    small that starting them would take longer. Memory: each holds the model, 0.3 GB with `use`."""

    timeout: float | None = None
    """Seconds after which a document is given up; None waits for as long as it takes."""

    retry_failed: bool = False
    """Try documents again that failed in an earlier run, though nothing has changed."""

    shard: Shard | None = None
    """The part of the documents to take; the other parts are other processes' work."""

    dask: bool = False
    """Run on a Dask cluster of `workers` processes on this machine."""

    scheduler: str | None = None
    """Run on the Dask cluster whose scheduler has this address, such as tcp://10.0.0.1:8786."""

    aligner: str = "align.pipeline:Aligner"
    """What makes an `Aligner` from `AlignSettings`, as `module:name`: the place for an encoder or engine of one's
    own. It is imported in every worker."""

    def __post_init__(self) -> None:
        if not self.formats:
            raise SettingsError("No format to write; name at least one, such as tsv.")
        if len(set(self.formats)) < len(self.formats):
            raise SettingsError(f"A format is named twice in {','.join(self.formats)}; name each once.")
        if not 0 <= self.workers <= 4096:
            raise SettingsError(f"workers is {self.workers}; it must lie between 0 and 4096.")
        if self.timeout is not None and not self.timeout > 0:
            raise SettingsError(f"timeout is {self.timeout:g}; it must be more than 0 seconds.")
        if self.scheduler and (self.dask or self.workers):
            raise SettingsError(
                "A scheduler has workers of its own: leave --dask and --workers out, or leave --scheduler out."
            )
        module, _, name = self.aligner.partition(":")
        if not (module and name):
            raise SettingsError(f"aligner is '{self.aligner}'; expected module:name, such as align.pipeline:Aligner.")
