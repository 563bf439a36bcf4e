"""Boilerplate: the lines of a page that are no part of its text, such as menus, share bars, credits and notices.

    from align.boilerplate import scores

    scores(["Share this", "The ferry was late again."], [0, 1], "en")   # array([0.99, 0.01], dtype=float32)

Names load what they need when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from align.boilerplate.known import Lines, read_lines, write_lines
    from align.boilerplate.rows import known_lines, sift
    from align.boilerplate.scorer import Scorer, default_scorer, scores
    from align.boilerplate.template import repeated, repeated_lines

FLAG = "boilerplate"
"""The flag of a row that has one side empty and is boilerplate."""

EXAMPLES = 3
"""Lines of either side that summaries and sidecars show."""

_MODULES = {
    "align.boilerplate.known": ("Lines", "read_lines", "write_lines"),
    "align.boilerplate.scorer": ("Scorer", "default_scorer", "scores"),
    "align.boilerplate.rows": ("known_lines", "sift"),
    "align.boilerplate.template": ("repeated", "repeated_lines"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "EXAMPLES",
    "FLAG",
    "Lines",
    "Scorer",
    "default_scorer",
    "known_lines",
    "read_lines",
    "repeated",
    "repeated_lines",
    "scores",
    "sift",
    "write_lines",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'align.boilerplate' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)
