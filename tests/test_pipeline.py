"""From documents to rows: with a small encoder and engine of our own, so that only the way itself is tested."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import align
from align import pipeline
from align.alignment import Alignment, doc_of
from align.encode import Vectors
from align.engines import BertalignEngine, LatticeEngine, SideInput, engine_for
from align.errors import AlignError, BlankInput, MissingInput, OutputError, SameLanguage, SettingsError
from align.pipeline import Aligner, align_texts
from align.records import Bead
from align.segment import shown
from align.settings import AlignSettings

EN = "The library opened on Monday. A line formed at dawn.\n\nIt holds many books. No one read them all. Why?\n"
JA = "月曜日、図書館が開館した。夜明けに列ができた。\n\n蔵書は多い。読み切った人はいない。\n"


@dataclass(frozen=True)
class Letters:
    """An encoder that counts bytes, and the calls it had."""

    name: str = "letters"
    revision: str = "1"
    calls: list[tuple[int, int, str]] = field(default_factory=list)

    def knows(self, language: str) -> bool:
        return True

    def encode(self, sentences: Sequence[str], longest: int, joiner: str) -> Vectors:
        self.calls.append((len(sentences), longest, joiner))
        spans = np.zeros((longest, len(sentences), 256), dtype=np.float32)
        for k in range(longest):
            for i in range(k, len(sentences)):
                counts = np.bincount(bytearray(joiner.join(sentences[i - k : i + 1]).encode()), minlength=256)
                spans[k, i] = counts / np.linalg.norm(counts)
        return Vectors(spans, sum(map(len, sentences)))


@dataclass(frozen=True)
class Diagonal:
    """An engine that pairs sentences by number, the last two together, and leaves over what is left over."""

    signature: str = "diagonal"

    def beads(self, source: SideInput, target: SideInput, settings: AlignSettings) -> list[Bead]:
        n, m = len(source.sentences), len(target.sentences)
        both = min(n, m)
        beads = [Bead((i,), (i,), 0.9, 0.5) for i in range(both - 2)]
        if both >= 2:
            beads.append(Bead((both - 2, both - 1), (both - 2, both - 1), 0.8, 0.7))
        beads += [Bead((i,), (), 0.3) for i in range(both, n)]
        return beads + [Bead((), (j,), 0.3) for j in range(both, m)]


def aligner(**settings: object) -> Aligner:
    return Aligner(AlignSettings(**settings), encoder=Letters(), engine=Diagonal())


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "en.txt").write_text(EN, encoding="utf-8")
    (tmp_path / "ja.txt").write_text(JA, encoding="utf-8")
    return tmp_path / "en.txt", tmp_path / "ja.txt"


def test_rows_hold_what_the_beads_say() -> None:
    alignment = aligner().texts(EN, JA, doc="library")
    assert alignment.languages == ("en", "ja")
    assert [(pair.doc, pair.bead, pair.type) for pair in alignment] == [
        ("library", 0, "1-1"),
        ("library", 1, "1-1"),
        ("library", 2, "2-2"),
        ("library", 3, "1-0"),
    ]
    both, null = alignment.pairs[2:]
    assert (both.src, both.tgt) == ("It holds many books. No one read them all.", "蔵書は多い。読み切った人はいない。")
    assert (null.src, null.tgt, null.tgt_ids, null.tgt_span) == ("Why?", "", (), None)
    assert alignment.counts == {"1-1": 2, "1-0": 1, "2-2": 1}
    assert alignment.nulls == 1
    assert alignment.mean_confidence == pytest.approx((0.9 + 0.9 + 0.8 + 0.3) / 4)


def test_spans_lead_back_to_the_text() -> None:
    alignment = aligner().texts(EN, JA)
    for document, span, text in (
        (document, getattr(pair, span), getattr(pair, side))
        for side, span, document in zip(("src", "tgt"), ("src_span", "tgt_span"), alignment.documents, strict=True)
        for pair in alignment
    ):
        assert shown(document.text[slice(*span)], document.language) == text if span else text == ""


def test_the_encoder_gets_what_the_longest_bead_needs() -> None:
    encoder = Letters()
    Aligner(AlignSettings(max_bead=5), encoder=encoder, engine=Diagonal()).texts(EN, JA)
    assert encoder.calls == [(5, 4, " "), (4, 4, "")]


def test_presplit_lines_are_the_sentences() -> None:
    alignment = aligner(presplit=True).texts("One. Two.\nThree.\n", "一。二。\n\n三。\n")
    assert [(pair.src, pair.tgt) for pair in alignment] == [("One. Two. Three.", "一。二。三。")]
    assert [(side.paragraphs, side.sentences) for side in alignment.sides] == [(1, 2), (2, 2)], "blank lines part them"


def test_progress_goes_through_every_stage(files: tuple[Path, Path]) -> None:
    told: list[tuple[str, float]] = []
    aligner().files(*files, progress=lambda stage, done: told.append((stage, done)))
    stages = list(dict.fromkeys(stage for stage, _ in told))
    assert stages == ["read", "segment", "encode", "align"]
    for stage in stages:
        shares = [done for each, done in told if each == stage]
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_pairs_only_hides_null_rows_and_keeps_their_number() -> None:
    alignment = aligner(pairs_only=True).texts(EN, JA)
    assert not any(pair.is_null for pair in alignment)
    assert len(alignment) == len(alignment.to_frame()) == 3
    assert alignment.nulls == 1


def test_the_frame_has_the_columns_of_the_tsv() -> None:
    frame = aligner().texts(EN, JA).to_frame()
    assert list(frame.columns) == list(align.AlignedPair.__dataclass_fields__)
    assert frame["src_ids"].tolist() == [(0,), (1,), (2, 3), (4,)]


@pytest.mark.parametrize(
    ("source", "target", "settings", "kind"),
    [
        (EN, " \n\u3000\n", {}, BlankInput),
        ("\u200b\ufeff", JA, {}, BlankInput),
        (EN, EN, {}, SameLanguage),
        (EN, JA, {"src_lang": "ja", "tgt_lang": "ja"}, SameLanguage),
    ],
)
def test_documents_that_cannot_be_aligned(source: str, target: str, settings: dict, kind: type[AlignError]) -> None:
    with pytest.raises(kind):
        aligner(**settings).texts(source, target)


def test_a_blank_side_is_named() -> None:
    with pytest.raises(BlankInput, match="target text"):
        aligner().texts(EN, "\n")


def test_two_streams_and_a_missing_file(files: tuple[Path, Path]) -> None:
    with pytest.raises(SettingsError, match="standard input"):
        aligner().files("-", "-")
    with pytest.raises(SettingsError, match="standard input"):
        aligner().files("-::msgid", "-")
    with pytest.raises(MissingInput):
        aligner().files(files[0], files[1].with_name("de.txt"))


def test_missing_weights_are_told_before_the_work() -> None:
    encoder = Letters()
    with pytest.raises(SettingsError, match=r"nowhere\.json"):
        Aligner(AlignSettings(weights="nowhere.json"), encoder=encoder).texts(EN, JA)
    assert encoder.calls == []


def test_settings_name_the_engine() -> None:
    assert engine_for(AlignSettings(weights="w.json")) == LatticeEngine("w.json")
    assert engine_for(AlignSettings(engine="bertalign")) == BertalignEngine()


@pytest.mark.parametrize(
    ("source", "target", "doc"),
    [
        ("a/en.html", "a/ja.html", "a"),
        ("en.html", "ja.html", "en"),
        ("-", "b/ja.txt", "b"),
        ("-::en", "b/news.txt", "news"),
        ("a.tmx::en", "a.tmx::ja", "a"),
        ("a/x.en.txt", "-", "x.en"),
        ("noext", "x", "noext"),
    ],
)
def test_a_pair_is_named_after_its_source(source: str, target: str, doc: str) -> None:
    assert doc_of(source, target) == doc


# --- what is written ---


def written(alignment: Alignment, path: Path, **how: object) -> tuple[pd.DataFrame, dict]:
    alignment.write(path, **how)
    frame = pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False)
    return frame, json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))


def test_the_sidecar_says_how_the_rows_were_made(files: tuple[Path, Path], tmp_path: Path) -> None:
    alignment = aligner(max_bead=5).files(*files)
    frame, sidecar = written(alignment, tmp_path / "out.tsv")
    assert frame["src"].tolist() == [pair.src for pair in alignment]
    assert sidecar["taiyaku"] == align.__version__
    assert sidecar["signature"] == alignment.signature
    assert sidecar["encoder"] == "letters@1"
    assert sidecar["settings"] == {"max_bead": 5}
    assert sidecar["rows"] == {"1-1": 2, "1-0": 1, "2-2": 1}
    assert sidecar["src"] == {
        "path": str(files[0]),
        "language": "en",
        "characters": len(EN),
        "paragraphs": 2,
        "sentences": 5,
        "blake2b": hashlib.blake2b(EN.encode(), digest_size=32).hexdigest(),
    }
    command = shlex.split(sidecar["command"])
    assert command == ["align", "pair", *map(str, files), "-o", str(tmp_path / "out.tsv"), "--max-bead", "5"]


def test_the_same_input_gives_the_same_bytes(files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out.tsv"
    found = set()
    for _ in range(2):
        aligner().files(*files).write(out)
        found.add((out.read_bytes(), (tmp_path / "out.tsv.json").read_bytes()))
    assert len(found) == 1


def test_the_command_has_every_choice(files: tuple[Path, Path], tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-odd name.txt").write_text(EN, encoding="utf-8")
    alignment = aligner(src_lang="en", pairs_only=True, presplit=True).files("-odd name.txt", "ja.txt", doc="d")
    _, sidecar = written(alignment, Path("o ut.txt"), columns=["src", "tgt"])
    assert shlex.split(sidecar["command"]) == [
        *("align", "pair", "-o", "o ut.txt", "--src-lang", "en", "--presplit", "--pairs-only"),
        *("--columns", "src,tgt", "--doc", "d", "--", "-odd name.txt", "ja.txt"),
    ]
    alignment.write("out.tsv", format="jsonl")
    assert "--format jsonl" in json.loads(Path("out.tsv.json").read_text())["command"]


def test_text_that_came_from_no_file_has_no_command(tmp_path: Path) -> None:
    _, sidecar = written(aligner().texts(EN, JA), tmp_path / "out.tsv")
    assert sidecar["command"] is None
    assert sidecar["src"]["path"] is None
    assert sidecar["src"]["blake2b"] == hashlib.blake2b(EN.encode(), digest_size=32).hexdigest()


def test_a_path_that_is_no_utf8_survives_in_the_sidecar(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    Path(os.fsdecode(path)).write_text(EN, encoding="utf-8")
    (tmp_path / "ja.txt").write_text(JA, encoding="utf-8")
    frame, sidecar = written(aligner().files(os.fsdecode(path), tmp_path / "ja.txt"), tmp_path / "out.tsv")
    assert os.fsencode(sidecar["src"]["path"]) == path
    assert set(frame["doc"]) == {"caf\ufffd"}


def test_a_device_has_no_sidecar() -> None:
    aligner().texts(EN, JA).write("/dev/null")
    assert not os.path.exists("/dev/null.json")


def test_an_input_is_not_overwritten(files: tuple[Path, Path]) -> None:
    alignment = aligner().files(*files)
    with pytest.raises(OutputError, match="overwrite the input"):
        alignment.write(files[1])
    assert files[1].read_text(encoding="utf-8") == JA


def test_nor_a_file_that_a_side_is_a_part_of(files: tuple[Path, Path], tmp_path: Path) -> None:
    table = tmp_path / "table.tsv"
    table.write_text("src\ttgt\nOne. Two.\t一。二。\n", encoding="utf-8")
    before = table.read_bytes()
    for source, target in ((f"{table}::src", f"{table}::tgt"), (files[0], f"{table}::tgt")):
        with pytest.raises(OutputError, match="overwrite the input"):
            aligner().files(source, target).write(table)
    assert table.read_bytes() == before


def test_nor_a_file_that_the_settings_name(files: tuple[Path, Path], tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("Share\n")
    with pytest.raises(OutputError, match="overwrite the input"):
        aligner(boilerplate_lines=str(lines)).files(*files).write(lines)


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_spans_count_no_byte_order_mark_and_one_character_for_a_line_end(
    encoding: str, eol: str, tmp_path: Path
) -> None:
    """As docs/formats.md has it: they are offsets into what Python reads with the mark taken off."""
    for name, text in (("en.txt", EN), ("ja.txt", JA)):
        (tmp_path / name).write_bytes(text.replace("\n", eol).encode(encoding))
    alignment = aligner().files(tmp_path / "en.txt", tmp_path / "ja.txt")
    texts = [
        (tmp_path / name).read_text(encoding="utf-8-sig" if encoding == "utf-8" else encoding)
        for name in ("en.txt", "ja.txt")
    ]
    assert texts == [document.text for document in alignment.documents] == [EN, JA]
    found = [(pair.src_span, pair.tgt_span) for pair in alignment]
    assert found[0] == ((0, 29), (0, 13))
    assert found == [(pair.src_span, pair.tgt_span) for pair in aligner().texts(EN, JA)]


@pytest.mark.parametrize(
    ("names", "package"),
    [
        (("en.srt", "ja.txt"), "pysubs2"),
        (("a.po::msgid", "a.po::msgstr"), "polib"),
        (("en.html", "site.zip::ja/1.md"), "markdown-it-py"),
    ],
)
def test_the_sidecar_has_the_library_of_a_format_that_was_read(names: tuple[str, str], package: str) -> None:
    pytest.importorskip("markdown_it" if package == "markdown-it-py" else package)
    version = metadata.version(package)
    read = aligner().texts(EN, JA).documents
    documents = [replace(document, name=name) for document, name in zip(read, names, strict=True)]
    packages = aligner().documents(*documents).packages
    assert packages[2:] == (f"{package}:{version}",)
    assert f"{package}:{version}" in aligner().documents(*documents).signature
    assert aligner().texts(EN, JA).packages == packages[:2]


def test_a_library_that_is_not_installed_is_no_obstacle(monkeypatch) -> None:
    """A program may name a document it made as it likes."""
    monkeypatch.setattr(pipeline, "_READERS", {"pdf": "no-such-package"})
    documents = [replace(document, name="a.pdf") for document in aligner().texts(EN, JA).documents]
    assert len(aligner().documents(*documents).packages) == 2


def test_what_changes_results_changes_the_signature() -> None:
    base = aligner().texts(EN, JA)
    others = [replace(base, settings=AlignSettings(**change)) for change in ({"max_bead": 5}, {"presplit": True})]
    others += [replace(base, encoder="letters@2"), replace(base, engine="other")]
    assert len({base.signature, *(other.signature for other in others)}) == 5
    same = [replace(base, settings=AlignSettings(**change)) for change in ({"threads": 2}, {"pairs_only": True})]
    assert {other.signature for other in same} == {base.signature}


# --- the package ---


def test_every_public_name_is_there() -> None:
    for name in align.__all__:
        assert getattr(align, name).__name__ == name
    assert set(align.__all__) <= set(dir(align))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        align.nothing  # noqa: B018


def test_importing_the_package_loads_nothing_heavy() -> None:
    script = "import sys, align, align.cli; print(*sorted({'numpy', 'pandas', 'numba', 'rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_real_model_and_lattice_align_a_small_text() -> None:
    alignment = align_texts(EN, JA)
    assert alignment.encoder.startswith("use@")
    assert alignment.engine.startswith("lattice|weights:")
    assert [i for pair in alignment for i in pair.src_ids] == list(range(5))
    assert [j for pair in alignment for j in pair.tgt_ids] == list(range(4))
    assert alignment.pairs[0].src_ids == alignment.pairs[0].tgt_ids == (0,)
    assert alignment.verdict.label == "parallel"
