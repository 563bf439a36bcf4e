"""Outputs of several pairs of languages in one folder: which of them are meant, and what is true of those."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence

from align.errors import SettingsError
from align.write.metadata import Metadata
from align.write.reading import read_metadata

_LOGGER = logging.getLogger(__name__)


def chosen_files(
    path: str, files: Sequence[str], format: str | None, wanted: tuple[str | None, str | None], is_tagged: bool
) -> tuple[list[str], Metadata]:
    """Those of `files`, the outputs at `path`, that are in the languages `wanted` (None: any), and what they share.

    Where all are in one pair of languages, a wanted one may be another name for theirs, and all are meant. Files that
    say nothing of their languages go with the others, unless those differ. Where files of several pairs remain,
    nothing is said of them together, so that each is read in its own languages.

    Raises:
        SettingsError: no file is in the languages wanted, or several pairs remain and the rows' languages have to be
            named (`is_tagged`).
        AlignError: a file does not read.
    """
    if len(files) == 1:
        return list(files), read_metadata(files[0], format)
    said = {file: read_metadata(file, format) for file in files}
    pairs = _pairs(said.values())
    if len(pairs) < 2:
        return list(files), next((each for each in said.values() if each.languages), said[files[0]])
    kept = {file: each for file, each in said.items() if not any(wanted) or _are(each, wanted)}
    if not kept:
        asked = f"from {wanted[0] or 'any language'} to {wanted[1] or 'any language'}"
        raise SettingsError(f"{path} holds no output {asked}; it has {_listed(pairs)}.")
    remaining = _pairs(kept.values())
    if len(remaining) > 1 and is_tagged:
        raise SettingsError(
            f"{path} holds rows of several pairs of languages, {_listed(remaining)}; choose one with --src-lang and "
            "--tgt-lang."
        )
    if passed := len(files) - len(kept):
        _LOGGER.warning("%s: %d of %d outputs are in other languages and left out.", path, passed, len(files))
    return list(kept), next(iter(kept.values())) if len(remaining) == 1 else Metadata()


def _pairs(said: Iterable[Metadata]) -> Counter[tuple[str, ...]]:
    """The pairs of languages that are named, regions apart, with how many files name them."""
    return Counter(tuple(map(_base, each.languages)) for each in said if each.languages)


def _are(said: Metadata, wanted: tuple[str | None, str | None]) -> bool:
    if said.languages is None:
        return False
    return all(code is None or _base(code) == _base(own) for code, own in zip(wanted, said.languages, strict=True))


def _base(code: str) -> str:
    return code.split("-")[0].lower()


def _listed(pairs: Counter[tuple[str, ...]]) -> str:
    return ", ".join(f"{'-'.join(pair)} ({count:,})" for pair, count in pairs.most_common())
