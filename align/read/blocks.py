"""Blocks: what a format's reader finds, one after the other, and the document they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from align.errors import BlankInput
from align.read.limits import oversized, refuse_overlong
from align.read.paragraphs import VISIBLE
from align.records import Document, Paragraph, ParagraphKind
from align.settings import AlignSettings


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text, and the place in the file it came from, where the format has such places.

    `glue` is None where the stretch begins a paragraph, else what stands between it and the stretch before, whose
    paragraph it goes on.
    """

    text: str
    kind: ParagraphKind = "text"
    place: str = ""
    glue: str | None = None


def document(
    name: str, blocks: Iterable[Block], settings: AlignSettings, *, blank: str, parted_by: str = "\n\n"
) -> Document:
    """The document that `blocks` make, paragraphs parted by `parted_by`; those with nothing to see are left out.

    With `settings.presplit` every paragraph is of kind "line". `blank` says, for the message, what was found where
    no block has text.

    Raises:
        BlankInput: there is no text.
        OversizedInput: a paragraph is longer than `settings.max_line`, or all of it than `settings.max_bytes`.
    """
    pieces: list[str] = []
    found: list[Paragraph] = []
    provenance: list[tuple[int, int, str]] = []
    at = 0
    for block in blocks:
        text = block.text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not VISIBLE.search(text):
            continue
        goes_on = block.glue is not None and bool(found)
        glue = (block.glue if goes_on else parted_by) if found else ""
        start, end = at + len(glue), at + len(glue) + len(text)
        pieces += (glue, text)
        if goes_on:
            found[-1] = Paragraph(found[-1].start, end, found[-1].kind)
        else:
            found.append(Paragraph(start, end, "line" if settings.presplit else block.kind))
        if block.place:
            provenance.append((start, end, block.place))
        at = end
        if at > settings.max_bytes:
            raise oversized(name, f"longer than {settings.max_bytes:,} characters when unpacked", settings)
    if not found:
        raise BlankInput(f"{name} holds no text. {blank}; give a document with sentences in it.")
    read = Document(name, "".join(pieces), tuple(found), provenance=tuple(provenance))
    return refuse_overlong(read, settings)
