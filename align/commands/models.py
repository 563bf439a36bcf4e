"""`align models` and `align languages`: what this installation knows."""

from __future__ import annotations

from contextlib import suppress

from align import options, process
from align.commands.app import as_json, command
from align.errors import MissingExtra, MissingModel
from align.settings import AlignSettings


@command("models")
def models(json: options.Json = False) -> None:
    """List the sentence encoders that have a short name: what is installed, and which languages each knows."""
    from align.encode.choose import NAMES, choose_encoder
    from align.languages import LANGUAGES

    rows = {}
    for name in NAMES:
        try:
            encoder = choose_encoder(AlignSettings(model=name), "en", "ja")
            known = [code for code in LANGUAGES if encoder.knows(code)]
            rows[name] = {"installed": True, "revision": encoder.revision, "languages": known}
        except (MissingExtra, MissingModel) as error:
            rows[name] = {"installed": False, "hint": str(error)}
    if json:
        process.echo(as_json(rows))
        return
    for name, row in rows.items():
        about = f"{len(row['languages'])} languages: {' '.join(row['languages'])}" if row["installed"] else row["hint"]
        process.echo(f"{name:<10}{row.get('revision', '-'):<16}{about}")


@command("languages")
def languages(json: options.Json = False) -> None:
    """List the language codes, and the models that know each."""
    from align.encode.choose import NAMES, choose_encoder
    from align.languages import LANGUAGES

    encoders = {}
    for name in NAMES:
        with suppress(MissingExtra):
            encoders[name] = choose_encoder(AlignSettings(model=name), "en", "ja")
    rows = {
        code: {
            "name": language.name,
            "script": language.script,
            "models": [name for name, encoder in encoders.items() if encoder.knows(code)],
        }
        for code, language in LANGUAGES.items()
    }
    if json:
        process.echo(as_json(rows))
        return
    for code, row in rows.items():
        process.echo(f"{code:<4}{row['name']:<14}{row['script']:<6}{' '.join(row['models'])}".rstrip())
