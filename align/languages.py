"""Languages: codes, scripts, and how their sentences join and their lengths count."""

from __future__ import annotations

from dataclasses import dataclass

from align.errors import UnknownLanguage


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is ISO 639-1 where there is one; `script` an ISO 15924 code."""

    code: str
    name: str
    script: str = "Latn"

    @property
    def is_cjk(self) -> bool:
        """Chinese and Japanese: no spaces between words or sentences, full-width punctuation."""
        return self.code in ("ja", "zh")

    @property
    def joiner(self) -> str:
        """What stands between two sentences of one paragraph."""
        return "" if self.is_cjk else " "


_TABLE = """
ar Arabic Arab|bg Bulgarian Cyrl|bn Bengali Beng|bs Bosnian|ca Catalan|cs Czech|cy Welsh|da Danish|de German
el Greek Grek|en English|eo Esperanto|es Spanish|et Estonian|eu Basque|fa Persian Arab|fi Finnish|fo Faroese
fr French|ga Irish|gl Galician|gu Gujarati Gujr|he Hebrew Hebr|hi Hindi Deva|hr Croatian|hu Hungarian
hy Armenian Armn|id Indonesian|is Icelandic|it Italian|ja Japanese Jpan|ka Georgian Geor|kk Kazakh Cyrl
kn Kannada Knda|ko Korean Kore|la Latin|lt Lithuanian|lv Latvian|mk Macedonian Cyrl|ml Malayalam Mlym
mn Mongolian Cyrl|mr Marathi Deva|ms Malay|mt Maltese|my Burmese Mymr|ne Nepali Deva|nl Dutch|no Norwegian
pa Punjabi Guru|pl Polish|pt Portuguese|ro Romanian|ru Russian Cyrl|si Sinhala Sinh|sk Slovak|sl Slovenian
sq Albanian|sr Serbian Cyrl|sv Swedish|sw Swahili|ta Tamil Taml|te Telugu Telu|th Thai Thai|tl Tagalog
tr Turkish|uk Ukrainian Cyrl|ur Urdu Arab|uz Uzbek|vi Vietnamese|zh Chinese Hani
"""

LANGUAGES: dict[str, Language] = {
    code: Language(code, name, *script)
    for code, name, *script in (entry.split() for line in _TABLE.split("\n") for entry in line.split("|") if entry)
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
    "cmn": "zh", "cn": "zh", "tw": "zh",
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
