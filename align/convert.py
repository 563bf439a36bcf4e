"""From one format to another: rows read, completed with what is asked for, and written as a stream."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from itertools import chain, islice
from typing import Any

from align import __version__
from align.errors import MalformedAlignment, SettingsError
from align.languages import LANGUAGES
from align.records import AlignedPair, Document, Paragraph
from align.recut import recut
from align.settings import AlignSettings
from align.write import FORMATS, Metadata, Tally, format_named, read_metadata, read_pairs, row_files
from align.write.choice import chosen_files
from align.write.formats import format_found
from align.write.layout import rounded
from align.write.metadata import UNDETERMINED
from align.write.sides import joined

_LOOKED_AT = 300
"""Rows whose text tells the languages, where nothing else does."""


@dataclass(frozen=True, slots=True)
class ConvertSettings:
    """What to do on the way from one format to another.

    Raises:
        SettingsError: a confidence that is no probability, or the text of one side without the other's.
    """

    source_format: str | None = None
    """Format of the input; None goes by its suffix, or by how it begins."""

    src_lang: str | None = None
    """Language code of the source; None takes what the input or its sidecar says, or detects it. Of a file with more
    than two languages, it chooses one."""

    tgt_lang: str | None = None
    """Language code of the target, likewise."""

    src: str | None = None
    """File with the source text, for rows of sentence numbers without text. It is cut as every command cuts it."""

    tgt: str | None = None
    """File with the target text, likewise."""

    reading: AlignSettings = AlignSettings()
    """How `src` and `tgt` are read: their encoding, the limits, and whether they hold a sentence per line."""

    min_confidence: float = 0.0
    """Rows of less confidence (0 to 1) are left out, and counted."""

    doc: str | None = None
    """Name of the document, for rows that have none."""

    licence: str = ""
    """Licence of the texts, as a dataset card names it, such as cc-by-4.0."""

    title: str = ""
    """Title of a page, a book or a dataset; empty makes one of the languages."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.min_confidence <= 1.0:
            raise SettingsError(f"min_confidence is {self.min_confidence}; it must lie between 0 and 1.")
        if (self.src is None) != (self.tgt is None):
            raise SettingsError("The text of one side is given without the other's; give both --src and --tgt.")

    def changed(self) -> dict[str, Any]:
        """The fields that differ from their defaults, by the names of their options."""
        given = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        given |= given.pop("reading", self.reading).changed()
        return {"from" if name == "source_format" else name.replace("_", "-"): value for name, value in given.items()}


@dataclass(slots=True)
class Rows:
    """Rows on their way, to be iterated over once, and what is known of them together.

    `unsure` counts, as they pass, the rows left out for their confidence.
    """

    pairs: Iterable[AlignedPair]
    metadata: Metadata
    unsure: int = 0
    files: Sequence[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[AlignedPair]:
        return iter(self.pairs)


def rows_of(path: str, format: str, settings: ConvertSettings = ConvertSettings()) -> Rows:
    """The rows of a file, or of the outputs in a folder, ready to be written in a format.

    Raises:
        SettingsError: no such format, rows without text for a format that is all text, or outputs of several pairs
            of languages for a format that names one.
        AlignError: the file does not read.
    """
    files = row_files(path, settings.source_format)
    wanted = settings.src_lang, settings.tgt_lang
    files, metadata = chosen_files(path, files, settings.source_format, wanted, format_named(format).tagged)
    metadata = replace(metadata, languages=_chosen(metadata.languages, settings))
    pairs = chain.from_iterable(_read(file, metadata, settings) for file in files)
    texts = _sentences(settings, metadata) if settings.src else None
    if texts is not None:
        sentences, languages = texts
        metadata = replace(metadata, languages=languages)
        pairs = _with_text(pairs, sentences, languages, path)
    elif _is_textless(settings.source_format or format_found(files[0])) and not _takes_numbers(format):
        raise SettingsError(
            f"{path} holds sentence numbers and no text, and {format} is all text; give the documents with --src and "
            "--tgt."
        )
    if metadata.languages is None and format_named(format).tagged:
        first = list(islice(pairs, _LOOKED_AT))
        known = _detected(first, settings) if first else _undetermined(settings, format)
        metadata = replace(metadata, languages=known)
        pairs = chain(first, pairs)
    rows = Rows(pairs, replace(metadata, licence=settings.licence, title=settings.title, cut=recut), files=files)
    rows.pairs = _sure(_named(pairs, settings.doc), rows, settings.min_confidence)
    return rows


def describe(rows: Rows, tally: Tally, command: str) -> dict[str, Any]:
    """The sidecar of what was written: that of the input, where it has one, with the figures of the rows written."""
    former: dict[str, Any] = {}
    if len(rows.files) == 1:
        with suppress(OSError, ValueError), open(f"{rows.files[0].rstrip('/')}.json", encoding="utf-8") as file:
            former = json.load(file)
    src, tgt = (
        {**(former[side] if isinstance(former.get(side), dict) else {}), **about}
        for side, about in rows.metadata.to_dict().items()
        if side in ("src", "tgt")
    )
    return {
        **former,
        "taiyaku": __version__,
        "signature": rows.metadata.signature or former.get("signature", ""),
        "command": command,
        "rows": tally.ordered(),
        "nulls": tally.nulls,
        "mean_confidence": rounded(tally.mean_confidence),
        "src": src,
        "tgt": tgt,
    }


def _read(file: str, metadata: Metadata, settings: ConvertSettings) -> Iterator[AlignedPair]:
    known = metadata
    if metadata.languages is None:
        own = read_metadata(file, settings.source_format)
        known = replace(metadata, languages=own.languages)
    yield from read_pairs(file, settings.source_format, known)


def _chosen(found: tuple[str, str] | None, settings: ConvertSettings) -> tuple[str, str] | None:
    """The languages given, and for a side that is given none, what was found."""
    given = settings.src_lang, settings.tgt_lang
    if found is None or UNDETERMINED in found:
        return (given[0], given[1]) if given[0] and given[1] else None
    return (given[0] or found[0], given[1] or found[1])


def _is_textless(format: str) -> bool:
    return "src" not in FORMATS[format].holds


def _takes_numbers(format: str) -> bool:
    """Whether rows without text make sense in a format: as a ladder does, or a table in which columns may be empty."""
    return _is_textless(format) or FORMATS[format].columns


def _named(pairs: Iterable[AlignedPair], doc: str | None) -> Iterator[AlignedPair]:
    return (replace(pair, doc=doc) if doc and not pair.doc else pair for pair in pairs)


def _sure(pairs: Iterable[AlignedPair], rows: Rows, least: float) -> Iterator[AlignedPair]:
    for pair in pairs:
        if pair.confidence >= least:
            yield pair
        else:
            rows.unsure += 1


def _sentences(settings: ConvertSettings, metadata: Metadata) -> tuple[tuple[list[str], list[str]], tuple[str, str]]:
    """The sentences of the texts given, and their languages."""
    from align.identify import identify_pair
    from align.read import read_document
    from align.segment import segment

    src_lang, tgt_lang = metadata.languages or (settings.src_lang, settings.tgt_lang)
    reading = replace(settings.reading, src_lang=src_lang, tgt_lang=tgt_lang)
    documents = [read_document(path, reading) for path in (settings.src, settings.tgt)]
    languages = identify_pair(*documents, reading)
    src, tgt = (
        [sentence.text for sentence in segment(document, code, reading)]
        for document, code in zip(documents, languages, strict=True)
    )
    return (src, tgt), languages


def _with_text(
    pairs: Iterable[AlignedPair], sentences: tuple[list[str], list[str]], languages: tuple[str, str], path: str
) -> Iterator[AlignedPair]:
    for pair in pairs:
        texts = []
        for ids, side, code, label in zip(
            (pair.src_ids, pair.tgt_ids), sentences, languages, ("source", "target"), strict=True
        ):
            if ids and max(ids) >= len(side):
                raise MalformedAlignment(
                    f"{path}: {label} sentence {max(ids)}, but the {label} text has {len(side)} sentences "
                    f"(0 to {len(side) - 1}). Was it made from other sentences? --presplit takes one a line."
                )
            texts.append(joined([side[i] for i in ids], code))
        yield replace(pair, src=texts[0], tgt=texts[1])


def _undetermined(settings: ConvertSettings, format: str) -> tuple[str, str] | None:
    """Codes for a file of no rows, which has no text to tell languages by; None where they name files."""
    if format_named(format).form != "file":
        return None
    return settings.src_lang or UNDETERMINED, settings.tgt_lang or UNDETERMINED


def _detected(pairs: Sequence[AlignedPair], settings: ConvertSettings) -> tuple[str, str] | None:
    """The languages of both sides by their text; None where there is no row to tell them by."""
    from align.identify import identify_pair

    texts = ["\n".join(filter(None, side)) for side in zip(*((pair.src, pair.tgt) for pair in pairs), strict=True)]
    if not texts or not all(map(str.strip, texts)):
        return None
    documents = [
        Document(f"the {side} side", text, (Paragraph(0, len(text)),))
        for side, text in zip(("source", "target"), texts, strict=True)
    ]
    given = (settings.src_lang, settings.tgt_lang)
    src, tgt = (code if code and code.split("-")[0] in LANGUAGES else None for code in given)
    found = identify_pair(*documents, AlignSettings(src_lang=src, tgt_lang=tgt))
    return settings.src_lang or found[0], settings.tgt_lang or found[1]
