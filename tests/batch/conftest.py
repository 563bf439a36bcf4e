"""Small corpora, and the stub aligner where batches and their workers can import it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from align.batch import BatchReport, BatchSettings, run_batch
from align.settings import AlignSettings

STUB = "batch_stub:make"


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    yield
    sys.modules.pop("batch_stub", None)


@dataclass(frozen=True)
class Corpus:
    """A folder with a manifest and its documents, which the current folder is while a test runs."""

    folder: Path

    def write(self, texts: dict[str, str]) -> None:
        """A document per text, with the same number of sentences on either side."""
        lines = ["doc\tsrc\ttgt"]
        for doc, text in texts.items():
            for side, content in (("en", text), ("ja", "一つ目の文です。二つ目の文です。")):
                path = self.folder / side / f"{doc}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                if not path.exists() or path.read_text(encoding="utf-8") != content:
                    path.write_text(content, encoding="utf-8")
            lines.append(f"{doc}\ten/{doc}.txt\tja/{doc}.txt")
        (self.folder / "manifest.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def run(self, outdir: str = "out", settings: AlignSettings = AlignSettings(), **batch: object) -> BatchReport:
        return run_batch("manifest.tsv", outdir, settings, BatchSettings(**{"aligner": STUB, **batch}))

    def tree(self, outdir: str = "out") -> dict[str, bytes]:
        return tree(self.folder / outdir)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file but those whose content tells of the run and not of the corpus."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "timings.tsv")
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in files if not path.name.startswith(".align-batch")
    }


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    monkeypatch.chdir(tmp_path)
    return Corpus(tmp_path)


@pytest.fixture(scope="session")
def make_corpus() -> Callable[[Path], Corpus]:
    """A corpus in any folder, which need not be the current one."""
    return Corpus


@pytest.fixture(scope="session")
def texts() -> Callable[[int], dict[str, str]]:
    def make(count: int) -> dict[str, str]:
        return {f"d{n:03}": f"This is document {n}. It has two sentences." for n in range(count)}

    return make
