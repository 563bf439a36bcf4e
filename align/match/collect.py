"""From a folder to texts: every document in it is read, told its language and cut, and what pairing needs is kept."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator

from align.errors import AlignError, BlankInput, MissingInput, UnreadableInput
from align.identify import identify
from align.languages import language
from align.match.hints import marks
from align.match.records import Skipped, Text
from align.read.archive import members
from align.records import Document
from align.segment import segment
from align.settings import AlignSettings

SAMPLE = 256
"""Sentences of a document that its vector is made of. A longer one is sampled evenly: more would not change the means
of its parts by much, and a novel should not take more time and memory than twenty articles."""

_PARTS_OF_PAGES = ("image/", "audio/", "video/", "font/", "text/css", "text/javascript", "application/j")
"""Kinds of files that web pages bring along and that are no documents; the last are JavaScript and JSON."""


def files(source: str | os.PathLike[str]) -> list[str]:
    """Paths of the files in a folder and its sub-folders, in order; of a file, such as an archive, itself.

    Hidden files are left out, and what belongs to a saved web page: pictures, scripts, the folder `page_files`.

    Raises:
        MissingInput: there is no such folder or file.
    """
    if os.path.isfile(source):
        return [os.fspath(source)]
    if not os.path.isdir(source):
        raise MissingInput(f"{os.fspath(source)} does not exist; a folder of documents, or an archive, was expected.")
    paths = []
    for at, folders, names in os.walk(source):
        folders[:] = [name for name in folders if not name.startswith(".") and not _is_companion(name, names)]
        paths += [os.path.join(at, name) for name in names if _is_document(name)]
    return sorted(paths)


def collect(
    source: str | os.PathLike[str], path: str, code: str | None, head: int, settings: AlignSettings
) -> Iterator[Text | Skipped]:
    """The texts in the file at `path`, one of the files of `source`: one, or as many as it has members and columns.

    What does not read is `Skipped`. `code` is the language of all; None detects each one's. `head` is how many first
    sentences are kept.
    """
    if not _can_be_listed(path):
        yield Skipped(path, f"{path!r}: the name holds a tab, a line end, or bytes that are no UTF-8; rename the file.")
        return
    root = os.fspath(source) if os.path.isdir(source) else os.path.dirname(source)
    for reference, found in members(path, settings):
        try:
            if isinstance(found, AlignError):
                raise found
            if not _can_be_listed(reference):
                raise UnreadableInput(
                    f"{path}: the name {reference!r} holds a tab or a line end; unpack and rename it."
                )
            yield text_of(found, reference, os.path.relpath(reference, root or "."), code, head, settings)
        except AlignError as error:
            reason = str(error)
            yield Skipped(reference, reason if path in reason else f"{reference}: {reason}")


def text_of(document: Document, path: str, name: str, code: str | None, head: int, settings: AlignSettings) -> Text:
    """What pairing needs of a document.

    Raises:
        UnknownLanguage: `code` is none, or the text's language could not be told.
        BlankInput: there is no sentence in it.
    """
    code = language(code or document.language or identify(document.text)).code
    sentences = segment(document, code, settings)
    if not sentences:
        raise BlankInput(f"{path} has no sentence in it; give a document with text.")
    total, before, places = max(1, sum(len(sentence.text) for sentence in sentences)), 0, []
    for sentence in sentences:
        places.append((before + len(sentence.text) / 2) / total)
        before += len(sentence.text)
    count = min(len(sentences), SAMPLE)
    chosen = [i * len(sentences) // count for i in range(count)]
    return Text(
        path=path,
        name=name,
        language=code,
        sentences=len(sentences),
        head=tuple(sentences[:head]),
        sample=tuple(sentences[i].text for i in chosen),
        places=tuple(places[i] for i in chosen),
        marks=marks(document.text, code),
    )


def _can_be_listed(path: str) -> bool:
    """Whether a line of a table can hold the path."""
    return path.encode("utf-8", "replace").decode() == path and not any(char in path for char in "\t\n\r")


def _is_document(name: str) -> bool:
    kind = mimetypes.guess_type(name)[0] or ""
    return not name.startswith(".") and not kind.startswith(_PARTS_OF_PAGES)


def _is_companion(folder: str, files: list[str]) -> bool:
    """Whether a browser made the folder for what belongs to a page beside it."""
    stem = folder.removesuffix("_files")
    return stem != folder and any(f"{stem}{suffix}" in files for suffix in (".html", ".htm", ".xhtml"))
