"""The V-curve: error of the central difference against the step, truncation on one side, rounding on the other."""

from __future__ import annotations

from textual import events

from dltui.journal.events import LEAST_ERROR, Probed
from dltui.plot import chart
from dltui.plot.axes import around, values_axis
from dltui.plot.cells import Grid
from dltui.plot.palette import run_look
from dltui.tui.gradient.heatmap import HeatMap
from dltui.tui.gridview import GridView

LOW, NARROW = 7, 42
"""Below these the names above the curve share one row that is too short for all of the title."""


class VCurve(GridView):
    def on_resize(self, event: events.Resize) -> None:
        self.redraw()

    def redraw(self) -> None:
        self.post_message(HeatMap.Asked())

    def draw(self, probed: Probed | None, waiting: str) -> None:
        width, height = self.size
        if width < 12 or height < 5:
            return
        if probed is None:
            grid = Grid(width, height)
            grid.put(1, height // 2, waiting)
            self.show(grid)
            return
        points = probed.errors()
        look = run_look(0)
        curve = chart.Curve("", [points], look.color(self.theme), "solid", look.glyph, look.letter)
        heights = [error for _, error in points]
        title = "error against h" if height < LOW and width < NARROW else "error against step size h"
        self.show(chart.draw(chart.Chart(
            (curve,), around(min(probed.steps), max(probed.steps), True),
            values_axis(min(heights, default=LEAST_ERROR), max(heights, default=1.0), True),
            x_name="h", y_name="relative error", title=title,
            cursor=float(f"{probed.chosen:.1e}"),
        ), width, height, self.ascii, theme=self.theme))
