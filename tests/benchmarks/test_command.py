"""Options that benchmarks share, and how an error ends one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import NoReturn

import pytest

from align.errors import SettingsError
from benchmarks.command import parser_of, run
from benchmarks.gold import SHARED


def test_shared_options_have_the_defaults_given(capsys: pytest.CaptureFixture[str]) -> None:
    parser = parser_of("benchmarks.none", "Measures nothing.\n\nMore.", sets=["a", "b"], jobs=2, shared=SHARED)
    found = vars(parser.parse_args(["--jobs", "3"]))
    assert found == {"sets": ["a", "b"], "jobs": 3, "shared": SHARED, "json": None}
    assert "Measures nothing." in parser.format_help()
    assert "begin (a b)" in parser.format_help()
    assert "begin (all)" in parser_of("benchmarks.none", "", sets=[]).format_help()
    with pytest.raises(SystemExit):
        parser.parse_args(["--threads", "1"])
    assert "unrecognized" in capsys.readouterr().err


def fails(error: Exception) -> Callable[[], NoReturn]:
    def main() -> NoReturn:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (SettingsError("No set is called x."), "benchmarks.none: No set is called x."),
        (subprocess.CalledProcessError(3, ["align"], stderr="align: error: gone\n"), "align: error: gone"),
    ],
)
def test_an_error_the_user_can_mend_ends_the_run_with_its_message(error: Exception, says: str) -> None:
    with pytest.raises(SystemExit) as ended:
        run("benchmarks.none", fails(error))
    assert says in str(ended.value.code)
    with pytest.raises(SystemExit) as ended:
        run("benchmarks.none", lambda: 0)
    assert ended.value.code == 0
    with pytest.raises(ZeroDivisionError):
        run("benchmarks.none", lambda: 1 // 0)
