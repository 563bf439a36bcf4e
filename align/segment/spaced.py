"""Where sentences end in languages that put spaces between them.

sentencex knows the terminators and many abbreviations of about 300 languages. It sees the text without
brackets and quotation marks, which it would take whole or stumble over; those are matched here.
What it proposes, and a few places it leaves out, is then judged by what stands before and after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

from align.segment import abbreviations, brackets
from align.segment.brackets import QUOTES, Brackets
from align.segment.clean import ORNAMENT
from align.segment.thin import thin

LONGEST_QUOTE = 300
"""Characters in a quotation or bracket that is kept whole; a longer one is cut inside."""

_WINDOW = 16_384  # characters sentencex sees at a time: on some inputs its time grows with their square
_UNSEEN = re.compile(r"\[\d{1,4}\]|[¹²³⁰⁴-⁹]+|,,(?=\w)|``|''|[\"“”„‟«»‹›()\[\]{}「」『』（）【】]")
_NOT_PLAIN = re.compile(r"[\s\ud800-\udfff]")

_NEXT = re.compile(r"\W{0,12}(\w[\w’'-]*)([.]?)")
_LAST = re.compile(r"\w[^\s\"“”„«»()\[\]—–/]*\Z")
_SITE = re.compile(
    r"(?<![.!?…])[.!?…]++(?=[\"”»’')\]]{0,9}\s+(?:[-–—]{1,3}\s?)?[\"“„«‘'(\[¿¡,`]{0,9}[^\W\d_]"
    r"|\s+\d{1,3}[.)]\s)|[។៕๚๛॥]"
)
_CLOSING = "\"”»’')]"
_CITATION = re.compile(rf"\[\d{{1,4}}\]|[¹²³⁰⁴-⁹]+|{ORNAMENT.pattern}")
_DEBRIS = re.compile(r"\s(?:[”»’]|[.,])(?=\s|\Z)")
_STOP = re.compile(r"[.!?…]")
_GLUED = re.compile(r"(?:\A|(?<=\s))[\"“„«(]*([^\W\d_]{3,})[.!?][\"”»)]*([^\W\d_][^\W\d_’']*)[,:]?(?=\s)")

_DOMAINS = ("Com", "Net", "Org", "Js", "Py", "Io")

_TIMES = re.compile(
    r"\s*(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|JST|Eastern|Pacific|Central"
    r"|January|February|March|April|May|June|July|August|September|October|November|December)\b)"
)
"""What goes on after a.m. and p.m. although it has a capital."""

_GOES_ON = {
    "en": re.compile(
        r"\s*(?:[A-Z][\w.'’-]*\s+){1,4}?(?:said|says|asked|asks|replied|cried|wrote|writes|told|tweeted|added|explained|"
        r"exclaimed|shouted|answered|demanded|wondered|whispered|inquired|continued|muttered|joked|quipped)\b"
    ),
    "ko": re.compile(r"\s*(?:이?라[고며는]|고|며|면서|는|라는)\s"),
}
"""What carries a sentence on after a quotation that ends in a terminator of its own."""


def ends(text: str, code: str) -> list[int]:
    """Offsets at which the sentences of a paragraph end, in order; the last one is the paragraph's length.

    `code` is an ISO 639-1 code; one that sentencex does not know is treated by its general rules.
    Time is linear in the length of the text.
    """
    marks = brackets.match(text, LONGEST_QUOTE)
    text = _NOT_PLAIN.sub(" ", text)
    uncased = text.islower()  # chat and lyrics: a small letter says nothing
    found: list[int] = []
    start = 0
    for stop in sorted({*_proposed(text, code), *_overlooked(text, code, uncased)}):
        at = _tail(text, stop, marks)
        if at > start and not marks.inside[at] and _is_end(text, start, stop, at, marks, code, uncased):
            found.append(at)
            start = at
    if not found or found[-1] < len(text):
        found.append(len(text))
    return found


def _proposed(text: str, code: str) -> Iterator[int]:
    """Sentence ends as sentencex has them, directly after the terminator."""
    start = 0
    while start < len(text):
        stop = start + _WINDOW
        seen = thin(text[start:stop], _UNSEEN)
        last = start
        pieces = sentencex.get_sentence_boundaries(code, seen.text)
        for piece in pieces[:-1]:
            words = seen.text[piece["start_index"] : piece["end_index"]].rstrip(" '’")
            if words:
                last = start + seen.origin(piece["start_index"] + len(words) - 1) + 1
                yield last
        start = last if last > start and stop < len(text) else stop


def _overlooked(text: str, code: str, uncased: bool) -> Iterator[int]:
    """Ends of runs of terminators that sentencex may pass over, though a sentence seems to follow."""
    for site in _SITE.finditer(text):
        following = _NEXT.match(text, site.end())
        if (
            uncased
            or site[0] != "."
            or (following and abbreviations.opens(code, following[1]) and not following[2])
            or (following and (following[1].isdigit() or re.search("[-–—]", following[0])))
            or abbreviations.ordinary(code, _last_word(text, site.start()))
        ):
            yield site.end()


def _tail(text: str, at: int, marks: Brackets) -> int:
    """The end of the closing marks and references that follow a terminator and belong to it."""
    while at < len(text):
        after = at + 1 if text[at] == " " else at  # French puts a space before its closing mark
        if after in marks.opener:
            at = after + 1
        elif text[at] in _CLOSING and at not in marks.closer and text[at + 1 : at + 2] in ("", " "):
            at += 1
        elif more := _CITATION.match(text, at) or (after not in marks.closer and _DEBRIS.match(text, at)):
            at = more.end()
        else:
            break
    return at


def _is_end(text: str, start: int, stop: int, at: int, marks: Brackets, code: str, uncased: bool) -> bool:
    """Whether the sentence that begins at `start` ends with the terminator before `stop` and its tail up to `at`."""
    if not _STOP.match(text[stop - 1]):
        return text[stop - 1] != "၊"  # a terminator of another script; this one is Burmese and parts clauses
    if at < len(text) and text[at] != " " and not _is_glued(text, stop, at):
        return False
    following = _NEXT.match(text, at)
    if following is None:
        return True
    word = following[1]
    if word[0].islower() and word.islower() and not uncased:
        return False
    if code in _GOES_ON and _closes_quotation(text, stop, at, marks) and _GOES_ON[code].match(text, at):
        return abbreviations.opens(code, word) and word != "I"
    if text[stop - 1] != "." or text[stop - 2 : stop - 1] == ".":
        return not text[max(0, stop - 6) : stop].endswith("Yahoo!")
    return _full_stop_ends(text, start, stop - 1, following, code)


def _closes_quotation(text: str, stop: int, at: int, marks: Brackets) -> bool:
    """Whether a quotation ends between a terminator and the end of its tail."""
    opener = marks.opener.get(at - 1)
    return text[opener] in QUOTES if opener is not None else at > stop and text[at - 1] in '"”’»'


def _is_glued(text: str, stop: int, at: int) -> bool:
    """Whether two sentences meet without a space, as in `the end.Next`: words on both sides, and no file name."""
    begin = max(0, stop - 40)
    for glued in _GLUED.finditer(text, begin, at + 40):
        if glued.end(1) + 1 == stop:
            word = glued[2]
            return glued[1][-1].islower() and word[0].isupper() and word[1:].islower() and word not in _DOMAINS
    return False


def _last_word(text: str, dot: int) -> str:
    """The word before a full stop, with the full stops inside it."""
    word = _LAST.search(text, max(0, dot - 40), dot)
    return word[0] if word else ""


def _full_stop_ends(text: str, start: int, dot: int, following: re.Match[str], code: str) -> bool:
    """Whether the full stop at `dot` is more than part of an abbreviation, an initial or a number."""
    word = _last_word(text, dot)
    after = following[1]
    opened = abbreviations.opens(code, after) and not following[2]
    head = dot - start < 12 and text[start:dot].strip() == word
    if head and ((word.isdigit() and len(word) <= 3) or re.fullmatch(r"[IVXLC]{1,5}|[A-Za-z]", word)):
        return False  # 1. or IV. at the head of an item
    if word.isdigit():
        return opened or code not in abbreviations.ORDINALS or len(word) > 3
    if code == "th" and re.match("[\u0e00-\u0e7f]", word[-1:]):
        return False  # Thai has full stops in abbreviations only
    if abbreviations.never(code, word):
        return False
    if abbreviations.numbered(code, word):
        return not after[0].isdigit()
    if code == "en" and word.lower() in ("a.m", "p.m"):
        return not _TIMES.match(text, dot + 1)
    if len(word) == 1 and (word.lower() != word.upper() or "\u0590" < word < "\u0700"):
        return opened or (word == "I" and text[max(0, dot - 3) : dot - 1].strip().islower())
    return opened or not abbreviations.rarely(code, word)
