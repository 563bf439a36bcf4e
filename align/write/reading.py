"""Reading rows back, whatever format they are in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain

from align.errors import MissingInput, SettingsError
from align.records import AlignedPair
from align.write.formats import FORMATS, Format, format_found, format_named, is_folder_format
from align.write.metadata import Metadata, sidecar_metadata

_SIDECAR = ".json"


def read_pairs(
    path: str | os.PathLike[str], format: str | None = None, metadata: Metadata | None = None
) -> Iterator[AlignedPair]:
    """The rows of a file that `write_pairs` or another program wrote, one at a time; `-` is standard input.

    `format` None goes by the suffix, or by how the file begins. Columns that it lacks are filled in (see
    `align.write.rows.RowBuilder`). `metadata` None takes what the file says of itself; its languages choose the two
    sides of a file that has more. A folder that is no format of its own stands for the outputs in it, which are known
    by their sidecars, in the order of their names; where the same rows are there in several formats, in the one that
    holds most.

    Raises:
        SettingsError: there is no such format, or it cannot be read back.
        MalformedAlignment: something that does not read as a row, when it is reached; names file and place.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
        MissingExtra: a package that the format needs is not installed.
    """
    files = [(file, _readable(file, format)) for file in row_files(path, format)]
    return chain.from_iterable(
        chosen.load().read(file, read_metadata(file, chosen.name) if metadata is None else metadata)
        for file, chosen in files
    )


def read_metadata(path: str | os.PathLike[str], format: str | None = None) -> Metadata:
    """What a file, or the sidecar beside it, says of its rows as a whole; of a folder of outputs, the first.

    Of standard input nothing is known. Errors are those of `read_pairs`.
    """
    name = row_files(path, format)[0]
    if name == "-":  # which can be read but once
        return Metadata()
    module = _readable(name, format).load()
    found = module.metadata_of(name) if hasattr(module, "metadata_of") else Metadata()
    return found if found.languages else sidecar_metadata(name.rstrip("/"))


def row_files(path: str | os.PathLike[str], format: str | None = None) -> list[str]:
    """The file itself, or the outputs in a folder that is no format of its own.

    Raises:
        MissingInput: a folder with no output in it.
    """
    name = os.fspath(path)
    if format is not None or name == "-" or not os.path.isdir(name) or is_folder_format(name):
        return [name]
    paths = sorted(os.path.join(folder, file) for folder, _, files in os.walk(name) for file in files)
    outputs = [path.removesuffix(_SIDECAR) for path in paths if path.endswith(_SIDECAR)]
    outputs = [path for path in outputs if os.path.exists(path)]
    for choice in FORMATS.values():
        if choice.readable and (found := [file for file in outputs if format_found(file) == choice.name]):
            return found
    raise MissingInput(f"{name}: holds no output that can be read, with its sidecar (.json) beside it; give a file.")


def _readable(path: str, format: str | None) -> Format:
    chosen = format_named(format or format_found(path))
    if not chosen.readable:
        choice = ", ".join(name for name, each in FORMATS.items() if each.readable)
        raise SettingsError(
            f"{path}: {chosen.name} is for people to read and does not turn back into rows; {choice} do."
        )
    if path != "-" and chosen.form != "files" and not os.path.exists(path):
        raise MissingInput(f"{path}: no such file; expected aligned rows.")
    return chosen
