"""How the cells and lines of a matrix, of cases and of aligned formulas stand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dltui.plot.formula.box import EMPTY, Align, Block, over
from dltui.plot.formula.tree import Grid, Row, Symbol


def alignment(node: Grid, place: int) -> Align:
    if node.columns:
        column = node.columns[min(place, len(node.columns) - 1)]
        return "l" if column == "l" else "r" if column == "r" else "c"
    if node.name == "aligned":
        return "l" if place % 2 else "r"
    if node.name == "cases":
        return "l"
    return "r" if all(_numeric(row[place]) for row in node.rows) else "c"


def _numeric(cell: Row) -> bool:
    return all(isinstance(item, Symbol) and item.glyph.strip("−+.0123456789") == "" for item in cell.items)


def column_gap(node: Grid, place: int) -> int:
    if place == 0:
        return 0
    return 2 if node.name != "aligned" else 0 if place % 2 else 3


def stacked(lines: Sequence[Block], *, pointed: bool) -> Block:
    """The lines of a grid under one another: a blank row where they would touch, the baseline in the middle."""
    spaced = [lines[0]]
    for above, below in pairwise(lines):
        if above.below and below.baseline or max(above.height, below.height) > 2:
            spaced.append(EMPTY)
        spaced.append(below)
    if pointed and len(spaced) == 2:
        spaced.insert(1, EMPTY)
    body = over(spaced, 0, "l")
    return body if len(lines) == 1 else Block(body.lines, (body.height - 1) // 2)
