"""Rows made by hand, an encoder that costs nothing, and a headless Chromium."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from align.encode import Vectors
from align.records import AlignedPair
from align.write import write_pairs

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
_PATIENCE = 20.0
"""Seconds to wait for the browser: far more than it takes, for the machine may be busy."""


def make_pairs(
    rows: Sequence[tuple[str, str] | tuple[str, str, float]],
    doc: str = "doc",
    flags: Mapping[int, tuple[str, ...]] = MappingProxyType({}),
) -> list[AlignedPair]:
    """Rows of (source, target, confidence); a side's sentences are separated by `|`, an empty side has none."""
    pairs, ends = [], [0, 0]
    for number, (src, tgt, *confidence) in enumerate(rows):
        ids = []
        for side, text in enumerate((src, tgt)):
            many = text.count("|") + 1 if text else 0
            ids.append(tuple(range(ends[side], ends[side] + many)))
            ends[side] += many
        pairs.append(
            AlignedPair(
                doc=doc,
                bead=number,
                type=f"{len(ids[0])}-{len(ids[1])}",
                src_ids=ids[0],
                tgt_ids=ids[1],
                confidence=confidence[0] if confidence else 0.99,
                similarity=0.7 if src and tgt else 0.0,
                flags=flags.get(number, ()),
                src=src.replace("|", " "),
                tgt=tgt.replace("|", ""),
                src_span=(number * 10, number * 10 + 9) if src else None,
                tgt_span=(number * 5, number * 5 + 4) if tgt else None,
            )
        )
    return pairs


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write rows to a file in the test's folder, with a sidecar where there is one."""

    def written(name: str, rows: Sequence[AlignedPair], sidecar: dict[str, Any] | None = None) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            write_pairs(rows, stream, path.suffix.lstrip("."))
        if sidecar is not None:
            Path(f"{path}.json").write_text(json.dumps(sidecar), encoding="utf-8")
        return path

    return written


@dataclass(frozen=True, slots=True)
class LetterEncoder:
    """A vector counts letters: texts of the same letters are alike in any language. `seen` has what it encoded."""

    name: str = "letters"
    revision: str = "1"
    seen: list[str] = field(default_factory=list)

    def knows(self, language: str) -> bool:
        return True

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        self.seen.extend(sentences)
        counts = np.array([[text.count(letter) for letter in "abcdefgh"] for text in sentences], np.float32) + 1e-3
        return Vectors((counts / np.linalg.norm(counts, axis=1, keepdims=True))[None], characters=0)


@pytest.fixture
def letters() -> LetterEncoder:
    return LetterEncoder()


def find_browser() -> str | None:
    """The browser that `CHROMIUM` names, else the first on the path."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install -e .[test]"
    )
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium on the path: apt-get install chromium-headless-shell fonts-noto-cjk")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])  # which root needs
        yield chromium
        chromium.close()


@dataclass(slots=True)
class Visit:
    """A page in the browser, and what it asked for or complained of."""

    page: Any
    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def open(self, path: Path, hash: str = "") -> Any:
        self.page.goto(path.as_uri() + hash)
        self.page.wait_for_selector("h1")
        return self.page

    def rows(self) -> list[int]:
        """The numbers of the rows on the screen."""
        return self.page.eval_on_selector_all("tr[data-row]", "all => all.map(row => Number(row.dataset.row))")

    def found(self, text: str) -> None:
        """Wait until the line above the rows says so."""
        self.until("text => document.querySelector('#rows .found').textContent === text", text)

    def until(self, expression: str, argument: object = None) -> None:
        """Wait until an expression is true. Playwright's own way polls by eval, which the page's policy forbids."""
        end = time.monotonic() + _PATIENCE
        while not self.page.evaluate(expression, argument):
            assert time.monotonic() < end, f"never true: {expression} ({argument})"
            time.sleep(0.02)


@pytest.fixture
def visit(browser: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh browser page; parametrize with `indirect` to give the context's options."""
    context = browser.new_context(**{"viewport": {"width": 1300, "height": 900}, **getattr(request, "param", {})})
    context.set_default_timeout(_PATIENCE * 1000)
    visit = Visit(context.new_page())
    visit.page.on("request", lambda asked: visit.requests.append(asked.url))
    visit.page.on("pageerror", lambda error: visit.problems.append(str(error)))
    visit.page.on("console", lambda message: visit.problems.append(message.text) if message.type == "error" else None)
    visit.page.on("dialog", lambda dialog: (visit.problems.append(dialog.message), dialog.dismiss()))
    yield visit
    context.close()
    assert visit.problems == []
    assert [url for url in visit.requests if not url.startswith(("file:", "blob:"))] == []
