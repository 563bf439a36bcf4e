"""sentence-transformers models: a tiny one made here, and every way in which a name can be wrong, without a network."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
import yaml

from align.encode import transformer
from align.encode.centre import unit
from align.encode.transformer import TransformerEncoder
from align.errors import MissingExtra, MissingModel, SettingsError

AWKWARD = yaml.safe_load((Path(__file__).parent / "cases" / "awkward.yaml").read_text(encoding="utf-8"))
SENTENCES = ["これは犬です。", "This is a dog.", "猫もいます。", "There is also a cat, they say."]
REASON = "sentence-transformers is not installed (the extra transformers)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers and 32 dimensions with random weights, as SentenceTransformer.save leaves it."""
    sentence_transformers = pytest.importorskip("sentence_transformers", reason=REASON)
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    words = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    words.normalizer = normalizers.BertNormalizer()
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.train_from_iterator(SENTENCES, trainers.WordPieceTrainer(vocab_size=200, special_tokens=special))
    words.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token"), special, strict=True))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, model_max_length=64, **names)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    base = tmp_path_factory.mktemp("base")
    BertModel(config).save_pretrained(base)
    tokenizer.save_pretrained(base)
    made = tmp_path_factory.mktemp("tiny")
    sentence_transformers.SentenceTransformer(str(base), device="cpu").save(str(made))
    return made


@pytest.fixture(autouse=True)
def _fresh() -> None:
    transformer._load.cache_clear()
    transformer._locate.cache_clear()


def test_the_vectors_are_those_of_the_model(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    spans = TransformerEncoder(str(folder), "cpu").encode(SENTENCES, 3, " ").whole().spans
    model = SentenceTransformer(str(folder), device="cpu")
    for k in range(1, 4):
        texts = [" ".join(SENTENCES[i - k + 1 : i + 1]) for i in range(k - 1, len(SENTENCES))]
        expected = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        assert np.allclose(spans[k - 1, k - 1 :], expected, atol=1e-5)
        assert not spans[k - 1, : k - 1].any()


def test_batches_change_nothing_that_counts(folder: Path) -> None:
    encoder = TransformerEncoder(str(folder), "cpu")
    alone = np.concatenate([encoder.embed([text]) for text in SENTENCES])
    assert np.allclose(encoder.embed(SENTENCES), alone, atol=1e-5)


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_the_batch_size_changes_nothing_that_counts(size: int, folder: Path) -> None:
    texts = [*SENTENCES, *SENTENCES[:2], " ".join(SENTENCES), "犬"]
    expected = TransformerEncoder(str(folder), "cpu").embed(texts)
    assert np.allclose(TransformerEncoder(str(folder), "cpu", batch_size=size).embed(texts), expected, atol=1e-5)


def test_half_precision_is_near(folder: Path) -> None:
    encoder = TransformerEncoder(str(folder), "cpu")
    full = encoder.embed(SENTENCES)
    model = transformer._load(encoder.model, encoder.device, encoder.threads)
    model.half()
    half = encoder.embed(SENTENCES)
    assert half.dtype == np.float32
    assert not np.array_equal(full, half)
    assert np.einsum("ij,ij->i", full, half).min() > 0.999


def test_the_same_twice(folder: Path) -> None:
    encoder = TransformerEncoder(str(folder), "cpu")
    assert encoder.encode(SENTENCES, 3, "").spans.tobytes() == encoder.encode(SENTENCES, 3, "").spans.tobytes()


@pytest.mark.parametrize("case", AWKWARD, ids=lambda case: case["label"])
def test_awkward_text_gives_a_unit_vector(case: dict, folder: Path) -> None:
    text = case["text"] * case.get("times", 1)
    text = text.replace("<SURROGATE>", "\ud83d") if case.get("surrogate") else text
    spans = TransformerEncoder(str(folder), "cpu").encode([SENTENCES[0], text], 2, "").whole().spans
    assert np.allclose(np.linalg.norm(spans, axis=-1), [[1, 1], [0, 1]], atol=1e-5)


def test_no_sentences(folder: Path) -> None:
    assert TransformerEncoder(str(folder), "cpu").encode([], 2, "").spans.shape == (2, 0, 32)


def test_nothing_is_shown(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger("transformers").level
    TransformerEncoder(str(folder), "cpu").encode([*SENTENCES, "a " * 500], 1, "")
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("transformers").level == before


def test_a_revision_follows_the_content(folder: Path, tmp_path: Path) -> None:
    import shutil

    def revision(path: Path) -> str:
        transformer._locate.cache_clear()
        return TransformerEncoder(str(path)).revision

    other = tmp_path / "other"
    shutil.copytree(folder, other)
    assert revision(folder) == revision(other)
    (other / "README.md").write_text("changed")
    assert revision(folder) == revision(other)
    weights = other / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    assert revision(folder) != revision(other)


def test_a_snapshot_has_the_hubs_revision(tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    snapshot = tmp_path / "snapshots" / commit
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    assert TransformerEncoder(str(snapshot)).revision == commit


def test_what_it_knows() -> None:
    assert len(transformer.LABSE_LANGUAGES) == 109
    assert TransformerEncoder("labse").knows("mt")
    assert not TransformerEncoder("labse").knows("fo")
    assert TransformerEncoder("owner/name").knows("fo")
    assert TransformerEncoder("labse").name == "labse"


# The hub, as it answers


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> types.SimpleNamespace:
    """A hub that raises `answer` or gives a commit, and an empty cache."""
    huggingface_hub = pytest.importorskip("huggingface_hub", reason=REASON)
    state = types.SimpleNamespace(answer=None, asked=[])

    def model_info(self, name, **kwargs):
        state.asked.append((name, kwargs))
        if state.answer is not None:
            raise state.answer
        return types.SimpleNamespace(sha="c0ffee")

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", model_info)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return state


def http_error(kind: str) -> Exception:
    from huggingface_hub import errors

    return getattr(errors, kind).__new__(getattr(errors, kind))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("RepositoryNotFoundError", ["no folder of that name", "no public owner/name on the hub"]),
        ("GatedRepoError", ["accept the terms", "hf auth login"]),
        ("OfflineModeIsEnabled", ["HF_HUB_OFFLINE", "hf download owner/name"]),
        (None, ["cannot be reached (no route)", "hf download owner/name --local-dir FOLDER", "--model use"]),
    ],
)
def test_a_model_that_cannot_be_had(kind, words, hub) -> None:
    hub.answer = ConnectionError("no\n route") if kind is None else http_error(kind)
    with pytest.raises(MissingModel) as raised:
        TransformerEncoder("owner/name").encode(["犬"], 1, "")
    message = str(raised.value)
    assert "\n" not in message
    for word in ["owner/name", *words]:
        assert word in message
    assert len(hub.asked) == 1
    assert hub.asked[0][1]["timeout"] <= 10


def test_labse_is_asked_for_by_its_hub_name(hub) -> None:
    assert TransformerEncoder("labse").revision == "c0ffee"
    assert hub.asked[0][0] == "sentence-transformers/LaBSE"


def test_a_model_in_the_hubs_cache_needs_no_hub(hub, folder: Path, tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "hub" / "models--owner--name"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    (repository / "snapshots").mkdir()
    (repository / "snapshots" / commit).symlink_to(folder, target_is_directory=True)
    encoder = TransformerEncoder("owner/name", "cpu")
    assert encoder.revision == commit
    assert np.array_equal(encoder.embed(SENTENCES), TransformerEncoder(str(folder), "cpu").embed(SENTENCES))
    assert hub.asked == []


def test_a_snapshot_without_weights_is_not_taken_for_a_model(hub, tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "hub" / "models--owner--name"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    (repository / "snapshots" / commit).mkdir(parents=True)
    (repository / "snapshots" / commit / "config.json").write_text("{}")
    assert TransformerEncoder("owner/name").revision == "c0ffee"


@pytest.mark.parametrize("model", ["./no/such/folder", "not a name", "a/b/c"])
def test_neither_folder_nor_hub_name(model, hub) -> None:
    with pytest.raises(MissingModel, match=r"no folder of that name.*OWNER/NAME"):
        TransformerEncoder(model).encode(["犬"], 1, "")
    assert hub.asked == []


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("犬")
    for path in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(MissingModel, match=r"modules\.json"):
            TransformerEncoder(str(path)).encode(["犬"], 1, "")


@pytest.mark.parametrize("content", ["{", '{"model_type": "no-such-kind"}', "[]"])
def test_a_folder_with_a_broken_model(content, tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason=REASON)
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(MissingModel, match="does not load from"):
        TransformerEncoder(str(tmp_path), "cpu").encode(["犬"], 1, "")


def test_a_wrong_name_fails_before_the_long_import() -> None:
    """Without a network nothing is retried, and PyTorch is not even imported."""
    pytest.importorskip("huggingface_hub", reason=REASON)
    code = (
        "import sys; from align.encode.transformer import TransformerEncoder\n"
        "from align.errors import MissingModel\n"
        "try: TransformerEncoder('owner/there-is-no-such-model').encode(['x'], 1, '')\n"
        "except MissingModel: print('torch' in sys.modules)"
    )
    environment = os.environ | {"HF_ENDPOINT": "http://127.0.0.1:9", "NO_PROXY": "*"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30, env=environment
    )
    assert (done.stdout.strip(), done.stderr) == ("False", "")


# What it runs on


@pytest.mark.parametrize("device", ["cuda:99", "mps", "gpu", "banana:0"])
def test_a_device_that_is_not_there(device, folder: Path) -> None:
    import torch

    if device == "mps" and torch.backends.mps.is_available():
        pytest.skip("this machine has an Apple GPU")
    with pytest.raises(SettingsError, match=f"device is '{device}'"):
        TransformerEncoder(str(folder), device).encode(SENTENCES, 1, "")


@pytest.mark.parametrize(
    ("cards", "mps", "device", "chosen"),
    [(2, False, "auto", "cuda"), (0, True, "auto", "mps"), (0, False, "auto", "cpu"), (2, True, "cuda:1", "cuda:1")],
)
def test_where_it_runs(cards, mps, device, chosen) -> None:
    torch = pytest.importorskip("torch", reason=REASON)
    machine = types.SimpleNamespace(
        cuda=types.SimpleNamespace(is_available=lambda: cards > 0, device_count=lambda: cards),
        backends=types.SimpleNamespace(mps=types.SimpleNamespace(is_available=lambda: mps)),
        device=torch.device,
    )
    assert transformer._device(device, machine) == chosen


class OutOfMemoryError(RuntimeError):
    """Named as PyTorch's own."""


class Cramped:
    """A model that fits `room` texts at once; the vector of a text tells its length."""

    max_seq_length = 256

    def __init__(self, room: int, error: Exception | None = None, device: str = "cuda") -> None:
        self.room, self.error, self.device, self.tried = room, error, device, []

    def encode(self, texts, batch_size, show_progress_bar):
        assert batch_size == len(texts)
        self.tried.append([len(text) for text in texts])
        if batch_size > self.room:
            raise self.error
        return np.array([[1, len(text)] for text in texts], np.float16)


def angles(texts: list[str]) -> np.ndarray:
    return unit(np.array([[1, len(text)] for text in texts], np.float32))


def test_batches_hold_texts_of_one_length(monkeypatch) -> None:
    model = Cramped(1000, device="cpu")
    monkeypatch.setattr(transformer, "_load", lambda *_: model)
    monkeypatch.setattr(transformer, "_ROOM", 60)
    texts = ["a" * length for length in (3, 40, 8, 13, 3, 28, 13, 3)]
    assert np.allclose(TransformerEncoder("owner/name").embed(texts), angles(texts))
    assert model.tried == [[40], [28, 13], [13, 8, 3, 3], [3]]


@pytest.mark.parametrize(("device", "sizes"), [("cpu", [109, 64, 3, 3]), ("cuda:1", [1024, 1024, 512, 512])])
def test_a_batch_is_as_large_as_its_texts_and_the_device_allow(device, sizes) -> None:
    room = Cramped(0, device=device)
    assert [transformer._batch_size(room, longest) for longest in (5, 10, 256, 10_000)] == sizes


def test_the_batch_size_asked_for(monkeypatch) -> None:
    model = Cramped(1000)
    monkeypatch.setattr(transformer, "_load", lambda *_: model)
    TransformerEncoder("owner/name", batch_size=3).embed(SENTENCES * 2)
    assert list(map(len, model.tried)) == [3, 3, 2]


@pytest.mark.parametrize(
    "error",
    [OutOfMemoryError("CUDA out of memory"), MemoryError(), RuntimeError("DefaultCPUAllocator: not enough memory")],
    ids=["cuda", "python", "cpu"],
)
def test_batches_shrink_where_memory_is_short(error, monkeypatch) -> None:
    model = Cramped(2, error)
    monkeypatch.setattr(transformer, "_load", lambda *_: model)
    texts = [*SENTENCES * 2, "犬", ""]
    vectors = TransformerEncoder("owner/name").embed(texts)
    assert list(map(len, model.tried)) == [10, 5, 2, 2, 2, 2, 2]
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, angles([*texts[:-1], "."]), atol=1e-3)


def test_no_room_for_one_text(monkeypatch) -> None:
    monkeypatch.setattr(transformer, "_load", lambda *_: Cramped(0, OutOfMemoryError("CUDA out of memory")))
    with pytest.raises(MissingModel, match=r"does not fit into the memory of the device cuda; give --device cpu"):
        TransformerEncoder("owner/name").embed(SENTENCES)


def test_a_model_that_fails_on_a_text(monkeypatch) -> None:
    monkeypatch.setattr(transformer, "_load", lambda *_: Cramped(0, IndexError("index out of range in self")))
    with pytest.raises(MissingModel, match=r"fails on a text \(index out of range in self\)"):
        TransformerEncoder("owner/name").embed(SENTENCES)


@pytest.mark.parametrize("model", ["owner/name", "labse"])
def test_a_missing_package_is_named_with_its_command(model, monkeypatch) -> None:
    monkeypatch.setattr(transformer, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'taiyaku\[transformers\]'"):
        TransformerEncoder(model).encode(["犬"], 1, "")


def test_a_broken_package_is_named_with_its_command(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(transformer, "find_spec", lambda name: object())
    monkeypatch.setitem(sys.modules, "sentence_transformers", types.ModuleType("sentence_transformers"))
    with pytest.raises(MissingExtra, match=r"does not load .*pip install --force-reinstall"):
        TransformerEncoder(str(folder)).encode(["犬"], 1, "")
