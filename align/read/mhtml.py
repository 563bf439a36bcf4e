"""Web pages that a browser saved in one file (MHTML): the first page in it, read as any page."""

from __future__ import annotations

from email import message_from_bytes, policy

from align.errors import MalformedInput
from align.read import html
from align.records import Document
from align.settings import AlignSettings


def read(data: bytes, name: str, settings: AlignSettings) -> Document:
    """The document in an MHTML file's bytes.

    Raises:
        MalformedInput: there is no page in it.
        BlankInput, BinaryInput, UndecodableInput, OversizedInput: see `align.read.read_document`.
    """
    message = message_from_bytes(data, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            page = part.get_payload(decode=True)
            if page and page.strip():
                return html.read(page, name, settings)
    raise MalformedInput(f"{name} is no whole saved web page: no HTML part is in it. Save the page again.")
