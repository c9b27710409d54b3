"""Tables of numbers beside one another: each cell a pixel or a weight, some of them in a frame, one of them ringed.

```
image 3×4           filter 2×2       output 2×3
  0 ┏8  1┓ 7    ×    1  0        =   7 [4] ·
  3 ┃1  4┃ 5         0 -1            ·  ·  ·
  1 ┗4  2┛ 8
```
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from rich.style import Style

from dltui.plot import heat
from dltui.plot.cells import Grid, shortened, text_width
from dltui.plot.frame import Frame
from dltui.plot.palette import Theme, role_style
from dltui.plot.transcription import ascii_text
from dltui.scene import Cell, Role, Table

PLANS = ((2, 2), (2, 1), (2, 0), (1, 2), (1, 1), (1, 0))
"""Lines for each row and columns more than the texts need, the best first."""
BETWEEN = 2
"""Free columns between tables, the sign among them."""
TOP, SIDE, BOTTOM = "┏━┓", "┃", "┗━┛"


def lay(tables: Sequence[Table], frame: Frame) -> None:
    """Draw the tables into the area of the frame, as large as all of them fit; else small, and cut off."""
    if not tables or not frame.width or not frame.height:
        return
    some = [table for table in tables if not table.spare]
    sized = _largest(tables, frame) or _largest(some, frame)
    if sized is None:
        sized = [_Sized(table, *PLANS[-1], frame.ascii) for table in some]
    area = Grid(frame.width, frame.height)
    top = 0
    for line in _lines(sized, frame.width):
        left = 0
        for table in line:
            left = _Painter(table, area, left, top, frame.ascii, frame.theme).paint()
        top += max(table.height for table in line) + 1
    frame.grid.paste(area, frame.left, frame.top)


def _largest(tables: Sequence[Table], frame: Frame) -> list[_Sized] | None:
    """All of them, by the best plan for which there is room."""
    plans = [[_Sized(table, *plan, frame.ascii) for table in tables] for plan in PLANS]
    fewest = len(_lines(plans[-1], frame.width))
    # narrow columns in one line of tables tell more than wide ones in two, unless there is height to spare
    fit = (plan for plan in plans if plan[0].pitch > 1 or len(_lines(plan, frame.width)) == fewest)
    return next((plan for plan in fit if _fits(plan, frame.width, frame.height)), None)


@dataclass(frozen=True)
class _Sized:
    """A table and the cells it takes."""

    table: Table
    pitch: int
    """Lines from one row to the next."""
    loose: int
    ascii: bool

    @cached_property
    def names(self) -> int:
        return max((text_width(self.said(name)) + 1 for name in self.table.names), default=0)

    @cached_property
    def columns(self) -> list[int]:
        """The width of each column without the gap before it."""
        texts = [[text_width(self.said(cell.text)) for cell in column] for column in zip(*self.table.rows, strict=True)]
        widths = [max(self.table.least, *column) + self.loose for column in texts]
        return [max(widths)] * len(widths) if self.table.even and widths else widths

    @cached_property
    def lead(self) -> int:
        """Columns for the sign before it."""
        return BETWEEN + text_width(self.said(self.table.sign)) + 1 if self.table.sign else 0

    @cached_property
    def width(self) -> int:
        body = self.names + sum(width + 1 for width in self.columns) + 1
        return max(body, text_width(self.said(self.table.title)))

    @property
    def height(self) -> int:
        rows = len(self.table.rows)
        return bool(self.table.title) + (rows if self.pitch == 1 else self.pitch * rows + 1)

    def said(self, text: str) -> str:
        return ascii_text(text) if self.ascii else text


def _lines(sized: Sequence[_Sized], width: int) -> list[list[_Sized]]:
    """Tables side by side as far as they fit."""
    lines: list[list[_Sized]] = []
    used = 0
    for table in sized:
        more = table.lead + BETWEEN + table.width
        if lines and used + more <= width and not table.table.below:
            lines[-1].append(table)
            used += more
        else:
            lines.append([table])
            used = table.lead + table.width
    return lines


def _fits(sized: Sequence[_Sized], width: int, height: int) -> bool:
    lines = _lines(sized, width)
    wide = all(line[0].lead + line[0].width <= width for line in lines)
    return wide and sum(max(table.height for table in line) + 1 for line in lines) - 1 <= height


@dataclass(frozen=True)
class _Painter:
    sized: _Sized
    grid: Grid
    left: int
    top: int
    ascii: bool
    theme: Theme

    def paint(self) -> int:
        """Returns the first column right of it."""
        table, sized = self.sized.table, self.sized
        left = self.left + (BETWEEN if self.left else 0)
        if table.sign:
            middle = self.row(len(table.rows) // 2) if len(table.rows) % 2 else self.row(len(table.rows) // 2 - 1)
            self.grid.put(left, middle, sized.said(table.sign), role_style("accent", self.theme))
            left += sized.lead
        title = shortened(sized.said(table.title), max(0, self.grid.width - left), self.ascii)
        self.grid.put(left, self.top, title, role_style("title", self.theme))
        for number, name in enumerate(table.names):
            self.grid.put(left, self.row(number), sized.said(name), role_style("name", self.theme))
        starts, at = [], left + sized.names + 1
        for width in sized.columns:
            starts.append(at)
            at += width + 1
        for number, row in enumerate(table.rows):
            for start, width, cell in zip(starts, sized.columns, row, strict=True):
                self.cell(start, self.row(number), width, cell)
        self.marks(starts)
        return left + sized.width

    def row(self, number: int) -> int:
        """The line where a row has its numbers."""
        pitch = self.sized.pitch
        return self.top + bool(self.sized.table.title) + pitch * number + (pitch > 1)

    def cell(self, x: int, y: int, width: int, cell: Cell) -> None:
        text = self.sized.said(cell.text)
        loose = (width - text_width(text)) // 2 if self.sized.table.even else 0
        level = None if cell.shade is None else round(min(max(cell.shade, 0.0), 1.0) * (heat.LEVELS - 1))
        style = _style(self.sized.table.ramp, self.theme, level, cell.role)
        text = " " * (width - text_width(text) - loose) + text + " " * loose
        self.grid.put(x, y, text, style)

    def marks(self, starts: list[int]) -> None:
        """The frame around the window, the brackets of cells that stand alone, the rings."""
        rows = self.sized.table.rows
        places = [(i, j) for i, row in enumerate(rows) for j, cell in enumerate(row) if cell.mark]
        framed = bool(places) and len(places) > 1 and _block(places)
        if framed:
            (top, first), (bottom, last) = places[0], places[-1]
            self.frame(starts[first] - 1, starts[last] + self.sized.columns[last], top, bottom)
        for i, j in places:
            if rows[i][j].mark == "ring" or not framed:
                signs = "()" if rows[i][j].mark == "ring" else "[]"
                beside = j > 0 and rows[i][j - 1].mark == rows[i][j].mark
                self.put(starts[j] - 1, self.row(i), "|" if beside else signs[0])
                self.put(starts[j] + self.sized.columns[j], self.row(i), signs[1])

    def frame(self, left: int, right: int, first: int, last: int) -> None:
        high, low = self.row(first), self.row(last)
        for y in range(high, low + 1):
            if self.ascii:
                signs = "[]" if self.sized.pitch == 1 else "||"
            elif self.sized.pitch > 1 or high < y < low or high == low:
                signs = SIDE * 2
            else:
                signs = (TOP if y == high else BOTTOM)[::2]
            self.put(left, y, signs[0])
            self.put(right, y, signs[1])
        if self.sized.pitch > 1:
            across = right - left - 1
            top, bottom = ("+-+", "+-+") if self.ascii else (TOP, BOTTOM)
            self.put(left, high - 1, top[0] + top[1] * across + top[2])
            self.put(left, low + 1, bottom[0] + bottom[1] * across + bottom[2])

    def put(self, x: int, y: int, text: str) -> None:
        self.grid.put(x, y, text, role_style("accent", self.theme))


def _block(places: list[tuple[int, int]]) -> bool:
    """Whether the cells fill a rectangle."""
    (top, left), (bottom, right) = places[0], places[-1]
    return len(places) == (bottom - top + 1) * (right - left + 1) and all(
        left <= column <= right for _, column in places
    )


@cache
def _style(ramp: heat.Ramp, theme: Theme, level: int | None, role: Role) -> Style:
    if level is None or theme in heat.UNSHADED:
        return role_style(role, theme)
    under, ground = heat.background(ramp, theme, level), heat.ground(ramp, theme, level)
    style = role_style(role, ground)
    if role == "text":  # on a middle grey only black and white can be read
        style = Style(color="#000000" if ground == "light" else "#ffffff")
    return style if under is None else under + style
