"""Shards that know nothing of each other, and what they are put together to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.batch import Shard, merge_shards, read_manifest
from align.errors import IncompleteShards, MissingInput, SettingsError
from align.settings import AlignSettings

Texts = Callable[[int], dict[str, str]]


@given(st.text(min_size=1, max_size=20), st.integers(1, 40))
def test_every_document_falls_to_one_shard(doc: str, of: int) -> None:
    assert sum(Shard(index, of).takes(doc) for index in range(1, of + 1)) == 1


def test_shards_are_of_about_one_size() -> None:
    sizes = [sum(Shard(index, 4).takes(f"doc{n}") for n in range(4000)) for index in range(1, 5)]
    assert all(900 < size < 1100 for size in sizes)


@pytest.mark.parametrize("text", ["", "3", "0/4", "5/4", "a/b", "1/0", "-1/4", "1/4/2"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="shard"):
        Shard.parse(text)


def test_a_shard_reads_as_it_is_written() -> None:
    assert Shard.parse(" 3 / 8 ") == Shard(3, 8)
    assert (str(Shard(3, 8)), Shard(3, 8).mark) == ("3/8", "3of8")


@pytest.fixture
def sharded(corpus, texts: Texts):
    corpus.write({**texts(9), "empty": "", "warned": "WARN. And more."})
    return corpus


def run_shards(corpus, of: int, outdir: str = "out", **batch: object) -> None:
    for index in range(1, of + 1):
        corpus.run(outdir, shard=Shard(index, of), **batch)


def whole(tree: dict[str, bytes]) -> dict[str, bytes]:
    """Less the files of single shards."""
    return {name: content for name, content in tree.items() if "of3." not in name}


@pytest.mark.parametrize("single", [False, True], ids=["a file each", "a single file"])
def test_merged_shards_are_what_one_run_leaves(single: bool, sharded) -> None:
    sharded.run(single=single)
    expected = sharded.tree()
    (sharded.folder / "out").rename(sharded.folder / "unsharded")
    run_shards(sharded, 3, single=single)
    assert "summary.tsv" not in sharded.tree()
    report = merge_shards("out")
    assert (report.documents, report.done, report.failed) == (11, 10, 1)
    assert whole(sharded.tree()) == expected
    again = sharded.run(single=single)
    assert (again.reused, again.aligned) == (11, 0)
    assert whole(sharded.tree()) == expected


def test_a_shard_has_files_of_its_own(sharded) -> None:
    report = sharded.run(shard=Shard(2, 3), single=True)
    files = {path.name for path in (sharded.folder / "out").iterdir()}
    assert files == {
        "summary.2of3.tsv", "timings.2of3.tsv", "batch.2of3.json", "corpus.2of3.tsv", ".align-batch.2of3.sqlite",
        ".align-batch.2of3.done",
    }  # fmt: skip
    assert 0 < report.documents < 11


def test_a_shard_goes_on_where_it_was(sharded) -> None:
    first = sharded.run(shard=Shard(2, 3))
    again = sharded.run(shard=Shard(2, 3))
    assert again.reused == first.documents


def test_more_shards_than_documents(sharded) -> None:
    run_shards(sharded, 40, formats=("tmx",), single=True)
    assert merge_shards("out").done == 10


def test_missing_shards_are_named(sharded) -> None:
    with pytest.raises(MissingInput, match="no folder"):
        merge_shards("nowhere")
    (sharded.folder / "out").mkdir()
    with pytest.raises(MissingInput, match="no shards"):
        merge_shards("out")
    run_shards(sharded, 3)
    (sharded.folder / "out/.align-batch.1of3.done").unlink()
    (sharded.folder / "out/.align-batch.3of3.done").unlink()
    with pytest.raises(IncompleteShards, match="1/3, 3/3"):
        merge_shards("out")


def test_a_shard_that_runs_again_is_not_complete_meanwhile(sharded, monkeypatch: pytest.MonkeyPatch) -> None:
    run_shards(sharded, 3)

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("align.batch.run.make_plan", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sharded.run(shard=Shard(2, 3))
    with pytest.raises(IncompleteShards, match="2/3"):
        merge_shards("out")


def test_shards_of_different_runs_do_not_go_together(sharded) -> None:
    run_shards(sharded, 3)
    sharded.run(shard=Shard(2, 3), settings=AlignSettings(max_bead=6))
    with pytest.raises(IncompleteShards, match="other settings than shard 1/3"):
        merge_shards("out")
    run_shards(sharded, 3)
    manifest = sharded.folder / "manifest.tsv"
    manifest.write_text("\n".join(manifest.read_text().splitlines()[:-1]) + "\n")
    with pytest.raises(IncompleteShards, match="another manifest"):
        merge_shards("out", read_manifest(manifest))
    sharded.run(shard=Shard(3, 3))
    with pytest.raises(IncompleteShards, match="another manifest than shard 1/3"):
        merge_shards("out")
    run_shards(sharded, 2)
    with pytest.raises(IncompleteShards, match="of 2 and of 3"):
        merge_shards("out")


def test_a_shard_leaves_alone_what_another_is_writing(sharded) -> None:
    sharded.run(shard=Shard(1, 3))
    theirs = Path("out") / f".align-{'0' * 16}.tmp"
    theirs.touch()
    sharded.run(shard=Shard(2, 3))
    sharded.run(shard=Shard(3, 3))
    assert theirs.exists()
    merge_shards("out")
    assert not theirs.exists()


def test_the_sidecar_of_a_shard_counts_that_shard(sharded) -> None:
    run_shards(sharded, 3)
    counts = [json.loads(Path(f"out/batch.{index}of3.json").read_text())["documents"] for index in (1, 2, 3)]
    assert sum(counts) == 11
