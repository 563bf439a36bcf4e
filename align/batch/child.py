"""A worker process: `python -m align.batch.child`, with jobs coming in on standard input, outcomes going out on
standard output, both as pickles. What libraries print goes to standard error."""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
from multiprocessing.connection import Connection
from types import FrameType
from typing import NoReturn

from align.batch.records import Job, Task
from align.batch.work import Work, factory
from align.errors import AlignError

READY = "ready"
_IDLE = 600.0
"""Seconds without a job after which the process ends, and frees its memory."""


def main() -> NoReturn:
    """Take a task, say when ready for jobs or what stands in the way, and do them until there are no more."""
    signal.signal(signal.SIGTERM, _leave)
    inbox, outbox = _streams()
    task: Task = inbox.recv()
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(inbox, jobs), daemon=True).start()
    try:
        factory(task.aligner)
    except AlignError as error:
        send(outbox, error)
        sys.exit(1)
    work = Work(task)
    work.warm_up()
    send(outbox, READY)
    while True:
        try:
            job = jobs.get(timeout=_IDLE)
        except queue.Empty:
            sys.exit()  # whoever wanted it is gone or slow; it is started again if need be
        send(outbox, work.run(job))


def send(outbox: Connection, message: object) -> None:
    """Send what `Connection.recv` takes at the other end.

    `Connection.send` would do, but where it fails its traceback keeps a view of a BytesIO, and collecting that in a
    cycle ends the interpreter of Python 3.12.0 and 3.12.1 (github.com/python/cpython/issues/111049).
    """
    outbox.send_bytes(pickle.dumps(message))


def _streams() -> tuple[Connection, Connection]:
    """The two streams for ourselves; in their place nothing to read, and standard error to write to."""
    inbox = Connection(os.dup(0), writable=False)
    outbox = Connection(os.dup(1), readable=False)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # standard error is closed
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
    return inbox, outbox


def _listen(inbox: Connection, jobs: queue.SimpleQueue[Job]) -> None:
    """Pass jobs on; when the parent is gone, go too, in the middle of a document if need be."""
    try:
        while True:
            jobs.put(inbox.recv())
    except (EOFError, OSError):
        os._exit(0)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """Leave by the way of an exception, so that temporary files go."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
