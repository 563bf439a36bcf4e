"""Trying a pair by aligning the beginnings of both documents."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from align.encode import Vectors
from align.encode.protocol import TokenVectors
from align.engines import SideInput
from align.match import Text
from align.match.trial import Trials
from align.records import Bead
from align.settings import AlignSettings


@dataclass
class Recorder:
    """An engine that keeps what it is given and answers with beads made beforehand."""

    answer: Sequence[Bead] = ()
    seen: list[tuple[SideInput, SideInput]] = field(default_factory=list)

    def beads(self, source: SideInput, target: SideInput, settings: AlignSettings) -> list[Bead]:
        self.seen.append((source, target))
        return list(self.answer)


@dataclass
class TokenEncoder:
    """Two tokens a sentence; a sentence's number stands in its vectors."""

    encoded: list[int] = field(default_factory=list)

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        n = len(sentences)
        self.encoded.append(n)
        spans = np.arange(longest * n, dtype=np.float32).reshape(longest, n, 1)
        tokens = TokenVectors(np.arange(2 * n, dtype=np.float32)[:, None], 2 * np.arange(n + 1))
        return Vectors(spans, n, tokens)


def texts(text, *lengths: int, head: int = 20) -> list[Text]:
    found = []
    for number, length in enumerate(lengths):
        made = text(f"{number}", "en", [f"line {i}" for i in range(length)])
        found.append(replace(made, head=made.head[:head]))
    return found


def test_the_figures_of_beads(text) -> None:
    source = text("s", "en", ["a" * 10, "b" * 20, "c" * 10])
    target = text("t", "de", ["x" * 20, "y" * 40])
    beads = [Bead((0,), (0,), 0.9, 0.8), Bead((1,), (), 0.7, 0.0), Bead((2,), (1,), 0.5, 0.4)]
    trial = Trials(TokenEncoder(), Recorder(beads), AlignSettings()).of(source, target)
    assert trial.aligned == pytest.approx((30 * 0.9 + 50 * 0.5) / 100)
    assert trial.confidence == pytest.approx((30 * 0.9 + 50 * 0.5) / 80)
    assert trial.similarity == pytest.approx((27 * 0.8 + 25 * 0.4) / 52)


def test_nothing_aligned_is_nothing(text) -> None:
    source, target = texts(text, 2, 2)
    trial = Trials(TokenEncoder(), Recorder([Bead((0, 1), ()), Bead((), (0, 1))]), AlignSettings()).of(source, target)
    assert (trial.aligned, trial.confidence, trial.similarity) == (0, 0, 0)


@pytest.mark.parametrize(
    ("label", "lengths", "taken"),
    [
        ("short", (5, 9), (5, 9)),
        ("long and alike", (200, 200), (20, 20)),
        ("one is cut in more sentences", (200, 100), (20, 10)),
        ("one alone is long", (200, 15), (20, 10)),
        ("far apart", (2000, 15), (20, 10)),
    ],
)
def test_beginnings_are_the_same_share_of_both(
    text, label: str, lengths: tuple[int, int], taken: tuple[int, int]
) -> None:
    engine = Recorder()
    for turned in (False, True):
        sides = texts(text, *lengths)
        Trials(TokenEncoder(), engine, AlignSettings()).of(*(sides[::-1] if turned else sides))
        assert tuple(len(side.sentences) for side in engine.seen[-1]) == (taken[::-1] if turned else taken)


def test_the_vectors_of_a_beginning_are_those_of_the_whole(text) -> None:
    engine, encoder = Recorder(), TokenEncoder()
    Trials(encoder, engine, AlignSettings(max_bead=4)).of(*texts(text, 200, 100))
    _, target = engine.seen[0]
    whole = encoder.encode([""] * 20, 3, " ")
    np.testing.assert_array_equal(target.vectors.spans, whole.spans[:, :10])
    np.testing.assert_array_equal(target.vectors.tokens.vectors, whole.tokens.vectors[:20])
    np.testing.assert_array_equal(target.vectors.tokens.starts, 2 * np.arange(11))
    assert target.vectors.spans.flags.c_contiguous


def test_documents_met_again_soon_are_encoded_once(text) -> None:
    encoder = TokenEncoder()
    trials = Trials(encoder, Recorder(), AlignSettings())
    many = texts(text, *[3] * 40)
    for target in many[1:4]:
        trials.of(many[0], target)
    assert len(encoder.encoded) == 4
    for target in many[1:]:
        trials.of(many[0], target)
    assert len(encoder.encoded) == 40
    rng = random.Random(1)
    for _ in range(60):
        trials.of(rng.choice(many), rng.choice(many))
    assert len(trials._sides) <= 32
