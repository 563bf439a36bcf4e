"""Bytes that are no text: what they seem to be, and what to do instead."""

from __future__ import annotations

import re

from align.errors import BinaryInput

_MAGIC = (
    (rb"\s{0,8}%PDF-", "a PDF file"),
    (rb"PK\x03\x04[\s\S]{0,400}?(?:word/|\[Content_Types\])", "a Word or other Office document"),
    (rb"PK\x03\x04[\s\S]{0,80}?application/epub", "an EPUB book"),
    (rb"PK\x03\x04[\s\S]{0,80}?opendocument", "an OpenDocument file"),
    (rb"PK(?:\x03\x04|\x05\x06)", "a ZIP archive"),
    (rb"\{\\rtf\d", "an RTF document"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or other Office document"),
    (rb"\x1f\x8b", "gzip-compressed data"),
    (rb"BZh\d1AY&SY", "bzip2-compressed data"),
    (rb"\xfd7zXZ\x00", "xz-compressed data"),
    (rb"\x28\xb5\x2f\xfd", "zstd-compressed data"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (rb"Rar!\x1a\x07", "a RAR archive"),
    (rb"[\s\S]{257}ustar", "a tar archive"),
    (rb"\x89PNG\r\n\x1a\n", "a PNG image"),
    (rb"\xff\xd8\xff", "a JPEG image"),
    (rb"GIF8[79]a", "a GIF image"),
    (rb"RIFF[\s\S]{4}WEBP", "a WebP image"),
    (rb"RIFF[\s\S]{4}WAVE|ID3[\x02-\x04]|OggS\x00|fLaC\x00", "an audio file"),
    (rb"[\s\S]{4}ftyp[\x20-\x7e]{4}", "a video or audio file"),
    (rb"SQLite format 3\x00", "an SQLite database"),
    (rb"PAR1", "a Parquet file"),
    (rb"\x7fELF|MZ[\s\S]{58}[\s\S]\x00\x00\x00|\xcf\xfa\xed\xfe", "a program"),
)
_FIRST = {
    "a PDF file": "Extract its text first, for example with pdftotext",
    "gzip-compressed data": "Decompress it first",
    "bzip2-compressed data": "Decompress it first",
    "xz-compressed data": "Decompress it first",
    "zstd-compressed data": "Decompress it first",
}

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b")) + b"\x7f"


def refuse_magic(data: bytes, name: str) -> None:
    """Refuse what its first bytes give away as another kind of file.

    Raises:
        BinaryInput: with the kind and what to do.
    """
    for magic, what in _MAGIC:
        if re.match(magic, data[:1024]):
            first = _FIRST.get(what, "Give a plain text or HTML file")
            raise BinaryInput(f"{name} is {what}, not text. {first}, or save the document as plain text (UTF-8).")


def control_bytes(data: bytes) -> int:
    """How many bytes of `data` stand for no character of any text in an encoding that extends ASCII."""
    return len(data) - len(data.translate(None, _CONTROLS))


def refuse_controls(data: bytes, name: str) -> None:
    """Refuse data full of NUL and other control bytes; one NUL in a thousand bytes is dirt in a text.

    Raises:
        BinaryInput: with the count and the place of the first.
    """
    controls = control_bytes(data)
    if data.count(0) * 1000 > len(data) or controls * 50 > len(data):
        at = next(i for i, byte in enumerate(data) if byte in _CONTROLS)
        raise BinaryInput(
            f"{name} is no text: {controls:,} of its {len(data):,} bytes are control bytes, the first "
            f"(0x{data[at]:02x}) at byte {at:,}. Give a plain text or HTML file, or name its encoding with --encoding."
        )
