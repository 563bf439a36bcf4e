"""A dataset as Hugging Face's `datasets` loads it: Parquet under `data/`, and a card, `README.md`, that describes it.

`datasets.load_dataset("corpus")` opens the folder without a network, and the hub takes it as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from align.errors import MalformedAlignment, UnknownLanguage
from align.languages import language
from align.records import AlignedPair
from align.write import parquet
from align.write.layout import Layout
from align.write.metadata import Metadata
from align.write.tally import BINS, Tally, tallied

_SHARD = "data/train-00000-of-00001.parquet"
_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"))
_HUGE = "10M<n<100M"
_BAR = 40
"""Characters of the longest bar in the histogram."""
_MEANINGS = {
    "doc": "name of the document pair",
    "bead": "number of the row in its document, from 0",
    "type": "numbers of source and target sentences, as `1-2`",
    "src_ids": "numbers of the source sentences, from 0",
    "tgt_ids": "numbers of the target sentences",
    "confidence": "probability, 0 to 1, that exactly these sentences translate each other",
    "similarity": "cosine of the two sides' sentence vectors",
    "flags": "names of the checks that the row failed",
    "src": "source text",
    "tgt": "target text",
    "src_span": "character offsets, start and end, in the source document",
    "tgt_span": "character offsets in the target document",
}


def write(pairs: Iterable[AlignedPair], folder: Path, layout: Layout, metadata: Metadata) -> None:
    """Write the rows as one split, `train`, and the card.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    tally = Tally()
    shard = folder / _SHARD
    shard.parent.mkdir()
    with shard.open("wb") as stream:
        parquet.write(tallied(pairs, tally), stream, layout, metadata)
    (folder / "README.md").write_text(card(tally, layout, metadata), encoding="utf-8")


def read(path: str, metadata: Metadata) -> Iterator[AlignedPair]:
    """The rows of every Parquet file under `data/`, by their names in order; errors as for `align.write.parquet`."""
    for shard in _shards(path):
        yield from parquet.read(shard, metadata)


def metadata_of(path: str) -> Metadata:
    """What the first file's schema says."""
    return parquet.metadata_of(_shards(path)[0])


def card(tally: Tally, layout: Layout, metadata: Metadata) -> str:
    """The dataset card: front matter as the hub reads it, then figures for people."""
    return "\n".join([*_front_matter(tally, metadata), "", *_body(tally, layout, metadata)]) + "\n"


def _front_matter(tally: Tally, metadata: Metadata) -> Iterator[str]:
    yield "---"
    if metadata.languages:
        yield "language:"
        yield from (f"- {_yaml(code)}" for code in metadata.languages)
    yield f"license: {_yaml(metadata.licence or 'unknown')}"
    yield f"pretty_name: {_yaml(_title(metadata))}"
    yield from ("task_categories:", "- translation")
    yield from ("size_categories:", f"- {_yaml(next((name for size, name in _SIZES if tally.rows < size), _HUGE))}")
    yield from ("configs:", "- config_name: default", "  data_files:", "  - split: train", "    path: data/train-*")
    yield "---"


def _body(tally: Tally, layout: Layout, metadata: Metadata) -> Iterator[str]:
    yield from (f"# {_title(metadata)}", "")
    yield "Sentences aligned with their translations, with a probability on every row."
    if not metadata.licence:
        yield from ("", "The licence of the texts is not known; find it out before you pass them on.")
    yield from ("", "## Counts", "", "| | |", "| --- | ---: |")
    yield f"| rows | {tally.rows:,} |"
    yield f"| of them with one side empty | {tally.nulls:,} |"
    yield f"| documents | {tally.documents:,} |"
    yield f"| source characters | {tally.characters[0]:,} |"
    yield f"| target characters | {tally.characters[1]:,} |"
    yield f"| mean confidence | {tally.mean_confidence:.4f} |"
    yield from _table("bead type", tally.ordered())
    yield from ("", "## Quality", "", "Rows with two sides by confidence:", "")
    yield from ("| confidence | rows | |", "| --- | ---: | --- |")
    most = max(1, *tally.histogram)
    for at, count in reversed(list(enumerate(tally.histogram))):
        bar = "█" * round(count / most * _BAR)
        yield f"| {at / BINS:.1f} to {(at + 1) / BINS:.1f} | {count:,} | {bar} |"
    if tally.flags:
        yield from _table("flag", dict(sorted(tally.flags.items(), key=lambda item: (-item[1], item[0]))))
    yield from ("", "## Columns", "", "| column | |", "| --- | --- |")
    yield from (f"| `{name}` | {_MEANINGS[name]} |" for name in layout.columns)
    yield from ("", "## How it was made", "")
    if metadata.signature:
        yield from ("```", metadata.signature, "```")
    else:
        yield "The rows came without the signature of what made them."


def _table(label: str, counts: dict[str, int]) -> Iterator[str]:
    yield from ("", f"| {label} | rows |", "| --- | ---: |")
    for name, count in counts.items():
        yield f"| {name} | {count:,} |"


def _title(metadata: Metadata) -> str:
    if metadata.title:
        return metadata.title
    return "-".join(map(_name, metadata.languages)) + " sentence pairs" if metadata.languages else "Sentence pairs"


def _name(code: str) -> str:
    with suppress(UnknownLanguage):
        return language(code).name
    return code


def _yaml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # every JSON string is a YAML string; `no` for Norwegian is false


def _shards(path: str) -> list[str]:
    found = sorted(str(shard) for shard in Path(path).glob("data/*.parquet"))
    if not found:
        raise MalformedAlignment(f"{path}: holds no data/*.parquet; expected the folder of a dataset.")
    return found
