"""Fused cosines are the weighted means of the parts' cosines."""

from __future__ import annotations

import numpy as np
import pytest

from align.encode.centre import centre, unit
from align.encode.fusion import FusedEncoder
from align.errors import SettingsError

SENTENCES = ["これは犬だ。", "猫もいる。", "晴れ。", "雨。", "雪が降る。"]


@pytest.mark.parametrize("weights", [None, (1.0, 3.0)])
def test_a_cosine_is_the_weighted_mean(text_model, other_text_model, weights) -> None:
    fused = FusedEncoder((text_model, other_text_model), weights).encode(SENTENCES, 3, "").spans[0]
    a, b = (centre(part.encode(SENTENCES, 3, "").spans)[0] for part in (text_model, other_text_model))
    u, v = weights or (1.0, 1.0)
    assert np.allclose(fused @ fused.T, (u * (a @ a.T) + v * (b @ b.T)) / (u + v), atol=1e-5)


def test_rows_are_unit_where_a_span_exists(text_model, other_text_model) -> None:
    spans = FusedEncoder((text_model, other_text_model)).encode(SENTENCES, 3, "").spans
    exists = np.arange(1, 4)[:, None] <= np.arange(1, len(SENTENCES) + 1)
    assert np.allclose(np.linalg.norm(spans, axis=-1), exists, atol=1e-5)


def test_tokens_are_those_of_the_first_part_that_has_any(text_model, side_model) -> None:
    fused = FusedEncoder((text_model, side_model)).encode(SENTENCES, 2, "")
    assert fused.tokens is not None
    assert np.array_equal(fused.tokens.vectors, side_model.encode(SENTENCES, 2, "").tokens.vectors)
    assert FusedEncoder((text_model,)).encode(SENTENCES, 2, "").tokens is None


def test_characters_add_up(text_model, side_model) -> None:
    each = text_model.encode(SENTENCES, 2, "").characters
    assert FusedEncoder((text_model, side_model)).encode(SENTENCES, 2, "").characters == 2 * each


def test_a_concatenation_is_that_of_the_parts(text_model, side_model) -> None:
    """A part that shows its inside has all its spans at once; the other is asked again."""
    composed = FusedEncoder((text_model, side_model)).encode(SENTENCES, 3, "")
    text_model.seen.clear()
    refined = composed.refined([(1, 3), (0, 1)])
    assert text_model.seen == ["".join(SENTENCES[:2]), "".join(SENTENCES[1:4])]
    halves = text_model.encode(SENTENCES, 3, "").whole(), side_model.encode(SENTENCES, 3, "")
    true = unit(np.concatenate([centre(half.spans) for half in halves], axis=-1))
    asked = np.zeros((3, 5), bool)
    asked[2, 3] = asked[1, 1] = True
    assert np.allclose(refined.spans[asked], true[asked], atol=1e-6)
    assert np.array_equal(refined.spans[~asked], composed.spans[~asked])


def test_parts_that_show_their_inside_need_no_second_call(side_model) -> None:
    assert FusedEncoder((side_model,)).encode(SENTENCES, 3, "").refine is None


def test_it_is_named_after_its_parts_and_knows_what_all_know(text_model, side_model) -> None:
    fused = FusedEncoder((text_model, side_model))
    assert (fused.name, fused.revision) == ("texts+sides", "1+1")
    assert fused.knows("ja")
    assert not fused.knows("de")


def test_no_sentences(text_model, other_text_model) -> None:
    assert FusedEncoder((text_model, other_text_model)).encode([], 3, " ").spans.shape == (3, 0, 40)


@pytest.mark.parametrize("weights", [(1.0,), (1.0, 0.0), (1.0, -1.0), (1.0, float("nan"))])
def test_weights_that_do_not_fit_are_refused(text_model, other_text_model, weights) -> None:
    with pytest.raises(SettingsError, match="2 positive numbers"):
        FusedEncoder((text_model, other_text_model), weights)


def test_nothing_to_fuse_is_refused() -> None:
    with pytest.raises(SettingsError, match="at least one"):
        FusedEncoder(())
