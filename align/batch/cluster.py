"""Documents aligned by the workers of a Dask cluster (https://distributed.dask.org), on this machine or many.

Every Dask worker gets a plugin, which keeps one worker process per thread with its model loaded: a document that brings
its process down, or takes too long, is dealt with there, in the same way and the same words as without Dask, and the
Dask worker lives on. A Dask worker that is lost all the same takes only time: the scheduler gives its documents to
others. The workers see the same folders under the same paths as this process.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import secrets
import socket
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from itertools import count, islice

import dask
from distributed import Client, Future, LocalCluster, Worker, WorkerPlugin, as_completed
from distributed.scheduler import KilledWorker
from distributed.worker import get_worker

from align import __version__
from align.batch.local import Crew, Take
from align.batch.records import Job, Outcome, Task
from align.batch.worker import failure
from align.errors import AlignError, SettingsError, WorkersFailed

_CONNECT_SECONDS = 20
_LOCAL = {
    "distributed.scheduler.allowed-failures": 1,  # lost twice with a document, as a process of our own
    "distributed.worker.daemon": True,
    "distributed.admin.log-length": 0,
    "distributed.comm.timeouts.connect": "10s",
}


class CrewPlugin(WorkerPlugin):
    """Keeps a crew in a Dask worker, from before its first document until the run is over."""

    def __init__(self, name: str, task: Task, timeout: float | None) -> None:
        self.name = name
        self.task = task
        self.timeout = timeout
        self.crew: Crew | None = None

    async def setup(self, worker: Worker) -> None:
        mark = ".".join(filter(None, (self.task.cache_mark, socket.gethostname())))
        crew = Crew(replace(self.task, cache_mark=mark), worker.state.nthreads, self.timeout)
        self.crew = crew.__enter__()
        await asyncio.to_thread(self.crew.start)

    async def teardown(self, worker: Worker) -> None:
        if self.crew is not None:
            await asyncio.to_thread(self.crew.__exit__)


@contextmanager
def on_cluster(task: Task, scheduler: str | None, workers: int, timeout: float | None) -> Iterator[Take]:
    """The cluster at `scheduler` takes the jobs, or one of so many `workers` made for the run.

    Raises:
        SettingsError: there is no scheduler at the address, or its workers have another version of taiyaku.
        WorkersFailed: the cluster went away, or its workers cannot start.
    """
    with _client(scheduler, workers) as client:
        name = _name(task)
        try:
            _employ(client, CrewPlugin(name, task, timeout))
            yield lambda jobs: _results(client, name, task, jobs)
        finally:
            if scheduler and client.status == "running":  # the workers stay, so what we left there has to go
                with suppress(Exception):  # it may never have got there
                    client.unregister_worker_plugin(name)


def _name(task: Task) -> str:
    """The same for a run that goes on, so that its plugin takes the place of one that a killed run left behind."""
    corpus = os.path.join(os.path.abspath(os.path.join(task.folder, task.outdir)), task.cache_mark)
    return f"align-batch-{hashlib.blake2b(os.fsencode(corpus), digest_size=8).hexdigest()}"


def do(plugin: str, job: Job) -> Outcome:
    """Runs in a Dask worker."""
    return get_worker().plugins[plugin].crew.run(job)


def _results(client: Client, plugin: str, task: Task, jobs: Iterable[Job]) -> Generator[Outcome, None, None]:
    """Keeps two jobs per thread of the cluster under way, also while it grows and shrinks."""
    token = secrets.token_hex(8)  # what a killed run left with the scheduler is none of ours
    under_way: dict[str, Job] = {}
    waiting, numbers = iter(jobs), count()
    futures = as_completed(loop=client.loop)

    def submit(some: Iterator[Job]) -> None:
        for job in some:
            future = client.submit(do, plugin, job, key=f"align-{token}-{next(numbers)}", pure=False)
            under_way[future.key] = job
            futures.add(future)

    submit(islice(waiting, _room(client)))
    for future in futures:
        job = under_way.pop(future.key)
        yield _outcome(future, task, job)
        future.release()
        submit(islice(waiting, max(0, _room(client) - len(under_way))))


def _room(client: Client) -> int:
    return max(2, 2 * sum(client.nthreads().values()))


def _outcome(future: Future, task: Task, job: Job) -> Outcome:
    if future.status == "finished":
        return future.result()
    if future.status == "cancelled":
        raise WorkersFailed(
            "The Dask scheduler is gone, or gave up on the documents it had; run the same command again to go on."
        )
    error = future.exception()
    if isinstance(error, KilledWorker):
        reason = (
            f"The Dask workers that had it were lost, {error.allowed_failures + 1} times. If memory ran out, give them "
            "more; then --retry-failed tries it again."
        )
        return failure(task, job, "WorkerDied", reason, error.allowed_failures + 1)
    raise error


def _employ(client: Client, plugin: CrewPlugin) -> None:
    """Have the workers that there are ready, and those ready that come later."""
    versions = client.run(_version, on_error="return")
    for address, found in versions.items():
        if found != __version__:
            what = f"version {found}" if isinstance(found, str) else f"no taiyaku it can use ({found})"
            raise SettingsError(
                f"The Dask worker {address} has {what}; this is version {__version__}. Install the same on all workers."
            )
    try:
        client.register_plugin(plugin)
    except AlignError:
        raise
    except Exception as error:
        raise WorkersFailed(f"The Dask workers cannot start to align: {error!r}.") from error


def _version() -> str:
    from align import __version__

    return __version__


def _connected(scheduler: str) -> Client:
    try:
        return Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise SettingsError(f"There is no Dask scheduler at {scheduler} ({error}).") from error


@contextmanager
def _client(scheduler: str | None, workers: int) -> Iterator[Client]:
    with ExitStack() as stack:
        if scheduler:
            yield stack.enter_context(_connected(scheduler))
            return
        stack.enter_context(dask.config.set(_LOCAL))
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            memory_limit=0,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
            local_directory=stack.enter_context(tempfile.TemporaryDirectory(prefix="align-dask-")),
        )
        stack.enter_context(cluster)
        yield stack.enter_context(Client(cluster, set_as_default=False))
