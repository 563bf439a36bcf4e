"""A batch of 200 documents killed at ten moments leaves what an undisturbed one leaves, byte for byte."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from align.batch.store import Store

DRIVE = Path(__file__).with_name("drive.py")
DOCUMENTS, KILLS = 200, 10


def start(folder: Path, outdir: str, options: dict[str, object]) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(DRIVE.parent), str(DRIVE.parents[2])])
    return subprocess.Popen(
        [sys.executable, str(DRIVE), outdir, json.dumps({"aligner": "batch_stub:make", **options})],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return out.splitlines()[-1]


def kill_after(process: subprocess.Popen[str], finished: int, seconds: float, group: bool) -> None:
    """Kill a batch so long after so many documents are finished, with all of its processes or alone."""
    for line in process.stdout:
        stage, count, *_ = line.split()
        assert stage != "end"
        if int(count) >= finished:
            break
    time.sleep(seconds)
    if group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    process.stdout.close()


def moments(seed: int) -> Iterator[tuple[int, float, bool]]:
    """After how many documents, how much later, and whether all processes are killed or the parent alone."""
    draw = random.Random(seed)
    for finished in sorted(draw.sample(range(DOCUMENTS - 10), KILLS)):
        yield finished, draw.uniform(0, 0.02), draw.random() < 0.5


def killed(folder: Path, outdir: str, options: dict[str, object], seed: int) -> None:
    """Run a batch, killed at ten moments, to its end."""
    for moment in moments(seed):
        kill_after(start(folder, outdir, options), *moment)
    assert finish(start(folder, outdir, options)) == f"end {DOCUMENTS - 4} 4"


@pytest.fixture(scope="module")
def undisturbed(make_corpus, texts, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A corpus of 200 documents, four of which fail, and what a batch makes of it that nothing disturbs."""
    corpus = make_corpus(tmp_path_factory.mktemp("corpus"))
    corpus.write({**texts(DOCUMENTS - 4), "empty": "", "blank": " \n", "defect": "DEFECT.", "deep/missing": "x"})
    (corpus.folder / "ja/deep/missing.txt").unlink()
    assert finish(start(corpus.folder, "out", {"formats": ["tsv", "jsonl"]})) == f"end {DOCUMENTS - 4} 4"
    whole = corpus.tree("out")
    assert len(whole) == 4 * (DOCUMENTS - 4) + 3
    assert b"It has two sentences." in whole["boilerplate-lines.txt"]
    return corpus.folder, whole


@pytest.fixture
def again(undisturbed: tuple[Path, dict[str, bytes]], make_corpus) -> object:
    """The corpus once more, with nothing made of it yet: under the same names, for some of them stand in the files."""
    folder, _ = undisturbed
    shutil.rmtree(folder / "out")
    return make_corpus(folder)


@pytest.mark.parametrize("workers", [1, 4])
def test_a_killed_batch_ends_with_the_same_bytes(workers: int, again, undisturbed) -> None:
    killed(again.folder, "out", {"formats": ["tsv", "jsonl"], "workers": workers}, seed=workers)
    check_same(again.tree("out"), undisturbed[1])
    assert attempts(again.folder / "out") == DOCUMENTS


def check_same(tree: dict[str, bytes], expected: dict[str, bytes]) -> None:
    assert sorted(tree) == sorted(expected)
    assert [name for name in tree if tree[name] != expected[name]] == []


def attempts(outdir: Path) -> int:
    """Attempts of all documents that were recorded: more than one each would be a document taken for its worker's
    murderer."""
    with Store.open(str(outdir / ".align-batch.sqlite")) as store:
        return sum(known.outcome.attempts for _, known in store.documents())


def test_a_killed_batch_redoes_no_more_than_what_was_under_way(corpus, texts) -> None:
    corpus.write(texts(60))
    process = start(corpus.folder, "out", {"workers": 2})
    kill_after(process, 40, 0.0, group=True)
    again = start(corpus.folder, "out", {"workers": 2})
    first = next(line for line in again.stdout if line.startswith("align"))
    again.stdout.read()
    again.wait()
    assert int(first.split()[1]) >= 40


def test_a_batch_killed_while_it_looks_for_repeated_lines_ends_with_the_same_bytes(corpus, texts) -> None:
    corpus.write(texts(60))
    finish(start(corpus.folder, "out", {"workers": 2}))
    expected = corpus.tree()
    shutil.rmtree("out")
    process = start(corpus.folder, "out", {"workers": 2})
    for _ in range(21):
        assert process.stdout.readline().startswith("scan")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not Path("out/boilerplate-lines.txt").exists()
    with Store.open("out/.align-batch.sqlite") as store:
        assert 20 <= len(store.scanned()) < 60
    assert finish(start(corpus.folder, "out", {"workers": 2})) == "end 60 0"
    check_same(corpus.tree(), expected)


def test_a_killed_batch_through_dask_ends_with_the_same_bytes(again, undisturbed) -> None:
    distributed = pytest.importorskip("distributed")
    options = {"processes": True, "threads_per_worker": 1, "dashboard_address": None}
    place = again.folder / "dask"
    with (
        distributed.LocalCluster(n_workers=2, local_directory=str(place), silence_logs=50, **options) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        batch = {"formats": ["tsv", "jsonl"], "scheduler": cluster.scheduler_address}
        for number, moment in enumerate(moments(seed=7)):
            process = start(again.folder, "out", batch)
            if number == 4:  # one of the cluster's own processes goes, and is not missed
                kill_one(client.run(os.getpid))
            kill_after(process, *moment)
        assert finish(start(again.folder, "out", batch)) == f"end {DOCUMENTS - 4} 4"
    check_same(again.tree("out"), undisturbed[1])


def kill_one(workers: dict[str, int]) -> None:
    os.kill(next(iter(workers.values())), signal.SIGKILL)
