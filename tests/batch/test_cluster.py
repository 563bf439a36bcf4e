"""Dask: a cluster of our own, and one that is there already. (test_kill.py kills both sides of one.)"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from align.batch import BatchSettings, Tally, run_batch
from align.errors import SettingsError, WorkersFailed

distributed = pytest.importorskip("distributed")

DRIVE = Path(__file__).with_name("drive.py")


def test_a_cluster_of_our_own_gives_the_same_bytes(corpus, texts, tmp_path: Path) -> None:
    corpus.write({**texts(6), "empty": "", "dies": "DIE.", "once": f"DIEONCE:{tmp_path}/mark .", "slow": "SLEEP."})
    corpus.run(workers=2, timeout=4.0)
    expected = corpus.tree()
    assert b"TimeLimit" in expected["summary.tsv"]
    assert b"WorkerDied" in expected["summary.tsv"]
    (corpus.folder / "out").rename(corpus.folder / "local")
    (tmp_path / "mark").unlink()
    report = corpus.run(dask=True, workers=2, timeout=4.0)
    assert (report.done, report.failed) == (7, 3)
    assert corpus.tree() == expected


def test_a_cluster_that_is_there_is_left_as_it_was(corpus, texts) -> None:
    corpus.write(texts(4))
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        report = corpus.run(scheduler=cluster.scheduler_address)
        assert report.done == 4
        plugins = client.run(lambda dask_worker: list(dask_worker.plugins))
        assert not any("align" in name for names in plugins.values() for name in names)


def test_no_scheduler_is_told(corpus, texts, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.write(texts(1))
    monkeypatch.setattr("align.batch.cluster._CONNECT_SECONDS", 1)
    with pytest.raises(SettingsError, match=r"no Dask scheduler at tcp://127\.0\.0\.1:9"):
        corpus.run(scheduler="tcp://127.0.0.1:9")
    with pytest.raises(SettingsError, match="workers of its own"):
        corpus.run(scheduler="tcp://127.0.0.1:9", workers=2)


def test_without_dask_the_command_that_installs_it_is_named(corpus, texts) -> None:
    corpus.write(texts(1))
    script = (
        "import sys; sys.modules['distributed'] = None\n"
        "from align.batch import BatchSettings, run_batch\n"
        "from align.errors import MissingExtra\n"
        "try: run_batch('manifest.tsv', 'out', batch=BatchSettings(dask=True))\n"
        "except MissingExtra as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(DRIVE.parents[2])},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert "pip install 'taiyaku[dask]'" in done.stdout


def test_a_scheduler_that_goes_away_is_told_and_the_run_goes_on_without_it(corpus, texts) -> None:
    corpus.write({**texts(3), "slow": "SLEEP."})
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None, silence_logs=50
    )
    closing = threading.Thread(target=cluster.close)

    def close_at_once(tally: Tally) -> None:
        if tally.finished == 1 and tally.stage == "align":
            closing.start()

    batch = BatchSettings(aligner="batch_stub:make", scheduler=cluster.scheduler_address)
    with pytest.raises(WorkersFailed, match="again to go on"):
        run_batch("manifest.tsv", "out", batch=batch, progress=close_at_once)
    closing.join()
    report = corpus.run(workers=1, timeout=2.0)
    assert (report.documents, report.done, report.errors) == (4, 3, {"TimeLimit": 1})
