"""A worker process as its parent sees it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import Any

from align.batch.child import READY, send
from align.batch.records import Job, Outcome, Task
from align.batch.work import nothing_yet
from align.errors import WorkersFailed

_TRIES = 2
"""How often a document is given to a worker that dies of it."""
_STARTS = 3
"""How often a process is started that dies before it takes its first document."""
_THREAD_LIMITS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_GRACE = 2.0
"""Seconds between asking a process to end and killing it."""


class Stopped(Exception):
    """The worker was closed from another thread."""


class _Died(Exception):
    """The process is gone; the argument says how."""


@dataclass(slots=True)
class Worker:
    """A process that aligns one document at a time, with its model loaded.

    It is started when the first document comes, and again after it died. Not a fork: nothing of the parent, which may
    have threads and a model of its own, is in it. It ends with its parent, however that ends.
    """

    task: Task
    timeout: float | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)
    _ends: tuple[Connection, Connection] | None = field(default=None, init=False, repr=False)
    _closed: bool = field(default=False, init=False, repr=False)

    def run(self, job: Job) -> Outcome:
        """What came of a job. One that the process dies of is tried once more and then given up, and so is, at
        once, one that takes longer than the timeout.

        Raises:
            WorkersFailed: no process can be started.
            Stopped: the worker was closed meanwhile.
        """
        how = ""
        for attempt in range(1, _TRIES + 1):
            self.start()
            inbox, outbox = self._ends
            try:
                with _broken_pipe_is_death(self._reap):
                    send(outbox, job)
                    if not inbox.poll(self.timeout):
                        self._reap(kill=True)
                        return self._given_up(
                            job, "TimeLimit", f"It took longer than {self.timeout:g} seconds (--timeout).", attempt
                        )
                    return replace(inbox.recv(), attempts=attempt)
            except _Died as death:
                how = str(death)
        reason = (
            f"The process that aligned it died, {_TRIES} times ({how}). If memory ran out, take fewer workers; then "
            "--retry-failed tries it again."
        )
        return self._given_up(job, "WorkerDied", reason, _TRIES)

    def start(self) -> None:
        """Start the process, unless it runs; it is ready, with its model loaded, when this returns.

        Raises:
            WorkersFailed: it dies at once, again and again.
            AlignError: it cannot make the aligner asked for.
            Stopped: the worker was closed meanwhile.
        """
        how = ""
        for _ in range(_STARTS):
            if self._closed:
                raise Stopped
            if self._process is not None:
                if self._process.poll() is None:
                    return
                self._reap()
            self._spawn()
            try:
                with _broken_pipe_is_death(self._reap):
                    send(self._ends[1], self.task)
                    answer: Any = self._ends[0].recv()
            except _Died as death:
                how = str(death)
                continue
            if answer == READY:
                return
            self._reap(kill=True)
            raise answer
        raise WorkersFailed(
            f"A worker process died {_STARTS} times before it took a document ({how}); what it printed stands above. "
            "If memory ran out, give --workers a smaller number."
        )

    def close(self) -> None:
        """End the process, in the middle of a document if need be. May be called from any thread."""
        self._closed = True
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _spawn(self) -> None:
        threads = str(self.task.settings.threads)
        limits = dict.fromkeys(_THREAD_LIMITS, threads)
        path = os.pathsep.join(os.path.abspath(part) for part in sys.path)  # what can be imported here can be there
        with _interrupts_held():
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "align.batch.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                cwd=self.task.folder,
                env={**os.environ, **limits, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore"},
            )
        self._ends = (
            Connection(os.dup(process.stdout.fileno()), writable=False),
            Connection(os.dup(process.stdin.fileno()), readable=False),
        )
        process.stdout.close()
        process.stdin.close()
        self._process = process
        if self._closed:
            self.close()

    def _reap(self, kill: bool = False) -> str:
        """Wait for the process to end, and tell how it did."""
        process, ends = self._process, self._ends
        if kill:
            process.kill()
        code = process.wait()
        for end in ends:
            with suppress(OSError):
                end.close()
        self._process = self._ends = None
        if self._closed:
            raise Stopped
        return _ending(code)

    def _given_up(self, job: Job, kind: str, reason: str, attempts: int) -> Outcome:
        return failure(self.task, job, kind, reason, attempts)


def failure(task: Task, job: Job, kind: str, reason: str, attempts: int) -> Outcome:
    """The outcome of a job that no worker has told about."""
    return replace(nothing_yet(job, task, task.folder), kind=kind, reason=reason, attempts=attempts)


@contextmanager
def _broken_pipe_is_death(reap: Any) -> Iterator[None]:
    try:
        yield
    except (EOFError, BrokenPipeError, ConnectionResetError) as error:
        raise _Died(reap()) from error


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """What is started here never sees Ctrl-C, which is the parent's to answer; one that comes meanwhile waits."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"{signal.Signals(-code).name}, {signal.strsignal(-code)}"
    except ValueError:
        return f"signal {-code}"
