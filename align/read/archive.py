"""Archives: each member is a document of its own, addressed as `FILE::MEMBER`, and read in passing.

ZIP and tar archives (plain or packed with gzip, bzip2 or xz), WARC files, whose members are web pages by their
addresses, and single packed files such as `en.txt.gz`, which read as the file inside. A member may be an archive
itself: `outer.zip::inner.tar::en.txt`.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, BinaryIO

from align.errors import AlignError, BlankInput, MalformedInput, MissingPart, UnsafeInput
from align.read import open_input
from align.read.dispatch import read_data
from align.read.formats import FORMATS, format_of, library, opener
from align.read.limits import oversized, raise_limit, read_limited
from align.read.parts import MARK, choose
from align.read.unpack import Meter, Unpacked, open_zip, refuse_climbing, refused_link, too_many, unpacking
from align.records import Document
from align.settings import AlignSettings

_NO_TEXT = frozenset(
    "png jpg jpeg gif webp svg ico bmp tif tiff avif css js mjs map woff woff2 ttf otf eot mp3 m4a ogg wav flac mp4 "
    "webm mov avi exe dll so pyc".split()
)
"""Suffixes of what lies beside the documents in an archive: pictures, styles, scripts, sound."""

_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_PAGES = ("text/html", "application/xhtml")


@dataclass(frozen=True, slots=True)
class Entry:
    """A member: its name, how to read its bytes, to be done before the next is asked for, and its format if known."""

    name: str
    read: Callable[[], bytes]
    format: str | None = None

    @property
    def is_document(self) -> bool:
        """Whether it may hold text, as far as the name tells."""
        suffix = self.name.rpartition(".")[2].lower()
        last = self.name.rpartition("/")[2]
        return bool(self.format) or not (suffix in _NO_TEXT or last in _JUNK or self.name.startswith(_JUNK))


def read(file: BinaryIO, name: str, settings: AlignSettings, part: str | None, format: str) -> Document:
    """The document in the archive `file` that `part` names; without it the only one there is.

    Raises:
        MissingPart: there is no such member, or there are several.
        AlignError: the archive is damaged, locked or unsafe, or the member does not read.
    """
    return _read(file, name, settings, part, format, 1)


def members(path: str | Path, settings: AlignSettings) -> Iterator[tuple[str, Document | AlignError]]:
    """All documents in a file, with the reference that `align.read.read_document` takes for each.

    Archives are read in passing, one member in memory at a time, archives inside them too; pictures, styles and
    scripts are passed over. A table or a translation memory gives a document for each column or language with text;
    any other file gives itself. What cannot be read comes as the error it raised, and the rest goes on.
    """
    name = str(path)
    try:
        with open_input(name, settings) as file:
            format = format_of(file, name, settings)
            if FORMATS[format].is_archive:
                yield from _members(file, name, settings, format, 1, Meter(name, settings))
            else:
                yield from _documents(read_limited(file, name, settings), name, settings, format)
    except AlignError as error:
        yield name, error


def _members(
    file: BinaryIO, name: str, settings: AlignSettings, format: str, depth: int, meter: Meter
) -> Iterator[tuple[str, Document | AlignError]]:
    if format == "packed":
        data, inner = _inflated(file, name, meter)
        yield from _nested(data, name, inner, settings, depth, meter)
        return
    for entry in entries(file, name, format, meter):
        reference = f"{name}{MARK}{entry.name}"
        if not entry.is_document:
            continue
        try:
            data = entry.read()
            found = list(_documents(data, reference, settings, entry.format)) if entry.format else None
        except AlignError as error:
            yield reference, error
            continue
        yield from found if found is not None else _nested(data, reference, entry.name, settings, depth, meter)


def _nested(
    data: bytes, reference: str, name: str, settings: AlignSettings, depth: int, meter: Meter
) -> Iterator[tuple[str, Document | AlignError]]:
    """The documents in a member, which may be an archive."""
    try:
        format = format_of(BytesIO(data), name, settings)
        if FORMATS[format].is_archive:
            _refuse_nesting(reference, depth + 1, settings)
            yield from _members(BytesIO(data), reference, settings, format, depth + 1, meter)
        else:
            yield from _documents(data, reference, settings, format)
    except AlignError as error:
        yield reference, error


def _documents(
    data: bytes, reference: str, settings: AlignSettings, format: str
) -> Iterator[tuple[str, Document | AlignError]]:
    """The document in `data`, or one for each of its parts."""
    try:
        found = read_data(data, reference, settings, None, format)
    except MissingPart as several:
        if not several.parts:
            yield reference, several
        for part in several.parts:
            try:
                found = read_data(data, reference, settings, part, format)
            except AlignError as error:
                found = error
            yield f"{reference}{MARK}{part}", found
    except AlignError as error:
        yield reference, error
    else:
        yield reference, found


def _read(file: BinaryIO, name: str, settings: AlignSettings, part: str | None, format: str, depth: int) -> Document:
    _refuse_nesting(name, depth, settings)
    if format == "packed":
        data, inner = _inflated(file, name, Meter(name, settings))
        return _inside(data, name, inner, settings, part, format_of(BytesIO(data), inner, settings), depth)
    noun = FORMATS[format].part
    if part is None:
        names = [entry.name for entry in entries(file, name, format, Meter(name, settings)) if entry.is_document]
        if not names:
            raise BlankInput(f"{name} is {FORMATS[format].what} with no document in it. Check what was packed.")
        part = choose(None, names, name, noun)
        file.seek(0)
    for entry in entries(file, name, format, Meter(name, settings)):
        if part == entry.name or part.startswith(entry.name + MARK):
            inner = part[len(entry.name) + len(MARK) :] or None
            data, reference = entry.read(), f"{name}{MARK}{entry.name}"
            found = entry.format or format_of(BytesIO(data), entry.name, settings)
            return _inside(data, reference, entry.name, settings, inner, found, depth)
    file.seek(0)
    names = [entry.name for entry in entries(file, name, format, Meter(name, settings)) if entry.is_document]
    choose(part, names, name, noun)
    raise MissingPart(f"{name} has no {noun} '{part}' that can be read.")


def _inside(
    data: bytes, reference: str, name: str, settings: AlignSettings, part: str | None, format: str, depth: int
) -> Document:
    if FORMATS[format].is_archive:
        return _read(BytesIO(data), reference, settings, part, format, depth + 1)
    return read_data(data, reference, settings, part, format)


def entries(file: BinaryIO, name: str, format: str, meter: Meter) -> Iterator[Entry]:
    """The members of an archive, in its order; folders and devices are passed over.

    Raises:
        MalformedInput, UnsafeInput: the archive is damaged, or goes beyond a limit. What a member is guilty of is
            raised when it is read.
    """
    found = {"zip": _zip_entries, "tar": _tar_entries, "warc": _warc_entries}[format](file, name, meter)
    for count, entry in enumerate(found, 1):
        if count > meter.settings.max_members:
            raise too_many(name, meter.settings)
        yield entry


def _zip_entries(file: BinaryIO, name: str, meter: Meter) -> Iterator[Entry]:
    archive = open_zip(file, name, meter.settings, meter)
    for member in archive.members:
        yield Entry(member, partial(archive.read, member))


def _tar_entries(file: BinaryIO, name: str, meter: Meter) -> Iterator[Entry]:
    with unpacking(name, "a tar archive"), tarfile.open(fileobj=_stream(file, meter), mode="r:") as archive:
        while (info := archive.next()) is not None:
            archive.members.clear()  # it would remember them all
            if info.isfile() or info.issym() or info.islnk():
                yield Entry(info.name, partial(_tar_member, archive, info, name, meter.settings))


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo, name: str, settings: AlignSettings) -> bytes:
    refuse_climbing(name, info.name)
    if not info.isfile():
        raise refused_link(name, info.name)
    if info.issparse():
        raise UnsafeInput(
            f"{name}: the member {info.name!r} is a sparse file, which no document is. Unpack it yourself."
        )
    if info.size > settings.max_bytes:
        raise oversized(f"{name}{MARK}{info.name}", f"{info.size:,} bytes long", settings)
    with unpacking(name, "a tar archive"):
        return read_limited(archive.extractfile(info), f"{name}{MARK}{info.name}", settings)


def _warc_entries(file: BinaryIO, name: str, meter: Meter) -> Iterator[Entry]:
    """The web pages in a WARC file: responses that succeeded, and resources, of HTML."""
    records = library("warcio.archiveiterator", "warcio", "WARC files").ArchiveIterator(_stream(file, meter))
    while (record := _next_record(records, name)) is not None:
        address, http = record.rec_headers.get_header("WARC-Target-URI"), record.http_headers
        kind = ((http or record.rec_headers).get_header("Content-Type") or "").lower()
        if record.rec_type not in ("response", "resource") or not address or not kind.startswith(_PAGES):
            continue
        if http is None or http.get_statuscode().startswith("2"):
            yield Entry(address.strip("<>"), partial(_warc_member, record, name, meter), "html")


def _next_record(records: Iterator[Any], name: str) -> Any | None:
    try:
        with unpacking(name, "a WARC file"), redirect_stderr(StringIO()):  # it prints what it finds wrong
            return next(records, None)
    except AlignError:
        raise
    except Exception as error:  # and raises whatever it stumbles over
        raise MalformedInput(
            f"{name} is no sound WARC file ({type(error).__name__}: {error}). Download or make it again."
        ) from None


def _warc_member(record: Any, name: str, meter: Meter) -> bytes:
    with unpacking(name, "a WARC file"):
        # What the server had packed is unpacked here, from as many bytes as the record has.
        stream = Unpacked(record.content_stream(), lambda: int(record.length or 0), meter)
        return read_limited(stream, name, meter.settings)


def _inflated(file: BinaryIO, name: str, meter: Meter) -> tuple[bytes, str]:
    """What a single packed file holds, and the name it had before it was packed."""
    with unpacking(name, "a packed file"):
        data = read_limited(_stream(file, meter), name, meter.settings)
    stem, _, suffix = name.rpartition(".")
    return data, stem if suffix.lower() in ("gz", "bz2", "xz") else name


def _stream(file: BinaryIO, meter: Meter) -> BinaryIO:
    """The file as it is when unpacked, counted."""
    head = file.read(8)
    file.seek(0)
    opens = opener(head)
    return Unpacked(opens(file) if opens else file, file.tell, meter)


def _refuse_nesting(name: str, depth: int, settings: AlignSettings) -> None:
    if depth > settings.max_nesting:
        raise UnsafeInput(
            f"{name} lies in archives {settings.max_nesting} deep, the limit, and is one itself. "
            f"If you trust it, {raise_limit('max_nesting')}."
        )
