"""Bytes to text: which encoding it is, or why it is none.

The order is that of evidence. A byte order mark says what follows; bytes that decode as UTF-8 are UTF-8, since
no other encoding in use makes more than a few such bytes by chance; the escapes of ISO-2022-JP are unmistakable;
kana tell CP932 from EUC-JP and both from the rest. What is left goes to alphabets and statistics.
"""

from __future__ import annotations

import codecs
import re

from align.errors import UndecodableInput
from align.read import legacy
from align.read.binary import refuse_controls, refuse_magic

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]|\x1b\(J|\x1b\$\(D")
_DECLARATION = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""", re.I
)
_KANA = re.compile(
    rb"(?:[\x00-\x7f]|[\xa4\xa5][\xa1-\xf6])*|(?:[\x00-\x7f]|\x82[\x9f-\xf1]|\x83[\x40-\x96])*"
)  # in EUC-JP and in CP932; but for its ends, some of it may be UTF-8 as well


def decode(data: bytes, name: str, encoding: str | None = None, *, html: bool = False) -> str:
    """The text of `data`, without its byte order mark, line ends as they are.

    `encoding` forces one; `html` lets the page's own declaration speak, which counts when the page decodes by
    it. `name` stands in the messages.

    Raises:
        BinaryInput: the bytes are an image, an archive or other data.
        UndecodableInput: an unknown `encoding`, bytes that do not decode by it, or damaged text.
    """
    if encoding is not None:
        return _forced(data, name, encoding)
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _strict(data, name, codec, f"Its byte order mark says {codec.removesuffix('-sig')}")
    refuse_magic(data, name)
    if (text := legacy.wide(data)) is not None:
        return text
    refuse_controls(data.replace(b"\0", b"") if html else data, name)  # browsers skip a page's NULs
    if _ISO_2022_JP.search(data) and (text := legacy.attempt(data, "iso2022_jp_ext")) is not None:
        return text
    if html and (text := _declared(data)) is not None:
        return text
    if (text := legacy.attempt(data, "utf-8")) is not None:
        return text
    _refuse_damaged(data, name)
    for reading in (legacy.japanese, legacy.latin, legacy.guessed):
        if (text := reading(data)) is not None:
            return text
    raise UndecodableInput(
        f"The encoding of {name} could not be told: it is not UTF-8 ({_fault(data, 'utf-8')}), and no other "
        "encoding gives text. Name it with --encoding, for example --encoding cp932."
    )


def _strict(data: bytes, name: str, codec: str, why: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeError:
        raise UndecodableInput(
            f"{name} does not decode as {codec.removesuffix('-sig')}: {_fault(data, codec)}. {why}; "
            "mend the file there, or name the right encoding with --encoding."
        ) from None


def _fault(data: bytes, codec: str) -> str:
    """Where and why `data` is not in the encoding `codec`, in words."""
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if error.end == len(data) and re.search("unexpected end|truncated|incomplete", error.reason):
            return f"it ends in the middle of a character at byte {error.start:,} (line {line:,}), as if cut short"
        return f"byte {error.start:,} (0x{data[error.start]:02x}, line {line:,}) is wrong: {error.reason}"
    except UnicodeError as error:
        return str(error)
    return "it decodes"


def _forced(data: bytes, name: str, encoding: str) -> str:
    try:
        codec = codecs.lookup(encoding).name
        b"a".decode(codec)
    except (LookupError, UnicodeError, ValueError):
        raise UndecodableInput(
            f"'{encoding}' is no text encoding that Python knows; give a name such as utf-8, cp932 (Shift_JIS), "
            "euc-jp, gb18030, big5 or cp1252."
        ) from None
    if codec == "utf-8":
        codec = "utf-8-sig"
    text = legacy.attempt(data, codec)
    if text is None:
        text = legacy.attempt(data, legacy.superset(codec))
    if text is None:
        text = _strict(data, name, codec, "That encoding was asked for")
    return text.removeprefix("\ufeff")


def _refuse_damaged(data: bytes, name: str) -> None:
    """UTF-8 with a few broken bytes must not be read as something else, which would turn all of it to rubbish."""
    loose = data.decode("utf-8", "replace")
    broken = loose.count("\ufffd")
    sound = len(re.findall("[^\x00-\x7f\ufffd]", loose))
    if sound > 4 * broken and not _KANA.fullmatch(data):
        places = f"in {broken:,} places, first: " if broken > 1 else ""
        raise UndecodableInput(
            f"{name} is UTF-8, but damaged: {places}{_fault(data, 'utf-8')}. Mend the file (iconv -c -f utf-8 "
            "-t utf-8 drops what is broken), or name another encoding with --encoding."
        )


def _declared(data: bytes) -> str | None:
    """The page as its `<meta charset>` or XML declaration says, if it does decode so.

    A single-byte encoding decodes anything, so that claim counts only where the bytes are not UTF-8: pages saved
    by a browser are UTF-8 and keep the declaration they came with. A declaration that could be read as ASCII is
    not in UTF-16, and UTF-8 is tried next anyway.
    """
    found = _DECLARATION.search(data[:4096])
    if not found:
        return None
    try:
        codec = legacy.superset(codecs.lookup((found[1] or found[2]).decode("ascii")).name)
        is_single_byte = len(bytes(range(0xA1, 0xFF)).decode(codec, "replace")) == 0xFF - 0xA1
    except (LookupError, UnicodeError):
        return None
    if codec.startswith("utf") or (is_single_byte and not data.isascii() and legacy.attempt(data, "utf-8") is not None):
        return None
    return legacy.attempt(data, codec)
