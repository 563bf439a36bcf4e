"""How far a row's confidence may be believed: the share of rows that are right, by confidence.

    python -m benchmarks.calibration --jobs 2 --json out/calibration.json --svg docs/images/calibration.svg

On the documents of each set that the weights did not learn from, as they are and with noise put in (the copies with
all three kinds that benchmarks.noise makes). Few rows never fit their confidence exactly, so beside the calibration
error stands what probabilities that are true would show by chance. The drawing has a panel for each family of sets:
`ntrex` is all its languages.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from align.errors import MissingExtra
from align.evaluate import evaluate
from align.scores import Calibration, ReliabilityBin
from benchmarks.accuracy import Aligned
from benchmarks.command import run
from benchmarks.noise import CLEAN, NOISES, TOGETHER, about, aligned_sets, options_parser
from benchmarks.report import save, table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOISY = "all three"
_COLOURS = {CLEAN: "#3b82f6", NOISY: "#e07b00"}
_INK = "#7d8590"
"""Grey that can be read on white and on a dark page alike; the drawing's ground is transparent."""
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_ACROSS = 4
_SURE = 0.9
_DRAWS = 2000


def main(arguments: Sequence[str] | None = None) -> int:
    """Align, print a table, and write the figures and the drawing where `--json` and `--svg` say."""
    options = _options(arguments)
    if options.svg:
        _matplotlib()  # before minutes of work
    result = about("benchmarks.calibration", options)
    rows: dict[str, Any] = {}
    families: dict[str, dict[str, list[Aligned]]] = defaultdict(lambda: defaultdict(list))
    for name, kinds in aligned_sets(options, {NOISY: NOISES[NOISY]}, ()):
        rows[name] = {kind: figures(reliability(documents)) for kind, documents in kinds.items()}
        for kind, documents in kinds.items():
            for family in (name.split("-")[0], TOGETHER):
                families[family][kind] += documents
    panels = {name: {kind: reliability(d) for kind, d in kinds.items()} for name, kinds in families.items()}
    panels[TOGETHER] = panels.pop(TOGETHER)
    result["rows"] = rows | {TOGETHER: {kind: figures(found) for kind, found in panels[TOGETHER].items()}}
    print(overview(result["rows"]))
    print(f"\n{by_bin(panels[TOGETHER])}")
    save(result, options.json)
    if options.svg:
        draw(panels, Path(options.svg))
    return 0


def reliability(documents: Sequence[Aligned]) -> Calibration:
    """The lattice's rows by confidence, over all documents, as `align eval` counts them; no bins for no rows."""
    calibration = evaluate([d.gold for d in documents], [d.lattice for d in documents]).calibration
    return calibration or Calibration(0.0, ())


def interval(bin: ReliabilityBin) -> tuple[float, float]:
    """95% interval of the share of a bin's rows that is right (Wilson, JASA 1927)."""
    z, n, p = 1.96, bin.count, bin.accuracy
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def figures(calibration: Calibration) -> dict[str, Any]:
    """A calibration for the table and for JSON, with the error that chance alone would make of it."""
    return asdict(calibration) | {"by_chance": dict(zip(("mean", "95%"), by_chance(calibration), strict=True))}


def by_chance(calibration: Calibration) -> tuple[float, float]:
    """The calibration error that rows of these confidences have on average where each is right with its own
    probability, and the one that 95 in 100 such sets stay below. Rows are drawn by themselves; real ones, where one
    wrong bead makes its neighbour wrong, scatter more.
    """
    counts = np.array([bin.count for bin in calibration.bins])
    confidence = np.array([bin.confidence for bin in calibration.bins])
    if not counts.sum():
        return 0.0, 0.0
    right = np.random.default_rng(1).binomial(counts, confidence, (_DRAWS, len(counts)))
    errors = np.abs(right - counts * confidence).sum(axis=1) / counts.sum()
    return float(errors.mean()), float(np.quantile(errors, 0.95))


def overview(rows: Mapping[str, Any]) -> str:
    """A line for each set and kind of copy: rows, calibration error, what of it chance explains, and what rows of high
    confidence are worth."""
    lines = []
    for name, kinds in rows.items():
        for kind, found in kinds.items():
            count = sum(bin["count"] for bin in found["bins"])
            sure = [bin for bin in found["bins"] if bin["low"] >= _SURE]
            many = sum(bin["count"] for bin in sure)
            right = sum(bin["count"] * bin["accuracy"] for bin in sure)
            cells = [f"{many / max(1, count):.3f}", f"{right / many:.3f}" if many else ""]
            chance = "{mean:.3f} to {95%:.3f}".format_map(found["by_chance"])
            lines.append([name, kind, str(count), f"{found['error']:.3f}", chance, *cells])
    return table(["set", "copies", "rows", "ECE", "by chance", f"share at {_SURE} and over", "of these right"], lines)


def by_bin(found: Mapping[str, Calibration]) -> str:
    """A line for each bin of confidence."""
    lines = [
        [f"{bin.low:.1f} to {bin.high:.1f}", kind, str(bin.count), f"{bin.confidence:.3f}", f"{bin.accuracy:.3f}"]
        for kind, calibration in found.items()
        for bin in calibration.bins
        if bin.count
    ]
    return table(["confidence", "copies", "rows", "mean confidence", "right"], lines)


def draw(panels: Mapping[str, Mapping[str, Calibration]], path: Path) -> None:
    """Draw one panel of reliability for each name, and write it as SVG; the same figures give the same bytes.

    A point is a bin: its mean confidence, and the share that is right with a 95% interval. The larger, the more rows.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    matplotlib = _matplotlib()
    from matplotlib.figure import Figure

    down = ceil(len(panels) / _ACROSS)
    style = {"svg.fonttype": "none", "svg.hashsalt": "calibration", "font.family": "sans-serif", "font.size": 9}
    with matplotlib.rc_context(style | dict.fromkeys(("text.color", "axes.labelcolor"), _INK)):
        figure = Figure(figsize=(2.3 * min(_ACROSS, len(panels)) + 0.4, 2.45 * down + 0.5), layout="constrained")
        grid = figure.subplots(down, min(_ACROSS, len(panels)), sharex=True, sharey=True, squeeze=False)
        for axes in grid.flat[len(panels) :]:
            axes.set_visible(False)
        for axes, (name, kinds) in zip(grid.flat, panels.items(), strict=False):
            _panel(axes, name, kinds)
        figure.supxlabel("confidence", fontsize=10)
        figure.supylabel("share of rows that are right", fontsize=10)
        handles, labels = grid[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(handles), frameon=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", transparent=True, metadata=_NO_METADATA)


def _panel(axes: Axes, name: str, kinds: Mapping[str, Calibration]) -> None:
    axes.plot([0, 1], [0, 1], color=_INK, linewidth=0.8, linestyle=(0, (3, 3)), zorder=1)
    for kind, calibration in kinds.items():
        bins = [bin for bin in calibration.bins if bin.count]
        x, y = [bin.confidence for bin in bins], [bin.accuracy for bin in bins]
        ends = [interval(bin) for bin in bins]
        total = sum(bin.count for bin in bins)
        sizes = [8 + 90 * sqrt(bin.count / total) for bin in bins]
        colour = _COLOURS[kind]
        axes.vlines(x, [low for low, _ in ends], [high for _, high in ends], colors=colour, linewidth=1, alpha=0.55)
        axes.plot(x, y, color=colour, linewidth=0.8, alpha=0.4)
        label = "as they are" if kind == CLEAN else "with noise put in"
        axes.scatter(x, y, sizes, color=colour, alpha=0.85, linewidths=0, label=label, zorder=3)
        at, end, text = (0.49, "right", "ECE ") if kind == CLEAN else (0.53, "left", "")
        text += f"{calibration.error:.3f}"
        axes.text(at, 1.02, text, transform=axes.transAxes, ha=end, va="bottom", fontsize=8, color=colour)
    axes.set_title(f"{name}\n", fontsize=10, pad=2)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal", xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
    axes.grid(color=_INK, alpha=0.25, linewidth=0.6)
    axes.tick_params(colors=_INK, length=0, labelcolor=_INK)
    axes.spines[:].set_color(_INK)
    axes.spines[:].set_linewidth(0.6)


def _matplotlib() -> Any:
    try:
        import matplotlib
    except ImportError as error:
        raise MissingExtra("The drawing needs matplotlib; install it with: pip install 'taiyaku[bench]'") from error
    return matplotlib


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = options_parser("benchmarks.calibration", __doc__)
    parser.add_argument("--svg", metavar="FILE", help="also draw reliability, a panel for each family of sets")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    run("benchmarks.calibration", main)
