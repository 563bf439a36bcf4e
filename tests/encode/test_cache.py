"""A cached run gives the bytes of the first one, and trouble with the file never passes unnoticed nor loses a run."""

from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.encode import cache
from align.encode.cache import CachedEncoder, cached
from align.encode.fusion import FusedEncoder
from align.errors import SettingsError

SENTENCES = ["これは犬だ。", "猫もいる。", "晴れ。", "猫もいる。", ""]

anything = st.lists(st.text(st.characters(exclude_categories=()), max_size=8), max_size=5)


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "vectors.sqlite")


def same(a, b) -> bool:
    tokens = (a.tokens is None) == (b.tokens is None)
    if a.tokens is not None and b.tokens is not None:
        tokens = np.array_equal(a.tokens.vectors, b.tokens.vectors) and np.array_equal(a.tokens.starts, b.tokens.starts)
    return tokens and a.spans.tobytes() == b.spans.tobytes() and a.characters == b.characters


@pytest.mark.parametrize("model", ["text_model", "side_model"])
def test_a_hit_is_a_miss(model, file, request) -> None:
    encoder = CachedEncoder(request.getfixturevalue(model), file)
    first, second = (encoder.encode(SENTENCES, 3, " ") for _ in range(2))
    plain = encoder.encoder.encode(SENTENCES, 3, " ")
    assert same(first, second)
    assert first.spans.dtype == second.spans.dtype == np.float32
    assert np.allclose(first.spans, plain.spans, atol=1e-3)
    assert first.characters == plain.characters


def test_tokens_come_back(side_model, file) -> None:
    first, second = (CachedEncoder(side_model, file).encode(SENTENCES, 2, "") for _ in range(2))
    plain = side_model.encode(SENTENCES, 2, "").tokens
    assert same(first, second)
    assert np.allclose(second.tokens.vectors, plain.vectors, rtol=1e-3)
    assert np.array_equal(second.tokens.starts, plain.starts)


def test_known_texts_are_not_encoded_again(text_model, file) -> None:
    encoder = CachedEncoder(text_model, file)
    encoder.encode(SENTENCES, 2, "")
    text_model.seen.clear()
    encoder.encode(SENTENCES, 2, "")
    assert text_model.seen == []
    encoder.encode([*SENTENCES, "雪。"], 2, "")
    assert sorted(text_model.seen) == ["雪。"]  # "" + "雪。" is the same text


def test_sentences_of_many_documents_encoded_beforehand_are_found(text_model, file) -> None:
    documents = SENTENCES[:3], SENTENCES[2:], ["雪が降る。", SENTENCES[0]]
    encoder = CachedEncoder(text_model, file)
    encoder.encode([sentence for document in documents for sentence in document], 1, "")
    assert [len(text) for text in text_model.seen] == sorted(map(len, text_model.seen), reverse=True)
    text_model.seen.clear()
    vectors = [encoder.encode(document, 3, joiner) for document, joiner in zip(documents, ("", " ", ""), strict=True)]
    assert text_model.seen == []
    assert vectors[1].refine([(0, 1)]).shape == (1, text_model.dim)
    assert text_model.seen == [" ".join(SENTENCES[2:4])]


def test_known_sides_are_not_encoded_again(side_model, file) -> None:
    encoder = CachedEncoder(side_model, file)
    for longest, joiner in [(2, ""), (2, ""), (3, ""), (3, " ")]:
        encoder.encode(SENTENCES, longest, joiner)
    encoder.encode(SENTENCES[:-1], 3, " ")
    assert len(side_model.sides) == 4


def test_where_sentences_end_counts(side_model, file) -> None:
    encoder = CachedEncoder(side_model, file)
    assert encoder.encode(["ab", "c"], 1, "").spans.tobytes() != encoder.encode(["a", "bc"], 1, "").spans.tobytes()


@pytest.mark.parametrize("change", [{"revision": "2"}, {"name": "others"}])
@pytest.mark.parametrize("model", ["text_model", "side_model"])
def test_another_model_or_revision_shares_nothing(model, change, file, request) -> None:
    encoder = request.getfixturevalue(model)
    CachedEncoder(encoder, file).encode(SENTENCES, 2, "")
    other = replace(encoder, **change, **{"seen" if model == "text_model" else "sides": []})
    CachedEncoder(other, file).encode(SENTENCES, 2, "")
    assert other.seen if model == "text_model" else other.sides


def test_parts_of_a_fused_encoder_share_with_the_same_encoder_alone(text_model, side_model, file) -> None:
    CachedEncoder(side_model, file).encode(SENTENCES, 2, "")
    fused = cached(FusedEncoder((text_model, side_model)), file)
    first, second = fused.encode(SENTENCES, 2, ""), fused.encode(SENTENCES, 2, "")
    assert same(first, second)
    assert len(side_model.sides) == 1


def test_encoders_that_show_their_tokens_may_go_without(text_model, side_model, file) -> None:
    fused = cached(FusedEncoder((side_model, text_model)), file, tokens=False)
    for _ in range(2):
        fused.encode(SENTENCES, 2, "")
    assert len(side_model.sides) == 2
    assert sorted(text_model.seen) == sorted(set(SENTENCES)), "once, and not again"


def test_vectors_keep_their_encoders_name(text_model, side_model, file) -> None:
    fused = FusedEncoder((text_model, side_model))
    assert fused.encode(SENTENCES, 2, "").encoder == fused.name
    assert cached(side_model, file).encode(SENTENCES, 2, "").encoder == side_model.name


@pytest.mark.parametrize("model", ["text_model", "side_model"])
def test_no_sentences(model, file, request) -> None:
    encoder = CachedEncoder(request.getfixturevalue(model), file)
    first, second = (encoder.encode([], 3, "") for _ in range(2))
    assert first.spans.shape == (3, 0, 16)
    assert same(first, second)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(anything, st.integers(1, 3))
def test_any_text_comes_back(text_model, side_model, tmp_path, sentences, longest) -> None:
    for model in (text_model, side_model):
        encoder = CachedEncoder(model, str(tmp_path / "any.sqlite"))
        if model is side_model and any(map(_has_surrogate, sentences)):
            continue
        assert same(encoder.encode(sentences, longest, ""), encoder.encode(sentences, longest, ""))


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def test_a_long_document_is_kept_in_steps(text_model, file, monkeypatch) -> None:
    """What was encoded before a run broke off is there for the next."""
    monkeypatch.setattr(cache, "_TEXTS_PER_COMMIT", 10)
    sentences = [f"文{i}" for i in range(25)]
    embed = type(text_model).embed

    def breaks(self, texts):
        if len(self.seen) >= 20:
            raise KeyboardInterrupt
        return embed(self, texts)

    monkeypatch.setattr(type(text_model), "embed", breaks)
    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(text_model, file).encode(sentences, 1, "")
    monkeypatch.setattr(type(text_model), "embed", embed)
    text_model.seen.clear()
    CachedEncoder(text_model, file).encode(sentences, 1, "")
    assert len(text_model.seen) == 5


# What is wrong with the file


def test_a_file_that_is_no_database(text_model, file) -> None:
    Path(file).write_bytes("これは犬だ。".encode() * 100)
    with pytest.raises(SettingsError, match="nor any sqlite file; name another"):
        CachedEncoder(text_model, file).encode(SENTENCES, 1, "")
    assert Path(file).read_bytes().startswith("これは".encode())


def test_the_database_of_another_program(text_model, file) -> None:
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE accounts (name)")
    database.close()
    before = Path(file).read_bytes()
    with pytest.raises(SettingsError, match="another program"):
        CachedEncoder(text_model, file).encode(SENTENCES, 1, "")
    assert Path(file).read_bytes() == before


def test_the_format_of_another_version(text_model, file, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(cache, "FORMAT", cache.FORMAT + 1)
        CachedEncoder(text_model, file).encode(SENTENCES, 1, "")
    with pytest.raises(SettingsError, match="has format 2, and this version of align writes 1"):
        CachedEncoder(text_model, file).encode(SENTENCES, 1, "")


def test_a_damaged_page(text_model, file) -> None:
    CachedEncoder(text_model, file).encode([f"文{i}" for i in range(400)], 1, "")
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    database.close()
    data = bytearray(Path(file).read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    Path(file).write_bytes(data)
    with pytest.raises(SettingsError, match="is damaged"):
        CachedEncoder(text_model, file).encode(SENTENCES, 1, "")


@pytest.mark.parametrize("model", ["text_model", "side_model"])
@pytest.mark.parametrize("value", ["X'00'", "X''", "X'3C003C003C00'", "zeroblob(100)"])
def test_a_damaged_vector(model, value, file, request) -> None:
    encoder = CachedEncoder(request.getfixturevalue(model), file)
    encoder.encode(SENTENCES, 1, "")
    with sqlite3.connect(file) as database:
        database.execute(f"UPDATE vectors SET value = {value} WHERE rowid = 1")
    database.close()
    with pytest.raises(SettingsError, match="is damaged"):
        encoder.encode(SENTENCES, 1, "")


# Trouble around the file


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_BUSY_SECONDS", 0.05)
    cache._note.cache_clear()


def test_a_locked_file_costs_the_cache_only(text_model, file, quick, caplog) -> None:
    encoder = CachedEncoder(text_model, file)
    free = encoder.encode(SENTENCES[:2], 1, "")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    with caplog.at_level(logging.WARNING):
        locked = [encoder.encode(SENTENCES, 1, "") for _ in range(3)]
    other.close()
    assert np.array_equal(locked[0].spans[0, :2], free.spans[0])
    assert same(locked[0], encoder.encode(SENTENCES, 1, ""))
    assert len([record for record in caplog.records if "locked" in record.message]) == 1


@pytest.mark.parametrize("model", ["text_model", "side_model"])
def test_a_full_disk_costs_the_cache_only(model, file, quick, caplog, request, monkeypatch) -> None:
    encoder = CachedEncoder(request.getfixturevalue(model), file)
    encoder.encode(["犬"], 1, "")
    connect = sqlite3.connect

    def full(*args, **kwargs):
        database = connect(*args, **kwargs)
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages}")
        return database

    monkeypatch.setattr(sqlite3, "connect", full)
    sentences = [f"文{i}" for i in range(500)]
    first, second = (encoder.encode(sentences, 1, "") for _ in range(2))
    assert same(first, second)
    assert "full" in caplog.text
    monkeypatch.undo()
    assert same(first, encoder.encode(sentences, 1, ""))


def test_a_folder_that_is_gone_costs_the_cache_only(text_model, tmp_path, quick, caplog) -> None:
    encoder = CachedEncoder(text_model, str(tmp_path / "gone" / "vectors.sqlite"))
    assert same(encoder.encode(SENTENCES, 1, ""), encoder.encode(SENTENCES, 1, ""))
    assert "unable to open" in caplog.text


def test_a_side_too_large_for_sqlite_is_not_kept(side_model, file, monkeypatch) -> None:
    monkeypatch.setattr(cache, "_LARGEST", 100)
    encoder = CachedEncoder(side_model, file)
    assert same(encoder.encode(SENTENCES, 1, ""), encoder.encode(SENTENCES, 1, ""))
    assert len(side_model.sides) == 2


def test_threads_share_a_file(text_model, file) -> None:
    encoder = CachedEncoder(text_model, file)
    sides = [[f"文{i}", f"文{i + 1}", f"文{i + 2}"] for i in range(16)]
    with ThreadPoolExecutor(4) as pool:
        many = list(pool.map(lambda side: encoder.encode(side, 2, ""), sides))
    assert all(same(vectors, encoder.encode(side, 2, "")) for vectors, side in zip(many, sides, strict=True))


def test_processes_share_a_new_file(file) -> None:
    """All start at once on a file that does not exist; each must get it open, and none may lose what it wrote."""
    code = (
        "import sys; from align.encode import cache\n"
        "file, who = sys.argv[1:]\n"
        "for step in range(20): cache._write(file, {f'{who}-{step}'.encode(): bytes(2)})\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, file, str(who)], stderr=subprocess.PIPE) for who in range(3)
    ]
    errors = [process.communicate()[1] for process in running]
    assert errors == [b""] * 3
    assert [process.returncode for process in running] == [0] * 3
    keys = [f"{who}-{step}".encode() for who in range(3) for step in range(20)]
    assert sorted(cache._read(file, keys)) == sorted(keys)
