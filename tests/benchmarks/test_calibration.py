from __future__ import annotations

import json
import sys
from math import pi, sqrt
from pathlib import Path
from xml.etree import ElementTree

import pytest

from align.errors import MissingExtra
from align.records import Bead
from align.scores import Calibration, ReliabilityBin
from benchmarks import calibration
from benchmarks.accuracy import Aligned

GOLD = tuple(Bead((i,), (i,)) for i in range(10))
# Ten rows at .95 of which nine are right, and two of confidence .35 that are wrong.
FOUND = [Bead((i,), (i,), 0.95) for i in range(9)] + [
    Bead((9,), (), 0.95),
    Bead((10,), (9,), 0.35),
    Bead((), (10,), 0.35),
]
DOCUMENTS = [Aligned(GOLD, FOUND, {})]
KINDS = {kind: calibration.reliability(DOCUMENTS) for kind in (calibration.CLEAN, calibration.NOISY)}


def test_reliability_of_rows() -> None:
    found = calibration.reliability(DOCUMENTS)
    assert [(bin.count, bin.confidence, bin.accuracy) for bin in found.bins if bin.count] == [
        (2, pytest.approx(0.35), 0.0),
        (10, pytest.approx(0.95), pytest.approx(0.9)),
    ]
    assert found.error == pytest.approx((2 * 0.35 + 10 * 0.05) / 12)


@pytest.mark.parametrize(
    ("count", "right", "low", "high"),
    [(10, 8, 0.490, 0.943), (10, 10, 0.722, 1.0), (1, 0, 0.0, 0.793), (1000, 500, 0.469, 0.531)],
)
def test_interval_of_a_share(count: int, right: int, low: float, high: float) -> None:
    ends = calibration.interval(ReliabilityBin(0.0, 1.0, count, 0.5, right / count))
    assert ends == pytest.approx((low, high), abs=1e-3)


def test_what_chance_makes_of_probabilities_that_are_true() -> None:
    """One bin of n rows of probability p: the mean distance is that of a normal, sqrt(2 p q / pi n)."""
    n, p = 400, 0.8
    mean, high = calibration.by_chance(Calibration(0.0, (ReliabilityBin(0.8, 0.9, n, p, 1.0),)))
    deviation = sqrt(p * (1 - p) / n)
    assert mean == pytest.approx(sqrt(2 / pi) * deviation, rel=0.05)
    assert high == pytest.approx(1.96 * deviation, rel=0.1)


def test_chance_makes_nothing_of_no_rows_and_of_certain_ones() -> None:
    assert calibration.by_chance(Calibration(0.0, ())) == (0.0, 0.0)
    assert calibration.by_chance(Calibration(0.0, (ReliabilityBin(0.9, 1.0, 7, 1.0, 1.0),))) == (0.0, 0.0)


def cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_tables() -> None:
    rows = {"made up": {kind: calibration.figures(found) for kind, found in KINDS.items()}}
    rows["made up"]["clean"]["by_chance"] = {"mean": 0.07, "95%": 0.15}
    assert cells(calibration.overview(rows))[2] == [
        "made up",
        "clean",
        "12",
        "0.100",
        "0.070 to 0.150",
        "0.833",
        "0.900",
    ]
    assert cells(calibration.by_bin(KINDS))[2:4] == [
        ["0.3 to 0.4", "clean", "2", "0.350", "0.000"],
        ["0.9 to 1.0", "clean", "10", "0.950", "0.900"],
    ]


def test_drawing(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib, of the extra bench, is not installed")
    for panels in (1, 4, 6):
        names = [f"made-up-{number}" for number in range(panels)]
        once, twice = tmp_path / f"new/{panels}.svg", tmp_path / "twice.svg"
        for path in (once, twice):
            calibration.draw(dict.fromkeys(names, KINDS), path)
        assert once.read_bytes() == twice.read_bytes()
        texts = [text for text in ElementTree.parse(once).getroot().itertext() if text.strip()]
        assert [text for text in texts if text.startswith("made-up")] == names
        assert texts.count("ECE 0.100") == panels
        assert texts.count("0.100") == panels


def test_a_missing_extra_is_told_before_the_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"pip install 'taiyaku\[bench\]'"):
        calibration.main(["--svg", str(tmp_path / "a.svg"), "--shared", str(tmp_path)])


def test_a_written_document_from_the_command_to_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "calibration.json"
    arguments = ["--sets", "corpora", "--most", "1", "--beads", "20", "--shared", str(tmp_path), "--json", str(out)]
    assert calibration.main(arguments) == 0
    assert "mean confidence" in capsys.readouterr().out
    rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert list(rows) == ["corpora", "together"]
    assert rows["corpora"] == rows["together"]
    assert list(rows["corpora"]) == ["clean", "all three"]
    for found in rows["corpora"].values():
        assert 0 < found["error"] < 0.3
        assert sum(bin["count"] for bin in found["bins"]) > 10
