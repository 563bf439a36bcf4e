from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import BlankInput, OversizedInput
from align.read.blocks import Block, document
from align.settings import AlignSettings

BLOCKS = st.lists(
    st.builds(
        Block,
        text=st.text("ab文。 \n\r\t\u3000\u200b", max_size=6),
        kind=st.sampled_from(["text", "heading", "cell"]),
        place=st.sampled_from(["", "page 1", "page 2"]),
        glue=st.sampled_from([None, "", " "]),
    ),
    max_size=12,
)


@given(BLOCKS, st.booleans())
def test_paragraphs_hold_their_blocks(blocks, presplit):
    settings = AlignSettings(presplit=presplit)
    shown = [block.text.replace("\r\n", "\n").replace("\r", "\n").strip() for block in blocks]
    seen = [text for text in shown if text.strip("\u200b \u3000\n\t")]
    if not seen:
        with pytest.raises(BlankInput, match=r"a holds no text\. Nothing there; give"):
            document("a", blocks, settings, blank="Nothing there")
        return
    found = document("a", blocks, settings, blank="Nothing there")
    ends = [end for p in found.paragraphs for end in (p.start, p.end)]
    assert ends == sorted(ends)
    assert "".join(found.text.split()) == "".join("".join(seen).split())
    assert all((p.kind == "line") == presplit for p in found.paragraphs)
    stretches = [found.text[start:end] for start, end, _ in found.provenance]
    assert stretches == [text for text, block in zip(shown, blocks, strict=True) if text in seen and block.place]


def test_glue_joins_to_the_paragraph_before():
    blocks = [Block("One", glue=" ", place="a"), Block("two.", glue=" ", place="b"), Block("Three.", place="c")]
    found = document("a", blocks, AlignSettings(), blank="")
    assert [found.text[p.start : p.end] for p in found.paragraphs] == ["One two.", "Three."]
    assert found.places(0, 8) == ("a", "b")
    assert found.places(0, 3) == ("a",)
    assert found.places(3, 4) == ()
    assert found.places(4, 20) == ("b", "c")


def test_limits():
    with pytest.raises(OversizedInput, match="line 3 is 50 characters long"):
        document("a", [Block("x"), Block("x" * 50)], AlignSettings(max_line=20), blank="")
    with pytest.raises(OversizedInput, match="longer than 20 characters when unpacked"):
        document("a", (Block("x" * 5) for _ in iter(int, 1)), AlignSettings(max_bytes=20), blank="")
