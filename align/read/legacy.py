"""Encodings older than Unicode, told by what the bytes become: kana, an alphabet, or chardet's statistics."""

from __future__ import annotations

import codecs
import re
import warnings

# What chardet may answer. Its full list holds dozens of code pages (Macintosh, EBCDIC, DOS) that hardly occur and
# that short texts are mistaken for: of 20-byte cuts of French the full list gets 70% right, this one 90%.
_CANDIDATES = (
    "cp932", "euc-jp", "gb18030", "big5", "cp949", "euc-kr", "iso-2022-kr", "hz-gb-2312",
    "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
    "windows-1257", "windows-1258", "koi8-r", "koi8-u", "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-15",
    "windows-874",
)  # fmt: skip
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")

# Encodings as pages name them and as they are written: the vendor's superset, which web browsers read as well.
_SUPERSETS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip

_LOWER, _UPPER = "ß-öø-ÿа-џґα-ώ", "À-ÖØ-ÞА-ЯҐΑ-Ω"
_CAPITAL_INSIDE = re.compile(f"(?<=[{_LOWER}])[{_UPPER}]")
_LETTERS = re.compile(f"(?<=[{_LOWER}{_UPPER}])[{_LOWER}{_UPPER}]")
_ENOUGH = 50_000  # characters beyond ASCII that are looked at
_ASCII = re.compile("[\x00-\x7f]+")
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
# Read in the wrong order, UTF-16 turns nearly all of these into ideographs and rarities, and hardly any of those into
# these.
_FAMILIAR = "\t\n\r -~\u00a0-ʯͰ-ۿ\u0901-\u09ff\u0a01-\u0cff\u0d01-\u11ff、-〟ぁ-ー！-～"
_LIKELY = re.compile(f"[{_FAMILIAR}\u2010-\u2044€℃←-⋿①-☆♪\u3000〒一-鿿豈-﫿가-힣｡-￥]")
_FAMILIAR = re.compile(f"[{_FAMILIAR}]")
_JAPANESE = re.compile("[ぁ-ゖァ-ヺー一-龥々〆、。「」『』・！？（）\u3000％〜～…―０-９Ａ-Ｚａ-ｚ：]")
# Half-width katakana as they can follow one another: voicing marks after the rows that take them, no small letter
# and no long mark first. Bytes of other encodings break these rules soon.
_HALF_WORDS = re.compile("(?:[｡-･]|[ｳｶ-ﾄﾊ-ﾎ]ﾞ|[ﾊ-ﾎ]ﾟ|(?<=[ｦ-ﾟ])[ｧ-ｰ]|[ｦｱ-ﾝ])+")
_STRANGE = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff\ufffd\ufffe\uffff]")

# Letters beyond ASCII that one language uses. A short text whose letters are all of one such alphabet in one code
# page only is in that code page; chardet needs some sixty characters to see it.
_ALPHABETS = {
    "cp1252": ("äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "ãáàâçéêíõóôúü", "àèéìíòóùú", "åäöé", "æøåé", "áéíóúýðþæö"),
    "cp1254": ("çğıöşüiâîû",),
}
_WESTERN_MARKS = "«»“”„‚‘’–—…•€£¥¿¡°§·©®™²³½×\u00a0"


def superset(codec: str) -> str:
    """The encoding that text named `codec` is really written in."""
    return _SUPERSETS.get(codec, codec)


def attempt(data: bytes, codec: str) -> str | None:
    """`data` by `codec`, or None where it does not decode."""
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return None


def is_strange(text: str) -> bool:
    """Whether characters that no text holds (controls, private use) are more than one in 200."""
    return len(_STRANGE.findall(text)) * 200 > len(text)


def wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark, in the byte order that makes the most familiar characters.

    ASCII characters bring NUL bytes, Japanese and Chinese punctuation other controls. Bytes that are UTF-8, but for
    a few NULs, are taken for UTF-16 only where they become kana to a good part.
    """
    if len(data) % 2:
        return None
    head = data[: 4 * _ENOUGH]
    nuls, has_control = head.count(0) / max(1, len(head)), re.search(rb"[\x01-\x08\x0e-\x1f]", head) is not None
    is_utf8 = nuls < 0.2 and _begins_as_utf8(head)
    if is_utf8 and not has_control and not nuls:
        return None
    readings = [(head.decode(codec, "replace"), codec) for codec in _WIDE]
    text, codec = max(readings, key=lambda reading: (_share(_FAMILIAR, reading[0]), _share(_LIKELY, reading[0])))
    if _share(_LIKELY, text) < 0.95 or is_strange(text):
        return None
    is_marked = not is_utf8 and (nuls > 0.02 or (has_control and _share(_FAMILIAR, text) > 0.1))
    return attempt(data, codec) if is_marked or _share(_KANA, text) > 0.3 else None


def _begins_as_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the last character may be cut
    except UnicodeError:
        return False
    return True


def _share(kind: re.Pattern[str], text: str) -> float:
    return len(kind.findall(text)) / max(1, len(text))


def japanese(data: bytes) -> str | None:
    """CP932 or EUC-JP, if one of them gives text with kana in it or words of half-width katakana.

    No other encoding in use makes kana: in CP932 they need lead bytes that are empty or rare elsewhere, and
    Chinese in GB2312, which shares the places of the kana in EUC-JP, has none in its texts.
    """
    best, most = None, 0.5
    for codec in ("cp932", "euc_jp", "euc_jis_2004"):
        text = attempt(data, codec)
        if text is None or is_strange(text):
            continue
        beyond = _ASCII.sub("", text)[:_ENOUGH]
        if not beyond:
            continue
        kana = len(_KANA.findall(beyond))
        half = sum("｡" <= c <= "ﾟ" for c in beyond)
        if codec == "cp932" and half == len(beyond):
            score = 1.0 if _is_half_width(text, data) else 0.0
        elif codec == "euc_jis_2004" and kana * 3 < len(beyond):
            score = 0.0  # its many more characters take in Chinese
        else:
            score = (len(_JAPANESE.findall(beyond)) + half) / len(beyond) if kana else 0.0
        if score > most:
            best, most = text, score
    return best


def _is_half_width(text: str, data: bytes) -> bool:
    words = re.findall("[｡-ﾟ]+", text)
    # Russian in KOI8-R and capitals of the Windows code pages lie in the upper half of the katakana only.
    if not all(map(_HALF_WORDS.fullmatch, words)) or not any(re.search("[ｦ-ｿ].|.[ｦ-ｿ]", word) for word in words):
        return False
    return attempt(data, "gb18030") is None or any(re.search("[ﾞﾟ]", word) for word in words)


def latin(data: bytes) -> str | None:
    """A text of a few accented letters, all of one alphabet in one code page only; None leaves it to statistics."""
    beyond = sum(byte > 0x7F for byte in data[:2000])
    if not 0 < beyond <= 12 or len(data) > 2000:
        return None
    fitting = [text for codec in _ALPHABETS if (text := attempt(data, codec)) and _fits(text, _ALPHABETS[codec])]
    return fitting[0] if len(set(fitting)) == 1 else None


def _fits(text: str, alphabets: tuple[str, ...]) -> bool:
    # Capitals inside words, opening marks inside words, and words without a plain letter are another code page's.
    if re.search(r"[a-zß-ÿ][A-ZÀ-Þ]|\w[¿¡„“«‚‘]\w|(?<![^\W\d])[À-ɏ]{2,}(?![^\W\d])", text):
        return False
    letters = [c.lower()[0] for c in text if c > "\x7f" and c not in _WESTERN_MARKS]
    return any(all(letter in alphabet for letter in letters) for alphabet in alphabets)


def guessed(data: bytes) -> str | None:
    """The first of chardet's answers, the likeliest first, that decodes all of `data` to text."""
    # The line break keeps chardet from taking a text for a file that starts like it, such as "BM" for a bitmap.
    for answer in _ask(b"\n" + data, _CANDIDATES):
        text = attempt(data, superset(codecs.lookup(answer).name))
        if text is not None and not is_strange(text):
            return None if _is_jumbled(text) else text
    return None


def _is_jumbled(text: str) -> bool:
    """Whether capitals stand inside words all over, as in random bytes that a code page gives letters to."""
    words = _ASCII.sub(" ", text[:_ENOUGH])
    inside = len(_CAPITAL_INSIDE.findall(words))
    return inside > 1 and inside * 10 > len(_LETTERS.findall(words))


def _ask(data: bytes, candidates: tuple[str, ...]) -> list[str]:
    import chardet

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that its answer for "none of these" is not among these
        answers = chardet.detect_all(data, ignore_threshold=True, include_encodings=candidates)
    return [answer["encoding"] for answer in answers if answer["encoding"]]
