"""The loop of a batch: what is there to do, who does it, what came of it."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from align import __version__
from align.batch.ahead import Ahead, keeps_vectors
from align.batch.dispatch import takers
from align.batch.manifest import Manifest, check_outputs, read_manifest
from align.batch.places import Places
from align.batch.plan import Plan, make_plan
from align.batch.provenance import Provenance, provenance
from align.batch.records import Outcome, Task
from align.batch.repeated import Survey
from align.batch.settings import BatchSettings
from align.batch.store import Store
from align.batch.summary import Totals, write_single, write_summaries
from align.batch.tally import Progress, Tally
from align.errors import OutputError, SettingsError
from align.settings import AlignSettings
from align.write import format_named, layout_for, staged

_LEFT_BEHIND = re.compile(r"\.align-[0-9a-f]{16}\.tmp")


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What a batch came to. `aligned` and `failed_now` are of this run, all else of the corpus as it is now.

    `boilerplate` counts the rows of source and target alone that were taken for boilerplate, `examples` are a few of
    them, `treatment` tells what became of them (`mark`, `drop` or `keep`), and `known_lines` how many lines the
    settings or the corpus itself said to be such, in `lines_file`.
    `reasons` are the first few documents that failed, with what was wrong; `dropped` counts documents of earlier runs
    that the manifest no longer has; `unpaired` the files of two folders without a partner.
    """

    outdir: str
    documents: int
    done: int
    failed: int
    reused: int
    dropped: int
    unpaired: int
    aligned: int
    failed_now: int
    sentences: tuple[int, int]
    rows: int
    nulls: int
    boilerplate: tuple[int, int]
    examples: tuple[tuple[str, ...], tuple[str, ...]]
    treatment: str
    known_lines: int
    lines_file: str | None
    mean_confidence: float
    verdicts: dict[str, int]
    errors: dict[str, int]
    reasons: tuple[tuple[str, str], ...]
    seconds: float
    files: tuple[str, ...]


def run_batch(
    manifest: str | os.PathLike[str] | Manifest,
    outdir: str | os.PathLike[str],
    settings: AlignSettings = AlignSettings(),
    batch: BatchSettings = BatchSettings(),
    *,
    progress: Progress = lambda tally: None,
) -> BatchReport:
    """Align every pair of a manifest (a file, or what `read_manifest` and `pair_folders` give) into `outdir`.

    A document that fails does not stop the run; the report and `summary.tsv` name it. Started again after it was
    broken off, in whatever way, the run goes on where it was; inputs or settings that changed are noticed. Matrix
    products use one thread unless `settings.threads` says otherwise, so that any number of workers gives the same
    bytes.

    Raises:
        AlignError: nothing can be done: manifest, settings, model or output folder are at fault, or the workers.
    """
    tally = Tally()
    if not isinstance(manifest, Manifest):
        manifest = read_manifest(manifest)
    task = _task(os.fspath(outdir), settings, batch)
    places = Places(task.outdir, batch.shard)
    check_outputs(manifest, places, batch.formats)
    basis = provenance(task)
    _make_outdir(task.outdir)

    def scanning(scanned: int, all: int) -> None:
        tally.stage, tally.scanned, tally.to_scan = "scan", scanned, all
        progress(tally)

    with Store.open(places.store) as store:
        _begin(store, places)
        informed = Survey(batch, manifest.entries, store, places, scanning).informed(task, basis)
        if informed is not task:
            task, basis = informed, provenance(informed)
        _note(store, places, manifest, task, basis)
        tally.stage, tally.documents = "plan", store.fact("documents")
        plan = make_plan(
            store, basis, task.outdir, settings.max_bytes, batch.retry_failed, lambda count: progress(tally)
        )
        _align(store, basis, task, batch, plan, tally, progress)
        tally.stage = "write"
        progress(tally)
        return finish(store, places, tally)


def finish(store: Store, places: Places, tally: Tally) -> BatchReport:
    """Write what is told of the whole corpus, and mark the run as ended."""
    totals = write_summaries(store, places)
    files = [places.summary, places.timings, places.sidecar]
    if store.fact("layout")["single"]:
        files += write_single(store, places, totals)
    if places.shard:
        _mark_complete(store, places)
    store.set_fact("at_work", False)
    return _report(store, places, tally, totals, files)


def sweep(outdir: str) -> None:
    """Remove the temporary files of processes that were killed while they wrote."""
    for parent, folders, names in os.walk(outdir):
        for name in filter(_LEFT_BEHIND.fullmatch, [*folders, *names]):
            path = os.path.join(parent, name)
            with suppress(OSError):
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def _task(outdir: str, settings: AlignSettings, batch: BatchSettings) -> Task:
    with_columns = [format for format in batch.formats if format_named(format).columns]
    for format in with_columns or batch.formats:  # where none has columns to choose, the first says so
        layout_for(format, batch.columns, batch.header, settings.pairs_only)
    for format in batch.formats if batch.single else ():
        if "doc" not in format_named(format).holds and "src_ids" in format_named(format).holds:
            raise SettingsError(
                f"The {format} format holds sentence numbers of one document; leave --single out, or choose another."
            )
    return Task(
        settings=replace(settings, threads=settings.threads or 1, cache=_cache(outdir, settings, batch)),
        outdir=outdir,
        formats=batch.formats,
        columns=batch.columns,
        header=batch.header,
        single=batch.single,
        folder=os.getcwd(),
        aligner=batch.aligner,
        cache_mark=batch.shard.mark if batch.shard else "",
    )


def _cache(outdir: str, settings: AlignSettings, batch: BatchSettings) -> str | None:
    if settings.cache and not batch.cache:
        raise SettingsError("A vector cache is named, and none is wanted; leave out --cache or --no-cache.")
    return settings.cache or (Places(outdir).vectors if keeps_vectors(settings, batch) else None)


def _make_outdir(outdir: str) -> None:
    try:
        os.makedirs(outdir, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"The output folder {outdir} cannot be made: {reason}; give another.") from error


def _begin(store: Store, places: Places) -> None:
    """Clear up after a run that was broken off."""
    if places.shard:
        Path(places.marker).unlink(missing_ok=True)
    elif store.fact("at_work"):  # other shards may be writing beside this one; where there are none, nobody is
        sweep(places.outdir)
    store.set_fact("at_work", True)


def _note(store: Store, places: Places, manifest: Manifest, task: Task, basis: Provenance) -> None:
    """Note what the run is."""
    shard = places.shard
    mine = [(at, e) for at, e in enumerate(manifest.entries) if shard is None or shard.takes(e.doc)]
    store.set_manifest(mine)
    store.set_fact("documents", len(mine))
    store.set_fact("signature", basis.signature)
    store.set_fact("unpaired", len(manifest.unpaired))
    store.set_fact("layout", _layout(task))
    store.set_fact("run", _describe(manifest, task))


def _layout(task: Task) -> dict[str, object]:
    return {
        "formats": task.formats,
        "columns": task.columns,
        "header": task.header,
        "pairs_only": task.settings.pairs_only,
        "single": task.single,
    }


def _describe(manifest: Manifest, task: Task) -> dict[str, object]:
    """What the sidecar says of the run besides its figures."""
    from align.boilerplate import known_lines

    known = known_lines(task.settings)
    return {
        "taiyaku": __version__,
        "manifest": manifest.digest,
        "settings": task.settings.changed(),
        "boilerplate": {"treatment": task.settings.boilerplate, "lines": len(known) if known else 0},
        **_layout(task),
    }


def _align(
    store: Store, basis: Provenance, task: Task, batch: BatchSettings, plan: Plan, tally: Tally, progress: Progress
) -> None:
    tally.reused, tally.pending = plan.done + plan.failed, len(plan.pending)
    tally.bytes_total = sum(each.size for each in plan.pending)
    if not plan.pending:
        tally.enter("align", progress)
        return
    ahead = Ahead(task, batch, store, tally, progress)
    ahead.read(plan.pending)
    pending = {each.entry.doc: each for each in plan.pending}
    with takers(task, batch, plan.pending) as take:
        ahead.encode(take)
        tally.enter("align", progress)
        with closing(take([each.entry for each in plan.pending])) as found:
            for outcome in found:
                this = pending.pop(outcome.doc)
                if outcome.figures is None and not task.single:
                    _remove_outputs(store, outcome.doc, task.outdir)
                store.record(outcome, basis.of(this.entry, outcome.figures is not None))
                _count(tally, outcome, this.size)
                progress(tally)


def _remove_outputs(store: Store, doc: str, outdir: str) -> None:
    """Remove what an earlier run made of a document that fails now: it is not what the inputs say any more."""
    for file in store.files(doc):
        path = os.path.join(outdir, file)
        with suppress(OSError):
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def _count(tally: Tally, outcome: Outcome, size: int) -> None:
    tally.bytes_done += size
    if outcome.figures is None:
        tally.failed += 1
        return
    tally.done += 1
    tally.sentences += outcome.figures.src_sentences + outcome.figures.tgt_sentences


def _mark_complete(store: Store, places: Places) -> None:
    from align.batch.shards import marker_of

    with staged(places.marker) as (stream,):
        stream.write(marker_of(store))


def _report(store: Store, places: Places, tally: Tally, totals: Totals, files: list[str]) -> BatchReport:
    run = store.fact("run")
    return BatchReport(
        outdir=places.outdir,
        documents=totals.documents,
        done=totals.done,
        failed=totals.failed,
        reused=tally.reused,
        dropped=store.dropped(),
        unpaired=store.fact("unpaired"),
        aligned=tally.done,
        failed_now=tally.failed,
        sentences=(totals.sentences[0], totals.sentences[1]),
        rows=totals.rows,
        nulls=totals.nulls,
        lines_file=run["settings"].get("boilerplate_lines"),
        boilerplate=(totals.boilerplate[0], totals.boilerplate[1]),
        examples=(tuple(totals.examples[0]), tuple(totals.examples[1])),
        treatment=run["boilerplate"]["treatment"],
        known_lines=run["boilerplate"]["lines"],
        mean_confidence=totals.mean_confidence,
        verdicts=dict(totals.verdicts.most_common()),
        errors=dict(totals.errors.most_common()),
        reasons=tuple(totals.reasons),
        seconds=tally.ahead + tally.seconds,
        files=tuple(files),
    )
