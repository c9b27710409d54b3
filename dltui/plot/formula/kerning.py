"""Neighbours of an operator move over or under its wide limits, as a careful hand would set them."""

from __future__ import annotations

from rich.cells import cell_len

from dltui.plot.formula.box import Block, beside


def kerned(parts: list[Block], gap: int, block: Block) -> list[Block]:
    """The parts of a row, and after them a block with that gap on the line of writing, less what wide limits at either
    side leave free. One cell of overhang stays, so that limits of usual width look as ever; in the other rows two cells
    stay blank. Only the last parts are looked at, and the last one is changed: it ends where the new one begins.
    """
    reach = max(parts[-1].overhang[1], block.overhang[0])
    near = [parts[-1]]
    while len(near) < len(parts) and sum(part.width for part in near) < reach + 2:
        near.insert(0, parts[-len(near) - 1])
    left, rest = beside(near), parts[: -len(near)]
    above, below = max(left.baseline, block.baseline), max(left.below, block.below)
    rows = list(zip(_rows(left, above, below), _rows(block, above, below), strict=True))
    free = [_free(a, b, edge=not rest) for number, (a, b) in enumerate(rows) if number != above]
    at = left.width + gap - max(min([reach - 1, *[cells + gap for cells in free]]), 0)
    kept = Block(tuple("".join([*a, *[" "] * (at - len(a))][:at]) for a, _ in rows), above)
    added = Block(tuple(_merged(a[at:], b) for a, b in rows), above, (0, block.overhang[1]))
    return [*rest, kept, added]


def _free(left: list[str], right: list[str], *, edge: bool) -> int:
    """Cells that a row of the right block may move to the left without its gap; `edge`: nothing stands further left."""
    before, after = _blank(left[::-1]), _blank(right)
    if before == len(left) and edge:
        return before
    return before + after - (2 if after < len(right) else 1)


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


def _merged(left: list[str], right: list[str]) -> str:
    """The right cells over what is blank in the left ones."""
    common = [new if new != " " else old for old, new in zip(left, right, strict=False)]
    return "".join([*common, *left[len(right) :], *right[len(left) :]])
