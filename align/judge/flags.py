"""The flags a row may carry: the rule of each, its threshold, and an example. `docs/flags.md` is this table to read."""

from __future__ import annotations

from dataclasses import dataclass

from align.judge import characters, copies, language, lengths, names, words

LOW_CONFIDENCE = 0.5
"""A row of less is more likely wrong than right."""


@dataclass(frozen=True, slots=True)
class Flag:
    """When a flag is set; the number in that rule, empty where there is none; a pair that has the flag."""

    rule: str
    threshold: str
    example: tuple[str, str]


LOW_SCORE = 0.5
"""A pair that bicleaner-ai scores lower is no translation; its authors recommend .5 to .7."""

FROM_ELSEWHERE = ("bicleaner", "boilerplate", "moved")
"""Flags that `judge` neither sets nor takes away."""

FLAGS: dict[str, Flag] = {
    "artefact": Flag(
        "A side shows what machines leave behind: a full stop by itself, doubled punctuation, tags, entities, marks of "
        "a tokeniser, characters decoded wrongly, a phrase over and over.",
        "3 times the same phrase in a row",
        ("They are ready.", "準備ができています。 。"),
    ),
    "bicleaner": Flag(
        "The program bicleaner-ai takes the pair for no translation. Set by `align filter --bicleaner MODEL`.",
        f"score below {LOW_SCORE:g}",
        ("He paused.", "雨だった。"),
    ),
    "boilerplate": Flag(
        "A side without counterpart is a menu, a share bar, a credit or a notice, and no part of the text, or a line "
        "that the corpus repeats, which `align batch` finds and `--boilerplate-lines` gives. Set while aligning.",
        "",
        ("", "共有する Twitter Facebook"),
    ),
    "copy": Flag(
        "Both sides are the same text, or nearly, and more than names and numbers.",
        f"{copies.COPY_OVERLAP:.0%} of the letter sequences, {copies.COPY_WORDS} common words",
        ("the talks were short", "The talks were short"),
    ),
    "duplicate": Flag(
        "The same pair stands further up in the document; case, width and punctuation do not count.",
        "",
        ("Yes.", "はい。"),
    ),
    "language": Flag(
        "A side is in another language than its document: in another script, or, where the script is the same, in "
        "other words. Names and short texts are let pass.",
        f"{language.SENTENCE_WORDS} words, or {language.PHRASE_WORDS} where the commonest words tell",
        ("The talks were short.", "Die Gespräche waren kurz, und das war auch gut so."),
    ),
    "length": Flag(
        "One side is far longer, against the other, than is usual in the document; the shorter the pair, the wider "
        "the limit.",
        f"{lengths.DEVIATIONS:g} robust standard deviations of the log ratio",
        ("Yes.", "はい、その件につきましては後日あらためて担当の者からご連絡いたしますのでお待ちください。"),
    ),
    "low-confidence": Flag(
        "The row is more likely wrong than right.",
        f"confidence below {LOW_CONFIDENCE:g}",
        ("He paused.", "雨だった。"),
    ),
    "moved": Flag(
        "The sentences stand elsewhere in the translation: marked on the rows they are left over in, or, with "
        "--reorder, on the row that pairs them.",
        "",
        ("The clock runs again.", ""),
    ),
    "names": Flag(
        "A name of one side is missing on the other: a word in katakana that sounds like nothing there, a word in "
        "Latin letters that is not there, or, between languages in Latin letters, more than half of the names.",
        f"distance of the consonants above {names.ALIKE:g}",
        ("Putin flew to Hanoi.", "クリントン氏は帰国した。"),
    ),
    "non-text": Flag(
        "A side is mostly digits, signs or addresses.",
        f"letters are less than {language.NON_TEXT:.0%}",
        ("12:30 | 4-1", "12:30 | 4-1"),
    ),
    "numbers": Flag(
        "A number, a date or a weekday of one side is missing on the other, however it is written: 1,200 is 千二百, "
        "12億 is 1.2 billion, 令和6年 is 2024, 5割 is half. Numbers that were converted to another unit are flagged "
        "too.",
        f"numbers from {characters.FIRM_DIGITS} in Japanese and Chinese digits, from {words.FIRM_WORD} in words",
        ("It cost 1,200 yen.", "それは千三百円だった。"),
    ),
    "quotes": Flag(
        "A bracket or a double quotation mark of one side lacks its partner, and on the other side none does.",
        "",
        ("“Go,” he said.", "「行け、と彼は言った。"),
    ),
    "torn": Flag(
        "One side begins or ends in mid-sentence and the other does not, or white space stands between Japanese words, "
        "as where a link was taken out.",
        "",
        ("He is to go there next.", "次に行く予定だ。 北朝鮮"),
    ),
}
"""Every flag by name, in order."""
