"""Which format a file is in: by its first bytes where they tell, by the suffix of its name where they do not."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import BinaryIO

from align.errors import BinaryInput, EmptyInput, EncryptedInput, MalformedInput, MissingExtra
from align.read.binary import refuse_magic
from align.read.limits import read_limited
from align.read.unpack import open_zip
from align.settings import AlignSettings


@dataclass(frozen=True, slots=True)
class Format:
    """A format that can be read.

    `reader` is the function that reads it, as `module:function` of this package, imported on use. `part` is what its
    parts are called, where it has such as `FILE::PART` names. `is_binary` formats are told by their bytes alone.
    `is_archive` formats hold files, and are read from the file and not from its bytes.
    """

    what: str
    reader: str
    suffixes: tuple[str, ...] = ()
    part: str = ""
    is_binary: bool = False
    is_archive: bool = False


FORMATS = {
    "text": Format("plain text", "plain:read", (".txt", ".text")),
    "html": Format("a web page", "html:read", (".html", ".htm", ".xhtml", ".xht", ".shtml")),
    "markdown": Format("Markdown", "markdown:read", (".md", ".markdown", ".mdown", ".mkd")),
    "mhtml": Format("a saved web page", "mhtml:read", (".mhtml", ".mht")),
    "docx": Format("a Word document", "docx:read", (".docx", ".docm", ".dotx"), is_binary=True),
    "odt": Format("an OpenDocument text", "odt:read", (".odt", ".ott"), is_binary=True),
    "epub": Format("an EPUB book", "epub:read", (".epub",), is_binary=True),
    "pdf": Format("a PDF file", "pdf:read", (".pdf",), is_binary=True),
    "subtitles": Format("subtitles", "subtitles:read", (".srt", ".vtt", ".ass", ".ssa")),
    "po": Format("a gettext catalogue", "po:read", (".po", ".pot"), "side"),
    "xliff": Format("an XLIFF file", "xliff:read", (".xliff", ".xlf", ".sdlxliff", ".mqxliff", ".mxliff"), "side"),
    "tmx": Format("a translation memory", "tmx:read", (".tmx",), "language"),
    "tsv": Format("a table", "table:read_tsv", (".tsv", ".tab"), "column"),
    "csv": Format("a table", "table:read_csv", (".csv",), "column"),
    "jsonl": Format("JSON lines", "table:read_jsonl", (".jsonl", ".ndjson"), "field"),
    "json": Format("JSON", "table:read_json", (".json",), "field"),
    "parquet": Format("a Parquet file", "parquet:read", (".parquet",), "column", is_binary=True),
    "zip": Format("a ZIP archive", "archive:read", (".zip",), "member", is_binary=True, is_archive=True),
    "tar": Format(
        "a tar archive",
        "archive:read",
        (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"),
        "member",
        is_binary=True,
        is_archive=True,
    ),
    "warc": Format("a WARC file", "archive:read", (".warc", ".warc.gz"), "page", is_binary=True, is_archive=True),
    "packed": Format("a packed file", "archive:read", (".gz", ".bz2", ".xz"), "part", is_binary=True, is_archive=True),
}
"""The formats, by name."""

OPENERS: dict[bytes, Callable[[BinaryIO], BinaryIO]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
"""What unpacks a stream of one file, by its first bytes."""

_BY_SUFFIX = {suffix: name for name, format in FORMATS.items() for suffix in format.suffixes}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 4096
_TAR = slice(257, 262)
_XML_START = r"\s*(?><\?[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^>\[]*(?:\[[^\]]*\][^>]*)?>\s*)*+<(?:\w+:)?"
_PAGE_START = r"\s*(?><\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*)*+<"
_TEXTS = (
    ("tmx", re.compile(_XML_START + r"tmx\b")),
    ("xliff", re.compile(_XML_START + r"xliff\b")),
    ("subtitles", re.compile(r"WEBVTT(?:\s|$)|\s*\[Script Info\]|\s*\d+\s*\n\d{1,3}:\d\d:\d\d[,.]\d{1,3} *-->")),
    ("po", re.compile(r'(?:\s*#[^\n]*\n)*\s*msgid\s+"')),
    ("mhtml", re.compile(r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related", re.I)),
    ("html", re.compile(_PAGE_START + r"(?:!doctype\s+html|html)\b", re.I)),
)
"""What text formats begin with."""

_FRAGMENT = re.compile(_PAGE_START + r"(?:!doctype\s+html|html|head|body|article|main|div|p|h1|meta)\b", re.I)
"""What a page may begin with as well; so may Markdown, and a cell of a table, so this counts without their suffix."""

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OFFICE = {"xl": "an Excel workbook", "ppt": "a PowerPoint presentation", "visio": "a Visio drawing"}
_ADVICE = {"an Excel workbook": "CSV or as tab-separated text", "a PowerPoint presentation": "PDF or as plain text"}


def format_of(file: BinaryIO, name: str, settings: AlignSettings) -> str:
    """The name of the format of a seekable file, which is left at its beginning; `name` is the file's.

    Raises:
        EmptyInput: it has no bytes.
        BinaryInput: the bytes are of a format that is not read.
        MalformedInput: the suffix promises a format that the bytes do not show, or an archive does not open.
        UnsafeInput: an archive has too many members.
    """
    head = file.read(_HEAD)
    if not head:
        raise EmptyInput(f"{name} is empty (0 bytes). Check that it was written or downloaded completely.")
    named = by_suffix(name)
    try:
        _refuse_locked(file, head, name, settings)
        found = _by_content(file, head, name, settings) or _texted(head, named)
    finally:
        file.seek(0)
    if found:
        return found
    if named is None or not FORMATS[named].is_binary:
        return named or "text"
    refuse_magic(head, name)
    raise MalformedInput(
        f"{name} is named as {FORMATS[named].what}, but does not begin as one does. Check that it was downloaded "
        "completely, or give it the suffix of what it is."
    )


def by_suffix(name: str) -> str | None:
    """The format that a file's name promises, None if none; of two suffixes that fit the longer counts."""
    lowered = name.lower()
    found = [suffix for suffix in _BY_SUFFIX if lowered.endswith(suffix)]
    return _BY_SUFFIX[max(found, key=len)] if found else None


def reader(format: str) -> Callable[..., object]:
    """The function that reads a format."""
    module, function = FORMATS[format].reader.split(":")
    return getattr(import_module(f"align.read.{module}"), function)


def library(module: str, package: str, what: str) -> ModuleType:
    """A library of the extra `docs`; `what` is what needs it, in the plural.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtra(
            f"To read {what} takes the package {package}, which is not installed; install it with: "
            "pip install 'taiyaku[docs]'"
        ) from None


def opener(head: bytes) -> Callable[[BinaryIO], BinaryIO] | None:
    """What unpacks a file with these first bytes, None where it is not packed."""
    return next((opens for magic, opens in OPENERS.items() if head.startswith(magic)), None)


def _by_content(file: BinaryIO, head: bytes, name: str, settings: AlignSettings) -> str | None:
    if re.match(rb"\s{0,8}%PDF-", head):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(file, name, settings)
    if head.startswith(b"PAR1"):
        return "parquet"
    if opens := opener(head):
        file.seek(0)
        try:
            head = opens(file).read(_HEAD)
        except (OSError, EOFError, zlib.error, lzma.LZMAError):
            return "packed"
        return _streamed(head) or "packed"
    return _streamed(head)


def _refuse_locked(file: BinaryIO, head: bytes, name: str, settings: AlignSettings) -> None:
    """An Office document with a password is a file of the old kind around the new one.

    Raises:
        EncryptedInput: this is one.
    """
    if head.startswith(_OLD_OFFICE):
        data = head + read_limited(file, name, settings)
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise EncryptedInput(f"{name} asks for a password. Open it and save it without one.")


def _streamed(head: bytes) -> str | None:
    return "tar" if head[_TAR] == b"ustar" else "warc" if head.startswith(b"WARC/") else None


def _texted(head: bytes, named: str | None) -> str | None:
    codec = next((codec for mark, codec in _MARKS if head.startswith(mark)), "latin-1")
    text = head.decode(codec, "ignore").replace("\r\n", "\n")
    if named in (None, "text", "html") and _FRAGMENT.match(text):
        return "html"
    return next((name for name, start in _TEXTS if start.match(text)), None)


def _zipped(file: BinaryIO, name: str, settings: AlignSettings) -> str:
    """What a ZIP archive is: a document whose pieces it holds, or an archive of files.

    Raises:
        BinaryInput: a document of a kind that is not read.
        MalformedInput, UnsafeInput: it does not open, or may not be.
    """
    file.seek(0)
    archive = open_zip(file, name, settings)
    if "META-INF/container.xml" in archive.members:
        return "epub"
    kind = archive.read("mimetype").decode("latin-1").strip() if "mimetype" in archive.members else ""
    if kind.startswith("application/vnd.oasis.opendocument.text"):
        return "odt"
    is_office = "[Content_Types].xml" in archive.members
    folders = {member.split("/")[0] for member in archive.members} if is_office else set()
    if "word" in folders:
        return "docx"
    what = "an OpenDocument file other than a text" if kind.startswith("application/vnd.oasis") else None
    what = what or next((office for folder, office in _OFFICE.items() if folder in folders), None)
    if what:
        raise BinaryInput(f"{name} is {what}, which is not read. Save it as {_ADVICE.get(what, 'plain text')} first.")
    return "zip"
