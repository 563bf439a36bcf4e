"""Who takes the documents of a run: this process, others on this machine, or a Dask cluster."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager

from align.batch.local import Take, cores, in_process, local_processes
from align.batch.plan import Pending
from align.batch.records import Outcome, Task
from align.batch.settings import BatchSettings
from align.errors import MissingExtra

_SMALL = 256 << 10
"""Bytes of input that this process aligns in less time than others take to start."""


def outcomes(task: Task, batch: BatchSettings, pending: Sequence[Pending]) -> Generator[Outcome, None, None]:
    """What comes of the documents, in the order in which they are finished.

    Raises:
        MissingExtra, SettingsError, WorkersFailed: there is nobody to take them.
    """
    with takers(task, batch, pending) as take:
        yield from take([each.entry for each in pending])


def takers(task: Task, batch: BatchSettings, pending: Sequence[Pending]) -> AbstractContextManager[Take]:
    """Whoever is right for these documents; models stay loaded while the block runs.

    Raises:
        As `outcomes`, here or as the block is entered.
    """
    workers = min(batch.workers or cores(), len(pending))
    if batch.scheduler or (batch.dask and not task.scan):  # a cluster of our own is slower to start than a scan
        return _on_dask(task, batch, workers)
    small = sum(each.size for each in pending) <= _SMALL
    if not batch.workers and not batch.timeout and small:
        return in_process(task)
    return local_processes(task, workers, batch.timeout)


def _on_dask(task: Task, batch: BatchSettings, workers: int) -> AbstractContextManager[Take]:
    try:
        from align.batch.cluster import on_cluster
    except ImportError as error:
        raise MissingExtra(f"Dask is not installed ({error}); install it with: pip install 'taiyaku[dask]'") from error
    return on_cluster(task, batch.scheduler, workers, batch.timeout)
