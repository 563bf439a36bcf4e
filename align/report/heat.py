"""Every source row against every target row: how alike they are, beside the path that the alignment takes."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from align.encode import Encoder, encoder_for
from align.errors import SettingsError
from align.languages import language
from align.records import AlignedPair
from align.settings import AlignSettings

LARGEST = 300
"""Rows on either side up to which a map is drawn: beyond, a cell is smaller than a pixel."""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Cosine similarity of the text of source rows (down) with that of target rows (across).

    `rows` and `columns` are row numbers; `cells` has len(rows) x len(columns) bytes, 0 for `low` and 255 for `high`.
    """

    rows: list[int]
    columns: list[int]
    cells: bytes
    low: float
    high: float
    encoder: str

    @classmethod
    def of(cls, pairs: Sequence[AlignedPair], languages: tuple[str, str], encoder: Encoder) -> HeatMap | None:
        """The map of a document; None where a side has no text, or more than LARGEST rows."""
        numbers = [[n for n, pair in enumerate(pairs) if side(pair)] for side in (_src, _tgt)]
        if not all(0 < len(side) <= LARGEST for side in numbers):
            return None
        vectors = [
            encoder.encode([side(pairs[n]) for n in rows], 1, language(code).joiner).spans[0]
            for side, rows, code in zip((_src, _tgt), numbers, languages, strict=True)
        ]
        cosines = vectors[0] @ vectors[1].T
        low, high = float(np.quantile(cosines, 0.05)), float(cosines.max())
        scaled = (cosines - low) / max(high - low, 1e-6)
        cells = np.rint(np.clip(scaled, 0, 1) * 255).astype(np.uint8).tobytes()
        return cls(*numbers, cells, low, high, f"{encoder.name}@{encoder.revision}")

    def to_dict(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "columns": self.columns,
            "cells": base64.b64encode(self.cells).decode(),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "encoder": self.encoder,
        }


def encoder_of(sidecar: dict[str, Any], languages: tuple[str, str], model: str | None) -> Encoder:
    """The encoder of a map: `model`, else the one that aligned the document, else the default for its languages.

    Raises:
        UnknownLanguage, MissingExtra, MissingModel: as for aligning.
    """
    settings = sidecar.get("settings")
    used = settings.get("model") if isinstance(settings, dict) else None
    try:
        return encoder_for(AlignSettings(model=str(model or used or "auto")), *languages)
    except SettingsError:
        return encoder_for(AlignSettings(), *languages)


def _src(pair: AlignedPair) -> str:
    return pair.src


def _tgt(pair: AlignedPair) -> str:
    return pair.tgt
