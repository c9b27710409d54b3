"""Spaces between the parts of a row, after TeX's table but in whole cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

from dltui.plot.formula.tree import Brace, Fence, Fraction, Grid, Kind, Node, Scripts, Space, Stack, Symbol, core

_KINDS: tuple[Kind, ...] = get_args(Kind)
_SPACED: dict[Kind, str] = {  # 1 where two neighbours have a space between them in a display; columns: the right one
    # ord big fn bin rel open close punct inner
    "ord":   "011110001",
    "big":   "111111001",
    "fn":    "111110001",
    "bin":   "111111001",
    "rel":   "111101011",
    "open":  "000000000",
    "close": "011110001",
    "punct": "111111001",
    "inner": "111111001",
}  # fmt: skip
_UNARY_AFTER = (None, "bin", "rel", "open", "punct", "big", "fn")
_TAIL = re.compile(r"[\w^]+$")
_LETTERS = re.compile(r"[A-Za-z\u0370-\u03ff\U0001d400-\U0001d433]+")


def kind(node: Node) -> Kind:
    """The class a node has for its neighbours."""
    match node:
        case Symbol():
            return node.kind
        case Scripts() | Stack():
            return kind(core(node.base))
        case Fraction() | Brace() | Grid():
            return "inner"
        case _:
            return "ord"


def kinds(nodes: Sequence[Node], *, continued: bool = False) -> list[Kind]:
    """The classes in a row: a + or − with nothing before it to bind to is a sign, not an operation. `continued` says
    that the row goes on from an earlier one, so that its first + does bind.
    """
    found: list[Kind] = []
    last = -1
    for node in nodes:
        this = kind(node)
        before = found[last] if last >= 0 else "ord" if continued else None
        if this == "bin" and before in _UNARY_AFTER:
            this = "ord"
        if this in ("rel", "close", "punct") and before == "bin":
            found[last] = "ord"
        if not isinstance(node, Space):
            last = len(found)
        found.append(this)
    return found


def gaps(nodes: Sequence[Node], *, tight: bool, continued: bool = False) -> list[int]:
    """Cells before each node of a row, the first 0; `tight` inside scripts. A space of the author's is at least as wide
    as it says, and adds nothing where there is one anyway.
    """
    classes = kinds(nodes, continued=continued)
    found: list[int] = []
    left: int | None = None
    asked = 0
    for index, node in enumerate(nodes):
        if isinstance(node, Space):
            found.append(0)
            asked += node.cells
            continue
        natural = 0 if left is None else _gap(nodes[left], classes[left], node, classes[index], tight)
        found.append(max(natural, asked))
        left, asked = index, 0
    return found


def _gap(before: Node, left: Kind, after: Node, right: Kind, tight: bool) -> int:
    if kind(before) == "bin" and left == "ord":
        return 0  # a sign keeps close to what it belongs to
    if _is_fence(before):
        left = "close"
        if right in ("ord", "open"):
            return 1
    if _is_fence(after):
        right = "open"
    if tight and {left, right} & {"bin", "rel", "punct"}:
        return 0
    return int(_SPACED[left][_KINDS.index(right)])


def _is_fence(node: Node) -> bool:
    return isinstance(core(node.base) if isinstance(node, Scripts) else node, Fence)


def run_together(left: str, right: str) -> bool:
    """True for two strings that would read as one word: a name of several letters, or a letter with a script, beside
    another letter.
    """
    tail, head = _TAIL.search(left), _LETTERS.match(right)
    if tail is None or head is None:
        return False
    one_letter = len(tail[0]) == 1 and _LETTERS.match(tail[0])
    return len(head[0]) > 1 or not (one_letter or tail[0].isnumeric())
