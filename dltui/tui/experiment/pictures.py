"""The view that is a picture of the model: what the journal keeps of it, at the step looked at."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from rich.style import Style

from dltui.journal.events import Snapshot
from dltui.lesson.views import PICTURES
from dltui.plot.cells import Grid
from dltui.plot.views.drawing import draw
from dltui.tui.experiment.views import CurveView, Look, Shown, View

LEAST = (8, 4)
"""Columns and rows below which nothing can be seen."""


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
            return notice("t trains; the picture grows here", width, height)
        if snapshot is None:
            over = "has no pictures of this" if focus.run.over else "begins"
            return notice(f"the run {over}", width, height)
        return draw(focus.run, snapshot, width, height, theme=self.theme)


def notice(text: str, width: int, height: int) -> Grid:
    """What stands where a picture will be."""
    grid = Grid(width, height)
    grid.put(max(0, (width - len(text)) // 2), height // 2, text, Style(dim=True))
    return grid


def make(view: str) -> View:
    return PictureView(view) if view in PICTURES else CurveView(view)
