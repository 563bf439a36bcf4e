"""The sentences in the text of a row, found again, for formats that hold sentences where rows hold beads."""

from __future__ import annotations

from align.records import Document, Paragraph
from align.settings import AlignSettings

_SETTINGS = AlignSettings()


def recut(text: str, code: str) -> list[str]:
    """The sentences of a text in a language, as every command cuts them; in a language nobody knows, as in English."""
    from align.languages import LANGUAGES
    from align.segment import segment

    document = Document("row", text, (Paragraph(0, len(text)),))
    base = code.lower().replace("_", "-").split("-")[0]
    return [sentence.text for sentence in segment(document, base if base in LANGUAGES else "en", _SETTINGS)]
