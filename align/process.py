"""The command as a process: streams, signals and exit codes."""

from __future__ import annotations

import logging
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NoReturn

import typer

from align import __version__, console
from align.errors import AlignError, OutputError
from align.write import staged

DEFECT, INTERRUPTED, CLOSED_PIPE, TERMINATED = 70, 130, 141, 143
"""Exit codes beside those of `AlignError`: the shell's own for a signal, and sysexits' for a defect."""


def run(app: Callable[..., Any], arguments: list[str]) -> int:
    """Run a command and give its exit code; every error becomes one line on standard error."""
    debug = "--debug" in arguments
    if sys.stderr is None:  # closed by the caller; print would fall back on standard output
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    signal.signal(signal.SIGTERM, _terminate)
    _log(debug)
    try:
        code = app([a for a in arguments if a != "--debug"], prog_name="align", standalone_mode=False)
        if sys.stdout is not None:
            with standard_output():
                sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except typer.Exit as done:
        return done.exit_code
    except KeyboardInterrupt:
        console.error("interrupted")
        return INTERRUPTED
    except (AlignError, typer.TyperException) as error:
        if debug:
            traceback.print_exc()
        if message := _message(error, arguments):
            console.error(message)
        return error.exit_code
    except Exception as error:
        traceback.print_exc()
        console.error(
            f"{type(error).__name__}: {error}. This is a defect of taiyaku {__version__}; please report it, "
            "with the lines above and the command."
        )
        return DEFECT


def _message(error: AlignError | typer.TyperException, arguments: list[str]) -> str:
    if isinstance(error, AlignError):
        return str(error)
    message, context = error.format_message().rstrip("."), getattr(error, "ctx", None)
    if not message:  # the help has been shown instead
        return ""
    message += "" if message.endswith("?") else "."
    for file in arguments:
        if file.startswith("-") and "--" not in arguments and os.path.isfile(file):
            message += f" The name of the file {file} reads as an option: write ./{file}."
    return f"{message} See {context.command_path} --help." if context else message


def _terminate(number: int, frame: object) -> NoReturn:
    """Leave by the way of an exception, so that temporary files go."""
    raise SystemExit(TERMINATED)


def _log(debug: bool) -> None:
    """Show what we log as warnings of the command; what other libraries warn of and log only when debugging."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("align: warning: %(message)s"))
    logging.getLogger("align").handlers = [handler]
    if not debug:
        warnings.simplefilter("ignore")
        logging.getLogger().addHandler(logging.NullHandler())


def _abandon_output() -> None:
    """Nobody reads any more: let the flush at exit go nowhere, without a message."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)


@contextmanager
def until_closed() -> Iterator[None]:
    """Stop quietly when whoever reads the output has had enough, as `head` has."""
    try:
        yield
    except BrokenPipeError:
        _abandon_output()
        raise typer.Exit(CLOSED_PIPE) from None


@contextmanager
def standard_output() -> Iterator[BinaryIO]:
    """Standard output for data: bytes, so that they are UTF-8 whatever the locale."""
    if sys.stdout is None:
        raise OutputError("Standard output is closed; give -o a file.")
    try:
        with until_closed():
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
    except OSError as error:
        _abandon_output()
        raise OutputError(f"Cannot write to standard output: {(error.strerror or str(error)).lower()}.") from error


@contextmanager
def output_file(path: str) -> Iterator[BinaryIO]:
    """The file at `path`, which appears when the block ends without an error."""
    with until_closed(), staged(path) as (stream,):
        yield stream


def echo(text: str) -> None:
    """Print a line on standard output."""
    with standard_output() as stream:
        stream.write(f"{text}\n".encode("utf-8", "backslashreplace"))
