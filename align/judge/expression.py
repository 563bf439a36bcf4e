"""Expressions over the columns of a row, such as `confidence >= .9 and not boilerplate`.

The notation is Python's, and Python's own parser reads it; what comes out is checked piece by piece against what is
listed here, and nothing else ever runs. Two operators are added: `src matches "^[0-9]"` searches for a regular
expression, `tgt contains "。"` is `"。" in tgt` the other way round.

    names      the columns in `COLUMNS`, and every flag, true or false, with _ for - (`low_confidence`)
    operators  and or not, < <= > >= == !=, in, not in, + - * /, matches, contains
    functions  len(text), lower(text), abs(number)
"""

from __future__ import annotations

import ast
import difflib
import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from align.errors import SettingsError
from align.judge.flags import FLAGS
from align.records import AlignedPair

LONGEST = 10_000
"""Characters of an expression."""
_SHOWN = 40
"""Characters of it that a message quotes."""

Kind = Literal["number", "text", "condition", "list"]


@dataclass(frozen=True, slots=True)
class Row:
    """A row as expressions see it: the pair, and bicleaner-ai's score of it where one was asked for."""

    pair: AlignedPair
    bicleaner: float = math.nan


@dataclass(frozen=True, slots=True)
class Column:
    """What a name gives, and what it stands for, to be read."""

    kind: Kind
    value: Callable[[Row], Any]
    meaning: str


def _ratio(row: Row) -> float:
    return len(row.pair.tgt) / len(row.pair.src) if row.pair.src else 0.0


COLUMNS: dict[str, Column] = {
    "confidence": Column("number", lambda row: row.pair.confidence, "probability that the row is right, 0 to 1"),
    "similarity": Column("number", lambda row: row.pair.similarity, "cosine of the two sides, -1 to 1"),
    "type": Column("text", lambda row: row.pair.type, 'bead type, such as "1-2"'),
    "is_null": Column("condition", lambda row: row.pair.is_null, "one side is empty"),
    "src": Column("text", lambda row: row.pair.src, "text of the source"),
    "tgt": Column("text", lambda row: row.pair.tgt, "text of the target"),
    "src_len": Column("number", lambda row: len(row.pair.src), "characters of the source"),
    "tgt_len": Column("number", lambda row: len(row.pair.tgt), "characters of the target"),
    "ratio": Column("number", _ratio, "tgt_len / src_len; 0 where the source is empty"),
    "src_sentences": Column("number", lambda row: len(row.pair.src_ids), "sentences of the source"),
    "tgt_sentences": Column("number", lambda row: len(row.pair.tgt_ids), "sentences of the target"),
    "doc": Column("text", lambda row: row.pair.doc, "name of the document"),
    "bead": Column("number", lambda row: row.pair.bead, "number of the row in its document, from 0"),
    "flags": Column("list", lambda row: row.pair.flags, 'all flags, for flags that have no name here: "x" in flags'),
    "bicleaner": Column("number", lambda row: row.bicleaner, "score of bicleaner-ai, 0 to 1; needs --bicleaner"),
}
"""Every name that is no flag."""

_FUNCTIONS: dict[str, tuple[Kind, Kind, Callable[[Any], Any]]] = {
    "len": ("text", "number", len),
    "lower": ("text", "text", str.lower),
    "abs": ("number", "number", abs),
}
"""Kind of the argument, kind of the result, and the function."""


def _quotient(left: float, right: float) -> float:
    """Division that gives infinity for a divisor of 0, so that no row stops the run."""
    return left / right if right else math.copysign(math.inf, left) if left else 0.0


_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: _quotient,
}  # fmt: skip
_COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
_WORDS = re.compile(r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\b(?P<word>matches|contains)\b|(?P<sign>@|<<)""")
_SIGNS = {"matches": "@", "contains": "<<"}
"""Operators of Python's that the words are read as: they bind more tightly than comparisons, as the words should."""
_SPELLINGS = (("&&", "and"), ("||", "or"), ("<>", "!="), ("!", "not"), ("=", "=="))
"""What other languages write, and what is meant here."""
_MEANT = {"&": "and", "|": "or"}
"""The same for what Python takes for an operator."""
_OPERATORS = ("and", "or", "not", "in", "matches", "contains")


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of an expression: what it is, how to get it from a row, and whether it is the same for all rows."""

    kind: Kind
    value: Callable[[Row], Any]
    constant: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of an expression: as it was written, and whether a row meets it."""

    text: str
    holds: Callable[[Row], bool]
    names: frozenset[str]


def clauses(expression: str, joined_by: Literal["and", "or"], option: str = "expression") -> list[Clause]:
    """The conditions that make up an expression: those that its outermost `and` (or `or`) joins, or the whole.

    `option` is what messages call it, such as `--keep`.

    Raises:
        SettingsError: what is wrong, at which character, and what was meant, as far as that can be told.
    """
    source = re.sub(r"[\r\n\f\v\0]", " ", expression).strip()
    return _Reader(source, option).clauses(ast.And if joined_by == "and" else ast.Or)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns one expression, on one line, into functions of a row."""

    source: str
    option: str

    def clauses(self, joined_by: type[ast.boolop]) -> list[Clause]:
        tree = self._parsed()
        nodes = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, joined_by) else [tree]
        try:
            return [
                Clause(
                    self._text(node),
                    self._part(node, "condition").value,
                    frozenset(each.id for each in ast.walk(node) if isinstance(each, ast.Name)),
                )
                for node in nodes
            ]
        except RecursionError:
            raise self._unreadable() from None

    def _parsed(self) -> ast.expr:
        if not self.source:
            raise SettingsError(f"{self.option} is empty; give a condition such as 'confidence >= .9 and not numbers'.")
        if len(self.source) > LONGEST:
            raise SettingsError(f"{self.option} has {len(self.source):,} characters; at most {LONGEST:,} are read.")
        try:
            return ast.parse(_WORDS.sub(self._sign, self.source), mode="eval").body
        except SyntaxError as error:
            at = min(max(0, (error.offset or 1) - 1), len(self.source) - 1)
            raise self._wrong(*_guess(self.source, at)) from None
        except (ValueError, RecursionError, MemoryError):
            raise self._unreadable() from None

    def _sign(self, match: re.Match[str]) -> str:
        if match["sign"]:
            raise self._wrong(match.start(), f"'{match[0]}' is no operator")
        return _SIGNS[match["word"]].ljust(len(match[0])) if match["word"] else match[0]

    def _part(self, node: ast.expr, wanted: Kind | None = None) -> _Part:
        """A piece of the expression, of the kind that its place wants."""
        match node:
            case ast.BoolOp():
                part = self._joined(node)
            case ast.UnaryOp():
                part = self._unary(node)
            case ast.Compare():
                part = self._compared(node)
            case ast.BinOp(op=ast.MatMult()):
                part = self._matched(node)
            case ast.BinOp(op=ast.LShift()):
                whole, piece = self._part(node.left, "text").value, self._part(node.right, "text").value
                part = _Part("condition", lambda row: piece(row) in whole(row))
            case ast.BinOp(op=op) if type(op) in _ARITHMETIC:
                act, left, right = _ARITHMETIC[type(op)], self._number(node.left), self._number(node.right)
                part = _Part("number", lambda row: act(left(row), right(row)))
            case ast.BinOp():
                at = self._end(node.left)
                at += len(self.source[at:]) - len(self.source[at:].lstrip(" )"))
                sign = re.match(r"[^\w\s(.\"'-]+", self.source[at:])
                written = sign[0] if sign else self.source[at : at + 1]
                hint = f"; write {_MEANT[written]}" if written in _MEANT else ""
                raise self._wrong(at, f"'{written}' is no operator here{hint}")
            case ast.Name():
                part = self._named(node)
            case ast.Constant(value=bool() | int() | float() | str() as value):
                kind: Kind = "condition" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
                part = _Part(kind, lambda row: value, constant=True)
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
                taken, given, act = _FUNCTIONS[name]
                inner = self._part(argument, taken).value
                part = _Part(given, lambda row: act(inner(row)))
            case ast.Tuple() | ast.List():
                items = [self._part(item) for item in node.elts]
                if not all(item.constant for item in items):
                    raise self._wrong(self._start(node), "a list holds plain numbers and texts")
                values = tuple(item.value(None) for item in items)  # type: ignore[arg-type]
                part = _Part("list", lambda row: values, constant=True)
            case _:
                raise self._wrong(self._start(node), f"{_short(self._text(node))} is nothing that can be asked here")
        if wanted is not None and part.kind != wanted:
            raise self._wrong(
                self._start(node),
                f"{_short(self._text(node))} is a {part.kind}, and a {wanted} is wanted"
                + (" (compare it with something)" if wanted == "condition" else ""),
            )
        return part

    def _number(self, node: ast.expr) -> Callable[[Row], Any]:
        if isinstance(node, ast.Name) and node.id not in COLUMNS and (flag := self._hyphenated(node)):
            raise self._wrong(self._start(node), f"the flag {flag} is written {flag.replace('-', '_')}")
        return self._part(node, "number").value

    def _joined(self, node: ast.BoolOp) -> _Part:
        values = [self._part(value, "condition").value for value in node.values]
        if isinstance(node.op, ast.And):
            return _Part("condition", lambda row: all(value(row) for value in values))
        return _Part("condition", lambda row: any(value(row) for value in values))

    def _unary(self, node: ast.UnaryOp) -> _Part:
        if isinstance(node.op, ast.Not):
            truth = self._part(node.operand, "condition").value
            return _Part("condition", lambda row: not truth(row))
        if isinstance(node.op, ast.USub | ast.UAdd):
            number, sign = self._part(node.operand, "number"), -1 if isinstance(node.op, ast.USub) else 1
            return _Part("number", lambda row: sign * number.value(row), number.constant)
        raise self._wrong(self._start(node), "~ is no operator; write not")

    def _compared(self, node: ast.Compare) -> _Part:
        parts = [self._part(each) for each in (node.left, *node.comparators)]
        tests = [
            self._test(op, left, right, after)
            for op, left, right, after in zip(node.ops, parts, parts[1:], node.comparators, strict=False)
        ]
        return _Part("condition", lambda row: all(test(row) for test in tests))

    def _test(self, op: ast.cmpop, left: _Part, right: _Part, after: ast.expr) -> Callable[[Row], bool]:
        """One comparison; `after` is what stands to its right, for messages."""
        a, b = left.value, right.value
        if isinstance(op, ast.In | ast.NotIn):
            if right.kind not in ("list", "text") or (right.kind == "text" and left.kind != "text"):
                raise self._wrong(self._start(after), f"a {left.kind} cannot be in a {right.kind}")
            return (lambda row: a(row) in b(row)) if isinstance(op, ast.In) else (lambda row: a(row) not in b(row))
        if type(op) not in _COMPARISONS:
            raise self._wrong(self._start(after), "'is' is no comparison; write == or !=")
        if left.kind != right.kind or (left.kind not in ("number", "text") and not isinstance(op, ast.Eq | ast.NotEq)):
            raise self._wrong(self._start(after), f"a {left.kind} cannot be compared with a {right.kind}")
        act = _COMPARISONS[type(op)]
        return lambda row: act(a(row), b(row))

    def _matched(self, node: ast.BinOp) -> _Part:
        text, pattern = self._part(node.left, "text").value, self._part(node.right, "text")
        if not pattern.constant:
            raise self._wrong(self._start(node.right), "the regular expression has to be given in quotes")
        try:
            search = re.compile(pattern.value(None)).search  # type: ignore[arg-type]
        except (re.error, RecursionError, OverflowError) as error:
            raise self._wrong(self._start(node.right), f"no regular expression: {error}") from None
        return _Part("condition", lambda row: search(text(row)) is not None)

    def _named(self, node: ast.Name) -> _Part:
        if node.id in COLUMNS:
            column = COLUMNS[node.id]
            return _Part(column.kind, column.value)
        flag = node.id.replace("_", "-")
        if flag in FLAGS:
            return _Part("condition", lambda row: flag in row.pair.flags)
        names = list(dict.fromkeys([*COLUMNS, *(name.replace("-", "_") for name in FLAGS)]))
        if whole := self._hyphenated(node):
            raise self._wrong(self._start(node), f"the flag {whole} is written {whole.replace('-', '_')}")
        near = difflib.get_close_matches(node.id, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the names are {', '.join(names)}"
        raise self._wrong(self._start(node), f"'{node.id}' is no column and no flag; {hint}")

    def _hyphenated(self, node: ast.Name) -> str | None:
        """The flag of which a name is the first or the last word, written with a hyphen."""
        return next(
            (flag for flag in FLAGS if "-" in flag and node.id in flag.split("-") and flag in self.source), None
        )

    def _start(self, node: ast.expr) -> int:
        return len(self.source.encode()[: node.col_offset].decode(errors="ignore"))

    def _end(self, node: ast.expr) -> int:
        return len(self.source.encode()[: node.end_col_offset].decode(errors="ignore"))

    def _text(self, node: ast.expr) -> str:
        return self.source.encode()[node.col_offset : node.end_col_offset].decode(errors="ignore").strip()

    def _wrong(self, at: int, problem: str) -> SettingsError:
        """The error at a character, counted from 1, with what stands there."""
        end = "" if problem.endswith("?") else "."
        return SettingsError(f"{self.option}, character {at + 1} ({_short(self.source[at:])}): {problem}{end}")

    def _unreadable(self) -> SettingsError:
        return SettingsError(f"{self.option}: {_short(self.source)} does not read as a condition.")


def _guess(source: str, at: int) -> tuple[int, str]:
    """Where an expression that does not parse is probably wrong, and how; the parser stumbled at character `at`."""
    bare = _WORDS.sub(lambda match: " " * len(match[0]) if match["text"] else match[0], source)
    if found := re.search(r"\bnot\s+(?:matches|contains)\b", bare):
        return found.start(), 'the `not` goes in front: not src matches "x"'
    for written, meant in _SPELLINGS:
        if found := re.search(rf"(?<![<>=!]){re.escape(written)}(?!=)", bare):
            return found.start(), f"'{written}' is no operator here; write {meant}"
    if bare.count("(") != bare.count(")"):
        return at, "a parenthesis is missing"
    if found := re.search(rf"(?:\b(?:{'|'.join(_OPERATORS)})|[-<>=!+*/])$", bare):
        return found.start(), "something has to follow"
    before = re.search(r"([\w.]+|[\"')\]])\s+$", source[:at])
    if before and re.match(r"[\w.\"'(]", source[at:]):
        is_name = before[1] in COLUMNS or before[1].replace("_", "-") in FLAGS
        if not is_name and (near := difflib.get_close_matches(before[1], _OPERATORS, n=1)):
            return before.start(), f"did you mean {near[0]}?"
        return at, "an operator is missing before it, such as and"
    return at, "this does not read as a condition; see align filter --help"


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")
