"""The view that is a picture of the model: what the journal keeps of it, at the step looked at."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from textwrap import wrap

from rich.style import Style

from dltui.journal.events import Snapshot
from dltui.lesson.views import PICTURES
from dltui.plot.cells import Grid
from dltui.plot.views.drawing import draw
from dltui.tui.experiment.views import CurveView, Look, Shown, View
from dltui.tui.spelling import pressed

LEAST = (8, 4)
"""Columns and rows below which nothing can be seen."""
COMING = {
    "regions": "where the model sees which class",
    "fit": "the curve the model lays through the data",
    "parameters": "every weight, as it moves",
    "gradients": "how much gradient reaches each layer",
    "filters": "the filters it learns",
    "features": "what its filters make of a picture",
    "mistakes": "what it gets right and wrong",
    "confusion": "which class it takes for which",
    "gates": "the gates, step by step in time",
    "recall": "how much gradient reaches back in time",
    "codes": "where each row lies in the code",
    "reconstructions": "what went in and what comes out",
    "latent_grid": "what lies where in the code",
    "samples": "what it makes out of noise",
}
"""What a pane will show, while there is nothing yet."""


class PictureView(View):
    """Draws again only what changed: the same snapshot in the same size stays as it is."""

    def __init__(self, view: str) -> None:
        super().__init__(view)
        self._drawn: tuple[object, ...] = ()

    def draw(self, runs: Sequence[Shown], focus: Shown | None, look: Look) -> None:
        width, height = self.size
        if width < LEAST[0] or height < LEAST[1]:
            return
        snapshot = None
        if focus is not None:
            snapshot = focus.run.snapshot(self.view, inf if look.at is None else look.at)
        count = len(focus.run.snapshots.get(self.view, [])) if focus is not None else 0
        drawn = (snapshot, count, width, height, self.theme)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self.show(self._picture(focus, snapshot, width, height))

    def _picture(self, focus: Shown | None, snapshot: Snapshot | None, width: int, height: int) -> Grid:
        if focus is None:
            return notice(f"{COMING[self.view]}: {pressed(self.app, 'experiment.train')} trains", width, height)
        if snapshot is None:
            over = "has no pictures of this" if focus.run.over else "begins"
            return notice(f"the run {over}", width, height)
        return draw(focus.run, snapshot, width, height, self.ascii, theme=self.theme)


def notice(text: str, width: int, height: int) -> Grid:
    """What stands where a picture will be."""
    grid = Grid(width, height)
    lines = wrap(text, max(LEAST[0], width - 2))
    for y, line in enumerate(lines, max(0, (height - len(lines)) // 2)):
        grid.put(max(0, (width - len(line)) // 2), y, line, Style(dim=True))
    return grid


def make(view: str) -> View:
    return PictureView(view) if view in PICTURES else CurveView(view)
