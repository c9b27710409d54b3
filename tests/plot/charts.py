"""Draws random charts and pictures until it has drawn so many; run in a child, for plotext kills the process it hurts.

    python tests/plot/charts.py SEED COUNT
"""

from __future__ import annotations

import random
import sys
from math import inf, nan
from typing import get_args

from rich.cells import cell_len

from dltui.plot import canvas, chart
from dltui.plot.axes import Axis, around, steps_axis, values_axis
from dltui.plot.cells import Grid
from dltui.plot.clipping import Point
from dltui.plot.palette import Theme
from dltui.scene import Arrow, Heat, Item, Label, Line, Mark, Role, Scene

NUMBERS = (0.0, -0.0, 1.0, -1.0, nan, inf, -inf, 1e300, -1e300, 1.7e308, -1.7e308, 1e-300, 5e-324, 1e-20, 1 + 1e-15)
TEXTS = (
    "", "loss", "\x1b[31mred\x1b[0m", "\x1b]52;c;aGk=\x07", "a\nb\r\tc", "日本語の名前", "e\u0301" * 9, "\u202eevil",
    "x" * 300, "σ₁²", "\U000e0041", "\x9b31m", "🧠 brain", "\x00", "│┤",
)
ROLES: tuple[Role, ...] = get_args(Role)


class Maker:
    """Random parts of charts and pictures, hostile ones among them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def number(self) -> float:
        kind = self.random.random()
        if kind < 0.3:
            return self.random.choice(NUMBERS)
        near = self.random.uniform(-5, 5)
        return near if kind < 0.6 else near * 10 ** self.random.uniform(-300, 300)

    def calm(self) -> float:
        return self.random.uniform(-3, 3) if self.random.random() < 0.8 else self.number()

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def size(self) -> tuple[int, int]:
        small = self.random.randint(0, 9), self.random.randint(0, 9)
        large = self.random.randint(1, 200), self.random.randint(1, 60)
        return self.random.choice([(1, 1), small, small, (60, 16), large])

    def axis(self) -> Axis:
        log = self.random.random() < 0.3
        low, high = self.number(), self.number()
        return self.random.choice([
            around(low, high, log), values_axis(low, high, log), steps_axis(high),
            values_axis(low, high, log, around(self.number(), self.number(), log)),
        ])

    def segment(self) -> list[Point]:
        count, wild = self.random.choice([0, 1, 2, 5, 30, 30, 300]), self.random.random() < 0.5
        steps = sorted(self.random.uniform(0, 1000) for _ in range(count))
        return [(step if self.random.random() < 0.95 else self.number(), self.number() if wild else self.calm())
                for step in steps]

    def curve(self) -> chart.Curve:
        return chart.Curve(
            self.text(), [self.segment() for _ in range(self.random.randrange(3))],
            self.random.choice(["", "#56b4e9", "red"]), self.random.choice(["solid", "faint", "dots"]),
            self.random.choice(["", "●", "日", "\x1b"]), self.random.choice(["", "a", "\x1b", "é"]),
        )

    def chart(self) -> chart.Chart:
        return chart.Chart(
            tuple(self.curve() for _ in range(self.random.randrange(4))), self.axis(), self.axis(), self.text(),
            self.text(), self.text(), self.random.choice([None, self.number()]),
            self.random.choice([None, (self.number(), self.number())]), self.text(),
        )

    def heat(self) -> Heat:
        rows, columns = self.random.choice([(0, 0), (1, 1), (2, 3), (9, 12), (3, 0)])
        values = tuple(tuple(self.calm() for _ in range(columns)) for _ in range(rows))
        return Heat(values, self.calm(), self.calm(), self.random.choice(["classes", "signed", "grey"]))

    def item(self) -> Item:
        role, at, end = self.random.choice(ROLES), (self.calm(), self.calm()), (self.calm(), self.calm())
        points = tuple((self.calm(), self.calm()) for _ in range(self.random.choice([0, 1, 2, 9])))
        items: list[Item] = [
            Mark(*at, role, self.random.random() < 0.3),
            Line(points, role, self.random.random() < 0.5, self.text()),
            Arrow(at, end, role, self.text()),
            Label(*at, self.text(), role),
            self.heat(),
        ]
        return self.random.choice(items)

    def scene(self) -> Scene:
        return Scene(
            (self.calm(), self.calm()), (self.calm(), self.calm()),
            tuple(self.item() for _ in range(self.random.randrange(8))),
            self.text(), self.text(), self.text(), self.random.random() < 0.5,
        )


def check(grid: Grid, size: tuple[int, int], ascii: bool) -> None:
    assert (grid.width, grid.height) == size
    for row in map("".join, grid.chars):
        assert cell_len(row) == grid.width, repr(row)
        assert row.isprintable() and (row.isascii() or not ascii), repr(row)


def main(seed: int, count: int) -> None:
    make = Maker(seed)
    for index in range(count):
        size, ascii = make.size(), make.random.random() < 0.3
        theme = make.random.choice(get_args(Theme))
        if index % 8:
            grid = chart.draw(make.chart(), *size, ascii, theme=theme)
        else:
            scenes = [make.scene() for _ in range(make.random.randrange(5))]
            grid = canvas.several(scenes, *size, ascii, theme=theme)
        check(grid, size, ascii)
    print("drawn", count)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
