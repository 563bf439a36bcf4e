"""Where sentences end in Thai and Lao, which mark few ends, and put spaces between clauses as well as sentences.

A space ends a sentence where the words beside it say so: polite particles stand last, connectives such as "however"
first. Of what is left, a stretch longer than any sentence is cut at spaces into about equal parts: an alignment joins
a few sentences, and could not take apart a paragraph that is one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil

from align.segment import brackets, spaced

LONGEST = 250
"""Characters that a sentence has at most, as far as spaces allow: about two of ordinary prose."""

_CLAUSE = 12
"""Characters on either side of a space, up to the next, that are hardly a name or a title and its name."""
_LETTER = "\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e45\u0e47-\u0e4e\u0e81-\u0eae\u0eb0-\u0ebd\u0ec0-\u0ec4\u0ec8-\u0ece"
"""Letters, vowels and tones of both scripts. A space may follow their marks of repetition and abbreviation anywhere."""
_LAST = "ครับ ครับผม ค่ะ นะคะ จ้ะ".split()
_FIRST = (
    "อย่างไรก็ตาม อย่างไรก็ดี นอกจากนี้ นอกจากนั้น ยิ่งไปกว่านั้น ดังนั้น เพราะฉะนั้น ด้วยเหตุนี้ ทั้งนี้ อนึ่ง ขณะเดียวกัน ในขณะเดียวกัน "
    "หลังจากนั้น ต่อจากนั้น ในที่สุด ในทางกลับกัน ในทางตรงกันข้าม ตัวอย่างเช่น โดยสรุป "
    "ແນວໃດກໍຕາມ ແນວໃດກໍ່ຕາມ ຢ່າງໃດກໍຕາມ ຢ່າງໃດກໍ່ຕາມ ນອກຈາກນີ້ ນອກຈາກນັ້ນ ດັ່ງນັ້ນ ສະນັ້ນ ເພາະສະນັ້ນ ຫຼັງຈາກນັ້ນ ໃນທີ່ສຸດ"
).split()
_END = re.compile(rf"(?:(?<={')|(?<='.join(_LAST)}))(?=\s)|(?<=\S)(?=\s+(?:แต่|และ|ແຕ່)?(?:{'|'.join(_FIRST)}))")
_SPACE = re.compile(rf"(?<=[{_LETTER}])(?=\s+[{_LETTER}])")


def ends(text: str, code: str) -> list[int]:
    """Offsets at which the sentences of a paragraph end, in order; the last one is the paragraph's length.

    `code` is `th` or `lo`. Brackets and quotations of at most `spaced.LONGEST_QUOTE` characters are kept whole. Time is
    linear in the length of the text, but for a logarithm.
    """
    inside = brackets.match(text, spaced.LONGEST_QUOTE).inside
    told = {end.start() for end in _END.finditer(text) if not inside[end.start()]}
    found = sorted(told.union(spaced.ends(text, code)))
    spaces = [at for at in _between_clauses(text) if not inside[at]]
    return sorted({*found, *(cut for start, end in pairwise([0, *found]) for cut in _cuts(start, end, spaces))})


def _between_clauses(text: str) -> Iterator[int]:
    """Where a space stands between two stretches of letters that are long enough for clauses."""
    spaces = [0, *(space.start() for space in re.finditer(r"(?<=\S)\s", text)), len(text)]
    for before, at, after in zip(spaces, spaces[1:], spaces[2:], strict=False):
        if min(at - before, after - at) > _CLAUSE and _SPACE.match(text, at):
            yield at


def _cuts(start: int, end: int, spaces: Sequence[int]) -> Iterator[int]:
    """The spaces nearest to where the text from `start` to `end` would be cut into equal parts of `LONGEST` or less."""
    near = spaces[bisect_left(spaces, start + 1) : bisect_left(spaces, end)]
    parts = ceil((end - start) / LONGEST)
    for part in range(1, parts if near else 1):
        wanted = start + part * (end - start) / parts
        at = bisect_left(near, wanted)
        yield min(near[max(0, at - 1) : at + 1], key=lambda space: abs(space - wanted))
