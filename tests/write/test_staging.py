"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from align.errors import OutputError
from align.write import outputs, refuse_inputs, staged
from align.write.staging import check_writable, staged_folder

needs_permissions = pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")


def put(*paths: Path | str, data: bytes = b"new") -> None:
    with staged(*paths) as streams:
        for stream in streams:
            stream.write(data)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_files_appear_together(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    with staged(one, two) as (first, second):
        first.write(b"1")
        second.write(b"2")
        assert not one.exists()
        assert not two.exists()
    assert (one.read_bytes(), two.read_bytes()) == (b"1", b"2")
    assert names(tmp_path) == ["one", "two"]


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_is_raised_the_old_files_stay(tmp_path: Path, kind: type[BaseException]) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"old")
    with pytest.raises(kind), staged(one, two) as (stream, _):
        stream.write(b"half")
        raise kind
    assert one.read_bytes() == b"old"
    assert names(tmp_path) == ["one"]


def test_a_second_file_that_cannot_be_made_leaves_the_first_as_it_was(tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.write_bytes(b"old")
    with pytest.raises(OutputError, match="no folder"):
        put(one, tmp_path / "missing" / "two")
    assert one.read_bytes() == b"old"
    assert names(tmp_path) == ["one"]


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import resource, sys\n"
        "from align.write import staged\n"
        "from align.errors import OutputError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n"
        "    with staged(*sys.argv[1:]) as (one, two):\n"
        "        for _ in range(100_000): one.write(b'a row\\n')\n"
        "except OutputError as error:\n"
        "    print(error)\n"
    )
    one = tmp_path / "one"
    one.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", script, one, tmp_path / "two"], capture_output=True, text=True, check=True
    )
    assert "file too large" in done.stdout
    assert one.read_bytes() == b"old"
    assert names(tmp_path) == ["one"]


def test_a_killed_writer_leaves_the_old_file(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from align.write import staged\n"
        "with staged(*sys.argv[1:]) as (one, two):\n"
        "    one.write(b'half a row' * 10_000)\n"
        "    one.flush()\n"
        "    print('writing', flush=True)\n"
        "    time.sleep(60)\n"
    )
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"old")
    with subprocess.Popen([sys.executable, "-c", script, one, two], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"writing\n"
        process.send_signal(signal.SIGKILL)
    assert one.read_bytes() == b"old"
    assert not two.exists()
    put(one)
    assert one.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("folder", "is a directory"),
        ("new/", "is a directory"),
        ("missing/out.tsv", "no folder"),
        ("file/out.tsv", "no folder"),
        ("n" * 300, "too long"),
        ("a\0b", "null"),
    ],
)
def test_a_place_that_cannot_be_is_told_before_the_work(tmp_path: Path, path: str, found: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    for write in (check_writable, put):
        with pytest.raises(OutputError, match=found):
            write(f"{tmp_path}/{path}")
    assert names(tmp_path) == ["file", "folder"]


@needs_permissions
def test_a_closed_folder_and_a_protected_file_are_refused(tmp_path: Path) -> None:
    protected = tmp_path / "protected"
    protected.write_bytes(b"old")
    protected.chmod(0o444)
    with pytest.raises(OutputError, match="write-protected"):
        put(protected)
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(OutputError, match="no permission"):
            put(tmp_path / "new")
    finally:
        tmp_path.chmod(0o755)
    assert names(tmp_path) == ["protected"]


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_mode_the_umask_leaves(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        put(tmp_path / "out")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o666 & ~umask


def test_a_file_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")
    path.chmod(0o640)
    put(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_bytes() == b"new"


def test_the_longest_name_there_can_be(tmp_path: Path) -> None:
    path = tmp_path / ("あ" * 85)
    put(path)
    assert path.read_bytes() == b"new"


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link, target = tmp_path / "link", tmp_path / "elsewhere" / "out"
    link.symlink_to(target)
    put(link)  # the target is not there yet
    put(link, data=b"newer")
    assert link.is_symlink()
    assert target.read_bytes() == b"newer"
    assert names(target.parent) == ["out"]


def test_devices_are_written_to_and_not_replaced() -> None:
    put("/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert outputs("/dev/null") == ("/dev/null",)
    with pytest.raises(OutputError, match="no space left"):
        put("/dev/full")


def test_a_fifo_is_written_to(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(fifo.read_bytes()))
    reader.start()
    put(*outputs(fifo))
    reader.join(10)
    assert found == [b"new"]
    assert names(tmp_path) == ["fifo"]


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_redirected_output_is_added_to(tmp_path: Path, name: str) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"old ")
    script = f"from align.write import staged\nwith staged({name!r}) as (out,): out.write(b'new')"
    with log.open("ab") as stream:
        subprocess.run([sys.executable, "-c", script], stdout=stream, check=True)
    assert log.read_bytes() == b"old new"
    assert names(tmp_path) == ["log"]


def test_an_output_does_not_overwrite_an_input(tmp_path: Path) -> None:
    source, sidecar = tmp_path / "en.txt", tmp_path / "out.tsv.json"
    source.write_bytes(b"text")
    sidecar.write_bytes(b"text")
    (tmp_path / "link").symlink_to(source)
    for output, given in ((source, source), (tmp_path / "link", source), (tmp_path / "out.tsv", sidecar)):
        with pytest.raises(OutputError, match="overwrite the input"):
            refuse_inputs(outputs(output), [str(given)])
    refuse_inputs(outputs(tmp_path / "new"), [str(source), "-"])


def test_a_folder_appears_whole_with_the_file_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with staged_folder(target, ["*.txt"], tmp_path / "out.json") as (folder, beside):
        (folder / "sub").mkdir()
        (folder / "sub" / "a.txt").write_text("a")
        beside.write(b"{}")
        assert not target.exists()
    assert (target / "sub" / "a.txt").read_text() == "a"
    assert names(tmp_path) == ["out", "out.json"]


def test_a_folder_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    target = tmp_path / "out"
    for content in ("old", "new"):
        with staged_folder(target, ["*.txt"]) as (folder,):
            (folder / f"{content}.txt").write_text(content)
    assert names(target) == ["new.txt"]
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_an_older_folder_stays_whatever_is_raised(tmp_path: Path, kind: type[BaseException]) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "old.txt").write_text("old")
    with pytest.raises(kind), staged_folder(target, ["*.txt"], tmp_path / "out.json") as (folder, _):
        (folder / "new.txt").write_text("half")
        raise kind
    assert names(target) == ["old.txt"]
    assert names(tmp_path) == ["out"]


def test_a_folder_that_is_not_ours_stays(tmp_path: Path) -> None:
    target = tmp_path / "out"
    (target / "deep").mkdir(parents=True)
    (target / "deep" / "mine.doc").write_text("mine")
    with pytest.raises(OutputError, match=r"holds deep/mine\.doc"), staged_folder(target, ["*.txt"]):
        pass
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(OutputError, match="there is a file"), staged_folder(file, ["*.txt"]):
        pass
    with pytest.raises(OutputError, match="no folder"), staged_folder(tmp_path / "no" / "out", ["*.txt"]):
        pass
    assert names(tmp_path) == ["file", "out"]


def test_a_folder_that_holds_the_input_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "in.txt").write_text("in")
    with pytest.raises(OutputError, match="would overwrite the input"):
        refuse_inputs([str(tmp_path / "out")], [str(tmp_path / "out" / "in.txt")])
    refuse_inputs([str(tmp_path / "outer")], [str(tmp_path / "out" / "in.txt")])
