"""taiyaku: sentence-aligned corpora from documents that translate each other.

    from align import align_files

    alignment = align_files("en.html", "ja.txt")
    for pair in alignment:
        print(pair.confidence, pair.src, pair.tgt)
    alignment.write("out.tsv")

Names load what they need when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from align.alignment import Alignment
    from align.errors import AlignError
    from align.evaluate import Evaluation, evaluate_paths
    from align.ladder import read_alignment
    from align.pipeline import Aligner, align_documents, align_files, align_texts
    from align.records import AlignedPair, Bead, Document, Sentence, Verdict
    from align.settings import AlignSettings

_MODULES = {
    "align.alignment": ("Alignment",),
    "align.errors": ("AlignError",),
    "align.evaluate": ("Evaluation", "evaluate_paths"),
    "align.ladder": ("read_alignment",),
    "align.pipeline": ("Aligner", "align_documents", "align_files", "align_texts"),
    "align.records": ("AlignedPair", "Bead", "Document", "Sentence", "Verdict"),
    "align.settings": ("AlignSettings",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "AlignError",
    "AlignSettings",
    "AlignedPair",
    "Aligner",
    "Alignment",
    "Bead",
    "Document",
    "Evaluation",
    "Sentence",
    "Verdict",
    "align_documents",
    "align_files",
    "align_texts",
    "evaluate_paths",
    "read_alignment",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'align' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
