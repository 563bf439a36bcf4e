"""The documents of corpora/: gold covers the sentences, which are those it was made for, and the README is true."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from align.ladder import read_ladder
from align.languages import language
from align.read import read_document
from align.records import Bead
from align.segment import segment
from align.settings import AlignSettings

CORPORA = Path(__file__).parent.parent / "corpora"
README = (CORPORA / "README.md").read_text(encoding="utf-8")
TESTING = sorted(path.parent.name for path in CORPORA.glob("*/gold.txt"))
TRAINING = sorted(f"training/{path.parent.name}" for path in CORPORA.glob("training/*/gold.txt"))
PAGES = sorted(f"pages/{path.parent.name}" for path in CORPORA.glob("pages/*/gold.txt"))
DEVELOPMENT = sorted(f"development/{path.parent.name}" for path in CORPORA.glob("development/*/gold.txt"))
NAMED = TRAINING + PAGES + DEVELOPMENT  # folders whose names begin with the languages
PARTS = {
    "test": ("Test documents", TESTING),
    "training": ("Training documents", TRAINING),
    "pages": ("Hard pages", PAGES),
    "development": ("Development documents", DEVELOPMENT),
}
LARGEST = 7  # sentences in a bead: AlignSettings.max_bead
COUNTS = ("beads", "1-1", "m-n", "null")

with open(Path(__file__).parent / "cases" / "corpora.tsv", encoding="utf-8", newline="") as file:
    DIGESTS = {row["document"]: row["digest"] for row in csv.DictReader(file, delimiter="\t")}


def sides(name: str) -> tuple[Path, Path]:
    """Source and target document of a folder."""
    codes = Path(name).name.split("-")[:2] if name in NAMED else ["en", "ja"]
    source, target = ([path for path in (CORPORA / name).iterdir() if path.stem == code] for code in codes)
    assert len(source) == len(target) == 1
    return source[0], target[0]


@cache
def sentences(path: Path) -> tuple[str, ...]:
    settings = AlignSettings()
    return tuple(found.text for found in segment(read_document(path, settings), path.stem, settings))


@cache
def gold(name: str) -> list[Bead]:
    return read_ladder(CORPORA / name / "gold.txt")


def counts(name: str) -> dict[str, int]:
    beads = gold(name)
    nulls = sum(bead.is_null for bead in beads)
    ones = sum(bead.type == "1-1" for bead in beads)
    return dict(zip(COUNTS, (len(beads), ones, len(beads) - ones - nulls, nulls), strict=True))


def section(part: str) -> str:
    return README.split(f"## {PARTS[part][0]}\n")[1].split("\n## ")[0]


def tables() -> dict[str, dict[str, int]]:
    """The README's rows of counts by document, the rows of totals under the name of the part."""
    rows: dict[str, dict[str, int]] = {}
    for part in PARTS:
        text = section(part)
        lines = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line]
        header, _, *body = lines
        for first, *cells in body:
            name = part if first == "all" else first if part == "test" else f"{part}/{first}"
            rows[name] = dict(zip(header[1:], map(int, cells), strict=True))
    return rows


@pytest.mark.parametrize("name", TESTING + NAMED)
def test_gold_has_every_sentence_once_and_in_order(name):
    beads = gold(name)
    for side, path in zip(("src", "tgt"), sides(name), strict=True):
        flat = [i for bead in beads for i in getattr(bead, side)]
        assert flat == list(range(len(sentences(path)))), path.name
    assert all(bead.src or bead.tgt for bead in beads)
    assert all(len(bead.src) + len(bead.tgt) == 1 for bead in beads if bead.is_null)
    assert max(len(bead.src) + len(bead.tgt) for bead in beads) <= LARGEST


@pytest.mark.parametrize("name", TESTING + NAMED)
def test_sentences_are_those_the_gold_was_made_for(name):
    for path in sides(name):
        document = path.relative_to(CORPORA).as_posix()
        digest = hashlib.blake2b("\n".join(sentences(path)).encode(), digest_size=8).hexdigest()
        assert DIGESTS[document] == digest, f"the sentences of {document} have changed: see corpora/README.md"


@pytest.mark.parametrize("name", TESTING + NAMED)
def test_folder_holds_two_documents_and_gold(name):
    source, target = sides(name)
    assert {path.name for path in (CORPORA / name).iterdir()} == {source.name, target.name, "gold.txt"}
    assert source.stem != target.stem
    for path in (source, target):
        language(path.stem)
        text = path.read_text(encoding="utf-8")
        assert text.endswith("\n")
        assert unicodedata.is_normalized("NFC", text)
        assert not re.search("[^\\S \u3000\n]|[\x00-\x08\ufffd\ufeff]", text), "only plain white space, no debris"


def test_digests_are_of_documents_that_are_there():
    assert set(DIGESTS) == {path.relative_to(CORPORA).as_posix() for name in TESTING + NAMED for path in sides(name)}


@pytest.mark.parametrize("name", TESTING + NAMED)
def test_readme_counts(name):
    source, target = (len(sentences(path)) for path in sides(name))
    columns = ("src", "tgt") if name in NAMED else ("en", "ja")
    assert tables()[name] == {**dict(zip(columns, (source, target), strict=True)), **counts(name)}


@pytest.mark.parametrize("part", PARTS)
def test_readme_totals(part):
    rows, names = tables(), PARTS[part][1]
    assert rows[part] == {column: sum(rows[name][column] for name in names) for column in rows[part]}
    assert sorted(re.findall(r"\*\*([a-z-]+)\*\*", section(part))) == sorted(Path(name).name for name in names)


def test_readme_lists_no_other_documents():
    assert set(tables()) == {*TESTING, *NAMED, *PARTS}


def test_test_documents_are_enough():
    total = tables()["test"]
    assert total["beads"] >= 400
    assert total["beads"] - total["1-1"] >= 80
    assert total["null"] >= 60


def test_demo_is_a_pair_of_pages():
    assert [path.name for path in sides("news-web")] == ["en.html", "ja.html"]


def test_licence():
    text = (CORPORA / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("SPDX-License-Identifier: CC0-1.0\n")
    assert "https://creativecommons.org/publicdomain/zero/1.0/" in text
    assert "[CC0-1.0](LICENSE)" in README
