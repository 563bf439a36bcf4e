"""Pairing as a whole, with a small encoder in the place of the model."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import EmptyInput, MissingInput, SameLanguage, SettingsError, UnknownLanguage
from align.match import Evidence, Match, Matching, MatchSettings, Text, match_folders, match_texts
from align.match.run import assign
from align.match.score import probability
from align.settings import AlignSettings

RNG = random.Random(1)
WORDS = ["".join(RNG.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(6)) for _ in range(400)]


@pytest.fixture(autouse=True)
def _small_encoder(monkeypatch: pytest.MonkeyPatch, encoder) -> None:
    monkeypatch.setattr("align.match.run.encoder_for", lambda settings, src, tgt: encoder)


def document(number: int, sentences: int = 8) -> list[str]:
    rng = random.Random(number)
    return [" ".join(rng.choice(WORDS) for _ in range(9)) for _ in range(sentences)]


def side(text, language: str, numbers: dict[str, int]) -> list[Text]:
    """Documents by name; each word has the language's mark, which the encoder does not see."""
    return [
        text(name, language, [" ".join(f"{language}:{word}" for word in line.split()) for line in document(number)])
        for name, number in numbers.items()
    ]


def pairs(found: Matching) -> set[tuple[str, str]]:
    return {(match.source.path, match.target.path) for match in found.matches}


def test_documents_find_their_translations_and_the_others_stay_alone(text) -> None:
    sources = side(text, "en", {f"s{n}": n for n in range(8)})
    targets = side(text, "de", {f"t{n}": n for n in (11, 3, 5, 12, 4, 7)})
    found = match_texts(sources, targets)
    assert pairs(found) == {(f"en/s{n}", f"de/t{n}") for n in (3, 4, 5, 7)}
    assert all(match.score > 0.9 for match in found.matches)
    assert [each.text.name for each in found.alone] == ["s0", "s1", "s2", "s6", "t11", "t12"]
    assert [each.is_source for each in found.alone] == [True] * 4 + [False] * 2
    assert all(each.score < 0.5 for each in found.alone)


def test_wrong_names_do_not_make_pairs_nor_break_them(text) -> None:
    names = ["cat", "dog", "cow", "hen", "fox"]
    sources = side(text, "en", {name: n for n, name in enumerate(names)})
    targets = side(text, "de", {name: (n + 1) % 5 for n, name in enumerate(names)})
    expected = {(f"en/{names[(n + 1) % 5]}", f"de/{names[n]}") for n in range(5)}
    assert pairs(match_texts(sources, targets)) == expected
    strangers = side(text, "de", {name: 50 + n for n, name in enumerate(names)})
    assert match_texts(sources, strangers).matches == ()


def test_names_that_agree_with_the_texts_are_believed(text) -> None:
    sources = side(text, "en", {f"report-{n}.en.txt": n for n in range(6)})
    targets = side(text, "de", {f"report-{n}.de.txt": n for n in range(6)})
    believed = match_texts(sources, targets).matches
    assert all(match.evidence.names > 0.5 for match in believed)
    ignored = match_texts(sources, targets, matching=MatchSettings(ignore_names=True)).matches
    assert all(match.evidence.names == 0 for match in ignored)
    assert [match.score for match in ignored] < [match.score for match in believed]


def test_several_languages_are_paired_one_to_one_in_each(text) -> None:
    sources = side(text, "en", {f"s{n}": n for n in range(6)})
    targets = side(text, "de", {f"d{n}": n for n in (0, 2, 4, 9)}) + side(text, "fr", {f"f{n}": n for n in (1, 2, 8)})
    found = match_texts(sources, targets)
    german = {(f"en/s{n}", f"de/d{n}") for n in (0, 2, 4)}
    assert pairs(found) == german | {(f"en/s{n}", f"fr/f{n}") for n in (1, 2)}
    assert [each.text.name for each in found.alone] == ["s3", "s5", "d9", "f8"]


def test_one_folder_with_all_languages(text) -> None:
    texts = side(text, "en", {f"x{n}": n for n in range(4)}) + side(text, "de", {f"y{n}": n for n in (2, 3, 9)})
    found = match_texts(texts, texts)
    assert pairs(found) == {(f"de/y{n}", f"en/x{n}") for n in (2, 3)}
    assert sorted(each.text.name for each in found.alone) == ["x0", "x1", "y9"]


def test_the_outcome_does_not_depend_on_the_order(text) -> None:
    sources = side(text, "en", {f"s{n}": n for n in range(7)})
    targets = side(text, "de", {f"t{n}": n for n in range(3, 10)})
    found = match_texts(sources, targets)
    turned = match_texts(sources[::-1], targets[::-1])
    assert pairs(turned) == pairs(found)
    assert [m.source.name for m in turned.matches] == [m.source.name for m in found.matches]


def test_parts_of_a_document_and_boilerplate_do_not_hide_it(text) -> None:
    menu = [f"menu{n} home{n} search{n} login{n}" for n in range(4)]
    sources = [text(f"s{n}", "en", menu + document(n, 16)) for n in range(14)]
    targets = [text(f"t{n}", "de", [*document(n, 16)[:12], *menu]) for n in range(14)]
    assert pairs(match_texts(sources, targets)) == {(f"en/s{n}", f"de/t{n}") for n in range(14)}


def test_a_single_pair(text) -> None:
    assert len(match_texts(side(text, "en", {"a": 1}), side(text, "de", {"b": 1})).matches) == 1
    assert match_texts(side(text, "en", {"a": 1}), side(text, "de", {"b": 2})).matches == ()


def test_progress_ends_where_it_said_it_would(text) -> None:
    told: dict[str, list[tuple[int, int]]] = {}
    sources, targets = (side(text, code, {f"{n}": n for n in range(5)}) for code in ("en", "de"))
    match_texts(sources, targets, progress=lambda stage, done, total: told.setdefault(stage, []).append((done, total)))
    assert set(told) == {"encode: sentences", "align en-de: pairs"}
    for counts in told.values():
        assert counts[-1][0] == counts[-1][1]
        assert [done for done, _ in counts] == sorted(done for done, _ in counts)


def test_one_language_cannot_be_paired(text) -> None:
    with pytest.raises(SameLanguage, match="no two languages"):
        match_texts(side(text, "en", {"a": 1}), side(text, "en", {"b": 1}))


def test_without_documents_there_is_nothing_to_pair(text) -> None:
    with pytest.raises(SameLanguage, match="none of those given"):
        match_texts([], [])
    with pytest.raises(SameLanguage, match="are in en"):
        match_texts([], side(text, "en", {"a": 1}))


def test_in_one_folder_the_languages_given_say_what_is_meant(tmp_path: Path) -> None:
    sentences = {
        "en": "The new library opened on Monday, and about three hundred people stood in line at the door.",
        "de": "Die neue Bibliothek wurde am Montag eröffnet, und etwa dreihundert Leute standen vor der Tür.",
        "fr": "La nouvelle bibliothèque a ouvert lundi, et environ trois cents personnes attendaient devant la porte.",
    }
    for code, line in sentences.items():
        (tmp_path / f"{code}.txt").write_text(line, encoding="utf-8")
    asked = []
    for chosen in ({}, {"src_lang": "en"}, {"src_lang": "en", "tgt_lang": "fr"}):
        stages: list[str] = []
        match_folders(
            tmp_path, tmp_path, AlignSettings(**chosen), progress=lambda stage, *_, to=stages: to.append(stage)
        )
        pairs = (stage.removesuffix(": pairs").removeprefix("align ") for stage in stages if stage.endswith("pairs"))
        asked.append(list(dict.fromkeys(pairs)))
    assert asked == [["de-en", "de-fr", "en-fr"], ["en-de", "en-fr"], ["en-fr"]]


def test_languages_without_an_encoder_are_told_and_left_out(text, monkeypatch, caplog, encoder) -> None:
    def choose(settings: AlignSettings, src: str, tgt: str):
        if "mt" in (src, tgt):
            raise UnknownLanguage("nobody knows Maltese")
        return encoder

    monkeypatch.setattr("align.match.run.encoder_for", choose)
    sources, maltese = side(text, "en", {"a": 1}), side(text, "mt", {"c": 1})
    found = match_texts(sources, side(text, "de", {"b": 1}) + maltese)
    assert pairs(found) == {("en/a", "de/b")}
    assert "en and mt are not paired: nobody knows Maltese" in caplog.text
    assert [each.text.name for each in found.alone] == ["c"]
    with pytest.raises(UnknownLanguage):
        match_texts(sources, maltese)


def made(text, source: str, target: str, score: float) -> Match:
    return Match(text(source, "en", ["x"]), text(target, "de", ["x"]), score, Evidence(0, 0, 0, 0, 0, 0, 0))


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz"), st.floats(0, 1)), unique_by=lambda p: p[:2])
)
def test_assignment_is_one_to_one_and_takes_the_best(text, drawn: list[tuple[str, str, float]]) -> None:
    tried = [made(text, *each) for each in drawn]
    taken = assign(tried, 0.5)
    assert len({m.source.name for m in taken}) == len({m.target.name for m in taken}) == len(taken)
    for match in tried:
        if match.score >= 0.5 and match not in taken:
            rivals = [m for m in taken if m.source.name == match.source.name or m.target.name == match.target.name]
            assert max(rival.score for rival in rivals) >= match.score
    assert all(match.score >= 0.5 for match in taken)
    assert assign(tried[::-1], 0.5) == taken


STRONG = Evidence(aligned=0.97, confidence=0.95, similarity=0.7, vectors=0.8, margin=0.5, hints=0.3, names=0)
WEAK = Evidence(aligned=0.15, confidence=0.4, similarity=0.4, vectors=0.1, margin=-0.1, hints=0, names=0)


def test_names_cannot_outweigh_the_texts() -> None:
    assert probability(STRONG) > 0.95
    assert probability(replace(STRONG, names=-1)) > 0.5
    assert probability(WEAK) < 0.05
    assert probability(replace(WEAK, names=1)) < 0.5
    assert probability(replace(WEAK, names=1)) > probability(WEAK)


def test_a_folder_without_documents(tmp_path: Path) -> None:
    for name in ("en", "de"):
        (tmp_path / name).mkdir()
    (tmp_path / "en" / "a.txt").write_text("A sentence stands here, and it is in English, as you can see.")
    (tmp_path / "de" / "b.txt").write_text("")
    with pytest.raises(EmptyInput, match=r"de has no document.*b\.txt"):
        match_folders(tmp_path / "en", tmp_path / "de")
    with pytest.raises(MissingInput, match="fr"):
        match_folders(tmp_path / "en", tmp_path / "fr")


@pytest.mark.parametrize("wrong", [{"min_score": 1.5}, {"candidates": 0}, {"head": 1}], ids=str)
def test_settings_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        MatchSettings(**wrong)
