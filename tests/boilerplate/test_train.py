"""Learning, on the little that ships."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="training needs the extra `train`")

from align.boilerplate import wording
from align.boilerplate.characters import characters
from align.boilerplate.material import Material, fold_of, read_material
from align.boilerplate.train import FitSettings, auc, fit, fit_lines, main

SETTINGS = FitSettings(pages=60)


@pytest.fixture(scope="module")
def material(tmp_path_factory) -> Material:
    """Italian and Dutch: lines and articles that ship."""
    whole = read_material(tmp_path_factory.mktemp("no-gold"))
    codes = ("it", "nl")
    return Material(
        tuple(line for line in whole.lines if line.language in codes),
        tuple(page for page in whole.pages if page.language in codes),
    )


def test_lines_left_out_are_told_from_text_left_out(material: Material) -> None:
    fold = fold_of("own/it-faro")
    scorer = fit_lines(material.without(fold), SETTINGS)
    held = material.only(fold)
    bad = [line.text for line in held.lines if line.language == "it"]
    good = [text for page in held.pages if page.language == "it" for text in page.texts]
    labels = [True] * len(bad) + [False] * len(good)
    assert len(good) > 5
    assert auc(scorer.line_logits(bad + good, "it"), labels) > 0.85


def test_the_fold_left_out_is_not_learned(material: Material) -> None:
    scorer = fit_lines(material.without(1), SETTINGS)
    seen = {line.text.casefold() for line in material.without(1).lines}  # of the other language, too
    held = {line.text for line in material.only(1).lines if line.text.casefold() not in seen}
    assert len(held) > 30
    assert not np.isin(wording.whole(characters(sorted(held))), scorer.stock).any()


def test_the_same_seed_gives_the_same_weights(material: Material) -> None:
    one, two = (fit(material, SETTINGS, without=2) for _ in range(2))
    assert (one.table == two.table).all()
    assert (one.place == two.place).all()
    assert one.languages == ("it", "nl")


def test_places_can_be_taken_from_another(material: Material) -> None:
    from align.boilerplate import default_scorer

    scorer = fit(material, SETTINGS, without=0, places=default_scorer())
    assert (scorer.place == default_scorer().place).all()


def test_area_under_the_curve() -> None:
    assert auc([1, 2, 3, 4], [False, False, True, True]) == 1
    assert auc([1, 1], [False, True]) == 0.5
    assert np.isnan(auc([1, 2], [True, True]))


def test_the_script_takes_a_known_fold_only(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["gold", "--fold", "9"])
    assert "invalid choice: 9" in capsys.readouterr().err
