"""The shards of a batch, which know nothing of each other, put together again."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from align.batch.manifest import Manifest
from align.batch.places import Places
from align.batch.run import BatchReport, finish, sweep
from align.batch.settings import Shard
from align.batch.store import Store
from align.batch.tally import Tally
from align.errors import IncompleteShards, MissingInput

_FILE = re.compile(r"\.align-batch\.(\d+)of(\d+)\.(sqlite|done)")
_LISTED = 12


def marker_of(store: Store) -> bytes:
    """What stands in the file that says a shard is complete: what must be the same of all shards."""
    same = {"manifest": store.fact("run")["manifest"], "signature": store.fact("signature")}
    return (json.dumps(same | {"layout": store.fact("layout")}, indent=2) + "\n").encode()


def merge_shards(outdir: str | os.PathLike[str], manifest: Manifest | None = None) -> BatchReport:
    """Make of the shards in `outdir` what one run over all documents would have left: the same summary, sidecar, file
    of all rows and job store, so that `run_batch` without a shard goes on from there. `manifest` is compared with the
    one that the shards were run with.

    Raises:
        MissingInput: there are no shards in the folder.
        IncompleteShards: some are not finished, or were run with another manifest or other settings.
        OutputError: a job store cannot be read or written.
    """
    outdir = os.fspath(outdir)
    shards = _shards(outdir)
    markers = _markers(outdir, shards)
    if manifest is not None and markers[0]["manifest"] != manifest.digest:
        raise IncompleteShards(
            f"The shards in {outdir} were run with another manifest than {manifest.name}; run them again with this one."
        )
    tally = Tally(stage="write")
    places = Places(outdir)
    with Store.open(places.store) as store:
        sweep(outdir)
        store.clear()
        for shard in shards:
            store.absorb(Places(outdir, shard).store)
        with Store.open(Places(outdir, shards[0]).store) as first:
            for name in ("signature", "unpaired", "layout", "run"):
                store.set_fact(name, first.fact(name))
        report = finish(store, places, tally)
    return report


def _shards(outdir: str) -> list[Shard]:
    if not os.path.isdir(outdir):
        raise MissingInput(f"There is no folder {outdir}. Check the path.")
    found = {match for match in map(_FILE.fullmatch, os.listdir(outdir)) if match}
    counts = sorted({int(match[2]) for match in found})
    if not counts:
        raise MissingInput(f"There are no shards in {outdir}; make them with align batch --shard 1/8 to 8/8.")
    if len(counts) > 1:
        several = " and ".join(f"of {count}" for count in counts)
        raise IncompleteShards(
            f"{outdir} holds shards {several}; delete the files .align-batch.* of those that are not to be merged."
        )
    return [Shard(index, counts[0]) for index in range(1, counts[0] + 1)]


def _markers(outdir: str, shards: list[Shard]) -> list[dict[str, Any]]:
    missing = [shard for shard in shards if not os.path.isfile(Places(outdir, shard).marker)]
    if missing:
        shown = ", ".join(str(shard) for shard in missing[:_LISTED]) + (", …" if len(missing) > _LISTED else "")
        raise IncompleteShards(
            f"Of {len(shards)} shards in {outdir} {len(missing)} are not finished: {shown}. Run them, each with the "
            "command it was begun with; what they have done already is kept."
        )
    markers = [json.loads(Path(Places(outdir, shard).marker).read_bytes()) for shard in shards]
    for shard, marker in zip(shards, markers, strict=True):
        if marker != markers[0]:
            which = "another manifest" if marker["manifest"] != markers[0]["manifest"] else "other settings"
            raise IncompleteShards(
                f"Shard {shard} in {outdir} was run with {which} than shard {shards[0]}; run the one that is out of "
                "date again."
            )
    return markers
