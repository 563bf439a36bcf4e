from __future__ import annotations

import builtins
import functools
import hashlib
import importlib
import importlib.util
import sys
import types
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.bertalign_engine import bertalign_beads
from align.encode.protocol import Vectors
from align.errors import MissingExtra

GOLD = Path(__file__).parents[2] / "shared" / "gold"
DIM = 64


@functools.cache
def feature(text: str) -> np.ndarray:
    """A fixed random vector for a text."""
    seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(DIM)


def word_vector(text: str) -> np.ndarray:
    """A bag of words: `w7` and its translation `W7` are one word."""
    return unit(sum((feature(word.lower()) for word in text.split()), np.zeros(DIM)))


def trigram_vector(text: str) -> np.ndarray:
    """A bag of trigrams: names, numbers and cognates make two European languages similar enough."""
    padded = f" {text.lower()} "
    return unit(sum((feature(padded[i : i + 3]) for i in range(len(padded) - 2)), np.zeros(DIM)))


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def vectors(sentences: list[str], embed: Callable[[str], np.ndarray], longest: int = 4) -> Vectors:
    spans = np.zeros((longest, len(sentences), DIM), dtype=np.float32)
    for k in range(1, longest + 1):
        for i in range(k - 1, len(sentences)):
            spans[k - 1, i] = embed(" ".join(sentences[i - k + 1 : i + 1]))
    return Vectors(spans, sum(map(len, sentences)))


def engine(source: list[str], target: list[str], embed=word_vector, max_bead: int = 5, longest: int = 4):
    sides = (vectors(side, embed, longest) for side in (source, target))
    lengths = ([len(sentence.encode()) for sentence in side] for side in (source, target))
    return bertalign_beads(*sides, *lengths, max_bead)


def peer(source: list[str], target: list[str], embed=word_vector, max_bead: int = 5):
    """Bertalign itself on the same sentences, its encoder replaced by `embed`."""
    import bertalign
    from bertalign.utils import yield_overlaps

    class Fake(bertalign.Encoder):
        model_name = "fake"

        def __init__(self) -> None:
            pass

        def transform(self, sents, num_overlaps):
            overlaps = list(yield_overlaps(sents, num_overlaps))
            shape = (num_overlaps, len(sents))
            embedded = np.array([embed(line) for line in overlaps], dtype=np.float32)
            lengths = np.array([len(line.encode()) for line in overlaps], dtype=np.int64)
            return embedded.reshape(*shape, DIM), lengths.reshape(shape)

    aligner = bertalign.Bertalign("\n".join(source), "\n".join(target), is_split=True, model=Fake(), max_align=max_bead)
    assert (aligner.src_sents, aligner.tgt_sents) == (source, target)
    return [(tuple(map(int, src)), tuple(map(int, tgt))) for src, tgt in aligner.align_sents()]


@pytest.fixture(scope="module")
def bertalign():
    """The package, without the parts that embed and tell languages: to load them takes longer than all tests here."""
    if importlib.util.find_spec("bertalign") is None:
        pytest.skip("bertalign is not installed")
    with pytest.MonkeyPatch.context() as patch:
        if "sentence_transformers" not in sys.modules:
            empty = types.ModuleType("sentence_transformers")
            empty.SentenceTransformer = None
            patch.setitem(sys.modules, "sentence_transformers", empty)
        patch.setattr("bertalign.aligner.detect_lang", lambda text: "de")
        yield importlib.import_module("bertalign")
    for name in [name for name in sys.modules if name.split(".")[0] == "bertalign"]:
        del sys.modules[name]


def sides(beads):
    return [(bead.src, bead.tgt) for bead in beads]


@pytest.mark.parametrize(
    ("name", "max_bead"),
    [("de-en.Twain_Mark-Tom_Sawyer", 5), ("de-en.Twain_Mark-Tom_Sawyer", 7), ("es-fr.Voltaire-Candide", 5)],
)
def test_same_beads_as_bertalign_on_a_novel(bertalign, name, max_bead):
    folder = GOLD / "opus-books" / name
    if not folder.exists():
        pytest.skip("the OPUS Books gold is not beside the project")
    # Differing numbers of sentences, so that insertions and merges must be found.
    source, target = (
        [" ".join(line.split()) for line in (folder / file).read_text(encoding="utf-8").splitlines()[start:end]]
        for file, start, end in (("src.txt", 0, 60), ("tgt.txt", 2, 55))
    )
    found = engine(source, target, trigram_vector, max_bead, longest=6)
    assert sides(found) == peer(source, target, trigram_vector, max_bead)
    assert len({bead.type for bead in found}) > 3


@st.composite
def bitexts(draw):
    """Two sides of one to fourteen sentences, the second made from the first by merging, dropping and inserting."""
    number = iter(range(1000))
    sentence = st.integers(1, 5).map(lambda n: " ".join(f"w{next(number)}" for _ in range(n)))
    source = draw(st.lists(sentence, min_size=1, max_size=14))
    target: list[str] = []
    for words in source:
        change = draw(st.sampled_from(["keep", "keep", "keep", "merge", "drop", "insert", "split"]))
        words = words.upper()
        if change == "merge" and target:
            target[-1] += " " + words
        elif change == "split" and " " in words:
            target += words.split(" ", 1)
        elif change != "drop":
            target += [words] + ([f"x{next(number)}"] if change == "insert" else [])
    return source, target or ["W0"]


@settings(max_examples=100, deadline=None)
@given(bitexts(), st.sampled_from([2, 3, 5, 8]))
def test_same_beads_as_bertalign_on_made_up_texts(bertalign, texts, max_bead):
    source, target = texts
    found = engine(source, target, max_bead=max_bead, longest=max(4, max_bead - 1))
    assert sides(found) == peer(source, target, max_bead=max_bead)


def made_up(n: int, mark: str = "w") -> list[str]:
    return [f"{mark}{i}" for i in range(n)]


@pytest.mark.parametrize(
    ("n", "m"),
    [
        pytest.param(0, 0, id="nothing"),
        pytest.param(0, 3, id="no source"),
        pytest.param(3, 0, id="no target"),
        pytest.param(1, 1, id="one to one"),
        pytest.param(2, 1, id="fewer than the neighbours asked for"),
        pytest.param(1, 5, id="one to many"),
        pytest.param(1, 600, id="rows of the first band that do not touch by default"),
        pytest.param(2, 1500, id="the same with two"),
        pytest.param(700, 1, id="many to one"),
    ],
)
def test_every_sentence_stands_in_one_bead(bertalign, n, m):
    beads = engine(made_up(n), made_up(m))
    assert [i for bead in beads for i in bead.src] == list(range(n))
    assert [j for bead in beads for j in bead.tgt] == list(range(m))
    assert all(bead.src or bead.tgt for bead in beads)


def test_texts_that_share_nothing(bertalign):
    spans = np.zeros((4, 5, DIM), dtype=np.float32)
    beads = bertalign_beads(Vectors(spans, 0), Vectors(spans, 0), [0] * 5, [0] * 5)
    assert [i for bead in beads for i in bead.src] == [j for bead in beads for j in bead.tgt] == list(range(5))
    assert all(bead.confidence == bead.similarity == 0.0 for bead in beads)


def test_confidence_is_the_clipped_similarity(bertalign):
    source, target = made_up(20), made_up(20, "W")
    source[3:5], target[10:16] = ["w3 w4"], ["W15"]
    source_vectors, target_vectors = vectors(source, word_vector), vectors(target, word_vector)
    beads = engine(source, target)
    assert {"1-1", "1-2", "1-0"} <= {bead.type for bead in beads}
    for bead in beads:
        if bead.is_null:
            assert bead.confidence == bead.similarity == 0.0
            continue
        ours, theirs = (
            side.spans[len(ids) - 1, ids[-1]] for side, ids in ((source_vectors, bead.src), (target_vectors, bead.tgt))
        )
        cosine = ours @ theirs
        assert bead.similarity == pytest.approx(cosine)
        assert bead.confidence == pytest.approx(min(max(cosine, 0), 1))
        assert type(bead.src[0]) is int
        assert type(bead.confidence) is float


def test_an_encoder_that_gives_shorter_spans_for_short_texts(bertalign):
    source, target = ["w0", "w1 w2"], ["W0 W1", "W2"]
    assert sides(engine(source, target, longest=2)) == sides(engine(source, target, longest=4))


def test_layout_of_the_arrays_does_not_matter(bertalign):
    source, target = made_up(9), made_up(8, "W")
    expected = engine(source, target)
    turned = [Vectors(np.asfortranarray(vectors(side, word_vector).spans), 0) for side in (source, target)]
    assert bertalign_beads(*turned, np.full(9, 2), np.full(8, 2)) == expected


def test_neighbours_are_found_in_blocks(bertalign, monkeypatch):
    source, target = made_up(30), made_up(27, "W")
    expected = engine(source, target)
    monkeypatch.setattr("align.bertalign_engine._SCORES", 100)  # Three source sentences at a time.
    assert engine(source, target) == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"lengths": [1]}, "vectors of 3 sentences, but 1 lengths", id="lengths"),
        pytest.param({"max_bead": 6}, "max_bead 6 needs 5", id="spans too short"),
        pytest.param({"value": np.nan}, "NaN", id="not finite"),
        pytest.param({"dim": 5}, "source vectors have 64 dimensions, target vectors 5", id="dimensions"),
    ],
)
def test_arrays_that_do_not_fit(change, message):
    source = vectors(made_up(3), word_vector, 2)
    target = np.full((2, 3, change.get("dim", DIM)), change.get("value", 0.1), dtype=np.float32)
    with pytest.raises(ValueError, match=message):
        bertalign_beads(source, Vectors(target, 0), change.get("lengths", [1] * 3), [1] * 3, change.get("max_bead", 3))


def test_without_bertalign(monkeypatch):
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.split(".")[0] == "bertalign":
            raise ModuleNotFoundError(f"No module named '{name}'")
        return real(name, *args, **kwargs)

    for name in [name for name in sys.modules if name.split(".")[0] == "bertalign"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtra, match=r"pip install 'taiyaku\[bertalign\]'.*3\.12"):
        engine(made_up(2), made_up(2))
