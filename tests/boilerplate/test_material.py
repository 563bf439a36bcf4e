"""What the scorer learns from."""

from __future__ import annotations

from collections import Counter
from random import Random

from align.boilerplate.material import (
    FOLDS,
    HEADINGS,
    Material,
    Page,
    boilerplate_lines,
    compose,
    families,
    fold_of,
    read_material,
)

LINES = boilerplate_lines()
STOCK = {"en": {"nav": ["Menu"], "advert": ["Ad"], "related": ["Read next"], "footer": ["Terms"], "share": ["Share"]}}
PAGE = Page("a/b", "en", tuple(f"Sentence number {k}, which is long enough." for k in range(30)), tuple(range(30)))


def test_every_line_is_there_once_and_tidy() -> None:
    assert len({(line.language, line.text) for line in LINES}) == len(LINES)
    for line in LINES:
        assert line.text == " ".join(line.text.split())
        assert line.kind.isalpha()
    counts = Counter(line.language for line in LINES)
    assert min(counts[code] for code in ("en", "ja")) >= 800
    assert min(counts[code] for code in ("de", "fr", "zh", "es", "ko", "it", "ru", "pt", "nl")) >= 170


def test_lines_worded_alike_are_one_family() -> None:
    texts = ["12 comments", "Sign in", "37 comments", "Something else entirely", "3 comments below"]
    found = families(texts)
    assert found[0] == found[2]
    assert len({found[0], found[1], found[3]}) == 3


def test_a_family_is_in_one_fold() -> None:
    folds: dict[tuple[str, int], set[int]] = {}
    for line in LINES:
        folds.setdefault((line.language, line.family), set()).add(line.fold)
    assert all(len(found) == 1 for found in folds.values())
    shares = Counter(line.fold for line in LINES)
    assert set(shares) == set(range(FOLDS))
    assert min(shares.values()) > 0.1 * len(LINES)


def test_folds_part_the_material() -> None:
    material = Material(LINES[:200], (PAGE, Page("own/x", "en", ("A.",), (0,))))
    assert material.without(None) is material
    for fold in range(FOLDS):
        rest, held = material.without(fold), material.only(fold)
        assert len(rest.lines) + len(held.lines) == 200
        assert not set(rest.pages) & set(held.pages)


def test_translations_of_a_document_fall_into_one_fold() -> None:
    assert fold_of("ntrex/doc.17") == fold_of("en-ja/doc.17#80")


def test_without_gold_there_are_the_articles_that_ship(tmp_path) -> None:
    material = read_material(tmp_path)
    assert {page.language for page in material.pages} >= {"pt", "it", "nl", "en", "ja"}
    assert sum(page.name.endswith(HEADINGS) for page in material.pages) > 20
    texts = {(page.language, text) for page in material.pages for text in page.texts}
    assert not texts & {(line.language, line.text) for line in material.lines}, "a line cannot be both"


def test_composed_pages_are_labelled() -> None:
    known = {text for lines in STOCK["en"].values() for text in lines}
    seen = set()
    for seed in range(60):
        page = compose(PAGE, STOCK, Random(seed))
        assert page == compose(PAGE, STOCK, Random(seed))
        assert len(page.texts) == len(page.paragraphs) == len(page.labels)
        assert list(page.paragraphs) == sorted(page.paragraphs)
        for text, label in zip(page.texts, page.labels, strict=True):
            assert label == any(word in text for word in known)
        seen.add(any(page.labels))
    assert seen == {True, False}, "some pages have none"


def test_headings_are_no_boilerplate() -> None:
    stock = {"en": {**STOCK["en"], HEADINGS: ["Old habits"]}}
    pages = [compose(PAGE, stock, Random(seed)) for seed in range(40)]
    labels = {
        label for page in pages for text, label in zip(page.texts, page.labels, strict=True) if text == "Old habits"
    }
    assert labels == {False}
