"""From one pair to a corpus: many documents, several processes or machines, and a run that can be broken off.

    from align.batch import BatchSettings, run_batch

    report = run_batch("manifest.tsv", "corpus", batch=BatchSettings(workers=4))
    print(report.done, report.failed, report.reasons)

`manifest` says which documents belong together, `plan` which of them still have to be aligned, `ahead` has their
sentences encoded together where the model gives one vector per text, `work` aligns one, `local` and `cluster` let many
processes do that at once, `store` remembers what came of each, and `summary` writes what the corpus is like. `run` is
the loop that joins them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from align.batch.manifest import Manifest, pair_folders, read_manifest
    from align.batch.records import Entry
    from align.batch.run import BatchReport, run_batch
    from align.batch.settings import BatchSettings, Shard
    from align.batch.shards import merge_shards
    from align.batch.tally import Tally

_MODULES = {
    "align.batch.manifest": ("Manifest", "pair_folders", "read_manifest"),
    "align.batch.records": ("Entry",),
    "align.batch.run": ("BatchReport", "run_batch"),
    "align.batch.settings": ("BatchSettings", "Shard"),
    "align.batch.shards": ("merge_shards",),
    "align.batch.tally": ("Tally",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "BatchReport",
    "BatchSettings",
    "Entry",
    "Manifest",
    "Shard",
    "Tally",
    "merge_shards",
    "pair_folders",
    "read_manifest",
    "run_batch",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'align.batch' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)
