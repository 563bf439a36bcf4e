"""Documents as vectors."""

from __future__ import annotations

import numpy as np
import pytest

from align.match.vectors import document_vectors


def lines(*words: str) -> list[str]:
    return [f"{word} {word}s" for word in words]


ONE = "sun moon star wind rain snow hill lake".split()
TWO = "bread milk salt fish rice bean corn plum".split()


def similarities(encoder, text, *documents: list[str]) -> np.ndarray:
    texts = [text(f"{n}", "en", document) for n, document in enumerate(documents)]
    vectors = document_vectors(texts, encoder)
    return vectors @ vectors.T


def test_rows_have_length_one_at_most(encoder, text) -> None:
    found = similarities(encoder, text, lines(*ONE), lines(*TWO), lines("x"), lines(*ONE, *TWO))
    assert np.diag(found) == pytest.approx(1, abs=0.05)


def test_the_same_sentences_in_another_order_are_less_alike(encoder, text) -> None:
    found = similarities(encoder, text, lines(*ONE), lines(*ONE), lines(*ONE[::-1]), lines(*TWO))
    assert found[0, 1] == pytest.approx(1, abs=0.01)
    assert found[0, 3] < found[0, 2] < 0.8


def test_a_stretch_put_in_does_not_hide_a_document(encoder, text) -> None:
    found = similarities(encoder, text, lines(*ONE), lines("ad", *ONE, "menu"), lines(*TWO))
    assert found[0, 1] > 0.5 > found[0, 2]


def test_lines_that_all_documents_share_do_not_make_them_alike(encoder, text) -> None:
    menu = lines("home", "search", "login", "imprint", "contact", "privacy")
    own = [lines(*ONE), lines(*TWO), *([f"w{n}a w{n}b", f"w{n}c"] for n in range(12))]
    plain = similarities(encoder, text, *own)
    menus = similarities(encoder, text, *(menu + document for document in own))
    assert np.triu(menus, 1).max() < np.triu(plain, 1).max() + 0.2


def test_a_document_of_common_lines_alone_still_has_a_vector(encoder, text) -> None:
    documents = [["same line"] for _ in range(12)]
    found = similarities(encoder, text, *documents, lines(*ONE))
    assert np.isfinite(found).all()
    assert found[0, 1] == pytest.approx(found[0, 0])


def test_vectors_do_not_depend_on_the_batches(encoder, text, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text(f"{n}", "en", [f"w{n} x{n}", f"y{n}"]) for n in range(7)]
    told: list[int] = []
    whole = document_vectors(texts, encoder, told.append)
    monkeypatch.setattr("align.match.vectors._BATCH", 3)
    np.testing.assert_allclose(document_vectors(texts, encoder), whole, atol=1e-6)
    assert sum(told) == 14
