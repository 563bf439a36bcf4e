"""Typeset pages: lines with their places on the page become paragraphs.

Dropped are running heads and page numbers, the readings of ruby and the raised marks of footnotes; footnotes
themselves follow the text. Lines are joined as in `align.read.paragraphs`: a line break inside a paragraph stands where
the next word would not have fitted. Words that were hyphenated at the end of a line are made whole, unless the document
writes them with a hyphen elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from statistics import median

from align.read.blocks import Block
from align.read.paragraphs import line_kind
from align.records import ParagraphKind

_EDGE = 3  # lines from the top and the bottom of a page that may be running heads
_RECURS = 3  # pages on which one must recur
_RUBY = 0.65  # size of readings, at most, to that of the text
_RAISED = 0.8  # size of footnote marks, at most, to that of their line
_NOTE = 0.92  # size of footnotes, at most, to that of the text
_HEADING = 1.15  # size of headings, at least
_NEAR = 60  # lines before and after one that may show the edges of its column
_CJK = re.compile("[\u2e80-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff9f]")
_KANA = re.compile("[\u3041-\u30ff\u30fb\u30fc\\s]+")
_MARK = re.compile(r"[\d*†‡§¶※,\s]+|[\d\s]+[)）]")
_UNIT = re.compile(r"(?:^|[\s\d])[kcmdn]?m$")
_SENTENCE_END = re.compile(r"""[.!?…。．！？｡:：]["'”’»」』）)\]]*$""")
_WORD = re.compile(r"\w+(?:-\w+)*")
_FIRST_NUMBER, _LAST_NUMBER = re.compile(r"^\d{1,4}(?=\s)"), re.compile(r"(?<=\s)\d{1,4}$")
_ROMAN = re.compile(r"(?i:[ivxlc]+)")


@dataclass(frozen=True, slots=True)
class Ink:
    """Where a character stands: its edges, its baseline and its size, in points, from the page's lower left."""

    left: float
    right: float
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character of a line, and its ink; a space that only a gap makes has none."""

    char: str
    ink: Ink | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and its place: the edges, the baseline and the size, in points, from the page's lower left.

    `word` is the width of its first word. `is_hyphenated` says that a hyphen, which is not in the text, ended it.
    A vertical line has its place on a page that was turned.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    word: float
    page: int
    is_hyphenated: bool = False
    is_vertical: bool = False

    @property
    def ends_sentence(self) -> bool:
        return _SENTENCE_END.search(self.text) is not None


@dataclass(frozen=True, slots=True)
class _Column:
    """The lines among which a line stands: the edges they share, and the usual distance between them."""

    left: float
    right: float
    leading: float


def line_of(glyphs: Sequence[Glyph], page: int, *, is_hyphenated: bool) -> Line | None:
    """The line that glyphs make, without ruby and footnote marks in it; None where there is nothing to see."""
    inked = [glyph.ink for glyph in glyphs if glyph.ink and not glyph.char.isspace()]
    if not inked:
        return None
    if is_vertical := _is_vertical(inked):
        glyphs = [replace(glyph, ink=_turned(glyph.ink)) for glyph in glyphs]
        inked = [_turned(ink) for ink in inked]
    size = _common([ink.size for ink in inked])
    base = _common([ink.base for ink in inked if ink.size > _RAISED * size])
    kept: list[Glyph] = []
    for run, is_small in _runs(glyphs, size):
        if not (is_small and _is_note(run, kept, base, size)):
            kept += run
    text = " ".join("".join(glyph.char for glyph in kept).split())
    inked = [glyph.ink for glyph in kept if glyph.ink and not glyph.char.isspace()]
    if not text or not inked:
        return None
    left = min(ink.left for ink in inked)
    return Line(
        text=text,
        left=left,
        right=max(ink.right for ink in inked),
        base=base,
        size=size,
        word=max(ink.right for ink in inked[: len(text.split(" ", 1)[0])]) - left,
        page=page,
        is_hyphenated=is_hyphenated,
        is_vertical=is_vertical,
    )


def _is_vertical(inked: Sequence[Ink]) -> bool:
    """Whether characters stand one below the other."""
    height = inked[0].base - inked[-1].base
    return len(inked) > 1 and height > abs(inked[0].left - inked[-1].left) + inked[0].size / 2


def _turned(ink: Ink | None) -> Ink | None:
    """Ink of a vertical line, on a page turned so that the line runs from left to right."""
    return ink and Ink(-ink.base, ink.size - ink.base, (ink.left + ink.right) / 2, ink.size)


def unwrapped(pages: Sequence[Sequence[Line]]) -> Iterator[Block]:
    """The paragraphs on `pages`, footnotes last; a paragraph that crosses pages comes in a block for each."""
    body = _body_size([line for page in pages for line in page])
    words = {word for page in pages for line in page for word in _WORD.findall(line.text.lower())}
    texts: list[tuple[Line, _Column]] = []
    notes: list[tuple[Line, _Column]] = []
    running = _running(pages)
    for page in pages:
        lines = [line for line in page if line not in running and not _is_ruby(line, body)]
        if sum(line.is_vertical for line in lines) * 2 > len(lines):  # columns follow one another from the right
            lines.sort(key=lambda line: (not line.is_vertical, -line.base if line.is_vertical else 0.0))
        placed = [(line, _column(line, lines[max(0, at - _NEAR) : at + _NEAR])) for at, line in enumerate(lines)]
        end = len(placed)
        while end and placed[end - 1][0].size < _NOTE * body and line_kind(placed[end - 1][0].text) != "heading":
            end -= 1
        end = end if end else len(placed)  # a page in small type throughout
        texts += placed[:end]
        notes += placed[end:]
    for found in (texts, notes):
        yield from _paragraphs(found, body, words)


def _body_size(lines: Sequence[Line]) -> float:
    """The size that half of all characters reach."""
    ranked = sorted(lines, key=lambda line: line.size)
    total = sum(len(line.text) for line in ranked)
    reached = accumulate(len(line.text) for line in ranked)
    return next((line.size for line, count in zip(ranked, reached, strict=True) if count * 2 >= total), 0.0)


def _runs(glyphs: Sequence[Glyph], size: float) -> Iterator[tuple[list[Glyph], bool]]:
    """The glyphs parted where they turn small, and large again; those without ink go with what is before them."""
    run: list[Glyph] = []
    was_small = False
    for glyph in glyphs:
        is_small = was_small if glyph.ink is None else glyph.ink.size <= _RAISED * size
        if run and is_small != was_small:
            yield run, was_small
            run = []
        run.append(glyph)
        was_small = is_small
    yield run, was_small


def _is_note(run: Sequence[Glyph], before: Sequence[Glyph], base: float, size: float) -> bool:
    """Whether small characters in a line are the mark of a footnote, raised after a word, or the reading of ruby."""
    said = "".join(glyph.char for glyph in run)
    inked = [glyph.ink for glyph in run if glyph.ink]
    if _KANA.fullmatch(said):
        return all(ink.size <= _RUBY * size for ink in inked)
    word = "".join(glyph.char for glyph in before[-6:]).rstrip()
    is_raised = min(ink.base for ink in inked) > base + 0.1 * size
    if not is_raised or not word or word[-1].isdigit() or not _MARK.fullmatch(said):
        return False
    return not (said.strip() in ("2", "3") and _UNIT.search(word))


def _is_ruby(line: Line, body: float) -> bool:
    return line.size <= _RUBY * body and _KANA.fullmatch(line.text) is not None


def _running(pages: Sequence[Sequence[Line]]) -> set[Line]:
    """Running heads and page numbers: lines at the edge of a page that recur, but for their digits, on others.

    Below an outermost line only those count that stand apart from the text.
    """
    edges = [(rows, is_top) for page in pages if len(rows := _rows(page)) > 1 for is_top in (True, False)]
    known: dict[tuple[str, bool], list[Line]] = defaultdict(list)
    for rows, is_top in edges:
        for row in rows[:_EDGE] if is_top else rows[-_EDGE:]:
            for line in row:
                for key in _keys(line):
                    known[key, is_top].append(line)
    recurring: set[Line] = set()
    for (key, is_top), lines in known.items():
        height = median(line.base for line in lines)
        level = [line for line in lines if abs(line.base - height) <= line.size]
        if len({line.page for line in level}) >= min(_RECURS, max(2, len(pages))):
            recurring.update(level)
        elif key == "#" and len(pages) == 1 and not is_top:
            recurring.update(lines)
    found: set[Line] = set()
    for rows, is_top in edges:
        found.update(_outermost(rows if is_top else rows[::-1], recurring))
    return found


def _rows(page: Sequence[Line]) -> list[list[Line]]:
    """The lines of a page by their height, the highest first."""
    rows: dict[int, list[Line]] = defaultdict(list)
    for line in page:
        rows[round(line.base)].append(line)
    return [rows[base] for base in sorted(rows, reverse=True)]


def _outermost(rows: Sequence[Sequence[Line]], recurring: set[Line]) -> Iterator[Line]:
    """The recurring lines of a page, from its edge inwards up to the text."""
    heights = [row[0].base for row in rows]
    leading = _common([abs(one - other) for one, other in pairwise(heights)])
    for depth, row in enumerate(rows[:_EDGE]):
        apart = depth + 1 == len(rows) or abs(heights[depth] - heights[depth + 1]) > 1.25 * leading
        if depth == 0 or apart:
            yield from (line for line in row if line in recurring)
        if not all(line in recurring for line in row):
            return


def _keys(line: Line) -> Iterator[str]:
    """What recurs of a running head on other pages: all but its digits, or the number of the page as such."""
    bare = line.text.strip("-–—•·[]()| \u3000")
    if _ROMAN.fullmatch(bare) or bare.isdecimal():
        yield "#"
        return
    yield re.sub(r"\d+", "#", line.text)
    for number in {*_FIRST_NUMBER.findall(bare), *_LAST_NUMBER.findall(bare)}:
        yield f"{int(number) - line.page:+}"  # a head that names the chapter changes; the count goes on


def _column(line: Line, lines: Sequence[Line]) -> _Column:
    """What the lines of its size, above and below it, have in common with a line."""
    beside = [
        other
        for other in lines
        if abs(other.size - line.size) <= 0.1 * line.size
        and min(other.right, line.right) - max(other.left, line.left)
        > 0.5 * min(other.right - other.left, line.right - line.left)
    ]
    gaps = [above.base - below.base for above, below in pairwise(beside) if 0 < above.base - below.base < 3 * line.size]
    lefts = Counter(round(other.left / line.size * 2) for other in beside)
    most = max(lefts.values())
    left = min(key for key, count in lefts.items() if count * 2 >= most) * line.size / 2
    return _Column(left, max(other.right for other in beside), _common(gaps) if gaps else 1.5 * line.size)


def _paragraphs(lines: Sequence[tuple[Line, _Column]], body: float, words: set[str]) -> Iterator[Block]:
    """Blocks of lines that go on with one another, one for each page they stand on."""
    text, glue, start, kind = "", None, None, "text"
    before: tuple[Line, _Column] | None = None
    for line, column in lines:
        goes_on = before is not None and _goes_on(*before, line, column)
        if goes_on:
            text, joint = _joined(text, before[0], line, words)
        if before is not None and (not goes_on or line.page != before[0].page):
            yield Block(text, kind, f"page {start.page}", glue)
            text, glue, start = "", joint if goes_on else None, line
        elif goes_on:
            text += joint
        if not goes_on:
            start, kind = line, _kind(line, body)
        text += line.text
        before = line, column
    if before is not None:
        yield Block(text, kind, f"page {start.page}", glue)


def _kind(line: Line, body: float) -> ParagraphKind:
    return "heading" if line.size >= _HEADING * body else line_kind(line.text)


def _goes_on(before: Line, above: _Column, line: Line, column: _Column) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    size = line.size
    if before.is_hyphenated:
        return True
    if abs(size - before.size) > 0.12 * max(size, before.size) or line_kind(line.text) != "text":
        return False
    is_below = line.page == before.page and before.base > line.base
    if before.base - line.base > 1.45 * above.leading if is_below else before.ends_sentence:
        return False
    is_hung = line_kind(before.text) == "item"  # the rest of an item stands under its text
    if not is_hung and line.left - column.left > 0.6 * size and (not is_below or line.left - before.left > 0.6 * size):
        return False
    room = above.right - before.right
    if _CJK.match(before.text[-1]) and _CJK.match(line.text):
        return room <= (1.8 if before.ends_sentence else 3.5) * size
    if not before.ends_sentence and line.text[0].islower():
        return True
    return room <= line.word + (0.4 if before.ends_sentence else 1.0) * size


def _joined(text: str, before: Line, line: Line, words: set[str]) -> tuple[str, str]:
    """The text so far, and what goes between it and the next line: a hyphen, a space or nothing."""
    if not before.is_hyphenated:
        return text, "" if _CJK.match(text[-1:]) and _CJK.match(line.text) else " "
    first, second = _WORD.findall(text.lower())[-1:], _WORD.findall(line.text.lower())[:1]
    if not first or not second or not line.text[0].islower():
        return text, "-"
    is_compound = f"{first[0]}-{second[0]}" in words and first[0] + second[0] not in words
    return text, "-" if is_compound else ""


def _common(values: Sequence[float]) -> float:
    """The value most frequent among measurements, to a tenth; the largest of several."""
    counts = Counter(round(value, 1) for value in values)
    return max(counts, key=lambda value: (counts[value], value))
