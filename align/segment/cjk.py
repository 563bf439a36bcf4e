"""Where sentences end in Chinese and Japanese."""

from __future__ import annotations

import re

from align.segment import brackets
from align.segment.brackets import BRACKETS, QUOTES, Brackets
from align.segment.clean import CJK, ORNAMENT

LONGEST_QUOTE = 150
"""Characters in a quotation or bracket that is kept whole; a longer one is cut inside."""

_RUN = re.compile("[．.…‥]*[。｡！？!?‼⁇⁈⁉]+|[．.…‥]+")
_STRONG = re.compile("[。｡！？!?‼⁇⁈⁉]")
_DEBRIS = re.compile(r"\s*[。｡」』｣）】〕》〉］”’]+")
_MORE = re.compile(rf"[。｡！？!?‼⁇⁈⁉]+|[…‥]+(?![\w「『“（…‥])|{ORNAMENT.pattern}")
_WIDE = re.compile(f"[{CJK}]")
_NOUN = re.compile(r"[^\W\d_ぁ-ゖa-z]|ー")

# What carries the sentence on after a closing mark. Few Japanese sentences begin with one of these
# particles; the words that do begin with the same letters are named.
_JA_GOES_ON = re.compile(
    "[、，,・：:;；)）」』】]"
    "|と(?!ころ|にかく|ても|りあえず|もかく|もあれ|っさ|きどき|なり|おく|うとう|いうわけ|いうことは)"
    "|って|っつ|を|まで(?!も)|より(?!も、)|など|なんて|なら(?!ば)|ばかり|だけ|くらい|ぐらい|らし|みたい|ごと|じゃ"
    "|こそ(?!こそ)|さえ(?!ぎ)|すら(?!すら)|しか(?![しもる])"
    "|の(?!ち|ぼ|び|ど|ん|ろ)"
    "|が(?!っかり|んば|らり|たん|ば|、)"
    "|は(?!い[、。！？!?]|じめ|っと|っき|るか|たし|あ|らは|なし|ん|やく|げし)"
    "|に(?!っこ|や[りっ]|こ[りに]|わか|んまり|もかかわらず)"
    "|も(?!う|ちろん|し|っと|の|ともと|はや)"
    "|で(?!も|は|すが|すから|きる|、)"
    "|へ(?!え|ー|ぇ)|や(?!っ|が|は|め|れ|あ)|か(?=[、。？?])|から(?!だ)"
    "|だ(?=[。、！？ろうと]|った)|です(?=[。、！？ねよか])|でし[たょ]"
)
_ZH_GOES_ON = re.compile(
    "[，、；：,)）」』》】]|的(?!确|確|士)|等(?![到他她我你])|和(?!平)|[与與](?![此其])|及|之|[时時](?![间間候而])|[后後](?![来來])"
    "|[这這][一种種个個样樣句]"
)
_GOES_ON = {"ja": _JA_GOES_ON, "zh": _ZH_GOES_ON}

# Without quotation marks only a verb of saying or thinking shows that a particle follows a quotation.
_QUOTATIVE = re.compile(
    "って|と(?=[思言驚叫聞感考問疑尋述話語、のはも]|い[うっいわえ])"
    "|と(?!ころ|にかく|ても|りあえず|もかく|きどき)(?=[^、。！？!?「」]{1,8}[はがも](?:[思言驚叫聞感考問疑尋述話語]|い[うっい]|つぶや))"
)
_SPEECH = re.compile(
    "[^，。！？；：、“”「」\\s]{0,8}?(?:说|說|道|问|問|答|喊|叫|表示|写道|寫道|回应|補充|补充|强调|強調|称|稱)"
    "(?:[，。！？：、；\\s了着著过過“「]|$)"
)

_NUMBER = re.compile("[0-9０-９一二三四五六七八九十①-⑳]{1,3}|[ア-オａ-ｚＡ-Ｚa-zA-Z]{1,3}")
_NOTE = re.compile(r"(\s*)([（(〔［\[【])([^（）()〔〕［］\[\]【】。！？!?]{1,40})[）)〕］\]】]")
_REFERENCE = re.compile(r"[\[［](?:(?:注釈?|訳注|脚注|※|note)?\s?[\d０-９a-z]{1,3}|要出典\w*|\*+)[\]］]")
_NAMES = re.compile("Yahoo[!！]|モーニング娘。|Jeopardy[!！]")
_WORD_GOES_ON = re.compile("[0-9A-Za-z][!?！？]+[0-9A-Za-zァ-ヴ]|[!-~][!?]+[0-9A-Za-z=&/]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Mt|Nos?|vs|etc|Inc|Corp|Ltd|Co|Jr|Sr|Vol|Figs?|Ph\.D|al|ca|cf|pp|feat)"
    r"|[A-Za-z]\.[A-Za-z])\Z"
)


def ends(text: str, code: str) -> list[int]:
    """Offsets at which the sentences of a paragraph end, in order; the last one is the paragraph's length.

    `code` is `ja` or `zh`. Time is linear in the length of the text.
    """
    marks = brackets.match(text, LONGEST_QUOTE)
    found: list[int] = []
    start = _skip(text, 0)
    stop = 0
    for run in _RUN.finditer(text):
        if run.start() < stop:
            continue
        stop = _tail(text, run.end(), marks)
        if not marks.inside[stop] and _is_end(text, start, run, stop, marks, code):
            stop = _notes(text, start, stop, code)
            found.append(stop)
            start = _skip(text, stop)
    if not found or found[-1] < len(text):
        found.append(len(text))
    return found


def _skip(text: str, at: int) -> int:
    """The offset of the first character from `at` on that is no white space."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _tail(text: str, at: int, marks: Brackets) -> int:
    """The end of the closing marks and further terminators that follow a terminator and belong to it."""
    while at < len(text):
        if at in marks.opener:
            at += 1
        elif more := _DEBRIS.match(text, at) or _MORE.match(text, at):
            at = more.end()
        else:
            break
    return at


def _is_end(text: str, start: int, run: re.Match[str], stop: int, marks: Brackets, code: str) -> bool:
    """Whether the sentence that begins at `start` ends with this run of terminators and its tail, at `stop`."""
    following = _skip(text, stop)
    gap = following > stop
    if following == len(text):
        return True
    if text[following] in "、，":
        return False
    if not _STRONG.search(run[0]) and not _dot_ends(text, start, run, following, gap or stop > run.end(), marks):
        return False
    opener = _outermost(start, text, run.end(), stop, marks)
    if opener is None:
        return not _inside_word(text, run, stop, following) and not (
            code == "ja" and not gap and run[0][-1] not in "。｡" and _QUOTATIVE.match(text, stop)
        )
    if text[opener] in "《〈":
        return gap  # a title
    if text[opener] in BRACKETS:
        # A whole sentence in brackets; elsewhere brackets hold an insertion, unless a full stop follows them.
        return opener <= start or _STRONG.match(text[stop - 1]) is not None
    return _quotation_ends(text, start, run, opener, following, gap, marks, code)


def _outermost(start: int, text: str, run_end: int, stop: int, marks: Brackets) -> int | None:
    """Where the last pair opened that is closed between a run of terminators and the end of its tail.

    A closing quotation mark without a partner closes what the sentence began with: the opening mark stands
    in an earlier paragraph.
    """
    for at in range(stop - 1, run_end - 1, -1):
        if at in marks.opener:
            return marks.opener[at]
        if text[at] in "」』｣”’":
            return start
    return None


def _quotation_ends(
    text: str, start: int, run: re.Match[str], opener: int, following: int, gap: bool, marks: Brackets, code: str
) -> bool:
    """Whether a sentence ends with a quotation whose last sentence ends with `run`."""
    goes_on = _GOES_ON[code]
    leads = _leads(start, opener, marks)
    note = _NOTE.match(text, following)
    if goes_on.match(text, following) or (note and goes_on.match(text, note.end())):
        return False
    if code == "zh" and leads and _SPEECH.match(text, following):
        return False
    quote_follows = following in marks.closer and text[following] in QUOTES
    if gap or not _STRONG.search(run[0]):
        return gap or (quote_follows and leads)
    if code == "zh":
        # Quotations after a colon are sentences of their own; those woven into a clause are not.
        return leads or text[opener - 1] in "：:，,。！？”"
    if quote_follows:
        return leads
    # A title names what follows and leans on the noun before it: 映画「君の名は。」公開.
    titled = text[opener] == "『" and run[0] != "。" if leads else _NOUN.match(text[opener - 1])
    return not titled


def _leads(start: int, opener: int, marks: Brackets) -> bool:
    """Whether nothing but quotations stands between the beginning of a sentence and an opening mark."""
    while opener > start and opener - 1 in marks.opener:
        opener = marks.opener[opener - 1]
    return opener <= start


def _dot_ends(text: str, start: int, run: re.Match[str], following: int, gap: bool, marks: Brackets) -> bool:
    """Whether an ellipsis or a single dot can end a sentence; `gap` says that a space or a closing mark follows."""
    before, after = text[run.start() - 1 : run.start()], text[following]
    if after.islower():
        return False
    if len(run[0]) > 1 or run[0] in "…‥":
        return gap or (following in marks.closer and after in QUOTES)
    if before.isdigit():
        numeral = run.start() - start <= 3 and text[start : run.start()].isdigit()  # 1. at the head of an item
        return gap and not numeral and (after.isupper() or run[0] == "．")
    wide = bool(_WIDE.match(before)) and not "Ａ" <= before <= "ｚ"
    if run[0] == "．" or (wide and _WIDE.match(after)):
        return gap or (wide and (run[0] == "．" or "ぁ" <= before <= "ん"))
    return gap and _ABBREVIATION.search(text, max(0, run.start() - 8), run.start()) is None


def _inside_word(text: str, run: re.Match[str], stop: int, following: int) -> bool:
    """Whether a terminator stands inside a name or an address: `Yahoo!ニュース`, `search?q=1`."""
    if run.end() < stop:
        return False
    if (name := _NAMES.search(text, max(0, run.start() - 8), run.end())) and name.end() == run.end():
        return run[0] != "。" or bool(_JA_GOES_ON.match(text, following))
    return following == stop and _WORD_GOES_ON.match(text, run.start() - 1) is not None


def _notes(text: str, start: int, stop: int, code: str) -> int:
    """The end of the source notes and references in brackets that follow the sentence ending at `stop`."""
    while (note := _NOTE.match(text, stop)) and _belongs(text, start, note, code):
        more = _MORE.match(text, note.end())
        stop = more.end() if more else note.end()
    return stop


def _belongs(text: str, start: int, note: re.Match[str], code: str) -> bool:
    """Whether a bracket after a sentence is a note to it, and not the beginning of the next sentence."""
    gap, opener, words = note.groups()
    after = _skip(text, note.end())
    if (not gap and _REFERENCE.match(note[0])) or after == len(text):
        return True
    if _NUMBER.fullmatch(words):
        return False
    if after > note.end():
        return opener != "【"
    if opener in "[［【":
        return False
    # （記者）今日は… : where the last sentence began with a label, so does the next.
    return not (gap or text[start] == opener or _GOES_ON[code].match(text, after))
