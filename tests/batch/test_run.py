"""What a batch leaves behind, and what it does when it is run again."""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from align.batch import BatchSettings, Tally, run_batch
from align.batch.store import Store
from align.errors import EmptyInput, OutputError, SettingsError
from align.settings import AlignSettings

Texts = Callable[[int], dict[str, str]]


def summary(path: Path) -> dict[str, dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return {row["doc"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def age(*paths: Path) -> None:
    """Make files old enough for their times to be relied on."""
    for path in paths:
        os.utime(path, (time.time() - 100, time.time() - 100))


def test_every_document_has_its_files_and_its_line(corpus, texts: Texts) -> None:
    corpus.write(texts(3) | {"sub/folder/x": "One sentence."})
    report = corpus.run()
    assert (report.documents, report.done, report.failed) == (4, 4, 0)
    files = set(corpus.tree())
    assert files == {"summary.tsv", "batch.json"} | {
        f"{doc}.tsv{suffix}" for doc in ("d000", "d001", "d002", "sub/folder/x") for suffix in ("", ".json")
    }
    rows = summary(corpus.folder / "out/summary.tsv")
    assert list(rows) == ["d000", "d001", "d002", "sub/folder/x"]
    assert rows["sub/folder/x"] | {"doc": ""} == {
        "doc": "", "status": "done", "src_lang": "en", "tgt_lang": "ja", "src_sentences": "1", "tgt_sentences": "2",
        "rows": "2", "pairs": "1", "nulls": "1", "src_boilerplate": "0", "tgt_boilerplate": "0",
        "verdict": rows["sub/folder/x"]["verdict"],
        "aligned": rows["sub/folder/x"]["aligned"], "mean_confidence": "0.9500", "kind": "", "error": "",
        "warnings": "",
    }  # fmt: skip
    sidecar = json.loads((corpus.folder / "out/batch.json").read_text())
    assert (sidecar["documents"], sidecar["rows"], sidecar["pairs"], sidecar["nulls"]) == (4, 8, 7, 1)
    assert sidecar["languages"] == {"en-ja": 4}
    timings = (corpus.folder / "out/timings.tsv").read_text().splitlines()
    assert timings[0] == "doc\tseconds\tattempts"
    assert len(timings) == 5


def test_what_fails_is_named_and_the_run_goes_on(corpus, texts: Texts) -> None:
    corpus.write({**texts(2), "empty": "", "odd": "A DEFECT here.", "warned": "WARN."})
    (corpus.folder / "en/d000.txt").unlink()
    report = corpus.run()
    assert (report.done, report.failed) == (2, 3)
    rows = summary(corpus.folder / "out/summary.tsv")
    assert {doc: row["kind"] for doc, row in rows.items() if row["status"] == "failed"} == {
        "d000": "MissingInput", "empty": "EmptyInput", "odd": "ZeroDivisionError",
    }  # fmt: skip
    assert "nothing to divide by" in rows["odd"]["error"]
    assert rows["warned"]["warnings"] == "something odd"
    assert report.errors == {"MissingInput": 1, "EmptyInput": 1, "ZeroDivisionError": 1}
    assert not (corpus.folder / "out/empty.tsv").exists()


def test_a_second_run_does_nothing(corpus, texts: Texts) -> None:
    corpus.write({**texts(3), "empty": ""})
    corpus.run()
    before, times = corpus.tree(), stamps(corpus.folder / "out")
    report = corpus.run()
    assert (report.reused, report.aligned, report.failed_now) == (4, 0, 0)
    assert (report.done, report.failed) == (3, 1)
    assert corpus.tree() == before
    assert stamps(corpus.folder / "out") == times


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("d*.tsv")}


@pytest.mark.parametrize("aged", [True, False], ids=["old input", "input of this moment"])
def test_changed_input_is_aligned_again_and_nothing_else(aged: bool, corpus, texts: Texts) -> None:
    corpus.write(texts(3))
    path = corpus.folder / "en/d001.txt"
    if aged:
        age(*corpus.folder.glob("*/*.txt"))
    else:
        os.utime(path, (time.time() + 60, time.time() + 60))  # a slow machine must not make it old
    status = path.stat()
    corpus.run()
    path.write_text(path.read_text().replace("two", "TWO"))  # the same length
    if not aged:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # within one tick of the clock
    before = stamps(corpus.folder / "out")
    report = corpus.run()
    assert (report.aligned, report.reused) == (1, 2)
    assert "TWO" in (corpus.folder / "out/d001.tsv").read_text()
    after = stamps(corpus.folder / "out")
    assert {name for name in after if after[name] != before[name]} == {"d001.tsv"}


def test_input_that_was_only_touched_is_not_aligned_again(corpus, texts: Texts) -> None:
    corpus.write(texts(2))
    age(*corpus.folder.glob("*/*.txt"))
    corpus.run()
    (corpus.folder / "en/d000.txt").touch()
    assert corpus.run().reused == 2


def test_input_moved_to_another_folder_is_the_same(corpus, texts: Texts) -> None:
    corpus.write(texts(2))
    corpus.run()
    (corpus.folder / "en").rename(corpus.folder / "english")
    manifest = corpus.folder / "manifest.tsv"
    manifest.write_text(manifest.read_text().replace("en/", "english/"))
    assert corpus.run().reused == 2


def test_changed_settings_align_everything_again(corpus, texts: Texts) -> None:
    corpus.write(texts(2))
    corpus.run()
    assert corpus.run(settings=AlignSettings(max_bead=6)).aligned == 2
    assert corpus.run(settings=AlignSettings(max_bead=6), header=False).aligned == 2
    assert corpus.run(settings=AlignSettings(max_bead=6), header=False).aligned == 0
    assert corpus.run(settings=AlignSettings(max_bead=6), header=False, workers=1, timeout=60).aligned == 0


def test_a_changed_limit_concerns_what_failed_alone(corpus, texts: Texts) -> None:
    corpus.write({**texts(2), "long": "A sentence. " * 100})
    assert corpus.run(settings=AlignSettings(max_bytes=1000)).errors == {"OversizedInput": 1}
    assert corpus.run(settings=AlignSettings(max_bytes=1000)).reused == 3
    report = corpus.run(settings=AlignSettings(max_bytes=2000))
    assert (report.reused, report.aligned) == (2, 1)


def test_a_changed_file_that_the_settings_name_is_noticed(corpus, texts: Texts) -> None:
    corpus.write(texts(1))
    lines = corpus.folder / "lines.txt"
    settings = AlignSettings(boilerplate_lines=str(lines))
    lines.write_text("Share this page\n")
    assert corpus.run(settings=settings).aligned == 1
    assert corpus.run(settings=settings).aligned == 0
    lines.write_text("Read more\n")
    assert corpus.run(settings=settings).aligned == 1


def test_a_part_of_a_file_is_noticed_as_the_file_is(corpus) -> None:
    table = Path("both.tsv")
    Path("manifest.tsv").write_text("doc\tsrc\ttgt\na\tboth.tsv::en\tboth.tsv::ja\n")
    table.write_text("en\tfr\tja\nA ship.\tUn bateau.\t船だ。\n", encoding="utf-8")
    assert corpus.run().done == 1
    assert corpus.run().reused == 1
    table.write_text("en\tfr\tja\nA boat.\tUn bateau.\t船だ。\n", encoding="utf-8")
    assert corpus.run().aligned == 1
    assert "A boat." in Path("out/a.tsv").read_text(encoding="utf-8")
    Path("manifest.tsv").write_text("doc\tsrc\ttgt\na\tboth.tsv::fr\tboth.tsv::ja\n")
    assert corpus.run().aligned == 1, "another part of the same file"


def test_a_changed_language_in_the_manifest_concerns_that_document_alone(corpus, texts: Texts) -> None:
    corpus.write(texts(2))
    corpus.run(aligner="batch_stub:mixed", settings=AlignSettings(src_lang="en", tgt_lang="ja"))
    manifest = corpus.folder / "manifest.tsv"
    header, first, second = manifest.read_text().splitlines()
    manifest.write_text(f"{header}\tsrc_lang\n{first}\tde\n{second}\t\n")
    report = corpus.run(aligner="batch_stub:mixed", settings=AlignSettings(src_lang="en", tgt_lang="ja"))
    assert report.aligned == 1
    assert [row["src_lang"] for row in summary(corpus.folder / "out/summary.tsv").values()] == ["de", "en"]


def test_outputs_deleted_by_hand_are_made_again_and_edited_ones_left(corpus, texts: Texts) -> None:
    corpus.write(texts(3))
    corpus.run()
    whole = corpus.tree()
    (corpus.folder / "out/d000.tsv").unlink()
    (corpus.folder / "out/d001.tsv.json").unlink()
    (corpus.folder / "out/d002.tsv").write_text("mine")
    assert corpus.run().aligned == 2
    assert corpus.tree() == whole | {"d002.tsv": b"mine"}


def test_a_failed_document_waits_for_a_change_or_for_being_asked(corpus, texts: Texts) -> None:
    corpus.write({**texts(1), "empty": ""})
    corpus.run()
    assert corpus.run().failed_now == 0
    assert corpus.run(retry_failed=True).failed_now == 1
    (corpus.folder / "en/empty.txt").write_text("Not any more.")
    report = corpus.run()
    assert (report.aligned, report.failed) == (1, 0)


def test_a_document_that_fails_now_has_no_output_left(corpus, texts: Texts) -> None:
    corpus.write(texts(2))
    corpus.run(formats=("tsv", "ladder"))
    (corpus.folder / "en/d000.txt").write_text("")
    assert corpus.run(formats=("tsv", "ladder")).failed == 1
    assert {name for name in corpus.tree() if name.startswith("d")} == {
        "d001.tsv", "d001.tsv.json", "d001.ladder", "d001.ladder.json",
    }  # fmt: skip


def test_a_dropped_document_is_counted_and_left_alone(corpus, texts: Texts) -> None:
    corpus.write(texts(3))
    corpus.run()
    corpus.write(texts(2))
    report = corpus.run()
    assert (report.documents, report.dropped, report.reused) == (2, 1, 2)
    assert (corpus.folder / "out/d002.tsv").exists()
    corpus.write(texts(3))
    assert corpus.run().reused == 3


def test_the_order_of_the_manifest_is_the_order_of_the_summary(corpus, texts: Texts) -> None:
    corpus.write(dict(reversed(texts(5).items())))
    corpus.run(single=True)
    assert list(summary(corpus.folder / "out/summary.tsv")) == [f"d00{n}" for n in (4, 3, 2, 1, 0)]
    rows = (corpus.folder / "out/corpus.tsv").read_text().splitlines()[1:]
    assert [row.split("\t")[0] for row in rows] == [f"d00{n}" for n in (4, 4, 3, 3, 2, 2, 1, 1, 0, 0)]


def test_a_single_file_holds_what_the_files_of_all_documents_hold(corpus, texts: Texts) -> None:
    corpus.write(texts(4) | {"short": "One."})
    corpus.run("each", formats=("tsv", "jsonl"), header=False)
    corpus.run("one", formats=("tsv", "jsonl"), header=False, single=True)
    each, one = corpus.tree("each"), corpus.tree("one")
    for format in ("tsv", "jsonl"):
        parts = [each[f"{doc}.{format}"] for doc in ("d000", "d001", "d002", "d003", "short")]
        assert one[f"corpus.{format}"] == b"".join(parts)
    assert set(one) == {"batch.json", "summary.tsv", "corpus.tsv", "corpus.jsonl"}


def test_another_layout_of_a_single_file_is_written_without_aligning(corpus, texts: Texts) -> None:
    corpus.write(texts(4) | {"short": "One."})
    corpus.run(single=True)
    report = corpus.run(settings=AlignSettings(pairs_only=True), columns=("src",), header=False, single=True)
    assert (report.aligned, report.reused) == (0, 5)
    assert len(corpus.tree()["corpus.tsv"].splitlines()) == 9
    assert corpus.run(formats=("tmx", "moses"), single=True).aligned == 0
    assert {name for name in corpus.tree() if name.startswith("corpus.")} == {
        "corpus.tsv", "corpus.tmx", "corpus.en", "corpus.ja",
    }  # fmt: skip


def test_a_format_for_one_document_is_none_for_all(corpus, texts: Texts) -> None:
    corpus.write(texts(1))
    with pytest.raises(SettingsError, match="ladder"):
        corpus.run(formats=("ladder",), single=True)


def test_columns_go_to_the_formats_that_have_a_choice(corpus, texts: Texts) -> None:
    corpus.write(texts(1))
    corpus.run(formats=("tsv", "ladder"), columns=("src", "tgt"))
    assert corpus.tree()["d000.tsv"].splitlines()[0] == b"src\ttgt"
    with pytest.raises(SettingsError, match="columns"):
        corpus.run(formats=("ladder",), columns=("src", "tgt"))


def test_trouble_that_concerns_all_documents_stops_before_any(corpus, texts: Texts) -> None:
    corpus.write(texts(1))
    (corpus.folder / "file").write_text("")
    cases: list[tuple[dict[str, object], type[Exception], str]] = [
        ({"settings": AlignSettings(weights="none.json")}, Exception, "none.json"),
        ({"formats": ("word",)}, SettingsError, "word"),
        ({"outdir": "file/out"}, OutputError, "file/out"),
    ]
    for options, kind, message in cases:
        with pytest.raises(kind, match=message):
            corpus.run(**options)
    assert not (corpus.folder / "out").exists()


def test_two_runs_do_not_share_a_folder(corpus, texts: Texts) -> None:
    corpus.write(texts(1))
    corpus.run()
    with Store.open("out/.align-batch.sqlite"), pytest.raises(OutputError, match="Another align batch"):
        corpus.run()


def test_an_output_never_takes_the_place_of_an_input(corpus, texts: Texts) -> None:
    corpus.write(texts(1))
    (corpus.folder / "manifest.tsv").write_text("doc\tsrc\ttgt\na\tout/a.tsv\tja/d000.txt\n")
    (corpus.folder / "out").mkdir()
    (corpus.folder / "out/a.tsv").write_text("An input.")
    with pytest.raises(OutputError, match=r"out/a\.tsv"):
        corpus.run()
    (corpus.folder / "manifest.tsv").write_text("doc\tsrc\ttgt\na\tout/a.tsv::src\tja/d000.txt\n")
    with pytest.raises(OutputError, match=r"out/a\.tsv::src"):
        corpus.run()


def test_what_killed_processes_left_half_written_goes(corpus, texts: Texts) -> None:
    corpus.write(texts(1))
    corpus.run()
    stray = corpus.folder / "out" / f".align-{'0' * 16}.tmp"
    stray.touch()
    corpus.run()
    assert stray.exists()  # nothing says that it is not another command's
    with Store.open("out/.align-batch.sqlite") as store:
        store.set_fact("at_work", True)
    corpus.run()
    assert not stray.exists()


def test_progress_tells_how_far_and_how_long(corpus, texts: Texts) -> None:
    corpus.write({**texts(3), "empty": ""})
    heard: list[tuple[str, int, int, bool]] = []

    def progress(tally: Tally) -> None:
        heard.append((tally.stage, tally.finished, tally.failed, tally.left is not None))

    run_batch("manifest.tsv", "out", batch=BatchSettings(aligner="batch_stub:make"), progress=progress)
    assert heard == [
        ("plan", 0, 0, False), ("align", 0, 0, False), ("align", 1, 0, True), ("align", 2, 0, True),
        ("align", 3, 0, True), ("align", 4, 1, True), ("write", 4, 1, True),
    ]  # fmt: skip


def test_the_largest_documents_come_first(corpus) -> None:
    corpus.write({"small": "A.", "large": "A longer one. " * 10, "middle": "Somewhat longer."})
    seen: list[str] = []
    corpus_run = Path("out")
    run_batch(
        "manifest.tsv",
        corpus_run,
        batch=BatchSettings(aligner="batch_stub:make"),
        progress=lambda tally: seen.extend(sorted(p.stem for p in corpus_run.glob("*.tsv") if p.stem not in seen)),
    )
    assert [name for name in seen if name != "summary"] == ["large", "middle", "small"]


def test_an_aligner_that_does_not_exist_is_told(corpus, texts: Texts) -> None:
    corpus.write(texts(1))
    for workers in (0, 1):
        with pytest.raises(SettingsError, match="batch_stub:nothing"):
            corpus.run(aligner="batch_stub:nothing", workers=workers)
    with pytest.raises(SettingsError, match="module:name"):
        BatchSettings(aligner="nothing")


def test_a_report_names_the_first_reasons(corpus) -> None:
    corpus.write({f"e{n}": "" for n in range(8)})
    report = corpus.run()
    assert [doc for doc, _ in report.reasons] == ["e0", "e1", "e2", "e3", "e4"]
    assert report.errors == {EmptyInput.__name__: 8}
