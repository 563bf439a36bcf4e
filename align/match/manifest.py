"""A matching as the manifest that `align batch` reads: TSV with a header, no quoting."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from typing import BinaryIO

from align.match.records import Alone, Match
from align.read.parts import MARK
from align.write.layout import rounded

COLUMNS = ("doc", "src", "tgt", "src_lang", "tgt_lang", "score")


def write_manifest(matches: Sequence[Match], stream: BinaryIO, folder: str) -> None:
    """Write a row per pair. Paths are relative to `folder`, where the manifest lies."""
    _header(stream)
    for doc, match in zip(doc_names(matches), matches, strict=True):
        source, target = (_relative(text.path, folder) for text in (match.source, match.target))
        _row(stream, doc, source, target, *match.languages, f"{rounded(match.score):.4f}")


def write_alone(alone: Sequence[Alone], stream: BinaryIO, folder: str) -> None:
    """Write a row per document without a partner, whose columns are empty; `score` is that of the likeliest."""
    _header(stream)
    for each in alone:
        path, code, score = _relative(each.text.path, folder), each.text.language, f"{rounded(each.score):.4f}"
        if each.is_source:
            _row(stream, _as_file(each.text.stem), path, "", code, "", score)
        else:
            _row(stream, _as_file(each.text.stem), "", path, "", code, score)


def doc_names(matches: Sequence[Match]) -> list[str]:
    """A name for every pair, no two alike: the source's path in its folder, without its suffix.

    Where there are pairs of several languages, the languages are a folder above it, as in `en-ja/news/1`. The suffix
    stays where the name would not be the only one of its kind without it.
    """
    several = len({match.languages for match in matches}) > 1
    folders = ["-".join(match.languages) + "/" if several else "" for match in matches]
    short = [folder + _as_file(match.source.stem) for folder, match in zip(folders, matches, strict=True)]
    counts = Counter(name.casefold() for name in short)
    names: list[str] = []
    taken: set[str] = set()
    for folder, name, match in zip(folders, short, matches, strict=True):
        base = name if counts[name.casefold()] == 1 else folder + _as_file(match.source.name)
        name, number = base, 1
        while name.casefold() in taken:  # a.b beside a.b.txt, or on a disk that ignores case
            number += 1
            name = f"{base}-{number}"
        taken.add(name.casefold())
        names.append(name)
    return names


def _as_file(name: str) -> str:
    """A name that can be a file's in the corpus: members of archives lie in a folder named after it."""
    parts = "".join(char if char.isprintable() else "_" for char in name.replace(MARK, "/")).split("/")
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "document"


def _relative(path: str, folder: str) -> str:
    """The path as seen from the folder. A member of an archive keeps its name, which may be an address with `//`."""
    file, mark, member = (path, "", "") if os.path.exists(path) else path.partition(MARK)
    return os.path.relpath(file, folder or ".") + mark + member


def _header(stream: BinaryIO) -> None:
    _row(stream, *COLUMNS)


def _row(stream: BinaryIO, *fields: str) -> None:
    stream.write(("\t".join(fields) + "\n").encode())
