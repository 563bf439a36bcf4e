"""The command as a process: streams, signals and exit codes."""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NoReturn

import typer

from align import __version__, console
from align.errors import AlignError, OutputError, SettingsError
from align.write import staged

DEFECT, INTERRUPTED, CLOSED_PIPE, TERMINATED = 70, 130, 141, 143
"""Exit codes beside those of `AlignError`: the shell's own for a signal, and sysexits' for a defect."""

STDOUT = "/dev/stdout"
"""Standard output where the path of a file is wanted."""


def exit_codes(wrong: str = "wrong option") -> str:
    """For the help: what the codes mean. `wrong` is what 2 stands for."""
    _, first, *_, last = sorted(kind.exit_code for kind in AlignError.__subclasses__())
    return (
        f"Exit codes: 0 done, {SettingsError.exit_code} {wrong}, {first} to {last} something to mend, which the "
        f"message names; {DEFECT} a defect, please report."
    )


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
        return _as_options(str(error), arguments) if isinstance(error, SettingsError) else str(error)
    message, context = error.format_message().rstrip("."), getattr(error, "ctx", None)
    if not message:  # the help has been shown instead
        return ""
    message = _with_value(message, error) + ("" if message.endswith("?") else ".")
    message += "".join(_taken_for_options(arguments))
    return f"{message} See {context.command_path} --help." if context else message


def _taken_for_options(arguments: list[str]) -> Iterator[str]:
    """How to write files whose names begin with a dash, as parts of standard input do."""
    if "--" in arguments:
        return
    if part := next((name for name in arguments if name.startswith("-::")), None):
        yield f" {part} reads as an option: write the documents last, after --, as in -- {part} tgt.txt."
    for file in arguments:
        if file.startswith("-") and os.path.isfile(file):
            yield f" The name of the file {file} reads as an option: write ./{file}."


def _as_options(message: str, arguments: list[str]) -> str:
    """The message on settings with the options that were given in the place of the fields of their names.

    A field of one word may be a word of the message too, and counts only where it begins it: `model is ...`.
    """
    for argument in arguments:
        option = argument.split("=")[0]
        field = option.removeprefix("--").replace("-", "_")
        if option.startswith("--") and field.isidentifier():
            message = re.sub(rf"\b{field}\b" if "_" in field else rf"^{field}(?= is )", option, message)
    return message


def _with_value(message: str, error: BaseException) -> str:
    """The message of a value that is no number, or out of range, with that value: pydantic tells it apart."""
    details = getattr(error.__cause__, "errors", None)
    found = details()[0].get("input") if callable(details) else None
    return message if found is None else message.replace("Input should", f"'{found}' should", 1)


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
