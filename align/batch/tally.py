"""How far a run is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """How far a run is: told to `progress` after every document.

    `stage` is "scan", "plan", "read", "encode", "align" or "write". `scanned` of `to_scan` documents were looked at for
    lines that they repeat, or read to have their sentences encoded, of which `encoded` of `to_encode` are; `ahead` are
    the seconds that both took. `started` is when the stage began.
    """

    stage: str = "plan"
    documents: int = 0
    scanned: int = 0
    to_scan: int = 0
    encoded: int = 0
    to_encode: int = 0
    reused: int = 0
    pending: int = 0
    done: int = 0
    failed: int = 0
    sentences: int = 0
    bytes_total: int = 0
    bytes_done: int = 0
    started: float = field(default_factory=time.monotonic)
    ahead: float = 0.0

    def enter(self, stage: str, progress: Progress) -> None:
        """Begin a stage, and tell."""
        now = time.monotonic()
        if self.stage in ("read", "encode"):
            self.ahead += now - self.started
        self.stage, self.started = stage, now
        progress(self)

    @property
    def finished(self) -> int:
        """Documents of this run that are done or have failed."""
        return self.done + self.failed

    @property
    def seconds(self) -> float:
        """Since the stage began."""
        return time.monotonic() - self.started

    @property
    def rate(self) -> float:
        """Documents per second."""
        return self.finished / max(1e-6, self.seconds)

    @property
    def left(self) -> float | None:
        """Seconds that the rest of the stage will take, of aligning by the bytes that are left; None as long as nothing
        is known."""
        encoding = self.stage == "encode"
        done, all = (self.encoded, self.to_encode) if encoding else (self.bytes_done, self.bytes_total)
        return self.seconds * (all - done) / done if done else None


Progress = Callable[[Tally], None]
