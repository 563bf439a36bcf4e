"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

from align.errors import OutputError


def is_stream(path: str | os.PathLike[str]) -> bool:
    """Whether writing to the path is passing bytes on (`/dev/null`, `/dev/stdout`, a FIFO) and not making a file."""
    path = os.fspath(path)
    if os.path.abspath(path).startswith(("/dev/std", "/dev/fd/", "/proc/")):
        return True  # it may lead to a regular file, but one that others have open and that must not be replaced
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def check_writable(path: str | os.PathLike[str]) -> None:
    """Find out before the work, not after it, that its result has nowhere to go.

    Raises:
        OutputError: the folder is missing or closed to us, or the path is a directory or a protected file.
    """
    path = os.fspath(path)
    if is_stream(path):
        return
    try:
        target = os.path.realpath(path)
        folder = os.path.dirname(target)
        if os.path.isdir(target) or path.endswith(os.sep):
            raise OutputError(
                f"'{path}' is a directory; give the name of a file, such as {os.path.join(path, 'out.tsv')}."
            )
        if not os.path.isdir(folder):
            raise OutputError(f"Cannot write {path}: there is no folder {folder}; make it first (mkdir -p).")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise OutputError(f"Cannot write {path}: no permission to make files in {folder}; choose another folder.")
        with suppress(FileNotFoundError):
            os.lstat(target)  # says so if the name is too long
            if not os.access(target, os.W_OK):
                raise OutputError(
                    f"Cannot write {path}: the file is write-protected; choose another name or chmod u+w it."
                )
    except (OSError, ValueError) as error:
        raise OutputError(f"Cannot write {path}: {_reason(error)}.") from error


def check_folder(path: str | os.PathLike[str], members: Sequence[str]) -> None:
    """Find out before the work whether a folder of these members (glob patterns) can be made at the path.

    Raises:
        OutputError: the folder above is missing or closed to us, or there is something at the path already that is
            not an older output of the kind.
    """
    path = os.fspath(path)
    target = os.path.realpath(path)
    above = os.path.dirname(target)
    if not os.path.isdir(above):
        raise OutputError(f"Cannot write {path}: there is no folder {above}; make it first (mkdir -p).")
    if not os.access(above, os.W_OK | os.X_OK):
        raise OutputError(f"Cannot write {path}: no permission to make a folder in {above}; choose another.")
    if not os.path.lexists(target):
        return
    if not os.path.isdir(target):
        raise OutputError(f"Cannot write {path}: this format makes a folder, and there is a file of that name.")
    for file in Path(target).rglob("*"):
        within = file.relative_to(target).as_posix()
        if not file.is_dir() and not any(fnmatchcase(within, member) for member in members):
            raise OutputError(
                f"Cannot write {path}: the folder holds {within}, which is no part of this format; give an empty "
                "folder or a new name."
            )


def outputs(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """The files that writing to `path` makes: itself and its sidecar, which a device or a pipe does not have."""
    path = os.fspath(path)
    return (path,) if is_stream(path) else (path, path + ".json")


def refuse_inputs(paths: Sequence[str], inputs: Sequence[str]) -> None:
    """Keep what is to be written at `paths` from taking the place of an input.

    Raises:
        OutputError: they are the same file, or the output is a folder with the input in it.
    """
    for output in paths:
        for given in inputs:
            target = os.path.realpath(output)  # which resolves new/../en.txt, as writing does, where there is no new
            if not os.path.exists(target) or not os.path.exists(given):
                continue
            within = os.path.isdir(target) and os.path.commonpath([target, os.path.realpath(given)]) == target
            if within or (os.path.isfile(target) and os.path.samefile(target, given)):
                raise OutputError(f"The output {output} would overwrite the input {given}; give -o another name.")


@contextmanager
def staged(*paths: str | os.PathLike[str]) -> Iterator[tuple[BinaryIO, ...]]:
    """Binary streams whose bytes become the files at `paths`, all together, when the block ends without an error.

    Each is written to a temporary file in the same folder, forced to disk and renamed. Whatever goes wrong, in the
    block or after it, files that were there before stay as they were and nothing else is left behind. A symbolic link
    is followed, a file that exists keeps its mode, and devices and pipes are written to directly.

    Raises:
        OutputError: a file cannot be made, written or renamed; the message has the path and the system's reason.
    """
    with _together(paths) as outputs:
        yield tuple(output.stream for output in outputs)


@contextmanager
def staged_folder(
    path: str | os.PathLike[str], members: Sequence[str], *beside: str | os.PathLike[str]
) -> Iterator[tuple[Path | BinaryIO, ...]]:
    """An empty folder that becomes the one at `path`, and binary streams that become the files `beside`, as `staged`.

    A folder that stands at `path` gives way if nothing is in it but `members` (glob patterns).

    Raises:
        OutputError: a file or the folder cannot be made, written or renamed, or `path` is taken by something else.
    """
    check_folder(path, members)
    with _explained(path):
        folder = _StagedFolder.open(path)
    with ExitStack() as stack:
        stack.callback(folder.discard)
        with _together(beside, folder) as (_, *outputs):
            yield (folder.temporary, *(output.stream for output in outputs))


@contextmanager
def _together(paths: Sequence[str | os.PathLike[str]], *first: _Output) -> Iterator[tuple[_Output, ...]]:
    """Outputs that are opened one after another, and committed when none of them has failed."""
    with ExitStack() as stack:
        outputs = [*first]
        for path in paths:
            check_writable(path)
            with _explained(path):
                outputs.append(_Streamed.open(path) if is_stream(path) else _Staged.open(path))
            stack.callback(outputs[-1].discard)
        names = " and ".join([*(str(output.target) for output in first), *map(os.fspath, paths)])
        with _explained(names):
            yield tuple(outputs)
            for output in outputs:
                output.flush()
            for output in outputs:
                output.commit()


@dataclass(frozen=True, slots=True)
class _Streamed:
    """Bytes passed straight on to a device or a pipe."""

    stream: BinaryIO

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> _Streamed:
        # Without O_TRUNC and with O_APPEND, /dev/stdout redirected by `>>` keeps what is there already.
        return cls(os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC), "wb"))

    def flush(self) -> None:
        self.stream.flush()

    def commit(self) -> None:
        self.stream.close()

    def discard(self) -> None:
        with suppress(OSError):
            self.stream.close()


@dataclass(frozen=True, slots=True)
class _Staged:
    """Bytes in a temporary file beside the target."""

    stream: BinaryIO
    temporary: Path
    target: Path

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> _Staged:
        target = Path(os.path.realpath(path))
        # The target's own name may already be as long as the file system allows, so it has no part in this one.
        temporary = target.with_name(f".align-{secrets.token_hex(8)}.tmp")
        # tempfile would make it readable by its owner alone; this way the umask decides, as for any new file.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        output = cls(os.fdopen(descriptor, "wb"), temporary, target)
        with suppress(OSError):
            os.fchmod(descriptor, stat.S_IMODE(os.stat(target).st_mode))
        return output

    def flush(self) -> None:
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.stream.close()

    def commit(self) -> None:
        os.replace(self.temporary, self.target)
        with suppress(OSError):  # some file systems cannot sync a folder
            folder = os.open(self.target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def discard(self) -> None:
        with suppress(OSError):
            self.stream.close()
        self.temporary.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _StagedFolder:
    """Files in a temporary folder beside the target."""

    temporary: Path
    target: Path

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> _StagedFolder:
        target = Path(os.path.realpath(path))
        temporary = target.with_name(f".align-{secrets.token_hex(8)}.tmp")
        temporary.mkdir()
        return cls(temporary, target)

    def flush(self) -> None:
        for path in self.temporary.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.fsync(file.fileno())

    def commit(self) -> None:
        former = self.target.with_name(f".align-{secrets.token_hex(8)}.tmp")
        with suppress(FileNotFoundError):  # a folder is not replaced in one step unless it is empty
            os.rename(self.target, former)
        try:
            os.rename(self.temporary, self.target)
        except OSError:
            with suppress(OSError):
                os.rename(former, self.target)
            raise
        shutil.rmtree(former, ignore_errors=True)

    def discard(self) -> None:
        shutil.rmtree(self.temporary, ignore_errors=True)


_Output = _Streamed | _Staged | _StagedFolder


@contextmanager
def _explained(path: str | os.PathLike[str]) -> Iterator[None]:
    """An `OSError` of the block as an `OutputError`; a closed pipe keeps its kind, for it is no fault of the output."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"Cannot write {os.fspath(path)}: {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
