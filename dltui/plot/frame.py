"""The frame of a picture: a thin axis at the left and below, ticks, names, a title. The rest is left to the drawing.

```
loss  Vanishing gradients            <- name of y, title, legend
2.0┤
   │                                 <- the area
0.0┤
   └┬─────┬─────┬
    0    100   200  step
```
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style

from dltui.plot.axes import Axis, Tick
from dltui.plot.cells import Grid, shortened, text_width
from dltui.plot.palette import Theme, role_style
from dltui.plot.transcription import ascii_text

Piece = tuple[str, Style | None]
LINES = {False: ("│", "┤", "└", "─", "┬"), True: ("|", "+", "+", "-", "+")}


@dataclass(frozen=True)
class Frame:
    """A grid with its frame drawn, and the area for the data in cells of that grid."""

    grid: Grid
    x: Axis
    y: Axis
    left: int
    top: int
    width: int
    height: int
    ascii: bool
    theme: Theme

    def dot(self, x: float, y: float) -> tuple[float, float]:
        """Data to dots of the area (2 × 4 per cell, (0, 0) at the top left): the limits are the outermost dots."""
        return self.x.share(x) * (2 * self.width - 1), (1 - self.y.share(y)) * (4 * self.height - 1)

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Data to a cell of the grid; None outside the area, and for what is not a number."""
        if x != x or y != y:
            return None
        across, down = self.dot(x, y)
        column, row = round(across) // 2, round(down) // 4
        if not (0 <= column < self.width and 0 <= row < self.height):
            return None
        return self.left + column, self.top + row


def framed(
    width: int, height: int, x: Axis, y: Axis, *, x_name: str = "", y_name: str = "", title: str = "",
    legend: tuple[Piece, ...] = (), margin: int = 0, square: bool = False, axes: bool = True, theme: Theme = "dark",
    ascii: bool = False,
) -> Frame:
    """Draw the frame into a new grid. What has no room is left out, the names first, the area last.

    legend: pieces of text for the right end of the first row or a row of their own; margin: columns to keep free right
    of the area; square: equal units on both axes; axes: whether there are any, else all of the room is for the area.
    """
    if ascii:
        x_name, y_name, title = ascii_text(x_name), ascii_text(y_name), ascii_text(title)
        legend = tuple((ascii_text(text), style) for text, style in legend)
    grid = Grid(width, height)
    header = int(bool(title or y_name) and height >= 4)
    long = sum(text_width(text) for text, _ in legend)
    beside = bool(header and long + text_width(title) + text_width(y_name) + 5 <= width)
    rows = header + int(bool(legend) and not beside and height >= 8)
    below = 0 if height < 3 or width < 4 or not axes else 1 if height < 5 else 2
    area = max(0, height - rows - below)
    ticks = y.ticks(_y_count(area))
    labels = max((len(tick.text) for tick in ticks), default=0)
    if labels + 1 > width // 3 or not below:
        ticks, labels = (), 0
    left = labels + 1 if below else 0
    room = max(0, width - left - (margin if margin < width // 2 else 0))
    frame = Frame(grid, x, y, left, rows, room, area, ascii, theme)
    if square:
        frame = _squared(frame)
    _draw_header(frame, title, y_name, header)
    if legend and (beside or rows > header):
        _draw_pieces(grid, legend, max(0, width - long) if beside else frame.left, 0 if beside else header, ascii)
    if below:
        _draw_axes(frame, ticks, x_name if below == 2 else "", below)
    return frame


def _y_count(rows: int) -> int:
    return max(2, rows // 3 + 1) if rows > 1 else rows


def _squared(frame: Frame) -> Frame:
    """Less wide, in the middle of the room there is, or less high."""
    ratio = min(max((frame.y.high - frame.y.low) / (frame.x.high - frame.x.low), 1e-6), 1e6)
    new_width = max(min(1, frame.width), min(frame.width, round(2 * frame.height / ratio)))
    new_height = max(min(1, frame.height), min(frame.height, round(frame.width * ratio / 2)))
    left = frame.left + (frame.width - new_width) // 2
    return Frame(frame.grid, frame.x, frame.y, left, frame.top, new_width, new_height, frame.ascii, frame.theme)


def _draw_header(frame: Frame, title: str, y_name: str, rows: int) -> None:
    if not rows:
        return
    room = frame.grid.width
    # A short name ends over the axis, the title stands over the area.
    place = max(0, frame.left - max(1, text_width(y_name)))
    end = frame.grid.put(place, 0, shortened(y_name, room, frame.ascii), role_style("name", frame.theme))
    start = max(frame.left, end + 2) if y_name else frame.left
    frame.grid.put(start, 0, shortened(title, room - start, frame.ascii), role_style("title", frame.theme))


def _draw_pieces(grid: Grid, pieces: tuple[Piece, ...], x: int, y: int, ascii: bool) -> None:
    """Whole pieces only: half a number would be another number."""
    for place, (text, style) in enumerate(pieces):
        more = 0 if place == len(pieces) - 1 else 2
        if x + text_width(text) + more > grid.width:
            grid.put(x, y, " ~" if ascii else " …", style)
            return
        x = grid.put(x, y, text, style)


def _draw_axes(frame: Frame, ticks: tuple[Tick, ...], x_name: str, below: int) -> None:
    upright, tick_mark, corner, flat, hanging = LINES[frame.ascii]
    grid, bottom = frame.grid, frame.top + frame.height
    axis, name = role_style("axis", frame.theme), role_style("name", frame.theme)
    for y in range(frame.top, bottom):
        grid.put(frame.left - 1, y, upright, axis)
    for tick in ticks:
        cell = frame.cell(frame.x.low, tick.value)
        if cell:
            grid.put(frame.left - 1, cell[1], tick_mark, axis)
            grid.put(frame.left - 1 - len(tick.text), cell[1], tick.text, name)
    grid.put(frame.left - 1, bottom, corner + flat * frame.width, axis)
    ticks = _x_ticks(frame)
    for tick in ticks:
        cell = frame.cell(tick.value, frame.y.low)
        if cell:
            grid.put(cell[0], bottom, hanging, axis)
    if below == 2:
        _draw_below(frame, ticks, x_name)


def _x_ticks(frame: Frame) -> tuple[Tick, ...]:
    if frame.width < 2:
        return ()
    longest = max((len(tick.text) for tick in frame.x.ticks(max(2, frame.width // 6))), default=1)
    return frame.x.ticks(max(2, frame.width // (longest + 5)))


def _draw_below(frame: Frame, ticks: tuple[Tick, ...], x_name: str) -> None:
    """The numbers below the axis and its name: right of the area if there is room, else beside the last number."""
    grid, row, style = frame.grid, frame.top + frame.height + 1, role_style("name", frame.theme)
    end = frame.left + frame.width
    size = text_width(x_name)
    outside = end + 1 + size <= grid.width
    spans: list[tuple[int, int, str]] = []
    for tick in ticks:
        cell = frame.cell(tick.value, frame.y.low)
        free = spans[-1][1] + 2 if spans else 0
        if cell:
            start = max(0, min(cell[0] - len(tick.text) // 2, (end if outside else grid.width) - len(tick.text)))
            if start >= free:
                spans.append((start, start + len(tick.text), tick.text))
    if x_name and not outside and spans and spans[-1][1] + 2 + size > end:
        gap = spans[-1][0] - spans[-2][1] if len(spans) > 1 else 0
        if gap >= size + 3:
            grid.put(spans[-1][0] - (gap + size) // 2, row, x_name, style)
            x_name = ""
        else:
            spans.pop()
    for start, _, text in spans:
        grid.put(start, row, text, style)
    if x_name:
        x_name = shortened(x_name, frame.width, frame.ascii)
        grid.put(end + 1 if outside else max(0, end - text_width(x_name)), row, x_name, style)
