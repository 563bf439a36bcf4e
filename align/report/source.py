"""What a report is made of: the documents in an alignment file or a folder, with what their sidecars say."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from align.errors import AlignError, MalformedAlignment, MissingInput, UnreadableInput
from align.languages import language
from align.records import AlignedPair
from align.write import read_pairs

UNKNOWN = "und"
"""The language code (BCP 47, "undetermined") of a side whose language nothing tells."""

_SUFFIXES = (".tsv", ".jsonl")
_OTHER_TABLES = ("summary.tsv", "timings.tsv", "manifest.tsv")
"""Tables that may lie in a corpus folder and hold no alignment."""
_SAMPLE = 400
"""Rows whose text tells a language where no sidecar does."""


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """One document: its rows in order, its languages (ISO 639-1, or `UNKNOWN`), the file it stands in, and that file's
    sidecar (empty for none)."""

    name: str
    pairs: tuple[AlignedPair, ...]
    languages: tuple[str, str]
    file: str
    sidecar: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that a batch could not align, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """An alignment file, or a folder of them as `align batch` writes it.

    `files` are in the order of their names; `made` is what the folder's `batch.json` says; `failures` are the
    documents that its `summary.tsv` reports as failed.
    """

    path: Path
    files: tuple[Path, ...]
    made: dict[str, Any] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()

    @classmethod
    def at(cls, path: str | os.PathLike[str]) -> Source:
        """What lies at the path.

        Raises:
            MissingInput: nothing is there, or a folder without alignments.
            MalformedAlignment: a `batch.json` that is no JSON object.
            UnreadableInput: the folder may not be read.
        """
        path = Path(path)
        if not path.exists():
            raise MissingInput(f"There is no file or folder {path}; give what align pair or align batch wrote.")
        if not path.is_dir():
            return cls(path, (path,))
        try:
            files = _alignments(path)
        except OSError as error:
            raise UnreadableInput(f"{error.filename} could not be read: {error.strerror}.") from error
        if not files:
            raise MissingInput(f"{path} holds no alignment, and no folder below it does; give what align batch wrote.")
        return cls(path, files, _object(path / "batch.json"), _failures(path / "summary.tsv"))

    @property
    def is_folder(self) -> bool:
        """Whether the path is a folder of outputs, and not one output."""
        return self.files != (self.path,)

    def documents(self) -> Iterator[ReportDocument]:
        """The documents, one in memory at a time; rows that follow each other and share `doc` are one document.

        A document whose name another had before it gets a number behind it: `news`, `news~2`.

        Raises:
            MalformedAlignment: a file or a sidecar that does not read; the message has the file and the line.
        """
        seen: dict[str, int] = {}
        for file in self.files:
            sidecar = _object(Path(f"{file}.json"))
            for name, pairs in _by_document(file, sidecar):
                seen[name] = seen.get(name, 0) + 1
                unique = name if seen[name] == 1 else f"{name}~{seen[name]}"
                yield ReportDocument(unique, pairs, _languages(pairs, sidecar), str(file), sidecar)


def _alignments(folder: Path) -> tuple[Path, ...]:
    """The alignments in and below a folder: files with a sidecar if there are any, else every table that may be one.

    Of one document in two formats, `a.tsv` and `a.jsonl`, the first in `_SUFFIXES` stands for both.
    """
    found = []
    for root, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(root, name) for name in names if name.endswith(_SUFFIXES) and not name.startswith(".")]
    described = [file for file in found if Path(f"{file}.json").is_file()]
    kept: dict[Path, Path] = {}
    for file in sorted(described or found, key=lambda file: _SUFFIXES.index(file.suffix)):
        if described or file.name not in _OTHER_TABLES:
            kept.setdefault(file.with_suffix(""), file)
    return tuple(kept[stem] for stem in sorted(kept))


def _raise(error: OSError) -> None:
    raise error


def _by_document(file: Path, sidecar: dict[str, Any]) -> Iterator[tuple[str, tuple[AlignedPair, ...]]]:
    empty = True
    for name, pairs in groupby(read_pairs(file), key=lambda pair: pair.doc):
        empty = False
        yield name or file.stem, tuple(pairs)
    if empty:
        yield str(sidecar.get("doc") or file.stem), ()


def _languages(pairs: Sequence[AlignedPair], sidecar: dict[str, Any]) -> tuple[str, str]:
    return (
        _language((pair.src for pair in pairs), sidecar.get("src")),
        _language((pair.tgt for pair in pairs), sidecar.get("tgt")),
    )


def _language(texts: Iterator[str], side: Any) -> str:
    """As the sidecar has it, else as the text is, else `UNKNOWN`."""
    from align.identify import identify

    with suppress(AlignError):
        if isinstance(side, dict) and isinstance(side.get("language"), str):
            return language(side["language"]).code
        return identify("\n".join(text for text, _ in zip(texts, range(_SAMPLE), strict=False)))
    return UNKNOWN


def _object(path: Path) -> dict[str, Any]:
    """The JSON object in a file, empty where there is no file."""
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise UnreadableInput(f"{path} could not be read: {(error.strerror or str(error)).lower()}.") from error
    except ValueError as error:
        raise MalformedAlignment(f"{path} is no JSON: {error}; make it again, or take it away.") from error
    if not isinstance(content, dict):
        raise MalformedAlignment(f"{path} holds no JSON object; make it again, or take it away.")
    return content


def _failures(path: Path) -> tuple[Failure, ...]:
    """Documents of a batch's summary that have an error; none where there is no summary."""
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(Failure(row.get("doc") or "", row["error"]) for row in rows if row.get("error"))
