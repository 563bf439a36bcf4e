"""`align corpus` as a shell runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from align import cli, errors


def test_a_corpus_in_splits(row, save, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for n in range(20):
        save(f"d{n}.tsv", [row(f"d{n}", 0, f"only here {n} {n}", f"ここだけ{n}"), row(f"d{n}", 1, "x", "")])
    split = "train=0.6,dev=0.2,test=0.2"
    assert (
        cli.run(["corpus", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--split", split, "--threshold", "1"])
        == 0
    )
    said = capsys.readouterr()
    assert said.out == ""
    assert "40 rows of 20 documents in 20 files" in said.err
    assert "20 with one side empty" in said.err
    assert "train.tsv" in said.err
    sizes = [(tmp_path / "out" / f"{name}.tsv").read_text().count("\n") - 1 for name in ("train", "dev", "test")]
    assert sum(sizes) == 20
    assert min(sizes) > 0


def test_columns_and_format(row, save, tmp_path: Path) -> None:
    save("a.jsonl", [row("a", 0, "Hello.", "こんにちは。")])
    output = tmp_path / "out.tsv"
    assert (
        cli.run(["corpus", str(tmp_path / "in"), "-o", str(output), "--columns", "tgt,src", "--no-header", "-q"]) == 0
    )
    assert output.read_text() == "こんにちは。\tHello.\n"


def test_standard_output_gets_rows_alone(row, save, tmp_path: Path) -> None:
    save("a.tsv", [row("a", 0, "x", "y")])
    command = [sys.executable, "-m", "align", "corpus", "in", "-o", "-", "--columns", "src,tgt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "src\ttgt\nx\ty\n"
    assert "1 rows" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere", "-o", "out.tsv"], errors.MissingInput.exit_code, "nowhere"),
        (["in", "-o", "out.tsv", "--dedup", "fuzzy"], 2, "none, exact, near"),
        (["in", "-o", "out", "--split", "train"], 2, "train=0.98"),
        (["in", "-o", "no/such/out.tsv"], errors.OutputError.exit_code, "no folder"),
        (["in", "-o", "no/such/out", "--split", "a=1,b=1"], errors.OutputError.exit_code, "no folder"),
        (["in", "-o", "out.tmx"], 2, "--src-lang"),
        (["in"], 2, "--output"),
    ],
)
def test_what_goes_wrong_is_told_in_a_line(
    row, save, tmp_path: Path, monkeypatch, capsys, arguments: list[str], code: int, said: str
) -> None:
    save("a.tsv", [row("a", 0, "x", "y")])
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert cli.run(["corpus", *arguments]) == code
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.err.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before
