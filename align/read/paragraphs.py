"""Paragraphs of plain text: which line breaks end one, and which stand only where the line was full.

A hard-wrapped text breaks a line where the next word would not have fitted. So for every line that was wrapped the
width of the text lies between the line's own width and that width plus the next line's first word. The width most
lines agree on is the document's; where too few agree the document is not wrapped, and every line stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice, pairwise

from align.records import Paragraph, ParagraphKind

# Widths in columns; East Asian wide characters take two.
_NARROWEST, _WIDEST = 30, 132
_CONVINCING = 56  # where three breaks or fewer vote, the lines must be about as wide as mail and print are
_AGREEMENT = 0.7  # of the breaks inside a sentence; wrapped texts reach .9 and more, verse and lists about .3
_OPEN = 0.2  # breaks inside a sentence among all; files of one sentence a line stay below .1
_SAMPLE = 20_000  # breaks that vote

_BREAK = re.compile("[\n\v\f\x85\u2028\u2029]")
_WIDE = re.compile(
    "[ᄀ-ᅟ―‘-”…※○●◎□■△▲▽▼☆★→←↑↓⺀-〾ぁ-꓏가-힣豈-﫿︰-﹏！-｠￠-￦\U0001f300-\U0001faff\U00020000-\U0003fffd]"
)
_CJK = re.compile("[\u3000-ヿ一-鿿々！-｠]")
VISIBLE = re.compile(
    r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
    r"\u115f\u1160\u3164\uffa0\u2800]"  # fillers of hangul and braille: letters to every tool, and blank
)
_LETTER = re.compile(r"[^\W_]")
_FIRST_WORD = re.compile(r"[>|\s]*(\S+)")
_ENDS_SENTENCE = re.compile(r"""[.!?…。．！？｡:：;؟।۔]["'”“’‘»«」』）)\]]*$""")
_HEADING = re.compile(r" {0,3}#{1,6}[ \u3000]+\S")
_UNDERLINE = re.compile(r"={3,}$|-{3,}$")
_BULLET = re.compile(r"[-*+•‣◦▪–]\s+(?=\S*[^\W_])|[・●■◆○◇□▼▽]\s*(?=[^\W_])")
_NUMBER = re.compile(r"(?:\(?\d{1,3}[.)]\s+|[(（][0-9０-９]{1,2}[)）]\s*|[①-⑳]\s*)(?=\S)")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with something to see in it; `start` and `end` bound that in the document, `indent` is what is before it.

    `width` is in columns, the indent counted. `fresh` lines follow a blank one, or begin the document. `word` is
    the first word after any quotation marks of mail.
    """

    text: str
    start: int
    end: int
    indent: str
    width: int
    fresh: bool
    kind: ParagraphKind
    word: str

    @property
    def ends_sentence(self) -> bool:
        return _ENDS_SENTENCE.search(self.text) is not None

    @property
    def is_cjk(self) -> bool:
        return _CJK.match(self.text[-1]) is not None


def paragraphs(text: str, presplit: bool = False) -> tuple[Paragraph, ...]:
    """The paragraphs of `text`, in order and disjoint; together they hold all that is visible in it.

    With `presplit` each line with something in it is one, of kind "line"; two of them with more than one line
    break between them had a blank line there. Without it blank lines part paragraphs, and so do all other line
    breaks unless the text is hard-wrapped; headings (`# `) and list items begin a paragraph in any case.
    """
    if presplit:
        return tuple(
            Paragraph(start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip()), "line")
            for raw, start in _raw_lines(text.split("\n"))
            if VISIBLE.search(raw)
        )
    lines = list(_lines(text))
    width, lines = _measured(lines)
    found: list[Paragraph] = []
    for before, line in pairwise([None, *lines]):
        if before is not None and _continues(before, line, found[-1].kind, width):
            found[-1] = replace(found[-1], end=line.end)
            continue
        if before is not None and _is_underlined(before, line):
            found[-1] = replace(found[-1], kind="heading")
        found.append(Paragraph(line.start, line.end, line.kind))
    return tuple(found)


def _raw_lines(lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each line with the offset it starts at."""
    start = 0
    for raw in lines:
        yield raw, start
        start += len(raw) + 1


def _lines(text: str) -> Iterator[_Line]:
    fresh = True
    for raw, start in _raw_lines(_BREAK.split(text)):
        if VISIBLE.search(raw):
            shown = raw.strip()
            lead = len(raw) - len(raw.lstrip())
            word = _FIRST_WORD.match(shown)
            yield _Line(
                text=shown,
                start=start + lead,
                end=start + lead + len(shown),
                indent=raw[:lead],
                width=_columns(raw.rstrip()),
                fresh=fresh,
                kind=line_kind(shown, raw[:lead]),
                word=word[1] if word else shown,
            )
            fresh = False
        else:
            fresh = True


def line_kind(shown: str, indent: str = "") -> ParagraphKind:
    """What a line begins by its own mark: a heading (`# `), a list item, or a text."""
    if _HEADING.match(shown) and len(indent) < 4:
        return "heading"
    return "item" if _BULLET.match(shown) or _NUMBER.match(shown) else "text"


def _columns(line: str) -> int:
    if line.isascii() or len(line) > _WIDEST or not _CJK.search(line):
        return len(line)
    return len(line) + len(_WIDE.findall(line))


def _room(before: _Line, line: _Line) -> tuple[int, int]:
    """The widths, from and up to but not with, at which wrapping would break between two lines.

    Between Chinese or Japanese characters it breaks anywhere, but for punctuation that may not begin a line: it
    hangs over by one character, or takes one or two with it to the next line. Elsewhere a sixteenth is left for
    tools that even out their lines, and for wrapping by hand.
    """
    widest = max(before.width, line.width)
    if before.is_cjk and _CJK.match(line.word):
        return widest - 2, before.width + 7
    return widest, before.width + 1 + len(line.word) + before.width // 16


def _is_open(before: _Line, line: _Line) -> bool:
    """Whether the break between two lines may be a wrapped one at all."""
    return not (line.fresh or line.kind != "text" or before.kind == "heading" or _is_indented(before, line))


def _is_indented(before: _Line, line: _Line) -> bool:
    """Whether the line's indent begins a paragraph: one ideographic space, or more than the line before has."""
    return line.indent == "\u3000" or _columns(line.indent) > _columns(before.indent) + 1


def _measured(lines: list[_Line]) -> tuple[int | None, list[_Line]]:
    """The width the text was hard-wrapped at, None if it was not, and the lines with their widths so measured.

    Japanese and Chinese are wrapped at so many columns or at so many characters, digits and Latin letters alike.
    """
    width, agreement = _wrapped_at(lines)
    if agreement < 1 and any(line.is_cjk for line in lines[:100]):
        counted = [replace(line, width=2 * (len(line.indent) + len(line.text))) for line in lines]
        other, other_agreement = _wrapped_at(counted)
        if other_agreement > agreement:
            return other, counted
    return width, lines


def _wrapped_at(lines: Sequence[_Line]) -> tuple[int | None, float]:
    """The width the text was hard-wrapped at, None if it was not, and the share of breaks that agree on it."""
    breaks = list(islice(((b, n) for b, n in pairwise(lines) if _is_open(b, n)), _SAMPLE))
    inside = [(before, line) for before, line in breaks if not before.ends_sentence]
    if not inside or len(inside) < _OPEN * len(breaks) or not any(line.ends_sentence for line in lines):
        return None, 0.0
    votes = [0] * (_WIDEST + 2)
    for before, line in inside:
        low, high = _room(before, line)
        if _NARROWEST <= low < high and low <= _WIDEST:
            votes[low] += 1
            votes[min(high, _WIDEST + 1)] -= 1
    votes = list(accumulate(votes))
    width = max(range(len(votes)), key=votes.__getitem__)
    # Lines much shorter than that end something, whatever the width: a salutation, an address, a row of a table.
    inside = [(before, line) for before, line in inside if before.width * 5 >= width * 3]
    agreement = votes[width] / max(1, len(inside))
    if agreement < _AGREEMENT:
        return None, 0.0
    if sum(line.word[0].isupper() for _, line in inside) > 0.85 * len(inside):
        return None, 0.0  # verse, addresses and lists begin their lines with capitals
    if len(inside) <= 3 and (width < _CONVINCING or not all(_reads_on(*pair) for pair in inside)):
        return None, 0.0
    return width, agreement


def _reads_on(before: _Line, line: _Line) -> bool:
    """Whether a break looks inside a sentence by itself: small letters after it or, without case, an end further on."""
    return line.word[0].islower() or (before.is_cjk and (line.ends_sentence or line.width >= before.width - 6))


def _is_underlined(before: _Line, line: _Line) -> bool:
    """Whether `line` makes a heading of the one before it, as Markdown has it."""
    is_title = before.kind == "text" and not before.ends_sentence and _LETTER.search(before.text) is not None
    return is_title and not line.fresh and _UNDERLINE.match(line.text) is not None


def _continues(before: _Line, line: _Line, kind: ParagraphKind, width: int | None) -> bool:
    """Whether `line` belongs to the paragraph, of kind `kind`, that `before` is the last line of."""
    if line.fresh or not (_LETTER.search(before.text) and _LETTER.search(line.text)):
        return False
    if kind == "item" and line.kind == "text" and len(line.indent) > len(before.indent) and line.indent.isascii():
        return True
    if (
        kind == "item"
        and line.kind == "text"
        and line.indent
        and line.indent == before.indent
        and line.indent.isascii()
    ):
        return not _BULLET.match(before.text) and not _NUMBER.match(before.text)
    if width is None or line.width > width + 4 or before.width > width + 4:
        return False
    low, high = _room(before, line)
    is_full = before.width >= _NARROWEST and low <= width + 2 and width < high
    if line.kind == "item":  # a number or a dash can come to stand at the beginning of a wrapped line
        is_inside = is_full and kind == "text" and not before.ends_sentence
        return is_inside and re.match(r"[-–・(（\d]", line.text) is not None
    if not _is_open(before, line) and kind != "item":
        return False
    return is_full or (not before.ends_sentence and line.word[0].islower() and before.width * 2 >= width)
