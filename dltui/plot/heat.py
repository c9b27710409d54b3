"""Grids of numbers as colours: two pixels per cell, the upper one as the foreground of `▀`, the lower as background."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Literal

from rich.style import Style

from dltui.plot.axes import around
from dltui.plot.cells import Grid
from dltui.plot.palette import SIXTEEN, Theme

Ramp = Literal["classes", "signed", "grey"]
Rows = Sequence[Sequence[float]]

LEVELS = 24
"""Shades of a ramp: more cost bytes (each cell has a colour of its own) and are hardly seen."""
MISSING = -1
"""The level of a value that is not a number."""
ASCII = {"grey": " .:-=+*#%@", "signed": "E=- +*#", "classes": "  .:"}
SHADES = {"grey": " ░▒▓█", "signed": "E=- +*#", "classes": "  ░▒"}
"""With fewer than 256 colours. signed: strokes for minus, crosses for plus; classes: class 1 is shaded."""

UNSHADED: tuple[Theme, ...] = (*SIXTEEN, "none")

_DARK = {
    # The ends are blue and brown among 256 colours too, all that ssh often leaves; any darker they turn teal and olive.
    "classes": ("#0a4a7c", "#172e50", "#1c1c1e", "#502e17", "#7a4a08"),
    "signed": ("#3b8eff", "#9cc4f5", "#f2f2f2", "#f5a79a", "#f0442f"),
    "grey": ("#0a0a0a", "#f5f5f5"),
}
_LIGHT = {
    "classes": ("#a9d3f2", "#d3e7f5", "#fafafa", "#fbe3c4", "#f6c98f"),
    "signed": ("#0a5fd0", "#8fb8ee", "#f7f7f7", "#f0a091", "#c81e0a"),
    "grey": ("#0a0a0a", "#f5f5f5"),
}


def draw(
    rows: Rows, low: float, high: float, ramp: Ramp, width: int, height: int, *,
    theme: Theme = "dark", ascii: bool = False, smooth: bool = False,
) -> Grid:
    """The values, first row at the top, over a grid of width × height cells; `low` and `high` are the ends of the ramp.

    smooth: between the values (surfaces); otherwise each value is one even patch (images, weights). Values that are not
    numbers are left empty.
    """
    grid = Grid(width, height)
    if not rows or not rows[0] or not width or not height:
        return grid
    if ascii or theme in UNSHADED:
        glyphs = (ASCII if ascii else SHADES)[ramp]
        if ramp == "grey" and theme == "ansi-light":
            glyphs = glyphs[::-1]  # ink on white is dark
        for y, line in enumerate(levels(resampled(rows, width, height, smooth), low, high, len(glyphs))):
            grid.chars[y] = [glyphs[level] if level != MISSING else " " for level in line]
        return grid
    return picture(levels(resampled(rows, width, 2 * height, smooth), low, high), ramp, theme)


def picture(lines: list[list[int]], ramp: Ramp, theme: Theme) -> Grid:
    """Two lines of levels per row of cells."""
    grid = Grid(len(lines[0]), len(lines) // 2)
    for y in range(grid.height):
        cells = [half_block(ramp, theme, *pair) for pair in zip(lines[2 * y], lines[2 * y + 1], strict=True)]
        grid.chars[y] = [char for char, _ in cells]
        grid.styles[y] = [style for _, style in cells]
    return grid


def levels(rows: Rows, low: float, high: float, count: int = LEVELS) -> list[list[int]]:
    """The place of each value among `count` equal parts of [low, high], beyond the ends the outermost part."""
    limits = around(low, high)
    low, high, top = limits.low, limits.high, count - 1
    scale = count / (high - low)
    high -= (high - low) * 1e-12  # below it, rounding never reaches `count`
    return [
        [
            0 if value <= low else top if value >= high else int((value - low) * scale) if value == value else MISSING
            for value in row
        ]
        for row in rows
    ]


def resampled(rows: Rows, width: int, height: int, smooth: bool) -> Rows:
    """The same picture with width × height values: averages where it gets smaller, between values where it grows."""
    if len(rows) == height and len(rows[0]) == width:
        return rows
    across = [_stretched(row, width, smooth) for row in rows] if len(rows[0]) != width else rows
    if len(across) == height:
        return across
    columns = [_stretched(column, height, smooth) for column in zip(*across, strict=True)]
    return list(zip(*columns, strict=True))


def _stretched(values: Sequence[float], count: int, smooth: bool) -> Sequence[float]:
    size = len(values)
    if count < size:
        edges = [index * size // count for index in range(count + 1)]
        return [sum(values[start:end]) / (end - start) for start, end in pairwise(edges)]
    if not smooth:
        return [values[index] for index in _nearest(size, count)]
    return [
        values[left] if share == 0 else values[left] + share * (values[left + 1] - values[left])
        for left, share in _between(size, count)
    ]


@cache
def _nearest(size: int, count: int) -> tuple[int, ...]:
    return tuple(index * size // count for index in range(count))


@cache
def _between(size: int, count: int) -> tuple[tuple[int, float], ...]:
    """For each of `count` places the value to its left and the share of the way to the next one."""
    places = (min(max((index + 0.5) * size / count - 0.5, 0.0), size - 1.0) for index in range(count))
    return tuple((int(place), place - int(place)) for place in places)


@cache
def half_block(ramp: Ramp, theme: Theme, upper: int, lower: int) -> tuple[str, Style | None]:
    """The cell that shows these two levels."""
    if upper == lower:
        return " ", background(ramp, theme, upper)
    if lower == MISSING:
        return "▀", Style(color=_shade(ramp, theme, upper))
    if upper == MISSING:
        return "▄", Style(color=_shade(ramp, theme, lower))
    return "▀", Style(color=_shade(ramp, theme, upper), bgcolor=_shade(ramp, theme, lower))


@cache
def background(ramp: Ramp, theme: Theme, level: int) -> Style | None:
    return None if level == MISSING else Style(bgcolor=_shade(ramp, theme, level))


@cache
def ground(ramp: Ramp, theme: Theme, level: int) -> Theme:
    """The theme whose colours can be seen on this level."""
    if level == MISSING or theme in UNSHADED:
        return theme
    shade = _shade(ramp, theme, level)
    red, green, blue = (int(shade[start : start + 2], 16) for start in (1, 3, 5))
    return "light" if 0.3 * red + 0.59 * green + 0.11 * blue > 110 else "dark"


@cache
def _shade(ramp: Ramp, theme: Theme, level: int) -> str:
    stops = (_LIGHT if theme == "light" else _DARK)[ramp]
    place = level / (LEVELS - 1) * (len(stops) - 1)
    left = min(int(place), len(stops) - 2)
    share = place - left
    parts = []
    for start in (1, 3, 5):
        first, second = (int(stop[start : start + 2], 16) for stop in stops[left : left + 2])
        parts.append(round(first + share * (second - first)))
    return "#{:02x}{:02x}{:02x}".format(*parts)
