"""The items of a scene drawn into a frame: lines and arrows in dots, marks and labels, over a heat map."""

from __future__ import annotations

from functools import cache
from math import atan2, cos, hypot, isfinite, pi, sin
from typing import assert_never

from rich.style import Style

from dltui.plot import heat
from dltui.plot.braille import DASHED, DOTTED, SOLID, Dash, Dots, walk
from dltui.plot.cells import Grid, shortened, text_width
from dltui.plot.clipping import clip_polyline
from dltui.plot.frame import Frame
from dltui.plot.palette import Theme, role_style
from dltui.plot.transcription import ascii_text
from dltui.scene import Arrow, Heat, Label, Line, Mark, Role, Scene

GLYPHS: dict[Role, str] = {"class0": "o", "class1": "+", "chosen": "×", "wrong": "×"}
RINGED: dict[Role, str] = {"class0": "⊙", "class1": "⊕"}
OTHER = ("•", "#")
HEAD, BARB = 7, 0.5
"""An arrow's head: the length of its strokes in dots, their angle to the shaft."""
ASCII_HEADS = (">", ">", "^", "<", "<", "<", "v", ">")
"""East, then against the clock."""
DASHES: dict[Role, Dash] = {"second": (6, 3), "third": DOTTED, "faint": DOTTED}
"""Lines that stand beside each other differ without colour too."""
ASCII_DOTS = {SOLID: "*", DASHED: ".", DOTTED: ":", (6, 3): "-"}


class Painter:
    """Draws items into the area of a frame."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.grid = frame.grid
        self.ramp: heat.Ramp = "grey"
        self.levels = [[heat.MISSING] * frame.width for _ in range(2 * frame.height)]
        self.dots = Dots(frame.width, frame.height)
        self.box = (0.0, 0.0, 2 * frame.width - 1.0, 4 * frame.height - 1.0)

    def paint(self, scene: Scene) -> Grid:
        if not self.frame.width or not self.frame.height:
            return self.grid
        for item in scene.items:
            match item:
                case Heat():
                    self.heat(item, bool(scene.names))
                case Line():
                    self.line(item)
                case Arrow():
                    self.arrow(item)
                case Mark():
                    self.mark(item)
                case Label():
                    self.label(item)
                case _:
                    assert_never(item)
        self.flush()
        return self.grid

    def heat(self, item: Heat, named: bool) -> None:
        self.flush()
        frame, rows = self.frame, item.rows
        # Few large pixels are an image whose numbers matter; many are a surface. A row with a name is itself alone.
        smooth = not named and (item.ramp == "classes" or bool(rows) and frame.width < 2 * len(rows[0]))
        if frame.ascii or frame.theme in heat.UNSHADED:
            picture = heat.draw(
                rows, item.low, item.high, item.ramp, frame.width, frame.height,
                theme=frame.theme, ascii=frame.ascii, smooth=smooth,
            )
        elif rows and rows[0]:
            self.ramp = item.ramp
            pixels = heat.resampled(rows, frame.width, 2 * frame.height, smooth)
            self.levels = heat.levels(pixels, item.low, item.high)
            picture = heat.picture(self.levels, item.ramp, frame.theme)
        else:
            return
        self.grid.paste(picture, frame.left, frame.top)

    def line(self, item: Line) -> None:
        dash = dash_of(item)
        for part in clip_polyline([self.frame.dot(*point) for point in item.points], self.box):
            if self.frame.ascii:
                self.ascii_line(part, item.role, dash)
            else:
                self.dots.line(part, item.role, dash)

    def ascii_line(self, dots: list[tuple[float, float]], role: Role, dash: Dash) -> None:
        cells = [(across / 2 - 0.25, down / 4 - 0.375) for across, down in dots]
        for count, (x, y) in enumerate(walk(cells)):
            if dash == SOLID or count % 2 == 0:
                self.write(self.frame.left + x, self.frame.top + y, ASCII_DOTS[dash], role)

    def arrow(self, item: Arrow) -> None:
        """A line with a head of two short strokes; the name beyond the head."""
        self.line(Line((item.start, item.end), item.role))
        cell = self.frame.cell(*item.end)
        if not cell or not all(map(isfinite, item.start)):
            return
        (x0, y0), (x1, y1) = self.frame.dot(*item.start), self.frame.dot(*item.end)
        angle = atan2(y0 - y1, x1 - x0)
        if self.frame.ascii:
            self.write(*cell, ASCII_HEADS[round(angle / (pi / 4)) % 8], item.role)
        else:
            size = min(HEAD, hypot(x1 - x0, y1 - y0) / 2)
            for turn in (-BARB, BARB):
                barb = x1 - size * cos(angle + turn), y1 + size * sin(angle + turn)
                self.dots.line([(x1, y1), barb], item.role)
        if item.name:
            self.text(cell[0] + (2 if x1 >= x0 else -1 - text_width(item.name)), cell[1], item.name, item.role)

    def mark(self, item: Mark) -> None:
        cell = self.frame.cell(item.x, item.y)
        if not cell:
            return
        glyph = GLYPHS.get(item.role, OTHER[self.frame.ascii])
        role = "wrong" if item.ring else item.role
        if item.ring and not self.frame.ascii:
            glyph = RINGED.get(item.role, "⊗")
        self.flush()
        self.write(*cell, ascii_text(glyph) if self.frame.ascii else glyph, role)
        if item.ring and self.frame.ascii:
            self.brackets(*cell)

    def brackets(self, x: int, y: int) -> None:
        """Around a wrong point, unless a point stands there."""
        for column, sign in ((x - 1, "("), (x + 1, ")")):
            inside = self.frame.left <= column < self.frame.left + self.frame.width
            if inside and self.grid.chars[y][column] not in "o+x":
                self.write(column, y, sign, "wrong")

    def label(self, item: Label) -> None:
        cell = self.frame.cell(item.x, item.y)
        if cell:
            self.text(*cell, item.text, item.role)

    def text(self, x: int, y: int, text: str, role: Role) -> None:
        """Text from this cell on, moved to the left as far as it has to be."""
        self.flush()
        text = ascii_text(text) if self.frame.ascii else text
        text = shortened(text, self.frame.width, self.frame.ascii)
        x = max(self.frame.left, min(x, self.frame.left + self.frame.width - text_width(text)))
        for char in text:
            self.write(x, y, char, role)
            x += text_width(char)

    def flush(self) -> None:
        """Write the dots so far, so that what comes later lies over them."""
        if self.dots.empty:
            return
        for x, y, char, role in self.dots.cells():
            self.write(self.frame.left + x, self.frame.top + y, char, role)
        self.dots = Dots(self.frame.width, self.frame.height)

    def write(self, x: int, y: int, char: str, role: Role) -> None:
        """One character, over the background of the heat map in a colour that can be seen there."""
        column, row = x - self.frame.left, y - self.frame.top
        inside = 0 <= row < self.frame.height and 0 <= column < self.frame.width
        level = (self.levels[2 * row][column] + self.levels[2 * row + 1][column]) // 2 if inside else heat.MISSING
        self.grid.put(x, y, char, _over(self.ramp, self.frame.theme, level, role))


@cache
def _over(ramp: heat.Ramp, theme: Theme, level: int, role: Role) -> Style:
    style = role_style(role, heat.ground(ramp, theme, level))
    under = heat.background(ramp, theme, level)
    return style if under is None else under + style


def dash_of(item: Line) -> Dash:
    return DASHED if item.dashed else DASHES.get(item.role, SOLID)
