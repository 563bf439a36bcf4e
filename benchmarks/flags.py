"""How often a flag is a false alarm on professional translations, and how much of what is spoilt on purpose it finds.

    python -m benchmarks.flags --sets en-ja en-deu

A flag on an untouched pair counts as a false alarm, though some are true: translators convert miles, and err in a
weekday. Then one pair in four of each document is spoilt, in one way at a time, if it lends itself to that: the pair
after it provides what takes a place. It is found if it has one of the flags that should tell.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from time import process_time
from typing import Any

from align.errors import MissingInput
from align.judge import FLAGS, judge
from align.languages import language
from align.records import AlignedPair
from benchmarks.command import parser_of, run
from benchmarks.gold import SHARED
from benchmarks.report import describe, save, table

SETS = ("en-ja", "en-deu", "en-zho-CN", "en-fra")
ONE_IN = 4
"""So many pairs for one that is spoilt: what is usual in a document stays usual."""


@dataclass(frozen=True, slots=True)
class Case:
    """A pair, the target of the pair after it, and what stands between words in the target's language."""

    src: str
    tgt: str
    after: str
    joiner: str


Spoil = Callable[[Case, random.Random], str | None]
"""The target spoilt, or None where the pair does not lend itself to it."""

_DIGITS = re.compile(r"\d+")
_CAPITALISED = re.compile(r"(?<=[a-zß-öø-ÿ,] )[A-ZÀ-Þ][a-zß-öø-ÿ]{3,}")
_KATAKANA = re.compile(r"[ァ-ヴー]{4,}(?:・[ァ-ヴー]{2,})*")
_TERMINATORS = ".!?。！？"
_QUOTES = '「」『』（）()“”«»„"'


def other_number(case: Case, chance: random.Random) -> str | None:
    """One number in digits becomes another of as many digits."""
    found = list(_DIGITS.finditer(case.tgt))
    if not found or not _DIGITS.search(case.src):
        return None
    match = chance.choice(found)
    low = 10 ** (len(match[0]) - 1)
    new = low + (int(match[0]) - low + chance.randrange(1, 9 * low)) % (9 * low)
    return case.tgt[: match.start()] + str(new) + case.tgt[match.end() :]


def tenfold(case: Case, chance: random.Random) -> str | None:
    """One number gets a nought more: the error of thousands and myriads."""
    found = [match for match in _DIGITS.finditer(case.tgt) if match[0][0] != "0"]
    if not found or not _DIGITS.search(case.src):
        return None
    end = chance.choice(found).end()
    return f"{case.tgt[:end]}0{case.tgt[end:]}"


def shifted(case: Case, chance: random.Random) -> str | None:
    """The target of the next pair."""
    return case.after if case.after != case.tgt else None


def halved(case: Case, chance: random.Random) -> str | None:
    """The first half of the target, cut between two words or characters."""
    words = case.tgt.split(" ") if case.joiner else list(case.tgt)
    return case.joiner.join(words[: len(words) // 2]) if len(words) >= 8 else None


def doubled(case: Case, chance: random.Random) -> str | None:
    """The next pair's target as well."""
    return f"{case.tgt}{case.joiner}{case.after}" if case.after != case.tgt else None


def other_name(case: Case, chance: random.Random) -> str | None:
    """One name becomes one of the next pair: in katakana, or capitalised in mid-sentence."""
    pattern = _CAPITALISED if case.joiner else _KATAKANA
    ours = pattern.findall(case.tgt)
    theirs = [name for name in pattern.findall(case.after) if name not in case.tgt]
    return case.tgt.replace(chance.choice(ours), chance.choice(theirs)) if ours and theirs else None


def untranslated(case: Case, chance: random.Random) -> str | None:
    """The source itself."""
    return case.src


def unquoted(case: Case, chance: random.Random) -> str | None:
    """One bracket or quotation mark less."""
    found = [at for at, char in enumerate(case.tgt) if char in _QUOTES]
    if not found:
        return None
    at = chance.choice(found)
    return case.tgt[:at] + case.tgt[at + 1 :]


def stray(case: Case, chance: random.Random) -> str | None:
    """A full stop that stands by itself."""
    return f"{case.tgt} {case.tgt[-1]}" if case.tgt[-1] in _TERMINATORS else None


def scrap(case: Case, chance: random.Random) -> str | None:
    """The first words of the next sentence hang at the end, as after a link that was taken out."""
    if case.tgt[-1] not in _TERMINATORS or case.src[-1] not in _TERMINATORS:
        return None
    start = " ".join(case.after.split()[:2]) if case.joiner else case.after[:5]
    return f"{case.tgt} {start}".rstrip(_TERMINATORS)


SPOILS: dict[Spoil, tuple[str, ...]] = {
    other_number: ("numbers",),
    tenfold: ("numbers",),
    other_name: ("names",),
    shifted: ("numbers", "names", "length", "torn", "quotes"),
    halved: ("torn", "length", "numbers", "names", "quotes"),
    doubled: ("length", "numbers", "names", "quotes"),
    untranslated: ("copy", "language"),
    unquoted: ("quotes",),
    stray: ("artefact",),
    scrap: ("torn",),
}
"""Each way to spoil a pair, and the flags that should tell."""


def false_alarms(documents: Sequence[list[AlignedPair]], languages: tuple[str, str]) -> tuple[dict[str, float], float]:
    """Share of rows that have each flag, and the seconds of CPU a row takes."""
    start = process_time()
    judged = [pair for document in documents for pair in judge(document, languages)]
    seconds = (process_time() - start) / len(judged)
    counts = Counter(flag for pair in judged for flag in pair.flags)
    return {flag: counts[flag] / len(judged) for flag in FLAGS if counts[flag]}, seconds


def found(documents: Sequence[list[AlignedPair]], languages: tuple[str, str], spoil: Spoil) -> tuple[int, Counter[str]]:
    """How many pairs were spoilt, and how many of them have each flag that should tell, and `any` of those."""
    chance, joiner = random.Random(spoil.__name__), language(languages[1]).joiner
    spoilt, counts = 0, Counter()
    for document in documents:
        changed = {}
        for at in range(0, len(document) - 1, ONE_IN):
            pair = document[at]
            tgt = spoil(Case(pair.src, pair.tgt, document[at + 1].tgt, joiner), chance)
            if tgt is not None:
                changed[at] = replace(pair, tgt=tgt)
        judged = judge([changed.get(at, pair) for at, pair in enumerate(document)], languages)
        spoilt += len(changed)
        for at in changed:
            told = [flag for flag in judged[at].flags if flag in SPOILS[spoil]]
            counts.update(told)
            counts["any"] += bool(told)
    return spoilt, counts


def read_set(path: Path) -> list[list[AlignedPair]]:
    """The documents of a table `doc src tgt`, without the rows that have an empty side."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    except FileNotFoundError:
        raise MissingInput(f"{path}: no such file; docs/public-corpora.md tells where the sets come from.") from None
    rows = [row for row in (line.split("\t") for line in lines) if row[1].strip() and row[2].strip()]
    return [
        [
            AlignedPair(doc, at, "1-1", (at,), (at,), 1.0, 1.0, (), src, tgt, None, None)
            for at, (_, src, tgt) in enumerate(group)
        ]
        for doc, group in groupby(rows, key=lambda row: row[0])
    ]


def main() -> int:
    options = _options()
    result = describe("benchmarks.flags")
    sets: dict[str, Any] = {}
    for name in options.sets:
        languages = tuple(language(code).code for code in name.split("-")[:2])
        documents = read_set(Path(options.shared) / "gold/ntrex" / f"{name}.tsv")
        alarms, seconds = false_alarms(documents, languages)
        spoils = {}
        for spoil in SPOILS:
            spoilt, counts = found(documents, languages, spoil)
            spoils[spoil.__name__] = {"pairs": spoilt, "found": counts.pop("any", 0), "by_flag": dict(counts)}
        sets[name] = {"false_alarms": alarms, "milliseconds": 1000 * seconds, "spoilt": spoils}
    print(_table_of_alarms(sets))
    print()
    print(_table_of_spoils(sets))
    save(result | {"sets": sets}, options.json)
    return 0


def _table_of_alarms(sets: dict[str, Any]) -> str:
    flags = [flag for flag in FLAGS if any(flag in figures["false_alarms"] for figures in sets.values())]
    rows = [[flag, *(f"{figures['false_alarms'].get(flag, 0.0):.2%}" for figures in sets.values())] for flag in flags]
    return table(["flag on an untouched pair", *sets], rows)


def _table_of_spoils(sets: dict[str, Any]) -> str:
    rows = []
    for spoil in SPOILS:
        cells = (figures["spoilt"][spoil.__name__] for figures in sets.values())
        rows.append([spoil.__name__.replace("_", " "), *(_share(cell["found"], cell["pairs"]) for cell in cells)])
    return table(["spoilt pairs found", *sets], rows)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%} of {whole}" if whole else ""


def _options() -> argparse.Namespace:
    parser = parser_of("benchmarks.flags", __doc__, shared=SHARED)
    parser.add_argument(
        "--sets", nargs="+", default=SETS, metavar="NAME", help=f"languages of NTREX-128 ({' '.join(SETS)})"
    )
    return parser.parse_args()


if __name__ == "__main__":
    run("benchmarks.flags", main)
