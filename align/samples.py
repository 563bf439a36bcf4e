"""Gold documents of every layout as samples to train and to measure on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from align.errors import MalformedAlignment, MissingInput, UnknownLanguage, UnreadableInput
from align.ladder import check_ladder, read_ladder
from align.languages import language
from align.lattice.noise import GoldBead, Sample
from align.read import read_document, read_text
from align.segment import segment
from align.settings import AlignSettings

_PAIR = re.compile(r"(?:^|(?<=[-_.]))(?=([a-z]{2,3})-([a-z]{2,3}(?:-[A-Z]{2})?)(?:$|[-_.]))")
_CHUNK = 80  # beads of a long document that make one sample


@dataclass(frozen=True)
class Collection:
    """Samples of one source, by the name of its file or folder."""

    name: str
    samples: tuple[Sample, ...]


def read_collection(path: str | Path, *, chunk: int = _CHUNK, to_score: bool = False) -> Collection:
    """Gold documents at a path, of one of three layouts, each document a sample; long ones are cut in chunks.

    A table `doc src tgt` named after its languages (`en-ja.tsv`), one segment to one segment: the segments are cut
    into sentences, and a segment with several on both sides says nothing about which belong together; paragraphs are
    made up, of one to four segments. `to_score` has such a segment as one bead, and no paragraphs. A folder with
    `src.txt`, `tgt.txt` (a sentence a line) and `gold.txt` (ladder), whose name or whose parent's tells the languages.
    A folder with two documents named after their languages (`en.html`, `ja.txt`) and `gold.txt`. Or a folder of such.

    Raises:
        MissingInput, UnreadableInput: no gold at the path.
        MalformedAlignment: gold that does not read, or does not fit its documents.
    """
    path = Path(path)
    if path.suffix == ".tsv":
        samples = list(_table(path, to_score))
    else:
        golds = sorted(path.rglob("gold.txt"))
        if not golds:
            raise MissingInput(
                f"{path} holds no gold: give a table doc-src-tgt named like en-ja.tsv, or a folder with gold.txt."
            )
        samples = [part for gold in golds for part in _chunks(_document(gold.parent), chunk)]
    return Collection(path.stem if path.suffix == ".tsv" else path.name, tuple(samples))


def _pairs_in(name: str) -> Iterator[tuple[str, str]]:
    """The pairs of language codes in a name: `web-en-ja` has one, since `web` is no language."""
    for found in _PAIR.finditer(name):
        with suppress(UnknownLanguage):
            yield language(found[1]).code, language(found[2]).code


def _pair_of(*names: str) -> tuple[str, str]:
    for name in names:
        for pair in _pairs_in(name):
            return pair
    raise MalformedAlignment(
        f"{'/'.join(reversed(names))}: the name should tell both languages, as in en-ja or de-fr-title."
    )


def _table(path: Path, to_score: bool) -> Iterator[Sample]:
    codes = _pair_of(path.stem)
    documents: dict[str, list[tuple[str, str]]] = {}
    for number, line in enumerate(_lines(path), start=1):
        fields = line.split("\t")
        if number == 1 or not line:
            continue
        if len(fields) < 3:
            raise MalformedAlignment(
                f"{path}, line {number}: {len(fields)} fields where doc, source and target were expected."
            )
        documents.setdefault(fields[0], []).append((fields[1], fields[2]))
    for name, rows in documents.items():
        random = Random(name)
        sentences: tuple[list[str], list[str]] = [], []
        paragraphs: tuple[list[int], list[int]] = [], []
        gold: list[GoldBead] = []
        paragraph = left = 0
        for row in rows:
            cut = [_sentences(text, code) for text, code in zip(row, codes, strict=True)]
            if not all(cut):
                continue
            if left == 0 and not to_score:
                paragraph, left = paragraph + 1, random.choice((1, 1, 2, 2, 3, 4))
            left -= 1
            if to_score or min(map(len, cut)) == 1:
                gold.append(tuple(tuple(range(len(s), len(s) + len(c))) for s, c in zip(sentences, cut, strict=True)))
            for side in (0, 1):
                sentences[side].extend(cut[side])
                paragraphs[side].extend([paragraph] * len(cut[side]))
        if len(gold) > 2:
            yield Sample(f"{path.stem}/{name}", codes, *_frozen(sentences, paragraphs), tuple(gold))


def _frozen(sentences, paragraphs):
    return tuple(map(tuple, sentences)), tuple(map(tuple, paragraphs))


def _sentences(text: str, code: str) -> list[str]:
    if not text.strip():
        return []
    settings = AlignSettings()
    return [sentence.text for sentence in segment(read_text(text, "segment", settings), code, settings)]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").rstrip("\n").split("\n")
    except FileNotFoundError:
        raise MissingInput(f"{path}: no such file; expected gold.") from None
    except OSError as error:
        raise UnreadableInput(f"{path} could not be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise MalformedAlignment(f"{path} is not UTF-8 (byte {error.start}); gold must be.") from error


def _document(folder: Path) -> Sample:
    files = sorted(p for p in folder.iterdir() if p.name != "gold.txt" and p.suffix in (".txt", ".html"))
    if {p.name for p in files} >= {"src.txt", "tgt.txt"}:
        codes = _pair_of(folder.name, folder.parent.name)
        files = [folder / "src.txt", folder / "tgt.txt"]
        # Line numbers are gold's sentence numbers, so an empty line is a sentence too.
        sentences = [[line.strip() or "-" for line in _lines(p)] for p in files]
        paragraphs = [[0] * len(side) for side in sentences]
    else:
        by_code = {}
        for path in files:
            with suppress(UnknownLanguage):
                by_code.setdefault(language(path.stem).code, []).append(path)
        if [len(paths) for paths in by_code.values()] != [1, 1]:
            raise MalformedAlignment(
                f"{folder} should hold two documents named after their languages, as en.txt and ja.html, and gold.txt; "
                f"it holds {', '.join(p.name for p in files) or 'gold.txt alone'}."
            )
        by_code = {code: paths[0] for code, paths in by_code.items()}
        english_first = tuple(sorted(by_code, key=lambda code: (code != "en", code)))
        codes = next((pair for pair in _pairs_in(folder.name) if set(pair) == set(by_code)), english_first)
        settings = AlignSettings()
        cut = [segment(read_document(by_code[code], settings), code, settings) for code in codes]
        sentences = [[sentence.text for sentence in side] for side in cut]
        paragraphs = [[sentence.paragraph for sentence in side] for side in cut]
    beads = read_ladder(folder / "gold.txt")
    check_ladder(beads, *map(len, sentences), name=str(folder / "gold.txt"))
    gold = tuple((bead.src, bead.tgt) for bead in beads if bead.src or bead.tgt)
    return Sample(f"{folder.parent.name}/{folder.name}", codes, *_frozen(sentences, paragraphs), gold)


def _chunks(sample: Sample, size: int) -> Iterator[Sample]:
    """Stretches of about `size` two-sided beads; a sample of less than twice that stays whole."""
    pairs = [bead for bead in sample.gold if bead[0] and bead[1]]
    if len(pairs) < 2 * size:
        yield sample
        return
    start = [0, 0]
    for at in range(0, len(pairs) - size // 2, size):
        part = pairs[at : at + size]
        end = [max(max(bead[side]) for bead in part) + 1 for side in (0, 1)]
        if all(size // 2 < end[side] - start[side] < 4 * size for side in (0, 1)):
            yield _slice(sample, start, end, at)
        start = end


def _slice(sample: Sample, start: Sequence[int], end: Sequence[int], at: int) -> Sample:
    gold = [
        tuple(tuple(i - start[side] for i in bead[side]) for side in (0, 1))
        for bead in sample.gold
        if all(start[side] <= i < end[side] for side in (0, 1) for i in bead[side])
    ]
    cut = [[row[side][start[side] : end[side]] for side in (0, 1)] for row in (sample.sentences, sample.paragraphs)]
    return replace(
        sample, name=f"{sample.name}#{at}", sentences=tuple(cut[0]), paragraphs=tuple(cut[1]), gold=tuple(gold)
    )


def with_paragraphs(sample: Sample, random: Random) -> Sample:
    """The same with paragraphs of one to five beads, for documents that came without: with one, or one a sentence."""
    if any(1 < len(set(side)) < len(side) for side in sample.paragraphs):
        return sample
    numbers = [[0] * len(side) for side in sample.sentences]
    done = [0, 0]
    paragraph = left = 0
    for bead in sorted(bead for bead in sample.gold if bead[0] and bead[1]):
        if left == 0:
            paragraph, left = paragraph + 1, random.choice((1, 2, 3, 4, 5))
        left -= 1
        for side in (0, 1):
            end = max(done[side], bead[side][-1] + 1)
            numbers[side][done[side] : end] = [paragraph] * (end - done[side])
            done[side] = end
    for side in (0, 1):
        numbers[side][done[side] :] = [paragraph] * (len(numbers[side]) - done[side])
    return replace(sample, paragraphs=tuple(map(tuple, numbers)))
