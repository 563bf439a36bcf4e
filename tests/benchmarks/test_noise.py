from __future__ import annotations

import json
from pathlib import Path

import pytest

from align.errors import AlignError
from align.records import Bead
from benchmarks import noise
from benchmarks.accuracy import Aligned


def bead(*ids: tuple[int, ...], confidence: float = 0.9) -> Bead:
    return Bead(*ids, confidence)


GOLD = tuple(bead((i,), (i,)) for i in range(4))
RIGHT = list(GOLD)
HALF = [bead((0,), (0,)), bead((1,), (1,)), bead((2,), (3,)), bead((3,), (2,))]
KINDS = {
    noise.CLEAN: [Aligned(GOLD, RIGHT, {5: RIGHT})],
    "all three": [Aligned(GOLD, HALF, {5: RIGHT})],
}


def test_fall_is_what_a_copy_loses_in_strict_f1() -> None:
    rows = noise.scored(KINDS, 5)
    assert rows[noise.CLEAN]["lattice"]["fall"] == rows[noise.CLEAN]["bertalign"]["fall"] == 0
    assert rows["all three"]["lattice"]["fall"] == pytest.approx(0.5)
    assert rows["all three"]["bertalign"]["fall"] == 0
    assert rows["all three"]["bertalign"]["difference"]["difference"] == pytest.approx(-0.5)


def test_falls_over_the_target_are_named() -> None:
    rows = {"made up": noise.scored(KINDS, 5)}
    assert noise.over(rows) == ["made up, all three (0.500)"]
    rows["made up"]["all three"]["lattice"]["fall"] = noise.TARGET
    assert noise.over(rows) == []


def test_table_has_a_line_for_each_kind_of_copy() -> None:
    lines = noise.overview({"made up": noise.scored(KINDS, 5)}).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0][4:8] == ["lattice: strict", "fall", "null", "ECE"]
    assert cells[2][:6] == ["made up", "1", "4", "clean", "1.000", ""]
    assert cells[3][:6] == ["made up", "1", "4", "all three", "0.500", "0.500"]
    assert cells[3][8:10] == ["1.000", "0.000"]


def test_a_written_document_from_the_command_to_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noise, "NOISES", {"all three": noise.NOISES["all three"]})
    out = tmp_path / "out" / "noise.json"
    arguments = ["--sets", "corpora", "--most", "1", "--beads", "20", "--shared", str(tmp_path), "--json", str(out)]
    assert noise.main(arguments) == 0
    table, result = capsys.readouterr().out, json.loads(out.read_text(encoding="utf-8"))
    assert "all three" in table
    assert result["weights"]["revision"]
    rows = result["rows"]
    assert list(rows) == ["corpora"]  # one set is no sum
    assert list(rows["corpora"]) == ["clean", "all three"]
    clean, copy = rows["corpora"].values()
    assert copy["lattice"]["gold_beads"] > clean["lattice"]["gold_beads"]
    assert clean["lattice"]["strict"]["f1"] > 0.7
    assert copy["lattice"]["null_f1"] > 0.5


def test_a_set_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AlignError, match="No set is called nothing"):
        noise.main(["--sets", "nothing", "--shared", str(tmp_path)])
