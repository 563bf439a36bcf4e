"""A batch in a process of its own, to be killed: `python drive.py OUTDIR OPTIONS`, with the options as JSON.

Prints a line when it has planned, one after every document, and one at the end, so that whoever kills it can choose
the moment.
"""

from __future__ import annotations

import json
import sys

from align.batch import BatchSettings, Tally, run_batch


def main(outdir: str, options: str) -> None:
    batch = json.loads(options)
    batch["formats"] = tuple(batch.get("formats", ("tsv",)))

    def progress(tally: Tally) -> None:
        print(tally.stage, tally.reused + tally.finished, flush=True)

    report = run_batch("manifest.tsv", outdir, batch=BatchSettings(**batch), progress=progress)
    print("end", report.done, report.failed, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
