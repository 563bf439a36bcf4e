"""Training the lattice: gold documents and noisy copies of them, to a weights file that tells where it came from."""

from __future__ import annotations

import dataclasses
import re
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from align.boilerplate import Scorer, default_scorer
from align.boilerplate.material import FOLDS, Material, Page, fold_of, own_articles
from align.boilerplate.train import fit as fit_scorer
from align.calibrate import calibrate, judge
from align.copies import make_samples, own_lines
from align.encode import Encoder, choose_encoder
from align.encode.black_box import as_black_box
from align.encode.cache import cached
from align.engines import SideInput, refined
from align.errors import MissingExtra, SettingsError
from align.languages import language
from align.lattice import Side, Weights
from align.lattice.band import find_band
from align.lattice.evidence import Evidence
from align.lattice.features import BY_NOISE, COARSE, NAMES, noise
from align.lattice.meaning import Meaning
from align.lattice.metric import Metric
from align.lattice.model import candidates, plausible
from align.lattice.noise import Sample
from align.lattice.weights import STEPS, revision_of
from align.marks import marks
from align.meanings import learn_meanings, with_meaning
from align.metrics import learn_metrics
from align.records import Sentence
from align.samples import Collection, read_collection
from align.settings import AlignSettings

if TYPE_CHECKING:
    from align.lattice.fit import Example
    from align.lattice.fit_metric import Question
    from align.lattice.hidden import Hidden

Doubles = NDArray[np.float64]
Sides = tuple[Side, Side]
Tell = Callable[[str], None]
Metrics = dict[int | None, Metric]

_MAX_BEAD = 7
_HELD_OUT = 5  # every fifth document measures the temperature and the reliability
_HIDDEN_SHARE = 0.7  # of the iterations, for the hidden units begin where the sum has been learned
_KEEP_FIRST, _KEEP = 1e-4, 1e-5  # coarse posterior of a bead to learn from, before and after the coarse fit
_KEEP_GOLD = (1e-7, 1e-10, 1e-14)  # and of one that gold needs


@dataclass(frozen=True)
class TrainSettings:
    """How to train. `seed` decides which documents are taken and the noise; `jobs` are processes that encode, `cache`
    the file where they keep the vectors of encoders that show no tokens, in half precision, for the next time.

    `sentence_vectors` hides the encoder's token vectors, to learn what serves encoders that have none. With
    `open_tears` gold says nothing of noisy beads that are torn on both sides, whose pieces may correspond one by one.
    Of `layers` with so many hidden `units` each, learned from other beginnings, the mean is taken, for single ones
    differ by chance as much as by what they are made of; `hidden_ridge` keeps their weights small. The mean is taken,
    too, of what so many `draws` of the noise teach. `metric_steps` are those in which the metric is learned.
    """

    model: str = "use"
    sentence_vectors: bool = False
    open_tears: bool = False
    seed: int = 1
    ridge: float = 4.0
    iterations: int = 100
    units: int = 16
    layers: int = 3
    hidden_ridge: float = 60.0
    draws: int = 1
    metric_steps: int = 120
    jobs: int = 1
    cache: str | None = None


def train(gold: Sequence[str], settings: TrainSettings = TrainSettings(), tell: Tell | None = None) -> Weights:
    """Learn weights from gold.

    Each of `gold` is a path as for `read_collection`; `PATH:60` takes at most 60 of its samples, `PATH:60x3` makes
    three noisy copies of each instead of one.

    The same gold, settings and machine give the same weights. Temperature and reliability come from every fifth
    document, left out of a first fit; the weights then come from all.

    Raises:
        MissingExtra: scipy is not installed.
        SettingsError: less gold than can be learned from; a cache that cannot be one.
    """
    try:
        import scipy.optimize  # noqa: F401  all that sums on threads is there when `_on_one_thread` looks for it
    except ImportError as error:
        raise MissingExtra("Training needs scipy; install it with: pip install 'taiyaku[train]'") from error
    tell = tell or (lambda line: None)
    metrics = learn_metrics_of(gold, settings, tell)
    draws = [_draw(gold, settings, metrics, number, tell) for number in range(settings.draws)]
    trial = Weights.mean([draw.trial for draw in draws])
    held = [(*pair, trial, _MAX_BEAD) for draw in draws for pair in draw.held]
    temperature, table = calibrate(_spread(judge, held, settings.jobs))
    tell(f"temperature {temperature:.3f}")
    final = Weights.mean([draw.final for draw in draws])
    provenance = {
        "gold": ["/".join(Path(argument).parts[-2:]) for argument in gold],
        "documents": draws[0].documents,
        "samples": sum(draw.samples for draw in draws),
        "settings": {k: v for k, v in dataclasses.asdict(settings).items() if k not in ("jobs", "cache")},
        "encoder": _encoder_name(settings.model),
        "reliability": table,
    }
    weights = dataclasses.replace(final, temperature=temperature, provenance=provenance)
    return dataclasses.replace(weights, revision=revision_of(weights.to_json().encode()))


@dataclass(frozen=True)
class _Draw:
    """What a draw of the noise teaches: weights from all samples but the `held` ones, and from all."""

    documents: int
    samples: int
    held: list[tuple[Sample, Sides]]
    trial: Weights
    final: Weights


def _draw(gold: Sequence[str], settings: TrainSettings, metrics: Metrics, number: int, tell: Tell) -> _Draw:
    prepared = prepare(gold, settings, metrics, tell, number)
    own = dataclasses.replace(settings, seed=settings.seed + number)
    samples, examples = prepared.samples, prepared.examples
    held = [k for k, sample in enumerate(samples) if _is_held_out(sample)]
    rest = sorted(set(range(len(samples))) - set(held)) or held
    trial = learn(prepared, [examples[k] for k in rest], own)
    final = learn(prepared, examples, own)
    return _Draw(prepared.documents, len(samples), [(samples[k], prepared.sides[k]) for k in held], trial, final)


def learn(prepared: Prepared, examples: Sequence[Example], settings: TrainSettings) -> Weights:
    """Weights from some of the examples, of temperature 1: those of the features first, then the hidden units' too."""
    from align.lattice import fit
    from align.lattice.hidden import Hidden

    start = np.zeros(len(NAMES) + len(BY_NOISE) + len(STEPS))
    doubled = [example.with_noise() for example in examples]
    parameters = fit.fit(doubled, start, settings.ridge, settings.iterations)
    hidden = None
    if settings.units:
        work = [(examples, parameters, settings, layer) for layer in range(settings.layers)]
        learned = _spread(_layer, work, min(settings.jobs, settings.layers))
        parameters = np.mean([with_units for with_units, _ in learned], axis=0)
        hidden = Hidden.mean([layer for _, layer in learned])
    weights = weights_of(prepared.coarse, parameters)
    return dataclasses.replace(weights, hidden=hidden, meaning=prepared.meaning, metric=prepared.metric)


def _layer(item: tuple[Sequence[Example], Doubles, TrainSettings, int]) -> tuple[Doubles, Hidden]:
    from align.lattice.fit_hidden import fit_hidden

    examples, start, settings, layer = item
    iterations, seed = round(_HIDDEN_SHARE * settings.iterations), settings.seed * settings.layers + layer
    return fit_hidden(examples, start, settings.units, settings.ridge, settings.hidden_ridge, iterations, seed)


def weights_of(coarse: Doubles, parameters: Doubles) -> Weights:
    """Weights from what `fit` learned of examples `with_noise`."""
    fine, by_noise, steps = np.split(parameters, np.cumsum([len(NAMES), len(BY_NOISE)]))
    return Weights(coarse, fine, by_noise, steps, 1.0, PRICE, "", {})


@dataclass(frozen=True)
class Prepared:
    """Samples, what `fit` learns of each, and the weights (len(COARSE),) of the stage that chose their beads.

    `sides` are there for the samples that are held out to measure the temperature. `meaning` is what the vectors of
    all documents tell of boilerplate; the examples have what those of other folds tell.
    """

    documents: int
    samples: list[Sample]
    examples: list[Example]
    sides: list[Sides | None]
    coarse: Doubles
    meaning: Meaning | None
    metric: Metric | None


def prepare(gold: Sequence[str], settings: TrainSettings, metrics: Metrics, tell: Tell, draw: int = 0) -> Prepared:
    """Read gold, make noisy copies, of the noise's draw so numbered, and look up the features of every bead that may
    matter, in the metrics of `learn_metrics_of`; errors as for `train`."""
    from align.lattice import fit

    collections = [_take(argument, settings.seed) for argument in gold]
    documents = sum(len(collection.samples) for collection, _ in collections)
    samples = make_samples(collections, settings.seed + draw, settings.open_tears)
    if len(samples) < 10:
        raise SettingsError(f"Only {len(samples)} samples; the weights have {len(NAMES)} numbers and need more gold.")
    tell(f"{documents} documents, with noisy copies {len(samples)} samples")
    material = _material([collection for collection, _ in collections])
    scorers = _spread(_scorer, [(material, fold) for fold in range(FOLDS)], settings.jobs)
    tell("boilerplate")
    folds = [fold_of(sample.name) for sample in samples]
    work = [(s, scorers[fold], metrics.get(fold), settings) for s, fold in zip(samples, folds, strict=True)]
    evidence = _spread(_evidence_of, work, settings.jobs)
    tell("features")
    meanings = {} if settings.sentence_vectors else learn_meanings(samples, evidence)
    evidence = [with_meaning(e, meanings.get(fold_of(s.name))) for s, e in zip(samples, evidence, strict=True)]
    coarse = _starting_coarse()
    paired = list(zip(samples, evidence, strict=True))
    examples = _spread(_example_of, [(*pair, coarse, _KEEP_FIRST) for pair in paired], settings.jobs)
    cheap = [dataclasses.replace(e, features=e.features[:, : len(COARSE)]) for e in examples]
    parameters = fit.fit(cheap, np.concatenate([coarse, np.zeros(len(STEPS))]), settings.ridge, 40)
    coarse = parameters[: len(COARSE)].copy()
    # The coarse stage knows no order of nulls: an average null pays half of opening and half of going on.
    coarse[COARSE.index("null")] += (parameters[len(COARSE)] + parameters[len(COARSE) + 1]) / 2
    examples = _spread(_example_of, [(*pair, coarse, _KEEP) for pair in paired], settings.jobs)
    tell(f"{sum(len(e.features) for e in examples)} candidate beads")
    if lost := sum(not e.reachable for e in examples):
        tell(f"{lost} samples teach nothing: no path can follow their gold")
    sides = [(seen.source, seen.target) if _is_held_out(sample) else None for sample, seen in paired]
    return Prepared(documents, samples, examples, sides, coarse, meanings.get(None), metrics.get(None))


PRICE = 0.45
"""Posterior a bead must have to be worth its place: about half the F1 one expects (see docs/aligner.md)."""


def taken(argument: str, seed: int) -> frozenset[str]:
    """Names of the documents that training with `seed` takes for one of its `gold`: no measure of the weights."""
    return frozenset(sample.name.split("#")[0] for sample in _take(argument, seed)[0].samples)


def _take(argument: str, seed: int) -> tuple[Collection, int]:
    """The collection that an argument names, and how many noisy copies to make of each sample."""
    found = re.fullmatch(r"(.+?)(?::(\d+)(?:x(\d+))?)?", argument)
    path, count, copies = found.groups()
    collection = read_collection(path)
    samples = list(collection.samples)
    Random(f"{seed} {collection.name}").shuffle(samples)
    return Collection(collection.name, tuple(samples[: int(count or len(samples))])), int(copies or 1)


def _spread(function, work, jobs: int) -> list:
    alone = partial(_on_one_thread, function)
    if jobs == 1:
        return [alone(item) for item in work]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(alone, work, chunksize=1))


def _on_one_thread(function, item):
    """What a function gives of an item. Matrix products on one thread give the same sums on any number of cores, and
    processes side by side do not crowd each other out."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        return function(item)


def _material(collections: Sequence[Collection]) -> Material:
    """What the boilerplate scorers learn from: the lines that ship, and the documents in which nothing is null."""
    samples = [sample for collection in collections for sample in collection.samples]
    clean = [sample for sample in samples if all(src and tgt for src, tgt in sample.gold)]
    pages = [
        Page(sample.name, sample.languages[side], sample.sentences[side], sample.paragraphs[side])
        for sample in clean
        for side in (0, 1)
    ]
    return Material(own_lines(), (*pages, *own_articles()))


def _scorer(item: tuple[Material, int]) -> Scorer:
    material, fold = item
    return fit_scorer(material, without=fold, places=default_scorer())


def learn_metrics_of(gold: Sequence[str], settings: TrainSettings, tell: Tell) -> Metrics:
    """For each fold the metric that the other folds' documents teach as they are, and under None that of all; none
    where the encoder shows sentence vectors only."""
    if settings.sentence_vectors:
        return {}
    samples = [sample for argument in gold for sample in _take(argument, settings.seed)[0].samples]
    asked = _spread(_questions_of, [(sample, settings) for sample in samples], settings.jobs)
    named = [(sample.name, questions) for sample, questions in zip(samples, asked, strict=True) if questions]
    tell(f"{len(named)} documents to learn a metric from")
    return learn_metrics(named, settings.metric_steps, settings.seed, partial(_spread, jobs=settings.jobs))


def _questions_of(item: tuple[Sample, TrainSettings]) -> list[Question]:
    from align.lattice.fit_metric import LONGEST, questions

    sample, settings = item
    encoder = _encoder(sample, settings)
    sides = zip(sample.languages, sample.sentences, strict=True)
    source, target = (encoder.encode(texts, LONGEST, language(code).joiner).spans for code, texts in sides)
    return questions((source, target), sample.gold)


def _encoder(sample: Sample, settings: TrainSettings) -> Encoder:
    encoder = choose_encoder(AlignSettings(model=settings.model, threads=1), *sample.languages)
    if settings.sentence_vectors:
        encoder = as_black_box(encoder)
    return encoder if settings.cache is None else cached(encoder, settings.cache, tokens=False)


def _evidence_of(item: tuple[Sample, Scorer, Metric | None, TrainSettings]) -> Evidence:
    sample, scorer, metric, settings = item
    encoder = _encoder(sample, settings)
    sides, inputs = [], []
    for code, texts, paragraphs in zip(sample.languages, sample.sentences, sample.paragraphs, strict=True):
        vectors = encoder.encode(texts, _MAX_BEAD - 1, language(code).joiner)
        vectors = metric.read(vectors) if metric else vectors
        tokens = vectors.tokens
        shown = (tokens.vectors, tokens.starts) if tokens else (None, None)
        scored, found = scorer.scores(texts, paragraphs, code), marks(texts, code)
        sides.append(Side.of(texts, paragraphs, vectors.spans, *shown, scored, found))
        sentences = [Sentence(text, 0, len(text), p) for text, p in zip(texts, paragraphs, strict=True)]
        inputs.append(SideInput(sentences, vectors, code))
    if any(side.vectors.refine for side in inputs):
        numbers = np.arange(len(sides[0])), np.arange(len(sides[1]))
        sides = refined(tuple(inputs), tuple(sides), numbers, _starting_weights(), _MAX_BEAD)
    return Evidence.of(*sides, *find_band(*sides), _MAX_BEAD)


def _encoder_name(model: str) -> str:
    encoder = choose_encoder(AlignSettings(model=model), "en", "ja")
    return f"{encoder.name}@{encoder.revision}"


def _starting_coarse() -> Doubles:
    from align.lattice.coarse import START_WEIGHTS

    return np.array([START_WEIGHTS[name] for name in COARSE])


def _starting_weights() -> Weights:
    """Weights before anything is learned, which tell what is in doubt: those that ship would make what is learned
    depend on what was learned before."""
    coarse = _starting_coarse()
    parameters = np.zeros(len(NAMES) + len(BY_NOISE) + len(STEPS))
    parameters[: len(coarse)] = coarse
    return weights_of(coarse, parameters)


def _example_of(item: tuple[Sample, Evidence, Doubles, float]) -> Example:
    from align.lattice import fit

    sample, evidence, coarse, keep = item
    n, m = len(evidence.source), len(evidence.target)
    also = None
    for low in (*_KEEP_GOLD, 0.0):
        graph, features, rates = candidates(evidence, coarse, keep, also)
        example = fit.Example(graph, features, fit.allowed_beads(graph, sample.gold, n, m), noise(rates))
        if example.reachable or not low:
            break
        # Where the coarse stage is sure of what gold has not, there is the most to learn.
        wide, _ = plausible(evidence, coarse, low)
        also = wide.beads.take(fit.allowed_beads(wide, sample.gold, n, m))
    return example


def _is_held_out(sample: Sample) -> bool:
    return zlib.crc32(sample.name.split("#")[0].encode()) % _HELD_OUT == 0
