"""From an alignment to its report: what is read, what is worked out, and which pages are written."""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from align.errors import AlignError, OutputError, OversizedInput, SettingsError
from align.records import AlignedPair, Verdict
from align.report.figures import Figures
from align.report.grade import CorpusGrades, Gold, Grades
from align.report.heat import LARGEST, HeatMap, encoder_of
from align.report.page import Page, corpus_data, document_data
from align.report.source import UNKNOWN, ReportDocument, Source
from align.write import staged

Progress = Callable[[str, float], None]
"""Called with a stage and how much of it is done, 0 to 1."""

_WORST = 100
"""Rows of a corpus that its page lists as the least sure."""


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """What goes into a report.

    Raises:
        SettingsError: a value outside its range.
    """

    gold: str | None = None
    """File or folder with gold alignments; None shows the precision that confidence promises, not what was measured."""

    heat_map: bool | None = None
    """Whether small documents get a similarity map, for which their text is encoded again. None draws one where the
    report is of a single document and its encoder is installed."""

    model: str | None = None
    """Encoder of the map; None takes the one that aligned the document, or the default for its languages."""

    split: bool = False
    """Write a folder, an index and a page per document, instead of one page. Right for a corpus too large for one."""

    max_rows: int = 500_000
    """Most rows on one page. A row takes about the bytes of its line in the TSV, and several times that in the
    browser; 100,000 rows open in one to two seconds."""

    def __post_init__(self) -> None:
        if self.max_rows < 1:
            raise SettingsError(f"max_rows is {self.max_rows}; it must be at least 1.")


_DEFAULTS = ReportSettings()


@dataclass(frozen=True, slots=True)
class Written:
    """What a report holds: the page to open first, how many pages there are, documents, rows, and bytes in all.

    `ungraded` counts documents that have no gold, where gold was given.
    """

    page: str
    pages: int
    documents: int
    rows: int
    size: int
    ungraded: int = 0


def default_output(path: str | os.PathLike[str], split: bool = False) -> str:
    """Where the report of an alignment goes unless told: `out.tsv` to `out.report.html`, a folder to one in it."""
    path = Path(path)
    if path.is_dir():
        return os.fspath(path / ("report" if split else "report.html"))
    return os.fspath(path.with_suffix(".report" if split else ".report.html"))


def write_report(
    path: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    settings: ReportSettings = _DEFAULTS,
    *,
    progress: Progress | None = None,
) -> Written:
    """Write the report of an alignment file, or of a folder of them, to `output`.

    One page holds everything, or with `settings.split`, `output` is a folder with `index.html` and a page for each
    document in `documents/`. Every page appears whole or not at all; the index comes last.

    Raises:
        MissingInput, MalformedAlignment, UnreadableInput: the alignment or the gold does not read.
        OversizedInput: more rows than `settings.max_rows` for one page.
        OutputError: the report cannot be written.
        AlignError: `settings.heat_map` asks for a map and its encoder is not there.
    """
    source = Source.at(path)
    output = os.fspath(default_output(path, settings.split) if output is None else output)
    gold = Gold.at(settings.gold) if settings.gold else None
    report = _Report(source, settings, gold, progress or _silent)
    return report.split(Path(output)) if settings.split else report.single(output)


@dataclass(slots=True)
class _Report:
    """A report in the making: one document is read, worked out and written before the next is read."""

    source: Source
    settings: ReportSettings
    gold: Gold | None
    tell: Progress
    entries: list[dict[str, Any]] = field(default_factory=list)
    """What the corpus page says of each document so far."""
    figures: Figures = field(default_factory=lambda: Figures.of(()))
    grades: CorpusGrades = field(default_factory=CorpusGrades)
    worst: list[tuple[float, int, int, AlignedPair]] = field(default_factory=list)
    """A heap: (-confidence, -document, -row, pair) of the least sure rows with two sides so far."""

    def single(self, output: str) -> Written:
        """Everything on one page."""
        with staged(output) as (stream,):
            page = Page(stream)
            page.begin(self._title)
            for document, alone in self._documents():
                data = self._work_out(document, alone)
                if self.figures.rows > self.settings.max_rows:
                    raise OversizedInput(self._too_large("one page"))
                page.add(f"document-{len(self.entries) - 1}", data)
            if self._is_corpus:
                page.add("corpus", self._corpus())
            page.end()
        return self._written(output, 1, page.size)

    def split(self, folder: Path) -> Written:
        """An index, and a page for each document."""
        pages, size = folder / "documents", 0
        try:
            pages.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise OutputError(f"Cannot make the folder {pages}: {reason}; with --split, give -o a folder.") from error
        for document, alone in self._documents():
            data = self._work_out(document, alone) | {"home": "../index.html"}
            if len(document.pairs) > self.settings.max_rows:
                raise OversizedInput(self._too_large(f"the page of {document.name}"))
            file = pages / _file_name(len(self.entries), document.name)
            self.entries[-1]["page"] = f"documents/{file.name}"
            with staged(file) as (stream,):
                size += _page_of(stream, document.name, {"document-0": data})
        index = folder / "index.html"
        with staged(index) as (stream,):
            size += _page_of(stream, self._title, {"corpus": self._corpus()})
        return self._written(os.fspath(index), len(self.entries) + 1, size)

    @property
    def _title(self) -> str:
        path = self.source.path
        return path.name or path.resolve().name or os.fspath(path)

    @property
    def _is_corpus(self) -> bool:
        return self.source.is_folder or len(self.entries) != 1

    def _documents(self) -> Iterator[tuple[ReportDocument, bool]]:
        """Each document, and whether it is the only one."""
        documents = self.source.documents()
        head = list(islice(documents, 2))
        for document in chain(head, documents):
            yield document, len(head) == 1
            # How many documents a file holds shows only at its end; a folder's files are counted.
            self.tell("documents", min(1.0, len(self.entries) / max(len(self.source.files), len(self.entries) + 1)))

    def _work_out(self, document: ReportDocument, alone: bool) -> dict[str, Any]:
        """The document's page, having entered it into the corpus."""
        number, figures, verdict = len(self.entries), Figures.of(document.pairs), _verdict(document)
        gold = self.gold.of(document.name, alone) if self.gold else None
        grades = None if gold is None else Grades.of(document.name, document.pairs, gold)
        if grades is not None and gold is not None:
            self.grades.add(document.name, document.pairs, gold, grades)
        self.figures += figures
        self._note_worst(number, document.pairs)
        data = document_data(document, figures, verdict, grades, self._heat_map(document, alone))
        self.entries.append(data["summary"])
        return data

    def _note_worst(self, number: int, pairs: tuple[AlignedPair, ...]) -> None:
        sided = ((row, pair) for row, pair in enumerate(pairs) if not pair.is_null)
        for item in ((-pair.confidence, -number, -row, pair) for row, pair in sided):
            if len(self.worst) < _WORST:
                heapq.heappush(self.worst, item)
            elif item[:3] > self.worst[0][:3]:
                heapq.heapreplace(self.worst, item)

    def _heat_map(self, document: ReportDocument, alone: bool) -> HeatMap | None:
        wanted = self.settings.heat_map
        if not (alone if wanted is None else wanted) or UNKNOWN in document.languages:
            return None
        if sum(not pair.is_null for pair in document.pairs) > LARGEST:
            return None
        self.tell("encode", 0.0)
        with suppress(*(() if wanted else (AlignError,))):
            encoder = encoder_of(document.sidecar, document.languages, self.settings.model)
            return HeatMap.of(document.pairs, document.languages, encoder)
        return None

    def _corpus(self) -> dict[str, Any]:
        worst = [(-number, -row, pair) for _, number, row, pair in sorted(self.worst, reverse=True)]
        return corpus_data(self._title, self.source, self.figures, self.entries, worst, self.grades)

    def _too_large(self, what: str) -> str:
        cure = "give a larger --max-rows" if self.settings.split else "give --split for a page per document"
        return f"{self.source.path} has more than {self.settings.max_rows:,} rows for {what}; {cure}."

    def _written(self, page: str, pages: int, size: int) -> Written:
        self.tell("documents", 1.0)
        documents = len(self.entries)
        ungraded = documents - len(self.grades.names) if self.gold else 0
        return Written(page, pages, documents, self.figures.rows, size, ungraded)


def _page_of(stream: BinaryIO, title: str, blocks: dict[str, dict[str, Any]]) -> int:
    """Write a page whole; gives its size in bytes."""
    page = Page(stream)
    page.begin(title)
    for name, data in blocks.items():
        page.add(name, data)
    page.end()
    return page.size


def _verdict(document: ReportDocument) -> Verdict | None:
    """As the sidecar has it, which knew the documents and every row; else from the rows; None without similarities."""
    said = document.sidecar.get("verdict")
    if document.sidecar.get("doc") == document.name and isinstance(said, dict):
        with suppress(KeyError, TypeError, ValueError):
            foreign = said.get("foreign", {})
            return Verdict(
                label=str(said["label"]),
                aligned=float(said["aligned"]),
                moved=float(said.get("moved", 0.0)),
                foreign=(float(foreign.get("src", 0.0)), float(foreign.get("tgt", 0.0))),
            )
    if not any(pair.similarity for pair in document.pairs):
        return None

    from align.verdict import verdict

    return verdict(document.pairs)


def _file_name(number: int, document: str) -> str:
    """`00012-news-a.html`: in order, and safe in every file system and address."""
    slug = re.sub(r"[^A-Za-z0-9]+", "-", document).strip("-")[:60]
    return f"{number:05}-{slug}.html" if slug else f"{number:05}.html"


def _silent(stage: str, done: float) -> None:
    pass
