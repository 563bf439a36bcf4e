"""Rows and files of rows to make corpora of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from align.records import AlignedPair
from align.write import save_pairs

Row = Callable[..., AlignedPair]


@pytest.fixture(scope="session")
def row() -> Row:
    def make(
        doc: str, bead: int, src: str, tgt: str, confidence: float = 1.0, flags: tuple[str, ...] = ()
    ) -> AlignedPair:
        src_ids, tgt_ids = ((bead,) if text else () for text in (src, tgt))
        return AlignedPair(
            doc, bead, f"{len(src_ids)}-{len(tgt_ids)}", src_ids, tgt_ids, confidence, 0.5, flags, src, tgt,
            (0, len(src)) if src else None, (0, len(tgt)) if tgt else None,
        )  # fmt: skip

    return make


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, Iterable[AlignedPair]], Path]:
    def write(name: str, pairs: Iterable[AlignedPair]) -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        save_pairs(pairs, path)
        return path

    return write
