"""Whether the names of one side stand on the other: the same letters, or alike in sound to a word in katakana."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from align.judge.addresses import without_addresses
from align.judge.phonetic import alike, of_katakana, of_latin, together
from align.languages import language

ALIKE = 0.35
"""Distance of two names, 0 to 1, up to which they are taken for one."""
UNLIKE = 0.45
"""The same for a single word in katakana that is no name by its form: most such words are no names."""
ALIKE_LATIN = 0.3
"""The same between two languages in Latin letters: Moscow and Moskau."""
SAME_LETTERS = 4
"""Letters at the beginning that make two words forms of one: Syrian and syrienne."""
SURE_KATAKANA = 4
"""Kana from which a word that is no name by its form (no title, no dot) counts too."""
NAMES_IN_JAPANESE = 3
"""Capitalised words, all of them missing, from which a Japanese side lacks the names: kanji hide many."""

_TABLE = Path(__file__).with_name("names.tsv")
_KATAKANA = re.compile(r"[ァ-ヴー]{2,}")
_JAPANESE_NAME = re.compile(
    r"(?<![ァ-ヴー])(?:[ァ-ヴー]++(?:[・＝=][ァ-ヴー]++)+|[ァ-ヴー]{3,}+"
    r"(?= ?(?:氏|さん|様|大統領|首相|長官|議員|監督|選手|教授|博士|知事|王|国|市|州|県|郡|語|人|島|大学|党|軍)))"
)
_SEPARATOR = re.compile("[・＝= ]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_NAME = re.compile(r"(?<![A-Za-z@#/.])[A-Z][A-Za-z]*[a-z][A-Za-z]*")
_CAPITALISED = re.compile(r"(?<=[a-zß-öø-ÿ,] )[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{2,}(?:[- ][A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{2,})*")
"""Capitalised words in mid-sentence."""
_ENDS, _CLOSING = ".!?…", " \"'”’»)"
_NOUNS_IN_CAPITALS = ("de",)


def names_missing(src: str, tgt: str, languages: tuple[str, str]) -> bool:
    """Whether names of one side are missing on the other.

    Japanese against a language in Latin letters: names in katakana by their sound, words in Latin letters by their
    spelling, and the other way round where not one of several names came over. Two languages in Latin letters: more
    than half of the names in mid-sentence. Chinese and Korean: words in Latin letters. Other scripts: nothing.
    """
    source, target = (without_addresses(unicodedata.normalize("NFKC", side)) for side in (src, tgt))
    return _missing(source, target, languages) or _missing(target, source, languages[::-1])


def _missing(ours: str, theirs: str, languages: tuple[str, str]) -> bool:
    scripts = tuple(language(code).script for code in languages)
    if scripts[0] in ("Jpan", "Hani", "Kore") and scripts[1] == "Latn":
        return _spelt_missing(ours, theirs) or (scripts[0] == "Jpan" and _katakana_missing(ours, theirs))
    if scripts[0] != "Latn" or languages[0] in _NOUNS_IN_CAPITALS or scripts[1] not in ("Latn", "Jpan"):
        return False
    names = _capitalised(ours)
    if scripts[1] == "Jpan":
        return len(names) >= NAMES_IN_JAPANESE and not any(_in_japanese(name, theirs) for name in names)
    missing = [name for name in names if not _in_latin(name, theirs)]
    return len(missing) * 2 > len(names)


def _spelt_missing(ours: str, theirs: str) -> bool:
    """Whether a name in Latin letters among other characters is in no form among the words of the other side."""
    text = theirs.casefold()
    return any(
        name.casefold() not in text and not _in_latin(name, theirs, any_word=True)
        for name in _LATIN_NAME.findall(ours)
        if len(name) >= 3
    )


def _katakana_missing(ours: str, theirs: str) -> bool:
    """Whether a name in katakana, or most of all words in katakana, sound like nothing on the other side."""
    if not _KATAKANA.search(ours):
        return False
    words = _WORD.findall(theirs)
    each = [of_latin(word) for word in words]
    sounds = {together(each[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1)}
    lower = {word.casefold() for word in words}
    named = (part for name in _JAPANESE_NAME.findall(ours) for part in _SEPARATOR.split(name) if len(part) >= 3)
    if any(not _is_heard(name, sounds, lower, ALIKE) for name in named):
        return True
    others = [word for word in dict.fromkeys(_KATAKANA.findall(ours)) if len(word) >= SURE_KATAKANA]
    missing = [word for word in others if not _is_heard(word, sounds, lower, ALIKE)]
    if len(missing) == 1:
        return len(others) == 1 and not _is_heard(missing[0], sounds, lower, UNLIKE)
    return len(missing) > 1 and len(missing) * 2 >= len(others)


def _is_heard(name: str, sounds: set[str], words: set[str], limit: float) -> bool:
    forms = _latin_forms().get(name)
    if forms is not None and (not forms or not words.isdisjoint(forms)):
        return True
    sound = of_katakana(name)
    return sound in sounds or any(
        alike(sound, other, limit) or (len(sound) > 1 and other.startswith(sound)) for other in sounds
    )


def _capitalised(text: str) -> list[str]:
    """The names in mid-sentence, as capitals tell them; none in a headline, which may have capitals everywhere."""
    if text.rstrip(_CLOSING)[-1:] not in _ENDS:
        initials = [word[0] for word in _WORD.findall(text) if len(word) > 3]
        if sum(map(str.isupper, initials)) * 2 > len(initials):
            return []
    words = (word for phrase in _CAPITALISED.findall(text) for word in re.split("[- ]", phrase))
    return [word for word in dict.fromkeys(words) if word not in _translated()]


def _in_japanese(name: str, text: str) -> bool:
    if name.casefold() in text.casefold():
        return True
    sound, lower = of_latin(name), name.casefold()
    for word in _KATAKANA.findall(text):
        for part in _SEPARATOR.split(word):
            heard = of_katakana(part)
            if (
                lower in _latin_forms().get(part, ())
                or alike(heard, sound, ALIKE)
                or (len(sound) > 2 and sound in heard)
            ):
                return True
    return False


def _in_latin(name: str, text: str, any_word: bool = False) -> bool:
    lower = name.casefold()
    folded = text.casefold()
    if lower in folded or re.search(rf"\b{re.escape(lower[:SAME_LETTERS])}", folded):
        return True
    sound = of_latin(name)
    return any(
        alike(of_latin(word), sound, ALIKE_LATIN) for word in _WORD.findall(text) if any_word or word[0].isupper()
    )


@lru_cache(maxsize=1)
def _latin_forms() -> dict[str, tuple[str, ...]]:
    """Words in katakana that sound like no translation of theirs, and those; one without says nothing."""
    return {word: tuple(latin.split()) for kind, word, latin in _table() if kind == "katakana"}


@lru_cache(maxsize=1)
def _translated() -> frozenset[str]:
    """Capitalised words that have translations, so that their sound or spelling need not come back."""
    return frozenset(word for kind, word, _ in _table() if kind == "translated")


@lru_cache(maxsize=1)
def _table() -> list[list[str]]:
    text = _TABLE.read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]
