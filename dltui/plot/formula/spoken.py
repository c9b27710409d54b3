"""A formula in words, so that no other formula is said the same way."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.plot.formula.oneline import is_compound
from dltui.plot.formula.spacing import kind
from dltui.plot.formula.tree import (
    Accent,
    Brace,
    Fence,
    Fraction,
    Grid,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Stack,
    Symbol,
    core,
    items,
)

_POWERS = {"2": "squared", "3": "cubed", "⊤": "transposed", "T": "transposed", "∗": "star", "†": "dagger"}
_COMMON = {("1", "2"): "one half", ("1", "3"): "one third", ("2", "3"): "two thirds", ("1", "4"): "one quarter",
           ("3", "4"): "three quarters"}  # fmt: skip
PARTING = 3
"""Cells of a space that parts two formulas."""
_ACCENTS = {"overline": "bar", "underline": "underlined", "ddot": "double dot"}


def speak(node: Node) -> str:
    """The words for a node; longer parts stand between commas and end with a word of their own."""
    match node:
        case Symbol():
            return node.said
        case Space():
            return "," if node.cells >= PARTING else ""  # a voice pauses there
        case Row():
            return _row(node.items)
        case Fraction():
            return _fraction(node)
        case Root():
            return _root(node)
        case Scripts():
            return _big(node) if _is_big(node) else _scripts(node)
        case Accent():
            return _ended(node.body, _ACCENTS.get(node.name, node.name))
        case Fence():
            left, right = (symbol.said if symbol else "" for symbol in (node.left, node.right))
            return " ".join(filter(None, (left, speak(node.body), right)))
        case Grid():
            return _grid(node)
        case Stack():
            parts = [speak(node.base)]
            parts += [f"with {speak(node.over)} above,"] if node.over else []
            parts += [f"with {speak(node.under)} below,"] if node.under else []
            return " ".join(parts)
        case Brace():
            label = f", labelled {speak(node.label)}," if node.label else ""
            return f"{_marked(node.body, 'group')}{label}"


def _row(nodes: Sequence[Node]) -> str:
    words = []
    for node, following in zip(nodes, [*nodes[1:], None], strict=False):
        word = speak(node)
        short = isinstance(node, Fraction) and not word.endswith("end over")
        if short and following is not None and kind(following) in ("ord", "open", "inner", "big", "fn"):
            word += ","  # what follows is not under the bar
        words += [word] if word else []
    return " ".join(words).replace(" ,", ",").replace(" ;", ";").replace(",,", ",").strip()


def _simple(node: Node) -> bool:
    """One sign, perhaps with a minus before it."""
    parts = items(core(node))
    if len(parts) == 2 and isinstance(parts[0], Symbol) and parts[0].glyph in "−+∂d":
        parts = parts[1:]
    return len(parts) == 1 and isinstance(core(parts[0]), Symbol)


def _marked(node: Node, name: str) -> str:
    return speak(node) if _simple(node) else f"{name}, {speak(node)}, end {name}"


def _fraction(node: Fraction) -> str:
    top, bottom = speak(node.top), speak(node.bottom)
    if (top, bottom) in _COMMON:
        return _COMMON[top, bottom]
    if _simple(node.top) and _simple(node.bottom):
        return f"{top} over {bottom}"
    if _simple(node.top):
        return f"{top} over, {bottom}, end over"
    return f"fraction, {top}, over, {bottom}, end over"


def _root(node: Root) -> str:
    name = "square root" if node.index is None else f"root of order {speak(node.index)}"
    return f"the {name} of {speak(node.body)}" if _simple(node.body) else f"the {name} of, {speak(node.body)}, end root"


def _scripts(node: Scripts) -> str:
    base = f"group, {speak(node.base)}, end group" if is_compound(node) else speak(node.base)
    sub = sup = ""
    if node.sub is not None:
        sub = f" sub {speak(node.sub)}" if _simple(node.sub) else f" sub, {speak(node.sub)}, end sub"
    if node.sup is not None:
        sup = _superscript(node.sup)
    return f"{base}{sub}{sup}".strip()


def _superscript(node: Node) -> str:
    parts = items(core(node))
    primes = ""
    if parts and isinstance(parts[0], Symbol) and parts[0].said.startswith("prime"):
        primes, parts = f" {parts[0].said}", parts[1:]
    if not parts:
        return primes
    rest: Node = Row(tuple(parts))
    only = core(rest)
    if isinstance(only, Symbol) and only.glyph in _POWERS:
        return f"{primes} {_POWERS[only.glyph]}"
    if isinstance(parts[0], Symbol) and parts[0].kind == "open":
        return f"{primes} superscript {speak(rest)}"
    if _simple(rest):
        return f"{primes} to the power of {speak(rest)}"
    return f"{primes} to the power of, {speak(rest)}, end power"


def _is_big(node: Scripts) -> bool:
    base = core(node.base)
    return isinstance(base, Symbol) and (base.kind == "big" or base.limits)


def _big(node: Scripts) -> str:
    said = speak(node.base)
    if node.sub is None:
        return f"{said} to {speak(node.sup)} of" if node.sup else f"{said} of"
    if node.sup is not None:
        return f"{said} from {speak(node.sub)} to {speak(node.sup)} of"
    approaches = any(isinstance(item, Symbol) and item.glyph == "→" for item in items(core(node.sub)))
    comma = "" if _simple(node.sub) else ","
    return f"{said} {'as' if approaches else 'over'} {speak(node.sub)}{comma} of"


def _ended(node: Node, name: str) -> str:
    return f"{speak(node)} {name}" if _simple(node) else f"{name} over, {speak(node)}, end {name}"


def _grid(node: Grid) -> str:
    rows = [", ".join(filter(None, (speak(cell) for cell in row))) for row in node.rows]
    if node.name == "aligned":
        return "; ".join(" ".join(filter(None, (speak(cell) for cell in row))) for row in node.rows)
    if node.name == "cases":
        return f"cases: {'; '.join(rows)}; end cases"
    numbered = "; ".join(f"row {number}: {row}" for number, row in enumerate(rows, start=1))
    name = "determinant" if node.left == "|" else "matrix"
    return f"{len(rows)} by {len(node.rows[0])} {name}, {numbered}; end {name}"
