"""Whether a side is in its language, and whether it is text at all."""

from __future__ import annotations

import re

from align.errors import UnknownLanguage
from align.identify import identify, in_other_script
from align.judge.addresses import without_addresses
from align.languages import LANGUAGES
from align.records import Document

SENTENCE_LETTERS, SENTENCE_WORDS = 60, 12
"""A text shorter than either is too short for the model to tell its language."""
COMMON_SHARE = 0.1
"""Share of a language's commonest words from which a text is taken to be in it."""
OTHER_SHARE, PHRASE_WORDS = 0.3, 5
"""The same share of another language's, in a text of at least so many words, that tells it without the model."""
CHARACTERS_ONLY = 12
"""Han characters without any kana from which a text is not Japanese, if its characters are not."""
NON_TEXT = 0.5
"""Least share of letters among the characters that are no white space."""
NON_TEXT_CHARACTERS = 4
"""Shortest text that can be mostly non-text."""

_COMMON = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the of and to in a is that for it was on with as be by he his this are not at from have an had i you "
        "but they said she her who has were their we",
        "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an er hat aus "
        "sie dass wird bei ich wir war einen",
        "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se il ce elle l d à ont "
        "avec sont je vous",
        "es": "de la que el en y a los del se las por un para con no una su al lo es como más pero ha este fue yo",
        "it": "di che la il un a per in è una del i non con le si da al sono della ha dei come più lo gli ma ho mi",
        "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas foi ao ele das à é eu",
        "nl": "de het een van en in is dat op te zijn met voor niet aan er die om hij ook als maar ik je we was bij",
    }.items()
}
_RELATIVES = tuple(
    frozenset(group.split()) for group in ("no da sv", "id ms", "hr bs sr sl", "cs sk", "es gl ca pt", "bg mk", "nl af")
)
_WORD = re.compile(r"[^\W\d_]+")
_SMALL_WORD = re.compile(r"(?<![\w.@/])[a-zß-öø-ÿ]{2,}(?![\w@/])(?!\.\w)")
_HAN, _KANA, _LATIN = re.compile("[㐀-鿿]"), re.compile("[ぁ-ヿ]"), re.compile("[A-Za-zÀ-ɏ]")
_LATIN_LETTERS_PER_CHARACTER = 8
"""Latin letters for each Han or kana character beyond which a text is not in a language of such characters."""


def wrong_language(text: str, language: str) -> bool:
    """Whether a text is in another language than it should be; False where it is too short to tell."""
    text = without_addresses(text)
    words = _WORD.findall(text)
    letters = sum(map(len, words))
    if letters < 4:
        return False
    if language in ("ja", "zh"):
        return _not_in_characters(text, language)
    if in_other_script(Document("", text, (), language)):
        return len(_SMALL_WORD.findall(text)) >= 3 or not _LATIN.search(text)
    lower = [word.lower() for word in words]
    shares = {code: sum(map(common.__contains__, lower)) / len(lower) for code, common in _COMMON.items()}
    own = shares.pop(language, 0.0)
    other = max(shares.values())
    if own >= COMMON_SHARE or own > other:
        return False
    if other >= OTHER_SHARE and len(set(lower)) >= PHRASE_WORDS and language in _COMMON:
        return True
    if letters < SENTENCE_LETTERS or len(words) < SENTENCE_WORDS:
        return False
    return not may_be(text, language)  # the model loads slowly, and few texts come this far


def mostly_non_text(text: str) -> bool:
    """Whether less than half of what can be seen are letters; addresses count as none."""
    seen = "".join(text.split())
    if len(seen) < NON_TEXT_CHARACTERS:
        return False
    return sum(map(str.isalpha, "".join(without_addresses(text).split()))) < NON_TEXT * len(seen)


def _not_in_characters(text: str, language: str) -> bool:
    """For Japanese and Chinese: Latin words instead of characters, or the other one's characters."""
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    latin = len(_LATIN.findall(text))
    if latin > _LATIN_LETTERS_PER_CHARACTER * (han + kana):
        return len(_SMALL_WORD.findall(text)) >= 3
    if not han + kana:
        return not latin and any(map(str.isalpha, text))
    if language == "ja":
        return not kana and han >= CHARACTERS_ONLY and identify(text, ["ja", "zh"]) == "zh"
    return kana >= 3 and identify(text, ["ja", "zh"]) == "ja"


def may_be(text: str, language: str) -> bool:
    """Whether the model takes a text for one in the language, or in one too close to it to tell apart; or knows
    neither, because the language is never detected."""
    if not LANGUAGES[language].detected:
        return True
    try:
        found = identify(text)
    except UnknownLanguage:
        return True
    return found == language or any({found, language} <= group for group in _RELATIVES)
