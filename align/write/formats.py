"""The formats: which there are, how a path asks for one, and what of a row each can hold."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePath
from typing import Any, Literal, Protocol

from align.errors import SettingsError
from align.records import AlignedPair
from align.write.layout import COLUMNS, Layout, line, xml_line
from align.write.metadata import Metadata

Form = Literal["file", "files", "folder"]

_ALL = frozenset(COLUMNS)
_NUMBERS = frozenset({"type", "src_ids", "tgt_ids", "confidence"})


class Writer(Protocol):
    """What the module of a format offers."""

    def write(self, pairs: Iterable[AlignedPair], output: Any, layout: Layout, metadata: Metadata) -> None:
        """Write the pairs, holding one at a time or a batch.

        `output` is a binary stream, one stream per side (form "files"), or the path of an empty folder.
        """

    def read(self, path: str, metadata: Metadata) -> Iterator[AlignedPair]:
        """The rows of a file, one at a time or a document at a time. Only where `Format.readable`."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format and its limits.

    `holds` are the columns that come back when it is read, or that a page shows where it is not `readable`; `nulls`
    says whether rows with one side empty are among what it can hold. `columns` says whether a layout may choose
    them. `form` is what writing makes: a file, a file for either side, or a folder, in which nothing but `members`
    (glob patterns) may stand when it takes the place of an older one. `suffixes` are others that ask for it beside
    its name. `xml` lists the columns whose text must be characters of XML; `tagged` says whether it names the languages
    of the two sides.
    """

    name: str
    module: str
    holds: frozenset[str] = _ALL
    nulls: bool = True
    columns: bool = False
    readable: bool = True
    form: Form = "file"
    suffixes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    xml: frozenset[str] = frozenset()
    tagged: bool = False

    def load(self) -> Writer:
        """The module that writes and reads it."""
        return import_module(self.module)  # type: ignore[return-value]

    def plain(self, column: str) -> Callable[[str], str]:
        """What makes a text of the column one that the format can hold."""
        return xml_line if column in self.xml else line


_TEXTS = frozenset({"doc", "src", "tgt"})

FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format("tsv", "align.write.tsv", columns=True),
        Format("jsonl", "align.write.jsonl", columns=True, suffixes=("ndjson",)),
        Format("csv", "align.write.csv", columns=True),
        Format("parquet", "align.write.parquet", columns=True),
        Format(
            "hf", "align.write.hf", columns=True, form="folder", members=("README.md", "data/*.parquet"), tagged=True,
        ),
        Format("tmx", "align.write.tmx", nulls=False, xml=_TEXTS, tagged=True),
        Format("xliff", "align.write.xliff", suffixes=("xlf",), xml=frozenset({"doc"}), tagged=True),
        Format(
            "xces", "align.write.xces", holds=_NUMBERS | _TEXTS, form="folder", members=("*.xml",), xml=_TEXTS,
            tagged=True,
        ),
        Format(
            "moses", "align.write.moses", holds=frozenset({"src", "tgt"}), nulls=False, form="files", tagged=True,
        ),
        Format("ladder", "align.write.ladder", holds=_NUMBERS),
        Format("hunalign", "align.write.hunalign", holds=_NUMBERS),
        Format(
            "html", "align.write.html", holds=_TEXTS | {"type", "confidence", "flags"}, readable=False, xml=_TEXTS,
            suffixes=("htm",), tagged=True,
        ),
        Format("epub", "align.write.epub", holds=_TEXTS, readable=False, xml=_TEXTS, tagged=True),
    )
}  # fmt: skip
"""Every format by its name, which is also a file suffix that asks for it."""

_SUFFIXES = {suffix: format.name for format in FORMATS.values() for suffix in (format.name, *format.suffixes)}


def format_named(name: str) -> Format:
    """The format of a name.

    Raises:
        SettingsError: there is none.
    """
    if name not in FORMATS:
        near = difflib.get_close_matches(name, FORMATS, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise SettingsError(f"'{name}' is no output format; it must be one of {', '.join(FORMATS)}.{hint}")
    return FORMATS[name]


def format_of(path: str | PurePath) -> str:
    """Name of the format that a path's suffix asks for; `tsv` where it asks for none."""
    return _SUFFIXES.get(PurePath(path).suffix.lstrip(".").lower(), "tsv")


def is_folder_format(path: str) -> bool:
    """Whether a folder is in a format of its own, and not a folder that files are in."""
    return any(any(Path(path).glob(pattern)) for pattern in ("data/*.parquet", "*.xml"))


def format_found(path: str | os.PathLike[str]) -> str:
    """Name of the format that a file or folder is in: by its suffix, else by how it begins; `tsv` if nothing tells."""
    name = os.fspath(path)
    folder = Path(name)
    if name != "-" and folder.is_dir():
        return "xces" if any(folder.glob("*.xml")) else "hf"
    suffix = PurePath(name.removesuffix(".gz")).suffix.lstrip(".").lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    try:
        with open(name, "rb") as file:
            start = file.read(2048).decode("utf-8", "replace").lstrip("\ufeff").lstrip()
    except OSError:
        return "tsv"
    for mark, format in (("[", "ladder"), ("{", "jsonl"), ("PAR1", "parquet")):
        if start.startswith(mark):
            return format
    for mark, format in (("<tmx", "tmx"), ("<xliff", "xliff"), ("<cesAlign", "xces")):
        if start.startswith("<") and mark in start:
            return format
    return "tsv"
