"""The cells of a row as text (`3,4`, `10:26`, `0.9730`), there and back, and as the typed values of JSON and Parquet.

What is wrong with one is raised as `ValueError`; who reads the file adds where it stands.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from align.write.layout import COLUMNS, DECIMALS, line, rounded

_TYPE = re.compile(r"([0-9]{1,4})-([0-9]{1,4})")
_IDS = re.compile(r"[0-9]{1,18}(?:,[0-9]{1,18})*")
_SPAN = re.compile(r"([0-9]{1,18}):([0-9]{1,18})")
_SHOWN = 60
"""Characters of a bad line that a message quotes."""


def to_text(name: str) -> Callable[[Any], str]:
    """What writes a value of the column as text."""
    return _TO_TEXT[name]


def of_text(name: str) -> Callable[[str], Any]:
    """What reads a cell of the column from text."""
    return _OF_TEXT[name]


def of_value(name: str, value: Any) -> Any:
    """A typed value of the column as `AlignedPair` has it; None stands for nothing, as a missing column does.

    Raises:
        ValueError: a value of another type, or outside its range.
    """
    return _OF_VALUE[name](name, value)


def quoted(text: str) -> str:
    """A line or cell in a message: on one line, and not all of a long one."""
    text = text.strip("\r\n")
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def _line(value: Any) -> str:
    return line(str(value))


def _numbers(values: Iterable[int]) -> str:
    return ",".join(map(str, values))


def _words(values: Iterable[str]) -> str:
    return ",".join(map(line, values))


def _share(value: float) -> str:
    return f"{rounded(value):.{DECIMALS}f}"


def _offsets(value: tuple[int, int] | None) -> str:
    return f"{value[0]}:{value[1]}" if value else ""


_TO_TEXT: dict[str, Callable[[Any], str]] = {
    "doc": _line,
    "bead": _line,
    "type": _line,
    "src_ids": _numbers,
    "tgt_ids": _numbers,
    "confidence": _share,
    "similarity": _share,
    "flags": _words,
    "src": _line,
    "tgt": _line,
    "src_span": _offsets,
    "tgt_span": _offsets,
}


def _text(value: str) -> str:
    return value


def _ids(value: str) -> tuple[int, ...]:
    if not value:
        return ()
    if not _IDS.fullmatch(value):
        raise ValueError(f"sentence numbers are {quoted(value)}; expected whole numbers such as 3,4")
    return _distinct(tuple(map(int, value.split(","))))


def _bead(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise ValueError(f"bead is {quoted(value)}; expected a whole number from 0")
    return int(value)


def _type(value: str) -> str:
    match = _TYPE.fullmatch(value)
    if match is None:
        raise ValueError(f"type is {quoted(value)}; expected numbers of sentences such as 1-2")
    return f"{int(match[1])}-{int(match[2])}"


def _confidence(value: str) -> float:
    return _in_range("confidence", _float("confidence", value))


def _similarity(value: str) -> float:
    return _float("similarity", value)


def _float(name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name} is {quoted(value)}; expected a number")
    return number


def _flags(value: str) -> tuple[str, ...]:
    return tuple(value.split(",")) if value else ()


def _span(value: str) -> tuple[int, int] | None:
    if not value:
        return None
    match = _SPAN.fullmatch(value)
    if match is None:
        raise ValueError(f"span is {quoted(value)}; expected character offsets such as 10:26")
    return _forward(int(match[1]), int(match[2]))


def _distinct(ids: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(ids)) < len(ids):
        raise ValueError(f"sentence numbers {','.join(map(str, ids))} hold one twice")
    return ids


def _in_range(name: str, share: float) -> float:
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"{name} is {share}; expected a number from 0 to 1")
    return share


def _forward(start: int, end: int) -> tuple[int, int]:
    if end < start:
        raise ValueError(f"span {start}:{end} ends before it starts")
    return start, end


_OF_TEXT: dict[str, Callable[[str], Any]] = {
    "doc": _text,
    "bead": _bead,
    "type": _type,
    "src_ids": _ids,
    "tgt_ids": _ids,
    "confidence": _confidence,
    "similarity": _similarity,
    "flags": _flags,
    "src": _text,
    "tgt": _text,
    "src_span": _span,
    "tgt_span": _span,
}


def _text_value(name: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name} is {quoted(repr(value))}; expected text")
    return value


def _type_value(name: str, value: Any) -> str:
    return _type(_text_value(name, value))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _bead_value(name: str, value: Any) -> int:
    if not _is_whole(value):
        raise ValueError(f"bead is {quoted(repr(value))}; expected a whole number from 0")
    return value


def _ids_value(name: str, value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(map(_is_whole, value)):
        raise ValueError(f"{name} is {quoted(repr(value))}; expected a list of whole numbers from 0, such as [3, 4]")
    return _distinct(tuple(value))


def _number_value(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} is {quoted(repr(value))}; expected a number")
    return float(value)


def _confidence_value(name: str, value: Any) -> float:
    return _in_range(name, _number_value(name, value))


def _flags_value(name: str, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(flag, str) for flag in value):
        raise ValueError(f"flags is {quoted(repr(value))}; expected a list of words")
    return tuple(value)


def _span_value(name: str, value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(map(_is_whole, value)):
        raise ValueError(f"{name} is {quoted(repr(value))}; expected character offsets such as [10, 26]")
    return _forward(*value)


_OF_VALUE: dict[str, Callable[[str, Any], Any]] = {
    "doc": _text_value,
    "bead": _bead_value,
    "type": _type_value,
    "src_ids": _ids_value,
    "tgt_ids": _ids_value,
    "confidence": _confidence_value,
    "similarity": _number_value,
    "flags": _flags_value,
    "src": _text_value,
    "tgt": _text_value,
    "src_span": _span_value,
    "tgt_span": _span_value,
}

assert set(_TO_TEXT) == set(_OF_TEXT) == set(_OF_VALUE) == set(COLUMNS)
