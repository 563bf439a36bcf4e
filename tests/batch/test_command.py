"""`align batch` as a shell runs it, with the real aligner."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from align import cli
from align.batch import Tally
from align.commands import batch as command
from align.options import SETTINGS

PACKAGE = str(Path(cli.__file__).parents[1])
EN = "The new library opened on Monday. About {} people stood in line.\n\nIt holds 120,000 books.\n"
JA = "月曜日、新しい図書館が開館した。およそ{}人が列を作った。\n\n蔵書は12万冊だ。\n"


def align(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": PACKAGE, "OPENBLAS_NUM_THREADS": "1", "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, "-m", "align", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for side, text in (("en", EN), ("ja", JA)):
        (tmp_path / side).mkdir()
        for n in range(3):
            (tmp_path / side / f"{n}.txt").write_text(text.format(300 + n), encoding="utf-8")
    (tmp_path / "ja/lonely.txt").write_text("一人だ。", encoding="utf-8")
    return tmp_path


def test_two_folders_become_a_corpus(folder: Path) -> None:
    done = align(folder, "batch", "en", "ja", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    lines = dict(line.split(maxsplit=1) for line in done.stderr.splitlines())
    assert lines["documents"] == "3: 3 aligned, 0 failed"
    assert lines["sentences"] == "9 and 9"
    assert lines["unpaired"].startswith("1 files")
    assert "(" in lines["rate"]
    rows = (folder / "out/1.tsv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 4
    assert "301" in rows[2]
    # The command in the sidecar makes the same file again.
    sidecar = json.loads((folder / "out/1.tsv.json").read_text())
    before = (folder / "out/1.tsv").read_bytes(), (folder / "out/1.tsv.json").read_bytes()
    again = align(folder, *sidecar["command"].split()[1:])
    assert again.returncode == 0, again.stderr
    assert ((folder / "out/1.tsv").read_bytes(), (folder / "out/1.tsv.json").read_bytes()) == before
    # Worker processes make the same bytes as the command's own.
    whole = {path.name: path.read_bytes() for path in (folder / "out").glob("*.*") if path.suffix in (".tsv", ".json")}
    (folder / "out").rename(folder / "first")
    done = align(folder, "batch", "en", "ja", "-o", "out", "--workers", "2", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    for name in whole.keys() - {"timings.tsv"}:
        assert (folder / "out" / name).read_bytes() == whole[name], name


def test_failed_documents_have_an_exit_code_of_their_own(folder: Path) -> None:
    (folder / "en/1.txt").write_text("")
    (folder / "en/2.txt").write_text("")
    (folder / "en/0.txt").write_text("")
    done = align(folder, "batch", "en", "ja", "-o", "out")
    assert done.returncode == 26
    last = done.stderr.splitlines()[-1]
    assert last.startswith("align: error: 3 of 3 documents failed; out/summary.tsv says why.")
    assert "en/1.txt is empty" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["batch", "none.tsv", "-o", "out"], 3, "none.tsv"),
        (["batch", "en", "-o", "out"], 4, "two folders"),
        (["batch", "en", "ja"], 2, "-o"),
        (["batch", "bad.tsv", "-o", "out"], 25, "bad.tsv, line 1"),
        (["batch", "en", "ja", "-o", "out", "--format", "tsv,word"], 2, "word"),
        (["batch", "en", "ja", "-o", "out", "--shard", "9/8"], 2, "9/8"),
        (["batch", "en", "ja", "-o", "out", "--model", "labsee"], 14, "labsee"),
        (["batch", "en", "ja", "-o", "out", "--cache", "v.sqlite", "--no-cache"], 2, "--no-cache"),
        (["batch", "--merge", "out"], 3, "no folder out"),
        (["batch", "--merge", "en"], 3, "no shards"),
    ],
)
def test_a_wrong_call_is_one_line_and_a_code(
    arguments: list[str], code: int, says: str, folder: Path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    (folder / "bad.tsv").write_text("a\tb\n")
    assert cli.run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    (message,) = err.splitlines()
    assert says in message
    assert not (folder / "out").exists()


def test_ctrl_c_stops_and_says_how_to_go_on(folder: Path) -> None:
    for n in range(60):
        (folder / "en" / f"{n}.txt").write_text(EN.format(n) * 20)
        (folder / "ja" / f"{n}.txt").write_text(JA.format(n) * 20, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": PACKAGE, "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "align", "batch", "en", "ja", "-o", "out", "--workers", "2"],
        cwd=folder, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while process.poll() is None and not list((folder / "out").glob("*.tsv")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list((folder / "out").glob("*.tsv"))
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "The same command goes on" in err
    assert "Traceback" not in err
    assert not list((folder / "out").glob(".align-*.tmp"))


def test_progress_is_a_line_now_and_then(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(command.time, "monotonic", lambda: clock[0])
    show = command._lines()
    tally = Tally(stage="align", documents=1100, reused=100, pending=1000, bytes_total=10000, started=0.0)
    for _ in range(300):
        clock[0] += 2.0
        tally.done, tally.bytes_done = tally.done + 1, tally.bytes_done + 10
        show(tally)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "115 of 1,100 documents, 1,800 documents/hour, 33 min left"
    assert [int(line.split()[0]) - 100 for line in lines] == [
        *range(15, 91, 15), 100, *range(115, 191, 15), 200, *range(215, 291, 15), 300,
    ]  # fmt: skip


def test_progress_before_the_aligning_is_told_too(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(command.time, "monotonic", lambda: clock[0])
    show = command._lines()
    tally = Tally(to_scan=40, to_encode=90_000)
    for stage in ("scan", "read", "encode"):
        tally.enter(stage, show)
        for _ in range(4):
            clock[0] += 10.0
            tally.scanned, tally.encoded = tally.scanned + 1, tally.encoded + 1000
            show(tally)
    tally.enter("align", show)
    assert capsys.readouterr().err.splitlines() == [
        "3 of 40 documents looked at for lines that they repeat",
        "6 of 40 documents read",
        "9,000 of 90,000 sentences encoded, 2 min left",
        "12,000 of 90,000 sentences encoded, 4 min left",
    ]
    assert tally.ahead == 80.0


def test_boilerplate_is_told_with_examples(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "en").mkdir()
    (tmp_path / "ja").mkdir()
    for n in range(2):
        (tmp_path / "en" / f"{n}.txt").write_text(f"{EN.format(n)}\nShare this\n\nLeave a comment\n")
        (tmp_path / "ja" / f"{n}.txt").write_text(JA.format(n), encoding="utf-8")
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert cli.run(["batch", "en", "ja", "-o", "out", "--no-repeated-lines"]) == 0
    assert "boilerplate marked: 4 source (Share this | Leave a comment)" in capsys.readouterr().err
    Path("lines.txt").write_text("Share this\n")
    assert cli.run(["batch", "en", "ja", "-o", "out", "--drop-boilerplate", "--boilerplate-lines", "lines.txt"]) == 0
    told = capsys.readouterr().err
    assert "boilerplate left out: 4 source (Share this | Leave a comment)" in told
    assert "known       1 line of boilerplate, from lines.txt" in told


def test_every_setting_is_an_option(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert cli.run(["batch", "--help"]) == 0
    shown = capsys.readouterr().out
    for name in (
        *SETTINGS,
        "pairs_only",
        "columns",
        "no_header",
        "format",
        "workers",
        "shard",
        "retry_failed",
        "no_repeated_lines",
        "no_cache",
    ):
        assert "--" + name.replace("_", "-") in shown


def test_the_command_starts_without_what_it_may_not_need() -> None:
    script = "import sys, align.cli; print(sorted({'numpy', 'distributed', 'dask', 'sqlite3'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": PACKAGE}, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"
