"""Dates in a text, whatever its language, in one form. The names of months are those of CLDR, which babel brings."""

from __future__ import annotations

import re
from functools import lru_cache

_DIGITS = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_EAST_ASIAN = re.compile(
    r"(?:(?P<era>明治|大正|昭和|平成|令和)?(?P<year>\d{1,4}|元)[年년]\s*)?(?<!\d)(?P<month>\d{1,2})[月월]"
    r"(?:\s*(?P<day>\d{1,2})[日일号])?"
)
_SPELLED = (
    r"(?<!\w)(?:(?P<before>\d{1,2})(?:st|nd|rd|th|er|\.|º)?\s+(?:de |of |d['’])?)?(?P<month>MONTHS)(?!\w)\.?"
    r"(?:\s+(?P<after>\d{1,2})(?:st|nd|rd|th)?(?!\d))?(?:,|\s+(?:de|del))?(?:\s+(?P<year>\d{4})(?!\d))?"
)
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
"""The years before the first of each Japanese era."""


def dates(text: str, code: str) -> set[str]:
    """The dates in a text of the language `code`, in NFKC: `@2021-05-03`, `@2021-05` without a day, and `@05-03`.

    Where a year stands, the day is given without it too, since the other text may leave it to be understood. Years
    of Japanese eras become years AD. Dates such as 3/5/2021, which countries read differently, are left out.
    """
    found = {mark for year, month, day in _DIGITS.findall(text) for mark in _marks(year, int(month), day)}
    for match in _EAST_ASIAN.finditer(text):
        era, year, month, day = match.group("era", "year", "month", "day")
        if year:
            year = str(_ERAS.get(era, 0) + (1 if year == "元" else int(year)))
        found.update(_marks(year, int(month), day))
    spelled, months = _spelled(code)
    if spelled is not None:
        for match in spelled.finditer(text.casefold()):
            before, after = match.group("before", "after")
            found.update(_marks(match["year"], months[match["month"]], before or after))
    return found


def _marks(year: str | None, month: int, day: str | None) -> list[str]:
    if not 1 <= month <= 12 or (day and not 1 <= int(day) <= 31):
        return []
    parts = [f"@{month:02}-{int(day):02}"] if day else []
    if year and len(year) == 4:
        parts.append(f"@{int(year):04}-{month:02}" + (f"-{int(day):02}" if day else ""))
    return parts


@lru_cache(maxsize=64)
def _spelled(code: str) -> tuple[re.Pattern[str] | None, dict[str, int]]:
    """A pattern of dates with the month's name in a language, and the months by name; no pattern without names."""
    from babel import UnknownLocaleError
    from babel.dates import get_month_names

    months: dict[str, int] = {}
    try:
        for width in ("abbreviated", "wide"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, code).items():
                    months[name.casefold().rstrip(".")] = number
    except UnknownLocaleError:
        return None, {}
    months = {name: number for name, number in months.items() if not name[:1].isdigit()}  # 5月 has its own pattern
    if not months:
        return None, {}
    names = "|".join(re.escape(name) for name in sorted(months, key=len, reverse=True))
    return re.compile(_SPELLED.replace("MONTHS", names)), months
