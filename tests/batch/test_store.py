"""The job store: what goes in comes out, and what is wrong with the file is told."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.batch.records import Entry, Figures, FileState, Outcome
from align.batch.store import Store
from align.batch.work import pack, unpack
from align.errors import OutputError
from align.records import AlignedPair

STATE = FileState(10, 123456789, "abc")
FIGURES = Figures(
    "en", "ja", 3, 4, 5, 1, "parallel", 0.875, 0.9, "use@1", "lattice", ("a:1", "b:2"), "sig|nature",
    2, 1, ("Menu", "More"), ("広告",),
)  # fmt: skip
OUTCOME = Outcome("a", STATE, STATE, FIGURES, "", "", ("odd",), 1.5, 2, ("a.tsv", "a.tsv.json"), b"rows")


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    path = str(tmp_path / "s.sqlite")
    entries = [Entry("b", "x", "y", "en", None, 3), Entry("a", "x", "y", None, "ja", 2)]
    failed = Outcome("b", STATE, FileState(-1, 0, ""), kind="EmptyInput", reason="nothing there")
    with Store.open(path) as store:
        store.set_manifest(enumerate(entries))
        store.record(OUTCOME, "s1")
        store.record(failed, "s2")
        store.set_fact("layout", {"formats": ["tsv"]})
    with Store.open(path) as store:
        (first, known_first), (second, known_second) = store.documents()
        assert [first, second] == entries
        assert (known_first.outcome, known_first.signature, known_first.done) == (failed, "s2", False)
        assert known_second.done
        assert list(store.rows()) == [b"rows"]
        assert store.files("a") == ("a.tsv", "a.tsv.json")
        assert store.fact("layout") == {"formats": ["tsv"]}
        assert store.fact("nothing") is None
        store.set_manifest(enumerate(entries[:1]))
        assert store.dropped() == 1


def test_a_later_outcome_takes_the_place_of_an_earlier(tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "s.sqlite")) as store:
        store.set_manifest([(0, Entry("a", "x", "y"))])
        store.record(OUTCOME, "s1")
        store.record(Outcome("a", STATE, STATE, kind="K", reason="R"), "s2")
        ((_, known),) = store.documents()
        assert (known.done, known.outcome.kind, list(store.rows())) == (False, "K", [])


def test_what_was_recorded_survives_a_kill(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from align.batch.store import Store; from align.batch.records import *\n"
        "with Store.open(sys.argv[1]) as store:\n"
        "    store.set_manifest([(0, Entry('a', 'x', 'y'))])\n"
        "    store.record(Outcome('a', FileState(1, 2, 'd'), FileState(1, 2, 'd'), kind='K'), 's')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = str(tmp_path / "s.sqlite")
    assert subprocess.run([sys.executable, "-c", script, path], check=False).returncode < 0
    with Store.open(path) as store:
        ((_, known),) = store.documents()
        assert known.outcome.kind == "K"


def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "text.sqlite"
    text.write_text("no database, but long enough to look like one. " * 100)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE mine (x)")
    newer = tmp_path / "newer.sqlite"
    with Store.open(str(newer)) as store:
        store.database.execute("PRAGMA user_version = 99")
    for path, says in ((text, "damaged"), (other, "another program"), (newer, "format 99")):
        before = path.read_bytes()
        with pytest.raises(OutputError, match=says), Store.open(str(path)):
            pass
        assert path.read_bytes() == before
    with pytest.raises(OutputError, match="cannot be written"), Store.open(str(tmp_path / "none" / "s.sqlite")):
        pass


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with Store.open(str(path)) as store:
        store.set_manifest((n, Entry(f"doc{n}", "x" * 100, "y")) for n in range(1000))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(OutputError, match="damaged"), Store.open(str(path)) as store:
        list(store.documents())


texts = st.text(st.characters(), max_size=20)
ids = st.lists(st.integers(0, 10**6), max_size=3).map(tuple)
spans = st.none() | st.tuples(st.integers(0, 10**9), st.integers(0, 10**9))
pairs = st.builds(
    AlignedPair, texts, st.integers(0, 10**6), texts, ids, ids, st.floats(0, 1), st.floats(-1, 1),
    st.lists(texts, max_size=2).map(tuple), texts, texts, spans, spans,
)  # fmt: skip


@given(st.lists(pairs, max_size=4).map(tuple))
def test_rows_are_unpacked_as_they_were_packed(rows: tuple[AlignedPair, ...]) -> None:
    assert tuple(unpack(pack(rows))) == rows
