"""The learned weights: a JSON file a person can read, with where it came from."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.encode.protocol import Shows
from align.errors import SettingsError
from align.lattice.features import BY_NOISE, COARSE, NAMES
from align.lattice.hidden import Hidden
from align.lattice.meaning import Meaning
from align.lattice.metric import Metric

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]

SHIPPED: dict[Shows, Path] = {
    "tokens": Path(__file__).with_name("weights.json"),
    "sentences": Path(__file__).with_name("weights_sentence_vectors.json"),
    "both": Path(__file__).with_name("weights_fused.json"),
}
PAGES: dict[Shows, Path] = {"both": Path(__file__).with_name("weights_fused_pages.json")}
"""Those for scraped pages, learned from more of them; where there are none, pages have the same as all."""
_CHANGING = np.array([NAMES.index(name) for name in BY_NOISE])
STEPS = ("null opens", "null goes on", "null changes side")
_SUMS = ("coarse", "fine", "by_noise", "steps")
_HIDDEN = ("inward", "noise", "bias", "outward")
_MEANING = ("score", "bias", "vector")
_METRIC = ("inward", "outward")
_ROW = re.compile(r"\[\s*((?:-?[0-9.e-]+,?\s*)+)\]")
"""A list of numbers in JSON."""


@dataclass(frozen=True)
class Weights:
    """`coarse` (len(COARSE),) and `fine` (len(NAMES),) weigh the features of the two stages, `steps` (3,) the nulls.

    What tells a translation on a clean page may not on one full of boilerplate, so the weights of the second stage
    change with the document: `by_noise` (len(BY_NOISE),) is added to those of `fine` for each unit of `features.noise`.
    Scores are divided by `temperature` before they become probabilities. `price` is taken off the probability of every
    bead, null or not, where the best path is sought: a higher one makes fewer beads. `revision` identifies the
    numbers, `provenance` tells how they were made. `hidden` adds what a weighed sum cannot say, `meaning` what the
    vectors of lines tell of boilerplate, and `metric` is that in which vectors are compared; each may be missing.
    """

    coarse: Doubles
    fine: Doubles
    by_noise: Doubles
    steps: Doubles
    temperature: float
    price: float
    revision: str
    provenance: dict[str, Any]
    hidden: Hidden | None = None
    meaning: Meaning | None = None
    metric: Metric | None = None

    @classmethod
    def mean(cls, several: Sequence[Weights]) -> Weights:
        """Weights whose scores are the mean of those of `several`, all learned in the metric of the first."""
        hidden = [weights.hidden for weights in several if weights.hidden is not None]
        meanings = [weights.meaning for weights in several if weights.meaning is not None]
        return replace(
            several[0],
            **{name: np.mean([getattr(weights, name) for weights in several], axis=0) for name in _SUMS},
            hidden=Hidden.mean(hidden) if hidden else None,
            meaning=Meaning.mean(meanings) if meanings else None,
        )

    @property
    def encoder(self) -> str:
        """Name of the encoder they were learned with: `meaning` and `metric` read no other's vectors."""
        return str(self.provenance.get("encoder", "")).split("@")[0]

    def scores(self, features: Floats, noise: float) -> Doubles:
        """Scores (b,) of beads with these features (b, len(NAMES)) in a document of so much noise."""
        scores = features.astype(np.float64) @ self.at(noise)
        if self.hidden is not None:
            scores += self.hidden.scores(features, noise)
        return scores / self.temperature

    def at(self, noise: float) -> Doubles:
        """The weights (len(NAMES),) of the second stage for a document of so much noise."""
        weights = self.fine.copy()
        weights[_CHANGING] += noise * self.by_noise
        return weights

    def to_json(self) -> str:
        """The file's content; numbers keep four decimals, which is finer than they are learned."""
        content = {
            "provenance": self.provenance,
            "temperature": round(self.temperature, 4),
            "price": round(self.price, 4),
            "steps": _table(STEPS, self.steps),
            "coarse": _table(COARSE, self.coarse),
            "fine": _table(NAMES, self.fine),
            "by_noise": _table(BY_NOISE, self.by_noise),
        }
        if self.hidden is not None:
            content["hidden"] = {name: _rounded(getattr(self.hidden, name)) for name in _HIDDEN}
        if self.meaning is not None:
            content["meaning"] = {name: _rounded(getattr(self.meaning, name)) for name in _MEANING}
        if self.metric is not None:
            content["metric"] = {name: _rounded(getattr(self.metric, name).T) for name in _METRIC}
        return _ROW.sub(_on_one_line, json.dumps(content, indent=1, ensure_ascii=False)) + "\n"


def shipped(shows: Shows = "tokens", scraped: bool = False) -> Weights:
    """The weights that ship for encoders that show so much, and for scraped pages or other documents.

    With sentences for tokens, coverage and windows mean something else: with the weights for tokens F1 of e5-small
    fell from .94 to .86 (docs/encoders.md). And the similarity of two encoders together is to be trusted more. What is
    learned from pages full of boilerplate helps on such pages and costs a little on prose; for tokens alone it costs a
    press release its floor (docs/aligner.md, fourteenth round).
    """
    return read_weights(str(PAGES.get(shows, SHIPPED[shows]) if scraped else SHIPPED[shows]))


def revision_of(data: bytes) -> str:
    """What tells weights from others: a digest of their file."""
    return blake2b(data, digest_size=4).hexdigest()


def _rounded(numbers: Any) -> Any:
    return np.round(np.asarray(numbers, dtype=np.float64), 4).tolist()


def _on_one_line(row: re.Match[str]) -> str:
    return "[" + ", ".join(number.strip() for number in row[1].split(",")) + "]"


def _table(names: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


@lru_cache(maxsize=8)
def read_weights(path: str | None = None) -> Weights:
    """The weights of a file that `align train` wrote; None reads those that ship for encoders that show tokens.

    Raises:
        SettingsError: no such file, or it does not hold this version's features.
    """
    file = SHIPPED["tokens"] if path is None else Path(path)
    try:
        data = file.read_bytes()
        content = json.loads(data)
        arrays = {
            key: _values(content[key], names, key)
            for key, names in (("coarse", COARSE), ("fine", NAMES), ("by_noise", BY_NOISE), ("steps", STEPS))
        }
        numbers = [float(content[key]) for key in ("temperature", "price")]
        hidden, meaning = _hidden(content.get("hidden")), _meaning(content.get("meaning"))
        metric = _metric(content.get("metric"))
        if not (numbers[0] > 0 and all(np.isfinite(x).all() for x in (*arrays.values(), numbers))):
            raise ValueError("numbers must be finite, and the temperature above 0")
    except OSError as error:
        raise SettingsError(f"Cannot read the weights file {file}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"{file} is no weights file of this version ({error}); make one with: align train GOLD... -o {file.name}"
        ) from error
    return Weights(
        arrays["coarse"], arrays["fine"], arrays["by_noise"], arrays["steps"], *numbers,
        revision=revision_of(data), provenance=content.get("provenance", {}),
        hidden=hidden, meaning=meaning, metric=metric,
    )  # fmt: skip


def _hidden(content: Any) -> Hidden | None:
    if content is None:
        return None
    arrays = {name: _finite(content[name], f"hidden {name}") for name in _HIDDEN}
    units = len(arrays["outward"])
    for name, array in arrays.items():
        size = (units, len(NAMES)) if name == "inward" else (units,)
        if array.shape != size:
            raise ValueError(f"'hidden' has {name} of {array.shape} numbers instead of {size}")
    return Hidden(**arrays)


def _meaning(content: Any) -> Meaning | None:
    if content is None:
        return None
    score, bias, vector = (_finite(content[name], f"meaning {name}") for name in _MEANING)
    if score.ndim or bias.ndim or vector.ndim != 1:
        raise ValueError("'meaning' must have a number 'score', a number 'bias' and a list 'vector'")
    return Meaning(float(score), float(bias), vector)


def _metric(content: Any) -> Metric | None:
    if content is None:
        return None
    inward, outward = (_finite(content[name], f"metric {name}") for name in _METRIC)
    if inward.ndim != 2 or inward.shape != outward.shape:
        raise ValueError("'metric' must have two lists 'inward' and 'outward' of as many vectors")
    return Metric(np.ascontiguousarray(inward.T), np.ascontiguousarray(outward.T))


def _finite(numbers: Any, name: str) -> Floats:
    array = np.asarray(numbers, dtype=np.float32)
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: numbers must be finite")
    return array


def _values(table: dict[str, float], names: Sequence[str], key: str) -> Doubles:
    if set(table) != set(names):
        odd = sorted(set(table) ^ set(names))
        raise ValueError(f"the features under '{key}' differ: {', '.join(odd[:4])}")
    return np.array([float(table[name]) for name in names])
