"""The document verdict: on rows made by hand, and on texts with the embedded encoder."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align import console
from align.engines import LatticeEngine, SideInput
from align.pipeline import Aligner
from align.records import AlignedPair, Bead, Sentence
from align.settings import AlignSettings
from align.verdict import USUAL, background, foreign_share, likely, row_features, verdict

EN, JA = "A sentence as long as they are in the newspaper.", "新聞にあるくらいの長さの一文である。"


def row(number: int, confidence: float = 0.98, similarity: float = 0.7, flags: tuple[str, ...] = ()) -> AlignedPair:
    ids = (number,)
    return AlignedPair("d", number, "1-1", ids, ids, confidence, similarity, flags, EN, JA, (0, 1), (0, 1))


def null(number: int, flags: tuple[str, ...] = ()) -> AlignedPair:
    made = row(number, 0.9, 0.0, flags)
    if number % 2:
        return replace(made, type="1-0", tgt_ids=(), tgt="", tgt_span=None)
    return replace(made, type="0-1", src_ids=(), src="", src_span=None)


def half(good: int, bad: int) -> list[AlignedPair]:
    """So many rows that fit, and so many sentences a side that have no counterpart."""
    return [*map(row, range(good)), *(null(good + k) for k in range(2 * bad))]


@pytest.mark.parametrize(
    ("rows", "label", "aligned"),
    [
        (half(20, 0), "parallel", 1.0),
        (half(1, 0), "parallel", 1.0),  # one sentence and its translation
        (half(18, 2), "parallel", 0.9),
        (half(10, 10), "partly parallel", 0.5),
        (half(6, 14), "partly parallel", 0.3),
        (half(0, 20), "not parallel", 0.0),
        ([], "not parallel", 0.0),
        ([row(k, 0.6, 0.15) for k in range(5)] + [null(k) for k in range(40)], "not parallel", 0.0),  # by chance
        ([row(k, 0.75, 0.65) for k in range(20)], "parallel", 1.0),  # free translation: unsure which, but sure that
        ([row(k, 0.9, 0.1) for k in range(20)], "not parallel", 0.0),  # sure of itself, and no more alike than any two
    ],
)
def test_labels(rows: list[AlignedPair], label: str, aligned: float) -> None:
    found = verdict(rows)
    assert found.label == label
    assert found.aligned == pytest.approx(aligned, abs=0.06)
    assert (found.probability >= 0.5) == (label != "not parallel")


def test_moved_rows_count_as_translated_elsewhere() -> None:
    rows = [*map(row, range(10)), *(null(k, ("moved",)) for k in range(10, 30))]
    found = verdict(rows)
    assert found.label == "reordered"
    assert found.moved == pytest.approx(0.5)
    assert found.aligned == pytest.approx(0.5, abs=0.03)
    few = verdict([*map(row, range(30)), null(30, ("moved",)), null(31, ("moved",))])
    assert few.label == "parallel"
    assert few.moved > 0


def test_a_side_in_another_language_goes_before_all_else() -> None:
    assert verdict(half(20, 0), foreign=(0.0, 0.8)).label == "wrong language"
    assert verdict(half(20, 0), foreign=(0.2, 0.3)).label == "parallel"


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1), st.floats(-1, 1)), max_size=30))
def test_every_figure_is_a_share(given_rows: list[tuple[bool, float, float]]) -> None:
    rows = [null(k) if empty else row(k, c, s) for k, (empty, c, s) in enumerate(given_rows)]
    found = verdict(rows)
    assert 0 <= found.aligned <= 1 + 1e-9
    assert 0 < found.probability < 1
    chance = likely(rows, [1] * len(rows))
    assert all(p == 0 for p, pair in zip(chance, rows, strict=True) if pair.is_null)
    assert row_features(rows, [1] * len(rows), USUAL).shape == (len(rows), 5)


def test_the_background_leaves_beads_and_their_neighbours_out() -> None:
    n = 60
    vectors = np.eye(64, dtype=np.float32)[:n]  # alike on the diagonal only
    found = background([Bead((i,), (i,)) for i in range(n)], vectors, vectors)
    assert found.mean == pytest.approx(0.0, abs=0.01)
    whole = background([], vectors, vectors)
    assert whole.mean == pytest.approx(1 / n, abs=0.01)
    assert whole.deviation > found.deviation


def test_the_background_of_nothing_is_the_usual_one() -> None:
    nothing, one = np.zeros((0, 8), np.float32), np.ones((1, 8), np.float32)
    assert background([], nothing, one) == USUAL
    assert background([Bead((0,), (0,))], one, one) == USUAL


@pytest.mark.parametrize(
    ("texts", "language", "share"),
    [
        (["The committee met on Tuesday and agreed on the plan for the new bridge."] * 3, "en", 0.0),
        (["Der Ausschuss hat sich am Dienstag getroffen und sich auf den Plan geeinigt."] * 3, "en", 1.0),
        (
            ["委員会は火曜日に会合を開き、新しい橋の計画に合意したと発表した。十年越しの計画だ。"] * 2,
            "ja",
            0.0,
        ),
        (["The committee met on Tuesday and agreed on the plan for the new bridge."] * 3, "ja", 1.0),
        (["OK", "NASA", "2024"], "ja", 0.0),  # nothing to tell it by
        ([], "en", 0.0),
    ],
)
def test_share_in_another_language(texts: list[str], language: str, share: float) -> None:
    sentences = [Sentence(text, 100 * k, 100 * k + len(text), k) for k, text in enumerate(texts)]
    assert foreign_share(sentences, language) == share


def test_share_is_by_characters() -> None:
    german = "Der Ausschuss hat sich am Dienstag getroffen und sich auf den Plan geeinigt."
    english = "The committee met on Tuesday, and the members of it agreed on a plan for that."
    sentences = [Sentence(text, 0, 1, k) for k, text in enumerate([german, german, english])]
    assert foreign_share(sentences, "en") == pytest.approx(0.66, abs=0.03)


# --- with the embedded encoder ---

BRIDGE = (
    "The old bridge over the river was closed on Monday. Engineers had found cracks in two of its pillars. "
    "Buses now take the long way round by the mill. The baker on the far bank says he has lost half of his customers. "
    "The city wants to build a wooden footbridge before winter. It would cost less than the repairs."
)
BRIDGE_DE = (
    "Die alte Brücke über den Fluss wurde am Montag gesperrt. Ingenieure hatten in zwei ihrer Pfeiler Risse gefunden. "
    "Die Busse fahren jetzt den langen Umweg über die Mühle. Der Bäcker am anderen Ufer sagt, er habe die Hälfte "
    "seiner Kunden verloren. Die Stadt will noch vor dem Winter einen Steg aus Holz bauen. Er würde weniger kosten als "
    "die Reparatur."
)
SOUP_DE = (
    "Für die Suppe werden zuerst die Zwiebeln in Butter angeschwitzt. Dann kommen die Karotten und der Sellerie dazu. "
    "Nach zehn Minuten gießt man die Brühe auf. Mit Muskat und Pfeffer abschmecken. Am besten schmeckt sie mit "
    "geröstetem Brot. Reste lassen sich gut einfrieren."
)
CLOCK = (
    "In the museum a clock from the year 1740 runs again. A pensioner spent four winters on its wheels. "
    "It strikes every quarter of an hour. Visitors may wind it up on Sundays."
)
CLOCK_DE = (
    "Im Museum geht eine Uhr aus dem Jahr 1740 wieder. Ein Rentner hat vier Winter lang an ihren Rädern gearbeitet. "
    "Sie schlägt jede Viertelstunde. Am Sonntag dürfen Besucher sie aufziehen."
)


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    return Aligner(AlignSettings(threads=1, src_lang="en", tgt_lang="de", keep_boilerplate=True))


def test_a_text_and_its_translation(aligner: Aligner) -> None:
    found = aligner.texts(BRIDGE, BRIDGE_DE).verdict
    assert found.label == "parallel"
    assert found.aligned > 0.95
    assert found.probability > 0.95


def test_two_texts_that_have_nothing_to_do_with_each_other(aligner: Aligner) -> None:
    alignment = aligner.texts(BRIDGE, SOUP_DE)
    assert alignment.verdict.label == "not parallel"
    first = console.summary(alignment, (), 0.0)[0]
    assert first.text.startswith("not parallel: these documents do not look like translations of each other")


def test_a_translation_with_a_text_of_its_own(aligner: Aligner) -> None:
    found = aligner.texts(BRIDGE, f"{BRIDGE_DE}\n\n{SOUP_DE}\n\n{CLOCK_DE}").verdict
    assert found.label == "partly parallel"
    common = len(BRIDGE + BRIDGE_DE)
    assert found.aligned == pytest.approx(common / (common + len(SOUP_DE + CLOCK_DE)), abs=0.1)


def test_a_side_given_as_a_language_it_is_not_in(aligner: Aligner) -> None:
    french = "Le vieux pont a été fermé lundi, et les autobus font un long détour par le moulin de la ville. " * 3
    alignment = aligner.texts(BRIDGE, french)
    assert alignment.verdict.label == "wrong language"
    assert "of the target does not look like German" in console.summary(alignment, (), 0.0)[0].text


def test_a_block_that_moved(aligner: Aligner) -> None:
    source, target = f"{CLOCK}\n\n{BRIDGE}", f"{BRIDGE_DE}\n\n{CLOCK_DE}"
    marked = aligner.texts(source, target)
    assert marked.verdict.label == "reordered"
    assert [pair.is_null for pair in marked.pairs if "moved" in pair.flags] == [True] * 8
    reordering = Aligner(replace(aligner.settings, reorder=True))
    alignment = reordering.texts(source, target)
    assert alignment.verdict.label == "reordered"
    assert [(p.src_ids, p.tgt_ids) for p in alignment.pairs] == [
        ((i,), ((i + 6) % 10,)) for i in range(10)
    ]  # the clock comes first in the source, and last in the target
    assert [pair.bead for pair in alignment.pairs] == list(range(10))
    assert sum("moved" in pair.flags for pair in alignment.pairs) == 4
    assert "reorder:yes" in alignment.signature


@dataclass(frozen=True)
class Doubtful:
    """The lattice, unsure of every other row."""

    signature: str = "doubtful"

    def beads(self, source: SideInput, target: SideInput, settings: AlignSettings) -> list[Bead]:
        beads = LatticeEngine().beads(source, target, settings)
        return [replace(bead, confidence=0.4 if k % 2 else 0.9) for k, bead in enumerate(beads)]


def test_thresholds_leave_rows_out_and_say_so(aligner: Aligner, tmp_path: Path) -> None:
    source, target = tmp_path / "en.txt", tmp_path / "de.txt"
    source.write_text(BRIDGE)
    target.write_text(f"{BRIDGE_DE}\n\n{SOUP_DE}")
    whole = replace(aligner, engine=Doubtful()).files(source, target)
    assert whole.kept is None
    cut = Aligner(replace(aligner.settings, min_confidence=0.5), engine=Doubtful()).files(source, target)
    assert cut.nulls == whole.nulls
    assert cut.kept is not None
    assert cut.kept.left_out == 3
    assert len(whole.pairs) - len(cut.pairs) == 3
    assert cut.verdict == whole.verdict  # which is on all rows
    cut.write(tmp_path / "out.tsv")
    said = json.loads((tmp_path / "out.tsv.json").read_text())
    assert said["kept"] == {
        "threshold": 0.5, "expected_precision": 0.9, "pairs": 3, "left_out": 3, "share": 0.5,
    }  # fmt: skip
    assert "--min-confidence 0.5" in said["command"]
    assert set(said["verdict"]) == {"label", "aligned", "moved", "probability", "foreign"}
    assert any(line.label == "kept" for line in console.summary(cut, (), 0.0))


def test_half_of_a_text_without_paragraphs_may_be_in_another_language() -> None:
    english = "The council voted on Tuesday to close the old bridge for repairs."
    german = "Der Gemeinderat beschloss am Dienstag, die alte Brücke zu sperren."
    sentences = [Sentence(text, 0, len(text), 0) for text in [english] * 30 + [german] * 30]
    assert foreign_share(sentences, "en") == pytest.approx(0.5, abs=0.05)
    assert foreign_share(sentences[:30], "en") == 0
