"""The parsed formula: frozen records, no layout."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal["ord", "big", "fn", "bin", "rel", "open", "close", "punct", "inner"]
"""TeX's classes of atoms, which decide the spaces; `big` is an operator such as a sum, `fn` a name such as log."""


class Symbol(Struct, frozen=True):
    """One sign, number or name."""

    glyph: str
    kind: Kind = "ord"
    plain: str = ""
    """In ASCII; never empty once made by `sign`."""
    said: str = ""
    """As spoken."""
    limits: bool = False
    """Scripts go above and below in a display."""


class Space(Struct, frozen=True):
    cells: int


class Row(Struct, frozen=True):
    """Side by side. A brace group is a row of its own inside its row."""

    items: tuple[Node, ...]


class Fraction(Struct, frozen=True):
    top: Node
    bottom: Node
    size: Literal["display", "normal", "small"] = "normal"


class Root(Struct, frozen=True):
    body: Node
    index: Node | None


class Scripts(Struct, frozen=True):
    base: Node
    sub: Node | None
    sup: Node | None
    limits: bool
    """Above and below the base in a display instead of beside it."""


class Accent(Struct, frozen=True):
    name: Literal["hat", "bar", "tilde", "vec", "dot", "ddot", "overline", "underline"]
    body: Node


class Fence(Struct, frozen=True):
    """Brackets that grow with their content; None is the invisible one, `\\left.`."""

    left: Symbol | None
    body: Row
    right: Symbol | None


class Grid(Struct, frozen=True):
    """Rows of cells; all rows have the same number of cells."""

    rows: tuple[tuple[Row, ...], ...]
    name: Literal["matrix", "cases", "aligned"]
    left: str = ""
    right: str = ""
    columns: str = ""
    """`l`, `c`, `r` per column, in an array; empty: chosen by the content."""


class Stack(Struct, frozen=True):
    """Something small over or under a base; under an arrow that grows with it if `stretch`."""

    base: Node
    over: Node | None
    under: Node | None
    stretch: bool = False


class Brace(Struct, frozen=True):
    """An underbrace or overbrace with its label."""

    body: Node
    label: Node | None
    over: bool


Node = Symbol | Space | Row | Fraction | Root | Scripts | Accent | Fence | Grid | Stack | Brace


class FormulaError(ValueError):
    """A formula that cannot be set: what is wrong, at which character (from 0)."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(f"character {position + 1}: {message}")
        self.position = position
        self.message = message


def items(node: Node) -> tuple[Node, ...]:
    """The parts of a row; any other node alone."""
    return node.items if isinstance(node, Row) else (node,)


def core(node: Node) -> Node:
    """The node without the brace groups around it that hold nothing else."""
    while isinstance(node, Row) and len(node.items) == 1:
        node = node.items[0]
    return node
