"""Lines that many documents of a corpus repeat: found before they are aligned, kept, and told of."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from align.batch import BatchReport, BatchSettings, Shard, Tally, merge_shards, run_batch
from align.batch import repeated as module
from align.batch.store import Store
from align.boilerplate import read_lines
from align.errors import MalformedManifest, UndecodableInput
from align.settings import AlignSettings

LINES = Path("out/boilerplate-lines.txt")
TEMPLATE = (
    "Our people have watched over the quay since the old mole was built.",
    "The granite for it came from a quarry that nobody else had wanted.",
)
"""Lines that nothing in their look gives away, as the tests below make sure."""


class Site:
    """Documents with a template after the source's text, where the target has nothing."""

    def __init__(self, corpus) -> None:
        self.corpus = corpus

    def write(self, numbers: Iterator[int] | range, template: tuple[str, ...] = TEMPLATE) -> None:
        lines = ["doc\tsrc\ttgt"]
        for n in numbers:
            for side, text in (
                ("en", "\n\n".join([f"On day {n} we went out to sea.", f"We caught {n + 5} fish.", *template])),
                ("ja", f"{n}日目に海へ出た。\n\n魚が{n + 5}匹とれた。"),
            ):
                path = Path(side, f"{n:03}.txt")
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
            lines.append(f"{n:03}\ten/{n:03}.txt\tja/{n:03}.txt")
        Path("manifest.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def run(self, outdir: str = "out", settings: AlignSettings = AlignSettings(), **batch: object) -> BatchReport:
        return self.corpus.run(outdir, settings, **batch)


@pytest.fixture
def site(corpus) -> Site:
    site = Site(corpus)
    site.write(range(24))
    return site


def flagged(outdir: str = "out") -> set[str]:
    """The text of all rows with the flag."""
    found = set()
    for path in Path(outdir).glob("0*.tsv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            found |= {row["src"] + row["tgt"] for row in rows if "boilerplate" in row["flags"].split(",")}
    return found


def test_lines_that_documents_repeat_are_boilerplate(site: Site) -> None:
    report = site.run()
    assert read_lines(LINES).texts == TEMPLATE
    assert flagged() == set(TEMPLATE)
    assert (report.boilerplate, report.examples, report.treatment) == ((48, 0), (TEMPLATE, ()), "mark")
    assert (report.known_lines, report.lines_file) == (2, str(LINES))
    sidecar = json.loads(Path("out/batch.json").read_text())
    assert sidecar["boilerplate"] == {
        "treatment": "mark", "lines": 2, "src": 48, "tgt": 0, "examples": {"src": list(TEMPLATE), "tgt": []},
    }  # fmt: skip
    with Path("out/summary.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert {(row["nulls"], row["src_boilerplate"], row["tgt_boilerplate"]) for row in rows} == {("2", "2", "0")}
    command = json.loads(Path("out/003.tsv.json").read_text())["command"]
    assert f"--boilerplate-lines {LINES}" in command


def test_lines_that_both_sides_repeat_stay_pairs(site: Site) -> None:
    for path in Path("ja").glob("*.txt"):
        path.write_text(f"{path.read_text(encoding='utf-8')}\n\n港を見守る。\n\n石は山から来た。", encoding="utf-8")
    report = site.run()
    assert (report.known_lines, report.boilerplate, report.nulls) == (4, (0, 0), 0)
    assert not flagged()


def test_rows_left_out_are_counted_too(site: Site) -> None:
    report = site.run(settings=AlignSettings(drop_boilerplate=True))
    assert (report.rows, report.nulls, report.boilerplate, report.treatment) == (48, 0, (48, 0), "drop")
    assert not flagged()


@pytest.mark.parametrize(
    ("settings", "batch"),
    [
        (AlignSettings(), {"repeated": False}),
        (AlignSettings(keep_boilerplate=True), {}),
        (AlignSettings(boilerplate_lines="mine.txt"), {}),
    ],
    ids=["not wanted", "no boilerplate wanted", "lines given"],
)
def test_nothing_is_looked_for_unasked(settings: AlignSettings, batch: dict[str, bool], site: Site) -> None:
    Path("mine.txt").write_text("Something else\n")
    site.run(settings=settings, **batch)
    assert not LINES.exists()
    assert not flagged(), "the look of these lines gives them away, and they are no good for these tests"


def test_a_few_documents_repeat_nothing(corpus) -> None:
    site = Site(corpus)
    site.write(range(module.LEAST - 1))
    assert site.run().known_lines == 0
    assert not LINES.exists()
    site.write(range(module.LEAST))
    assert site.run().aligned == module.LEAST
    assert flagged() == set(TEMPLATE)


def test_a_corpus_without_a_template_is_aligned_as_ever(corpus) -> None:
    site = Site(corpus)
    site.write(range(24), template=())
    site.run("off", repeated=False)
    report = site.run()
    assert report.known_lines == 0
    assert read_lines(LINES).texts == ()
    assert "boilerplate_lines" not in json.loads(Path("out/000.tsv.json").read_text())["settings"]
    assert [Path("out", name).read_bytes() for name in ("000.tsv", "summary.tsv")] == [
        Path("off", name).read_bytes() for name in ("000.tsv", "summary.tsv")
    ]
    assert site.run(repeated=False).reused == 24, "lines that are not there make no difference"


def test_the_list_is_kept_until_it_is_changed_or_deleted(site: Site) -> None:
    site.run()
    before = LINES.read_bytes()
    site.write(range(60), template=(*TEMPLATE, "A third line came later, and nobody knows who wrote it."))
    assert site.run().known_lines == 2
    assert LINES.read_bytes() == before
    assert site.run().reused == 60
    LINES.write_text(f"# Only this\n{TEMPLATE[1]}\n")
    assert site.run().aligned == 60
    assert flagged() == {TEMPLATE[1]}
    LINES.write_text(f"{TEMPLATE[1].upper()}\n# Only this\n")
    assert site.run().reused == 60, "only the lines count, however they are written"
    LINES.unlink()
    assert site.run().known_lines == 3


def test_added_documents_do_not_touch_the_others(site: Site) -> None:
    site.run()
    site.write(range(30))
    report = site.run()
    assert (report.aligned, report.reused) == (6, 24)
    assert (report.boilerplate, flagged()) == ((60, 0), set(TEMPLATE))


def test_a_broken_file_of_lines_is_told(site: Site) -> None:
    site.run()
    LINES.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(UndecodableInput, match=r"boilerplate-lines\.txt"):
        site.run()


def test_documents_that_cannot_be_read_are_passed_over_and_told_once(site: Site) -> None:
    Path("en/003.txt").write_bytes(b"")
    Path("ja/004.txt").unlink()
    report = site.run()
    assert (report.failed, report.done) == (2, 22)
    assert report.errors == {"EmptyInput": 1, "MissingInput": 1}
    assert flagged() == set(TEMPLATE)


def scans(site: Site, **batch: object) -> list[int]:
    """How many documents were scanned, as far as the run tells."""
    heard: list[int] = []

    def progress(tally: Tally) -> None:
        if tally.stage == "scan":
            heard.append(tally.scanned)

    run_batch("manifest.tsv", "out", batch=BatchSettings(aligner="batch_stub:make", **batch), progress=progress)
    return heard


def test_a_scan_that_was_broken_off_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = site.run("whole") and site.corpus.tree("whole")

    def interrupted(self: Store, outcome: object, signature: str) -> None:
        record(self, outcome, signature)
        if len(self.scanned()) == 10:
            raise KeyboardInterrupt

    record = Store.record_pages
    with monkeypatch.context() as patch:
        patch.setattr(Store, "record_pages", interrupted)
        with pytest.raises(KeyboardInterrupt):
            site.run()
    assert not LINES.exists()
    Path("en/007.txt").write_text(Path("en/007.txt").read_text() + "\n")  # perhaps one of those scanned
    heard = scans(site)
    assert heard[0] in (9, 10)
    assert heard[-1] == 24
    assert LINES.read_bytes() == expected["boilerplate-lines.txt"]
    assert scans(site) == []
    with Store.open("out/.align-batch.sqlite") as store:
        assert store.scanned() == {}


def test_any_number_of_workers_finds_the_same(site: Site) -> None:
    site.run()
    expected = site.corpus.tree()
    for options in ({"workers": 1}, {"workers": 3}):
        Path("out").rename(f"before-{options['workers']}")
        site.run(**options)
        assert site.corpus.tree() == expected


def test_a_dask_cluster_finds_the_same(site: Site) -> None:
    distributed = pytest.importorskip("distributed")
    site.run()
    expected = site.corpus.tree()
    Path("out").rename("before")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, silence_logs=50
    ) as cluster:
        site.run(scheduler=cluster.scheduler_address)
    assert site.corpus.tree() == expected


def test_shards_find_the_same_and_merge_to_what_one_run_leaves(site: Site) -> None:
    site.run()
    expected = site.corpus.tree()
    Path("out").rename("before")
    site.run(shard=Shard(2, 3))
    written = LINES.stat().st_mtime_ns
    assert scans(site, shard=Shard(1, 3)) == []
    site.run(shard=Shard(3, 3))
    assert LINES.stat().st_mtime_ns == written
    report = merge_shards("out")
    assert (report.boilerplate, report.known_lines) == ((48, 0), 2)
    tree = {name: content for name, content in site.corpus.tree().items() if "of3." not in name}
    assert tree == expected
    assert site.run().reused == 24


def test_a_shard_stops_looking_when_another_has_found(site: Site) -> None:
    heard: list[int] = []

    def progress(tally: Tally) -> None:
        heard.append(tally.scanned)
        if tally.scanned == 5:
            LINES.write_text(f"{TEMPLATE[0]}\n")

    batch = BatchSettings(aligner="batch_stub:make", shard=Shard(1, 1))
    report = run_batch("manifest.tsv", "out", batch=batch, progress=progress)
    assert max(heard) == 5
    assert (report.known_lines, LINES.read_text()) == (1, f"{TEMPLATE[0]}\n")


def test_of_many_documents_some_are_looked_at(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLE", 12)
    first = scans(site)
    assert first[-1] == 12
    assert read_lines(LINES).texts == TEMPLATE
    assert "12 of 24 were looked at" in LINES.read_text()


def test_one_source_with_many_translations_repeats_nothing(corpus) -> None:
    texts = {f"d{n:02}": "A ship came in at noon.\n\nIt left at night." for n in range(30)}
    corpus.write(texts)
    assert corpus.run().known_lines == 0


def test_languages_are_counted_apart(corpus) -> None:
    site = Site(corpus)
    site.write(range(40))
    for n in range(12):
        Path("en", f"{n:03}.txt").write_text(f"Am Tag {n} fuhren wir hinaus.\n\nFische: {n}.\n\nHafen\n\nLeuchtturm")
    rows = Path("manifest.tsv").read_text().splitlines()
    languages = ["src_lang", *("de" if n < 12 else "en" for n in range(40))]
    Path("manifest.tsv").write_text("\n".join(map("\t".join, zip(rows, languages, strict=True))) + "\n")
    corpus.run(aligner="batch_stub:mixed")
    text = LINES.read_text()
    assert "# Source, German: 2 lines, in 12 documents.\nHafen\nLeuchtturm\n" in text
    assert "# Source, English: 2 lines, in 28 documents." in text
    assert "# Target, Japanese: 0 lines, in 40 documents." in text


def test_no_document_takes_the_place_of_the_list(corpus) -> None:
    corpus.write({"boilerplate-lines.txt/a": "A text."})
    with pytest.raises(MalformedManifest, match=r"needs a folder out/boilerplate-lines\.txt"):
        corpus.run()
