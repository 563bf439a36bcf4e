"""Progress of work that is counted: how many of how many, how fast, and how long it will take."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from align import console

_SECONDS = 30.0
"""Between two lines where there is no terminal."""


@contextmanager
def counting(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A function that shows `what: noun`, how many are done and how many there are (0 where that is not known).

    A line that changes in a terminal, else a line every half minute.
    """
    if quiet:
        yield lambda stage, done, total: None
    elif sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status("") as status:
            yield _counter(status.update, every=0.2)
    else:
        yield _counter(console.note, every=_SECONDS)


def _counter(show: Callable[[str], None], every: float) -> Callable[[str, int, int], None]:
    started: dict[str, float] = {}
    told = time.monotonic()

    def count(stage: str, done: int, total: int) -> None:
        nonlocal told
        now = time.monotonic()
        began = started.setdefault(stage, now)
        if now - told >= every:
            told = now
            show(state(stage, done, total, now - began))

    return count


def state(stage: str, done: int, total: int, seconds: float) -> str:
    """`encode: 1,200 of 4,000 sentences, 350/s, 8 s left`."""
    what, _, noun = stage.partition(": ")
    text = f"{what}: {done:,}{f' of {total:,}' if total else ''} {noun}"
    if seconds > 0 and done:
        rate = done / seconds
        text += f", {rate:,.0f}/s" if rate >= 10 else f", {rate:.1f}/s"
        if total > done:
            text += f", {duration((total - done) / rate)} left"
    return text


def duration(seconds: float) -> str:
    """A time to read: `40 s`, `12 min`, `3 h 05 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
