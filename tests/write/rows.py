"""Rows for the tests of formats: whole alignments, as an aligner leaves them, of any text."""

from __future__ import annotations

from hypothesis import strategies as st

from align.records import AlignedPair
from align.write import Metadata
from align.write.layout import line, xml_line
from align.write.sides import joined

LANGUAGES = ("en", "ja")
METADATA = Metadata(LANGUAGES, "taiyaku|v:0|enc:hand")

PAIR = AlignedPair(
    "news", 0, "1-2", (0,), (0, 1), 0.9876, 0.5123, ("length", "numbers"), "=A “quoted” <line> & more.",
    "一つ目だ。二つ目だ。", (10, 26), (30, 38),
)  # fmt: skip
NULL = AlignedPair("news", 1, "0-1", (), (2,), 0.5, 0.0, (), "", "広告", None, (38, 40))
LAST = AlignedPair("news", 2, "1-1", (1,), (3,), 0.25, -0.25, (), "- It ends.", "終わる。", (27, 37), (41, 45))
ROWS = [PAIR, NULL, LAST]

_AWKWARD = "=+-@'\"<>&;,.。!?！？「」–％%/\\~] \t\n\u3000\u00a0\u2028\x01\x1f\ufffe\ufeff"
_LETTERS = "aZé0９あ漢字かカ한Я😀"
texts = st.text(st.sampled_from(_AWKWARD + _LETTERS), min_size=1, max_size=12) | st.text(min_size=1, max_size=6)
sentences = texts.map(line).filter(bool)
shares = st.integers(0, 10_000).map(lambda count: count / 10_000)


@st.composite
def _documents(draw: st.DrawFn, name: str) -> list[AlignedPair]:
    sizes = st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(any)
    rows: list[AlignedPair] = []
    next_ids = [0, 0]
    for bead, size in enumerate(draw(st.lists(sizes, min_size=1, max_size=4))):
        sides = []
        for at, (count, code) in enumerate(zip(size, LANGUAGES, strict=True)):
            ids = tuple(range(next_ids[at], next_ids[at] + count))
            next_ids[at] += count
            text = joined([draw(sentences) for _ in ids], code)
            start = draw(st.integers(0, 10**9))
            span = draw(st.none() | st.just((start, start + len(text)))) if ids else None
            sides.append((ids, line(text), span))
        (src_ids, src, src_span), (tgt_ids, tgt, tgt_span) = sides
        rows.append(
            AlignedPair(
                doc=name,
                bead=bead,
                type=f"{size[0]}-{size[1]}",
                src_ids=src_ids,
                tgt_ids=tgt_ids,
                confidence=draw(shares),
                similarity=round(draw(shares) - draw(st.sampled_from([0, 1])), 4) + 0.0 if all(size) else 0.0,
                flags=draw(st.sampled_from([(), ("length",), ("copy", "numbers")])),
                src=src,
                tgt=tgt,
                src_span=src_span,
                tgt_span=tgt_span,
            )
        )
    return rows


names = texts.map(line)
alignments = names.flatmap(_documents)
"""The rows of one document, in order, every sentence in one of them."""
corpora = st.lists(names, min_size=1, max_size=2, unique_by=xml_line)
corpora = corpora.flatmap(lambda found: st.tuples(*map(_documents, found)))
corpora = corpora.map(lambda documents: [row for document in documents for row in document])
"""The rows of one or two documents of different names."""
