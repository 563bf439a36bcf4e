from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from align.encode import e5, use
from align.encode.transformer import LABSE_LANGUAGES
from align.errors import SameLanguage, UnknownLanguage
from align.identify import identify, identify_pair, in_other_script
from align.judge.language import wrong_language
from align.languages import LANGUAGES, language
from align.read import read_text
from align.settings import AlignSettings

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "identify.yaml").read_text(encoding="utf-8"))
GOLD = Path(__file__).parents[2] / "shared" / "gold"


def labelled(kind: str):
    return [pytest.param(case, id=case["label"]) for case in CASES[kind]]


def pair_of(case: dict) -> tuple:
    settings = AlignSettings(src_lang=case.get("src_lang"), tgt_lang=case.get("tgt_lang"))
    source, target = (
        read_text(case[side], name, settings) for side, name in (("source", "one.txt"), ("target", "two.txt"))
    )
    return source, target, settings


@pytest.mark.parametrize("case", labelled("texts"))
def test_identifies(case):
    assert identify(case["text"], case.get("candidates")) == case["language"]


@pytest.mark.parametrize("case", labelled("unknown"))
def test_says_when_it_cannot(case):
    with pytest.raises(UnknownLanguage) as caught:
        identify(case["text"], case.get("candidates"))
    assert all(word in str(caught.value) for word in case["words"])


@pytest.mark.parametrize("case", labelled("pairs"))
def test_identifies_pairs(case):
    assert list(identify_pair(*pair_of(case))) == case["languages"]


@pytest.mark.parametrize("case", labelled("same"))
def test_refuses_one_language_on_both_sides(case):
    with pytest.raises(SameLanguage) as caught:
        identify_pair(*pair_of(case))
    assert all(word in str(caught.value) for word in case["words"])


def test_names_the_document_and_the_option():
    settings = AlignSettings()
    with pytest.raises(UnknownLanguage, match=r"^two\.txt: .*--tgt-lang"):
        identify_pair(
            read_text("Das ist ein Satz.", "one.txt", settings), read_text("42", "two.txt", settings), settings
        )


def test_a_forced_code_must_be_one():
    settings = AlignSettings(src_lang="klingon")
    with pytest.raises(UnknownLanguage, match="'klingon'"):
        identify_pair(read_text("a", "one.txt", settings), read_text("b", "two.txt", settings), settings)


def test_looks_all_over_a_long_document():
    boilerplate = "All rights reserved. Cookies are used on this site to make it better. " * 300
    body = "大統領は来週、東南アジアの三か国を訪れる予定だ。" * 3_000
    assert identify(boilerplate + body) == "ja"


def test_japanese_and_long_english_load_no_model():
    code = (
        "import sys; from align.identify import identify;"
        "identify('これは文です。'); identify('It was the best of times, it was the worst of times. ' * 5);"
        "print('py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("text", "code", "wrong"),
    [
        ("It rains.", "ja", True),
        ("雨が降る。", "en", True),
        ("雨", "ja", False),
        ("CNN 雨", "en", False),
        ("Kiša pada.", "sr", False),
        ("12", "ja", False),
        ("It rains.", None, False),
    ],
)
def test_tells_a_language_that_cannot_be(text, code, wrong):
    document = replace(read_text(text, "one.txt", AlignSettings()), language=code)
    assert in_other_script(document) is wrong


@pytest.mark.skipif(not GOLD.is_dir(), reason="the gold data is not beside the project")
def test_documents_of_news_in_eleven_languages():
    wrong = []
    for path in sorted((GOLD / "ntrex").glob("en-*.tsv")):
        code = language(path.stem.removeprefix("en-")).code
        documents: dict[str, list[list[str]]] = {}
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            name, *sides = line.split("\t")
            documents.setdefault(name, []).append(sides)
        for name, rows in list(documents.items())[:15]:
            for expected, texts in zip(("en", code), zip(*rows, strict=True), strict=True):
                if identify("\n".join(texts)) != expected:
                    wrong.append((name, expected))
    assert not wrong


def test_a_language_that_is_never_detected_is_taken_as_named():
    text = "Hulle het gister in die nuwe biblioteek gesit en boeke gelees, en niemand het gepraat nie. " * 3
    settings = AlignSettings(src_lang="afr")
    source, target = read_text(text, "af.txt", settings), read_text("図書館で本を読んだ。", "ja.txt", settings)
    assert identify_pair(source, target, settings) == ("af", "ja")
    assert not wrong_language(text, "af")
    assert wrong_language(text, "en")


def test_languages_of_the_models_are_known():
    assert LANGUAGES.keys() >= e5.LANGUAGES | LABSE_LANGUAGES | use.LANGUAGES
    assert all(language(code.upper()).code == code for code in LANGUAGES)
