"""Numbers in languages that put spaces between words: digits and number words, alone and together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from align.judge.digits import DIGITS, SPACED, Mention, readings, values, years
from align.judge.lexicon import Word, lexicon

FIRM_WORD = 3
"""From this value on a number in words is expected in a translation: one and two may well be `a` and `both`."""

_TOKEN = re.compile(
    rf"(?P<spaced>{SPACED})|(?P<digits>{DIGITS})(?P<unit>(?:[kKmMBT]|bn|tn|mn|mln|mrd)\b)?"
    r"|(?P<word>quatre-vingts?\b|[^\W\d_]+(?:['’][^\W\d_]+)*)"
)
_UNITS = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12, "bn": 1e9, "tn": 1e12, "mn": 1e6, "mln": 1e6, "mrd": 1e9}
_UNSPACED = ("en", "ar", "he", "hi")
"""Languages that do not part thousands by spaces."""
_GAP = re.compile(r"[\s-]*")
"""What may stand between the words of one number."""
_RANGE = re.compile(r"\s*(?:[-–—~/,]|\b(?:to|and|or|und|bis|oder|à|et|ou|y|a|o|e|en|of|do|до|и)\b)\s*[$€£¥]?\s*")
"""What stands between the ends of a range, whose second end alone may have the word million."""
_AFTERNOON = re.compile(
    r"\s*(?:[:.]\s?\d\d)?\s*(?:p\.?\s?m\b|uhr (?:nach)?mittags|uhr abends|de la tarde|de la noche)", re.I
)
_CLOCK = re.compile(r"\s*(?:[ap]\.?\s?m\b|uhr|h\b)", re.I)
_TIME = re.compile(r"\d{1,2}\.\d{2}")
_DECADE = re.compile(r"(?:['’]?s|er)\b")
_YEAR_BEFORE = re.compile(r"\d{4}[-–/]$")
_ALSO_A_WORD = frozenset("May March Mai Mars mars mai marzo Marzo mayo Mayo".split())
"""Months only beside a number: otherwise a verb, a planet, a name."""
_ORDINAL_MARKS = " .,ºª°stndrhe"
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class _Token:
    """A word that has to do with numbers, or digits with their readings."""

    text: str
    start: int
    end: int
    word: Word
    readings: tuple[frozenset[float], ...] = ()

    @property
    def kind(self) -> str:
        return self.word.kind

    @property
    def is_half(self) -> bool:
        return self.kind == "fixed" and self.word.value == _HALF

    @property
    def is_part(self) -> bool:
        """Half, or one and a half."""
        return self.kind == "fixed" and self.word.value in (_HALF, 1 + _HALF)

    def mention(self, reading: frozenset[float], firm: bool) -> Mention:
        return Mention(self.text, self.start, self.end, reading, firm)


@dataclass(slots=True)
class _Sum:
    """A number as it is read: the groups that a scale has closed, the open one, and that scale.

    `counted`: something says how many, so that it is more than a bare `million`.
    """

    closed: float = 0.0
    group: float | None = None
    scale: float = float("inf")
    in_digits: bool = False
    counted: bool = False

    @property
    def total(self) -> float:
        return self.closed + (self.group or 0.0)

    def take(self, token: _Token, before: str | None) -> bool:
        """Go on with a token after one of kind `before`, None for none; False where that begins another number."""
        value = token.word.value
        if token.kind == "digits":
            if before not in (None, "scale") or len(token.readings) > 1:
                return False
            self.group, self.in_digits, self.counted = value, True, True
        elif token.kind == "unit":
            if before == "digits" or (self.in_digits and self.group is None):
                return False
            if self.group is not None and not _adds(self.group, value, before):
                return False
            self.group, self.counted = (self.group or 0.0) + value, True
        elif token.kind == "hundred":
            if self.group is not None and self.group >= 100:
                return False
            self.group = (1.0 if self.group is None else self.group) * value
        elif token.kind == "scale":
            if value > self.scale:  # mil millones
                self.closed = self.total * value
            else:
                self.closed += (1.0 if self.group is None else self.group) * value
            self.group, self.scale = None, value
        else:
            return False
        return True

    def add_half(self) -> None:
        """Two and a half; two millions and a half."""
        if self.group is None:
            self.closed += _HALF * self.scale
        else:
            self.group += _HALF


def in_words(text: str, language: str) -> list[Mention]:
    """Every number, month and weekday of a text, in order."""
    tokens = list(_tokens(text, language))
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind in ("month", "weekday"):
            found.append(_named(tokens, at, text))
            at += 1
        elif len(token.readings) > 1:
            found += [token.mention(reading, firm=reading != {0.0}) for reading in token.readings]
            at += 1
        else:
            mention, at = _number(tokens, at, text)
            if mention is not None:
                _widen_range(found, mention, text)
                found.append(mention)
    return found


def _tokens(text: str, language: str) -> Iterator[_Token]:
    words = lexicon(language)
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match["word"]:
            for word in words.find(match["word"]):
                yield _Token(match[0], start, end, word)
        elif match["spaced"] and language in _UNSPACED:
            for part in re.finditer(r"\d+", match[0]):
                yield _digits(part[0], start + part.start(), "", text, language)
        else:
            yield _digits(match["spaced"] or match["digits"], start, match["unit"] or "", text, language)


def _digits(digits: str, start: int, unit: str, text: str, language: str) -> _Token:
    """Digits with what their surroundings make of them: 5k, 5 p.m., '05, 2004-05, 1990s."""
    end = start + len(digits) + len(unit)
    if _TIME.fullmatch(digits) and _CLOCK.match(text, end):
        first, *rest = _time(digits, late=_AFTERNOON.match(text, end) is not None)
    else:
        first, *rest = readings(digits, language)
    lowest = min(first)
    if unit:
        first |= values(*(value * _UNITS[unit.lower()] for value in first))
    if digits.isdigit() and len(digits) <= 4:
        first |= values(*_other_readings(int(digits), start, end, text))
    return _Token(text[start:end], start, end, Word("digits", (lowest,)), (first, *rest))


def _time(digits: str, late: bool) -> tuple[frozenset[float], ...]:
    """5.30 on a clock: five and thirty, or as others write it, 17.30."""
    hour, minute, both = (*map(int, digits.split(".")), float(digits))
    noon = 12 if late and hour < 12 else 0
    return values(hour, hour + noon, both, both + noon), values(minute, both, both + noon)


def _other_readings(value: int, start: int, end: int, text: str) -> tuple[float, ...]:
    before = text[max(0, start - 5) : start]
    if value < 100 and (_DECADE.match(text, end) or _YEAR_BEFORE.search(before)):
        return years(value)
    if 10 <= value < 100 and (before[-1:] in ("'", "’") or before[-1:].isalpha()):
        return years(value)
    if value >= 1000 and _DECADE.match(text, end):
        return (value % 100,)
    if value <= 12 and _AFTERNOON.match(text, end):
        return (value + 12, *((0, 24) if value == 12 else ()))
    return ()


def _named(tokens: Sequence[_Token], at: int, text: str) -> Mention:
    """A month or a weekday; never firm, for many translations leave them out."""
    token = tokens[at]
    beside = [tokens[other] for other in (at - 1, at + 1) if 0 <= other < len(tokens)]
    kind = token.kind
    if token.text in _ALSO_A_WORD and not any(other.readings and _is_beside(token, other, text) for other in beside):
        kind = "number"
    return Mention(token.text, token.start, token.end, values(*token.word.values), False, kind)


def _is_beside(one: _Token, other: _Token, text: str) -> bool:
    first, second = sorted((one, other), key=lambda token: token.start)
    return len(text[first.end : second.start].strip(_ORDINAL_MARKS)) <= 3


def _number(tokens: Sequence[_Token], first: int, text: str) -> tuple[Mention | None, int]:
    """The number that begins at a token, None where it is but an `and`; and the token after it."""
    number, at = _Sum(), first
    bare: frozenset[float] = frozenset()
    if tokens[first].is_part and _scales(tokens, first, text):  # half a million, anderthalb Millionen
        number.group, number.counted = tokens[first].word.value, True
        at = _past_joins(tokens, first + 1)
    while at < len(tokens) and (at == first or _continues(tokens[at - 1], tokens[at], text)):
        token = tokens[at]
        if token.kind == "join" and at > first:
            after = _past_joins(tokens, at)
            if not all(_continues(tokens[i], tokens[i + 1], text) for i in range(at, min(after, len(tokens) - 1))):
                break
            if after < len(tokens) and tokens[after].is_half:
                number.add_half()
            elif after == len(tokens) or not _adds_after(number, tokens[at - 1], tokens[after]):
                break
            else:
                number.take(tokens[after], "join")
            at = after + 1
            continue
        if token.kind == "digits" and at > first and not _is_scaled(tokens, at, text):
            break  # of `2 million 300 thousand` the number goes on, of `2 million, 300 of them` not
        if not number.take(token, tokens[at - 1].kind if at > first else None):
            break
        if token.kind == "scale" and at == first + 1 and number.in_digits:
            bare = tokens[first].readings[0]
        at += 1
    if at == first:
        return _single(tokens[first]), first + 1
    return _closed(tokens, first, at, number, bare, text)


def _single(token: _Token) -> Mention | None:
    """A word that is no cardinal: an ordinal, which may be a fraction too, a dozen, a half."""
    if token.kind == "join":
        return None
    found = values(*token.word.values)
    if token.kind == "ordinal" and token.word.value > 2:
        found |= values(1 / token.word.value)
    return token.mention(found, firm=False)


def _closed(
    tokens: Sequence[_Token], first: int, at: int, number: _Sum, bare: frozenset[float], text: str
) -> tuple[Mention, int]:
    """The number that the tokens before `at` make, with the dozen or the ordinal that ends it."""
    total = number.total
    firm = number.counted and tokens[first].text != "00" and (number.in_digits or total >= FIRM_WORD)
    if at == first + 1 and tokens[first].readings:
        found = tokens[first].readings[0]
    elif bare:
        found = values(total, *(value * number.scale for value in bare if at == first + 2))
    else:
        found = values(total)
    if at < len(tokens) and _continues(tokens[at - 1], tokens[at], text):
        value = tokens[at].word.value
        if tokens[at].kind == "times":
            found, at = values(total, total * value), at + 1
            firm = number.counted and total * value >= FIRM_WORD
        elif tokens[at].kind == "ordinal":
            found, firm, at = values(total + value, total / value, total, value), False, at + 1
    start, end = tokens[first].start, tokens[at - 1].end
    return Mention(text[start:end], start, end, found, firm, bare=bare), at


def _continues(before: _Token, token: _Token, text: str) -> bool:
    return before.start == token.start or _GAP.fullmatch(text, before.end, token.start) is not None


def _adds(group: float, value: float, before: str | None) -> bool:
    """Whether a cardinal goes on with this word: hundred + one, twenty + one, soixante + dix, ein(und)zwanzig."""
    if group >= 100:
        return group % 100 == 0 and value < 100
    if before == "join" and group < 10:
        return value >= 20 and value % 10 == 0
    return group % 10 == 0 and ((group >= 20 and value < 10) or (group in (60, 80) and value < 20))


def _adds_after(number: _Sum, before: _Token, after: _Token) -> bool:
    """Whether a number goes on after an `and`: not in `twenty and three hundred`, nor after digits."""
    if after.kind != "unit" or before.readings:
        return False
    if number.group is None:
        return not number.in_digits
    return _adds(number.group, after.word.value, "join")


def _past_joins(tokens: Sequence[_Token], at: int) -> int:
    while at < len(tokens) and tokens[at].kind == "join":
        at += 1
    return at


def _is_scaled(tokens: Sequence[_Token], at: int, text: str) -> bool:
    """Whether a scale follows digits."""
    return at + 1 < len(tokens) and tokens[at + 1].kind == "scale" and _continues(tokens[at], tokens[at + 1], text)


def _scales(tokens: Sequence[_Token], at: int, text: str) -> bool:
    """Whether a half is one of a million or of a dozen."""
    after = _past_joins(tokens, at + 1)
    return (
        after < len(tokens)
        and tokens[after].kind in ("scale", "times")
        and all(_continues(tokens[i], tokens[i + 1], text) for i in range(at, after))
    )


def _widen_range(found: list[Mention], mention: Mention, text: str) -> None:
    """`5 to 6 million`: let the five be five million too."""
    before = found[-1] if found else None
    if before is None or not mention.bare or not re.fullmatch(DIGITS, before.text):
        return
    if _RANGE.fullmatch(text, before.end, mention.start):
        factor = max(mention.values) / max(mention.bare)
        found[-1] = replace(before, values=before.values | values(*(value * factor for value in before.values)))
