from __future__ import annotations

from pathlib import Path

import pytest

from align.lattice.noise import Sample
from benchmarks import gold


def sample(name: str, beads: int) -> Sample:
    ids = tuple(((i,), (i,)) for i in range(beads))
    texts = tuple(f"{name} {i}" for i in range(beads))
    return Sample(name, ("en", "ja"), (texts, texts), ((0,) * beads,) * 2, ids)


def test_the_first_chunk_stands_for_a_document() -> None:
    chunks = [sample("a#0", 3), sample("a#80", 4), sample("b", 2)]
    assert [part.name for part in gold.first_chunks(chunks)] == ["a#0", "b"]


@pytest.mark.parametrize(
    ("most", "left"),
    [(1000, [0, 1, 2, 3, 4, 5]), (60, [0, 1, 2, 3, 4, 5]), (30, [0, 2, 4]), (20, [0, 3]), (1, [0])],
)
def test_documents_are_evenly_spaced(most: int, left: list[int]) -> None:
    documents = [sample(str(number), 10) for number in range(6)]
    assert [int(part.name) for part in gold.spaced(documents, most)] == left


def test_no_documents() -> None:
    assert list(gold.spaced([], 10)) == []


def test_documents_of_corpora_are_each_there_once() -> None:
    (corpora,) = gold.choose(gold.gold_sets(Path("nowhere")), ["corpora"])
    names = [gold.document_of(part) for part in corpora.documents(20)]
    assert len(names) == len(set(names)) >= 9
    assert len(corpora.samples(20)) > len(names)  # cut in chunks


@pytest.mark.skipif(not (gold.SHARED / "seed/ja.txt").exists(), reason="the seed page is not at hand")
def test_the_seed_page_has_one_name_in_every_run() -> None:
    (seed,) = gold.choose(gold.gold_sets(), ["seed"])
    assert [part.name for part in seed.documents(500)] == ["seed/page"]
