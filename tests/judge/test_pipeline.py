"""Flags on the way through a whole alignment: in the rows, the sidecar and the summary."""

from __future__ import annotations

import pytest

from align import console
from align.alignment import Alignment
from align.pipeline import align_texts
from align.settings import AlignSettings

ENGLISH = """The council met on Tuesday to talk about the old bridge.

Repairs will cost 1,200 pounds, the engineer told them.

Nobody spoke against the plan."""

JAPANESE = """議会は火曜日に集まり、古い橋について話し合った。

修理には千三百ポンドかかると技師は述べた。

計画に反対する者はいなかった。 。"""


@pytest.fixture(scope="module")
def alignment() -> Alignment:
    return align_texts(ENGLISH, JAPANESE, AlignSettings(src_lang="en", tgt_lang="ja", threads=1))


def test_rows_have_flags(alignment: Alignment) -> None:
    found = {flag: pair.src for pair in alignment for flag in pair.flags}
    assert "1,200" in found["numbers"]
    assert "Nobody" in found["artefact"]


def test_flags_are_counted(alignment: Alignment) -> None:
    assert alignment.flags["numbers"] == 1
    assert alignment.describe()["flags"] == alignment.flags


def test_summary_names_them(alignment: Alignment) -> None:
    line = next(line for line in console.summary(alignment, (), 0.0) if line.label == "flags")
    assert "1 numbers" in line.text
