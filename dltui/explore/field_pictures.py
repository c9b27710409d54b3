"""The cone of a stack of layers, from the pixels at the bottom to the cell in hand, and the stack as a table."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.explore.field_stack import Stack
from dltui.scene import Cell, Item, Label, Line, Mark, Scene, Table

DOTTED = 40
"""Cells in the cone up to which each is drawn as a dot of its own."""
MESHED = 160
"""Cells of one layer up to which the window of each is drawn."""
BELOW, LITTLE = 2.0, 0.8
"""Room under the pixels for the curve of the ways; the smaller one under a high stack, whose layers need the lines."""
MARGIN = 0.4
LOW = 5
"""Layers up to which a stack is low."""
NAMED = 0.27
"""Room for the names of the layers, as a share of the picture."""


def cone(stack: Stack, depth: int, cell: int) -> Scene:
    """What the cell depends on in every level below it, and below the pixels on how many ways each comes in."""
    seen = stack.seen(depth, cell)
    items: list[Item] = []
    for level in range(1, depth + 1):
        items += _windows(stack, level, seen)
    for level in range(len(stack.levels)):
        items += _level(stack, level, seen[level] if level <= depth else ())
    if sum(map(len, seen)) <= DOTTED:
        for level, cells in enumerate(seen):
            items += [Mark(stack.place(level, at), level, "model") for at in cells]
    items.append(Mark(stack.place(depth, cell), depth, "chosen"))
    items += _ways(stack, depth, cell)
    across, up = (-NAMED * stack.size - 1, stack.size * 1.08), (-_below(stack) - MARGIN, len(stack.layers) + MARGIN)
    return Scene(across, up, tuple(items), axes=False)


def table(stack: Stack, depth: int, end: Sequence[str]) -> Scene:
    """The stack from the picture on; `end`: one more row for what follows it, or nothing."""
    rows, names = [], []
    for number, level in enumerate(stack.levels):
        weights = f"{level.parameters}" if number else ""
        texts = (f"{level.size}×{level.size}", f"{level.channels}", weights, f"{level.field}", f"{level.jump}")
        rows.append(tuple(Cell(text, "text", mark="window" if number == depth and not at else "")
                          for at, text in enumerate(texts)))  # fmt: skip
        names.append(f"{number} {stack.layers[number - 1].title}" if number else "picture")
    if end:
        rows.append(tuple(Cell(text) for text in end[1:]))
        names.append(end[0])
    head = tuple(Cell(text, "faint") for text in ("map", "channels", "weights", "field", "jump"))
    shown = Table((head, *rows), names=("", *names), even=False)
    return Scene((0.0, 1.0), (0.0, 1.0), (), axes=False, tables=(shown,))


def _level(stack: Stack, level: int, seen: Sequence[int]) -> list[Item]:
    """Its cells as a faint line, those in the cone as a thick one, its name and how many pixels a cell sees."""
    facts, name = stack.levels[level], stack.layers[level - 1].title if level else "pixels"
    first, last = stack.place(level, 0), stack.place(level, facts.size - 1)
    found: list[Item] = [Line(((first, level), (last, level)), "faint")]
    if seen:
        ends = (stack.place(level, seen[0]), level), (stack.place(level, seen[-1]), level)
        found.append(Line(ends, "model"))
    found.append(Label(-NAMED * stack.size - 1, level, name, "text" if seen else "faint"))
    found.append(Label(stack.size * 1.08, level, f"{facts.field}", "accent" if seen else "faint"))
    return found


def _windows(stack: Stack, level: int, seen: Sequence[Sequence[int]]) -> list[Item]:
    """One line that goes from each cell of a level in the cone down to both ends of its window and up again."""
    above, layer = seen[level], stack.layers[level - 1]
    below = stack.levels[level - 1].size
    shown = above if len(above) <= MESHED else (above[0], above[-1])
    points: list[tuple[float, float]] = []
    for at in shown:
        inside = [tap for tap in stack.taps(layer, at) if 0 <= tap < below]
        if inside:
            ends = [(stack.place(level - 1, tap), float(level - 1)) for tap in (inside[0], inside[-1])]
            points += [ends[0], (stack.place(level, at), float(level)), ends[1]]
    return [Line(tuple(points), "model")] if points else []


def _ways(stack: Stack, depth: int, cell: int) -> list[Item]:
    """Under the pixels: on how many ways each of them reaches the cell."""
    ways = stack.ways(depth, cell)
    most = float(ways.max())
    if not most:
        return []
    below = _below(stack)
    top, ground = -0.2 - 0.2 * below, -0.2 - below
    points = [(at + side, ground + (top - ground) * float(count) / most)
              for at, count in enumerate(ways) for side in (-0.5, 0.5)]  # fmt: skip
    middle = (top + ground) / 2
    return [Line(tuple(points), "accent"), Label(-NAMED * stack.size - 1, middle, "ways", "text"),
            Label(stack.size * 1.08, top if below == BELOW else middle, f"{most:.4g}", "accent")]  # fmt: skip


def _below(stack: Stack) -> float:
    return LITTLE if len(stack.layers) > LOW else BELOW
