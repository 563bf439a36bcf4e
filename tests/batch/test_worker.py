"""Processes that align: what happens when they die, hang, print, or lose their parent."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from align.batch.records import Entry, Task
from align.batch.worker import Stopped, Worker
from align.errors import SettingsError, WorkersFailed
from align.settings import AlignSettings

STUB = "batch_stub:make"


@pytest.fixture
def task(tmp_path: Path) -> Task:
    (tmp_path / "ja.txt").write_text("文です。")
    return Task(AlignSettings(threads=1), "out", ("tsv",), None, True, False, str(tmp_path), STUB)


def entry(task: Task, text: str, doc: str = "x") -> Entry:
    (Path(task.folder) / f"{doc}.txt").write_text(text)
    return Entry(doc, f"{doc}.txt", "ja.txt")


@contextmanager
def working(task: Task, timeout: float | None = None) -> Iterator[Worker]:
    worker = Worker(task, timeout)
    try:
        yield worker
    finally:
        worker.close()


def test_a_document_that_kills_its_process_is_tried_twice_and_the_next_one_is_aligned(task: Task) -> None:
    with working(task) as worker:
        outcome = worker.run(entry(task, "DIE."))
        assert (outcome.kind, outcome.attempts, outcome.figures) == ("WorkerDied", 2, None)
        assert "SIGKILL" in outcome.reason
        assert outcome.src.size == 4
        assert worker.run(entry(task, "Fine.")).figures is not None


def test_a_death_by_accident_costs_nothing(task: Task, tmp_path: Path) -> None:
    with working(task) as worker:
        outcome = worker.run(entry(task, f"DIEONCE:{tmp_path}/mark ."))
        assert (outcome.kind, outcome.attempts) == ("", 2)


def test_a_document_that_takes_too_long_is_given_up_at_once(task: Task) -> None:
    with working(task, timeout=1.0) as worker:
        started = time.monotonic()
        outcome = worker.run(entry(task, "SLEEP."))
        assert (outcome.kind, outcome.attempts) == ("TimeLimit", 1)
        assert "1 seconds" in outcome.reason
        assert time.monotonic() - started < 30
        assert worker.run(entry(task, "Fine.")).figures is not None


def test_nothing_a_worker_prints_reaches_standard_output(task: Task, capfd: pytest.CaptureFixture[str]) -> None:
    with working(task) as worker:
        assert worker.run(entry(task, "PRINT.")).figures is not None
    out, err = capfd.readouterr()
    assert out == ""
    assert "and one that writes" in err


def test_a_worker_closed_meanwhile_stops(task: Task) -> None:
    worker = Worker(task)
    worker.start()
    ended: list[BaseException] = []

    def run() -> None:
        try:
            worker.run(entry(task, "SLEEP."))
        except Stopped as stop:
            ended.append(stop)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.5)
    worker.close()
    thread.join(10)
    assert len(ended) == 1
    with pytest.raises(Stopped):
        worker.run(entry(task, "Fine."))


def test_a_process_that_ended_while_idle_is_started_again(task: Task) -> None:
    with working(task) as worker:
        worker.run(entry(task, "Fine."))
        worker._process.kill()
        worker._process.wait()
        assert worker.run(entry(task, "Fine.")).attempts == 1


def test_a_process_that_cannot_start_is_told(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    with working(Task(**{**fields(task), "aligner": "batch_stub:none"})) as worker, pytest.raises(SettingsError):
        worker.start()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with working(task) as worker, pytest.raises(WorkersFailed, match="exit code 1"):
        worker.start()


def fields(task: Task) -> dict[str, object]:
    return {name: getattr(task, name) for name in Task.__slots__}


def test_workers_go_when_their_parent_is_killed(task: Task, tmp_path: Path) -> None:
    script = (
        "import sys; from align.batch.records import Entry, Task; from align.batch.worker import Worker\n"
        "from align.settings import AlignSettings\n"
        f"task = Task(AlignSettings(threads=1), 'out', ('tsv',), None, True, False, {task.folder!r}, {STUB!r})\n"
        "worker = Worker(task)\n"
        "worker.start(); print(worker._process.pid, flush=True)\n"
        "worker.run(Entry('x', 'x.txt', 'ja.txt'))\n"
    )
    entry(task, "SLEEP.")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment)
    child = int(parent.stdout.readline())
    time.sleep(0.5)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 10
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(child)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended but was not waited for does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self").exists()  # no such folder on other systems


def test_a_worker_does_not_hear_ctrl_c(task: Task) -> None:
    with working(task) as worker:
        worker.start()
        worker._process.send_signal(signal.SIGINT)
        assert worker.run(entry(task, "Fine.")).attempts == 1


def test_what_a_worker_lost_while_it_starts_leaves_behind_can_be_collected(task: Task) -> None:
    """Python 3.12.1 ends with a segmentation fault if the error's traceback keeps a view of a buffer."""
    script = (
        "import gc, pickle, sys\n"
        "from align.batch.worker import Stopped, Worker\n"
        "class Lost(Worker):\n"
        "    def _spawn(self):\n"
        "        super()._spawn()\n"
        "        self.close()\n"
        "try: Lost(pickle.load(sys.stdin.buffer)).start()\n"
        "except Stopped as error: cycle = [error]\n"
        "assert isinstance(error_before := cycle[0].__context__, BrokenPipeError)\n"
        "cycle.append(cycle)\n"
        "del cycle, error_before\n"
        "print(gc.collect() > 0)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], input=pickle.dumps(task), stdout=subprocess.PIPE, env=environment, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"True\n")
