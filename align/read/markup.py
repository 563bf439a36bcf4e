"""XML as documents hold it, read in one pass: no entities of its own, no network, no more depth than it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from io import BytesIO
from typing import Any

from align.errors import MalformedInput, UnsafeInput
from align.read.limits import raise_limit
from align.settings import AlignSettings

_MOST = 1_000_000
"""Elements that one element handed on may hold: some 300 MB of memory. A paragraph has hundreds."""


def elements(data: bytes, name: str, settings: AlignSettings, tags: Collection[str]) -> Iterator[Any]:
    """The elements whose local names are in `tags`, in document order, each whole, with its ancestors' attributes.

    One inside another comes with that alone. Each is emptied once the next is asked for, so that memory is bounded by
    the largest.

    Raises:
        MalformedInput: it is no well-formed XML; the message has the line.
        UnsafeInput: it declares entities, or is nested deeper than `settings.max_depth`.
    """
    from lxml import etree

    if not data.strip():
        raise MalformedInput(f"{name} is empty where XML was expected. Download or make it again.")
    events = etree.iterparse(
        BytesIO(data),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = alive = 0
    outermost = None
    try:
        for event, node in events:
            if event == "start":
                if depth == 0:
                    _refuse_entities(node, name)
                depth, alive = depth + 1, alive + 1
                if depth > settings.max_depth:
                    raise _too_deep(name, settings)
                if alive > _MOST:
                    raise UnsafeInput(f"{name}: the element at line {node.sourceline:,} holds over {_MOST:,} elements.")
                if outermost is None and local(node) in tags:
                    outermost = node
                continue
            depth -= 1
            if node is outermost:
                yield node
                outermost = None
            if outermost is None:
                _drop(node)
                alive = depth
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise _too_deep(name, settings) from None
        if "amplification" in str(error) or "entity reference loop" in str(error):
            raise _entities(name) from None
        raise MalformedInput(f"{name} is no well-formed XML: {error.msg}. Mend it there, or make it again.") from None


def local(node: Any) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(node: Any, name: str) -> str | None:
    """An attribute by its local name, in whatever namespace."""
    value = node.get(name)
    if value is None:
        value = next((value for key, value in node.items() if key.rpartition("}")[2] == name), None)
    return value


def child(node: Any, *path: str) -> Any | None:
    """The first element down a path of local names, None where a step is missing."""
    for step in path:
        node = next((below for below in node if local(below) == step), None)
        if node is None:
            return None
    return node


def _drop(node: Any) -> None:
    """Free an element that has been seen, and those before it."""
    node.clear(keep_tail=True)
    parent = node.getparent()
    while parent is not None and (before := node.getprevious()) is not None:
        parent.remove(before)


def _refuse_entities(root: Any, name: str) -> None:
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise _entities(name)


def _entities(name: str) -> UnsafeInput:
    return UnsafeInput(
        f"{name} declares XML entities, with which a few bytes can grow to gigabytes or other files be read; "
        "documents need none. Remove the <!ENTITY ...> lines if you trust it."
    )


def _too_deep(name: str, settings: AlignSettings) -> UnsafeInput:
    return UnsafeInput(
        f"{name} nests its elements deeper than {settings.max_depth} levels, the limit. "
        f"If you trust it, {raise_limit('max_depth')}."
    )
