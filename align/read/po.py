"""Catalogues of gettext (PO, POT): one side of them, a paragraph a message.

Obsolete entries are passed over; of fuzzy ones only the `msgid` counts, for their translations are guesses that
gettext does not show either. Plural forms stand after the singular.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from align.errors import MalformedInput
from align.read.blocks import Block, document
from align.read.decode import decode
from align.read.formats import library
from align.read.legacy import attempt
from align.read.limits import refuse_long
from align.read.parts import choose
from align.records import Document
from align.settings import AlignSettings

SIDES = ("msgid", "msgstr")
_CHARSET = re.compile(rb"charset=([\w.:-]+)")


def read(data: bytes, name: str, settings: AlignSettings, part: str | None) -> Document:
    """The `part` of a catalogue: `msgid` or `msgstr`. Its provenance is the line of the entry.

    Raises:
        MissingExtra: polib is not installed.
        MissingPart: no side was named, and both have text.
        MalformedInput: it does not read as a catalogue; the message has the line.
        BlankInput, BinaryInput, UndecodableInput, OversizedInput: see `align.read.read_document`.
    """
    refuse_long(data, name, settings, html=False)
    declared = _CHARSET.search(data[:8192])
    text = attempt(data, declared[1].decode("ascii", "replace")) if declared and settings.encoding is None else None
    text = text if text is not None else decode(data, name, settings.encoding)
    polib = library("polib", "polib", "PO files")
    try:
        # polib takes a string without a line break for a path where there is such a file.
        entries = polib.pofile("\n" + text.removeprefix("\ufeff").replace("\r\n", "\n"), check_for_duplicates=False)
    except (OSError, ValueError, LookupError) as error:
        line = re.search(r"line (\d+)", str(error))
        at = f" at line {int(line[1]) - 1:,}" if line else f" ({error})"
        raise MalformedInput(
            f"{name} does not read as a PO file{at}. Mend it; msgfmt -c shows what is wrong."
        ) from None
    sides = {side: [Block(text, place=place) for text, place in _messages(entries, side)] for side in SIDES}
    filled = [side for side in SIDES if any(block.text.strip() for block in sides[side])]
    if part is not None and part not in SIDES:
        choose(part, SIDES, name, "side")
    side = part or (choose(None, filled, name, "side") if filled else "msgid")
    return document(name, sides[side], settings, blank=f"No entry of the catalogue has a {side}")


def _messages(entries: object, side: str) -> Iterator[tuple[str, str]]:
    """The texts of one side, each with its place."""
    for entry in entries:
        if entry.obsolete or (side == "msgstr" and entry.fuzzy):
            continue
        place = f"line {max(1, entry.linenum - 1)}"
        if side == "msgid":
            texts = [entry.msgid, entry.msgid_plural]
        else:
            texts = [entry.msgstr, *(entry.msgstr_plural[number] for number in sorted(entry.msgstr_plural))]
        for text in texts:
            if text:
                yield text, place
