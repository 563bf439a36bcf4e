"""Splits: what a description of them means, and which documents they get."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.corpus import Split, parse_splits
from align.corpus.split import by_size, split_of
from align.errors import SettingsError

PINNED = [2, 2, 1, 1, 1, 0, 2, 0, 2, 1, 2, 1, 1, 2, 2, 2]
SPLITS = parse_splits("train=0.8,dev=0.1,test=0.1")


def test_shares_add_up_to_one_whatever_their_unit() -> None:
    assert parse_splits("train=98, dev=1,test=1") == (Split("train", 0.98), Split("dev", 0.01), Split("test", 0.01))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("train=1", "train=1"),
        ("train=0.9,dev", "'dev'"),
        ("train=0.9,dev=0", "'dev=0'"),
        ("train=0.9,dev=-1", "'dev=-1'"),
        ("train=0.9,dev=nan", "'dev=nan'"),
        ("train=0.9,dev=inf", "'dev=inf'"),
        ("train=0.9,../dev=0.1", "'../dev=0.1'"),
        ("train=0.9,Train=0.1", "'Train'"),
        ("", "''"),
    ],
)
def test_what_is_no_split_is_refused(text: str, named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_splits(text)
    assert named in str(refused.value)
    assert "train=0.98,dev=0.01,test=0.01" in str(refused.value)


def test_documents_are_dealt_out_by_their_shares() -> None:
    counts = [0, 0, 0]
    for number in range(5000):
        counts[split_of(f"doc{number}", SPLITS, 1)] += 1
    assert counts[0] == pytest.approx(4000, abs=120)
    assert counts[1] == pytest.approx(500, abs=80)


@given(st.text(), st.integers(0, 3))
def test_any_document_is_in_a_split(doc: str, seed: int) -> None:
    assert 0 <= split_of(doc, SPLITS, seed) < len(SPLITS)


def test_the_dealing_is_the_same_on_every_machine_and_in_every_version() -> None:
    thirds = parse_splits("a=1,b=1,c=1")
    assert [split_of(f"news/{n}", thirds, 1) for n in range(len(PINNED))] == PINNED


def test_another_seed_deals_in_another_way() -> None:
    docs = [f"doc{n}" for n in range(200)]
    assert [split_of(doc, SPLITS, 1) for doc in docs] != [split_of(doc, SPLITS, 2) for doc in docs]


def test_the_smallest_split_comes_first_and_of_two_alike_the_later() -> None:
    assert by_size(SPLITS) == [2, 1, 0]
    assert by_size(parse_splits("test=1,train=8,dev=2")) == [0, 2, 1]
