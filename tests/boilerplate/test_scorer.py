"""The scorer that ships: what it says of pages, and that nothing odd makes it fail."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from align.boilerplate import Lines, Scorer, default_scorer, scores

PAGES = yaml.safe_load((Path(__file__).parent / "cases" / "pages.yaml").read_text(encoding="utf-8"))


def page(case: dict) -> tuple[list[str], list[int], np.ndarray]:
    """Texts, paragraphs (lines of text in threes) and labels of a case."""
    texts, paragraphs, labels = [], [], []
    number, run = -1, 0
    for line in case["lines"]:
        label, text = line.split(" ", 1)
        run = run + 1 if label == "t" else 0
        number += label == "b" or run % 3 == 1
        texts.append(text.strip('"') if label == "b" else text)
        paragraphs.append(number)
        labels.append(label == "b")
    return texts, paragraphs, np.array(labels)


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case["label"])
def test_pages(case: dict) -> None:
    texts, paragraphs, labels = page(case)
    found = scores(texts, paragraphs, case["language"])
    told = found >= 0.5
    wrong = [texts[k] for k in np.flatnonzero(told != labels)]
    if not labels.any():
        assert not wrong
    # The headline, and a short sentence alone between two lines of boilerplate, may be taken for it.
    assert len(wrong) <= 2, wrong
    assert not [text for text, is_missed in zip(texts, labels & ~told, strict=True) if is_missed]


@pytest.mark.parametrize("language", ["en", "ja", "sv", "xx"])
def test_of_no_lines_there_are_no_scores(language: str) -> None:
    assert scores([], [], language).shape == (0,)
    assert scores([], [], language).dtype == np.float32


def test_a_paragraph_for_each_line() -> None:
    with pytest.raises(ValueError, match="2 lines, but 1 paragraph numbers"):
        scores(["a", "b"], [0], "en")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.text(st.characters(exclude_categories=()), max_size=40), st.integers(0, 3)), max_size=8),
    st.sampled_from(["en", "ja", "ar", "sv"]),
)
def test_any_text_has_a_probability(lines: list[tuple[str, int]], language: str) -> None:
    texts, steps = [text for text, _ in lines], [step for _, step in lines]
    found = scores(texts, np.cumsum(steps).tolist(), language)
    assert found.shape == (len(texts),)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()
    assert (scores(texts, np.cumsum(steps).tolist(), language) == found).all()


def test_many_lines_score_as_few() -> None:
    """Lines are worked on in blocks; a line's own logit does not depend on which."""
    texts = [f"Line number {k} of a long page, with some words in it." for k in range(700)] + ["Share this"] * 400
    together = default_scorer().line_logits(texts, "en")
    assert np.allclose(
        together[[0, 699, 700]], [default_scorer().line_logits([texts[k]], "en")[0] for k in (0, 699, 700)]
    )


def test_known_lines_are_boilerplate_wherever_they_stand() -> None:
    case = next(case for case in PAGES if case["label"].startswith("story"))
    texts, paragraphs, _ = page(case)
    at = texts.index("It rained.")
    known = Lines(("it  RAINED.",))
    assert scores(texts, paragraphs, "en").max() < 0.5
    found = scores(texts, paragraphs, "en", known)
    assert found[at] > 0.99
    assert (np.delete(found, at) == np.delete(scores(texts, paragraphs, "en"), at)).all()


def test_digits_capitals_and_white_space_are_folded() -> None:
    lines = ["12 comments", "77 Comments", " 31  COMMENTS "]
    whole = default_scorer().line_logits(lines, "en")
    assert (whole > 3).all()


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    scorer = default_scorer()
    path = tmp_path / "weights.npz"
    scorer.save(path)
    again = Scorer.load(path)
    texts = ["Share this", "A sentence of some article, with a verb."]
    assert (again.scores(texts, [0, 1], "en") == scorer.scores(texts, [0, 1], "en")).all()
    stream = io.BytesIO()
    again.save(stream)
    assert stream.getvalue() == path.read_bytes(), "the same weights, the same bytes"
    assert again.provenance == scorer.provenance


def test_weights_of_another_version_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    default_scorer().save(path)
    with np.load(path) as arrays:
        np.savez(path, **{**arrays, "place": arrays["place"][1:]})
    with pytest.raises(ValueError, match="another version"):
        Scorer.load(path)


def test_the_weights_tell_what_they_were_learned_from() -> None:
    provenance = default_scorer().provenance
    assert provenance["fold"] is None, "the weights that ship have seen everything"
    assert provenance["lines"] > 3000
    assert {"en", "ja", "de", "fr", "zh", "es", "ko", "it", "ru", "pt", "nl"} == set(default_scorer().languages)
