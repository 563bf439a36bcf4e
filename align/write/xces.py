"""OPUS's stand-off alignment: a `cesAlign` file of sentence numbers beside the documents in XML, a folder a language.

The folder holds `en-ja.xml`, `en/news.xml` and `ja/news.xml`. A link's `xtargets` are the ids of its source and of its
target sentences, its `certainty` the confidence. A document holds `<s id="s0">` for each sentence; where a row has
several on a side, its text is cut into so many again (see `align.write.sides`). A document's file is named after it,
with characters that a file name cannot have as `%2F`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote
from xml.sax.saxutils import escape, quoteattr

from align.errors import MalformedAlignment, MissingInput, OutputError
from align.records import AlignedPair
from align.write.cells import of_text, to_text
from align.write.layout import Layout, line, xml_line
from align.write.metadata import Metadata
from align.write.rows import RowBuilder, malformed
from align.write.sides import cut_into, joined
from align.write.xml import events, place

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_ALIGN = f'{_HEAD}<!DOCTYPE cesAlign PUBLIC "-//CES//DTD XML cesAlign//EN" "">\n<cesAlign version="1.0">\n'
_UNSAFE = re.compile(r'[\x00-\x1f\x7f%/\\:*?"<>|]|^\.|^$|[. ]$')
_NUMBERED = re.compile(r"s(0|[1-9][0-9]{0,17})")


def write(pairs: Iterable[AlignedPair], folder: Path, layout: Layout, metadata: Metadata) -> None:
    """Write the alignment and the documents of both languages.

    Raises:
        SettingsError: the languages are not known.
        OutputError: a sentence stands in two rows, so that it has no place in its document.
    """
    languages = metadata.languages_for("xces")
    for code in languages:
        (folder / code).mkdir()
    begun: list[str] = []
    with (folder / f"{'-'.join(languages)}.xml").open("wb") as stream:
        _put(stream, _ALIGN)
        for doc, rows in groupby(pairs, lambda pair: pair.doc):
            name = f"{_file_name(xml_line(doc))}.xml"
            if not (folder / languages[0] / name).exists():
                begun.append(name)
            src, tgt = (f"{code}/{name}" for code in languages)
            _put(stream, f'<linkGrp targType="s" fromDoc={quoteattr(src)} toDoc={quoteattr(tgt)}>\n')
            _put_document(rows, stream, [folder / src, folder / tgt], metadata)
            _put(stream, "</linkGrp>\n")
        _put(stream, "</cesAlign>\n")
    for name in begun:
        for code in languages:
            with (folder / code / name).open("ab") as stream:
                _put(stream, "</text>\n")


def read(path: str, metadata: Metadata) -> Iterator[AlignedPair]:
    """The rows of a folder, or of its alignment file, whose documents are looked for beside it, under `xml/`, and with
    and without `.gz`. The two documents of a link group are held in memory.

    Raises:
        MalformedAlignment: no sound alignment, a sentence that its document does not have, or a document outside the
            folder; names file and line.
        MissingInput, InputIsDirectory, UnreadableInput: a file that is not there.
    """
    alignment = _alignment(path)
    certain = all(map(_is_probability, _certainties(alignment)))  # hunalign's scores, in OPUS, are none
    builder = RowBuilder()
    codes: tuple[str, str] = ("", "")
    texts: list[dict[str, str]] = []
    numbers: list[dict[str, int]] = []
    doc = ""
    for event, element in _elements(alignment):
        if element.tag == "linkGrp" and event == "start":
            files = [element.get(name, "") for name in ("fromDoc", "toDoc")]
            texts = [_sentences(_document(alignment, file, place(element))) for file in files]
            numbers = [_numbers(sentences) for sentences in texts]
            codes = metadata.languages or (PurePosixPath(files[0]).parts[0], PurePosixPath(files[1]).parts[0])
            doc = _doc_name(files[0])
        elif element.tag == "link" and event == "end":
            try:
                ids = _targets(element, texts)
                src, tgt = (
                    joined([side[i] for i in each], code) for side, each, code in zip(texts, ids, codes, strict=True)
                )
                src_ids, tgt_ids = (tuple(side[i] for i in each) for side, each in zip(numbers, ids, strict=True))
                fields = {"doc": doc, "src_ids": src_ids, "tgt_ids": tgt_ids, "src": src, "tgt": tgt}
                if certain and "certainty" in element.attrib:
                    fields["confidence"] = of_text("confidence")(element.get("certainty"))
                yield builder.build(fields)
            except ValueError as error:
                raise malformed(alignment, place(element), str(error)) from None


def metadata_of(path: str) -> Metadata:
    """The languages, which are the folders of the first link group's documents."""
    for _, element in _elements(_alignment(path)):
        if element.tag == "linkGrp":
            parts = [PurePosixPath(element.get(name, "")).parts for name in ("fromDoc", "toDoc")]
            if all(len(each) > 1 for each in parts):
                return Metadata((parts[0][0], parts[1][0]))
            break
    return Metadata()


def _put_document(rows: Iterable[AlignedPair], links: BinaryIO, paths: list[Path], metadata: Metadata) -> None:
    """Write the links of one document's rows, and the sentences of its two sides at the end of their files."""
    certainty = to_text("confidence")
    written: tuple[set[int], set[int]] = (set(), set())
    streams = [path.open("ab") for path in paths]
    try:
        for stream in streams:
            if stream.tell() == 0:
                _put(stream, f"{_HEAD}<text>\n")
        for pair in rows:
            sides = (pair.src_ids, pair.tgt_ids)
            for ids, text, seen, stream, code in zip(
                sides, (pair.src, pair.tgt), written, streams, metadata.languages or (), strict=True
            ):
                for number, sentence in zip(ids, cut_into(len(ids), xml_line(text), code, metadata.cut), strict=True):
                    if number in seen:
                        raise OutputError(
                            f"Sentence {number} of {pair.doc} stands in two rows, and an xces document has it once; "
                            "keep one of the rows."
                        )
                    seen.add(number)
                    _put(stream, f'<s id="s{number}">{escape(sentence)}</s>\n')
            targets = ";".join(" ".join(f"s{number}" for number in ids) for ids in sides)
            _put(links, f'<link type="{pair.type}" xtargets="{targets}" certainty="{certainty(pair.confidence)}"/>\n')
    finally:
        for stream in streams:
            stream.close()


def _put(stream: BinaryIO, text: str) -> None:
    stream.write(text.encode())


def _file_name(doc: str) -> str:
    """The name with what no file may be called written as `%2F`; the empty name is `%00`."""
    return _UNSAFE.sub(lambda found: "".join(f"%{ord(char):02X}" for char in found[0] or "\0"), doc)


def _doc_name(file: str) -> str:
    name = PurePosixPath(file).name.removesuffix(".gz").removesuffix(".xml")
    return line(unquote(name))


def _alignment(path: str) -> str:
    """The alignment file of a folder, or the file itself.

    Raises:
        MalformedAlignment: the folder has none, or several.
    """
    if not os.path.isdir(path):
        return path
    found = sorted(str(file) for file in Path(path).glob("*.xml"))
    if len(found) != 1:
        names = f" ({', '.join(map(os.path.basename, found[:8]))})" if found else ""
        raise MalformedAlignment(
            f"{path}: holds {len(found)} XML files{names} where one alignment was expected; give the file itself."
        )
    return found[0]


def _elements(path: str) -> Iterator[tuple[str, _Element]]:
    known = False
    for event, element in events(path, ("cesAlign", "linkGrp", "link")):
        if not known and element.tag != "cesAlign":
            break
        known = True
        yield event, element
    if not known:
        raise malformed(path, "line 1", "is no alignment; expected <cesAlign> as the outermost element")


def _document(alignment: str, file: str, where: str) -> str:
    """The path of a document that a link group names."""
    within = PurePosixPath(file)
    if not file or within.is_absolute() or ".." in within.parts or "\\" in file:
        raise malformed(alignment, where, f"names the document '{file}', which lies outside the folder")
    base = Path(alignment).parent
    other = file.removesuffix(".gz") if file.endswith(".gz") else f"{file}.gz"
    for name in (file, other):
        for folder in (base, base / "xml"):
            if (folder / name).is_file():
                return str(folder / name)
    raise MissingInput(f"{base / file}: no such file; {alignment} names it as a document ({where}).")


def _sentences(path: str) -> dict[str, str]:
    """The text of every sentence by its id, in order; words marked as such have spaces between them."""
    sentences: dict[str, str] = {}
    for event, element in events(path, ("s",)):
        if event == "end":
            name = element.get("id", "")
            if not name or name in sentences:
                raise malformed(path, place(element), f"sentence id '{name}' is {'twice there' if name else 'missing'}")
            words = [word.text or "" for word in element.iter("w")]
            sentences[name] = line(" ".join(words) if words else "".join(element.itertext()))
    return sentences


def _numbers(sentences: dict[str, str]) -> dict[str, int]:
    """Sentence numbers by id: ours carry them, others are counted from 0."""
    own = [_NUMBERED.fullmatch(name) for name in sentences]
    return {
        name: int(match[1]) if all(own) and match else at
        for at, (name, match) in enumerate(zip(sentences, own, strict=True))
    }


def _targets(link: _Element, texts: list[dict[str, str]]) -> list[list[str]]:
    sides = [side.split() for side in link.get("xtargets", "").split(";")]
    if len(sides) != 2:
        raise ValueError(f"xtargets is '{link.get('xtargets', '')}'; expected ids of both sides, such as 's0 s1;s0'")
    for ids, sentences, side in zip(sides, texts, ("source", "target"), strict=True):
        for name in ids:
            if name not in sentences:
                raise ValueError(f"the {side} document has no sentence '{name}'")
    return sides


def _certainties(path: str) -> Iterator[str]:
    return (link.get("certainty", "1") for event, link in _elements(path) if event == "start" and link.tag == "link")


def _is_probability(certainty: str) -> bool:
    try:
        return 0.0 <= float(certainty) <= 1.0
    except ValueError:
        return False
