"""Writing rows, and reading them back. A module per format, found by name or by the file's suffix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from align.errors import SettingsError
from align.records import AlignedPair
from align.write.formats import FORMATS, Format, format_found, format_named, format_of
from align.write.layout import COLUMNS, Layout
from align.write.loss import Loss, counted
from align.write.metadata import Metadata
from align.write.reading import read_metadata, read_pairs, row_files
from align.write.staging import check_folder, check_writable, outputs, refuse_inputs, staged, staged_folder
from align.write.tally import Tally, tallied

__all__ = [
    "COLUMNS",
    "FORMATS",
    "Format",
    "Layout",
    "Loss",
    "Metadata",
    "Tally",
    "Written",
    "check_output",
    "check_writable",
    "format_found",
    "format_named",
    "format_of",
    "layout_for",
    "outputs",
    "read_metadata",
    "read_pairs",
    "refuse_inputs",
    "row_files",
    "save_pairs",
    "staged",
    "write_pairs",
]


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing: the files and folders made, the sidecar last; figures of the rows that were written, and
    what the format could not hold.
    """

    files: tuple[str, ...]
    tally: Tally
    loss: Loss


def layout_for(
    format: str = "tsv", columns: Sequence[str] | None = None, header: bool = True, pairs_only: bool = False
) -> Layout:
    """The layout asked for, checked against the format.

    Raises:
        SettingsError: no such format or column, a column named twice, or columns for a format that has its own.
    """
    if columns is not None and not format_named(format).columns:
        choice = ", ".join(name for name, each in FORMATS.items() if each.columns)
        raise SettingsError(
            f"The {format} format has no columns to choose; leave columns out or write one of {choice}."
        )
    return Layout(COLUMNS if columns is None else tuple(columns), header, pairs_only)


def write_pairs(
    pairs: Iterable[AlignedPair],
    stream: BinaryIO,
    format: str = "tsv",
    layout: Layout = Layout(),
    metadata: Metadata = Metadata(),
) -> Written:
    """Write pairs in a format to a binary stream; null rows are left out where the layout says so.

    Raises:
        SettingsError: no such format, one that is more than a file, or one that needs languages which are not known.
        OutputError: rows that the format cannot hold together.
    """
    chosen = format_named(format)
    _refuse_stream(chosen)
    return _write(pairs, stream, chosen, layout, metadata)


def save_pairs(
    pairs: Iterable[AlignedPair],
    path: str | os.PathLike[str],
    format: str | None = None,
    layout: Layout = Layout(),
    metadata: Metadata = Metadata(),
    sidecar: Callable[[Tally], bytes] | None = None,
) -> Written:
    """Write pairs to `path`, and beside it the sidecar `path.json`, made of the rows' figures after the last of them.

    `format` None goes by the suffix. For `moses`, `path` is what the names of both files begin with, `.moses` taken
    off. Everything appears whole and together, or nothing changes. A device or a pipe gets no sidecar.

    Raises:
        SettingsError: no such format, or one that needs languages which are not known.
        OutputError: the path cannot be written, or rows that the format cannot hold together.
    """
    name, chosen = _resolved(path, format)
    paths = _paths(name, chosen, metadata)
    beside = outputs(name)[1:] if sidecar else ()
    if chosen.form == "folder":
        with staged_folder(paths[0], chosen.members, *beside) as (folder, *streams):
            written = _write(pairs, folder, chosen, layout, metadata)
            _put(streams, sidecar, written)
    else:
        with staged(*paths, *beside) as streams:
            rows, streams = streams[: len(paths)], streams[len(paths) :]
            written = _write(pairs, rows if chosen.form == "files" else rows[0], chosen, layout, metadata)
            _put(streams, sidecar, written)
    return replace(written, files=(*paths, *beside))


def check_output(
    path: str | os.PathLike[str],
    format: str | None = None,
    metadata: Metadata = Metadata(),
    inputs: Sequence[str] = (),
) -> None:
    """Find out before the work, not after it, that its result has nowhere to go; `-` is standard output.

    Raises:
        SettingsError: no such format, or one that makes more than a file and cannot go to standard output.
        OutputError: a folder is missing or closed to us, the path is taken by something that must not be replaced, or
            one of the files would take the place of an input.
    """
    name, chosen = _resolved(path, format)
    if name == "-":
        _refuse_stream(chosen)
        return
    if chosen.form == "folder":
        check_folder(name, chosen.members)
        refuse_inputs([name], inputs)
        files = outputs(name)[1:]
    elif chosen.form == "files" and metadata.languages is None:
        files = outputs(name)  # the real names end in languages that will be known later
    else:
        files = (*_paths(name, chosen, metadata), *outputs(name)[1:])
    for file in files:
        check_writable(file)
    refuse_inputs(files, inputs)


def _resolved(path: str | os.PathLike[str], format: str | None) -> tuple[str, Format]:
    """The path, a folder's without the slash at its end, for the sidecar goes beside it; and its format."""
    name = os.fspath(path)
    chosen = format_named(format or format_of(name))
    return (name.rstrip(os.sep) or os.sep) if chosen.form == "folder" else name, chosen


def _refuse_stream(format: Format) -> None:
    if format.form != "file":
        raise SettingsError(f"The {format.name} format makes more than one file; give the output a name.")


def _write(pairs: Iterable[AlignedPair], output: object, format: Format, layout: Layout, metadata: Metadata) -> Written:
    tally, loss = Tally(), Loss()
    wanted = (pair for pair in pairs if not (layout.pairs_only and pair.is_null))
    format.load().write(tallied(counted(wanted, format, loss), tally), output, layout, metadata)
    return Written((), tally, loss)


def _paths(path: str, format: Format, metadata: Metadata) -> tuple[str, ...]:
    if format.form != "files":
        return (path,)
    stem = path.removesuffix(f".{format.name}")
    return tuple(f"{stem}.{code}" for code in metadata.languages_for(format.name))


def _put(streams: Sequence[BinaryIO], sidecar: Callable[[Tally], bytes] | None, written: Written) -> None:
    for stream in streams:
        stream.write(sidecar(written.tally))
