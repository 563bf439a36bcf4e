"""What the command lines of the benchmarks share: options that mean the same everywhere, and how errors end them."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from align.errors import AlignError

_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "sets": {"nargs": "+", "metavar": "NAME", "help": "sets, or how their names begin ({})"},
    "beads": {"type": int, "metavar": "N", "help": "of a long book the first N beads ({})"},
    "model": {"help": "encoder, as for align pair ({})"},
    "weights": {"metavar": "FILE", "help": "weights of the lattice (those that ship)"},
    "jobs": {"type": int, "metavar": "N", "help": "processes ({})"},
    "threads": {"type": int, "metavar": "N", "help": "threads of matrix products; 0 for all cores ({})"},
    "shared": {"metavar": "FOLDER", "help": "where gold lies (../shared)"},
}


def parser_of(module: str, text: str, **defaults: Any) -> argparse.ArgumentParser:
    """A parser with the shared options that `defaults` names, at these defaults, and `--json`, which all have.

    `text` is the module's docstring, whose first paragraph tells what is measured. `sets=[]` are all of them.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=text.split("\n\n")[0])
    for name, default in defaults.items():
        shown = " ".join(default) or "all" if isinstance(default, list) else default
        option = {key: value.format(shown) if key == "help" else value for key, value in _OPTIONS[name].items()}
        parser.add_argument(f"--{name}", default=default, **option)
    parser.add_argument("--json", metavar="FILE", help="also write the result to this file")
    return parser


def run(module: str, main: Callable[[], int]) -> None:
    """Run a benchmark and end the process; an error the user can mend is one line and no traceback."""
    try:
        sys.exit(main())
    except AlignError as error:
        sys.exit(f"{module}: {error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{module}: {error}\n{error.stderr or ''}".rstrip())
