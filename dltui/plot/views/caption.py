"""What stands around a picture: its title above, what is to be said of it below, a sample of its shades."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.plot import heat
from dltui.plot.axes import number
from dltui.plot.cells import Grid, shortened, text_width
from dltui.plot.palette import Part, Theme, role_style
from dltui.plot.transcription import ascii_text
from dltui.scene import Role

SAMPLE = 8
"""Cells of the sample of a ramp."""


class Sheet:
    """A grid with a title in its first row and, where there is room, a note in its last; `top` and `height` are what
    is left between them."""

    def __init__(self, width: int, height: int, title: str, note: str, theme: Theme, ascii: bool) -> None:
        self.grid = Grid(width, height)
        self.width = self.grid.width
        self.theme = theme
        self.ascii = ascii
        self.top = 1 if title and height > 3 else 0
        lines = wrapped(self.plain(note), width)[:2] if note and height > 7 else []
        self.height = max(0, height - self.top - len(lines))
        if self.top:
            self.put(0, 0, title, "title")
        for count, line in enumerate(lines):
            self.put(0, height - len(lines) + count, line, "name")

    def plain(self, text: str) -> str:
        return ascii_text(text) if self.ascii else text

    def put(self, x: int, y: int, text: str, part: Role | Part = "text") -> int:
        """A line of text, cut off with an ellipsis at the right edge. Returns the column after it."""
        said = shortened(self.plain(text), max(0, self.width - x), self.ascii)
        return self.grid.put(x, y, said, role_style(part, self.theme))

    def paste(self, picture: Grid, x: int, y: int) -> None:
        self.grid.paste(picture, x, y)


def wrapped(text: str, width: int) -> list[str]:
    """Broken at blanks."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(lines[-1]) + 1 + text_width(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def sample(low: float, high: float, ramp: heat.Ramp, theme: Theme, ascii: bool) -> Grid:
    """`-1 ▐████▌ +1`: the ends of a ramp and the shades between them."""
    ends = [number(low), number(high)]
    shades = [[low + (high - low) * (place + 0.5) / SAMPLE for place in range(SAMPLE)]]
    grid = Grid(sum(map(text_width, ends)) + SAMPLE + 2, 1)
    x = grid.put(0, 0, ends[0], role_style("name", theme)) + 1
    grid.paste(heat.draw(shades, low, high, ramp, SAMPLE, 1, theme=theme, ascii=ascii), x, 0)
    grid.put(x + SAMPLE + 1, 0, ends[1], role_style("name", theme))
    return grid


def pixels(rows: Sequence[Sequence[float]], low: float, high: float, ramp: heat.Ramp, scale: int, theme: Theme,
           ascii: bool) -> Grid:  # fmt: skip
    """Each number as a square of `scale` × `scale` pixels, two of them to a cell; where cells have no halves, a row of
    cells shows the mean of what lies in it."""
    wide, high_ = len(rows[0]) * scale if rows else 0, len(rows) * scale
    if ascii or theme in heat.UNSHADED:
        return heat.draw(rows, low, high, ramp, wide, -(-high_ // 2), theme=theme, ascii=ascii)
    lines = [[level for level in line for _ in range(scale)] for line in heat.levels(rows, low, high)
             for _ in range(scale)]  # fmt: skip
    if len(lines) % 2:
        lines.append([heat.MISSING] * wide)
    return heat.picture(lines, ramp, theme) if lines and wide else Grid(0, 0)
