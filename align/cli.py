"""The command `align`. Each of its commands is a module of `align.commands`, imported here in the order of the help."""

from __future__ import annotations

import sys
from typing import NoReturn

from align import process

# isort: off
from align.commands import (  # in the order of the help
    pair,  # noqa: F401
    batch,  # noqa: F401
    match,  # noqa: F401
    corpus,  # noqa: F401
    evaluate,  # noqa: F401
    filter,  # noqa: F401
    convert,  # noqa: F401
    report,  # noqa: F401
    segment,  # noqa: F401
    train,  # noqa: F401
    models,  # noqa: F401
)

# isort: on
from align.commands.app import app


def run(arguments: list[str]) -> int:
    """Run a command and give its exit code; every error becomes one line on standard error."""
    return process.run(app, arguments)


def main() -> NoReturn:
    """Run the command on `sys.argv` and exit with its code."""
    sys.exit(run(sys.argv[1:]))
