"""Neighbours of an operator move over or under its wide limits, as a careful hand would set them."""

from __future__ import annotations

from rich.cells import cell_len

from dltui.plot.formula.box import Block


def kerned(left: Block, gap: int, right: Block) -> Block:
    """Two blocks with that gap on the line of writing, less what the limits of either leave free.

    One cell of overhang stays, so that limits of usual width look as ever; in the other rows one cell stays blank.
    """
    above, below = max(left.baseline, right.baseline), max(left.below, right.below)
    rows = list(zip(_rows(left, above, below), _rows(right, above, below), strict=True))
    slack = max(left.overhang[1], right.overhang[0]) - 1
    for number, (a, b) in enumerate(rows):
        if number != above:
            slack = min(slack, _blank(a[::-1]) + gap + _blank(b) - 1)
    at = left.width + gap - max(slack, 0)
    return Block(tuple(_merged(a, b, at) for a, b in rows), above, (left.overhang[0], right.overhang[1]))


def crowded(left: Block, gap: int, right: Block) -> bool:
    """Whether the rows above or below the line come nearer to one another than two cells."""
    above, below = max(left.baseline, right.baseline), max(left.below, right.below)
    rows = list(zip(_rows(left, above, below), _rows(right, above, below), strict=True))
    del rows[above]
    return any(_blank(a[::-1]) + gap + _blank(b) < 2 for a, b in rows if _blank(a) < len(a) and _blank(b) < len(b))


def _rows(block: Block, above: int, below: int) -> list[list[str]]:
    """The block as cells, with blank rows so that it reaches that far above and below its baseline."""
    blank = [" "] * block.width
    return [
        *[blank] * (above - block.baseline),
        *[_cells(line) for line in block.lines],
        *[blank] * (below - block.below),
    ]


def _cells(line: str) -> list[str]:
    """One string per cell: marks with their letter, nothing in the second cell of a wide character."""
    cells: list[str] = []
    for character in line:
        width = cell_len(character)
        if width:
            cells += [character] + [""] * (width - 1)
        elif cells:
            cells[-1] += character
    return cells


def _blank(cells: list[str]) -> int:
    return next((number for number, cell in enumerate(cells) if cell != " "), len(cells))


def _merged(left: list[str], right: list[str], at: int) -> str:
    """The right cells from column `at`, over what is blank in the left ones."""
    row = left + [" "] * (at - len(left))
    overlap = len(row) - at
    mixed = [new if new != " " else old for old, new in zip(row[at:], right, strict=False)]
    return "".join(row[:at] + (mixed + right[overlap:] if overlap <= len(right) else mixed + row[at + len(right) :]))
