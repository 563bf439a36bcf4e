"""Packed data, unpacked within bounds: never more at once than a document may be long, never more than the limits.

Nothing is ever written to the disk, so a path that climbs out of its archive could do no harm; it is refused all the
same, since an archive that holds one was made to deceive.
"""

from __future__ import annotations

import io
import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from align.errors import EncryptedInput, MalformedInput, UnsafeInput
from align.read.limits import raise_limit, read_limited
from align.settings import AlignSettings

_HARMLESS = 16 << 20
"""Bytes that anything may unpack to, whatever its ratio: an empty table packs a thousand times."""

_CHUNK = 1 << 18
_ORDINARY = 1 << 20
"""Bytes that readers ask for at once; more is asked for only by a header that says so."""

_CENTRAL = b"PK\x01\x02"
_UTF8_NAME = 0x800


@dataclass(slots=True)
class Meter:
    """Counts what an archive, with all that is packed inside it, unpacks to."""

    name: str
    settings: AlignSettings
    unpacked: int = 0

    def count(self, more: int, unpacked: int, packed: int) -> None:
        """Count `more` bytes of a stream that unpacked to `unpacked` bytes so far, from `packed` ones.

        Raises:
            UnsafeInput: that is more in all, or from so little, than the settings allow.
        """
        self.unpacked += more
        self._refuse_more_than_allowed(self.unpacked)
        if unpacked > _HARMLESS and unpacked > self.settings.max_ratio * max(1, packed):
            raise self._bomb(packed, f"give more than {unpacked - more:,}")

    def foresee(self, unpacked: int, packed: int) -> None:
        """Refuse an entry by the sizes its header tells, before anything of it is unpacked; more is never read of it.

        Raises:
            UnsafeInput: as `count`.
        """
        self._refuse_more_than_allowed(self.unpacked + unpacked)
        if unpacked > _HARMLESS and unpacked > self.settings.max_ratio * max(1, packed):
            raise self._bomb(packed, f"would give {unpacked:,}")

    def _refuse_more_than_allowed(self, unpacked: int) -> None:
        if unpacked > self.settings.max_unpacked:
            raise UnsafeInput(
                f"{self.name} unpacks to more than {self.settings.max_unpacked:,} bytes, the limit. "
                f"If you trust it, {raise_limit('max_unpacked')}."
            )

    def _bomb(self, packed: int, what: str) -> UnsafeInput:
        return UnsafeInput(
            f"{self.name} looks like a zip bomb: {packed:,} packed bytes {what}, over {self.settings.max_ratio} times "
            f"as many, the limit. If you trust it, {raise_limit('max_ratio')}."
        )


class Unpacked(io.RawIOBase):
    """What a stream unpacks to, read forwards and counted. `packed` tells how many bytes went in so far."""

    def __init__(self, stream: BinaryIO, packed: Callable[[], int], meter: Meter) -> None:
        self._stream, self._packed, self._meter = stream, packed, meter
        self._at = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        limit = self._meter.settings.max_bytes
        if size > max(limit, _ORDINARY):
            raise UnsafeInput(
                f"{self._meter.name} holds an entry of {size:,} bytes; the limit is {limit:,}. "
                f"If you trust it, {raise_limit('max_bytes')}."
            )
        wanted, chunks = limit + 1 if size < 0 else size, []
        while wanted > 0 and (chunk := self._stream.read(min(wanted, _CHUNK))):
            self._at += len(chunk)
            wanted -= len(chunk)
            self._meter.count(len(chunk), self._at, self._packed())
            chunks.append(chunk)
        return b"".join(chunks)

    def readinto(self, buffer: memoryview) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def tell(self) -> int:
        return self._at

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go forwards, which is all that reading an archive in order asks for."""
        if whence != io.SEEK_SET or offset < self._at:
            raise io.UnsupportedOperation("only forwards")
        while self._at < offset and self.read(min(_CHUNK, offset - self._at)):
            pass
        return self._at


@contextmanager
def unpacking(name: str, what: str) -> Iterator[None]:
    """Make what the unpackers raise about damaged data an error of ours; `what` is as `a ZIP archive`.

    Raises:
        MalformedInput: with what they found.
    """
    try:
        yield
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
    ) as error:
        raise MalformedInput(
            f"{name} is damaged or cut short: {what} that does not unpack ({error or 'unexpected end'}). "
            "Download or make it again."
        ) from None


@dataclass(frozen=True, slots=True)
class Zip:
    """An open ZIP archive: its members by name, in the archive's order."""

    name: str
    meter: Meter
    members: dict[str, zipfile.ZipInfo]
    archive: zipfile.ZipFile

    def read(self, member: str) -> bytes:
        """The bytes of a member.

        Raises:
            KeyError: there is none of that name.
            EncryptedInput, UnsafeInput, MalformedInput, OversizedInput: it cannot be unpacked, or may not be.
        """
        info = self.members[member]
        if info.flag_bits & 1:
            raise EncryptedInput(f"{self.name}: {member} asks for a password. Unpack it first, or save it without one.")
        refuse_climbing(self.name, member)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise refused_link(self.name, member)
        self.meter.foresee(info.file_size, info.compress_size)
        with unpacking(self.name, "a ZIP archive"), self.archive.open(info) as stream:
            return read_limited(
                Unpacked(stream, lambda: info.compress_size, self.meter), f"{self.name}: {member}", self.meter.settings
            )


def open_zip(file: BinaryIO, name: str, settings: AlignSettings, meter: Meter | None = None) -> Zip:
    """The ZIP archive in a seekable file; `meter` counts on where it lies inside another.

    Raises:
        MalformedInput: it is damaged.
        UnsafeInput: it has more than `settings.max_members` members.
    """
    counted = _CountedEntries(file, name, settings)
    with unpacking(name, "a ZIP archive"):
        archive = zipfile.ZipFile(counted)
    counted.is_open = True
    members = {_name_of(info): info for info in archive.infolist() if not info.is_dir()}
    return Zip(name, meter or Meter(name, settings), members, archive)


class _CountedEntries(io.RawIOBase):
    """A file whose list of members is counted as it is read, before a record is made of each."""

    def __init__(self, file: BinaryIO, name: str, settings: AlignSettings) -> None:
        self._file, self._name, self._settings = file, name, settings
        self.is_open = False

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        if not self.is_open and data.count(_CENTRAL) > self._settings.max_members:
            raise too_many(self._name, self._settings)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def too_many(name: str, settings: AlignSettings) -> UnsafeInput:
    """The error of an archive with too many members."""
    return UnsafeInput(
        f"{name} holds more than {settings.max_members:,} members, the limit. "
        f"If you trust it, {raise_limit('max_members')}."
    )


def refuse_climbing(name: str, member: str) -> None:
    """Refuse a member whose path leads out of the archive.

    Raises:
        UnsafeInput: the path is absolute, or goes up with `..`.
    """
    path = member.replace("\\", "/")
    if path.startswith("/") or re.match("[A-Za-z]:", path) or ".." in path.split("/") or "\0" in path:
        raise UnsafeInput(
            f"{name}: the member {member!r} has a path that leads out of the archive, as no honest archive has. "
            "If you trust it, unpack it yourself and give the files."
        )


def refused_link(name: str, member: str) -> UnsafeInput:
    """The error of a member that is a link."""
    return UnsafeInput(
        f"{name}: the member {member!r} is a link, which could lead out of the archive; links are not followed. "
        "Unpack the archive yourself and give the files."
    )


def _name_of(info: zipfile.ZipInfo) -> str:
    """A member's name. Without a flag for UTF-8 it is in the packer's own encoding: on a Japanese Windows CP932."""
    if info.flag_bits & _UTF8_NAME or info.filename.isascii():
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeError:
        return info.filename
    for codec in ("utf-8", "cp932"):
        try:
            return raw.decode(codec)
        except UnicodeError:
            continue
    return info.filename
