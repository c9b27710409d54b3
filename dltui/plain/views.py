"""The pictures of a run in lines: drawn, for ears in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf, isfinite
from typing import TypeVar

from msgspec.structs import replace

from dltui.journal.events import Snapshot
from dltui.journal.picture import Picture
from dltui.journal.run import Run
from dltui.plain.talk import Talk
from dltui.plot.cells import Grid
from dltui.plot.views.drawing import draw, suited_height

COARSE = 5
"""Rows and columns in which a plane is told."""
MOST_SAID = 40
"""Numbers of one view that are read out."""
T = TypeVar("T")


def show(done: Run, talk: Talk, step: float = inf, only: str = "") -> None:
    """Each view, or the one of this name, as the model stands at a step, and below it what is to be said of it."""
    for view in done.snapshots:
        taken = done.snapshot(view, step)
        if taken is None or only not in ("", view):
            continue
        if talk.spoken:
            for said in words(done, taken):
                talk.tell(said)
        else:
            bare = replace(taken, note="")  # the note is a line of its own, below the rows that are used
            height = suited_height(bare, talk.width)
            talk.show(trimmed(draw(done, bare, talk.width, height, talk.ascii, theme=talk.theme)))
        if taken.note:
            talk.tell(taken.note)


def words(done: Run, taken: Snapshot) -> Iterator[str]:
    """What can be said of a view in numbers."""
    yield f"{taken.view} at step {taken.step}:"
    named = list(zip(taken.names, taken.values, strict=False))
    if taken.view == "confusion" and taken.names:
        yield from _confused(taken)
    elif taken.view in ("parameters", "gradients"):
        yield ", ".join(f"{name} {_number(value)}" for name, value in named[:MOST_SAID])
        if len(named) > MOST_SAID:
            yield f"and {len(named) - MOST_SAID} more"
    elif taken.view == "regions" and taken.pictures:
        yield from _plane(done, taken.pictures[0])
    elif taken.view in ("recall", "fit"):
        yield ", ".join(_number(value) for value in _spread(taken.values))
    elif names := [picture.name for picture in taken.pictures if picture.name]:
        yield ", ".join(names[:MOST_SAID])
    else:
        count = len(taken.pictures)
        yield f"{count} small picture{'' if count == 1 else 's'}" if count else f"{len(taken.values)} numbers"


def trimmed(grid: Grid) -> Grid:
    """Without the empty rows at its ends."""
    rows = zip(grid.chars, grid.styles, strict=True)
    used = [y for y, (chars, styles) in enumerate(rows) if "".join(chars).strip() or any(styles)]
    first, last = (used[0], used[-1] + 1) if used else (0, 0)
    kept = Grid(grid.width, last - first)
    kept.paste(grid, 0, -first)
    return kept


def _confused(taken: Snapshot) -> Iterator[str]:
    size = len(taken.names)
    pairs = [(value, row, column) for at, value in enumerate(taken.values) if value
             for row, column in [divmod(at, size)] if row != column]  # fmt: skip
    right = sum(value or 0 for value in taken.values[:: size + 1])
    yield f"{right:g} right, {sum(value for value, _, _ in pairs):g} wrong"
    for value, row, column in sorted(pairs, reverse=True)[:10]:
        yield f"{taken.names[row]} taken for {taken.names[column]}: {value:g}"


def _plane(done: Run, picture: Picture) -> Iterator[str]:
    """The class at places spread over the plane, row by row from the top."""
    lines = picture.lines()
    if not lines or not lines[0]:
        return
    if len(done.domain) == 4:
        left, right, low, high = done.domain
        yield f"from the top, x2 {high:g} to {low:g}; from the left, x1 {left:g} to {right:g}:"
    for row in _spread(lines):
        yield "class " + " ".join("1" if value > 0.5 else "0" for value in _spread(row))


def _spread(values: Sequence[T]) -> list[T]:
    count = min(COARSE, len(values))
    return [values[(2 * at + 1) * len(values) // (2 * count)] for at in range(count)]


def _number(value: float | None) -> str:
    return "not finite" if value is None or not isfinite(value) else f"{value:.4g}"
