"""What the scorer learns from: invented boilerplate, articles without any, and pages composed of both."""

from __future__ import annotations

import csv
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from random import Random

from align.lattice.noise import Bank, Level, Sample, noisy
from align.samples import read_collection

FOLDS = 5
HEADINGS = "headings"
"""Kind of `compose`'s stock that is no boilerplate, and end of the names of the pages it comes from."""

_BANKS = (("align.lattice", "boilerplate.tsv"), ("align.boilerplate", "lines.tsv"))
_ALIKE = 0.35
"""Share of character trigrams from which two lines are of one family."""
_MOST = {"ntrex": 123, "bsd": 70, "ami": 10, "rustbook": 93, "opus-books": 12}
"""Documents of each collection that are taken, or samples of a book."""
_HEAD = ("nav", "section", "date", "byline", "share", "advert", "credit", "caption", "video", "sponsor")
_MIDDLE = (
    "advert",
    "related",
    "caption",
    "credit",
    "newsletter",
    "video",
    "sponsor",
    "quiz",
    "share",
    "section",
    "shop",
)
_TAIL = (
    "related", "newsletter", "comment", "cookie", "footer", "share", "byline", "sponsor", "date", "nav", "quiz", "shop",
    "forum",
)  # fmt: skip
_JOINERS = (" | ", " ", " · ", " > ", "  ", " / ", "・", " » ")


@dataclass(frozen=True)
class Line:
    """A line of boilerplate. `family` numbers the lines of one language that are worded alike."""

    language: str
    kind: str
    text: str
    family: int

    @property
    def fold(self) -> int:
        """Of `FOLDS`; the same for a whole family."""
        return zlib.crc32(f"{self.language} {self.family}".encode()) % FOLDS


@dataclass(frozen=True)
class Page:
    """One side of a document without boilerplate, or one composed: then `labels` say which lines are boilerplate."""

    name: str
    language: str
    texts: tuple[str, ...]
    paragraphs: tuple[int, ...]
    labels: tuple[bool, ...] = ()

    @property
    def fold(self) -> int:
        return fold_of(self.name)


@dataclass(frozen=True)
class Material:
    lines: tuple[Line, ...]
    pages: tuple[Page, ...]

    def without(self, fold: int | None) -> Material:
        """All but a fold of the lines and the pages; None leaves nothing out."""
        if fold is None:
            return self
        return Material(
            tuple(line for line in self.lines if line.fold != fold),
            tuple(page for page in self.pages if page.fold != fold),
        )

    def only(self, fold: int) -> Material:
        """A fold of the lines and the pages."""
        return Material(
            tuple(line for line in self.lines if line.fold == fold),
            tuple(page for page in self.pages if page.fold == fold),
        )


def fold_of(name: str) -> int:
    """Fold of a document, by the last part of its name, so that its translations fall into the same."""
    return zlib.crc32(name.split("/")[-1].split("#")[0].encode()) % FOLDS


def read_material(gold: str | Path) -> Material:
    """The invented lines that ship with the package, and the articles of a folder of gold documents.

    `gold` holds collections as folders (`ntrex`, `bsd`, `ami`, `rustbook`, `opus-books`); those it lacks are passed
    over. The invented articles of languages that gold is short of are added.
    """
    pages = {(page.name, page.language): page for page in [*_articles(Path(gold)), *own_articles()]}
    return Material(boilerplate_lines(), tuple(pages.values()))


def boilerplate_lines() -> tuple[Line, ...]:
    """Every invented line, once, in the order of the files."""
    rows = {}
    for package, name in _BANKS:
        text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
            rows.setdefault((row["lang"], " ".join(row["line"].split())), row["kind"])
    by_language = defaultdict(list)
    for (language, text), kind in rows.items():
        by_language[language].append((kind, text))
    return tuple(
        Line(language, kind, text, family)
        for language, lines in by_language.items()
        for (kind, text), family in zip(lines, families([text for _, text in lines]), strict=True)
    )


def families(texts: Sequence[str]) -> list[int]:
    """Number of each line's family: the first line that it is tied to by a chain of lines worded alike.

    Two lines are alike when their character trigrams overlap by `_ALIKE` (Jaccard), digits taken as equal.
    """
    grams = [_trigrams(text) for text in texts]
    holders = defaultdict(list)
    root = list(range(len(texts)))

    def find(i: int) -> int:
        while root[i] != i:
            i = root[i]
        return i

    for i, mine in enumerate(grams):
        shared: dict[int, int] = defaultdict(int)
        for gram in mine:
            for j in holders[gram]:
                shared[j] += 1
            holders[gram].append(i)
        for j, common in shared.items():
            if common >= _ALIKE * (len(mine) + len(grams[j]) - common):
                low, high = sorted((find(i), find(j)))
                root[high] = low
    return [find(i) for i in range(len(texts))]


def _trigrams(text: str) -> frozenset[str]:
    plain = "".join("0" if char.isdecimal() else char for char in f"  {text.casefold()} ")
    return frozenset(plain[i : i + 3] for i in range(len(plain) - 2))


def _articles(gold: Path) -> Iterator[Page]:
    for collection in sorted(_MOST):
        folder = gold / collection
        paths = sorted(folder.glob("*.tsv")) or sorted(path.parent for path in folder.glob("*/gold.txt"))
        for path in paths:
            samples = read_collection(path).samples
            step = max(1, len(samples) // _MOST[collection])
            for sample in samples[::step][: _MOST[collection]]:
                yield from _sides(sample, collection)


def _sides(sample: Sample, collection: str) -> Iterator[Page]:
    for side in (0, 1):
        name = f"{collection}/{sample.name.split('/', 1)[-1]}"
        yield Page(name, sample.languages[side], sample.sentences[side], sample.paragraphs[side])


def own_articles() -> Iterator[Page]:
    text = resources.files("align.boilerplate").joinpath("articles.tsv").read_text(encoding="utf-8")
    rows = defaultdict(list)
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        rows[row["lang"], row["doc"]].append((row["line"], int(row["paragraph"])))
    for (language, name), lines in rows.items():
        texts, paragraphs = zip(*lines, strict=True)
        yield Page(f"own/{name}", language, texts, paragraphs)


def compose(page: Page, stock: Mapping[str, Mapping[str, Sequence[str]]], random: Random) -> Page:
    """The page as a scraper might have got it: torn here and there, with runs of boilerplate put in.

    `stock` holds lines by language and kind. A third of the pages come out without boilerplate.
    """
    texts, paragraphs = _damaged(page, random)
    kinds = dict(stock.get(page.language, {}))
    headings = stock.get(page.language, {}).get(HEADINGS, ()) if random.random() < 0.5 else ()
    if random.random() < 0.15 and page.language != "en":
        for kind, lines in stock.get("en", {}).items():
            kinds[kind] = [*kinds.get(kind, ()), *lines]
    out: list[tuple[str, float, bool]] = []

    def put(run: Sequence[str], size: int) -> None:
        last = None
        for _ in range(size):
            kind = last if last and random.random() < 0.6 else random.choice(run)
            last = kind
            lines = kinds.get(kind, ())
            if not lines:
                continue
            text = refrain if refrain and kind == "advert" else random.choice(lines)
            if kind in ("nav", "share", "section", "footer") and random.random() < 0.15:
                text = random.choice(_JOINERS).join([text, *random.choices(lines, k=random.choice((1, 2, 4)))])
            together = bool(out) and out[-1][2] and random.random() < 0.15
            out.append((text, out[-1][1] if together else random.random(), True))

    clean = not kinds or random.random() < 0.33
    rate = 0 if clean else random.choice((0.0, 0.02, 0.08, 0.2))
    start = 0 if clean else random.choice((0, 0, 1, 2, 4, 9))
    end = 0 if clean else random.choice((0, 1, 2, 5, 10, 20))
    refrain = random.choice(kinds["advert"]) if kinds.get("advert") and random.random() < 0.4 else None
    headline_first = random.random() < 0.5
    if not headline_first:
        put(_HEAD, start)
    for i, text in enumerate(texts):
        if i and paragraphs[i] != paragraphs[i - 1] and random.random() < rate:
            put(_MIDDLE, random.choice((1, 1, 1, 2, 3, 5)))
        if headings and i and paragraphs[i] != paragraphs[i - 1] and random.random() < 0.2:
            out.append((random.choice(headings), random.random(), False))
        out.append((text, float(paragraphs[i] + 1), False))
        if i == 0 and headline_first:
            put(_HEAD, start)
    put(_TAIL, end)
    numbers, number, last = [], -1, None
    one_a_line = random.random() < 0.1
    for _, key, _ in out:
        number += one_a_line or key != last
        numbers.append(number)
        last = key
    if random.random() < 0.04:
        numbers = [0] * len(numbers)
    return Page(page.name, page.language, tuple(t for t, _, _ in out), tuple(numbers), tuple(b for _, _, b in out))


def _damaged(page: Page, random: Random) -> tuple[Sequence[str], Sequence[int]]:
    """Some pages with sentences torn at links and commas, and with paragraphs run together or broken apart."""
    texts, paragraphs = page.texts, page.paragraphs
    if random.random() < 0.6 and len(texts) > 8:
        at = random.randrange(len(texts) // 2)
        stop = at + random.choice((1, 2, 3, 4, 5, 6, 8, 12, 20, 40))  # pages of a few lines of text are many
        texts, paragraphs = texts[at:stop], paragraphs[at:stop]
    level = Level(torn=random.choice((0, 0, 0.05, 0.15)), regroup=random.choice((0, 0.1, 0.4)))
    beads = tuple(((i,), (i,)) for i in range(len(texts)))
    sample = Sample(page.name, (page.language,) * 2, (texts, texts), (paragraphs, paragraphs), beads)
    copy = noisy(sample, level, Bank({}, {}, {}), random)
    return copy.sentences[0], copy.paragraphs[0]
