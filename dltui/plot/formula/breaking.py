"""A formula in several rows where it is too wide for one: broken before relations, then before operations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dltui.plot.formula.box import EMPTY, Block, beside, over, text
from dltui.plot.formula.layout import Setter
from dltui.plot.formula.spacing import kinds
from dltui.plot.formula.tree import Grid, Kind, Node, Row, Space, core

WIDE = 3
"""A space of so many cells may become a new row."""


def fitted(row: Row, width: int, setter: Setter) -> Block:
    """The row as one block no wider than `width` where breaks allow it; as narrow as they make it otherwise."""
    tries = [setter.row(row.items)]
    only = core(row)
    if tries[0].width > width and isinstance(only, Grid) and only.name == "aligned":
        rows = (Row(tuple(item for cell in line for item in cell.items)) for line in only.rows)
        return _stacked([fitted(line, width, setter) for line in rows])
    for rank in (1, 2, 3):
        if tries[-1].width <= width:
            break
        tries.append(_rows(row.items, width, setter, rank))
    return min(tries, key=lambda block: max(block.width, width))


def _rows(nodes: Sequence[Node], width: int, setter: Setter, rank: int) -> Block:
    """As much in each row as fits, broken only where breaks of that rank or a better one are."""
    classes = kinds(nodes)
    ranks = _ranks(nodes, classes)
    cuts = [0, *[index for index in range(1, len(nodes)) if ranks[index] <= rank], len(nodes)]
    indent = _indent(nodes, classes, width, setter)
    starts: list[int] = []
    room = 0
    for start, end in pairwise(cuts):
        fresh = isinstance(nodes[start], Space)
        size = setter.row(nodes[start + fresh : end], continued=not fresh and start > 0).width + 1
        if not starts or fresh or size > room:
            starts.append(start)
            room = width - (0 if fresh or start == 0 else _inset(classes[start], indent)) + 1
        room -= size
    made = []
    for start, end in pairwise([*starts, len(nodes)]):
        spaced = isinstance(nodes[start], Space)
        fresh = start == 0 or spaced
        inset = text("" if fresh else " " * _inset(classes[start], indent))
        made.append(beside([inset, setter.row(nodes[start + spaced : end], continued=not fresh)]))
    return _stacked(made)


def _inset(first: Kind, indent: int) -> int:
    """Relations stand under one another, operations a little to the right of them."""
    return indent if first == "rel" else indent + 2


def _stacked(blocks: Sequence[Block]) -> Block:
    spaced = [blocks[0]]
    for above, block in pairwise(blocks):
        spaced += [EMPTY, block] if above.below or block.baseline else [block]
    return over(spaced, 0, "l")


def _ranks(nodes: Sequence[Node], classes: Sequence[Kind]) -> list[int]:
    """How good a break before each node is: 1 at a wide space or before a relation, 2 before an operation, 3 before
    either inside brackets, 4 not at all.
    """
    ranks = [4] * len(nodes)
    depth = 0
    for index, node in enumerate(nodes):
        if isinstance(node, Space):
            ranks[index] = 1 if node.cells >= WIDE and depth == 0 else 4
        elif classes[index] in ("rel", "bin") and index and classes[index - 1] != "rel":
            ranks[index] = 3 if depth else 1 if classes[index] == "rel" else 2
        depth += (classes[index] == "open") - (classes[index] == "close")
    return ranks


def _indent(nodes: Sequence[Node], classes: Sequence[Kind], width: int, setter: Setter) -> int:
    """Where later rows start: under the first relation if that is in the left half."""
    for index, kind in enumerate(classes):
        if kind == "rel":
            left = setter.row(nodes[:index]).width
            return left + 1 if 0 < left <= width // 2 else 2
    return 2
