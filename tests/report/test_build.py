from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from align.errors import MissingExtra, OutputError, OversizedInput, SettingsError
from align.report import ReportSettings, build, default_output, write_report
from tests.report.conftest import LetterEncoder, make_pairs

ROWS = [("abc", "abc", 0.9), ("d", "", 0.8), ("efg", "efg", 0.4)]
MADE = {"src": {"language": "en"}, "tgt": {"language": "ja"}}
Write = Callable[..., Path]
BLOCK = re.compile(r'<script type="application/json" id="([^"]*)">(.*?)</script>', re.DOTALL)


def blocks(page: str | Path) -> dict[str, Any]:
    return {name: json.loads(content) for name, content in BLOCK.findall(Path(page).read_text(encoding="utf-8"))}


@pytest.fixture(autouse=True)
def _no_model(letters: LetterEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "encoder_of", lambda *how: letters)


@pytest.mark.parametrize(
    ("given", "split", "page"),
    [
        ("out.tsv", False, "out.report.html"),
        ("a.b.jsonl", False, "a.b.report.html"),
        ("out", False, "out.report.html"),
        ("out.tsv", True, "out.report"),
        ("", False, "report.html"),
        ("", True, "report"),
    ],
)
def test_default_output(given: str, split: bool, page: str, tmp_path: Path) -> None:
    assert default_output(tmp_path / given, split) == str(tmp_path / page)


def test_single_document_has_its_map_and_no_corpus(write: Write) -> None:
    written = write_report(write("out.tsv", make_pairs(ROWS, "news"), MADE))
    found = blocks(written.page)
    assert list(found) == ["document-0"]
    assert found["document-0"]["heat"]["encoder"] == "letters@1"
    assert (written.documents, written.rows, written.pages) == (1, 3, 1)
    assert written.size == Path(written.page).stat().st_size


@pytest.mark.parametrize(("wanted", "maps"), [(None, 0), (True, 2), (False, 0)])
def test_corpus_has_maps_only_when_asked(wanted: bool | None, maps: int, write: Write, tmp_path: Path) -> None:
    for name in "ab":
        write(f"{name}.tsv", make_pairs(ROWS, name), MADE)
    found = blocks(write_report(tmp_path, settings=ReportSettings(heat_map=wanted)).page)
    assert sum(data.get("heat") is not None for data in found.values()) == maps


def test_map_that_cannot_be_drawn_is_left_out_unless_asked_for(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*how: object) -> None:
        raise MissingExtra("no model")

    monkeypatch.setattr(build, "encoder_of", missing)
    path = write("out.tsv", make_pairs(ROWS), MADE)
    assert blocks(write_report(path).page)["document-0"]["heat"] is None
    with pytest.raises(MissingExtra):
        write_report(path, settings=ReportSettings(heat_map=True))


def test_corpus_adds_up_its_documents(write: Write, tmp_path: Path) -> None:
    write("a.tsv", make_pairs(ROWS, "a"), MADE)
    write("b.tsv", make_pairs(ROWS[:1], "b"), MADE)
    corpus = blocks(write_report(tmp_path).page)["corpus"]
    assert [entry["name"] for entry in corpus["documents"]] == ["a", "b"]
    assert corpus["figures"]["rows"] == 4
    assert [(row["document"], row["row"], row["confidence"]) for row in corpus["worst"]] == [
        (0, 2, 0.4), (0, 0, 0.9), (1, 0, 0.9),
    ]  # fmt: skip


def test_worst_rows_of_a_corpus_are_the_worst_of_all(write: Write, tmp_path: Path) -> None:
    confidence = [(n * 37 % 300) / 300 for n in range(300)]
    for name in "ab":
        write(f"{name}.tsv", make_pairs([("x", "y", p) for p in confidence], name), MADE)
    worst = blocks(write_report(tmp_path).page)["corpus"]["worst"]
    assert [row["confidence"] for row in worst] == sorted([round(p, 4) for p in confidence] * 2)[:100]


def test_folder_of_one_document_is_a_corpus(write: Write, tmp_path: Path) -> None:
    write("a.tsv", make_pairs(ROWS, "a"), MADE)
    assert "corpus" in blocks(write_report(tmp_path).page)


def test_split_writes_a_page_for_each_document(write: Write, tmp_path: Path) -> None:
    names = ["news/a", "../../etc", "対訳"]
    for number, name in enumerate(names):
        write(f"corpus/{number}.tsv", make_pairs(ROWS, name), MADE)
    written = write_report(tmp_path / "corpus", tmp_path / "report", ReportSettings(split=True))
    assert sorted(p.relative_to(tmp_path / "report").as_posix() for p in (tmp_path / "report").rglob("*.html")) == [
        "documents/00001-news-a.html", "documents/00002-etc.html", "documents/00003.html", "index.html",
    ]  # fmt: skip
    index = blocks(written.page)["corpus"]
    for entry in index["documents"]:
        page = blocks(tmp_path / "report" / entry["page"])
        assert page["document-0"]["summary"]["name"] == entry["name"]
        assert page["document-0"]["home"] == "../index.html"
    assert written.pages == 4
    assert written.size == sum(p.stat().st_size for p in (tmp_path / "report").rglob("*.html"))


def test_split_into_a_file_is_refused(write: Write, tmp_path: Path) -> None:
    path = write("out.tsv", make_pairs(ROWS), MADE)
    with pytest.raises(OutputError, match="--split"):
        write_report(path, path, ReportSettings(split=True))


def test_gold_is_counted_where_it_is_missing(write: Write, tmp_path: Path) -> None:
    for name in "ab":
        write(f"corpus/{name}.tsv", make_pairs(ROWS, name), MADE)
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "a.txt").write_text("[0]:[0]\n[1]:[]\n[2]:[1]\n")
    written = write_report(tmp_path / "corpus", settings=ReportSettings(gold=str(tmp_path / "gold")))
    corpus = blocks(written.page)["corpus"]
    assert written.ungraded == 1
    assert [entry["f1"] for entry in corpus["documents"]] == [1.0, None]
    assert corpus["gold"]["documents"] == 1
    # A threshold measured on half the documents would be taken for one on all of them.
    assert all(row["measured"] is None for row in corpus["figures"]["thresholds"])


def test_too_many_rows_leave_the_old_page_as_it_was(write: Write, tmp_path: Path) -> None:
    path = write("out.tsv", make_pairs(ROWS), MADE)
    page = tmp_path / "page.html"
    page.write_text("old")
    with pytest.raises(OversizedInput, match=r"more than 2 rows for one page; give --split"):
        write_report(path, page, ReportSettings(max_rows=2))
    assert page.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.tsv", "out.tsv.json", "page.html"]


def test_limit_must_allow_a_row() -> None:
    with pytest.raises(SettingsError, match="max_rows is 0"):
        ReportSettings(max_rows=0)


def test_same_rows_give_the_same_bytes(write: Write, tmp_path: Path) -> None:
    path = write("out.tsv", make_pairs(ROWS), MADE)
    pages = [Path(write_report(path, tmp_path / name).page).read_bytes() for name in ("one.html", "two.html")]
    assert pages[0] == pages[1]


def test_progress_reaches_its_end(write: Write) -> None:
    seen: list[tuple[str, float]] = []
    write_report(write("out.tsv", make_pairs(ROWS), MADE), progress=lambda *what: seen.append(what))
    assert seen[-1] == ("documents", 1.0)
    assert all(0 <= done <= 1 for _, done in seen)
