"""Labels before headlines of other pages."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from align.boilerplate import default_scorer
from align.boilerplate.label import labels

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "labels.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["line"] or "empty")
def test_labels(case: dict) -> None:
    assert labels([case["line"]]) == [case["label"]]


@given(st.lists(st.text(max_size=60), max_size=5))
def test_a_label_is_a_part_of_its_line(texts: list[str]) -> None:
    found = labels(texts)
    assert len(found) == len(texts)
    assert all(label in text for label, text in zip(found, texts, strict=True))


@pytest.mark.parametrize(
    ("language", "label", "other", "headline"),
    [
        ("en", "Related: ", "Moment: ", "The council of Aldmoor votes to close its last harbour"),
        ("ja", "【あわせて読みたい】", "【オルドムーア】", "市議会、最後の港の閉鎖を賛成多数で可決"),
        ("de", "Lesen Sie auch: ", "Augenblick: ", "Der Stadtrat von Aldmoor schliesst den letzten Hafen"),
    ],
)
def test_a_labelled_headline_is_boilerplate(language: str, label: str, other: str, headline: str) -> None:
    logits = default_scorer().line_logits([label + headline, other + headline, headline], language)
    assert logits[0] > 1.5
    assert logits[0] > logits[1:].max() + 2
