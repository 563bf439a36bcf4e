"""Engines on long documents: vectors in files, and concatenations encoded for every stretch by the right numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from align.encode import Vectors, blocks, encode_side
from align.encode.black_box import span_vectors
from align.encode.centre import unit
from align.encode.protocol import Shows
from align.encode.use import UseEncoder
from align.engines import LatticeEngine, SideInput
from align.lattice import Weights, read_weights, shipped, stretches
from align.lattice.meaning import Meaning
from align.lattice.metric import Metric
from align.records import Bead, Sentence
from align.settings import AlignSettings


@dataclass(frozen=True)
class Words:
    """One vector per text, of the words in it, and the texts it was asked for. Target words are in capitals."""

    noise: float = 0.2
    texts: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.texts.extend(texts)
        rows = [sum(self._vector(word) for word in text.split()) for text in texts]
        return unit(np.array(rows, dtype=np.float32).reshape(-1, 32))

    def _vector(self, word: str) -> np.ndarray:
        number = int(word[2:].rstrip("."))
        meaning = np.random.default_rng(number).normal(size=32)
        own = np.random.default_rng(number + 10**6 * word[1].isupper()).normal(size=32)
        return meaning + self.noise * own

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        return span_vectors(self.embed, sentences, longest, joiner, 1000)


def test_only_the_vectors_of_the_encoder_they_were_learned_with_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A metric and what vectors tell of boilerplate mean nothing in another encoder's space, be it of the same size."""
    random = np.random.default_rng(1)
    metric = Metric(*(random.normal(size=(32, 2)).astype(np.float32) for _ in range(2)))
    meaning = Meaning(1.0, 0.0, random.normal(size=32).astype(np.float32))
    weights = replace(read_weights(), metric=metric, meaning=meaning, provenance={"encoder": "words@1"})
    monkeypatch.setattr("align.lattice.read_weights", lambda path: weights)
    read: list[str] = []
    monkeypatch.setattr(Metric, "read", lambda self, vectors: read.append("metric") or vectors)
    monkeypatch.setattr(Meaning, "read", lambda self, side: read.append("meaning") or side)
    texts = [f"Xa{k} Xa{k + 1}." for k in range(6)]
    vectors = Words().encode(texts, 6, " ")
    for name, parts in (("words", ["metric", "metric", "meaning", "meaning"]), ("other words", []), ("", [])):
        read.clear()
        sides = [side(texts, replace(vectors, encoder=name), code) for code in ("en", "de")]
        LatticeEngine("made up").beads(*sides, AlignSettings())
        assert read == parts


def side(texts: Sequence[str], vectors: Vectors, code: str) -> SideInput:
    return SideInput([Sentence(text, 0, len(text), 0) for k, text in enumerate(texts)], vectors, code)


def pairs(beads: Sequence[Bead]) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    return {(bead.src, bead.tgt) for bead in beads if not bead.is_null}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LONG", 100), ("_STRETCH", 60), ("_LONGEST", 90), ("_MARGIN", 12), ("_MARGINS", (12, 24))):
        monkeypatch.setattr(stretches, name, value)
    monkeypatch.setattr(blocks, "LONG", 100)


def test_a_black_box_encodes_the_concatenations_of_every_stretch(short: None) -> None:
    """Every sixth sentence is joined to the next in the translation; only real neighbours are encoded together."""
    source = [f"Xa{3 * k} Xa{3 * k + 1} Xa{3 * k + 2}." for k in range(240)]
    target, want, k = [], set(), 0
    while k < 240:
        count = 2 if k % 6 == 3 else 1
        want.add((tuple(range(k, k + count)), (len(target),)))
        target.append(" ".join(source[k : k + count]).upper())
        k += count
    encoder = Words()
    vectors = [encoder.encode(texts, 6, " ") for texts in (source, target)]
    encoder.texts.clear()
    found = LatticeEngine().beads(side(source, vectors[0], "en"), side(target, vectors[1], "de"), AlignSettings())
    assert len(want & pairs(found)) > 0.95 * len(want)
    joined = [" ".join(source[i : i + 2]) for i in range(239)]
    asked = [text for text in encoder.texts if text in joined]
    assert set(range(3, 240, 6)) <= {joined.index(text) for text in asked}
    assert all(text in " ".join(source) or text in " ".join(target) for text in encoder.texts)


def test_a_long_document_goes_through_files_and_stretches_unchanged(short: None) -> None:
    """The default encoder, by the block and at once, cut in stretches and whole."""
    words = "house river winter letter garden window teacher morning bread mountain doctor train candle island".split()
    random = np.random.default_rng(2)
    source = [f"The {' and the '.join(random.choice(words, 3, replace=False))} came {k} times." for k in range(130)]
    target = [text.replace("The", "Die").replace("came", "kamen").replace("times", "Mal") for text in source]
    target = target[:60] + target[63:]
    encoder = UseEncoder(1)
    mapped = [encode_side(encoder, texts, 6, " ", block=40) for texts in (source, target)]
    assert all(not vectors.spans.flags.owndata for vectors in mapped)
    sides = [
        side(texts, vectors, code) for texts, vectors, code in zip((source, target), mapped, ("en", "de"), strict=True)
    ]
    cut = LatticeEngine().beads(*sides, AlignSettings())
    whole = [side(texts, encoder.encode(texts, 6, " "), code) for texts, code in ((source, "en"), (target, "de"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stretches, "LONG", 1000)
        assert len(pairs(LatticeEngine().beads(*whole, AlignSettings())) ^ pairs(cut)) <= 2
    assert len(pairs(cut)) >= 125


MENU = {
    "en": ["Sign in", "Share this article", "Subscribe to our newsletter", "© 2031 All rights reserved."],
    "de": ["Anmelden", "Artikel teilen", "Newsletter abonnieren", "© 2031 Alle Rechte vorbehalten."],
}
TEXT = {
    "en": [f"The ferry was {k} minutes late again, and nobody on the quay was surprised." for k in range(2, 8)],
    "de": [f"Die Fähre kam wieder {k} Minuten zu spät, und niemand am Kai war überrascht." for k in range(2, 8)],
}


def test_a_scraped_page_has_weights_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scraped is what has a quarter of furniture on both sides: a page whose translation is a clean file is not."""
    asked: list[bool] = []

    def noted(shows: Shows, scraped: bool) -> Weights:
        asked.append(scraped)
        return shipped(shows, scraped)

    monkeypatch.setattr("align.lattice.shipped", noted)
    encoder = UseEncoder(1)
    for menus in ((4, 4), (4, 0), (0, 4), (0, 0), (1, 1)):
        texts = [TEXT[code] + MENU[code][:count] for code, count in zip(("en", "de"), menus, strict=True)]
        sides = [side(t, encoder.encode(t, 6, " "), c) for t, c in zip(texts, ("en", "de"), strict=True)]
        found = LatticeEngine().beads(*sides, AlignSettings())
        assert pairs(found) >= {((k,), (k,)) for k in range(6)}
    nothing = side([], encoder.encode([], 6, " "), "en")
    assert LatticeEngine().beads(nothing, nothing, AlignSettings()) == []
    assert asked == [True, False, False, False, False, False]
