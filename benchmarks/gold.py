"""The gold the benchmarks measure on, and which of it the weights were trained on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from align.errors import SettingsError
from align.lattice import Weights
from align.lattice.noise import Sample
from align.samples import read_collection
from align.train import taken

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
"""Public corpora beside the project (docs/public-corpora.md tells where from); what is not there is left out."""


@dataclass(frozen=True, slots=True)
class GoldSet:
    """Documents that share one row of the table. `paths` are as for `align.samples.read_collection`."""

    name: str
    paths: tuple[Path, ...]

    def samples(self, beads: int) -> list[Sample]:
        """Its documents; one more than twice as long comes in chunks of `beads` beads with two sides."""
        return [sample for path in self.paths for sample in _read(path, beads)]

    def documents(self, beads: int) -> list[Sample]:
        """Its documents, of those in chunks the first."""
        return first_chunks(self.samples(beads))


def document_of(sample: Sample) -> str:
    """Name of the document that a sample is, or is cut from."""
    return sample.name.split("#")[0]


def first_chunks(samples: Sequence[Sample]) -> list[Sample]:
    """One sample of each document."""
    documents: dict[str, Sample] = {}
    for sample in samples:
        documents.setdefault(document_of(sample), sample)
    return list(documents.values())


def spaced(documents: Sequence[Sample], most: int) -> Sequence[Sample]:
    """Documents evenly spaced that have about `most` gold beads together; all where they have fewer."""
    return documents[:: max(1, round(sum(len(sample.gold) for sample in documents) / most))]


def gold_sets(shared: Path = SHARED) -> list[GoldSet]:
    """The sets whose files are here."""
    gold = shared / "gold"
    return [
        GoldSet("corpora", tuple(sorted(path.parent for path in ROOT.glob("corpora/*/gold.txt")))),
        GoldSet("development", (ROOT / "corpora" / "development",)),
        *(GoldSet("seed", (path,)) for path in shared.glob("seed/ja.txt")),
        *(GoldSet(f"ntrex-{path.stem}", (path,)) for path in sorted(gold.glob("ntrex/*.tsv"))),
        *(GoldSet(path.parent.name, (path,)) for path in sorted(gold.glob("*/ja-en.tsv"))),
        *(GoldSet(path.name, (path,)) for path in sorted([*gold.glob("textberg-*"), *gold.glob("parice-*")])),
        *(GoldSet(f"books-{pair}", (path,)) for pair, path in _books(gold)),
    ]


def choose(sets: Sequence[GoldSet], names: Sequence[str]) -> list[GoldSet]:
    """The sets of those names, or whose names begin with one and a hyphen (`ntrex`); all where none is given."""
    chosen = [s for s in sets if not names or any(f"{s.name}-".startswith(f"{name}-") for name in names)]
    if missing := [name for name in names if not any(f"{s.name}-".startswith(f"{name}-") for s in chosen)]:
        raise SettingsError(f"No set is called {', '.join(missing)}; there are {', '.join(s.name for s in sets)}.")
    return chosen


def seen(weights: Weights, shared: Path = SHARED) -> tuple[frozenset[str], list[str]]:
    """Names of the documents the weights were trained on, and the training gold that is not here to look them up."""
    names: set[str] = set()
    missing: list[str] = []
    for argument in weights.provenance.get("gold", []):
        path = re.sub(r":\d+(x\d+)?$", "", argument)
        base = next((base for base in (ROOT, shared / "gold", shared) if (base / path).exists()), None)
        if base is None:
            missing.append(argument)
        else:
            names |= taken(str(base / argument), weights.provenance["settings"]["seed"])
    return frozenset(names), missing


def _books(gold: Path) -> list[tuple[str, Path]]:
    """Books by their languages. Hungarian is left out: only e5-small knows it, which takes minutes for a book."""
    books = [(path.name.split(".")[0], path) for path in sorted(gold.glob("opus-books/*"))]
    return [(pair, path) for pair, path in books if "hu" not in pair.split("-")]


def _read(path: Path, beads: int) -> Sequence[Sample]:
    if path.name != "ja.txt":
        return read_collection(path, chunk=beads, to_score=True).samples
    with TemporaryDirectory() as temporary:  # the seed: its Japanese side is not the project's and lies apart
        folder = Path(temporary, "seed", "page")
        folder.mkdir(parents=True)
        for file in (ROOT / "tests/data/seed/en.txt", ROOT / "tests/data/seed/gold.txt", path):
            shutil.copy(file, folder)
        return read_collection(folder).samples
