"""XML files of rows: read element by element, within bounded memory, with entities and the network off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from align.write.opening import opened
from align.write.rows import malformed

if TYPE_CHECKING:
    from lxml.etree import _Element

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def events(path: str, tags: tuple[str, ...]) -> Iterator[tuple[str, _Element]]:
    """`start` and `end` of the elements of these names; what one held is gone when the next has been asked for.

    Raises:
        MalformedAlignment: no well-formed XML, or text in entities of its own; names file and line.
        MissingInput, InputIsDirectory, UnreadableInput: no file to read at `path`.
    """
    from lxml import etree

    with opened(path) as stream:
        found = etree.iterparse(
            stream, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True, load_dtd=False,
            huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            for event, element in found:
                if event == "end" and next(element.iter(etree.Entity), None) is not None:
                    raise malformed(path, place(element), "holds entities that the file defines itself; write them out")
                yield event, element
                if event == "end":
                    element.clear(keep_tail=False)
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise malformed(
                path, f"line {error.lineno or 1}", f"is no sound XML: {(error.msg or 'empty').rstrip('.')}"
            ) from None


def place(element: _Element) -> str:
    """Where an element begins, for a message."""
    return f"line {element.sourceline}"
