"""From one format to another, as a function and as a command."""

from __future__ import annotations

import json
import logging
import shlex
import signal
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from align import cli
from align.convert import ConvertSettings, rows_of
from align.errors import MalformedAlignment, OversizedInput, SettingsError, UndecodableInput
from align.write import COLUMNS, FORMATS, Metadata, read_pairs, save_pairs
from tests.write.rows import LAST, METADATA, NULL, PAIR, ROWS

EN = "The library opened on Monday. About three hundred people stood in line for it.\nIt holds many books.\n"
JA = "月曜日に図書館が開館した。\n三百人ほどが列を作って並んだ。\n蔵書は多い。\n"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """A command sets up its process; put back what it sets when it runs in ours."""
    handler, loggers = signal.getsignal(signal.SIGTERM), [logging.getLogger(), logging.getLogger("align")]
    handlers = [list(logger.handlers) for logger in loggers]
    yield
    signal.signal(signal.SIGTERM, handler)
    for logger, before in zip(loggers, handlers, strict=True):
        logger.handlers = before


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`out.tsv` with its sidecar, in the working directory."""
    monkeypatch.chdir(tmp_path)
    about = {"signature": METADATA.signature, "verdict": {"label": "parallel"}, **METADATA.to_dict()}
    save_pairs(ROWS, tmp_path / "out.tsv", sidecar=lambda tally: json.dumps(about).encode())
    return tmp_path


def convert(*arguments: str) -> int:
    return cli.run(["convert", *arguments])


@pytest.mark.parametrize(
    "format", [name for name, each in FORMATS.items() if each.holds == set(COLUMNS) and each.nulls]
)
def test_formats_that_hold_everything_lose_nothing_on_the_way(format: str, folder: Path, capsys) -> None:
    assert convert("out.tsv", f"there.{format}") == 0
    assert convert(f"there.{format}", "back.tsv") == 0
    assert (folder / "back.tsv").read_bytes() == (folder / "out.tsv").read_bytes()
    assert "no place" not in capsys.readouterr().err


def test_what_is_lost_is_said(folder: Path, capsys) -> None:
    assert convert("out.tsv", "out.tmx") == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "rows        2, 0 with one side empty",
        "left out    tmx has no place for 1 row with one side empty",
        "written     out.tmx and out.tmx.json",
    ]
    assert convert("out.tsv", "quiet.tmx", "--quiet") == 0
    assert capsys.readouterr().err == ""


def test_unsure_rows_are_left_out_and_counted(folder: Path, capsys) -> None:
    assert convert("out.tsv", "sure.tsv", "--min-confidence", "0.5") == 0
    assert list(read_pairs("sure.tsv")) == [PAIR, NULL]
    assert "left out    1 for their confidence" in capsys.readouterr().err
    assert convert("out.tsv", "pairs.tsv", "--pairs-only") == 0
    assert list(read_pairs("pairs.tsv")) == [PAIR, LAST]


def test_the_sidecar_says_how_it_was_made(folder: Path) -> None:
    arguments = [
        "out.tsv",
        "a dataset",
        "--to",
        "hf",
        "--licence",
        "cc0-1.0",
        "--min-confidence",
        "0.5",
        "--pairs-only",
    ]
    assert convert(*arguments) == 0
    sidecar = folder / "a dataset.json"
    about = json.loads(sidecar.read_text())
    assert about["rows"] == {"1-2": 1}
    assert (about["nulls"], about["mean_confidence"]) == (0, 0.9876)
    assert (about["src"], about["tgt"], about["signature"]) == (
        {"language": "en"},
        {"language": "ja"},
        METADATA.signature,
    )
    assert about["verdict"] == {"label": "parallel"}
    before = (sidecar.read_bytes(), (folder / "a dataset" / "README.md").read_bytes())
    command = shlex.split(about["command"])
    assert command[:2] == ["align", "convert"]
    assert convert(*command[2:]) == 0
    assert (sidecar.read_bytes(), (folder / "a dataset" / "README.md").read_bytes()) == before
    assert yaml.safe_load(before[1].decode().split("---\n")[1])["license"] == "cc0-1.0"


def test_standard_output_takes_rows(folder: Path, capfdbinary) -> None:
    assert convert("out.tsv", "-", "--columns", "tgt,src", "--no-header") == 0
    assert capfdbinary.readouterr().out.decode().splitlines()[0] == f"{PAIR.tgt}\t{PAIR.src}"
    assert sorted(path.name for path in folder.iterdir()) == ["out.tsv", "out.tsv.json"]


def test_languages_are_given_said_or_detected(folder: Path) -> None:
    assert rows_of("out.tsv", "tmx").metadata.languages == ("en", "ja")
    given = ConvertSettings(src_lang="en-GB")
    assert rows_of("out.tsv", "tmx", given).metadata.languages == ("en-GB", "ja")
    Path("out.tsv.json").unlink()
    assert rows_of("out.tsv", "tsv").metadata.languages is None
    assert rows_of("out.tsv", "tmx", ConvertSettings(src_lang="de", tgt_lang="ja")).metadata.languages == ("de", "ja")
    rows = [replace(PAIR, src=src, tgt=tgt) for src, tgt in zip(EN.splitlines(), JA.splitlines(), strict=False)]
    save_pairs(rows, "plain.tsv")
    found = rows_of("plain.tsv", "tmx")
    assert found.metadata.languages == ("en", "ja")
    assert list(found) == rows  # those that were looked at are not gone


def test_a_ladder_gets_its_text_from_the_documents(folder: Path, capsys) -> None:
    Path("en.txt").write_text(EN, encoding="utf-8")
    Path("ja.txt").write_text(JA, encoding="utf-8")
    Path("gold.ladder").write_text("[0]:[0]\n[1]:[1]\n[2]:[2]\n")
    assert convert("gold.ladder", "gold.tmx") == 2
    assert "--src and --tgt" in capsys.readouterr().err
    assert convert("gold.ladder", "gold.tmx", "--src", "en.txt", "--tgt", "ja.txt", "--doc", "gold") == 0
    rows = list(read_pairs("gold.tmx"))
    assert [row.tgt for row in rows] == JA.splitlines()
    assert rows[1].src == "About three hundred people stood in line for it."
    assert {row.doc for row in rows} == {"gold"}
    assert convert("gold.ladder", "gold.tsv", "--src", "en.txt", "--tgt", "ja.txt", "--presplit") == 16
    assert "source sentence 2, but the source text has 2 sentences (0 to 1)" in capsys.readouterr().err
    assert convert("gold.ladder", "gold.hunalign") == 0
    assert Path("gold.hunalign").read_text().splitlines()[-1] == "3\t3\t0.0000"


def test_documents_of_numbers_are_read_as_pair_reads_them(folder: Path, capsys) -> None:
    texts = {"--src": "en.txt", "--tgt": "ja.txt"}
    Path("en.txt").write_text(EN, encoding="cp932")
    Path("ja.txt").write_text(JA, encoding="cp932")
    Path("gold.ladder").write_text("[0]:[0]\n[1]:[1]\n[2]:[2]\n")
    arguments = ["gold.ladder", "gold.tsv", *(word for each in texts.items() for word in each)]
    assert convert(*arguments, "--encoding", "ascii") == UndecodableInput.exit_code
    assert convert(*arguments, "--max-bytes", "20") == OversizedInput.exit_code
    assert "raise the limit with --max-bytes" in capsys.readouterr().err
    assert not Path("gold.tsv").exists()
    assert convert(*arguments, "--encoding", "cp932", "--max-line", "200") == 0
    assert [row.tgt for row in read_pairs("gold.tsv")] == JA.splitlines()
    command = shlex.split(json.loads(Path("gold.tsv.json").read_text())["command"])
    assert {("--encoding", "cp932"), ("--max-line", "200"), *texts.items()} <= set(pairwise(command))


@pytest.mark.parametrize("format", [name for name, each in FORMATS.items() if each.tagged and each.form == "file"])
def test_no_rows_need_no_languages(format: str, folder: Path) -> None:
    Path("empty.tsv").write_text("src\ttgt\n")
    assert convert("empty.tsv", f"empty.{format}") == 0
    if FORMATS[format].readable:
        assert list(read_pairs(f"empty.{format}")) == []
        assert convert(f"empty.{format}", "back.tsv") == 0
        assert convert("back.tsv", f"again.{format}") == 0
        assert Path(f"again.{format}").read_bytes() == Path(f"empty.{format}").read_bytes()


def test_languages_of_no_rows_are_forgotten_once_there_are_rows(folder: Path) -> None:
    about = json.dumps(Metadata(("und", "und")).to_dict()).encode()
    rows = [replace(PAIR, src=src, tgt=tgt) for src, tgt in zip(EN.splitlines(), JA.splitlines(), strict=False)]
    save_pairs(rows, "grown.tsv", sidecar=lambda tally: about)
    assert rows_of("grown.tsv", "tmx").metadata.languages == ("en", "ja")


@pytest.mark.parametrize("format", ["moses", "xces"])
def test_names_of_files_need_languages_even_for_no_rows(format: str, folder: Path, capsys) -> None:
    Path("empty.tsv").write_text("src\ttgt\n")
    assert convert("empty.tsv", "out", "--to", format) == SettingsError.exit_code
    assert "give --src-lang and --tgt-lang" in capsys.readouterr().err


def test_a_folder_of_outputs_becomes_one_file(folder: Path) -> None:
    Path("corpus").mkdir()
    for name in ("b", "a"):
        about = json.dumps(Metadata(("en", "ja"), "one signature").to_dict()).encode()
        save_pairs([replace(PAIR, doc=name)], f"corpus/{name}.tsv", sidecar=lambda tally, about=about: about)
    assert convert("corpus", "train.moses") == 0
    assert Path("train.ja").read_text(encoding="utf-8") == f"{PAIR.tgt}\n" * 2
    assert convert("corpus/", "corpus.tmx") == 0
    assert [row.doc for row in read_pairs("corpus.tmx")] == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["missing.tsv", "a.tmx"], 3, "missing.tsv"),
        (["out.tsv", "a", "--to", "xlsx"], 2, "'xlsx' is no output format"),
        (["out.tsv", "a.tmx", "--from", "html"], 2, "does not turn back"),
        (["out.tsv", "./out.tsv"], 15, "would overwrite the input"),
        (["out.tsv", "out", "--to", "hf", "--columns", "src,trg"], 2, "trg"),
        (["out.tsv", "a.tmx", "--columns", "src"], 2, "tmx format has no columns"),
        (["out.tsv", "no/a.tmx"], 15, "no folder"),
        (["out.tsv", "-", "--to", "xces"], 2, "more than one file"),
        (["out.tsv", "a.tmx", "--min-confidence", "2"], 2, "--min-confidence"),
        (["out.tsv", "a.tmx", "--src", "out.tsv"], 2, "both --src and --tgt"),
        (["out.tsv", "a.tmx", "--src-lang", "ja"], 2, "both ja"),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_nothing(arguments, code, says, folder: Path, capsys) -> None:
    assert convert(*arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert says in err
    assert sorted(path.name for path in folder.iterdir()) == ["out.tsv", "out.tsv.json"]


def test_a_moses_output_does_not_take_the_place_of_its_input(folder: Path, capsys) -> None:
    Path("out.en").write_bytes(Path("out.tsv").read_bytes())
    assert convert("out.en", "out.moses", "--src-lang", "en", "--tgt-lang", "ja") == 15
    assert "would overwrite the input" in capsys.readouterr().err


def test_a_broken_row_leaves_the_old_output(folder: Path, capsys) -> None:
    Path("old.tmx").write_text("old")
    Path("broken.tsv").write_text("src\ttgt\na\tb\ntorn\n")
    assert convert("broken.tsv", "old.tmx", "--src-lang", "en", "--tgt-lang", "ja") == MalformedAlignment.exit_code
    assert "broken.tsv, line 3" in capsys.readouterr().err
    assert Path("old.tmx").read_text() == "old"
    assert not Path("old.tmx.json").exists()


def test_settings_that_exclude_each_other_are_refused() -> None:
    with pytest.raises(SettingsError, match="both --src and --tgt"):
        ConvertSettings(src="en.txt")
    with pytest.raises(SettingsError, match=r"min_confidence is 1\.5"):
        ConvertSettings(min_confidence=1.5)


@pytest.fixture
def mixed(folder: Path) -> Path:
    """A folder of outputs, two from English to Japanese and one from German to French."""
    Path("corpus").mkdir()
    for name, languages in (("a", ("en", "ja")), ("b", ("de", "fr")), ("c", ("en", "ja"))):
        about = json.dumps(Metadata(languages, f"signature of {name}").to_dict()).encode()
        save_pairs([replace(PAIR, doc=name)], f"corpus/{name}.tsv", sidecar=lambda tally, about=about: about)
    return folder


@pytest.mark.parametrize("format", [name for name, each in FORMATS.items() if each.tagged])
def test_rows_of_several_languages_do_not_become_those_of_one(format: str, mixed: Path, capsys) -> None:
    assert convert("corpus", "out.other", "--to", format) == 2
    assert "en-ja (2), de-fr (1); choose one with --src-lang and --tgt-lang." in capsys.readouterr().err


def test_given_languages_choose_among_outputs(mixed: Path, capsys) -> None:
    assert convert("corpus", "de.tmx", "--src-lang", "de") == 0
    assert "2 of 3 outputs are in other languages and left out." in capsys.readouterr().err
    assert [row.doc for row in read_pairs("de.tmx")] == ["b"]
    about = json.loads(Path("de.tmx.json").read_text())
    assert [about[side]["language"] for side in ("src", "tgt")] == ["de", "fr"]
    assert convert("corpus", "zh.tmx", "--tgt-lang", "zh") == 2
    assert "from any language to zh; it has en-ja (2), de-fr (1)." in capsys.readouterr().err


def test_a_table_holds_rows_of_several_languages_and_names_none(mixed: Path) -> None:
    assert convert("corpus", "all.tsv") == 0
    assert [row.doc for row in read_pairs("all.tsv")] == ["a", "b", "c"]
    about = json.loads(Path("all.tsv.json").read_text())
    assert (about["src"], about["tgt"], about["signature"]) == ({"language": None}, {"language": None}, "")
