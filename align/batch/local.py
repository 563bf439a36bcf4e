"""Documents aligned on this machine: in this process, or by others beside it."""

from __future__ import annotations

import os
import queue
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from align.batch.records import Entry, Outcome, Task
from align.batch.work import Work, factory
from align.batch.worker import Worker


@dataclass(slots=True)
class Crew:
    """Worker processes that any thread may give a document to; it waits for one that has nothing to do."""

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

    def run(self, entry: Entry) -> Outcome:
        """What came of a document; errors as of `Worker.run`."""
        worker = self._idle.get()
        try:
            return worker.run(entry)
        finally:
            self._idle.put(worker)

    def start(self) -> None:
        """Have every process ready, with its model loaded."""
        with ThreadPoolExecutor(max(1, len(self._workers))) as threads:
            list(threads.map(Worker.start, self._workers))


def in_process(task: Task, entries: Iterable[Entry]) -> Iterator[Outcome]:
    """Outcomes from this process, in order."""
    from threadpoolctl import threadpool_limits

    factory(task.aligner)  # brings along the libraries whose threads are to be limited
    work = Work(task)
    with threadpool_limits(task.settings.threads):
        for entry in entries:
            yield work.run(entry)


def local_processes(task: Task, entries: Iterable[Entry], workers: int, timeout: float | None) -> Iterator[Outcome]:
    """Outcomes from so many processes, as they come. At most two documents per process are under way or waiting.

    Raises:
        WorkersFailed: no process can be started.
    """
    with ThreadPoolExecutor(workers) as threads, Crew(task, workers, timeout) as crew:
        waiting: set[Future[Outcome]] = set()
        try:
            for entry in entries:
                waiting.add(threads.submit(crew.run, entry))
                if len(waiting) >= 2 * workers:
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
