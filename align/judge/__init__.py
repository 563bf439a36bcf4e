"""Judging rows: flags that say what looks wrong with a pair. None of them changes the alignment.

    judge(pairs, ("en", "ja"))

`FLAGS` has the rule of each flag; `docs/flags.md` says how often they are right.
"""

from __future__ import annotations

from align.judge.flags import FLAGS, Flag
from align.judge.judge import judge

__all__ = ["FLAGS", "Flag", "judge"]
