"""The way of pairing: collect, compare documents by vectors and hints, try the likeliest pairs, assign one to one."""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from align.encode import Encoder, encoder_for
from align.encode.cache import CachedEncoder
from align.engines import engine_for
from align.errors import AlignError, EmptyInput, SameLanguage
from align.languages import language
from align.match.agreement import Agreement
from align.match.candidates import NAMED, Candidate, find_candidates
from align.match.collect import collect, files
from align.match.hints import name_marks
from align.match.records import Alone, Evidence, Match, Matching, MatchSettings, Skipped, Text
from align.match.score import probability
from align.match.trial import Trials
from align.match.vectors import Floats, document_vectors
from align.settings import AlignSettings

Progress = Callable[[str, int, int], None]
"""Called with what is being done, such as `read: documents`, how many are done, and how many there are (0: unknown)."""

_ALIGN, _MATCH = AlignSettings(), MatchSettings()
_SURE = 0.9
"""Probability from which on a pair is taken without a look at other candidates of its documents."""
_LOGGER = logging.getLogger(__name__)


def match_folders(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    settings: AlignSettings = _ALIGN,
    matching: MatchSettings = _MATCH,
    progress: Progress | None = None,
) -> Matching:
    """Which document of one folder, sub-folders included, or of one archive translates which of another.

    Documents are paired across languages only, and one to one for every two languages: where the target folder holds
    several, a source may have a partner in each. The two folders may be one that holds all languages. Files that do
    not read are left out and told in `Matching.skipped`.

    Raises:
        MissingInput: no such folder or archive.
        EmptyInput: one of them has no document that reads.
        SameLanguage: all documents are in one language.
        AlignError: no encoder knows any two of the languages.
    """
    tell = progress or _silent
    folders, codes = (source, target), (settings.src_lang, settings.tgt_lang)
    paths = [files(folder) for folder in folders]
    skipped: list[Skipped] = []
    if os.path.samefile(source, target):  # the languages given say which of its documents are meant
        texts = _read(source, paths[0], None, settings, matching, skipped, tell)
        sides = [_in(texts, language(code).code) if code else texts for code in codes]
    else:
        sides = [
            _read(folder, listed, code, settings, matching, skipped, tell)
            for folder, listed, code in zip(folders, paths, codes, strict=True)
        ]
    found = match_texts(*sides, settings, matching, tell)
    return Matching(found.matches, found.alone, tuple(skipped))


def _read(
    source: str | os.PathLike[str],
    paths: Sequence[str],
    code: str | None,
    settings: AlignSettings,
    matching: MatchSettings,
    skipped: list[Skipped],
    tell: Progress,
) -> list[Text]:
    """The texts in the files of a folder or an archive; what does not read goes to `skipped`."""
    texts: list[Text] = []
    before = len(skipped)
    for done, path in enumerate(paths, 1):
        for found in collect(source, path, code, matching.head, settings):
            if isinstance(found, Skipped):
                skipped.append(found)
            else:
                texts.append(found)
            count = len(texts) + len(skipped) - before
            tell("read: documents", count, len(paths) if count <= done else 0)
    if not texts:
        reason = f"; the first of {len(skipped) - before}: {skipped[before].reason}" if skipped[before:] else "."
        raise EmptyInput(f"{os.fspath(source)} has no document that can be read{reason}")
    return texts


def match_texts(
    sources: Sequence[Text],
    targets: Sequence[Text],
    settings: AlignSettings = _ALIGN,
    matching: MatchSettings = _MATCH,
    progress: Progress | None = None,
) -> Matching:
    """`match_folders` for texts already read; where both are the same texts, every two languages meet once.

    Raises:
        SameLanguage: all texts are in one language.
        AlignError: no encoder knows any two of the languages.
    """
    tried = try_pairs(sources, targets, settings, matching, progress)
    matches = assign(tried, matching.min_score)
    return Matching(tuple(matches), tuple(_alone(sources, targets, tried, matches)), ())


def try_pairs(
    sources: Sequence[Text],
    targets: Sequence[Text],
    settings: AlignSettings = _ALIGN,
    matching: MatchSettings = _MATCH,
    progress: Progress | None = None,
) -> list[Match]:
    """Every pair that was worth a trial, with its score; a document may be in several. As `match_texts` otherwise."""
    tell = progress or _silent
    tried: list[Match] = []
    for encoder, codes in _by_encoder(_language_pairs(sources, targets), settings):
        trials = Trials(encoder, engine_for(settings), settings)
        vectors = _vectors(sources, targets, codes, _for_lines(encoder), tell)
        for src, tgt in codes:
            sides = _in(sources, src), _in(targets, tgt)
            hints = Agreement.of(*([text.marks for text in side] for side in sides))
            names = None
            if not matching.ignore_names:
                names = Agreement.of(*([name_marks(text.stem) for text in side] for side in sides))
            candidates = find_candidates(vectors[0, src], vectors[1, tgt], hints, names, matching.candidates)
            tried += _try(candidates, *sides, trials, tell)
    return tried


def assign(tried: Iterable[Match], min_score: float) -> list[Match]:
    """The pairs of at least `min_score`, the likeliest first come, each document once for every two languages.

    In order of their source's name.
    """
    taken: set[tuple[bool, str, tuple[str, str]]] = set()
    matches = []
    for match in sorted(tried, key=lambda m: (-m.score, -m.evidence.vectors, m.source.name, m.target.name)):
        ends = {(True, match.source.path, match.languages), (False, match.target.path, match.languages)}
        if match.score >= min_score and not ends & taken:
            taken |= ends
            matches.append(match)
    return sorted(matches, key=lambda match: (match.source.name, match.languages, match.target.name))


def _language_pairs(sources: Sequence[Text], targets: Sequence[Text]) -> list[tuple[str, str]]:
    languages = [sorted({text.language for text in side}) for side in (sources, targets)]
    pairs = [(src, tgt) for src in languages[0] for tgt in languages[1] if src != tgt]
    if not pairs:
        found = ", ".join(sorted({*languages[0], *languages[1]}))
        raise SameLanguage(
            f"There are no two languages to pair: the documents are in {found or 'none of those given'}. If a language "
            "was told wrongly, name it with --src-lang or --tgt-lang."
        )
    if [text.path for text in sources] == [text.path for text in targets]:
        pairs = [(src, tgt) for src, tgt in pairs if src < tgt]
    return pairs


def _by_encoder(
    pairs: Sequence[tuple[str, str]], settings: AlignSettings
) -> Iterator[tuple[Encoder, list[tuple[str, str]]]]:
    """The pairs of languages by the encoder that takes them; those that none takes are told and left out."""
    found: list[tuple[str, tuple[str, str], Encoder]] = []
    refused: list[AlignError] = []
    for pair in pairs:
        try:
            encoder = encoder_for(settings, *pair)
        except AlignError as error:
            refused.append(error)
            _LOGGER.warning("documents in %s and %s are not paired: %s", *pair, error)
        else:
            found.append((f"{encoder.name}@{encoder.revision}", pair, encoder))
    if not found:
        raise refused[0]
    for _, group in groupby(sorted(found, key=lambda entry: entry[:2]), key=lambda entry: entry[0]):
        members = list(group)
        yield members[0][2], [pair for _, pair, _ in members]


def _vectors(
    sources: Sequence[Text], targets: Sequence[Text], codes: Sequence[tuple[str, str]], encoder: Encoder, tell: Progress
) -> dict[tuple[int, str], Floats]:
    """Document vectors by side (0 or 1) and language."""
    groups = {(at, pair[at]): _in((sources, targets)[at], pair[at]) for pair in codes for at in (0, 1)}
    total, done = sum(len(text.sample) for texts in groups.values() for text in texts), 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        tell("encode: sentences", done, total)

    return {key: document_vectors(texts, encoder, count) for key, texts in sorted(groups.items())}


def _for_lines(encoder: Encoder) -> Encoder:
    """The encoder without a cache of whole sides: the lines that are pooled will never be one side again."""
    if isinstance(encoder, CachedEncoder) and not hasattr(encoder.encoder, "encode_by"):
        return encoder.encoder
    return encoder


def _try(
    candidates: Sequence[Candidate], sources: Sequence[Text], targets: Sequence[Text], trials: Trials, tell: Progress
) -> list[Match]:
    """Align candidates: first every document's likeliest partner, then what is left of those still in doubt."""
    trust = _trust_in_names(candidates)
    stage = f"align {sources[0].language}-{targets[0].language}: pairs"
    best: dict[tuple[int, int], Candidate] = {}
    for candidate in sorted(candidates, key=lambda each: each.rank):
        best[0, candidate.source] = best[1, candidate.target] = candidate
    first = sorted(set(best.values()), key=lambda each: (each.source, each.target))
    tried = []
    for candidate in first:
        tried.append(_match(candidate, sources, targets, trials, trust))
        tell(stage, len(tried), len(first))
    sure = {(at, text.path) for match in tried if match.score >= _SURE for at, text in enumerate(_ends(match))}
    done = set(first)
    rest = [
        candidate
        for candidate in candidates
        if candidate not in done
        and (0, sources[candidate.source].path) not in sure
        and (1, targets[candidate.target].path) not in sure
    ]
    for candidate in rest:
        tried.append(_match(candidate, sources, targets, trials, trust))
        tell(stage, len(tried), len(first) + len(rest))
    return tried


def _match(
    candidate: Candidate, sources: Sequence[Text], targets: Sequence[Text], trials: Trials, trust: float
) -> Match:
    source, target = sources[candidate.source], targets[candidate.target]
    trial = trials.of(source, target)
    evidence = Evidence(
        aligned=trial.aligned,
        confidence=trial.confidence,
        similarity=trial.similarity,
        vectors=candidate.vectors,
        margin=candidate.margin,
        hints=candidate.hints,
        names=trust * candidate.names,
    )
    return Match(source, target, probability(evidence), evidence)


def _trust_in_names(candidates: Sequence[Candidate]) -> float:
    """How far names are to be believed, 0 to 1: the share of pairs that names suggest and vectors suggest too."""
    told = [candidate for candidate in candidates if candidate.names > NAMED]
    return sum(candidate.margin > 0 for candidate in told) / (len(told) + 2)  # a few prove little


def _alone(
    sources: Sequence[Text], targets: Sequence[Text], tried: Sequence[Match], matches: Sequence[Match]
) -> Iterator[Alone]:
    partnered = {text.path for match in matches for text in _ends(match)}
    scores: dict[str, float] = defaultdict(float)
    for match in tried:
        for text in _ends(match):
            scores[text.path] = max(scores[text.path], match.score)
    same = [text.path for text in sources] == [text.path for text in targets]
    for is_source, texts in ((True, sources),) if same else ((True, sources), (False, targets)):
        for text in texts:
            if text.path not in partnered:
                yield Alone(text, is_source, scores[text.path])


def _ends(match: Match) -> tuple[Text, Text]:
    return match.source, match.target


def _in(texts: Sequence[Text], code: str) -> list[Text]:
    return [text for text in texts if text.language == code]


def _silent(stage: str, done: int, total: int) -> None:
    pass
