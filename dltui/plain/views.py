"""The pictures at the end of a run, in lines."""

from __future__ import annotations

from msgspec.structs import replace

from dltui.journal.run import Run
from dltui.plain.talk import Talk
from dltui.plot.cells import Grid
from dltui.plot.views.drawing import draw, suited_height


def show(done: Run, talk: Talk) -> None:
    """Each view as the model stands last, and below it what is to be said of it."""
    for taken in done.snapshots.values():
        last = replace(taken[-1], note="")  # the note is a line of its own, below the rows that are used
        height = suited_height(last, talk.width)
        talk.show(trimmed(draw(done, last, talk.width, height, talk.ascii, theme=talk.theme)))
        if taken[-1].note:
            talk.say(taken[-1].note)


def trimmed(grid: Grid) -> Grid:
    """Without the empty rows at its end."""
    rows = zip(grid.chars, grid.styles, strict=True)
    used = max((y for y, (chars, styles) in enumerate(rows, 1) if "".join(chars).strip() or any(styles)), default=0)
    kept = Grid(grid.width, used)
    kept.paste(grid, 0, 0)
    return kept
