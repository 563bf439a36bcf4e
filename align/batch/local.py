"""Documents aligned on this machine: in this process, or by others beside it."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field

from align.batch.records import Job, Outcome, Task
from align.batch.work import Work, factory
from align.batch.worker import Worker

Take = Callable[[Iterable[Job]], Generator[Outcome, None, None]]
"""Jobs to what came of them, in the order in which they are finished. It may be called again and again."""


@dataclass(slots=True)
class Crew:
    """Worker processes that any thread may give a job to; it waits for one that has nothing to do."""

    task: Task
    size: int
    timeout: float | None = None
    _workers: list[Worker] = field(default_factory=list, init=False, repr=False)
    _idle: queue.SimpleQueue[Worker] = field(default_factory=queue.SimpleQueue, init=False, repr=False)

    def __enter__(self) -> Crew:
        self._workers = [Worker(self.task, self.timeout) for _ in range(self.size)]
        for worker in self._workers:
            self._idle.put(worker)
        return self

    def __exit__(self, *error: object) -> None:
        with ThreadPoolExecutor(max(1, len(self._workers))) as threads:
            list(threads.map(Worker.close, self._workers))

    def run(self, job: Job) -> Outcome:
        """What came of a job; errors as of `Worker.run`."""
        worker = self._idle.get()
        try:
            return worker.run(job)
        finally:
            self._idle.put(worker)

    def start(self) -> None:
        """Have every process ready, with its model loaded."""
        with ThreadPoolExecutor(max(1, len(self._workers))) as threads:
            list(threads.map(Worker.start, self._workers))


@contextmanager
def in_process(task: Task) -> Iterator[Take]:
    """This process takes the jobs, one after the other."""
    from threadpoolctl import threadpool_limits

    factory(task.aligner)  # brings along the libraries whose threads are to be limited
    work = Work(task)
    with threadpool_limits(task.settings.threads):
        yield lambda jobs: (work.run(job) for job in jobs)


@contextmanager
def local_processes(task: Task, workers: int, timeout: float | None) -> Iterator[Take]:
    """So many processes take the jobs. At most two per process are under way or waiting.

    Raises:
        WorkersFailed: no process can be started.
    """
    with ThreadPoolExecutor(workers) as threads, Crew(task, workers, timeout) as crew:
        yield lambda jobs: _outcomes(crew, threads, jobs)


def _outcomes(crew: Crew, threads: ThreadPoolExecutor, jobs: Iterable[Job]) -> Generator[Outcome, None, None]:
    waiting: set[Future[Outcome]] = set()
    try:
        for job in jobs:
            waiting.add(threads.submit(crew.run, job))
            if len(waiting) >= 2 * crew.size:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    finally:
        for future in waiting:
            future.cancel()


def cores() -> int:
    """Cores this process may use, which a job scheduler may have made fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
