"""Which documents belong together: a table that says so, or two folders with the same file names."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from align.batch.places import Places
from align.batch.records import Entry
from align.errors import (
    InputIsDirectory,
    MalformedManifest,
    MissingInput,
    OutputError,
    UnknownLanguage,
    UnreadableInput,
)
from align.languages import language
from align.read import file_of
from align.write import outputs

_REQUIRED = ("doc", "src", "tgt")
_OPTIONAL = ("src_lang", "tgt_lang")
_OURS = ".align-"
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Manifest:
    """The pairs of a corpus in order. `name` is the file or the folders they come from, `unpaired` the files of two
    folders that found no partner."""

    name: str
    entries: tuple[Entry, ...]
    unpaired: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """What tells it from a manifest with other pairs or another order."""
        digest = hashlib.blake2b(digest_size=16)
        for entry in self.entries:
            fields = (entry.doc, entry.src, entry.tgt, entry.src_lang or "", entry.tgt_lang or "")
            digest.update("\t".join(fields).encode("utf-8", "surrogateescape") + b"\n")
        return digest.hexdigest()

    def malformed(self, entry: Entry, problem: str) -> MalformedManifest:
        return _malformed(self.name, entry.line, problem)


def read_manifest(path: str | os.PathLike[str]) -> Manifest:
    """The pairs in a table: tab-separated UTF-8 with a header that names `doc`, `src` and `tgt`, and perhaps `src_lang`
    and `tgt_lang`, in any order; other columns are passed over, and so are blank lines.

    Paths are taken from the manifest's own folder on. `doc` may hold `/`, which makes folders.

    Raises:
        MalformedManifest: a column or a field is missing, a name stands twice or leads out of the output folder, a
            language code is none; names file and line.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    name = os.fspath(path)
    folder = os.path.dirname(name)
    columns: list[str] | None = None
    entries: list[Entry] = []
    lines: dict[str, int] = {}
    for number, line in enumerate(_lines(name), 1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if columns is None:
            columns = _header(name, number, cells)
            continue
        entry = _entry(name, number, columns, cells, folder)
        if entry.doc in lines:
            raise _malformed(name, number, f"the document '{entry.doc}' stands in line {lines[entry.doc]} already")
        lines[entry.doc] = number
        entries.append(entry)
    if not entries:
        raise MalformedManifest(
            f"{name} names no documents; expected a header line with doc, src and tgt, separated by tabs, and a line "
            "for every pair."
        )
    return Manifest(name, tuple(entries))


def pair_folders(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> Manifest:
    """The pairs of two folders and the folders in them: files of the same name, or of the same name but for the suffix
    where that leaves no choice. Hidden files do not count. The name of a pair is the file's without its suffix, or with
    it where two pairs would be named the same.

    Raises:
        MissingInput: one of them is no folder, or no file has a partner.
    """
    folders = os.fspath(source), os.fspath(target)
    files = tuple(_files(folder) for folder in folders)
    pairs = {name: name for name in files[0] if name in files[1]}
    rest = [[name for name in side if name not in pairs] for side in files]
    stems = [Counter(map(_stem, side)) for side in rest]
    others = {_stem(name): name for name in rest[1]}
    pairs |= {name: others[_stem(name)] for name in rest[0] if stems[0][_stem(name)] == stems[1][_stem(name)] == 1}
    if not pairs:
        raise MissingInput(
            f"No file in {folders[0]} ({len(files[0])} files) has one of the same name in {folders[1]} "
            f"({len(files[1])} files); write a manifest, or let align match find out which belong together."
        )
    named = Counter(map(_stem, pairs))
    entries = tuple(
        Entry(
            doc=name if named[_stem(name)] > 1 else _stem(name),
            src=os.path.join(folders[0], name),
            tgt=os.path.join(folders[1], pairs[name]),
        )
        for name in sorted(pairs)
    )
    paired = set(pairs), set(pairs.values())
    unpaired = tuple(
        os.path.join(folder, name)
        for folder, side, used in zip(folders, files, paired, strict=True)
        for name in side
        if name not in used
    )
    manifest = Manifest(f"{folders[0]} and {folders[1]}", entries, unpaired)
    for entry in entries:
        _check_name(manifest.name, 0, entry.doc)
    return manifest


def check_outputs(manifest: Manifest, places: Places, formats: Sequence[str]) -> None:
    """Refuse documents whose files would take the place of another's, of an input, or of the corpus's own.

    Raises:
        MalformedManifest: two documents clash, or one with `summary.tsv` and the like.
        OutputError: an output is an input.
    """
    own = (places.summary, places.timings, places.sidecar, places.lines, *map(places.single, formats))
    files: dict[str, Entry | None] = dict.fromkeys(own)
    folders: dict[str, Entry] = {}
    for entry in manifest.entries:
        for path in (made for format in formats for made in outputs(places.document(entry.doc, format))):
            if path in files:
                other = files[path]
                whose = f"the document '{other.doc}'" if other else "the corpus itself"
                raise manifest.malformed(entry, f"the document '{entry.doc}' would be written to {path}, as {whose} is")
            files[path] = entry
        for parent in PurePath(entry.doc).parents[:-1]:
            folders.setdefault(os.path.join(places.outdir, parent), entry)
    for path, entry in folders.items():
        if path in files:
            raise manifest.malformed(
                entry, f"the document '{entry.doc}' needs a folder {path}, where another document's file goes"
            )
    written = {os.path.abspath(path) for path in files}
    for entry in manifest.entries:
        for path in (entry.src, entry.tgt):
            if os.path.abspath(file_of(path)[0]) in written:
                raise OutputError(f"{path} is an input and would be overwritten; give another output folder.")


def _lines(name: str) -> Iterator[str]:
    try:
        with open(name, encoding="utf-8-sig", newline="\n") as file:
            for line in file:
                yield line.rstrip("\r\n")
    except (FileNotFoundError, NotADirectoryError):
        raise MissingInput(f"There is no manifest {name}. Check the path.") from None
    except IsADirectoryError:
        raise InputIsDirectory(
            f"{name} is a directory; give a manifest, or two folders with the same file names."
        ) from None
    except UnicodeDecodeError as error:
        raise MalformedManifest(f"{name} is not UTF-8 (byte {error.start} of a block); save it as UTF-8.") from None
    except OSError as error:
        raise UnreadableInput(f"{name} cannot be read: {error.strerror}.") from error


def _header(name: str, number: int, cells: list[str]) -> list[str]:
    missing = [column for column in _REQUIRED if column not in cells]
    if missing:
        shown = " ".join(cells)[:_SHOWN]
        raise _malformed(
            name,
            number,
            f"the header is '{shown}', without {', '.join(missing)}; expected doc, src and tgt, separated by tabs",
        )
    twice = [column for column in (*_REQUIRED, *_OPTIONAL) if cells.count(column) > 1]
    if twice:
        raise _malformed(name, number, f"the header names {', '.join(twice)} twice")
    return cells


def _entry(name: str, number: int, columns: list[str], cells: list[str], folder: str) -> Entry:
    if len(cells) != len(columns):
        raise _malformed(name, number, f"has {len(cells)} fields; the header has {len(columns)}")
    row = dict(zip(columns, cells, strict=True))
    for column in _REQUIRED:
        if not row[column]:
            raise _malformed(name, number, f"the field {column} is empty")
        if "\0" in row[column]:
            raise _malformed(name, number, f"the field {column} holds a NUL character")
    _check_name(name, number, row["doc"])
    languages = {column: row.get(column) or None for column in _OPTIONAL}
    for column, code in languages.items():
        try:
            languages[column] = language(code).code if code else None
        except UnknownLanguage as error:
            raise _malformed(name, number, f"the field {column}: {str(error).rstrip('.')}") from None
    return Entry(row["doc"], _path(folder, row["src"]), _path(folder, row["tgt"]), **languages, line=number)


def _path(folder: str, path: str) -> str:
    path = os.path.join(folder, path)
    return "./-" if path == "-" else path  # `-` alone would be standard input


def _check_name(name: str, number: int, doc: str) -> None:
    parts = doc.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise _malformed(name, number, f"the document '{doc}' would lie outside the output folder, or nowhere in it")
    if not doc.isprintable() or any(part.startswith(_OURS) for part in parts):
        raise _malformed(name, number, f"the document {doc!r} cannot name a file; give it another name")


def _malformed(name: str, number: int, problem: str) -> MalformedManifest:
    where = f"{name}, line {number}" if number else name
    return MalformedManifest(f"{where}: {problem}.")


def _files(folder: str) -> list[str]:
    """Paths of the files in a folder and below, from the folder on, in order."""
    if not os.path.isdir(folder):
        raise MissingInput(f"There is no folder {folder}. Check the path.")
    found = []
    for parent, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [each for each in folders if not each.startswith(".")]
        found += [Path(parent, name).relative_to(folder).as_posix() for name in names if not name.startswith(".")]
    return sorted(found)


def _stem(name: str) -> str:
    return os.path.splitext(name)[0]
