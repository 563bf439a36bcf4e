"""The learned weights: a JSON file a person can read, with where it came from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.errors import SettingsError
from align.lattice.features import BY_NOISE, COARSE, NAMES

Doubles = NDArray[np.float64]

SHIPPED = Path(__file__).with_name("weights.json")
SENTENCE_VECTORS = Path(__file__).with_name("weights_sentence_vectors.json")
_CHANGING = np.array([NAMES.index(name) for name in BY_NOISE])
STEPS = ("null opens", "null goes on", "null changes side")


@dataclass(frozen=True)
class Weights:
    """`coarse` (len(COARSE),) and `fine` (len(NAMES),) weigh the features of the two stages, `steps` (3,) the nulls.

    What tells a translation on a clean page may not on one full of boilerplate, so the weights of the second stage
    change with the document: `by_noise` (len(BY_NOISE),) is added to those of `fine` for each unit of `features.noise`.
    Scores are divided by `temperature` before they become probabilities. `price` is taken off the probability of every
    bead, null or not, where the best path is sought: a higher one makes fewer beads. `revision` identifies the
    numbers, `provenance` tells how they were made.
    """

    coarse: Doubles
    fine: Doubles
    by_noise: Doubles
    steps: Doubles
    temperature: float
    price: float
    revision: str
    provenance: dict[str, Any]

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
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def shipped(tokens: bool) -> Weights:
    """The weights that ship for encoders that show token vectors, or for those that show sentence vectors only.

    With sentences for tokens, coverage and windows mean something else: with the weights for tokens F1 of e5-small
    falls from .93 to .83 (docs/encoders.md).
    """
    return read_weights(None if tokens else str(SENTENCE_VECTORS))


def _table(names: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


@lru_cache(maxsize=8)
def read_weights(path: str | None = None) -> Weights:
    """The weights of a file that `align train` wrote; None reads the ones that ship.

    Raises:
        SettingsError: no such file, or it does not hold this version's features.
    """
    file = SHIPPED if path is None else Path(path)
    try:
        data = file.read_bytes()
        content = json.loads(data)
        arrays = {
            key: _values(content[key], names, key)
            for key, names in (("coarse", COARSE), ("fine", NAMES), ("by_noise", BY_NOISE), ("steps", STEPS))
        }
        numbers = [float(content[key]) for key in ("temperature", "price")]
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
        revision=blake2b(data, digest_size=4).hexdigest(), provenance=content.get("provenance", {}),
    )  # fmt: skip


def _values(table: dict[str, float], names: Sequence[str], key: str) -> Doubles:
    if set(table) != set(names):
        odd = sorted(set(table) ^ set(names))
        raise ValueError(f"the features under '{key}' differ: {', '.join(odd[:4])}")
    return np.array([float(table[name]) for name in names])
