"""How an expression is written: its signs, its limits, and its tree, in which stands only what the language has."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

MOST_CHARACTERS = 400
MOST_NODES = 200
MOST_LEVELS = 100

TOKEN = re.compile(
    r"""(?P<space>\s+) | (?P<number>(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>[A-Za-z_Α-Ωα-ω][\wΑ-Ωα-ω]*) | (?P<text>"[^"\\\n]*"|'[^'\\\n]*') | (?P<open>[(\[]) | (?P<close>[)\]])
    | (?P<sign>\*\*|//|[<>=!]=|[-+*/%<>=,])""",
    re.ASCII | re.VERBOSE,
)

ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.FloorDiv: operator.floordiv,
        ast.Mod: operator.mod,
        ast.Pow: operator.pow,
    }
)
COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = MappingProxyType(
    {
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
        ast.Lt: operator.lt,
        ast.LtE: operator.le,
        ast.Gt: operator.gt,
        ast.GtE: operator.ge,
    }
)
_ALLOWED = (
    *(ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Subscript, ast.Call, ast.keyword, ast.Load, ast.IfExp),
    *(ast.BinOp, ast.UnaryOp, ast.UAdd, ast.USub, ast.Not, ast.BoolOp, ast.And, ast.Or, ast.Compare),
    *ARITHMETIC,
    *COMPARISONS,
)
_FOREIGN = MappingProxyType(
    {
        ast.GeneratorExp: "loops are no part of an expression",
        ast.ListComp: "loops are no part of an expression",
        ast.Starred: "`*` stands between two values",
        ast.JoinedStr: "a text has no letter before it",
        ast.In: "`in` is no part of an expression",
        ast.Is: "compare with ==",
    }
)


class ExpressionError(ValueError):
    """One sentence on what cannot be read or computed; `column` counts from 0 in `source`."""

    def __init__(self, message: str, source: str = "", column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.column = column

    def pointed(self) -> str:
        """The source with a caret below the place."""
        return f"{self.source}\n{' ' * self.column}^"


class Undefined(ExpressionError):
    """A sound expression that has no finite value at this place, such as 1/x at 0."""


@lru_cache(maxsize=1024)  # the keys of a lesson are read again for every answer; nobody changes a tree
def parse(source: str) -> ast.expr:
    """The tree of `source`; `column` of its nodes counts as in `source`. Raises ExpressionError."""
    if len(source) > MOST_CHARACTERS:
        raise ExpressionError(f"an expression has at most {MOST_CHARACTERS} characters, this one has {len(source)}")
    source = _spaced(source).rstrip()
    _scan(source)
    indent = len(source) - len(source.lstrip())
    try:
        tree = ast.parse(source[indent:], mode="eval").body
    except SyntaxError as error:
        raise _incomplete(source, (error.offset or 1) - 1 + indent) from None
    except (ValueError, RecursionError, MemoryError):  # what Python's parser raises on texts made to break it
        raise ExpressionError("this expression is nested too deeply", source) from None
    _measure(source, tree)
    return tree


def column(source: str, node: ast.AST) -> int:
    """Where `node` starts, in characters of `source`. Python counts bytes, from the first sign of what it was given."""
    text = _spaced(source).lstrip()
    return len(source) - len(text) + len(text.encode()[: getattr(node, "col_offset", 0)].decode())


def _spaced(source: str) -> str:
    """White space of any kind is a blank: one character, and one byte."""
    return re.sub(r"\s", " ", source)


def _scan(source: str) -> None:
    """Refuse what is no token before Python's parser sees it: on some texts it would warn, on others stumble."""
    if not source.strip():
        raise ExpressionError("an expression is needed, such as 2*x + 1", source)
    opened: list[re.Match[str]] = []
    before: re.Match[str] | None = None
    at = 0
    while at < len(source):
        token = TOKEN.match(source, at)
        if token is None:
            raise ExpressionError(_stray(source[at]), source, at)
        if before and before["number"] and token["name"]:
            raise ExpressionError(f"a sign is missing: write {before[0]}*{token[0]}", source, at)
        if token["open"]:
            opened.append(token)
        if token["close"] and (not opened or opened.pop()[0] + token[0] not in ("()", "[]")):
            raise ExpressionError(f"`{token[0]}` closes a bracket that is not open", source, at)
        before, at = token, token.end()
    if opened:
        raise ExpressionError(f"`{opened[-1][0]}` is never closed", source, opened[-1].start())


def _stray(character: str) -> str:
    match character:
        case ".":
            return "a point belongs to a number; nothing here has parts to be reached with one"
        case "'" | '"':
            return "a text is closed by the sign that opened it and holds no backslash"
        case "^":
            return "a power is written with **"
    return f"`{character}` is no part of an expression" if character.isprintable() else "an invisible character"


def _incomplete(source: str, at: int) -> ExpressionError:
    """What Python's parser refused at `at`. Where the text just ends, it blames the beginning."""
    last = [token for token in TOKEN.finditer(source) if not token["space"]][-1]
    found = TOKEN.match(source, at)
    if last["sign"] or last[0] in ("if", "else", "and", "or", "not") or found is None:
        return ExpressionError(f"something is missing after `{last[0]}`", source, len(source))
    return ExpressionError(f"this is not a complete expression: `{found[0]}` cannot stand here", source, at)


def _measure(source: str, tree: ast.expr) -> None:
    """Refuse too many nodes, too many levels, and nodes that the language does not have."""
    level: list[ast.AST] = [tree]
    nodes = 0
    for _ in range(MOST_LEVELS):
        for node in level:
            if not isinstance(node, _ALLOWED):
                name = type(node).__name__.lower()
                message = _FOREIGN.get(type(node), f"`{name}` is no part of an expression")
                raise ExpressionError(message, source, column(source, node))
        nodes += sum(isinstance(node, ast.expr) for node in level)
        if nodes > MOST_NODES:
            raise ExpressionError(f"an expression has at most {MOST_NODES} parts, this one has more", source)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise ExpressionError(f"an expression has at most {MOST_LEVELS} levels, this one has more", source)
