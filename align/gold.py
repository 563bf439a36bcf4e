"""Which prediction belongs to which gold alignment, from files, lists of files or folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from align.errors import MalformedAlignment, MissingInput, UnreadableInput
from align.ladder import listing, read_alignments
from align.records import Bead

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]

_SUFFIXES = (".txt", ".tsv", ".jsonl", ".ladder", ".align", ".gold")
"""What an alignment's file name may end in; everything else in a folder is something else (sidecars, reports)."""


@dataclass(frozen=True, slots=True)
class GoldPair:
    """One document: its gold alignment and the predicted one; `name` is how messages call it."""

    name: str
    gold: list[Bead]
    predicted: list[Bead]


@dataclass(frozen=True, slots=True)
class _Found:
    """A document on one side and the names it goes by, the best first."""

    names: tuple[str, ...]
    origin: str
    beads: list[Bead]


def pair_documents(gold: Paths, predicted: Paths) -> tuple[list[GoldPair], list[str]]:
    """The documents of both sides together, in gold's order, and warnings about predictions that have no gold.

    A folder's documents are the alignments in it and below, named by their path without suffix: `gold/news/a.txt`
    goes with `pred/news/a.tsv`. Where a folder holds `gold.txt` (or `gold.tsv`, ...), that is the alignment and its
    other files are not (`src.txt`, `tgt.txt`); it, and an alignment alone in its folder, also go by the folder's
    name: `gold/a/gold.txt` goes with `pred/a.tsv` and `pred/a/out.tsv`. A file whose `doc` field names several
    documents holds those.

    Raises:
        MissingInput: nothing at a path, a folder without alignments, or gold documents without a prediction.
        MalformedAlignment: lists that differ in length, two files for one document, or a file that does not read.
    """
    if not isinstance(gold, str | os.PathLike) and not isinstance(predicted, str | os.PathLike):
        return _pair_lists([Path(path) for path in gold], [Path(path) for path in predicted])
    if not isinstance(gold, str | os.PathLike) or not isinstance(predicted, str | os.PathLike):
        raise MalformedAlignment("A list of files was given on one side only; give two lists, files or folders.")
    sides = Path(gold), Path(predicted)
    right, found = (list(_documents(path)) for path in sides)
    if len(right) == len(found) == 1 and not all(path.is_dir() for path in sides):
        return [GoldPair(os.fspath(sides[1]), right[0].beads, found[0].beads)], []
    return _pair_names(right, found, sides)


def _pair_lists(gold: list[Path], predicted: list[Path]) -> tuple[list[GoldPair], list[str]]:
    if len(gold) != len(predicted):
        raise MalformedAlignment(
            f"{len(gold)} gold files, but {len(predicted)} predicted; lists are matched in their order."
        )
    pairs: list[GoldPair] = []
    warnings: list[str] = []
    for right, found in zip(gold, predicted, strict=True):
        more, unscored = pair_documents(right, found)
        pairs += more
        warnings += unscored
    return pairs, warnings


def _pair_names(
    gold: list[_Found], predicted: list[_Found], sides: tuple[Path, Path]
) -> tuple[list[GoldPair], list[str]]:
    _by_name(gold)
    known = _by_name(predicted)
    matches = [next((known[name] for name in right.names if name in known), None) for right in gold]
    missing = [right.names[0] for right, found in zip(gold, matches, strict=True) if found is None]
    if missing:
        raise MissingInput(
            f"{len(missing)} of {len(gold)} documents in {sides[0]} have no prediction in {sides[1]}: "
            f"{listing(missing)}. Documents go together by their path in the folder without suffix; "
            f"the predictions are called {listing(found.names[0] for found in predicted)}."
        )
    used = {id(found): right for right, found in zip(gold, matches, strict=True)}
    if len(used) < len(gold):
        shared = next(r for r, f in zip(gold, matches, strict=True) if used[id(f)] is not r)
        raise MalformedAlignment(
            f"{shared.origin} and another gold file both go with the prediction '{shared.names[-1]}'; keep one."
        )
    unscored = [found.names[0] for found in predicted if id(found) not in used]
    warnings = [f"{sides[1]}: predictions without gold, left out: {listing(unscored)}."]
    pairs = [GoldPair(r.names[0], r.beads, f.beads) for r, f in zip(gold, matches, strict=True) if f is not None]
    return pairs, warnings if unscored else []


def _documents(path: Path) -> Iterator[_Found]:
    if not path.is_dir():
        yield from _in_file(path, ("",))
        return
    try:
        files = list(_files(path, path))
    except OSError as error:
        raise UnreadableInput(f"{error.filename} could not be read: {error.strerror}.") from error
    if not files:
        raise MissingInput(f"{path} holds no alignment: no file in it or below ends in {', '.join(_SUFFIXES)}.")
    for file, names in files:
        yield from _in_file(file, names)


def _in_file(file: Path, names: tuple[str, ...]) -> Iterator[_Found]:
    documents = read_alignments(file)
    for doc, beads in documents.items():
        yield _Found(names if len(documents) == 1 else (doc,), str(file), beads)


def _files(folder: Path, root: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Every alignment at and below a folder, in order of names, with the names of its document."""
    here = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    files = [p for p in here if p.suffix.lower() in _SUFFIXES and not p.is_dir()]
    gold = [p for p in files if p.stem.lower() == "gold"]
    own = folder.relative_to(root).as_posix()
    for file in gold or files:
        stem = file.relative_to(root).with_suffix("").as_posix()
        names = (own, stem) if gold else (stem, own)
        yield file, names if len(gold or files) == 1 and folder != root else (stem,)
    for below in here:
        if below.is_dir() and not below.is_symlink():  # A link back up would never end.
            yield from _files(below, root)


def _by_name(documents: Sequence[_Found]) -> dict[str, _Found]:
    """Documents by every name they go by; a best name wins over another's second.

    Raises:
        MalformedAlignment: two with the same best name.
    """
    named: dict[str, _Found] = {}
    for document in documents:
        first = named.setdefault(document.names[0], document)
        if first is not document:
            raise MalformedAlignment(
                f"{first.origin} and {document.origin} both stand for the document '{document.names[0]}'; keep one."
            )
    for document in documents:
        for name in document.names[1:]:
            named.setdefault(name, document)
    return named
