"""Learn the scorer's weights: `python -m align.boilerplate.train GOLD -o weights.npz`.

The same material and seed give the same file on one kind of machine. `--fold k` leaves a fold of the lines and of the
articles out, for whoever needs scores of lines that the scorer has not seen; `--held-out` prints how well lines of
families left out are told from articles left out.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from numpy.typing import NDArray

from align.boilerplate import place, shape, wording
from align.boilerplate.characters import characters
from align.boilerplate.material import FOLDS, HEADINGS, Material, Page, compose, read_material
from align.boilerplate.scorer import Scorer

Doubles = NDArray[np.float64]

_TEXTS_A_LINE = 8
"""Text lines of a language are at most so many for each line of its boilerplate, and at least `_FEWEST_TEXTS`."""
_FEWEST_TEXTS = 600
_ITERATIONS = 60
_ANNOUNCING = ("related", "video", "quiz", "newsletter", "advert", "sponsor", "shop", "nav")
"""Kinds of lines that also label headlines of other pages."""


@dataclass(frozen=True)
class FitSettings:
    """How to learn. The ridges are priors that keep weights small; `pages` are composed for the places' weights."""

    seed: int = 1
    wording_ridge: float = 0.1
    shape_ridge: float = 0.5
    place_ridge: float = 1.0
    pages: int = 1500


_DEFAULT = FitSettings()


def fit(
    material: Material, settings: FitSettings = _DEFAULT, without: int | None = None, places: Scorer | None = None
) -> Scorer:
    """Learn from lines and articles, all but those of the fold `without`.

    The weights of places come from pages composed of articles, and of lines half of which, that the wording they are
    learned with has not seen, a fold at a time; `places` gives them instead, which is several times faster.
    """
    kept = material.without(without)
    lines = fit_lines(kept, settings)
    if places is not None:
        return replace(lines, place=places.place, fallback_place=places.fallback_place)
    place_rows = []
    for fold in range(FOLDS):
        held = kept.only(fold)
        if not held.lines or all(page.name.endswith(HEADINGS) for page in held.pages):
            continue
        scorer = fit_lines(kept.without(fold), settings)
        pages = composed(_with_seen(held, kept, settings.seed), settings.pages // FOLDS, settings.seed + fold)
        place_rows.append((_place_rows(pages, scorer), _place_rows(pages, replace(scorer, languages=()))))
    labels = np.concatenate([y for (_, y), _ in place_rows])
    own, other = (
        _logistic(_dense(np.concatenate([rows[which][0] for rows in place_rows])), labels, settings.place_ridge)
        for which in (0, 1)
    )
    return replace(lines, place=own, fallback_place=other)


def fit_lines(material: Material, settings: FitSettings = _DEFAULT) -> Scorer:
    """Learn wording and shape alone; the scorer takes a line's own logit for the final one."""
    random = Random(settings.seed)
    languages = tuple(sorted({line.language for line in material.lines}))
    groups: list[tuple[str, list[str], list[bool], list[float]]] = []
    for code in languages:
        bad = [line.text for line in material.lines if line.language == code]
        own = [page for page in material.pages if page.language == code]
        headings = {text for page in own if page.name.endswith(HEADINGS) for text in page.texts}
        good = sorted({text for page in own for text in _with_pieces(page, random)} - headings)
        random.shuffle(good)
        good = [*sorted(headings), *good[: max(_FEWEST_TEXTS, _TEXTS_A_LINE * len(bad))]]
        if not good:
            continue
        weights = [1.0] * len(bad) + [len(bad) / len(good) * 1.5] * len(good)
        groups.append((code, bad + good, [True] * len(bad) + [False] * len(good), weights))
    shapes = np.concatenate([shape.shapes(characters(texts), code) for code, texts, _, _ in groups])
    labels = np.concatenate([np.asarray(labels) for _, _, labels, _ in groups])
    weights = np.concatenate([np.asarray(weights) for _, _, _, weights in groups])
    words = _matrix([text for _, texts, _, _ in groups for text in texts])
    fallback = _logistic(_dense(shapes), labels, settings.shape_ridge, weights)
    both = _logistic(_dense(shapes), labels, settings.shape_ridge, weights, words, settings.wording_ridge)
    table, own = both[: words.shape[1]], both[words.shape[1] :]
    step = float(np.abs(table).max()) / 127 or 1.0
    identity = np.zeros(len(place.NAMES) + 1, dtype=np.float32)
    identity[place.NAMES.index("line")] = 2.0
    stock = {code: [text for text, label in zip(texts, bad, strict=True) if label] for code, texts, bad, _ in groups}
    announcing: dict[str, list[str]] = defaultdict(list)
    for line in material.lines:
        if line.kind in _ANNOUNCING:
            announcing[line.language].append(line.text.rstrip(":： "))
    return Scorer(
        stock=_stock(stock, material.pages),
        labels=_stock(announcing, material.pages),
        table=np.round(table / step).astype(np.int8),
        step=step,
        shape=own,
        fallback=fallback,
        place=identity,
        fallback_place=identity,
        languages=tuple(code for code, *_ in groups),
        provenance={},
    )


def _with_seen(held: Material, kept: Material, seed: int) -> Material:
    """The lines held out and as many others: half of what stands on real pages is worded as everywhere else."""
    seen = sorted(set(kept.lines) - set(held.lines), key=lambda line: (line.language, line.text))
    return replace(held, lines=(*held.lines, *Random(seed).sample(seen, min(len(seen), len(held.lines)))))


def _stock(lines: dict[str, list[str]], pages: Iterable[Page]) -> NDArray[np.uint32]:
    """Hashes of the lines that stand in no article of their language."""
    hashes = []
    for code, texts in lines.items():
        articles = [text for page in pages if page.language == code for text in page.texts]
        hashes.append(np.setdiff1d(wording.whole(characters(texts)), wording.whole(characters(articles))))
    return np.unique(np.concatenate(hashes))


def composed(material: Material, count: int, seed: int) -> list[Page]:
    """So many pages composed of the material's lines and articles, the languages taking turns."""
    random = Random(seed)
    stock: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line in material.lines:
        stock[line.language][line.kind].append(line.text)
    by_language = defaultdict(list)
    for page in material.pages:
        if page.name.endswith(HEADINGS):
            stock[page.language][HEADINGS].extend(page.texts)
            continue
        by_language[page.language].append(page)
        if len(page.texts[0]) < 120 and page.name.startswith("ntrex"):
            stock[page.language]["related"].append(page.texts[0])
    codes = sorted(by_language)
    return [compose(random.choice(by_language[codes[k % len(codes)]]), stock, random) for k in range(count)]


def _with_pieces(page: Page, random: Random) -> Iterable[str]:
    """The lines of an article, and pieces of some, as stripped links leave them."""
    for text in page.texts:
        yield text
        if len(text) > 40 and random.random() < 0.15:
            at = random.randrange(8, len(text) - 8)
            at = text.find(" ", at) if " " in text[at:] else at
            yield from (text[:at].strip(), text[at:].strip())


def _place_rows(pages: Sequence[Page], scorer: Scorer) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    rows = [place.places(scorer.line_logits(page.texts, page.language), page.texts, page.paragraphs) for page in pages]
    return np.concatenate(rows), np.concatenate([np.asarray(page.labels, dtype=bool) for page in pages])


def _matrix(texts: Sequence[str]):
    """(len(texts), 2^17) sparse: the features that `wording.weigh` sums, divided as it divides them."""
    from scipy import sparse

    buckets, lines = wording.grams(characters(texts))
    values = (1 / wording.norms(lines, len(texts)))[lines].astype(np.float32)
    return sparse.csr_matrix((values, (lines, buckets)), shape=(len(texts), 1 << wording.BITS))


def _dense(rows: NDArray[np.float32]) -> Doubles:
    return np.concatenate([rows, np.ones((len(rows), 1))], axis=1)


def _logistic(dense: Doubles, labels, ridge: float, weights=None, sparse=None, sparse_ridge: float = 1.0):
    """Weights of a logistic regression by L-BFGS: of the sparse columns, if any, then of the dense ones.

    The last dense column, the bias, is not held small.
    """
    from scipy.optimize import minimize

    weights = np.ones(len(labels)) if weights is None else weights
    sign = np.where(labels, 1.0, -1.0)
    wide = sparse.shape[1] if sparse is not None else 0
    turned = sparse.T.tocsr() if sparse is not None else None
    prior = np.concatenate([np.full(wide, sparse_ridge), np.full(dense.shape[1], ridge)])
    prior[-1] = 1e-6

    def loss(x: Doubles) -> tuple[float, Doubles]:
        logit = dense @ x[wide:]
        if wide:
            logit += sparse @ x[:wide]
        margin = sign * logit
        pull = -sign * weights / (1 + np.exp(np.clip(margin, -50, 50)))
        gradient = dense.T @ pull
        if wide:
            gradient = np.concatenate([turned @ pull, gradient])
        value = float(weights @ np.logaddexp(0, -margin)) + 0.5 * float(prior @ (x * x))
        return value, gradient + prior * x

    start = np.zeros(wide + dense.shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS}).x.astype(np.float32)


def held_out(material: Material, settings: FitSettings = _DEFAULT, folds: Iterable[int] = range(FOLDS)):
    """Per language: (logits or scores, labels) of lines alone, and of lines in composed pages, all left out."""
    alone, placed = defaultdict(list), defaultdict(list)
    for fold in folds:
        scorer = fit(material, settings, without=fold)
        held = material.only(fold)
        for code in scorer.languages:
            bad = [line.text for line in held.lines if line.language == code]
            good = [text for page in held.pages if page.language == code for text in page.texts]
            logits = scorer.line_logits(bad + good, code) if bad or good else []
            alone[code].append((logits, [True] * len(bad) + [False] * len(good)))
        for page in composed(held, settings.pages // FOLDS, settings.seed + 100 + fold):
            placed[page.language].append((scorer.scores(page.texts, page.paragraphs, page.language), page.labels))
    return alone, placed


def auc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Probability that a line of boilerplate scores higher than one of text; ties count half."""
    from scipy.stats import rankdata

    labels = np.asarray(labels, dtype=bool)
    good, bad = int((~labels).sum()), int(labels.sum())
    if not good or not bad:
        return float("nan")
    return float((rankdata(scores)[labels].sum() - bad * (bad + 1) / 2) / (good * bad))


def _report(material: Material, settings: FitSettings) -> str:
    alone, placed = held_out(material, settings)
    rows = ["lang   lines   AUC alone   pages' lines   AUC in place   P@.5   R@.5"]
    for code in sorted(placed):
        scores, labels = (np.concatenate([part[k] for part in placed[code]]) for k in (0, 1))
        labels = labels.astype(bool)
        flagged = scores >= 0.5
        precision = (flagged & labels).sum() / max(1, flagged.sum())
        recall = (flagged & labels).sum() / max(1, labels.sum())
        own = [np.concatenate([part[k] for part in alone[code]]) for k in (0, 1)] if code in alone else ([], [])
        rows.append(
            f"{code:<5}{int(np.sum(own[1])):>7}{auc(*own) if len(own[0]) else float('nan'):>12.3f}{len(labels):>15}"
            f"{auc(scores, labels):>15.3f}{precision:>7.3f}{recall:>7.3f}"
        )
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m align.boilerplate.train", description=__doc__.split("\n")[0])
    parser.add_argument("gold", help="Folder of gold collections: ntrex, bsd, ami, rustbook, opus-books.")
    parser.add_argument("-o", "--output", help="Where to write the weights, an .npz.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="Leave this fold out.")
    parser.add_argument("--held-out", action="store_true", help="Print accuracy on lines and articles left out.")
    given = parser.parse_args(arguments)
    material = read_material(given.gold)
    settings = FitSettings(seed=given.seed)
    if given.held_out:
        sys.stdout.write(_report(material, settings) + "\n")
    if given.output:
        scorer = fit(material, settings, without=given.fold)
        provenance = {
            "lines": len(material.lines),
            "articles": len(material.pages),
            "seed": given.seed,
            "fold": given.fold,
        }
        replace(scorer, provenance=provenance).save(given.output)


if __name__ == "__main__":
    main()
