"""Progress of counted work."""

from __future__ import annotations

import pytest

from align.commands import counting as module
from align.commands.counting import counting, duration, state


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("encode: sentences", 1200, 4000, 4.0), "encode: 1,200 of 4,000 sentences, 300/s, 9 s left"),
        (("read: rows", 5000, 0, 2.0), "read: 5,000 rows, 2,500/s"),
        (("align en-ja: pairs", 3, 10, 6.0), "align en-ja: 3 of 10 pairs, 0.5/s, 14 s left"),
        (("read: documents", 10, 10, 1.0), "read: 10 of 10 documents, 10/s"),
        (("read: documents", 1, 10, 0.0), "read: 1 of 10 documents"),
    ],
)
def test_what_is_shown(arguments: tuple[str, int, int, float], text: str) -> None:
    assert state(*arguments) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (89, "89 s"), (90, "2 min"), (5000, "83 min"), (11100, "3 h 05 min")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_without_a_terminal_there_is_a_line_now_and_then(monkeypatch, capsys) -> None:
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    with counting(quiet=False) as count:
        for done in range(1, 10):
            count("read: rows", done, 9)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("read: 3 of 9 rows")


def test_quiet_says_nothing(capsys) -> None:
    with counting(quiet=True) as count:
        count("read: rows", 1, 9)
    assert capsys.readouterr().err == ""
