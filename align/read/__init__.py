"""Reading: a file, bytes or a string becomes a `Document`, its text decoded and its paragraphs found.

`FILE::PART` is a part of a file that holds several: a member of an archive, a column of a table, a language of a
translation memory, a side of a catalogue. `align.read.formats` lists what is read.
"""

from __future__ import annotations

import difflib
import io
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from align.errors import EmptyInput, InputIsDirectory, MissingInput, UnreadableInput
from align.read.dispatch import read_data
from align.read.formats import FORMATS, by_suffix, format_of, reader
from align.read.limits import oversized, read_limited
from align.read.parts import MARK
from align.read.plain import read_text
from align.records import Document
from align.settings import AlignSettings

__all__ = ["file_of", "read_bytes", "read_document", "read_text"]

_ADDRESS = re.compile("(?:https?|ftp)://", re.I)


def read_document(path: str | Path, settings: AlignSettings, *, name: str | None = None) -> Document:
    """The document at `path`, a file or `FILE::PART`; `-` is standard input. `name` replaces the path in the record.

    Raises:
        MissingInput, InputIsDirectory, UnreadableInput: there is no such file, or it cannot be read.
        MissingPart: the file has no such part, or several and none was named.
        EmptyInput, BlankInput, BinaryInput, UndecodableInput: it holds no text, or text that cannot be decoded.
        MalformedInput, EncryptedInput: it is damaged, or asks for a password.
        OversizedInput: it is longer than `settings.max_bytes`, or a paragraph than `settings.max_line`.
        UnsafeInput: it unpacks or nests beyond the limits of the settings, or has paths that climb out of it.
        MissingExtra: its format needs a package that is not installed.
    """
    given = str(path)
    if not given:
        raise MissingInput("The path of a document is empty. Give the name of a file, or - for standard input.")
    file_name, part = file_of(given)
    if file_name == "-":
        data = read_limited(sys.stdin.buffer, "standard input", settings)
        return read_bytes(data, name or "stdin", settings, part=part)
    with open_input(file_name, settings) as file:
        format = format_of(file, file_name, settings)
        if FORMATS[format].is_archive:
            return reader(format)(file, name or file_name, settings, part, format)
        data = read_limited(file, file_name, settings)
    return read_data(data, name or file_name, settings, part, format)


def file_of(reference: str) -> tuple[str, str | None]:
    """The file that a reference names, and the part of it, None for the whole: `a.zip::en/1.txt` is in `a.zip`.

    A file whose own name holds `::` is found as it is.
    """
    if MARK not in reference or os.path.exists(reference):
        return reference, None
    at = reference.find(MARK)
    while at >= 0:
        if reference[:at] == "-" or os.path.isfile(reference[:at]):
            return reference[:at], reference[at + len(MARK) :]
        at = reference.find(MARK, at + 1)
    file, part = reference.split(MARK, 1)
    return file, part


@contextmanager
def open_input(path: str, settings: AlignSettings) -> Iterator[BinaryIO]:
    """The file at `path`, open and seekable; a pipe is read into memory. Archives may be longer than `max_bytes`.

    Raises:
        MissingInput, InputIsDirectory, UnreadableInput, OversizedInput: as `read_document`.
    """
    found = Path(path)
    try:
        status = found.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputIsDirectory(f"{path} is a directory; one document was expected. Give a file in it.")
        named = by_suffix(path)
        if status.st_size > settings.max_bytes and not (named and FORMATS[named].is_archive):
            raise oversized(path, f"{status.st_size:,} bytes long", settings)
        opened = found.open("rb")
    except (FileNotFoundError, NotADirectoryError, ValueError):
        if _ADDRESS.match(path):
            raise MissingInput(
                f"{path} is a web address; a file was expected. Download the page first: curl -L -o page.html {path}"
            ) from None
        raise _missing(found) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    with opened:
        try:
            yield opened if opened.seekable() else io.BytesIO(read_limited(opened, path, settings))
        except OSError as error:
            raise _unreadable(path, error) from None


def read_bytes(
    data: bytes, name: str, settings: AlignSettings, html: bool | None = None, *, part: str | None = None
) -> Document:
    """The document in `data`, or its part `part`; `html` None looks at the name's ending and at the first bytes.

    Raises:
        AlignError: as `read_document`.
    """
    if not data:
        raise EmptyInput(f"{name} is empty (0 bytes). Check that it was written or downloaded completely.")
    format = None if html is None else "html" if html else "text"
    return read_data(data, name, settings, part, format)


def _unreadable(path: str, error: OSError) -> UnreadableInput:
    return UnreadableInput(
        f"{path} cannot be read: {error.strerror or error}. Check its permissions and the disk it is on."
    )


def _missing(path: Path) -> MissingInput | UnreadableInput:
    shown = str(path).replace("\0", "\\0")
    if "\0" not in str(path) and path.is_symlink():
        return UnreadableInput(f"{shown} is a link to {os.readlink(path)}, which does not exist. Mend the link.")
    folder = path.parent
    if "\0" in str(path) or not folder.is_dir():
        return MissingInput(f"There is no file {shown}: there is no folder {str(folder)!r} either. Check the path.")
    try:
        present = {entry.name.lower(): entry.name for entry in sorted(os.scandir(folder), key=lambda entry: entry.name)}
    except OSError:
        present = {}
    near = difflib.get_close_matches(path.name.lower(), list(present), n=1, cutoff=0.7)
    hint = f"Did you mean {folder / present[near[0]]}?" if near else "Check the path."
    return MissingInput(f"There is no file {shown}. {hint}")
