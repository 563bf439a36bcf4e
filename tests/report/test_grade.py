from __future__ import annotations

from pathlib import Path

import pytest

from align.errors import MissingInput
from align.records import Bead
from align.report.figures import step
from align.report.grade import NEAR, RIGHT, WRONG, CorpusGrades, Gold, Grades
from tests.report.conftest import make_pairs

PAIRS = make_pairs([("a", "b", 0.9), ("c|d", "e", 0.8), ("f", "", 0.7), ("", "g", 0.6), ("h", "i", 0.5)])
GOLD = [
    Bead((0,), (0,)),
    Bead((1,), (1,)), Bead((2,), ()),
    Bead((3,), ()),
    Bead((4,), (2, 3)),
]  # fmt: skip


def test_rows_are_right_near_or_wrong() -> None:
    grades = Grades.of("doc", PAIRS, GOLD)
    assert grades.rows == [RIGHT, NEAR, RIGHT, WRONG, NEAR]


def test_rows_that_are_not_right_say_what_gold_has() -> None:
    assert Grades.of("doc", PAIRS, GOLD).instead == {1: "[1]:[1]  [2]:[]", 3: "[4]:[2, 3]", 4: "[4]:[2, 3]"}


def test_right_rows_with_two_sides_are_counted_by_confidence() -> None:
    right = Grades.of("doc", PAIRS, GOLD).right
    assert right[step(0.9)] == 1
    assert right.sum() == 1  # the null row is right too, but no threshold on pairs keeps it


def test_grades_agree_with_the_evaluation() -> None:
    grades = Grades.of("doc", PAIRS, GOLD)
    assert grades.evaluation.strict.precision == pytest.approx(grades.rows.count(RIGHT) / len(PAIRS))
    assert grades.evaluation.lax.precision == pytest.approx(4 / 5)


def test_corpus_scores_all_documents_together() -> None:
    corpus = CorpusGrades()
    assert corpus.scores() is None
    for name in ("a", "b"):
        corpus.add(name, PAIRS, GOLD, Grades.of(name, PAIRS, GOLD))
    scores = corpus.scores()
    assert scores is not None
    assert scores["strict"]["precision"] == pytest.approx(2 / 5)
    assert corpus.right.sum() == 2


def test_gold_folders_name_documents_by_folder_or_file(tmp_path: Path) -> None:
    (tmp_path / "news" / "a").mkdir(parents=True)
    (tmp_path / "news" / "a" / "gold.txt").write_text("[0]:[0]\n")
    (tmp_path / "news" / "a" / "src.txt").write_text("no ladder\n")
    (tmp_path / "b.txt").write_text("[0]:[1]\n")
    gold = Gold.at(tmp_path)
    assert gold.of("news/a", alone=False) == [Bead((0,), (0,))]
    assert gold.of("b", alone=False) == [Bead((0,), (1,))]
    assert gold.of("c", alone=False) is None


def test_single_gold_goes_with_a_single_document_of_any_name(tmp_path: Path) -> None:
    path = tmp_path / "gold.txt"
    path.write_text("[0]:[0]\n")
    assert Gold.at(path).of("whatever", alone=True) == [Bead((0,), (0,))]
    assert Gold.at(path).of("whatever", alone=False) is None


def test_folder_without_gold(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match="holds no gold"):
        Gold.at(tmp_path)
