"""Scenes drawn with characters: marks, lines in braille, arrows, labels, over a heat map in half blocks."""

from __future__ import annotations

from math import atan2, pi
from typing import assert_never

from rich.style import Style

from dltui.plot import heat
from dltui.plot.axes import around
from dltui.plot.braille import DASHED, DOTTED, SOLID, Dash, Dots, walk
from dltui.plot.cells import Grid, shortened, text_width
from dltui.plot.clipping import clip_polyline
from dltui.plot.frame import Frame, Piece, framed
from dltui.plot.palette import Theme, role_style
from dltui.plot.transcription import ascii_text
from dltui.scene import Arrow, Heat, Label, Line, Mark, Role, Scene

GLYPHS: dict[Role, str] = {"class0": "o", "class1": "+", "chosen": "×", "wrong": "×"}
RINGED: dict[Role, str] = {"class0": "⊙", "class1": "⊕"}
OTHER = ("•", "*")
HEADS = ("▸", "◥", "▴", "◤", "◂", "◣", "▾", "◢")
"""East, then against the clock."""
ASCII_HEADS = (">", "/", "^", "\\", "<", "/", "v", "\\")
DASHES: dict[Role, Dash] = {"second": (6, 3), "third": DOTTED, "faint": DOTTED}
"""Lines that stand beside each other differ without colour too."""
SAMPLES = {SOLID: ("⠒⠒", "--"), DASHED: ("⠒ ⠒", "- -"), DOTTED: ("⠂⠂", ". ."), (6, 3): ("⠒⠒⠐⠒", "-- -")}
LEAST_PANE = 24


def draw(
    scene: Scene, width: int, height: int, ascii: bool = False, *, theme: Theme = "dark"
) -> Grid:
    """The scene with its frame, in any size; what has no room is left out."""
    x, y = around(*scene.x), around(*scene.y)
    frame = framed(
        width, height, x, y, x_name=scene.x_name, y_name=scene.y_name, title=scene.title,
        legend=_legend(scene, theme, ascii), square=scene.square, theme=theme, ascii=ascii,
    )
    return _Painter(frame).paint(scene)


def several(
    scenes: list[Scene] | tuple[Scene, ...], width: int, height: int, ascii: bool = False, *, theme: Theme = "dark"
) -> Grid:
    """One to four scenes side by side, one above the other or two by two, whichever leaves each the most room."""
    grid = Grid(width, height)
    if not scenes:
        return grid
    count = len(scenes)
    shapes = [(rows, -(-count // rows)) for rows in range(1, count + 1) if rows * -(-count // rows) - count < rows]
    rows, columns = max(shapes, key=lambda shape: min(width / shape[1] / 2, height / shape[0]))
    for index, scene in enumerate(scenes):
        row, column = divmod(index, columns)
        left, right = (width + 2) * column // columns, (width + 2) * (column + 1) // columns - 2
        if row == rows - 1 and index == count - 1:
            right = width
        top, bottom = height * row // rows, height * (row + 1) // rows
        grid.paste(draw(scene, max(0, right - left), bottom - top, ascii, theme=theme), left, top)
    return grid


class _Painter:
    """Draws items into the area of a frame."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.grid = frame.grid
        self.ascii = frame.ascii
        self.theme: Theme = frame.theme
        self.behind: list[list[Style | None]] = [[None] * frame.width for _ in range(frame.height)]
        self.box = (frame.x.low, frame.y.low, frame.x.high, frame.y.high)

    def paint(self, scene: Scene) -> Grid:
        dots = Dots(self.frame.width, self.frame.height)
        for item in scene.items:
            match item:
                case Heat():
                    self.heat(item)
                case Line():
                    self.line(item, dots)
                case Arrow():
                    dots = self.arrow(item, dots)
                case Mark():
                    dots = self.flush(dots)
                    self.mark(item)
                case Label():
                    dots = self.flush(dots)
                    self.label(item)
                case _:
                    assert_never(item)
        self.flush(dots)
        return self.grid

    def heat(self, item: Heat) -> None:
        frame = self.frame
        size = frame.width, frame.height
        smooth = item.ramp != "grey"
        picture = heat.draw(
            item.rows, item.low, item.high, item.ramp, *size, theme=self.theme, ascii=self.ascii, smooth=smooth
        )
        self.grid.paste(picture, frame.left, frame.top)
        if not self.ascii:
            self.behind = heat.backdrop(item.rows, item.low, item.high, item.ramp, *size, self.theme)

    def line(self, item: Line, dots: Dots) -> None:
        style = role_style(item.role, self.theme)
        dash = _dash(item)
        for part in clip_polyline(item.points, self.box):
            if self.ascii:
                self.ascii_line(part, style, dash)
            else:
                dots.line([self.frame.dot(*point) for point in part], style, dash)

    def ascii_line(self, part: list[tuple[float, float]], style: Style, dash: Dash) -> None:
        frame = self.frame
        cells = [(across / 2 - 0.25, down / 4 - 0.375) for across, down in (frame.dot(*point) for point in part)]
        for count, (x, y) in enumerate(walk(cells)):
            if dash == SOLID or count % 2 == 0:
                self.write(frame.left + x, frame.top + y, "*" if dash == SOLID else ".", style)

    def arrow(self, item: Arrow, dots: Dots) -> Dots:
        self.line(Line((item.start, item.end), item.role), dots)
        dots = self.flush(dots)
        cell = self.frame.cell(*item.end)
        if cell:
            (x0, y0), (x1, y1) = self.frame.dot(*item.start), self.frame.dot(*item.end)
            eighth = round(atan2(y0 - y1, x1 - x0) / (pi / 4)) % 8
            head = (ASCII_HEADS if self.ascii else HEADS)[eighth]
            self.write(*cell, head, role_style(item.role, self.theme))
            if item.name:
                self.text(cell[0] + (2 if x1 >= x0 else -1 - text_width(item.name)), cell[1], item.name, item.role)
        return dots

    def mark(self, item: Mark) -> None:
        cell = self.frame.cell(item.x, item.y)
        if not cell:
            return
        glyph = GLYPHS.get(item.role, OTHER[self.ascii])
        style = role_style(item.role, self.theme)
        if item.ring:
            glyph = RINGED.get(item.role, "⊗") if not self.ascii else glyph
            style = role_style("wrong", self.theme)
        self.write(*cell, ascii_text(glyph) if self.ascii else glyph, style)
        if item.ring and self.ascii:
            self.brackets(*cell, style)

    def brackets(self, x: int, y: int, style: Style) -> None:
        """Around a wrong point, unless a point stands there."""
        for column, sign in ((x - 1, "("), (x + 1, ")")):
            inside = self.frame.left <= column < self.frame.left + self.frame.width
            if inside and self.grid.chars[y][column] not in "o+x":
                self.write(column, y, sign, style)

    def label(self, item: Label) -> None:
        cell = self.frame.cell(item.x, item.y)
        if cell:
            self.text(*cell, item.text, item.role)

    def text(self, x: int, y: int, text: str, role: Role) -> None:
        """Text from this cell on, moved to the left as far as it has to be."""
        text = ascii_text(text) if self.ascii else text
        text = shortened(text, self.frame.width, self.ascii)
        end = self.frame.left + self.frame.width
        x = max(self.frame.left, min(x, end - text_width(text)))
        style = role_style(role, self.theme)
        for char in text:
            self.write(x, y, char, style)
            x += text_width(char)

    def flush(self, dots: Dots) -> Dots:
        """Write the dots so far, so that what comes later lies over them."""
        for x, y, char, style in dots.cells():
            self.write(self.frame.left + x, self.frame.top + y, char, style)
        return Dots(self.frame.width, self.frame.height)

    def write(self, x: int, y: int, char: str, style: Style | None) -> None:
        """One character that keeps the background of the heat map."""
        column, row = x - self.frame.left, y - self.frame.top
        under = self.behind[row][column] if 0 <= row < self.frame.height and 0 <= column < self.frame.width else None
        self.grid.put(x, y, char, style if under is None or style is None else under + style)


def _dash(item: Line) -> Dash:
    return DASHED if item.dashed else DASHES.get(item.role, SOLID)


def _legend(scene: Scene, theme: Theme, ascii: bool) -> tuple[Piece, ...]:
    """Named lines, then the glyphs of the classes."""
    found: list[Piece] = []
    for item in scene.items:
        if isinstance(item, Line) and item.name:
            found += [(SAMPLES[_dash(item)][ascii], role_style(item.role, theme)), (f" {item.name}  ", None)]
    return tuple(found)
