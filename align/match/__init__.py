"""Pairing documents: which one translates which, from two folders of them."""

from align.match.manifest import write_alone, write_manifest
from align.match.records import Alone, Evidence, Match, Matching, MatchSettings, Skipped, Text
from align.match.run import match_folders, match_texts

__all__ = [
    "Alone",
    "Evidence",
    "Match",
    "MatchSettings",
    "Matching",
    "Skipped",
    "Text",
    "match_folders",
    "match_texts",
    "write_alone",
    "write_manifest",
]
