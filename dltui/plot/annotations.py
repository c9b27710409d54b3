"""What stands on and beside the curves of a chart: their glyphs and labels, the cursor, the learner's guess."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf

from rich.style import Style

from dltui.plot.axes import number
from dltui.plot.cells import shortened, text_width
from dltui.plot.clipping import Point
from dltui.plot.frame import Frame
from dltui.plot.palette import role_style
from dltui.plot.transcription import ascii_text

GLYPH_EVERY = 28
"""Columns from one glyph on a curve to the next: few, and in the same columns in every frame."""


@dataclass(frozen=True)
class Trace:
    """A curve in cells of the area: (0, 0) is the middle of the cell at the bottom left, y upwards."""

    parts: tuple[list[Point], ...]
    dots: bool
    faint: bool
    style: Style
    glyph: str
    label: str
    """Empty: none."""
    label_style: Style

    def at(self, column: int) -> float | None:
        """The height of the curve in this column, if it has a point there: the middle of its extremes."""
        heights = [y for part in self.parts for x, y in part if round(x) == column]
        return (min(heights) + max(heights)) / 2 if heights else None

    def near(self, column: int) -> float | None:
        """The height of the curve in this column, between its points too."""
        for part in self.parts:
            for (x0, y0), (x1, y1) in () if self.dots else pairwise(part):
                if x0 < column < x1:
                    return y0 + (y1 - y0) * (column - x0) / (x1 - x0)
        return self.at(column)


def draw_cursor(frame: Frame, x: float) -> None:
    """A vertical line behind the curves, and where it meets the axis."""
    cell = frame.cell(x, frame.y.low)
    if not cell:
        return
    column, style = cell[0], role_style("cursor", frame.theme)
    for row in range(frame.top, frame.top + frame.height):
        if frame.grid.chars[row][column] in (" ", chr(0x2800)):
            frame.grid.put(column, row, "|" if frame.ascii else "╎", style)
    below = frame.top + frame.height
    frame.grid.put(column, below, "^" if frame.ascii else "▴", role_style("accent", frame.theme))


def draw_meetings(frame: Frame, traces: list[Trace], x: float) -> None:
    """A dot on each curve where the cursor meets it; not on what stands faint behind a curve of the same name."""
    cell = frame.cell(x, frame.y.low)
    if not cell:
        return
    column = cell[0] - frame.left
    for trace in traces:
        height = trace.near(column)
        if height is not None and (trace.label or not trace.faint):
            _put(frame, column, round(height), "o" if frame.ascii else "•", trace.label_style)


def draw_glyphs(frame: Frame, traces: list[Trace]) -> None:
    """A glyph here and there on each curve, so that curves can be told apart without colour."""
    for index, trace in enumerate(traces):
        if trace.dots or not trace.label or not trace.parts:
            continue
        first = GLYPH_EVERY // 4 + index * GLYPH_EVERY // len(traces)
        for column in range(first, _end(trace)[0] - GLYPH_EVERY // 4, GLYPH_EVERY):
            height = trace.at(column)
            if height is not None:
                _put(frame, column, round(height), trace.glyph, trace.style)


def draw_guess(frame: Frame, guess: Point, whole: bool = False) -> None:
    """A × where the learner expects the curve to end; at the border, with an arrow, if that is beyond it."""
    if guess[0] != guess[0] or guess[1] != guess[1]:
        return
    across = min(max(frame.x.share(guess[0]), 0.0), 1.0)
    up = frame.y.share(guess[1])
    column = frame.left + round(across * (2 * frame.width - 1)) // 2
    row = frame.top + round((1 - min(max(up, 0.0), 1.0)) * (4 * frame.height - 1)) // 4
    style = role_style("guess", frame.theme)
    frame.grid.put(column, row, "X" if frame.ascii else "×", style)
    beyond = "" if 0 <= up <= 1 else f" {number(guess[1], whole)} " + ("^v" if frame.ascii else "↑↓")[up < 0]
    texts = f"your guess{beyond}", f"guess{beyond}"
    found = [(_hidden(_around(frame, start, y, len(text), (column, row))), place, start, y, text)
             for text in texts for place, (start, y) in enumerate(_beside(frame, column, row, len(text)))]
    free = [each for each in found if each[0] == 0]
    for _, _, start, y, text in (free or sorted(each for each in found if each[4] == texts[1]))[:1]:
        frame.grid.put(start, y, text, style)


def _beside(frame: Frame, column: int, row: int, size: int) -> list[tuple[int, int]]:
    """Where a name of a mark in this cell may begin: left, right, above, below, as far as these are in the area."""
    end, bottom = frame.left + frame.width, frame.top + frame.height
    middle = max(frame.left, min(column - size // 2, end - size))
    places = ((column - 1 - size, row), (column + 2, row), (middle, row - 1), (middle, row + 1))
    return [(x, y) for x, y in places if frame.left <= x and x + size <= end and frame.top <= y < bottom]


def _around(frame: Frame, start: int, row: int, size: int, mark: tuple[int, int]) -> list[str]:
    """The characters there and on both sides, without the mark itself and the axis."""
    columns = range(max(frame.left, start - 1), min(frame.grid.width, start + size + 1))
    return [frame.grid.chars[row][column] for column in columns if (column, row) != mark]


def draw_labels(frame: Frame, traces: list[Trace]) -> None:
    """Each name and value beside the right end of its curve, moved up or down where labels or curves are in the way:
    the higher the curve ends, the higher its name stands. Of more names than rows the lowest are left out."""
    named = [each for each in traces if each.label and each.parts]
    named = sorted(named, key=lambda each: -each.parts[-1][-1][1])[: frame.height]
    starts, prices = [], []
    for trace in named:
        (column, height), size = _end(trace), text_width(trace.label)
        x, home = min(frame.left + column + 2, frame.grid.width - size), frame.height - 1 - height
        rows = frame.grid.chars[frame.top : frame.top + frame.height]
        starts.append(x)
        prices.append([_hidden(chars[x - 1 : x + size + 1]) + abs(row - home) for row, chars in enumerate(rows)])
    for trace, x, row in zip(named, starts, _descending(prices), strict=True):
        frame.grid.put(x, frame.top + row, trace.label, trace.label_style)


def _descending(prices: list[list[int]]) -> list[int]:
    """The price of each label in each row -> a row for each, below that of the label before it, so that all together
    cost least. There are no more labels than rows."""
    totals: list[list[float]] = []
    for price in prices:
        cheapest, total = inf if totals else 0.0, list[float]()
        for row, own in enumerate(price):
            total.append(cheapest + own)
            if totals:
                cheapest = min(cheapest, totals[-1][row])
        totals.append(total)
    found, below = list[int](), len(prices[0]) if prices else 0
    for total in reversed(totals):
        below = min(reversed(range(below)), key=total.__getitem__)
        found.append(below)
    return found[::-1]


def draw_notice(frame: Frame, text: str, beside: bool) -> None:
    """In the middle of an empty area, else in its first row at the right."""
    text = shortened(ascii_text(text) if frame.ascii else text, frame.width, frame.ascii)
    free = frame.width - text_width(text)
    row = frame.top if beside else frame.top + frame.height // 2
    frame.grid.put(frame.left + (free if beside else free // 2), row, text, role_style("accent", frame.theme))


def _hidden(chars: list[str]) -> int:
    """How bad it is to write over these cells: labels hide nothing of each other, and little of curves."""
    return sum(10 if char.isalnum() else 1 for char in chars if char not in (" ", "", chr(0x2800)))


def _end(trace: Trace) -> tuple[int, int]:
    x, y = trace.parts[-1][-1]
    return round(x), round(y)


def _put(frame: Frame, column: int, height: int, glyph: str, style: Style) -> None:
    if 0 <= column < frame.width and 0 <= height < frame.height:
        frame.grid.put(frame.left + column, frame.top + frame.height - 1 - height, glyph, style)
