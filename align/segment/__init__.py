"""Documents into sentences with offsets: own rules for Chinese and Japanese, sentencex for the rest.

Thai and Lao, in which sentencex finds question and exclamation marks only, have rules of their own besides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from align import languages
from align.records import Document, Sentence
from align.segment import cjk, spaced, unmarked
from align.segment.clean import CJK, INVISIBLE, join, shown
from align.segment.thin import thin
from align.settings import AlignSettings

__all__ = ["join", "segment", "shown"]

_WORD = re.compile(r"[^\W_]")
_EDGE = "".join(re.findall(rf"\s|{INVISIBLE.pattern}", "".join(map(chr, range(0x10000)))))
_UNSEEN = re.compile(rf"[^\W\d_](?:{INVISIBLE.pattern}*[\u0300-\u036f\u3099\u309a]){{1,4}}|{INVISIBLE.pattern}+")
_CODE = re.compile(r"(?<!`)`(?! )[^`\n]{1,100}(?<! )`(?!`)")
_CJK = re.compile(f"[{CJK}]")
_KANA = re.compile("[\u3041-\u30ff]")
_SAMPLE = 2000
_UNMARKED = ("th", "lo")
"""Languages whose sentences mostly end without a mark."""


def segment(document: Document, language: str, settings: AlignSettings) -> list[Sentence]:
    """The sentences of a document, in order, each inside one paragraph.

    Between two sentences of a paragraph stands nothing but white space and characters that `shown`
    takes out. What shows nothing is left out. With `settings.presplit` each paragraph is one sentence, and
    `Sentence.paragraph` is the first of those that no blank line parts.

    Raises:
        UnknownLanguage: no language has that code.
    """
    code = languages.language(language).code
    sentences: list[Sentence] = []
    first = 0
    for index, paragraph in enumerate(document.paragraphs):
        last = sentences[-1].end if sentences else 0
        if not settings.presplit or document.text.count("\n", last, paragraph.start) > 1:
            first = index
        text = document.text[paragraph.start : paragraph.end]
        for start, end in [(0, len(text))] if settings.presplit else _spans(text, code):
            piece = text[start:end]
            start += len(piece) - len(piece.lstrip(_EDGE))
            end -= len(piece) - len(piece.rstrip(_EDGE))
            if start < end:
                words = shown(text[start:end], code)
                sentences.append(Sentence(words, paragraph.start + start, paragraph.start + end, first))
    return sentences


def _spans(text: str, code: str) -> Iterator[tuple[int, int]]:
    """Start and end of the sentences of a paragraph; one without letter or digit goes to a neighbour."""
    seen = thin(text, _UNSEEN, _simple)
    visible = _CODE.sub(lambda span: "X" * len(span[0]), seen.text)  # println! does not end a sentence
    ends = _ends(visible, code)
    worded = [bool(_WORD.search(visible, start, end)) for start, end in zip([0, *ends], ends, strict=False)]
    start, has_word = 0, False
    for end, word, follows in zip(ends, worded, [*worded[1:], False], strict=True):
        has_word |= word
        if has_word and follows:
            stop = seen.origin(end)
            yield start, stop
            start, has_word = stop, False
    yield start, len(text)


def _ends(text: str, code: str) -> list[int]:
    """Sentence ends by the rules of the language a paragraph is in, which need not be the document's."""
    sample = text[:_SAMPLE]
    wide = len(_CJK.findall(sample))
    if languages.language(code).is_cjk:
        return cjk.ends(text, code) if 20 * wide > len(sample) else spaced.ends(text, "en")
    if 2 * wide > len(sample):
        return cjk.ends(text, "ja" if _KANA.search(sample) else "zh")
    return unmarked.ends(text, code) if code in _UNMARKED else spaced.ends(text, code)


def _simple(unseen: re.Match[str]) -> str:
    """Nothing for invisible characters; a letter with its marks as one character where there is one."""
    letter = unicodedata.normalize("NFC", INVISIBLE.sub("", unseen[0]))
    return letter if len(letter) <= len(unseen[0]) else unseen[0]  # a few letters have no composed form
