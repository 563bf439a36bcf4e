"""What is true of all rows together: in the file where its format has a place for it, else in the sidecar beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from align.errors import SettingsError

Cut = Callable[[str, str], list[str]]
"""Cuts a text in a language (its code) into sentences."""


UNDETERMINED = "und"
"""The code of a language that is not known (ISO 639-2): of either side, in a file of no rows."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Languages and origin of rows.

    `languages` are the codes of source and target, as `en` or `zh-TW`; `signature` says what made the rows;
    `licence` is the identifier that a dataset card names; `title` stands above a page, a book or a card. `cut` finds
    the sentences in the text of a row again, for formats that hold sentences; without it, punctuation does.
    """

    languages: tuple[str, str] | None = None
    signature: str = ""
    licence: str = ""
    title: str = ""
    cut: Cut | None = None

    def languages_for(self, format: str) -> tuple[str, str]:
        """The languages, for a format that cannot do without.

        Raises:
            SettingsError: they are not known, or are one and the same.
        """
        if self.languages is None:
            raise SettingsError(
                f"The {format} format needs both languages, and nothing says which they are; give --src-lang and "
                "--tgt-lang."
            )
        if self.languages[0].lower() == self.languages[1].lower() != UNDETERMINED:
            raise SettingsError(
                f"Source and target are both {self.languages[0]}; the {format} format tells the sides apart by "
                "language. Give --src-lang and --tgt-lang."
            )
        return self.languages

    def to_dict(self) -> dict[str, Any]:
        """What a file can carry along, as JSON; `metadata_from` reads it."""
        src, tgt = self.languages or (None, None)
        return {"signature": self.signature, "src": {"language": src}, "tgt": {"language": tgt}}


def metadata_from(content: object) -> Metadata:
    """The metadata in a sidecar's or a file's JSON; what is not there, or not as expected, stays unknown."""
    if not isinstance(content, dict):
        return Metadata()
    codes = [side.get("language") if isinstance(side, dict) else None for side in map(content.get, ("src", "tgt"))]
    known = all(isinstance(code, str) and code for code in codes)
    signature = content.get("signature")
    return Metadata(
        languages=(codes[0], codes[1]) if known else None,
        signature=signature if isinstance(signature, str) else "",
    )


def sidecar_metadata(path: str) -> Metadata:
    """The metadata in the sidecar beside a file; none where there is no sidecar that reads."""
    with suppress(OSError, ValueError), open(f"{path}.json", encoding="utf-8") as file:
        return metadata_from(json.load(file))
    return Metadata()
