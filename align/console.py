"""What a person sees on standard error while a command runs and after: plain in a log, in colour in a terminal."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from align.boilerplate import EXAMPLES, FLAG
from align.languages import language

if TYPE_CHECKING:
    from align.alignment import Alignment
    from align.records import AlignedPair, Side

_LABEL = 12
_STYLES = {
    "parallel": "green",
    "partly parallel": "yellow",
    "reordered": "yellow",
    "wrong language": "bold red",
    "not parallel": "bold red",
}
_TYPES = 4
_FLAGS = 5
_SAMPLES = 3
_WIDTH = 100
_EXAMPLE = 24


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the summary: what it is about, what it says, and a rich style for a terminal."""

    label: str
    text: str
    style: str = ""


def error(message: str) -> None:
    """One line that says what went wrong."""
    print(f"align: error: {' '.join(message.split())}", file=sys.stderr)


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A spinner with the name of the stage while the block runs; nothing where there is no terminal to see it."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage, done: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda stage, done: status.update(f"{stage} {done:.0%}" if 0 < done < 1 else stage)


def note(text: str) -> None:
    """Print one line of news on standard error."""
    print(text, file=sys.stderr, flush=True)


def show(lines: list[Line]) -> None:
    """Print the summary."""
    if not sys.stderr.isatty():
        for line in lines:
            print(f"{line.label:<{_LABEL}}{line.text}", file=sys.stderr)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    for line in lines:
        # Soft wrapping leaves the line whole: a path that is broken in two cannot be copied.
        console.print(Text.assemble((f"{line.label:<{_LABEL}}", "dim"), (line.text, line.style)), soft_wrap=True)


def summary(alignment: Alignment, files: Sequence[str], seconds: float) -> list[Line]:
    """The run in at most a dozen lines; the verdict comes first where the documents are not parallel.

    `files` were written; none stands for standard output, where the rows have been seen and need no sample.
    """
    verdict = Line("verdict", _verdict(alignment), _STYLES.get(alignment.verdict.label, ""))
    settings = alignment.settings
    lines = [
        Line("source", _side(alignment.sides[0], alignment.documents[0].name, bool(settings.src_lang))),
        Line("target", _side(alignment.sides[1], alignment.documents[1].name, bool(settings.tgt_lang))),
        Line("model", alignment.encoder),
        Line("rows", f"{len(alignment.pairs):,}: {_types(alignment)}"),
        *_boilerplate(alignment),
        *_flags(alignment),
        Line("confidence", f"{alignment.mean_confidence:.2f} on average"),
        *_kept(alignment),
    ]
    if alignment.verdict.label == "parallel":
        lines.append(verdict)
    else:
        lines.insert(0, verdict)
    if files:
        lines += [Line(*sample) for sample in _samples(alignment)]
    lines.append(
        Line("written", f"{_on_one_line(' and '.join(files)) or 'standard output'} in {seconds:.1f} s", "bold")
    )
    return lines


def _verdict(alignment: Alignment) -> str:
    """The verdict in words."""
    verdict = alignment.verdict
    share = f"{verdict.aligned:.0%} of the text is aligned"
    match verdict.label:
        case "not parallel":
            return f"not parallel: these documents do not look like translations of each other; {share}"
        case "wrong language":
            where = max((0, 1), key=lambda side: verdict.foreign[side])
            name = language(alignment.languages[where]).name
            side = ("source", "target")[where]
            return f"wrong language: {verdict.foreign[where]:.0%} of the {side} does not look like {name}; {share}"
        case "reordered" if alignment.settings.reorder:
            return f"reordered: {share} in order, and {verdict.moved:.0%} in other places"
        case "reordered":
            return f"reordered: {share}, {verdict.moved:.0%} is in other places (--reorder aligns it)"
    return f"{verdict.label}: {share}"


def _kept(alignment: Alignment) -> Iterator[Line]:
    """What thresholds on confidence kept of the rows with two sides."""
    kept = alignment.kept
    if kept is None:
        return
    if kept.threshold is None:
        yield Line("kept", f"none of {kept.left_out:,} pairs: no row is sure enough", "yellow")
        return
    yield Line(
        "kept",
        f"{kept.pairs:,} of {kept.pairs + kept.left_out:,} pairs, with confidence {kept.threshold:g} or more; "
        f"{kept.precision:.2%} of them are expected to be right",
    )


def clipped(text: str, width: int) -> str:
    """As much of the text as fits into so many columns of a terminal, where East Asian characters take two."""
    used = 0
    for at, char in enumerate(text):
        used += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if used > width:
            return text[: max(0, at - 1)] + "…"
    return text


def _side(side: Side, name: str, given: bool) -> str:
    how = "given" if given else "detected"
    return (
        f"{_on_one_line(name)}: {language(side.language).name} ({how}), {_number(side.sentences, 'sentence')} "
        f"in {_number(side.paragraphs, 'paragraph')}"
    )


def _types(alignment: Alignment) -> str:
    """The frequent bead types with two sides, the rest of them together, and the rows with one side empty."""
    counts = {type: count for type, count in alignment.counts.items() if "0" not in type.split("-")}
    shown = [f"{count:,} {type}" for type, count in list(counts.items())[:_TYPES]]
    rest = sum(list(counts.values())[_TYPES:])
    if rest:
        shown.append(f"{rest:,} of other types")
    return ", ".join([*shown, f"{alignment.nulls:,} with one side empty"])


def _boilerplate(alignment: Alignment) -> Iterator[Line]:
    """How many lines were marked or left out, and the first few of either side."""
    sides = [
        f"{len(lines):,} {name} ({' | '.join(clipped(' '.join(text.split()), _EXAMPLE) for text in lines[:EXAMPLES])})"
        for name, lines in zip(("source", "target"), alignment.boilerplate, strict=True)
        if lines
    ]
    if sides:
        what = "left out" if alignment.dropped else "marked"
        yield Line("boilerplate", f"{what}: {', '.join(sides)}")


def _flags(alignment: Alignment) -> Iterator[Line]:
    """The frequent flags, and how many others there are; boilerplate has a line of its own."""
    counts = {flag: count for flag, count in alignment.flags.items() if flag != FLAG}
    shown = [f"{count:,} {flag}" for flag, count in list(counts.items())[:_FLAGS]]
    rest = len(counts) - _FLAGS
    if shown:
        yield Line("flags", ", ".join(shown) + (f" and {_number(rest, 'other')}" if rest > 0 else ""))


def _samples(alignment: Alignment) -> Iterator[tuple[str, str]]:
    """Rows from the beginning, the middle and the end."""
    pairs = [pair for pair in alignment.pairs if not pair.is_null]
    if len(pairs) > _SAMPLES:
        pairs = [pairs[i * (len(pairs) - 1) // (_SAMPLES - 1)] for i in range(_SAMPLES)]
    for pair in pairs:
        yield f"  {pair.confidence:.2f}", _sample(pair)


def _sample(pair: AlignedPair) -> str:
    half = (_WIDTH - _LABEL - 3) // 2
    return f"{clipped(pair.src, half)} | {clipped(pair.tgt, half)}"


def _on_one_line(name: str) -> str:
    """A file's name with its control characters written out."""
    return "".join(char if char.isprintable() or char == " " else ascii(char)[1:-1] for char in name)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
