"""Lines in braille: two by four dots in each cell, square in a terminal whose cells are twice as high as wide."""

from __future__ import annotations

from collections.abc import Iterator

from dltui.plot.clipping import Point
from dltui.scene import Role

EMPTY = 0x2800
BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""By row and column of the dot in its cell."""

Dash = tuple[int, int]
"""Dots drawn, dots left out."""
SOLID: Dash = (1, 0)
DASHED: Dash = (4, 4)
DOTTED: Dash = (1, 3)


class Dots:
    """Dots over width × height cells; dot (0, 0) is at the top left. The last line through a cell gives its role."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.empty = True
        self._bits = [[0] * width for _ in range(height)]
        self._roles: list[list[Role]] = [["text"] * width for _ in range(height)]

    def line(self, points: list[Point], role: Role, dash: Dash = SOLID) -> None:
        """A polyline in dot coordinates, inside the box; the dashes run on around its corners."""
        on, off = dash
        for count, (x, y) in enumerate(walk(points)):
            if count % (on + off) < on:
                self.dot(x, y, role)

    def dot(self, x: int, y: int, role: Role) -> None:
        column, row = x >> 1, y >> 2
        if 0 <= column < self.width and 0 <= row < self.height:
            self._bits[row][column] |= BITS[y & 3][x & 1]
            self._roles[row][column] = role
            self.empty = False

    def cells(self) -> Iterator[tuple[int, int, str, Role]]:
        """The cells with a dot: column, row, character, role."""
        for y, row in enumerate(self._bits):
            for x, bits in enumerate(row):
                if bits:
                    yield x, y, chr(EMPTY + bits), self._roles[y][x]


def walk(points: list[Point]) -> Iterator[tuple[int, int]]:
    """The whole-numbered places along a polyline, each corner once."""
    if not points:
        return
    x, y = round(points[0][0]), round(points[0][1])
    yield x, y
    for to_x, to_y in points[1:]:
        end_x, end_y = round(to_x), round(to_y)
        steps = max(abs(end_x - x), abs(end_y - y))
        for step in range(1, steps + 1):
            yield round(x + (end_x - x) * step / steps), round(y + (end_y - y) * step / steps)
        x, y = end_x, end_y
