"""Making one corpus of many aligned files: joined, without duplicates, split for training and testing."""

from align.corpus.build import build_corpus
from align.corpus.records import CorpusReport, CorpusSettings, Part, Split
from align.corpus.split import parse_splits

__all__ = ["CorpusReport", "CorpusSettings", "Part", "Split", "build_corpus", "parse_splits"]
