"""Subtitles (SubRip, WebVTT, SubStation Alpha): cues become running text; when each was shown stays as provenance.

Inside a cue lines are joined as its script joins words. Left out: style codes and tags, drawings, comments, dashes
and labels of speakers, descriptions of sound in brackets, notes around sung lines, arrows that say a sentence goes
on, and the lines that captions show again as they roll up.

A speaker's dash begins a paragraph, and so does a pause. Subtitles with full stops run on from cue to cue between
those, for so do their sentences. Where full stops are missing, as is usual in Japanese, a cue is a paragraph unless
its end says that it goes on.
"""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from align.errors import MalformedInput
from align.read.blocks import Block, document
from align.read.decode import decode
from align.read.formats import library
from align.read.limits import refuse_long
from align.records import Document
from align.settings import AlignSettings

_PAUSE, _LONG_PAUSE = 3_000, 10_000
"""Milliseconds with nothing shown that part paragraphs: after the end of a sentence, and anywhere."""

_PUNCTUATED = 0.3
"""Share of cues that end as a sentence from which subtitles have full stops."""

_AT_ONCE = 100
"""Milliseconds within which the next cue of a caption that rolls up follows."""

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d+:[\d:.]+>|\{\\[^{}]*\}")
_UNCLOSED = re.compile(r"\{(?![^{}]*\})")
_STAND_IN = "\ufdd0"  # a code that Unicode gives no character
_READING = re.compile(r"<rt\b[^>]*>.*?(?:</rt>|(?=</ruby>|\n|\Z))", re.S)
_DASH = re.compile(r"^\s*(?:[-‐−－](?:\s+|(?=[^\s\d-]))|[–—]\s+|>>+\s*|≫\s*)(?=\S)")
_SOUND = re.compile(
    r"\[[^\[\]]*\]|［[^［］]*］|【[^【】]*】|〔[^〔〕]*〕|\([^()a-z]{0,80}[A-Z][^()a-z]{0,80}\)|(?m:^\s*\([^()]*\)|^\s*（[^（）]*）)"
)
_LABEL = re.compile(r"^[A-Z][A-Z0-9 .'’#-]{1,30}:\s+(?=\S)")
_SUNG = re.compile(r"^\s*[♪♫♬][♪♫♬～〜~\s]*|(?<![\s♪♫♬～〜~])[\s♪♫♬～〜~]*[♪♫♬]\s*$")
_ARROW = re.compile(r"\s*[➡→]\s*$")
_SENTENCE_END = re.compile(r"""[.!?…。．！？｡♪]["'”’»」』）)]*$""")
_GOES_ON = re.compile("[、，,]$")
_CJK = re.compile("[\u2e80-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff9f]")


@dataclass(frozen=True, slots=True)
class _Cue:
    """Lines that are shown together, from `start` to `end`, in milliseconds."""

    start: int
    end: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one speaker says in a cue. `answers` says that a dash began it, `goes_on` that an arrow ended it."""

    cue: _Cue
    text: str
    answers: bool
    goes_on: bool

    @property
    def ends_sentence(self) -> bool:
        return _SENTENCE_END.search(self.text) is not None


def read(data: bytes, name: str, settings: AlignSettings) -> Document:
    """The document in a subtitle file's bytes. Its provenance is as `00:01:02.500 --> 00:01:04.000`.

    Raises:
        MissingExtra: pysubs2 is not installed.
        MalformedInput: there is no cue in it.
        BlankInput, BinaryInput, UndecodableInput, OversizedInput: see `align.read.read_document`.
    """
    refuse_long(data, name, settings, html=False)
    text = decode(data, name, settings.encoding).replace("\r\n", "\n").replace("\r", "\n")
    cues = _unrolled(list(_cues(text, name)))
    turns = [turn for cue in cues for turn in _turns(cue)]
    return document(name, _blocks(turns), settings, blank="Its cues hold sounds and style codes only")


def _cues(text: str, name: str) -> Iterator[_Cue]:
    """The cues with something to read, in the order they are shown."""
    pysubs2 = library("pysubs2", "pysubs2", "subtitles")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # From every brace that opens a style code pysubs2 looks for the one that closes it, to the cue's end.
            whole = _UNCLOSED.sub(_STAND_IN, _READING.sub("", text))
            file = pysubs2.SSAFile.from_string(whole, format_=_dialect(text))
    except (pysubs2.Pysubs2Error, ValueError, LookupError, TypeError):
        file = ()
    if not file:
        raise MalformedInput(
            f"{name} is named or begins as subtitles, but no cue in it reads. Check that it is SubRip, WebVTT or "
            "SubStation Alpha, and whole."
        )
    for event in sorted(file, key=lambda event: event.start):
        if event.is_comment or event.is_drawing:
            continue
        shown = event.plaintext.replace(_STAND_IN, "{")
        if file.format == "vtt":  # an empty line ends the cue; what follows is the next one's name, or a comment
            shown = html.unescape(_TAG.sub("", shown.partition("\n\n")[0]))
        shown = _SOUND.sub("", _TAG.sub("", shown))
        lines = tuple(" ".join(line.split()) for line in shown.split("\n"))
        yield _Cue(event.start, event.end, tuple(line for line in lines if line))


def _dialect(text: str) -> str:
    if re.search(r"^\[(?:Script Info|Events)\]", text, re.M | re.I):
        return "ssa" if "[V4 Styles]" in text else "ass"
    return "vtt" if text.startswith("WEBVTT") else "srt"


def _unrolled(cues: Sequence[_Cue]) -> Sequence[_Cue]:
    """The cues without the lines that a roll-up caption shows again; one of those shows half its lines twice."""
    repeats = [
        bool(before.lines and cue.lines) and before.lines[-1] == cue.lines[0] and cue.start - before.end < _AT_ONCE
        for before, cue in pairwise(cues)
    ]
    if sum(repeats) * 3 < len(repeats) or len(repeats) < 3:
        return cues
    return [cues[0]] + [
        replace(cue, lines=cue.lines[1:]) if is_repeat else cue
        for cue, is_repeat in zip(cues[1:], repeats, strict=True)
    ]


def _turns(cue: _Cue) -> Iterator[_Turn]:
    """The lines of a cue, joined but where another speaker begins."""
    said: list[tuple[str, bool]] = []
    for line in cue.lines:
        dash = _DASH.match(line)
        line = _LABEL.sub("", line[dash.end() :] if dash else line)
        line = _SUNG.sub("", line)
        if not line:
            continue
        if said and not dash:
            before, answers = said[-1]
            said[-1] = before + _glue(before, line) + line, answers
        else:
            said.append((line, dash is not None))
    for text, answers in said:
        arrow = _ARROW.search(text)
        yield _Turn(cue, text[: arrow.start()] if arrow else text, answers, arrow is not None)


def _blocks(turns: Sequence[_Turn]) -> Iterator[Block]:
    is_punctuated = sum(turn.ends_sentence for turn in turns) >= _PUNCTUATED * len(turns)
    for before, turn in pairwise([None, *turns]):
        place = f"{_clock(turn.cue.start)} --> {_clock(turn.cue.end)}"
        goes_on = before is not None and _goes_on(before, turn, is_punctuated)
        yield Block(turn.text, place=place, glue=_glue(before.text, turn.text) if goes_on else None)


def _goes_on(before: _Turn, turn: _Turn, is_punctuated: bool) -> bool:
    """Whether a turn goes on with the paragraph of the one before it."""
    pause = turn.cue.start - before.cue.end
    if turn.answers or pause > _LONG_PAUSE:
        return False
    if before.goes_on or _GOES_ON.search(before.text):
        return True
    return is_punctuated and not (before.ends_sentence and pause > _PAUSE)


def _glue(before: str, after: str) -> str:
    return "" if _CJK.match(before[-1:]) and _CJK.match(after) else " "


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
