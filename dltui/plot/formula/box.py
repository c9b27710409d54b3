"""Blocks of text with a baseline, and how they are put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from rich.cells import cell_len

Align = Literal["l", "c", "r"]


class Block(Struct, frozen=True):
    """Rows of equal cell width; `baseline` is the row that stands on the line of writing."""

    lines: tuple[str, ...]
    baseline: int = 0
    overhang: tuple[int, int] = (0, 0)
    """Cells at the left and right edge where only limits stand, above or below the line."""

    @property
    def width(self) -> int:
        return cell_len(self.lines[0])

    @property
    def height(self) -> int:
        return len(self.lines)

    @property
    def below(self) -> int:
        """Rows under the baseline."""
        return len(self.lines) - 1 - self.baseline

    def __str__(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)


EMPTY = Block(("",))


def text(string: str) -> Block:
    return Block((string,))


def pad(string: str, width: int, align: Align = "c") -> str:
    missing = width - cell_len(string)
    left = {"l": 0, "c": missing // 2, "r": missing}[align]
    return " " * left + string + " " * (missing - left)


def widened(block: Block, width: int, align: Align = "c") -> Block:
    """At least `width` cells wide. All rows move together."""
    missing = width - block.width
    if missing <= 0:
        return block
    left = {"l": 0, "c": missing // 2, "r": missing}[align]
    return Block(tuple(" " * left + line + " " * (missing - left) for line in block.lines), block.baseline)


def beside(blocks: Sequence[Block]) -> Block:
    """On one baseline, left to right."""
    if not blocks:
        return EMPTY
    above, below = max(b.baseline for b in blocks), max(b.below for b in blocks)
    parts = []
    for block in blocks:
        blank = " " * block.width
        parts.append([blank] * (above - block.baseline) + list(block.lines) + [blank] * (below - block.below))
    return Block(tuple("".join(row) for row in zip(*parts, strict=True)), above)


def over(blocks: Sequence[Block], base: int, align: Align = "c") -> Block:
    """One under the other; the baseline is that of the block with number `base`."""
    width = max(block.width for block in blocks)
    lines: list[str] = []
    baseline = 0
    for index, block in enumerate(blocks):
        if index == base:
            baseline = len(lines) + block.baseline
        lines += widened(block, width, align).lines
    return Block(tuple(lines), baseline)


def with_scripts(base: Block, sub: tuple[Block, bool] | None, sup: tuple[Block, bool] | None) -> Block:
    """Scripts at the right of a base, each with whether it is made of small characters: these stand at the corner of
    the base, others in rows of their own above and below it.
    """
    corners = ["", ""]
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    if sup is not None:
        corners[0], above = (sup[0].lines[0], ()) if sup[1] else ("", sup[0].lines)
    if sub is not None:
        corners[1], below = (sub[0].lines[0], ()) if sub[1] else ("", sub[0].lines)
    middle = [corners[1] + corners[0]] if base.height == 1 else [corners[0], *[""] * (base.height - 2), corners[1]]
    column = [*above, *middle, *below]
    width = max(map(cell_len, column))
    return beside([base, Block(tuple(pad(line, width, "l") for line in column), len(above) + base.baseline)])
