"""`align eval`: score an alignment against gold."""

from __future__ import annotations

from typing import Annotated

from align import options, process
from align.commands.app import as_json, command

_EPILOG = f"""Examples

align eval gold.txt out.tsv

align eval corpora/ out/ --by-type

{process.exit_codes()}"""


@command("eval", _EPILOG)
def evaluate(
    gold: Annotated[str, options.place("GOLD", "Gold alignment: a ladder, TSV or JSONL file, or a folder.")],
    predicted: Annotated[str, options.place("PRED", "Alignment to score, likewise.")],
    by_type: Annotated[
        bool,
        options.flag("--by-type", options.OUTPUT, "Also score each bead type, null sentences, and the confidence."),
    ] = False,
    json: options.Json = False,
) -> None:
    """Score an alignment against gold: strict and lax precision, recall and F1.

    A row is strictly right if gold has exactly its bead, laxly if it shares a sentence pair with one. Rows with one
    side empty count for precision and not for recall, as Vecalign's scorer has it. Of two folders, documents of one
    name are scored together.
    """
    from align.evaluate import evaluate_paths

    evaluation = evaluate_paths(gold, predicted)
    process.echo(as_json(evaluation.to_dict()) if json else evaluation.table(by_type=by_type))
