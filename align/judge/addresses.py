"""Addresses in a text, whose letters and digits are no words and no numbers."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s\u3000「」（）]+"
    r"|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,64}(?:\.[A-Za-z0-9-]{1,64})+"  # bounded: some texts are one long word
    r"|[@#][^\W\d]\w{0,64}"
)


def without_addresses(text: str) -> str:
    """The text with web and mail addresses, handles and hashtags taken out."""
    return _ADDRESS.sub(" ", text)
