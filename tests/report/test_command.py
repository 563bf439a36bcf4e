from __future__ import annotations

import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from align import cli, errors
from tests.report.conftest import make_pairs

ROWS = [("abc", "abc", 0.9), ("d", "", 0.8)]
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """A command sets up its process; put back what it sets when it runs in ours."""
    handler, loggers = signal.getsignal(signal.SIGTERM), [logging.getLogger(), logging.getLogger("align")]
    handlers = [list(logger.handlers) for logger in loggers]
    yield
    signal.signal(signal.SIGTERM, handler)
    for logger, before in zip(loggers, handlers, strict=True):
        logger.handlers = before


def test_report_goes_beside_the_alignment(write: Write, capfd: pytest.CaptureFixture[str]) -> None:
    path = write("out.tsv", make_pairs(ROWS))
    assert cli.run(["report", str(path), "--no-heat-map"]) == 0
    out, err = capfd.readouterr()
    assert out == ""
    assert "rows        2" in err
    assert str(path.with_name("out.report.html")) in err
    assert path.with_name("out.report.html").read_bytes().startswith(b"<!doctype html>")


def test_quiet_says_nothing(write: Write, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = write("out.tsv", make_pairs(ROWS))
    assert cli.run(["report", str(path), "-q", "--split", "-o", str(tmp_path / "pages")]) == 0
    assert capfd.readouterr() == ("", "")
    assert (tmp_path / "pages" / "index.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (["nowhere.tsv"], errors.MissingInput, "There is no file or folder nowhere.tsv"),
        (["out.tsv", "-o", "out.tsv"], errors.OutputError, "would overwrite the input"),
        (["out.tsv", "-o", "no/such/page.html"], errors.OutputError, "there is no folder"),
        (["out.tsv", "--gold", "none.txt"], errors.MissingInput, "none.txt"),
        (["out.tsv", "--max-rows", "1"], errors.OversizedInput, "--split"),
        (["broken.tsv"], errors.MalformedAlignment, "broken.tsv"),
    ],
)
def test_errors_name_what_to_mend(
    arguments: list[str],
    kind: type[errors.AlignError],
    message: str,
    write: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    write("out.tsv", make_pairs(ROWS))
    (tmp_path / "broken.tsv").write_text("src\ttgt\tconfidence\na\tb\tperhaps\n")
    monkeypatch.chdir(tmp_path)
    assert cli.run(["report", *arguments]) == kind.exit_code
    _, err = capfd.readouterr()
    assert err.startswith("align: error: ")
    assert message in err
    assert err.count("\n") == 1
    assert not list(tmp_path.glob("*.html"))


def test_help_loads_no_report() -> None:
    code = "import sys; from align import cli; cli.run(['report', '--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    loaded = done.stderr.split()
    assert "align.commands.report" in loaded
    assert {"numpy", "align.report"}.isdisjoint(loaded)
