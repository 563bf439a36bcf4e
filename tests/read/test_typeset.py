"""Pages of lines, made by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from align.read.typeset import Glyph, Ink, Line, line_of, unwrapped


def line(
    text: str, base: float, *, left: float = 50, right: float = 350, size: float = 10, page: int = 1, **more
) -> Line:
    """A line whose first word is as wide as its share of the characters."""
    word = len(text.split(" ")[0]) / len(text) * (right - left)
    return Line(text, left, right, base, size, word, page, **more)


def paragraphs(*pages: list[Line]) -> list[str]:
    found: list[str] = []
    for block in unwrapped(pages):
        if block.glue is None:
            found.append(block.text)
        else:
            found[-1] += block.glue + block.text
    return found


def glyphs(text: str, *, left: float = 0, base: float = 100, size: float = 10) -> list[Glyph]:
    return [Glyph(char, Ink(left + n * size, left + (n + 1) * size, base, size)) for n, char in enumerate(text)]


def test_full_lines_go_on_and_short_ones_end():
    page = [
        line("The board met on Tuesday evening to talk", 500),
        line("about the wall.", 488, right=150),
        line("Nobody agreed. The harbour master said", 476),
        line("so.", 464, right=70),
    ]
    assert paragraphs(page) == [
        "The board met on Tuesday evening to talk about the wall.",
        "Nobody agreed. The harbour master said so.",
    ]


def test_an_indent_begins_a_paragraph():
    page = [
        line("The board met on Tuesday evening to talk.", 500, left=65),
        line("It met again on Wednesday for the fourth.", 488),
        line("Nobody agreed. The harbour master said so.", 476, left=65),
        line("And that was that for the whole of the year.", 464),
    ]
    assert [text[:10] for text in paragraphs(page)] == ["The board ", "Nobody agr"]


def test_a_gap_begins_a_paragraph():
    page = [line("The board met on Tuesday. It met again.", 500), line("Every line of it is full and fits.", 488)]
    page += [
        line("This comes after an empty line, full too.", 464),
        line("And this goes on with that, to the end.", 452),
    ]
    assert len(paragraphs(page)) == 2


def test_japanese_lines_join_without_a_space():
    page = [line("委員会は火曜日の夜に開かれ、壁の修理をめぐっ", 500), line("て長く話し合った。", 488, right=140)]
    page += [line("だれも同意しなかった。", 476, right=160)]
    assert paragraphs(page) == [
        "委員会は火曜日の夜に開かれ、壁の修理をめぐって長く話し合った。",
        "だれも同意しなかった。",
    ]


def test_hyphens():
    page = [
        line("The archi", 500, is_hyphenated=True),
        line("tecture of the well", 488, is_hyphenated=True),
        line("known wall of Saint", 476, is_hyphenated=True),
        line("Malo, a well-known town.", 464),
    ]
    assert paragraphs(page) == ["The architecture of the well-known wall of Saint-Malo, a well-known town."]


def test_running_heads_and_page_numbers():
    pages = [
        [
            line(f"{n} The Harbour Wall", 540, page=n),
            line(f"This is the text of page {'abcdef'[n]}.", 500, page=n),
            line("It is one line, and it says nothing more.", 488, page=n, right=200),
            line(f"– {n} –", 20, page=n),
        ]
        for n in range(1, 5)
    ]
    text = " ".join(paragraphs(*pages))
    assert "Harbour" not in text
    assert "–" not in text
    assert text.count("This is the text") == 4
    assert text.count("It is one line") == 4


def test_a_head_that_changes_counts_the_pages():
    heads = ["Chapter One 11", "12 A Book", "Chapter Two 13", "14 A Book"]
    pages = [
        [line(head, 540, page=n), line(f"This is the text of page {'abcd'[n]}.", 500, page=n)]
        for n, head in enumerate(heads)
    ]
    assert " ".join(paragraphs(*pages)) == " ".join(f"This is the text of page {letter}." for letter in "abcd")


def test_a_number_in_the_text_is_no_page_number():
    page = [line("Chapter", 500, right=90), line("1984", 400, right=70), line("The book ends.", 300, right=130)]
    assert paragraphs(page) == ["Chapter", "1984", "The book ends."]


def test_footnotes_follow_the_text_and_pages_join():
    pages = [
        [line("The board met on Tuesday evening to talk", 100), line("1 A note on the board.", 40, size=8, right=200)],
        [line("about the wall.", 500, page=2, right=150)],
    ]
    assert paragraphs(*pages) == ["The board met on Tuesday evening to talk about the wall.", "1 A note on the board."]
    assert [block.place for block in unwrapped(pages)] == ["page 1", "page 2", "page 1"]


def test_kinds():
    page = [line("A Heading", 500, size=16, right=150), line("Some text under it.", 480, right=200)]
    page += [line("• An item that is so long that it", 468), line("goes on under its text.", 456, left=62, right=200)]
    assert [(block.kind, block.text) for block in unwrapped([page])] == [
        ("heading", "A Heading"),
        ("text", "Some text under it."),
        ("item", "• An item that is so long that it goes on under its text."),
    ]


def test_marks_of_footnotes_are_dropped():
    def read(word: str, mark: str, raised: float) -> str:
        run = glyphs(word)
        return line_of(run + glyphs(mark, left=len(word) * 10, base=100 + raised, size=6), 1, is_hyphenated=False).text

    assert read("claim.", "12", 4) == "claim."
    assert read("委員会", "※1", 4) == "委員会"
    assert read("H", "2", -2) == "H2"
    assert read("10", "6", 4) == "106"
    assert read("5 m", "2", 4) == "5 m2"
    assert read("the 1", "st", 4) == "the 1st"


def test_ruby_is_dropped():
    base, reading = glyphs("漢字を読む"), glyphs("かんじ", base=110, size=5)
    assert line_of(base[:2] + reading + base[2:], 1, is_hyphenated=False).text == "漢字を読む"
    body = [line("これは漢字を読む人の話である。", 500), line("かんじ", 510, size=5, right=80)]
    assert paragraphs(body) == ["これは漢字を読む人の話である。"]


def test_vertical_columns_run_from_the_right():
    def column(text: str, x: float) -> Line:
        run = [Glyph(char, Ink(x, x + 10, 500 - 10 * n, 10)) for n, char in enumerate(text)]
        return line_of(run, 1, is_hyphenated=False)

    page = [column("て長く話し合った。", 100), column("委員会は火曜日の夜に開かれ、めぐっ", 120)]
    assert page[0].is_vertical
    assert paragraphs(page) == ["委員会は火曜日の夜に開かれ、めぐって長く話し合った。"]


LINES = st.builds(
    line,
    st.text("ab 1.-漢か。", min_size=1, max_size=12).filter(str.strip),
    st.floats(0, 600),
    left=st.floats(0, 200),
    right=st.floats(201, 400),
    size=st.floats(4, 20),
    is_hyphenated=st.booleans(),
)


@given(st.lists(st.lists(LINES, max_size=6), max_size=4))
def test_whatever_is_not_dropped_stays_in_its_line(pages):
    texts = [found.text for page in pages for found in page]
    for block in unwrapped(pages):
        assert block.text.strip()
        assert all(char in "".join(texts) + " -" for char in block.text)
