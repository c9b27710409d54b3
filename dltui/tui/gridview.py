"""A widget that shows a grid of cells and repaints only the spans that changed, on a slow line some rows at a time."""

from __future__ import annotations

from itertools import pairwise
from math import inf

from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from dltui.plot.cells import Grid, changed, segments
from dltui.plot.palette import Theme
from dltui.tui.gate import Gate
from dltui.tui.paced import PacedApp
from dltui.tui.theme import colours, in_ascii

AGAIN = 0.1
"""Seconds until the next rows are tried."""
STYLE_BYTES = 25
"""What a change of colours costs, about."""


class GridView(Widget):
    """Subclasses call `show` with a new grid; Textual would repaint the whole region, a chart at 10 frames a second is
    a quarter of that in changed spans."""

    DEFAULT_CSS = "GridView { height: 1fr; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._grid: Grid | None = None
        self._coming: Grid | None = None
        """What `_grid` will be when all its rows have been painted."""
        self._row = 0
        """Where to go on with it: a picture that changes all the time must not change at its top alone."""
        self._later: Timer | None = None
        self._strips: dict[int, Strip] = {}

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self.redraw())

    def redraw(self) -> None:
        """Draw again in the colours of a new theme; subclasses know how."""

    @property
    def theme(self) -> Theme:
        """Which of the drawing colours to use."""
        return colours(self.app)

    @property
    def ascii(self) -> bool:
        """Whether to draw with ASCII alone."""
        return in_ascii(self.app)

    @property
    def grid(self) -> Grid | None:
        return self._coming or self._grid

    def show(self, grid: Grid | None) -> None:
        gate = self.app.gate if isinstance(self.app, PacedApp) else None
        part = self._part(grid, gate) if grid is not None and gate is not None else grid
        self._coming = None if part is grid else grid
        if self._coming is not None and self._later is None:
            self._later = self.set_timer(AGAIN, self._go_on)
        self._paint(part)

    def _part(self, grid: Grid, gate: Gate) -> Grid:
        """The picture with as many of the new rows as there is room for; all of it where there was none before."""
        old = self._grid
        if gate.room == inf or old is None or (old.width, old.height) != (grid.width, grid.height):
            return grid
        costs: dict[int, int] = {}
        for x, y, width in changed(old, grid):
            styles = grid.styles[y][x : x + width]
            costs[y] = costs.get(y, 0) + width + STYLE_BYTES * sum(a != b for a, b in pairwise([None, *styles]))
        if sum(costs.values()) <= gate.room and gate.opens():
            return grid
        part = Grid(grid.width, grid.height)
        part.paste(old, 0, 0)
        room = gate.room if gate.opens() else 0.0
        for y in sorted(costs, key=lambda y: (y - self._row) % grid.height):
            if room <= 0:
                break
            part.chars[y], part.styles[y] = grid.chars[y], grid.styles[y]
            room -= costs[y]
            self._row = (y + 1) % grid.height
        return part

    def _go_on(self) -> None:
        self._later = None
        if self._coming is not None:
            self.show(self._coming)

    def _paint(self, grid: Grid | None) -> None:
        old, self._grid = self._grid, grid
        if old is None or grid is None or (old.width, old.height) != (grid.width, grid.height):
            self._strips.clear()
            self.refresh()
            return
        spans = changed(old, grid)
        for _, y, _ in spans:
            self._strips.pop(y, None)
        if spans:
            self.refresh(*(Region(x, y, width, 1) for x, y, width in spans))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        grid = self._grid
        if grid is None or y >= grid.height:
            return Strip.blank(width, self.rich_style)
        strip = self._strips.get(y)
        if strip is None or strip.cell_length != width:
            # apply_style lays the widget's style underneath: colours of the cells win
            strip = Strip(segments(grid, y)).adjust_cell_length(width).apply_style(self.rich_style)
            self._strips[y] = strip
        return strip

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()
