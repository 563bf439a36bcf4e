"""Filtering: which rows stay, and what is counted."""

from __future__ import annotations

import csv
import json
import shlex
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.cli import run
from align.errors import MissingExtra, MissingModel, SettingsError
from align.judge.bicleaner import scored
from align.judge.filter import Outcome, filter_of, filtered, judged
from align.judge.spool import Spool
from align.records import AlignedPair
from align.write import read_pairs, save_pairs

Make = Callable[..., AlignedPair]


@pytest.fixture
def rows(pair: Make) -> list[AlignedPair]:
    return [
        pair("It rained.", "雨だった。", confidence=0.95),
        pair(
            "He left.", "去った。", bead=1, src_ids=(1,), tgt_ids=(1,), confidence=0.4, flags=("low-confidence", "torn")
        ),
        pair("Share this", "", bead=2, src_ids=(2,), confidence=0.99, flags=("boilerplate",)),
        pair("It cost 1,200 yen.", "千三百円だった。", bead=3, src_ids=(3,), tgt_ids=(2,), confidence=0.97),
    ]


@pytest.fixture
def table(rows: list[AlignedPair], tmp_path: Path) -> Path:
    path = tmp_path / "in.tsv"
    save_pairs(rows, path)
    Path(f"{path}.json").write_text(json.dumps({"src": {"language": "en"}, "tgt": {"language": "ja"}}))
    return path


def test_every_reason_is_counted(rows: list[AlignedPair]) -> None:
    outcome = Outcome()
    aside: list[AlignedPair] = []
    kept = list(filtered(rows, filter_of(["confidence >= .9 and not torn"], ["is_null"]), outcome, aside.append))
    assert kept == [rows[0], rows[3]]
    assert aside == [rows[1], rows[2]]
    assert outcome.to_dict() == {
        "read": 4,
        "kept": 2,
        "dropped": 2,
        "reasons": [
            {"option": "--keep", "condition": "confidence >= .9", "rows": 1, "alone": 0},
            {"option": "--keep", "condition": "not torn", "rows": 1, "alone": 0},
            {"option": "--drop", "condition": "is_null", "rows": 1, "alone": 1},
        ],
    }


def test_nothing_to_filter_by() -> None:
    with pytest.raises(SettingsError, match="--keep or --drop"):
        filter_of()


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), max_size=20), st.floats(0, 1))
def test_keep_and_drop_are_opposites(confidences: list[float], limit: float) -> None:
    rows = [AlignedPair("d", 0, "1-1", (0,), (0,), each, 0.0, (), "a", "b", None, None) for each in confidences]
    kept = list(filtered(rows, filter_of([f"confidence < {limit!r}"]), Outcome()))
    left = list(filtered(rows, filter_of(drop=[f"confidence < {limit!r}"]), Outcome()))
    assert sorted(row.confidence for row in kept + left) == sorted(confidences)
    assert all(row.confidence < limit for row in kept)


def test_judged_takes_old_flags_away_and_leaves_those_of_others(rows: list[AlignedPair]) -> None:
    assert [row.flags for row in judged(rows, ("en", "ja"))] == [
        (),
        ("low-confidence",),
        ("boilerplate",),
        ("numbers",),
    ]


def test_spool(rows: list[AlignedPair]) -> None:
    spool = Spool()
    for row in rows:
        spool.add(row)
    assert list(spool) == rows == list(spool)
    assert list(Spool()) == []


@pytest.fixture
def bicleaner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that takes bicleaner-ai's place: it scores a pair by the length of its source."""
    program = tmp_path / "bin" / "bicleaner-ai-classify"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        "*options, source, scores, model = sys.argv[1:]\n"
        "if model != 'model.yaml': sys.exit(f'no model {model}')\n"
        "assert '--score_only' in options\n"
        "with open(source, encoding='utf-8') as file, open(scores, 'w') as out:\n"
        "    for line in file: out.write(f'{min(1, len(line.split(chr(9))[0]) / 20):.3f}\\n')\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent))
    return program


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a shebang")
def test_bicleaner_scores(rows: list[AlignedPair], bicleaner: Path) -> None:
    found = list(scored(rows, "model.yaml"))
    assert [score for _, score in found] == [0.5, 0.4, 0.0, 0.9]
    assert [row.flags for row, _ in found] == [(), ("bicleaner", "low-confidence", "torn"), ("boilerplate",), ()]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a shebang")
def test_bicleaner_without_its_model(rows: list[AlignedPair], bicleaner: Path) -> None:
    with pytest.raises(MissingModel, match="no model other"):
        list(scored(rows, "other"))


def test_bicleaner_not_installed(rows: list[AlignedPair], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(MissingExtra, match="pip install bicleaner-ai"):
        list(scored(rows, "model.yaml"))


def test_command(table: Path, tmp_path: Path, rows: list[AlignedPair], capsys: pytest.CaptureFixture[str]) -> None:
    out, rest = tmp_path / "out.tsv", tmp_path / "rest.jsonl"
    arguments = ["filter", str(table), "-o", str(out), "--keep", "confidence >= .9 and not boilerplate"]
    assert run([*arguments, "--rejected", str(rest)]) == 0
    assert [row.src for row in read_pairs(out)] == ["It rained.", "It cost 1,200 yen."]
    assert [row.src for row in read_pairs(rest)] == ["He left.", "Share this"]
    summary = capsys.readouterr().err
    assert "4 read, 2 kept (50.0%), 2 left out" in summary
    assert "fail confidence >= .9 (1 nothing else)" in summary
    sidecar = json.loads(Path(f"{out}.json").read_text(encoding="utf-8"))
    assert sidecar["filter"]["dropped"] == 2
    assert shlex.split(sidecar["command"]) == ["align", *arguments, "--rejected", str(rest)]
    assert sidecar["src"]["language"] == "en"


def test_command_as_json(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["filter", str(table), "-o", str(tmp_path / "out.tsv"), "--drop", "torn or numbers", "--json"]
    assert run([*arguments, "--judge"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(reason["condition"], reason["rows"]) for reason in found["reasons"]] == [("torn", 0), ("numbers", 1)]


def test_command_to_standard_output(table: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["filter", str(table), "-o", "-", "--keep", "torn", "--columns", "src,tgt", "--quiet"]) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)) == [["src", "tgt"], ["He left.", "去った。"]]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--keep", "confidense > 1"], 2, "did you mean confidence"),
        ([], 2, "--keep or --drop"),
        (["--keep", "bicleaner > .5"], 2, "--bicleaner MODEL"),
        (["--keep", "torn", "--rejected", "OUT"], 2, "give two names"),
    ],
)
def test_command_mistakes(
    arguments: list[str], code: int, says: str, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "OUT.tsv")
    assert run(["filter", str(table), "-o", out, *[out if each == "OUT" else each for each in arguments]]) == code
    assert says in capsys.readouterr().err
    assert not Path(out).exists()


def test_command_does_not_overwrite_its_input(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = table.read_bytes()
    assert run(["filter", str(table), "-o", str(table), "--keep", "torn"]) == 15
    assert table.read_bytes() == before
