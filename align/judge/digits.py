"""Numbers in digits, and what each may stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

DIGITS = r"\d+(?:[.,'’٫٬]\d+)*"
"""A pattern for digits with the marks that may stand between them."""
SPACED = r"(?<!\d )\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?![\d.,]?\d)"
"""A pattern for digits in groups of three with spaces between."""

_MARK = re.compile(r"[.,'’٫٬]")
_POINT = ("en", "ja", "zh", "ko", "th", "he", "hi", "ms", "sw")
"""Languages that write 1,200.5; the others write 1.200,5 or 1 200,5."""
_SIGNIFICANT = 9
"""Digits to which two values must agree."""
_LONGEST = 18
"""Digits of one number that are read; longer ones are no quantities."""
_CENTURIES = (1800, 1900, 2000)


@dataclass(frozen=True, slots=True)
class Mention:
    """A number in a text, at `start` to `end`.

    `values` are what it may stand for; for a month 1 to 12, for a weekday 1 to 7, from Monday. A `firm` one should
    be found in a translation too; the others only answer for numbers on the other side. `bare` are its values
    without a word such as million, for the sake of languages whose words of that kind are not known.
    """

    text: str
    start: int
    end: int
    values: frozenset[float]
    firm: bool
    kind: Literal["number", "month", "weekday"] = "number"
    bare: frozenset[float] = frozenset()


def number(value: float) -> float:
    """The value as it is compared: 1.1 million is 1,100,000 whatever floating point makes of it."""
    return float(f"{value:.{_SIGNIFICANT}g}")


def values(*candidates: float) -> frozenset[float]:
    """The values as they are compared."""
    return frozenset(map(number, candidates))


def readings(digits: str, language: str) -> list[frozenset[float]]:
    """The numbers in a match of `DIGITS` or `SPACED`, each with the values it may have.

    One number as a rule; `12.05.2024` and `3.2.1` are three, and an English or Japanese `2,3` is two.
    """
    parts = [part[:_LONGEST] for part in re.split(r"\D", digits)]
    marks = _MARK.findall(digits)
    whole = int("".join(parts)[:_LONGEST])
    if not marks:
        return [values(whole)]
    point = "." if language in _POINT else ","
    in_groups = len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:]) and parts[0] != "0"
    if len(set(marks)) == 1:
        if len(marks) > 1:
            return [values(whole)] if in_groups else [values(int(part)) for part in parts]
        decimal = float(f"{parts[0]}.{parts[1]}")
        if in_groups:
            return [values(whole, decimal)] if marks[0] == point else [values(whole)]
        if marks[0] in ".,٫" and (marks[0] != "," or point == ","):
            return [values(decimal)]
        return [values(int(part)) for part in parts]
    if len(set(marks[:-1])) == 1 and all(len(part) == 3 for part in parts[1:-1]):
        return [values(float(f"{''.join(parts[:-1])}.{parts[-1]}"))]
    return [values(int(part)) for part in parts]


def years(short: int) -> tuple[int, ...]:
    """The years that two digits may stand for."""
    return tuple(century + short for century in _CENTURIES) if short < 100 else ()
