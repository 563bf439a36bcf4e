"""Alignments as sentence numbers: the ladder format `[0, 1]:[0]:0.9730`, and the ids in our TSV and JSONL.

The ladder is Vecalign's output and the form the field's gold data come in: a bead per line, the source
sentence numbers, the target sentence numbers, both from 0, and perhaps a score.
"""

from __future__ import annotations

import codecs
import json
import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from align.errors import InputIsDirectory, MalformedAlignment, MissingInput, UnreadableInput
from align.records import Bead

_IDS = r"\[\s*((?:-?[0-9]+\s*(?:,\s*-?[0-9]+\s*)*)?)\]"
_LADDER_LINE = re.compile(rf"{_IDS}\s*:\s*{_IDS}\s*(?::\s*(\S+)\s*)?")
_WHOLE = re.compile(r"\s*-?[0-9]{1,18}\s*")
_LADDER_FORM = "`[0, 1]:[0]` or `[0, 1]:[0]:0.973`: source sentence numbers, target sentence numbers, a score"
_SHOWN = 60
"""Characters of a bad line that a message quotes."""
_LISTED = 8
"""Sentence numbers, or documents, that a message lists."""


def ladder_line(bead: Bead, confidence: bool = True) -> str:
    """`[0, 1]:[0]:0.9730`, with the bead's confidence to four decimals (as in the TSV), or without it; no line end."""
    line = f"[{_joined(bead.src, ', ')}]:[{_joined(bead.tgt, ', ')}]"
    return f"{line}:{bead.confidence:.4f}" if confidence else line


def read_ladder(path: str | os.PathLike[str]) -> list[Bead]:
    """The beads of a ladder file, in the file's order and with the ids in the line's order.

    Blank lines and lines that start with `#` are passed over; a byte order mark, Windows line ends and
    white space do no harm. A third field becomes `Bead.confidence` if all of the file's lie between 0 and 1;
    otherwise they are no probabilities, and every bead has confidence 1.0, as in a file without them.
    (Vecalign's third field is a cost, low where it is sure: nothing in the file tells it from a confidence.)

    Raises:
        MalformedAlignment: a line that is no bead; names file, line number and content.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    return _ladder_beads(_read_text(path), os.fspath(path))


def read_alignment(path: str | os.PathLike[str]) -> list[Bead]:
    """The beads of one document from a ladder, one of our TSVs, or JSONL with its fields, told apart by content.

    Raises:
        MalformedAlignment: no alignment, a line that does not read, or several documents in the file.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    documents = read_alignments(path)
    if len(documents) > 1:
        raise MalformedAlignment(
            f"{os.fspath(path)} holds {len(documents)} documents ({listing(documents)}) where one was expected; "
            "split it by its doc column."
        )
    return next(iter(documents.values()))


def read_alignments(path: str | os.PathLike[str]) -> dict[str, list[Bead]]:
    """The beads of every document in a file, by the name in its `doc` field, in the file's order.

    A ladder, and a file without that field, is one document named by the empty string; so is an empty file.

    Raises:
        MalformedAlignment: no alignment, or a line that does not read.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    name = os.fspath(path)
    text = _read_text(path)
    first = next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    if not first or first.lstrip().startswith("["):
        return {"": _ladder_beads(text, name)}
    if first.lstrip().startswith("{"):
        return _gather(_jsonl_rows(text, name), name)
    if {"src_ids", "tgt_ids"} <= set(first.rstrip("\r\n").split("\t")):
        return _gather(_tsv_rows(text, name), name)
    raise MalformedAlignment(
        f"{name}: its first line is {_quoted(first)}; expected a ladder ({_LADDER_FORM}), JSONL, or a TSV whose header "
        "has src_ids and tgt_ids. Leave --columns and --no-header out where the result is to be read back."
    )


def check_ladder(
    beads: Sequence[Bead],
    n_src: int | None = None,
    n_tgt: int | None = None,
    monotone: bool = False,
    name: str = "alignment",
) -> list[str]:
    """What is odd about an alignment, a warning each; empty where every sentence stands in exactly one bead.

    `n_src` and `n_tgt` are the numbers of sentences on the two sides; None takes the largest id as the last.
    `monotone` also warns of beads whose ids are out of order, `name` starts every message.

    Raises:
        MalformedAlignment: an id is negative, or beyond the number of sentences given.
    """
    warnings = []
    empty = sum(not bead.src and not bead.tgt for bead in beads)
    if empty:
        warnings.append(f"{name}: beads empty on both sides, passed over: {empty}.")
    repeated = [bead for bead, count in Counter((b.src, b.tgt) for b in beads if b.src or b.tgt).items() if count > 1]
    if repeated:
        shown = listing(f"[{_joined(src, ', ')}]:[{_joined(tgt, ', ')}]" for src, tgt in repeated)
        warnings.append(f"{name}: beads that stand in it more than once: {shown}; each counts once.")
    distinct = list(dict.fromkeys((bead.src, bead.tgt) for bead in beads))
    for side, ids, n in (
        ("source", [bead[0] for bead in distinct], n_src),
        ("target", [bead[1] for bead in distinct], n_tgt),
    ):
        warnings += _check_side(side, ids, n, monotone, name)
    return warnings


def _check_side(side: str, ids: list[tuple[int, ...]], n: int | None, monotone: bool, name: str) -> Iterator[str]:
    flat = [i for bead in ids for i in bead]
    low, high = min(flat, default=0), max(flat, default=-1)
    if low < 0:
        raise MalformedAlignment(f"{name}: {side} sentence {low}; sentences are numbered from 0.")
    if n is not None and high >= n:
        raise MalformedAlignment(
            f"{name}: {side} sentence {high}, but the {side} side has {n} sentences (0 to {n - 1}). "
            "Was it made from other sentences?"
        )
    counts = Counter(flat)
    several = sorted(i for i, count in counts.items() if count > 1)
    if several:
        yield f"{name}: {side} sentences in more than one bead: {listing(several)}."
    bounds = [-1, *sorted(counts), high + 1 if n is None else n]
    gaps = [(a + 1, b - 1) for a, b in pairwise(bounds) if b - a > 1]
    if gaps:
        shown = listing(f"{a}" if a == b else f"{a} to {b}" for a, b in gaps)
        yield f"{name}: {side} sentences in no bead: {shown}."
    if monotone:
        crossed = [later for earlier, later in pairwise(flat) if later < earlier]
        if crossed:
            yield f"{name}: {side} sentences out of order: {listing(crossed)}."


def _read_text(path: str | os.PathLike[str]) -> str:
    """The file decoded: UTF-8, or UTF-16 with a byte order mark, as some shells write it."""
    name = os.fspath(path)
    try:
        data = Path(path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise MissingInput(f"{name}: no such file; expected an alignment.") from None
    except IsADirectoryError:
        raise InputIsDirectory(f"{name} is a directory; expected a file with an alignment.") from None
    except OSError as error:
        if Path(path).is_dir():  # Windows says "permission denied".
            raise InputIsDirectory(f"{name} is a directory; expected a file with an alignment.") from None
        raise UnreadableInput(f"{name} could not be read: {error.strerror}.") from error
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MalformedAlignment(
            f"{name}, line {line}: byte {error.start} is not {error.encoding.upper()}; expected an alignment as text."
        ) from None


def _ladder_beads(text: str, name: str) -> list[Bead]:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        match = _LADDER_LINE.fullmatch(content)
        if match is None:
            raise _malformed(name, number, line, f"expected {_LADDER_FORM}")
        src, tgt, score = match.groups()
        try:
            rows.append((_ids(src), _ids(tgt), None if score is None else _number(score)))
        except ValueError as error:
            raise _malformed(name, number, line, f"{error}; expected {_LADDER_FORM}") from None
    probabilities = all(score is None or 0.0 <= score <= 1.0 for _, _, score in rows)
    return [
        Bead(src, tgt, confidence=score if probabilities and score is not None else 1.0) for src, tgt, score in rows
    ]


_Row = tuple[int, str, dict[str, object]]
"""Line number, line, and the line's fields by name."""


def _tsv_rows(text: str, name: str) -> Iterator[_Row]:
    columns: list[str] | None = None
    for number, line in enumerate(re.split(r"\r?\n", text), 1):
        if columns is None:
            if line.strip() and not line.startswith("#"):
                columns = line.split("\t")
        elif line:
            fields = line.split("\t")
            if len(fields) != len(columns):
                raise _malformed(name, number, line, f"has {len(fields)} columns; the header has {len(columns)}")
            yield number, line, dict(zip(columns, fields, strict=True))


def _jsonl_rows(text: str, name: str) -> Iterator[_Row]:
    for number, line in enumerate(re.split(r"\r?\n", text), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise _malformed(name, number, line, f"is no JSON: {error.msg} at column {error.colno}") from None
        if not isinstance(row, dict) or not {"src_ids", "tgt_ids"} <= row.keys():
            raise _malformed(name, number, line, "expected an object with src_ids and tgt_ids")
        yield number, line, row


def _gather(rows: Iterable[_Row], name: str) -> dict[str, list[Bead]]:
    documents: dict[str, list[Bead]] = {}
    for number, line, row in rows:
        try:
            bead = Bead(
                _ids(row["src_ids"]),
                _ids(row["tgt_ids"]),
                confidence=_probability(row.get("confidence")),
                similarity=_number(row.get("similarity") or 0.0),
            )
        except ValueError as error:
            raise _malformed(name, number, line, str(error)) from None
        documents.setdefault(str(row.get("doc") or ""), []).append(bead)
    return documents or {"": []}


def _ids(value: object) -> tuple[int, ...]:
    """Sentence numbers from `3,4`, from nothing, or from a JSON list."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return ()
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(_WHOLE.fullmatch(str(part)) for part in parts):
        raise ValueError(f"sentence numbers are {value!r}; expected whole numbers such as 3,4")
    ids = tuple(int(part) for part in parts)
    if min(ids, default=0) < 0:
        raise ValueError(f"sentence number {min(ids)} is negative; sentences are numbered from 0")
    if len(set(ids)) < len(ids):
        raise ValueError(f"sentence numbers {_joined(ids, ', ')} hold one twice")
    return ids


def _number(value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"score is {value!r}; expected a number")
    return number


def _probability(value: object) -> float:
    if value is None or value == "":
        return 1.0
    number = _number(value)
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"confidence is {value}; expected a number from 0 to 1")
    return number


def _malformed(name: str, number: int, line: str, problem: str) -> MalformedAlignment:
    return MalformedAlignment(f"{name}, line {number}: {_quoted(line)}: {problem}.")


def _quoted(line: str) -> str:
    line = line.strip("\r\n")
    return repr(line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…")


def _joined(ids: Iterable[int], separator: str) -> str:
    return separator.join(str(i) for i in ids)


def listing(items: Iterable[object]) -> str:
    """The first few items for a message, and how many more there are."""
    shown = [str(item) for item in items]
    more = len(shown) - _LISTED
    return ", ".join(shown[:_LISTED]) + (f" and {more} more" if more > 0 else "")
