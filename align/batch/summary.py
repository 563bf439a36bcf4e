"""What is told of a corpus as a whole: a table with a line per document, a sidecar, and one file with all rows.

All of it is made from the store, and nothing in it depends on the time, the machine, the number of workers or how
often the run was broken off. What does stands in a table of its own, `timings.tsv`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from align.batch.places import Places
from align.batch.records import Outcome
from align.batch.store import DONE, FAILED, SIDES, Store
from align.batch.work import unpack
from align.boilerplate import EXAMPLES
from align.records import AlignedPair
from align.write import Metadata, format_named, layout_for, save_pairs, staged
from align.write.layout import DECIMALS, line, rounded

COLUMNS = (
    "doc",
    "status",
    "src_lang",
    "tgt_lang",
    "src_sentences",
    "tgt_sentences",
    "rows",
    "pairs",
    "nulls",
    "src_boilerplate",
    "tgt_boilerplate",
    "verdict",
    "aligned",
    "mean_confidence",
    "kind",
    "error",
    "warnings",
)
TIMINGS = ("doc", "seconds", "attempts")


@dataclass(slots=True)
class Totals:
    """A corpus in figures, added up document by document."""

    documents: int = 0
    done: int = 0
    sentences: list[int] = field(default_factory=lambda: [0, 0])
    rows: int = 0
    nulls: int = 0
    boilerplate: list[int] = field(default_factory=lambda: [0, 0])
    examples: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    confidence: float = 0.0
    verdicts: Counter[str] = field(default_factory=Counter)
    languages: Counter[tuple[str, str]] = field(default_factory=Counter)
    signatures: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    reasons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return self.documents - self.done

    @property
    def mean_confidence(self) -> float:
        """Mean over all rows of all documents."""
        return self.confidence / max(1, self.rows)

    def add(self, outcome: Outcome) -> None:
        self.documents += 1
        figures = outcome.figures
        if figures is None:
            self.errors[outcome.kind] += 1
            if len(self.reasons) < 5:
                self.reasons.append((outcome.doc, outcome.reason))
            return
        self.done += 1
        self.sentences[0] += figures.src_sentences
        self.sentences[1] += figures.tgt_sentences
        self.rows += figures.rows
        self.nulls += figures.nulls
        self.boilerplate[0] += figures.src_boilerplate
        self.boilerplate[1] += figures.tgt_boilerplate
        for kept, found in zip(self.examples, (figures.src_examples, figures.tgt_examples), strict=True):
            kept += [text for text in dict.fromkeys(found) if text not in kept][: EXAMPLES - len(kept)]
        self.confidence += figures.mean_confidence * figures.rows
        self.verdicts[figures.verdict] += 1
        self.languages[figures.src_lang, figures.tgt_lang] += 1
        self.signatures[figures.signature] += 1


def write_summaries(store: Store, places: Places) -> Totals:
    """Write `summary.tsv`, `timings.tsv`, the sidecar `batch.json`, and the file of all rows where one is wanted."""
    totals = Totals()
    with staged(places.summary, places.timings, places.sidecar) as (summary, timings, sidecar):
        _line(summary, COLUMNS)
        _line(timings, TIMINGS)
        for outcome in _outcomes(store):
            totals.add(outcome)
            _line(summary, _cells(outcome))
            _line(timings, (outcome.doc, f"{outcome.seconds:.3f}", str(outcome.attempts)))
        content = json.dumps(_describe(store.fact("run"), totals), ensure_ascii=False, indent=2) + "\n"
        sidecar.write(content.encode("utf-8", "backslashreplace"))
    return totals


def write_single(store: Store, places: Places, totals: Totals) -> tuple[str, ...]:
    """Write the rows of all documents to one file in each format, in the manifest's order; the files made.

    Raises:
        SettingsError: a format needs both languages, and not all documents have the same. Nothing aligned is lost.
    """
    from align.recut import recut

    layout = store.fact("layout")
    languages = next(iter(totals.languages)) if len(totals.languages) == 1 else None
    metadata = Metadata(languages, "; ".join(sorted(totals.signatures)), title="corpus", cut=recut)
    files: list[str] = []
    for format in layout["formats"]:
        chosen = format_named(format)
        if chosen.tagged and not totals.done:
            continue  # no document, no languages
        columns = layout["columns"] if chosen.columns else None
        rows = layout_for(format, columns, layout["header"], layout["pairs_only"])
        files += save_pairs(_pairs(store), places.single(format), format, rows, metadata).files
    return tuple(files)


def _outcomes(store: Store) -> Iterator[Outcome]:
    return (known.outcome for _, known in store.documents() if known)


def _pairs(store: Store) -> Iterator[AlignedPair]:
    return (pair for rows in store.rows() for pair in unpack(rows))


def _cells(outcome: Outcome) -> tuple[str, ...]:
    figures, warnings = outcome.figures, line(" ".join(outcome.warnings))
    if figures is None:
        blank = [""] * COLUMNS.index("mean_confidence")
        return (outcome.doc, FAILED, *blank[1:], outcome.kind, line(outcome.reason), warnings)
    return (
        outcome.doc,
        DONE,
        figures.src_lang,
        figures.tgt_lang,
        str(figures.src_sentences),
        str(figures.tgt_sentences),
        str(figures.rows),
        str(figures.rows - figures.nulls),
        str(figures.nulls),
        str(figures.src_boilerplate),
        str(figures.tgt_boilerplate),
        figures.verdict,
        _share(figures.aligned),
        _share(figures.mean_confidence),
        "",
        "",
        warnings,
    )


def _describe(run: dict[str, Any], totals: Totals) -> dict[str, Any]:
    return run | {
        "documents": totals.documents,
        "done": totals.done,
        "failed": totals.failed,
        "errors": dict(sorted(totals.errors.items())),
        "verdicts": dict(sorted(totals.verdicts.items())),
        "src_sentences": totals.sentences[0],
        "tgt_sentences": totals.sentences[1],
        "rows": totals.rows,
        "pairs": totals.rows - totals.nulls,
        "nulls": totals.nulls,
        "boilerplate": run["boilerplate"]
        | dict(zip(SIDES, totals.boilerplate, strict=True))
        | {"examples": dict(zip(SIDES, totals.examples, strict=True))},
        "mean_confidence": rounded(totals.mean_confidence),
        "languages": {"-".join(pair): count for pair, count in sorted(totals.languages.items())},
        "signatures": dict(sorted(totals.signatures.items())),
    }


def _line(stream: BinaryIO, cells: Iterable[str]) -> None:
    stream.write(("\t".join(cells) + "\n").encode("utf-8", "surrogateescape"))


def _share(value: float) -> str:
    return f"{rounded(value):.{DECIMALS}f}"
