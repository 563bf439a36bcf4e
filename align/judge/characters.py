"""Numbers in Japanese, Chinese and Korean: digits and numeral characters, mixed as in 3万5千 and 1億2,000万."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from align.judge.digits import DIGITS, Mention, readings, values, years

_ONES = {
    char: value
    for value, chars in enumerate(
        ("〇零○", "一壱壹", "二弐两兩贰", "三参叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for char in chars
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "백": 100, "천": 1000}
_MYRIADS = {"万": 1e4, "萬": 1e4, "만": 1e4, "億": 1e8, "亿": 1e8, "억": 1e8, "兆": 1e12, "조": 1e12, "京": 1e16}
_NUMERALS = "".join([*_ONES, *(char for char in _TENS if char < "가")]) + "万萬億亿兆"
_MULTIPLIERS = "".join([*_TENS, *_MYRIADS])
_KANJI_DECIMAL = re.compile(r"(?<![一二三四五六七八九〇])[一二三四五六七八九〇]++[・点點][一二三四五六七八九〇]+")
_POINT = re.compile(r"(?<=\d)[・点點](?=\d)(?!\d+ ?分)")
_TO_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
_NUMBER = re.compile(
    rf"(?:{DIGITS}(?: ?[{''.join(_MYRIADS)}]|[{''.join(_TENS)}])+(?: (?=\d+[{_MULTIPLIERS}]))?)+(?:{DIGITS})?"
    rf"|{DIGITS}|[{_NUMERALS}]+"
)
_PIECE = re.compile(rf"{DIGITS}|\S")
_PLAIN = re.compile(DIGITS)
_BEFORE = 4
"""Characters before a number that are looked at."""
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "民國": 1911, "民国": 1911}
_BEFORE_ERA = re.compile(rf"({'|'.join(_ERAS)})\s?$")
_FIRST_YEAR = re.compile(rf"({'|'.join(list(_ERAS)[:5])})元年")
_VAGUE_BEFORE = re.compile(r"(?:数|數|何|幾|几)\s?$")
_VAGUE_AFTER = re.compile(r"[数數幾几]")
_NO_NUMBER = re.compile(
    r"千葉|千代|千載|五十嵐|[億亿]万|八百[屋長万]|百貨|百科|万[がが]?一|十八番|七五三|三三五五|九十九里"
)
"""Words written with numerals that do not count."""
_MONTH = re.compile(r"\s?[月월](?![間额額給面例産収次曜票])")
_YEAR = re.compile(r"\s?年(?!間|来|前|後|生|目|以|连|连续)")
_DECADE = re.compile(r"\s?(?:年代|년대)")
_TENTHS = re.compile(r"\s?割(?![合り])(?:(\d|[一二三四五六七八九])分)?|成(?=[的以左多，。、])")
_FRACTION = re.compile(r"\s?(?:分の|分之|분의)\s?")
_CENTURY = re.compile(r"\s?世[纪紀]\s?")
_AFTERNOON = re.compile(r"(?:午後|夜|下午|晚上|傍晚|오후)\s?$")
_HOUR = re.compile(r"\s?[時时点點시](半)?")
_WEEKDAYS = {
    char: day
    for day, chars in enumerate(("月一월", "火二화", "水三수", "木四목", "金五금", "土六토", "日天일"), 1)
    for char in chars
}
_WEEKDAY = re.compile(
    r"([月火水木金土日])曜|(?:星期|礼拜|禮拜|周|週)([一二三四五六日天])|([월화수목금토일])요일|[(（]([月火水木金土日월화수목금토일])[)）]"
)
_FIXED = {
    "半": values(0.5, 50, 30, 2), "両": values(2), "双": values(2), "倍": values(2), "ダース": values(12),
    "正午": values(12), "深夜": values(0, 12, 24), "ひとり": values(1), "ひとつ": values(1), "ふたり": values(2),
    "ふたつ": values(2), "みっつ": values(3), "절반": values(0.5, 50), "両方": values(2), "四半期": values(0.25, 3, 4),
    "ゼロ": values(0), "ワン": values(1), "ツー": values(2), "スリー": values(3), "トリプル": values(3),
    "ダブル": values(2), "ハーフ": values(0.5), "世紀": values(100), "十数": values(10),
}  # fmt: skip
_FIXED_WORD = re.compile("|".join(sorted(_FIXED, key=len, reverse=True)))
FIRM_CHARACTERS = 13
"""From this value on a number in characters alone is expected in a translation."""
FIRM_DIGITS = 2
"""From this value on a number in digits is: 1つ may well be `a`."""


def in_characters(text: str) -> list[Mention]:
    """Every number, month and weekday of a text, in order of kind and place."""
    found = [
        Mention(match[0], *match.span(), values(_WEEKDAYS[match[match.lastindex or 0]]), False, "weekday")
        for match in _WEEKDAY.finditer(text)
    ]
    found += [Mention(match[0], *match.span(), _FIXED[match[0]], False) for match in _FIXED_WORD.finditer(text)]
    found += [
        Mention(match[0], *match.span(), values(_ERAS[match[1]] + 1), True) for match in _FIRST_YEAR.finditer(text)
    ]
    numbers = list(_numbers(text))
    at = 0
    while at < len(numbers):
        mention = numbers[at]
        if at + 1 < len(numbers) and _CENTURY.fullmatch(text, mention.end, numbers[at + 1].start):
            century, decade = mention, numbers[at + 1]
            year = (min(century.values) - 1) * 100 + min(decade.values)
            found.append(replace(decade, values=decade.values | values(year)))
            at += 2
            continue
        if at + 1 < len(numbers) and _FRACTION.fullmatch(text, mention.end, numbers[at + 1].start):
            found.append(_fraction(mention, numbers[at + 1], text))
            at += 2
            continue
        found.append(_in_context(mention, text))
        at += 1
    return found


def _numbers(text: str) -> Iterator[Mention]:
    """The numbers without their surroundings."""
    text = _POINT.sub(".", _KANJI_DECIMAL.sub(lambda match: match[0].translate(_TO_DIGITS), text))
    words = [match.span() for match in _NO_NUMBER.finditer(text)]
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if any(start < after and end > before for before, after in words):
            continue
        if _PLAIN.fullmatch(match[0]):
            for reading in readings(match[0], "ja"):
                firm = max(reading) >= FIRM_DIGITS and not _VAGUE_AFTER.match(text, end)
                yield Mention(match[0], start, end, reading, firm)
            continue
        value, in_digits = _value(match[0]), any(map(str.isdecimal, match[0]))
        listed = len(match[0]) < 3 and all(char in _ONES and char != "〇" for char in match[0])  # 二三: two or three
        vague = _VAGUE_BEFORE.search(text[max(0, start - _BEFORE) : start]) or _VAGUE_AFTER.match(text, end)
        firm = in_digits or (len(match[0]) > 1 and value >= FIRM_CHARACTERS and not listed)
        yield Mention(match[0], start, end, values(value), firm and not vague)


def _value(numeral: str) -> float:
    """The value of digits and characters in one number: groups of ten thousand, and 百 and 千 inside a group."""
    total = section = 0.0
    last: float | None = None
    myriad = float("inf")
    for piece in _PIECE.findall(numeral):
        if piece in _ONES:
            last = (last or 0.0) * 10 + _ONES[piece]
        elif piece in _TENS:
            section, last = section + (1.0 if last is None else last) * _TENS[piece], None
        elif piece in _MYRIADS:
            section += last or 0.0
            if _MYRIADS[piece] > myriad:  # 万亿
                total = (total + section) * _MYRIADS[piece]
            else:
                total += (section or 1.0) * _MYRIADS[piece]
            section, last, myriad = 0.0, None, _MYRIADS[piece]
        else:
            last = min(readings(piece, "ja")[-1])
    return total + section + (last or 0.0)


def _fraction(below: Mention, above: Mention, text: str) -> Mention:
    """三分の一, 百分之二十: the share, per cent where it is out of a hundred, and the number above the line."""
    denominator, numerator = min(below.values), min(above.values)
    found = values(numerator, denominator, *([numerator / denominator] if denominator else []))
    return Mention(text[below.start : above.end], below.start, above.end, found, below.firm or above.firm)


def _in_context(mention: Mention, text: str) -> Mention:
    """The mention with the values that its surroundings give it."""
    value = min(mention.values)
    before = text[max(0, mention.start - _BEFORE) : mention.start]
    in_digits = any(map(str.isdecimal, mention.text))
    if era := _BEFORE_ERA.search(before):
        return replace(mention, values=values(value, _ERAS[era[1]] + value), firm=True)
    if value <= 12 and _MONTH.match(text, mention.end):
        return replace(mention, kind="month", firm=in_digits)
    more: tuple[float, ...] = ()
    if _DECADE.match(text, mention.end):
        more = years(int(value)) if value < 100 else (value % 100,)
    elif _YEAR.match(text, mention.end) and value < 100 and len(mention.text) == 2:
        more = years(int(value))
    elif tenths := _TENTHS.match(text, mention.end):
        hundredths = tenths[1]
        more = (value * 10, value / 10)
        if hundredths:
            extra = _ONES[hundredths] if hundredths in _ONES else int(hundredths)
            more = (value * 10 + extra, (value * 10 + extra) / 100)
    elif value <= 24 and _HOUR.match(text, mention.end):
        more = (0, 12, 24) if value in (0, 12, 24) else ()
        if _AFTERNOON.search(before):
            more = (*more, value + 12)
    return replace(mention, values=mention.values | values(*more)) if more else mention
