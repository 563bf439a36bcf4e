from __future__ import annotations

import pytest

from align.errors import MalformedInput, UnsafeInput
from align.read.markup import attribute, child, elements, local
from align.settings import AlignSettings

LOL = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(10))


def texts(data: bytes, *tags: str, **settings: int) -> list[tuple[str, str]]:
    return [
        (local(node), "".join(node.itertext())) for node in elements(data, "a.xml", AlignSettings(**settings), tags)
    ]


def test_outermost_elements_by_local_name():
    data = b'<a xmlns:x="u"><x:p>one <x:p>two</x:p></x:p>tail<q><p>three<!-- c --><?pi?> more</p></q><r/></a>'
    assert texts(data, "p") == [("p", "one two"), ("p", "three more")]
    assert texts(data, "r", "q") == [("q", "three more"), ("r", "")]


def test_ancestors_are_there():
    node = next(elements(b'<a><b k="v"><c/></b></a>', "a.xml", AlignSettings(), ["c"]))
    assert [local(outer) for outer in node.iterancestors()] == ["b", "a"]
    assert attribute(node.getparent(), "k") == "v"


def test_attributes_and_children_by_local_name():
    node = next(
        elements(b'<p xmlns:w="u" w:val="x" xml:lang="ja"><w:b><w:c/></w:b></p>', "a.xml", AlignSettings(), ["p"])
    )
    assert (attribute(node, "val"), attribute(node, "lang"), attribute(node, "none")) == ("x", "ja", None)
    assert local(child(node, "b", "c")) == "c"
    assert child(node, "b", "d") is None


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (f"<!DOCTYPE a [{LOL}]><a><p>&e9;</p></a>", "declares XML entities"),
        (f'<!DOCTYPE a [{LOL}]><a b="&e9;"><p/></a>', "declares XML entities"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><p>&x;</p></a>', "declares XML entities"),
        ('<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]><a><p/></a>', "declares XML entities"),
        ("<a>" * 201, r"deeper than 200 levels, the limit\..*--max-depth"),
        ("<a>" * 5_000, r"deeper than 200 levels"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_hostile(data, says, encoding):
    with pytest.raises(UnsafeInput, match=says):
        texts(data.encode(encoding), "p")


def test_a_document_type_alone_is_harmless():
    assert texts(b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a><p>one</p></a>', "p") == [("p", "one")]
    assert texts(b"<a>" * 150 + b"<p>deep</p>" + b"</a>" * 150, "p") == [("p", "deep")]


@pytest.mark.parametrize(
    ("data", "says"), [(b"<a><p>x</a>", "mismatch.*line 1"), (b" ", "is empty"), (b"text", "no well-formed")]
)
def test_malformed(data, says):
    with pytest.raises(MalformedInput, match=says):
        texts(data, "p")


def test_memory_is_bounded_by_one_element(monkeypatch):
    many = b"<a>" + b"<p>x<b/></p>" * 5_000 + b"</a>"
    monkeypatch.setattr("align.read.markup._MOST", 20)
    assert len(texts(many, "p")) == 5_000
    with pytest.raises(UnsafeInput, match="holds over 20 elements"):
        texts(b"<a><p>" + b"<b/>" * 50 + b"</p></a>", "p")
