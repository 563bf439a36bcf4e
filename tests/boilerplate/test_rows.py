"""What becomes of rows that are boilerplate."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from align import console
from align.alignment import Alignment
from align.boilerplate import FLAG, known_lines, sift
from align.encode import Vectors
from align.errors import MissingInput, SettingsError
from align.pipeline import Aligner
from align.records import AlignedPair, Bead, Sentence
from align.settings import AlignSettings

EN = (
    "Share this\n\nThe ferry was late. It was cold on the quay.\n\nAdvertisement\n\nNobody minded.\n\nLeave a comment\n"
)
JA = "広告\n\n渡し船は遅れた。桟橋は寒かった。\n\n誰も気にしなかった。\n\n関連記事\n\nコメントを書く\n"
STORY = [
    "The ferry was late again, and nobody on the quay was surprised by that.",
    "A man with a suitcase counted the gulls on the roof of the ticket office.",
    "When he reached forty he began to subtract, because some of them were leaving.",
    "It was cold, and the wind came from the wrong side.",
    "At six the harbor master walked down and told them what they already knew.",
    "There would be no ferry before the morning, and perhaps not even then.",
]
MARK, DROP, KEEP = AlignSettings(), AlignSettings(drop_boilerplate=True), AlignSettings(keep_boilerplate=True)


class OneVector:
    """An encoder for engines that look at nothing."""

    name, revision = "one", "1"

    def knows(self, language: str) -> bool:
        return True

    def encode(self, sentences, longest, joiner) -> Vectors:
        return Vectors(np.ones((longest, len(sentences), 1), dtype=np.float32), 1)


class ByText:
    """Pairs lines 1, 2 and 4 of the source with lines 1, 2 and 3 of the target; the rest stands alone."""

    signature = "by-text"

    def beads(self, source, target, settings):
        return [
            Bead((0,), ()), Bead((), (0,)), Bead((1,), (1,)), Bead((2,), (2,)), Bead((3,), ()), Bead((4,), (3,)),
            Bead((), (4,)), Bead((), (5,)), Bead((5,), ()),
        ]  # fmt: skip


def aligned(settings: AlignSettings) -> Alignment:
    settings = replace(settings, src_lang="en", tgt_lang="ja")
    return Aligner(settings, encoder=OneVector(), engine=ByText()).texts(EN, JA)


def row(src: tuple[int, ...], tgt: tuple[int, ...], *flags: str) -> AlignedPair:
    return AlignedPair("d", 0, f"{len(src)}-{len(tgt)}", src, tgt, 1.0, 0.0, flags, "", "", None, None)


def test_null_rows_are_marked() -> None:
    rows = aligned(MARK).pairs
    assert [FLAG in pair.flags for pair in rows] == [True, True, False, False, True, False, True, True, True]


def test_dropping_leaves_the_other_rows_as_they_were() -> None:
    marked, dropped = aligned(MARK), aligned(DROP)
    assert dropped.pairs == tuple(pair for pair in marked.pairs if FLAG not in pair.flags)
    assert dropped.dropped == tuple(pair for pair in marked.pairs if FLAG in pair.flags)
    assert dropped.verdict == marked.verdict
    assert len(dropped) == 3


def test_keeping_flags_nothing() -> None:
    kept = aligned(KEEP)
    assert not any(FLAG in pair.flags for pair in kept.pairs)
    assert [pair.src_ids + pair.tgt_ids for pair in kept.pairs] == [
        pair.src_ids + pair.tgt_ids for pair in aligned(MARK).pairs
    ]
    assert kept.boilerplate == ([], [])


@pytest.mark.parametrize(("settings", "treatment"), [(MARK, "mark"), (DROP, "drop"), (KEEP, "keep")])
def test_the_sidecar_counts_and_shows(settings: AlignSettings, treatment: str) -> None:
    found = aligned(settings).describe()["boilerplate"]
    src, tgt = ["Share this", "Advertisement", "Leave a comment"], ["広告", "関連記事", "コメントを書く"]
    if treatment == "keep":
        src, tgt = [], []
    expected = {"treatment": treatment, "src": len(src), "tgt": len(tgt), "examples": {"src": src, "tgt": tgt}}
    assert found == expected
    json.dumps(found)


def test_the_summary_counts_and_shows() -> None:
    lines = {line.label: line.text for line in console.summary(aligned(DROP), (), 1.0)}
    assert lines["boilerplate"] == (
        "left out: 3 source (Share this | Advertisement | Leave a comment), 3 target (広告 | 関連記事 | コメントを書く)"
    )
    lines = {line.label: line.text for line in console.summary(aligned(MARK), (), 1.0)}
    assert lines["boilerplate"].startswith("marked: 3 source (")
    assert "boilerplate" not in {line.label for line in console.summary(aligned(KEEP), (), 1.0)}


def test_the_signature_tells_when_rows_are_left_out() -> None:
    assert "|boilerplate:drop|" in aligned(DROP).signature
    assert "boilerplate" not in aligned(MARK).signature


def test_rows_with_two_sides_are_never_touched() -> None:
    sides = [Sentence("Share this", 0, 10, 0)], [Sentence("シェアする", 0, 5, 0)]
    pair = row((0,), (0,))
    assert sift([pair], sides, ("en", "ja"), DROP) == ((pair,), ())


def test_every_sentence_of_a_row_must_be_boilerplate() -> None:
    lines = ["Share this", "Menu", *STORY]
    sides = [Sentence(text, 0, 1, max(number, 1)) for number, text in enumerate(lines)], []
    rows = [row((0, 1), ()), row((2,), ())]
    assert [bool(pair.flags) for pair in sift(rows, sides, ("en", "ja"), MARK)[0]] == [True, False]
    assert not sift([row((0, 2), ())], sides, ("en", "ja"), MARK)[0][0].flags


def test_flags_that_were_there_stay() -> None:
    sides = [Sentence("Share this", 0, 10, 0)], []
    (pair,), _ = sift([row((0,), (), "a", "non-text")], sides, ("en", "ja"), MARK)
    assert pair.flags == ("a", "boilerplate", "non-text")


def test_a_file_of_lines_says_what_else_is_boilerplate(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text(f"{STORY[1]}\n", encoding="utf-8")
    sides = [Sentence(text, 0, 1, number // 2) for number, text in enumerate(STORY)], []
    rows = [row((k,), ()) for k in range(len(STORY))]
    settings = AlignSettings(boilerplate_lines=str(path))
    marked, _ = sift(rows, sides, ("en", "ja"), settings, known_lines(settings))
    assert [pair.src_ids for pair in marked if FLAG in pair.flags] == [(1,)]
    path.write_text(f"{STORY[4]} \n\n", encoding="utf-8")
    marked, _ = sift(rows, sides, ("en", "ja"), settings, known_lines(settings))
    assert [pair.src_ids for pair in marked if FLAG in pair.flags] == [(4,)], "the file was changed, and is read again"


def test_a_missing_file_of_lines_shows_before_the_work() -> None:
    with pytest.raises(MissingInput, match=r"none\.txt: no such file"):
        aligned(AlignSettings(boilerplate_lines="none.txt"))


def test_dropping_and_keeping_exclude_each_other() -> None:
    with pytest.raises(SettingsError, match="give one of them"):
        AlignSettings(drop_boilerplate=True, keep_boilerplate=True)
    assert [settings.boilerplate for settings in (MARK, DROP, KEEP)] == ["mark", "drop", "keep"]
