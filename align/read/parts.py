"""Which part of a file that holds several is meant: `FILE::PART`."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from align.errors import MissingPart

MARK = "::"
"""What stands between a file and its part, in every reference."""

_SHOWN = 6


def choose(part: str | None, parts: Sequence[str], name: str, noun: str) -> str:
    """The one of `parts` that is meant; without `part` the only one. `noun` is what a part is called, in the singular.

    Raises:
        MissingPart: there is none of that name, or several to choose from.
    """
    if part is None:
        if len(parts) == 1:
            return parts[0]
        example = f"{name}{MARK}{parts[0]}" if parts else f"{name}{MARK}NAME"
        raise MissingPart(
            f"{name} holds {_listed(parts, noun)}. Say which one is to be read, for example: {example}", parts
        )
    if part in parts:
        return part
    folded = {known.casefold(): known for known in parts}
    near = difflib.get_close_matches(part.casefold(), list(folded), n=1, cutoff=0.6)
    hint = f"Did you mean {name}{MARK}{folded[near[0]]}?" if near else f"It holds {_listed(parts, noun)}."
    raise MissingPart(f"{name} has no {noun} '{part}'. {hint}", parts)


def _listed(parts: Sequence[str], noun: str) -> str:
    if not parts:
        return f"no {noun} with text"
    shown = ", ".join(parts[:_SHOWN])
    rest = f" and {len(parts) - _SHOWN:,} more" if len(parts) > _SHOWN else ""
    return f"{len(parts):,} {noun}{'s' if len(parts) > 1 else ''}: {shown}{rest}"
