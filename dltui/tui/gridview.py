"""A widget that shows a grid of cells and repaints only the spans that changed."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from dltui.plot.cells import Grid, changed, segments
from dltui.plot.palette import Theme
from dltui.tui.theme import colours, in_ascii


class GridView(Widget):
    """Subclasses call `show` with a new grid; Textual would repaint the whole region, a chart at 10 frames a second is
    a quarter of that in changed spans."""

    DEFAULT_CSS = "GridView { height: 1fr; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._grid: Grid | None = None
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
        return self._grid

    def show(self, grid: Grid | None) -> None:
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
