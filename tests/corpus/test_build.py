"""Corpora from files of rows: what is left out, what stays, and where."""

from __future__ import annotations

import json
import random
import tracemalloc
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.corpus import CorpusSettings, build_corpus, parse_splits
from align.corpus.likeness import Likeness, exact_key
from align.errors import MalformedAlignment, OutputError, SettingsError
from align.records import AlignedPair
from align.write import read_pairs

SPLIT = parse_splits("train=0.6,dev=0.2,test=0.2")


def texts(path: Path) -> list[tuple[str, str]]:
    return [(pair.src, pair.tgt) for pair in read_pairs(path)]


def sentence(rng: random.Random, letters: str = "abcdefghijklmnopqrst") -> str:
    return " ".join("".join(rng.choice(letters) for _ in range(6)) for _ in range(12))


def test_rows_come_through_as_they_were(row, save, tmp_path: Path) -> None:
    rows = [row("a", 0, "Hello.", "こんにちは。", 0.9, ("short", "odd")), row("a", 1, "Bye.", "じゃあ。", 0.75)]
    save("a.tsv", rows)
    report = build_corpus([tmp_path / "in"], tmp_path / "out.tsv")
    assert list(read_pairs(tmp_path / "out.tsv")) == rows
    assert (report.files, report.documents, report.read, report.kept, dict(report.dropped)) == (1, 1, 2, 2, {})


def test_every_row_is_kept_or_counted_under_its_reason(row, save, tmp_path: Path) -> None:
    save(
        "a.tsv",
        [
            row("a", 0, "Hello.", "こんにちは。"),
            row("a", 1, "Advert", ""),
            row("a", 2, "", "広告"),
            row("a", 3, "Doubtful.", "あやしい。", 0.3),
            row("a", 4, "Flagged.", "しるしつき。", 0.9, ("numbers",)),
            row("b", 0, "HELLO.", "こんにちは。"),
        ],
    )
    chosen = CorpusSettings(min_confidence=0.5, drop_flags=("numbers",), dedup="exact")
    report = build_corpus([tmp_path / "in"], tmp_path / "out.tsv", chosen)
    assert dict(report.dropped) == {"null": 2, "exact duplicate": 1, "flagged": 1, "low confidence": 1}
    counts = json.loads((tmp_path / "out.tsv.json").read_text())
    assert counts["dropped"] == dict(report.dropped)
    assert counts["by_document"] == {
        "a": {"kept": 1, "dropped": {"flagged": 1, "low confidence": 1, "null": 2}},
        "b": {"kept": 0, "dropped": {"exact duplicate": 1}},
    }
    assert counts["settings"] == {"min_confidence": 0.5, "drop_flags": ["numbers"], "dedup": "exact"}
    assert texts(tmp_path / "out.tsv") == [("Hello.", "こんにちは。")]


def test_null_rows_stay_on_request_and_are_no_duplicates(row, save, tmp_path: Path) -> None:
    save("a.tsv", [row("a", 0, "Advert", ""), row("a", 1, "Advert", ""), row("a", 2, "x", "y")])
    report = build_corpus([tmp_path / "in"], tmp_path / "out.tsv", CorpusSettings(keep_nulls=True, dedup="near"))
    assert report.kept == 3


@pytest.mark.parametrize(("keep", "confidence"), [("best", 0.9), ("first", 0.6)])
def test_which_copy_stays(row, save, tmp_path: Path, keep: str, confidence: float) -> None:
    save("a.tsv", [row("a", 0, "same", "同じ", 0.6)])
    save("b.tsv", [row("b", 0, "same", "同じ", 0.9), row("b", 1, "same", "同じ", 0.9)])
    build_corpus([tmp_path / "in"], tmp_path / "out.tsv", CorpusSettings(dedup="exact", keep=keep))
    assert [pair.confidence for pair in read_pairs(tmp_path / "out.tsv")] == [confidence]


def test_near_duplicates_go_where_they_are_asked_to(row, save, tmp_path: Path) -> None:
    rng = random.Random(1)
    src, tgt, other = sentence(rng), sentence(rng), sentence(rng)
    rows = [
        row("a", 0, src, tgt, 0.8),
        row("a", 1, src + "s", tgt, 0.9),
        row("a", 2, src, other),
        row("a", 3, other, tgt),
    ]
    save("a.tsv", rows)
    kept = {}
    for dedup in ("none", "exact", "near"):
        build_corpus([tmp_path / "in"], tmp_path / "out.tsv", CorpusSettings(dedup=dedup))
        kept[dedup] = [pair.bead for pair in read_pairs(tmp_path / "out.tsv")]
    assert kept == {"none": [0, 1, 2, 3], "exact": [0, 1, 2, 3], "near": [1, 2, 3]}


def test_a_lower_threshold_takes_away_more(row, save, tmp_path: Path) -> None:
    rng = random.Random(2)
    words = sentence(rng).split()
    tgt = sentence(rng)
    save("a.tsv", [row("a", n, " ".join([*words[n:], *(["other"] * n)]), tgt) for n in range(5)])
    kept = [
        build_corpus([tmp_path / "in"], tmp_path / "out.tsv", CorpusSettings(dedup="near", threshold=threshold)).kept
        for threshold in (0.5, 0.7, 0.95)
    ]
    assert kept[0] < kept[1] < kept[2] == 5


def many(row, rng: random.Random, documents: Iterable[int]) -> dict[str, list[AlignedPair]]:
    """Documents that share sentences, some of them changed a little."""
    shared = [(sentence(rng), sentence(rng)) for _ in range(30)]
    files = {}
    for number in documents:
        rows = []
        for bead in range(12):
            src, tgt = rng.choice(shared) if rng.random() < 0.4 else (sentence(rng), sentence(rng))
            rows.append(row(f"d{number}", bead, src + rng.choice(["", "", " x"]), tgt, rng.random()))
        files[f"d{number}.tsv"] = rows
    return files


@pytest.mark.parametrize("dedup", ["none", "exact", "near"])
def test_no_copy_stands_in_two_splits(row, save, tmp_path: Path, dedup: str) -> None:
    for name, rows in many(row, random.Random(3), range(25)).items():
        save(name, rows)
    report = build_corpus([tmp_path / "in"], tmp_path / "out", CorpusSettings(dedup=dedup, split=SPLIT))
    parts = {split.name: list(read_pairs(tmp_path / "out" / f"{split.name}.tsv")) for split in SPLIT}
    assert all(parts.values())
    assert {name: len(rows) for name, rows in parts.items()} == {n: part.rows for n, part in report.parts.items()}
    assert report.dropped["other split"] > 0
    found = [(name, Likeness.of(pair.src, pair.tgt)) for name, rows in parts.items() for pair in rows]
    for at, (name, one) in enumerate(found):
        assert all(name == other or one.to(two) < 0.8 for other, two in found[:at])
    keys = Counter(exact_key(pair.src, pair.tgt) for rows in parts.values() for pair in rows)
    assert (max(keys.values()) == 1) == (dedup != "none")


def test_documents_stay_together_and_where_they_are_when_others_are_added(row, save, tmp_path: Path) -> None:
    files = many(row, random.Random(4), range(30))
    where = []
    for count in (15, 30):
        for name in list(files)[:count]:
            save(name, files[name])
        build_corpus([tmp_path / "in"], tmp_path / "out", CorpusSettings(split=SPLIT))
        counts = json.loads((tmp_path / "out" / "counts.json").read_text())["by_document"]
        where.append({doc: entry["split"] for doc, entry in counts.items()})
        for split in SPLIT:
            docs = {pair.doc for pair in read_pairs(tmp_path / "out" / f"{split.name}.tsv")}
            assert all(where[-1][doc] == split.name for doc in docs)
    assert len(where[1]) == 30
    assert where[0].items() <= where[1].items()


def test_the_bytes_do_not_depend_on_where_files_lie_or_the_order_on_disk(row, save, tmp_path: Path) -> None:
    files = many(row, random.Random(5), range(8))
    settings = CorpusSettings(dedup="near", split=SPLIT)
    outputs = []
    for turn, names in enumerate((sorted(files), sorted(files, reverse=True))):
        for name in names:
            save(f"{turn}/{name}", files[name])
        build_corpus([tmp_path / "in" / str(turn)], tmp_path / f"out{turn}", settings)
        outputs.append({path.name: path.read_bytes() for path in (tmp_path / f"out{turn}").iterdir()})
    assert outputs[0] == outputs[1]
    assert set(outputs[0]) == {"counts.json", *(f"{s.name}.tsv{j}" for s in SPLIT for j in ("", ".json"))}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("ABab"), st.sampled_from("XYxy"), st.floats(0, 1)), min_size=1, max_size=12))
def test_what_is_kept_of_exact_duplicates(row, save, tmp_path: Path, drawn: list[tuple[str, str, float]]) -> None:
    rows = [row("d", bead, src, tgt, round(p, 4)) for bead, (src, tgt, p) in enumerate(drawn)]
    path = save("d.tsv", rows)
    report = build_corpus([path], tmp_path / "out.tsv", CorpusSettings(dedup="exact"))
    kept = list(read_pairs(tmp_path / "out.tsv"))
    keys = [exact_key(pair.src, pair.tgt) for pair in rows]
    best = {key: max((r.confidence, -r.bead) for r, k in zip(rows, keys, strict=True) if k == key) for key in keys}
    assert sorted((pair.confidence, -pair.bead) for pair in kept) == sorted(best.values())
    assert [pair.bead for pair in kept] == sorted(pair.bead for pair in kept)
    assert report.kept + sum(report.dropped.values()) == report.read == len(rows)


def test_a_file_that_does_not_read_ends_the_run_and_leaves_what_was_there(row, save, tmp_path: Path) -> None:
    save("a.tsv", [row("a", 0, "x", "y")])
    broken = save("b.tsv", [row("b", n, f"x{n}", f"y{n}") for n in range(3)])
    broken.write_text(broken.read_text() + "b\t3\n")
    output = tmp_path / "out.tsv"
    output.write_text("before")
    with pytest.raises(MalformedAlignment, match=r"b\.tsv, line 5"):
        build_corpus([tmp_path / "in"], output)
    assert output.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if path.name != "in"] == ["out.tsv"]


def test_a_broken_file_can_be_left_out_as_a_whole(row, save, tmp_path: Path) -> None:
    save("a.tsv", [row("a", 0, "x", "y")])
    broken = save("b.tsv", [row("b", n, f"x{n}", f"y{n}") for n in range(3)])
    broken.write_text(broken.read_text() + "b\t3\n")
    save("c.tsv", [row("c", 0, "z", "w")])
    report = build_corpus([tmp_path / "in"], tmp_path / "out.tsv", CorpusSettings(skip_broken=True))
    assert texts(tmp_path / "out.tsv") == [("x", "y"), ("z", "w")]
    assert (report.files, report.read, report.documents) == (2, 2, 2)
    assert len(report.broken) == 1
    assert "b.tsv, line 5" in report.broken[0]


def test_rows_without_a_document_are_named_after_their_file(tmp_path: Path) -> None:
    (tmp_path / "news.tsv").write_text("src\ttgt\na\tb\n\tc\n")
    build_corpus([tmp_path / "news.tsv"], tmp_path / "out.tsv")
    assert json.loads((tmp_path / "out.tsv.json").read_text())["by_document"] == {
        "news": {"kept": 1, "dropped": {"null": 1}}
    }


def test_rows_with_numbers_and_no_text_are_counted(tmp_path: Path) -> None:
    (tmp_path / "ids.tsv").write_text("src_ids\ttgt_ids\n0\t0\n")
    assert build_corpus([tmp_path / "ids.tsv"], tmp_path / "out.tsv").dropped == {"no text": 1}


def test_one_document_in_two_files_is_told(row, save, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    save("x/a.tsv", [row("a", 0, "x", "y")])
    save("y/a.tsv", [row("a", 0, "z", "w")])
    assert build_corpus([tmp_path / "in"], tmp_path / "out.tsv").documents == 1
    assert "more than one file" in caplog.text


def test_languages_are_carried_along_where_all_agree(row, save, tmp_path: Path, caplog) -> None:
    for name, codes in (("a", ("en", "ja")), ("b", ("en", "ja")), ("c", ("en", "de"))):
        path = save(f"{name}.tsv", [row(name, 0, name, name)])
        languages = {side: {"language": code} for side, code in zip(("src", "tgt"), codes, strict=True)}
        Path(f"{path}.json").write_text(json.dumps({"signature": "s", **languages}))
    folder = tmp_path / "in"
    build_corpus([folder / "a.tsv", folder / "b.tsv"], tmp_path / "out.tmx")
    assert 'xml:lang="ja"' in (tmp_path / "out.tmx").read_text()
    assert "different languages" not in caplog.text
    build_corpus([folder], tmp_path / "out.tsv")
    assert "different languages: en-de, en-ja" in caplog.text
    with pytest.raises(SettingsError, match="do not name one pair of them; write tsv"):
        build_corpus([folder / "a.tsv", folder / "c.tsv"], tmp_path / "mixed.tmx")
    assert json.loads((tmp_path / "out.tsv.json").read_text())["tgt"] == {"language": None}


def test_an_input_is_not_overwritten(row, save) -> None:
    path = save("a.tsv", [row("a", 0, "x", "y")])
    with pytest.raises(OutputError, match="overwrite"):
        build_corpus([path], path)


def test_a_format_of_several_files_is_refused(row, save, tmp_path: Path) -> None:
    path = save("a.tsv", [row("a", 0, "x", "y")])
    with pytest.raises(SettingsError, match="moses"):
        build_corpus([path], tmp_path / "out.moses")


@pytest.mark.parametrize(
    "wrong", [{"dedup": "fuzzy"}, {"keep": "last"}, {"min_confidence": 2.0}, {"threshold": 0.2}], ids=str
)
def test_settings_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        CorpusSettings(**wrong)


def test_memory_does_not_grow_with_the_rows(row, save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("align.corpus.build._BATCH", 100)
    peaks, text = [], "x" * 2000
    for count in (400, 2000):
        path = save(f"{count}.tsv", (row(f"d{n // 50}", n, f"{n} {text}", text) for n in range(count)))
        tracemalloc.start()
        build_corpus([path], tmp_path / "out.tsv", CorpusSettings(dedup="exact"))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0] < 8_000_000
