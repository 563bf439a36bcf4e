"""Two thousand documents, a twentieth of them broken: the run ends, names just those, and memory does not grow."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

DRIVE = Path(__file__).with_name("drive.py")
DOCUMENTS, BROKEN = 2000, 100
PARENT, WORKER = 100, 300
"""Megabytes that either may take: twice what they are measured to. A worker's are the libraries', a parent has none."""

_BYTES = {
    "EmptyInput": b"",
    "BlankInput": b" \n\t \n",
    "BinaryInput": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "UndecodableInput": bytes([0x81, 0xFF, 0xFE, 0x9F]) * 20 + b" abc " + bytes([0xC3, 0x28, 0xA0, 0xFF]) * 20,
    "MissingInput": None,
    "SameLanguage": b"This document is in English as well. It says so.",
}

_MEASURED = """
import json, resource, sys
sys.argv = sys.argv[1:]
exec(compile(open(sys.argv[0]).read(), sys.argv[0], "exec"))
own, workers = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print("memory", json.dumps([own, workers]))
"""
_LAUNCH = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, *sys.argv[1:]]))"
"""A process starts with the peak of the one that made it, which must not be the tests' own."""


def test_a_run_with_broken_documents_finishes_and_names_them(tmp_path: Path) -> None:
    broken = generate(tmp_path)
    out = drive(tmp_path, {"aligner": "batch_stub:mixed", "workers": 2})
    assert f"end {DOCUMENTS - BROKEN} {BROKEN}" in out
    with open(tmp_path / "out/summary.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) == DOCUMENTS
    assert {row["doc"]: row["kind"] for row in rows if row["status"] == "failed"} == broken
    assert all(row["error"] for row in rows if row["status"] == "failed")
    assert len(list((tmp_path / "out").glob("*.tsv"))) == DOCUMENTS - BROKEN + 2
    sidecar = json.loads((tmp_path / "out/batch.json").read_text())
    assert sidecar["errors"] == {kind: list(broken.values()).count(kind) for kind in sorted(set(broken.values()))}
    own, workers = json.loads(out[-1].removeprefix("memory "))
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    assert own / scale < PARENT
    assert workers / scale < WORKER


def generate(folder: Path) -> dict[str, str]:
    """Write the corpus; the broken documents, and how each of them fails."""
    draw = random.Random(11)
    kinds = list(_BYTES)
    chosen = draw.sample(range(DOCUMENTS), BROKEN)
    broken = {f"d{n:04}": kinds[at % len(kinds)] for at, n in enumerate(chosen)}
    lines = ["doc\tsrc\ttgt"]
    for side in ("en", "ja"):
        (folder / side).mkdir()
    for n in range(DOCUMENTS):
        doc = f"d{n:04}"
        filler = "word " * draw.randrange(1000, 3000)
        (folder / "en" / f"{doc}.txt").write_text(f"The people of this town met on day {n}. They talked. {filler}")
        path = folder / "ja" / f"{doc}.txt"
        if doc not in broken:
            path.write_text(f"この町の人々は{n}日目に集まった。話し合いをした。", encoding="utf-8")
        elif (content := _BYTES[broken[doc]]) is not None:
            path.write_bytes(content)
        lines.append(f"{doc}\ten/{doc}.txt\tja/{doc}.txt")
    (folder / "manifest.tsv").write_text("\n".join(lines) + "\n")
    return broken


def drive(folder: Path, options: dict[str, object]) -> list[str]:
    path = os.pathsep.join([str(DRIVE.parent), str(DRIVE.parents[2])])
    done = subprocess.run(
        [sys.executable, "-c", _LAUNCH, "-c", _MEASURED, str(DRIVE), "out", json.dumps(options)],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=500,
        env={**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
    )
    return done.stdout.splitlines()
