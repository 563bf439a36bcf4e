"""The typer application that the commands register with."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from typing import Annotated, TypeVar, get_type_hints

import typer

from align import __version__, options, process, row_options
from align.settings import AlignSettings

Command = TypeVar("Command", bound=Callable[..., None])

_GROUPS = {"settings": options.SETTINGS, "reading": options.READING, "documents": row_options.DOCUMENTS}
"""Parameters of a command that stand for many options."""

app = typer.Typer(
    name="align",
    help="Turn documents that are translations of each other into a sentence-aligned corpus.",
    epilog="Examples:  align pair en.html ja.txt -o out.tsv  |  align eval gold.txt out.tsv  |  align pair --help",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def command(name: str, epilog: str | None = None) -> Callable[[Command], Command]:
    """Make a function the command `name`; its docstring is the help.

    Where it takes `settings: AlignSettings`, the command has an option for each of `options.SETTINGS` in its place; for
    `reading: AlignSettings`, for each of `options.READING`; for `documents: AlignSettings`, of `row_options.DOCUMENTS`.
    """

    def register(function: Command) -> Command:
        app.command(name, help=_reflowed(function.__doc__ or ""), epilog=epilog)(_with_settings(function))
        return function

    return register


def as_json(content: object) -> str:
    """For `--json`: one object, to be read by people too."""
    return json.dumps(content, ensure_ascii=False, indent=2)


def _reflowed(doc: str) -> str:
    """A docstring with its paragraphs as single lines, for typer keeps every line end."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.cleandoc(doc))


def _with_settings(function: Callable[..., None]) -> Callable[..., None]:
    signature = inspect.signature(function)
    taken = next((name for name in _GROUPS if name in signature.parameters), None)
    if taken is None:
        return function
    group = _GROUPS[taken]
    hints = get_type_hints(function, include_extras=True)
    defaults = AlignSettings()
    parameters = []
    for parameter in signature.parameters.values():
        if parameter.name == taken:
            parameters += [
                inspect.Parameter(name, parameter.KEYWORD_ONLY, default=getattr(defaults, name), annotation=option)
                for name, option in group.items()
            ]
        else:
            parameters.append(
                parameter.replace(kind=parameter.KEYWORD_ONLY, annotation=hints.get(parameter.name, parameter.empty))
            )

    def spread(**given: object) -> None:
        function(**{taken: AlignSettings(**{name: given.pop(name) for name in group})}, **given)

    spread.__signature__ = signature.replace(parameters=parameters, return_annotation=None)
    spread.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return spread


def _print_version(wanted: bool) -> None:
    if wanted:
        process.echo(f"taiyaku {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", metavar="", help="Print the version and exit.", is_eager=True, callback=_print_version
        ),
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug", metavar="", help="Show the traceback of every error. It may stand anywhere on the line."
        ),
    ] = False,
) -> None:
    pass
