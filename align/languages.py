"""Languages: codes, scripts, and how their sentences join and their lengths count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from align.errors import UnknownLanguage


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is ISO 639-1 where there is one; `script` an ISO 15924 code.

    One that is not `detected` has to be named: there are models for it, but a text in it looks like one in a commoner
    language too often.
    """

    code: str
    name: str
    script: str = "Latn"
    detected: bool = True

    @property
    def is_cjk(self) -> bool:
        """Chinese and Japanese: no spaces between words or sentences, full-width punctuation."""
        return self.code in ("ja", "zh")

    @property
    def joiner(self) -> str:
        """What stands between two sentences of one paragraph."""
        return "" if self.is_cjk else " "


_TABLE = """
am Amharic Ethi|ar Arabic Arab|bg Bulgarian Cyrl|bn Bengali Beng|bo Tibetan Tibt|bs Bosnian|ca Catalan|cs Czech
cy Welsh|da Danish|de German|el Greek Grek|en English|eo Esperanto|es Spanish|et Estonian|eu Basque|fa Persian Arab
fi Finnish|fo Faroese
fr French|ga Irish|gl Galician|gu Gujarati Gujr|he Hebrew Hebr|hi Hindi Deva|hr Croatian|hu Hungarian
hy Armenian Armn|id Indonesian|is Icelandic|it Italian|ja Japanese Jpan|ka Georgian Geor|kk Kazakh Cyrl|km Khmer Khmr
kn Kannada Knda|ko Korean Kore|la Latin|lo Lao Laoo|lt Lithuanian|lv Latvian|mk Macedonian Cyrl|ml Malayalam Mlym
mn Mongolian Cyrl|mr Marathi Deva|ms Malay|mt Maltese|my Burmese Mymr|ne Nepali Deva|nl Dutch|no Norwegian
or Odia Orya|pa Punjabi Guru|pl Polish|pt Portuguese|ro Romanian|ru Russian Cyrl|si Sinhala Sinh|sk Slovak|sl Slovenian
sq Albanian|sr Serbian Cyrl|sv Swedish|sw Swahili|ta Tamil Taml|te Telugu Telu|th Thai Thai|tl Tagalog
tr Turkish|uk Ukrainian Cyrl|ur Urdu Arab|uz Uzbek|vi Vietnamese|zh Chinese Hani
"""

_NAMED = """
af Afrikaans|as Assamese Beng|az Azerbaijani|be Belarusian Cyrl|br Breton|ceb Cebuano|co Corsican
fy Frisian|gd Gaelic|ha Hausa|haw Hawaiian|hmn Hmong|ht Haitian|ig Igbo|jv Javanese|ku Kurdish|ky Kyrgyz Cyrl
lb Luxembourgish|mg Malagasy|mi Maori|ny Chichewa|om Oromo|ps Pashto Arab|rw Kinyarwanda|sa Sanskrit Deva
sd Sindhi Arab|sm Samoan|sn Shona|so Somali|st Sotho|su Sundanese|tg Tajik Cyrl|tk Turkmen|tt Tatar Cyrl
ug Uyghur Arab|wo Wolof|xh Xhosa|yi Yiddish Hebr|yo Yoruba|zu Zulu
"""


def _listed(table: str, detected: bool) -> Iterator[Language]:
    for entry in table.strip().replace("\n", "|").split("|"):
        code, name, *script = entry.split()
        yield Language(code, name, *script or ["Latn"], detected)


LANGUAGES: dict[str, Language] = {
    each.code: each for each in sorted((*_listed(_TABLE, True), *_listed(_NAMED, False)), key=lambda each: each.code)
}

# ISO 639-2 and 639-3 codes, macro-language members and common habits.
_ALIASES = {
    "ara": "ar", "arb": "ar", "bul": "bg", "ben": "bn", "cat": "ca", "ces": "cs", "cze": "cs", "dan": "da",
    "deu": "de", "ger": "de", "ell": "el", "gre": "el", "eng": "en", "spa": "es", "est": "et", "eus": "eu",
    "fas": "fa", "per": "fa", "fin": "fi", "fra": "fr", "fre": "fr", "gle": "ga", "heb": "he", "iw": "he",
    "hin": "hi", "hrv": "hr", "hun": "hu", "ind": "id", "in": "id", "isl": "is", "ice": "is", "ita": "it",
    "jpn": "ja", "jp": "ja", "kor": "ko", "kr": "ko", "lat": "la", "lit": "lt", "lav": "lv", "msa": "ms",
    "nld": "nl", "dut": "nl", "nb": "no", "nn": "no", "nob": "no", "nno": "no", "nor": "no", "pol": "pl",
    "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl", "srp": "sr",
    "swe": "sv", "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi", "zho": "zh", "chi": "zh",
    "cmn": "zh", "cn": "zh", "tw": "zh", "khm": "km", "lao": "lo", "amh": "am", "afr": "af", "aze": "az", "bel": "be",
    "gla": "gd", "hye": "hy", "arm": "hy", "kat": "ka", "geo": "ka", "kaz": "kk", "mkd": "mk", "mal": "ml", "mon": "mn",
    "mya": "my", "bur": "my", "nep": "ne", "pan": "pa", "sin": "si", "sqi": "sq", "alb": "sq", "swa": "sw", "tam": "ta",
    "tel": "te", "tgl": "tl", "fil": "tl", "uzb": "uz", "cym": "cy", "wel": "cy", "bos": "bs", "glg": "gl", "guj": "gu",
    "kan": "kn", "mlt": "mt",
}  # fmt: skip


def language(code: str) -> Language:
    """The language of a code such as `ja`, `JPN`, `zh-TW` or `pt_BR`.

    Raises:
        UnknownLanguage: no language has that code.
    """
    base = code.strip().lower().replace("_", "-").split("-")[0]
    base = _ALIASES.get(base, base)
    if base not in LANGUAGES:
        raise UnknownLanguage(
            f"'{code}' is no language code taiyaku knows; give an ISO 639-1 code such as ja, en, de or zh."
        )
    return LANGUAGES[base]
