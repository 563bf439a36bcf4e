"""Which files the rows of a corpus are in."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from itertools import islice

from align.errors import AlignError, MissingInput
from align.write.opening import numbered_lines

_SUFFIXES = (".tsv", ".jsonl")
"""Formats looked for in folders; where a document has several, the first is read."""
_TABLES = frozenset({"summary.tsv", "timings.tsv"})
"""Tables that align batch writes beside the rows."""
_ROWS = frozenset({"bead", "type", "src_ids", "confidence", "similarity"})
"""Columns that tell rows from other tables with `src` and `tgt`, such as manifests, where these are paths."""


def input_files(inputs: Sequence[str | os.PathLike[str]]) -> tuple[list[str], list[str]]:
    """The files with aligned rows, each once, and those in folders that are something else.

    Files come in the order given, those of a folder and its sub-folders in order of their paths. Of a folder, TSV and
    JSONL files are taken whose first line has the fields of rows; a file that is named is taken whatever it is.

    Raises:
        MissingInput: no such file or folder, or no file with rows in any.
    """
    found: dict[str, str] = {}
    others: list[str] = []
    for given in map(os.fspath, inputs):
        if os.path.isdir(given):
            for path in _in_folder(given):
                if _has_rows(path):
                    found.setdefault(os.path.realpath(path), path)
                else:
                    others.append(path)
        elif os.path.exists(given):
            found.setdefault(os.path.realpath(given), given)
        else:
            raise MissingInput(f"There is no file or folder {given}. Check the path.")
    if not found:
        raise MissingInput(
            f"No file with aligned rows in {', '.join(map(os.fspath, inputs))}; expected TSV or JSONL files as align "
            "pair and align batch write them."
        )
    return list(found.values()), others


def _in_folder(folder: str) -> list[str]:
    paths: list[str] = []
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths += [os.path.join(at, name) for name in names if not name.startswith(".") and name not in _TABLES]
    chosen: dict[str, str] = {}
    for suffix in _SUFFIXES:
        for path in paths:
            name = path.removesuffix(".gz")
            if name.endswith(suffix):
                chosen.setdefault(name.removesuffix(suffix), path)
    return sorted(chosen.values())


def _has_rows(path: str) -> bool:
    try:
        first = next((line for _, line in islice(numbered_lines(path), 1)), "")
        fields = set(json.loads(first)) if first.startswith("{") else set(first.split("\t"))
    except (AlignError, ValueError):
        return True  # it will be told when it is read
    return {"src", "tgt"} <= fields and bool(fields & _ROWS)
