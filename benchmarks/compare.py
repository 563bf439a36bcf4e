"""Two results of one benchmark side by side: scores by their difference, times by their ratio.

python -m benchmarks.compare before.json after.json
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.report import table

_NO_FIGURES = ("command", "machine", "weights")
_DETAILS = ("types", "difference", "precision", "recall")


def figures(result: dict[str, Any], details: bool, name: str = "") -> Iterator[tuple[str, float]]:
    """Every number of a result with the keys that lead to it."""
    for key, value in result.items():
        if key in _NO_FIGURES or (key in _DETAILS and not details):
            continue
        if isinstance(value, dict):
            yield from figures(value, details, f"{name}{key} / ")
        elif isinstance(value, int | float):
            yield f"{name}{key}", float(value)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__.split("\n\n")[0])
    parser.add_argument("a", metavar="A.json", help="the result to compare with")
    parser.add_argument("b", metavar="B.json", help="the result to look at")
    parser.add_argument("--details", action="store_true", help="also precision, recall, bead types and differences")
    parser.add_argument("--all", action="store_true", help="also what is the same in both")
    options = parser.parse_args()
    a, b = (json.loads(Path(path).read_text(encoding="utf-8")) for path in (options.a, options.b))
    for key in _NO_FIGURES:
        if a.get(key) != b.get(key):
            print(f"The {key} differs:\n  A {a.get(key)}\n  B {b.get(key)}\n")
    before, after = (dict(figures(result, options.details)) for result in (a, b))
    are_scores = "rows" in a
    rows = [
        [name, f"{before[name]:.4g}", f"{after[name]:.4g}", _change(before[name], after[name], are_scores)]
        for name in before
        if name in after and (options.all or before[name] != after[name])
    ]
    print(table(["", "A", "B", "B - A" if are_scores else "B / A"], rows) if rows else "All figures are the same.")
    for path, lone in ((options.a, before.keys() - after.keys()), (options.b, after.keys() - before.keys())):
        if lone:
            print(f"\nOnly in {path}: {', '.join(sorted(lone))}")
    return 0


def _change(before: float, after: float, are_scores: bool) -> str:
    if are_scores:
        return f"{after - before:+.4f}"
    return f"{after / before:.2f}" if before else ""


if __name__ == "__main__":
    sys.exit(main())
