"""Pairing real documents with the embedded encoder: those of corpora/, and NTREX where it is at hand."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from align import cli
from align.match import MatchSettings, match_folders, match_texts
from align.settings import AlignSettings
from benchmarks.gold import SHARED
from benchmarks.match import lay_out, read_table

ROOT = Path(__file__).parents[2]
SETTINGS = AlignSettings(threads=1)


def scattered(folder: Path, seed: int = 1) -> dict[str, dict[str, str]]:
    """Some of the written documents in `en` and `ja` below the folder, under numbers; which is which by its number.

    One document is missing on either side, not the same one.
    """
    rng = random.Random(seed)
    documents = sorted(path.parent.name for path in ROOT.glob("corpora/*/gold.txt"))[:5]
    where: dict[str, dict[str, str]] = {"en": {}, "ja": {}}
    for code, names in (("en", documents[1:]), ("ja", documents[:-1])):
        (folder / code).mkdir()
        rng.shuffle(names)
        for number, name in enumerate(names):
            (path,) = (ROOT / "corpora" / name).glob(f"{code}.*")
            shutil.copy(path, folder / code / f"{number}{path.suffix}")
            where[code][f"{number}{path.suffix}"] = name
    return where


def test_written_documents_under_meaningless_names(tmp_path: Path) -> None:
    where = scattered(tmp_path)
    found = match_folders(tmp_path / "en", tmp_path / "ja", SETTINGS, MatchSettings(head=20))
    assert {(where["en"][m.source.name], where["ja"][m.target.name]) for m in found.matches} == {
        (name, name) for name in set(where["en"].values()) & set(where["ja"].values())
    }
    assert all(match.languages == ("en", "ja") for match in found.matches)
    alone = [where["en" if each.is_source else "ja"][each.text.name] for each in found.alone]
    assert alone == sorted(set(where["en"].values()) ^ set(where["ja"].values()), reverse=True)


def test_the_command_writes_a_manifest_and_tells_what_is_broken(tmp_path: Path, monkeypatch, capsys) -> None:
    for code, lines in (
        ("en", ["The new library opened on Monday.", "About 300 people stood in line.", "It holds 120,000 books."]),
        ("ja", ["月曜日、新しい図書館が開館した。", "およそ300人が列を作った。", "蔵書は12万冊だ。"]),
    ):
        (tmp_path / code / "sub").mkdir(parents=True)
        (tmp_path / code / "sub" / "library.txt").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "en" / "broken.txt").write_bytes(b"")
    (tmp_path / "en" / "cake.txt").write_text("Beat the eggs with the sugar. Add the flour. Bake it for an hour.")
    monkeypatch.chdir(tmp_path)
    assert cli.run(["match", "en", "ja", "-o", "m.tsv", "--unmatched", "alone.tsv", "--threads", "1"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "broken.txt" in said.err
    assert "1: 1 en-ja" in said.err
    header, row = (tmp_path / "m.tsv").read_text().splitlines()
    assert header.split("\t") == ["doc", "src", "tgt", "src_lang", "tgt_lang", "score"]
    assert row.split("\t")[:5] == ["sub/library", "en/sub/library.txt", "ja/sub/library.txt", "en", "ja"]
    assert (tmp_path / "alone.tsv").read_text().splitlines()[1].startswith("cake\ten/cake.txt\t\ten\t\t0.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["en", "nowhere"], "nowhere"),
        (["en", "en"], "no two languages"),
        (["en", "ja", "--min-score", "7"], "--min-score"),
        (["en", "ja", "-o", "no/such/m.tsv"], "no folder"),
    ],
)
def test_what_goes_wrong_is_told_in_a_line(
    tmp_path: Path, monkeypatch, capsys, arguments: list[str], said: str
) -> None:
    for code, line in (("en", "The library opened on Monday."), ("ja", "図書館が月曜日に開館した。")):
        (tmp_path / code).mkdir()
        (tmp_path / code / "a.txt").write_text(line, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.run(["match", *arguments]) != 0
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""
    assert printed.err.count("\n") == 1


def test_news_in_english_and_japanese(tmp_path: Path) -> None:
    table = SHARED / "gold" / "ntrex" / "en-ja.tsv"
    if not table.exists():
        pytest.skip("NTREX stands in ../shared/gold, which is not here")
    source, target = read_table(table)
    task = lay_out(tmp_path, "en-ja", source, [target], seed=1, limit=40)
    found = match_texts(task.sources, task.targets, SETTINGS, MatchSettings(head=20)).matches
    assert {(match.source.path, match.target.path) for match in found} == task.gold
    assert len(task.gold) > 10
