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

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dltui.plot import header
from dltui.plot.axes import Axis, Tick
from dltui.plot.cells import Grid, shortened, text_width
from dltui.plot.header import Row, Words
from dltui.plot.palette import Theme, role_style
from dltui.plot.transcription import ascii_text

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
    width: int, height: int, x: Axis, y: Axis, words: Words, *, x_name: str = "", margin: int = 0,
    square: bool = False, axes: bool = True, whole: bool = False, pointer: float | None = None,
    names: Sequence[str] = (),
) -> Frame:
    """Draw the frame into a new grid. What has no room is left out, the names first, the area last.

    margin: columns to keep free right of the area; square: equal units on both axes, in the left of the room; axes:
    whether there are any, else all of the room is for the area; whole: no ticks of y between whole numbers; pointer: an
    x whose number stands below the axis instead of the ticks around it; names: left of the area, from the top down.
    """
    plan = _planned(width, height, y, words.plain(), axes, whole)
    left = plan.left + beside(names, width)
    grid = Grid(width, height)
    room = max(0, width - left - (margin if margin < width // 2 else 0))
    size = _squared(x, y, room, plan.area) if square else (room, plan.area)
    frame = Frame(grid, x, y, left, len(plan.rows), *size, words.ascii, words.theme)
    for place, row in enumerate(plan.rows):
        for start, text, style in row:
            grid.put(start, place, text, style)
    _draw_names(frame, names)
    if plan.below:
        _draw_axes(frame, plan.ticks)
    if plan.below == 2:
        _draw_below(frame, _x_ticks(frame), ascii_text(x_name) if words.ascii else x_name, pointer)
    return frame


def holds(width: int, height: int, y: Axis, words: Words, axes: bool = True, whole: bool = False) -> bool:
    """Whether a frame of this size shows all words uncut."""
    return _planned(width, height, y, words.plain(), axes, whole).whole


def area(
    width: int, height: int, x: Axis, y: Axis, words: Words, square: bool, axes: bool, names: Sequence[str] = (),
) -> tuple[int, int, int]:
    """Left, width and height of the area that `framed` would leave."""
    plan = _planned(width, height, y, words.plain(), axes, False)
    left = plan.left + beside(names, width)
    room = max(0, width - left)
    return left, *(_squared(x, y, room, plan.area) if square else (room, plan.area))


def beside(names: Sequence[str], width: int) -> int:
    """Columns for names left of the area, with a free one: at most a third of all."""
    return min(max((text_width(name) for name in names), default=-1) + 1, width // 3)


@dataclass(frozen=True)
class _Plan:
    rows: list[Row]
    ticks: tuple[Tick, ...]
    left: int
    area: int
    """Rows of the area."""
    below: int
    whole: bool
    """Whether no words are cut."""


def _planned(width: int, height: int, y: Axis, words: Words, axes: bool, whole: bool) -> _Plan:
    """The fewest rows above the area that hold all words; where that is impossible, as many as may be."""
    most = header.most_rows(height)
    below = 0 if height < 3 or width < 4 or not axes else 1 if height < 5 else 2
    for count in range(most + 1):
        area = max(0, height - count - below)
        ticks = y.ticks(_y_count(area), whole)
        labels = max((len(tick.text) for tick in ticks), default=0)
        if labels + 1 > width // 3 or not below:
            ticks, labels = (), 0
        left = labels + 1 if below else 0
        rows = header.laid_out(words, count, width, left)
        if rows is not None and len(rows) == count:
            return _Plan(rows, ticks, left, area, below, True)
    rows = header.cut(words, most, width, left)
    return _Plan(rows, ticks, left, max(0, height - len(rows) - below), below, not most)


def _y_count(rows: int) -> int:
    return max(2, rows // 3 + 1) if rows > 1 else rows


def _squared(x: Axis, y: Axis, width: int, height: int) -> tuple[int, int]:
    """Less wide or less high than the room there is."""
    ratio = min(max((y.high - y.low) / (x.high - x.low), 1e-6), 1e6)
    return (max(min(1, width), min(width, round(2 * height / ratio))),
            max(min(1, height), min(height, round(width * ratio / 2))))


def _draw_names(frame: Frame, names: Sequence[str]) -> None:
    """Each in the middle of its band; where there are fewer lines than names, nobody knows which row is whose."""
    if len(names) > frame.height:
        return
    room = beside(names, frame.grid.width) - 1
    for place, name in enumerate(names):
        line = frame.top + (2 * place + 1) * frame.height // (2 * len(names))
        said = ascii_text(name) if frame.ascii else name
        frame.grid.put(0, line, shortened(said, room, frame.ascii), role_style("name", frame.theme))


def _draw_axes(frame: Frame, ticks: tuple[Tick, ...]) -> None:
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
    for tick in _x_ticks(frame):
        cell = frame.cell(tick.value, frame.y.low)
        if cell:
            grid.put(cell[0], bottom, hanging, axis)


def _x_ticks(frame: Frame) -> tuple[Tick, ...]:
    if frame.width < 2:
        return ()
    longest = max((len(tick.text) for tick in frame.x.ticks(max(2, frame.width // 6))), default=1)
    return frame.x.ticks(max(2, frame.width // (longest + 5)))


def _draw_below(frame: Frame, ticks: tuple[Tick, ...], x_name: str, pointer: float | None) -> None:
    """The numbers below the axis and its name: right of the area if there is room, else between the numbers."""
    grid, row = frame.grid, frame.top + frame.height + 1
    end, size = frame.left + frame.width, text_width(x_name)
    outside = end + 1 + size <= grid.width
    most = end if outside else grid.width
    taken = None if pointer is None else _span(frame, pointer, frame.x.position(pointer, frame.width), most)
    spans = [taken] if taken else []
    for tick in ticks:
        span = _span(frame, tick.value, tick.text, most)
        if span and all(span[1] + 2 <= start or stop + 2 <= span[0] for start, stop, _ in spans):
            spans.append(span)
    spans.sort()
    place: int | None = end + 1 if outside else max(0, end - size)
    if x_name and not outside:
        place = _gap(spans, size, taken, end)
    for span in spans:
        grid.put(span[0], row, span[2], role_style("accent" if span is taken else "name", frame.theme))
    if x_name and place is not None:
        grid.put(place, row, shortened(x_name, frame.width, frame.ascii), role_style("name", frame.theme))


Span = tuple[int, int, str]


def _span(frame: Frame, x: float, text: str, most: int) -> Span | None:
    """The columns of a number centred below its place, none of them beyond `most`."""
    cell = frame.cell(x, frame.y.low)
    if not cell:
        return None
    start = max(0, min(cell[0] - len(text) // 2, most - len(text)))
    return start, start + len(text), text


def _gap(spans: list[Span], size: int, taken: Span | None, end: int) -> int | None:
    """Where between the numbers the name of x has room; the last number gives way if there is none anywhere."""
    place = max(0, end - size)
    if not spans or spans[-1][1] + 2 <= place:
        return place
    for before, after in reversed(list(pairwise(spans))):
        gap = after[0] - before[1]
        if gap >= size + 3:
            return after[0] - (gap + size) // 2
    if spans[-1] is taken:
        return None
    spans.pop()
    return place if not spans or spans[-1][1] + 2 <= place else None
