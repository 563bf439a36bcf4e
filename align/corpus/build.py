"""Joining files of aligned rows into a corpus: read, leave out, compare, split, write."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import islice
from typing import BinaryIO

from align import __version__
from align.corpus.inputs import input_files
from align.corpus.likeness import Likeness, exact_key
from align.corpus.records import CorpusReport, CorpusSettings, Reason
from align.corpus.split import by_size, split_of
from align.corpus.store import Store, temporary_store
from align.errors import AlignError, SettingsError
from align.records import AlignedPair
from align.write import (
    Layout,
    Metadata,
    check_writable,
    format_named,
    format_of,
    outputs,
    read_metadata,
    read_pairs,
    refuse_inputs,
    staged,
    write_pairs,
)

Progress = Callable[[str, int, int], None]
"""Called with what is being done, such as `read: rows`, how many are done, and how many there are (0: unknown)."""

_SETTINGS = CorpusSettings()
_BATCH = 2000
_COMPARED = 100
"""Rows that a row is compared with at most, of those that share the most with it."""
_WHOLE = "all"

_LOGGER = logging.getLogger(__name__)


def build_corpus(
    inputs: Sequence[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    settings: CorpusSettings = _SETTINGS,
    format: str | None = None,
    layout: Layout = Layout(),
    progress: Progress | None = None,
) -> CorpusReport:
    """Join files, or folders of them, into one file, or with splits into one for each in a folder.

    Beside a file `corpus.tsv` stands its sidecar `corpus.tsv.json` with the counts; a folder has `counts.json` and a
    sidecar for every file. All appear whole and together, or nothing changes. Rows are kept on disk meanwhile, so
    memory does not grow with them. The same files give the same bytes, wherever they lie.

    Raises:
        MissingInput: no such input, or none with rows.
        MalformedAlignment: a file does not read, unless `settings.skip_broken`.
        SettingsError: no such format, one that is more than a file, or one that needs languages which are not known.
        OutputError: the output cannot be written or is one of the inputs.
    """
    tell = progress or _silent
    files, others = input_files(inputs)
    if others:
        _LOGGER.warning("%d files hold no aligned rows and are passed over, the first: %s", len(others), others[0])
    name = os.fspath(output)
    format = format or ("tsv" if settings.split else format_of(name))
    if format_named(format).form != "file":
        raise SettingsError(f"The {format} format makes more than one file; write tsv, and turn it with align convert.")
    paths, counts = _outputs(name, format, settings)
    refuse_inputs([*paths, *counts], files)
    metadata = _metadata(files)
    if format_named(format).tagged:
        if metadata.languages is None:
            raise SettingsError(
                f"The {format} format needs both languages, and the files do not name one pair of them; write tsv, and "
                "turn it with align convert, --src-lang and --tgt-lang."
            )
        metadata.languages_for(format)  # before the work: this is where a missing language shows
    with temporary_store() as store:
        broken = _read(files, store, settings, tell)
        _compare(store, settings, tell)
        names = [split.name for split in settings.split] or [_WHOLE]
        parts = {part: store.part(number) for number, part in enumerate(names)}
        report = CorpusReport(
            files=len(files) - len(broken),
            documents=store.documents(),
            read=store.rows(),
            kept=store.rows(kept=True),
            dropped=store.reasons(),
            parts=parts,
            broken=tuple(broken),
            written=(*paths, *counts),
        )
        with staged(*paths, *counts) as streams:
            written = 0
            for number, stream in enumerate(streams[: len(paths)]):
                for_progress = _counted(store.kept(number), tell, written, report.kept)
                write_pairs(for_progress, stream, format, layout, metadata)
                written += parts[names[number]].rows
            _write_counts(streams[len(paths) :], store, report, settings, metadata, names)
    return report


def _outputs(name: str, format: str, settings: CorpusSettings) -> tuple[list[str], list[str]]:
    """Paths of the rows, and of the counts and sidecars, which a device or a pipe does not get."""
    if not settings.split:
        check_writable(name)
        return [name], list(outputs(name)[1:])
    check_writable(os.path.join(os.path.dirname(os.path.abspath(name)), "_"))  # its parent, before any work
    os.makedirs(name, exist_ok=True)
    paths = [os.path.join(name, f"{split.name}.{format}") for split in settings.split]
    others = [os.path.join(name, "counts.json"), *(f"{path}.json" for path in paths)]
    for path in (*paths, *others):
        check_writable(path)
    return paths, others


def _metadata(files: Sequence[str]) -> Metadata:
    """What is true of all files: languages and signature, where they agree."""
    found = [read_metadata(path) for path in files]
    languages = {each.languages for each in found if each.languages}
    signatures = {each.signature for each in found}
    if len(languages) > 1:
        shown = ", ".join(sorted("-".join(pair) for pair in languages)[:5])
        _LOGGER.warning("the files are in different languages: %s; one corpus should hold one pair of them", shown)
    return Metadata(
        languages=languages.pop() if len(languages) == 1 else None,
        signature=signatures.pop() if len(signatures) == 1 else "",
    )


def _read(files: Sequence[str], store: Store, settings: CorpusSettings, tell: Progress) -> list[str]:
    """Fill the store; what is wrong with the files that do not read."""
    places = by_size(settings.split)
    broken: list[str] = []
    owners: dict[int, int] = {}
    shared = done = 0
    for number, path in enumerate(files):
        documents: dict[str, int] = {}
        try:
            with store.undone_on_error():
                pairs = _named(read_pairs(path), path)
                while batch := list(islice(pairs, _BATCH)):
                    for name in dict.fromkeys(pair.doc for pair in batch):
                        if name not in documents:
                            split = split_of(name, settings.split, settings.seed) if places else 0
                            documents[name] = store.document(name, split, places[split] if places else 0)
                    store.add(
                        (documents[pair.doc], pair, _key(pair, settings), _reason(pair, settings)) for pair in batch
                    )
                    done += len(batch)
                    tell("read: rows", done, 0)
        except AlignError as error:
            if not settings.skip_broken:
                raise
            broken.append(str(error))
        else:
            shared += sum(owners.setdefault(each, number) != number for each in documents.values())
    if shared:
        _LOGGER.warning(
            "%d documents stand in more than one file under one name, and are taken as one; if they are not, give "
            "them other names",
            shared,
        )
    return broken


def _named(pairs: Iterator[AlignedPair], path: str) -> Iterator[AlignedPair]:
    """The pairs, those that name no document with the name of the file."""
    name = os.path.basename(path).removesuffix(".gz")
    name = name.rpartition(".")[0] or name
    return (pair if pair.doc else replace(pair, doc=name) for pair in pairs)


def _key(pair: AlignedPair, settings: CorpusSettings) -> bytes | None:
    """What copies of the pair have in common; nothing where nobody asks."""
    if pair.is_null or (settings.dedup == "none" and not settings.split):
        return None
    return exact_key(pair.src, pair.tgt)


def _reason(pair: AlignedPair, settings: CorpusSettings) -> Reason | None:
    """Why the row is left out, if that can be told from itself."""
    if pair.is_null:
        return None if settings.keep_nulls else "null"
    if not (pair.src.strip() and pair.tgt.strip()):
        return "no text"
    if pair.confidence < settings.min_confidence:
        return "low confidence"
    if pair.flags and ("any" in settings.drop_flags or set(pair.flags) & set(settings.drop_flags)):
        return "flagged"
    return None


def _compare(store: Store, settings: CorpusSettings, tell: Progress) -> None:
    """Leave out copies and near copies: all where they are to go, and always those that stand in two splits."""
    if settings.dedup == "none" and not settings.split:
        return
    store.drop_copies(settings.keep, everywhere=settings.dedup != "none")
    everywhere = settings.dedup == "near"
    if not everywhere and not settings.split:
        return
    largest = len(settings.split) - 1
    total = store.rows(kept=True)
    for done, (row, split, place, pair) in enumerate(store.compared(settings.keep), 1):
        likeness = Likeness.of(pair.src, pair.tgt)
        bands = likeness.bands(settings.threshold)
        alike = [
            other_split
            for _, other_split, other in store.found_by(bands, _COMPARED)
            if likeness.to(Likeness.of(other.src, other.tgt)) >= settings.threshold
        ]
        if any(other != split for other in alike):
            store.drop(row, "other split")
        elif alike and everywhere:
            store.drop(row, "near duplicate")
        elif everywhere or place < largest:  # nothing comes after the largest split that could be in another
            store.index(row, bands)
        if done % _BATCH == 0:
            tell("compare: rows", done, total)


def _write_counts(
    streams: Sequence[BinaryIO],
    store: Store,
    report: CorpusReport,
    settings: CorpusSettings,
    metadata: Metadata,
    names: Sequence[str],
) -> None:
    """Counts of the whole, with every document; and, where there are splits, a sidecar for each."""
    if not streams:
        return
    head = {
        "taiyaku": __version__,
        **metadata.to_dict(),
        "settings": settings.changed(),
        "files": report.files,
        "broken": list(report.broken),
        "documents": report.documents,
        "rows": report.read,
        "kept": report.kept,
        "dropped": dict(report.dropped),
        "parts": {name: asdict(part) for name, part in report.parts.items()},
    }
    whole, *sidecars = streams
    # Written piece by piece: a corpus may have millions of documents.
    whole.write(_json(head).rstrip().removesuffix("}").rstrip().encode() + b',\n  "by_document": {')
    for number, (name, split, reasons) in enumerate(store.by_document()):
        entry = {"kept": reasons.pop(None, 0), "dropped": reasons}
        if settings.split:
            entry = {"split": names[split], **entry}
        text = f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(entry)}"
        whole.write((",\n    " if number else "\n    ").encode() + text.encode("utf-8", "backslashreplace"))
    whole.write(b"\n  }\n}\n")
    for name, stream in zip(names, sidecars, strict=False):
        part = {"taiyaku": __version__, **metadata.to_dict(), "split": name, **asdict(report.parts[name])}
        stream.write(_json(part).encode())


def _counted(pairs: Iterator[AlignedPair], tell: Progress, before: int, total: int) -> Iterator[AlignedPair]:
    for done, pair in enumerate(pairs, before + 1):
        yield pair
        if done % _BATCH == 0:
            tell("write: rows", done, total)


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _silent(stage: str, done: int, total: int) -> None:
    pass
