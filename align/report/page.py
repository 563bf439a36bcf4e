"""A page: the templates with the data in them. The browser needs nothing else, and the page forbids itself to ask.

Data are JSON in `<script type="application/json">` blocks, a document each, which the page's own code parses when it
shows the document. Rows go as columns: a list per field is half the size of an object per row.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any, BinaryIO

from align import __version__
from align.records import AlignedPair, Verdict
from align.report.figures import Figures, LengthFit
from align.report.grade import RIGHT, CorpusGrades, Grades, scores_of
from align.report.heat import HeatMap
from align.report.source import ReportDocument, Source
from align.write.layout import COLUMNS, rounded

NO_VERDICT = "no verdict"
"""The label of a document whose rows have no similarities to judge it by."""
STYLES = ("base.css", "figures.css", "rows.css", "media.css")
SCRIPTS = (
    "dom.js", "data.js", "select.js", "state.js", "canvas.js", "plot.js", "scatter.js", "heat.js", "figures.js",
    "row.js", "table.js", "document.js", "corpus.js", "main.js",
)  # fmt: skip
"""The page's code in the order it is put together: each file uses names of those before it."""


@dataclass(slots=True)
class Page:
    """A page being written to a binary stream: `begin`, then data one by one, then `end`. `size` is in bytes."""

    stream: BinaryIO
    size: int = field(default=0, init=False)

    def begin(self, title: str) -> None:
        """Write the head and what does not depend on data."""
        self._write(Template(_template()[0]).substitute(title=escape(title), style=_joined(STYLES)))

    def add(self, name: str, data: dict[str, Any]) -> None:
        """A block of data that the page's code finds by its name."""
        self._write(f'<script type="application/json" id="{escape(name)}">')
        self._write(as_json(data))
        self._write("</script>\n")

    def end(self) -> None:
        """Write the code that shows it all."""
        self._write(Template(_template()[1]).substitute(scripts=_joined(SCRIPTS), version=escape(__version__)))

    def _write(self, text: str) -> None:
        # Half surrogates come out as \udc80, which is JSON's own escape and stands nowhere but in JSON and the title.
        content = text.encode("utf-8", "backslashreplace")
        self.size += len(content)
        self.stream.write(content)


def as_json(data: Any) -> str:
    """JSON that may stand inside a script element: with no `<` in it, nothing can end the element or open another."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def document_data(
    document: ReportDocument,
    figures: Figures,
    verdict: Verdict | None,
    grades: Grades | None,
    heat: HeatMap | None,
) -> dict[str, Any]:
    """A document as its page reads it; `summary` is the part that a corpus page lists."""
    fit = LengthFit.of(document.pairs)
    src, tgt = document.languages
    summary: dict[str, Any] = {
        "name": document.name,
        "src_lang": src,
        "tgt_lang": tgt,
        "verdict": verdict.label if verdict else NO_VERDICT,
        "aligned": rounded(verdict.aligned if verdict else figures.share),
        "moved": rounded(verdict.moved) if verdict else 0.0,
        "foreign": [rounded(share) for share in verdict.foreign] if verdict else [0.0, 0.0],
        "characters": sum(figures.characters),
        "rows": figures.rows,
        "src_only": int(figures.confidence[1].sum()),
        "tgt_only": int(figures.confidence[2].sum()),
        "confidence": rounded(figures.mean_confidence),
        "flagged": figures.flagged,
        "f1": grades and round(grades.evaluation.strict.f1, 4),
    }
    return {
        "summary": summary,
        "figures": figures.to_dict(None if grades is None else grades.right),
        "fit": fit and asdict(fit),
        "flags": _flags(document.pairs),
        "flag_rules": _flag_rules(figures),
        "made": {**document.sidecar, "file": document.file},
        "heat": heat and heat.to_dict(),
        "gold": grades and {
            **scores_of(grades.evaluation),
            "rows": grades.rows,
            "instead": {str(row): text for row, text in grades.instead.items()},
            "wrong": sum(grade != RIGHT for grade in grades.rows),
        },
        "header": COLUMNS,
        "types": list(figures.types),
        "columns": _columns(document.pairs, list(figures.types)),
    }  # fmt: skip


def corpus_data(
    title: str,
    source: Source,
    figures: Figures,
    entries: Sequence[dict[str, Any]],
    worst: Sequence[tuple[int, int, AlignedPair]],
    grades: CorpusGrades,
) -> dict[str, Any]:
    """A corpus as its page reads it; `worst` are the least sure rows as (document, row, pair)."""
    scores = grades.scores()
    characters = sum(entry["characters"] for entry in entries)
    all_graded = len(grades.names) == len(entries) > 0
    return {
        "title": title,
        "figures": figures.to_dict(grades.right if all_graded else None),
        "flag_rules": _flag_rules(figures),
        "aligned": rounded(sum(entry["aligned"] * entry["characters"] for entry in entries) / max(1, characters)),
        "documents": list(entries),
        "failures": [asdict(failure) for failure in source.failures],
        "worst": [
            {
                "document": document,
                "row": row,
                "type": pair.type,
                "confidence": rounded(pair.confidence),
                "flags": pair.flags,
                "src": pair.src,
                "tgt": pair.tgt,
            }
            for document, row, pair in worst
        ],
        "made": {**source.made, "file": str(source.path)},
        "gold": scores and {**scores, "documents": len(grades.names)},
    }


def _columns(pairs: Sequence[AlignedPair], types: Sequence[str]) -> dict[str, list[Any]]:
    """A list per field. Without sentence numbers in the input, rows are taken to hold a sentence a side, in order."""
    number = {type: at for at, type in enumerate(types)}
    return {
        "bead": [pair.bead for pair in pairs],
        "type": [number[pair.type] for pair in pairs],
        "src_ids": [",".join(map(str, pair.src_ids)) for pair in pairs],
        "tgt_ids": [",".join(map(str, pair.tgt_ids)) for pair in pairs],
        "confidence": [rounded(pair.confidence) for pair in pairs],
        "similarity": [rounded(pair.similarity) for pair in pairs],
        "src": [pair.src for pair in pairs],
        "tgt": [pair.tgt for pair in pairs],
        "src_span": [_span(pair.src_span) for pair in pairs],
        "tgt_span": [_span(pair.tgt_span) for pair in pairs],
    }


def _span(span: tuple[int, int] | None) -> str:
    return f"{span[0]}:{span[1]}" if span else ""


def _flags(pairs: Sequence[AlignedPair]) -> dict[str, list[int]]:
    """The rows of each flag, the most frequent flag first: most rows have none."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, pair in enumerate(pairs):
        for flag in pair.flags:
            rows[flag].append(row)
    return dict(sorted(rows.items(), key=lambda item: (-len(item[1]), item[0])))


@lru_cache(maxsize=2)
def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(map(_file, names))


@lru_cache(maxsize=1)
def _template() -> tuple[str, str]:
    head, tail = _file("page.html").split("<!-- data -->")
    return head, tail


def _file(name: str) -> str:
    return (files("align.report") / "templates" / name).read_text(encoding="utf-8")


def _flag_rules(figures: Figures) -> dict[str, str]:
    """The rule of each flag that occurs, where it is one of the judge's."""
    from align.judge import FLAGS

    return {name: FLAGS[name].rule for name in figures.flags if FLAGS.get(name)}
