"""Live curves. The only file that knows plotext, which rasterises the lines; frame, labels and marks are ours.

plotext 6.1 kills the process for a NaN and for lines far outside its limits, hangs on large ones, stops at infinities
and on values at or below zero on logarithmic axes, and prints escapes in labels. So it gets no labels, no limits of the
data and no logarithms: only finite points, thinned to two per column and cut at the border, in cells of the area.
Importing it takes a fifth of a second: import this module with the first chart, not at start.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan
from typing import Literal

import plotext
from rich.style import Style

from dltui.plot.annotations import (
    Trace,
    draw_cursor,
    draw_glyphs,
    draw_guess,
    draw_labels,
    draw_meetings,
    draw_notice,
)
from dltui.plot.axes import Axis, number
from dltui.plot.bands import Band, draw_bands
from dltui.plot.cells import Grid, from_sgr, text_width
from dltui.plot.clipping import Point, clip_polyline, thinned
from dltui.plot.frame import Frame, framed, holds
from dltui.plot.header import Entry, Words
from dltui.plot.names import abbreviated, longest, middle_cut
from dltui.plot.palette import Theme, line_style, role_style, run_look
from dltui.plot.transcription import ascii_text

FIRST_COLOUR = 16
"""plotext gets a number per curve as its colour, which is replaced by the curve's style in what it prints."""
WIDEST_LABEL = 34
"""Longer labels stand above the curves rather than beside them."""
SHORTEST_NAME = 8
"""Names that would have to be shorter do without their values first."""
GAP = (nan, nan)


@dataclass(frozen=True)
class Curve:
    name: str
    """Empty: no label, such as the raw values behind their average."""
    segments: Sequence[Sequence[Point]]
    """Points in the order of x, in parts between gaps. Thinned again here if there are more than the columns show."""
    color: str
    """For rich; empty: the terminal's own."""
    style: Literal["solid", "faint", "dots"] = "solid"
    """faint stands behind all others; dots: points that are not joined."""
    glyph: str = ""
    letter: str = ""
    """What stands on the curve and beside its name besides the colour (letter: with ascii); empty: by the place in the
    chart."""
    band: tuple[Sequence[Sequence[Point]], Sequence[Sequence[Point]]] | None = None
    """Lower and upper edge of what the curve is the middle of."""


@dataclass(frozen=True)
class Chart:
    curves: tuple[Curve, ...]
    x: Axis
    y: Axis
    x_name: str = "step"
    y_name: str = "loss"
    title: str = ""
    cursor: float | None = None
    """A vertical line at this x; the labels then tell the values there instead of the last ones."""
    guess: Point | None = None
    """Where the learner expects the curve to end."""
    notice: str = ""
    """One line in the area, such as `press t to train` or `diverged at step 212`."""
    whole: bool = False
    """Values are counts: 11, not 11.00."""


def draw(chart: Chart, width: int, height: int, ascii: bool = False, *, theme: Theme = "dark") -> Grid:
    """One frame of the chart in any size; what has no room is left out."""
    labels, direct = _arranged(chart, width, height, ascii, theme)
    named = sum(1 for text in labels if text)
    frame = framed(
        width, height, chart.x, chart.y, _words(chart, () if direct else labels, theme, ascii), x_name=chart.x_name,
        margin=max(map(text_width, labels)) + 2 if direct else 0, whole=chart.whole, pointer=chart.cursor,
    )
    if not frame.width or not frame.height:
        return frame.grid
    traces = _traces(chart, frame, labels)
    frame.grid.paste(_rasterised(traces, frame.width, frame.height, ascii), frame.left, frame.top)
    draw_bands(frame, [Band(*curve.band, curve.color) for curve in chart.curves if curve.band is not None])
    if chart.cursor is not None:
        draw_cursor(frame, chart.cursor)
    if named > 1 and not ascii:
        draw_glyphs(frame, traces)
    if chart.cursor is not None:
        draw_meetings(frame, traces, chart.cursor)
    if chart.notice:
        draw_notice(frame, chart.notice, any(trace.parts for trace in traces))
    if chart.guess is not None:
        draw_guess(frame, chart.guess, chart.whole)
    if direct:
        draw_labels(frame, traces)
    return frame.grid


def _arranged(chart: Chart, width: int, height: int, ascii: bool, theme: Theme) -> tuple[list[str], bool]:
    """The label of each curve, and whether it stands beside the end of the curve rather than in the legend: whole names
    where there is any room for them, else names as long as they may be."""

    def beside(names: list[str]) -> bool:
        labels = [label for label in _labels(chart, names, ascii) if label]
        size = max(map(text_width, labels), default=0)
        return 0 < size + 2 <= min(width * 2 // 5, WIDEST_LABEL + 2) and width - size >= 26 and (
            len(labels) <= (height - 3) * 2 // 3)

    own = [ascii_text(curve.name) if ascii else curve.name for curve in chart.curves]
    if beside(own) or not any(own):
        return _labels(chart, own, ascii), any(own)
    near, short = longest(own, beside, ascii)
    for each in (chart, replace(chart, title=middle_cut(chart.title, width, ascii))):
        for told, least in ((True, max(near + 1, SHORTEST_NAME)), (False, 1)):
            def above(names: list[str], each: Chart = each, told: bool = told) -> bool:
                words = _words(each, _labels(each, names, ascii, told), theme, ascii)
                return holds(width, height, each.y, words, whole=each.whole)

            size, names = longest(own, above, ascii)
            if size >= least or size and size == max(map(text_width, own)):
                return _labels(chart, names, ascii, told), False
            if told and near >= SHORTEST_NAME:
                return _labels(chart, short, ascii), True
    return _labels(chart, abbreviated(own, max(SHORTEST_NAME, width // 3), ascii), ascii, False), False


def _words(chart: Chart, labels: Sequence[str], theme: Theme, ascii: bool) -> Words:
    """What stands above the area; in the legend the curve that is not faint comes first."""
    entries: list[tuple[bool, Entry]] = [
        (curve.style == "faint", ((text, line_style(curve.color, theme=theme)),))
        for curve, text in zip(chart.curves, labels, strict=False) if text
    ]
    legend = tuple(entry for _, entry in sorted(entries, key=lambda entry: entry[0]))
    return Words(chart.y_name, chart.title, legend + _warning(chart, theme), theme, ascii)


def _labels(chart: Chart, names: list[str], ascii: bool, told: bool = True) -> list[str]:
    """For each curve `● name 2.301`, or nothing for a curve without a name; told: with its value."""
    found = []
    for curve, name, glyph in zip(chart.curves, names, _glyphs(chart, ascii), strict=True):
        value = _value(curve, chart.cursor) if told else None
        between = "  " if name[-1:].isdigit() else " "  # `lr 0.1  2.301`
        last = "" if value is None else between + number(value, chart.whole)
        found.append(f"{glyph} {name}{last}" if name else "")
    return found


def _glyphs(chart: Chart, ascii: bool) -> list[str]:
    """What each curve brings along, or the next of the run glyphs; curves without a name do not count."""
    found, place = [], 0
    for curve in chart.curves:
        own = curve.letter if ascii else curve.glyph
        fit = len(own) == text_width(own) == 1 and own.isprintable() and (own.isascii() or not ascii)
        found.append(own if fit else run_look(place).mark(ascii))
        place += bool(curve.name)
    return found


def _value(curve: Curve, cursor: float | None) -> float | None:
    """The last value, or the last one not after the cursor; None before the first."""
    points = [point for segment in curve.segments for point in segment]
    if cursor is not None:
        points = points[: bisect_right(points, cursor, key=lambda point: point[0])]
    return points[-1][1] if points else None


def _warning(chart: Chart, theme: Theme) -> tuple[Entry, ...]:
    return ((("values at or below 0 are drawn at 1e-20", role_style("wrong", theme)),),) if chart.y.clamped else ()


def _style(curve: Curve, theme: Theme) -> Style:
    return line_style(curve.color, curve.style == "faint", theme)


def _traces(chart: Chart, frame: Frame, labels: list[str]) -> list[Trace]:
    """In the order of drawing: faint curves first, dots last, the first curve over the others of its kind."""
    traces = [
        Trace(_parts(curve, frame), curve.style == "dots", curve.style == "faint", _style(curve, frame.theme), glyph,
              label, line_style(curve.color, theme=frame.theme))
        for curve, glyph, label in zip(chart.curves, _glyphs(chart, frame.ascii), labels, strict=True)
    ]
    traces.reverse()
    return sorted(traces, key=lambda trace: (trace.dots, not trace.faint))


def _parts(curve: Curve, frame: Frame) -> tuple[list[Point], ...]:
    """Finite points in the box only, at most two per column, in cells: 0 is the middle of the first cell."""
    across, up = 2 * frame.width - 1, 4 * frame.height - 1
    parts = []
    for segment in curve.segments:
        dots = [
            (frame.x.share(x) * across, frame.y.share(y) * up) if isfinite(x) and isfinite(y) else GAP
            for x, y in segment
        ]
        for part in clip_polyline(thinned(dots, frame.width, 0, across), (0, 0, across, up)):
            parts.append([((x + 0.5) / 2 - 0.5, (y + 0.5) / 4 - 0.5) for x, y in part])
    return tuple(parts)


def _rasterised(traces: list[Trace], width: int, height: int, ascii: bool) -> Grid:
    """plotext's picture of the area. Its limits are the middles of the outermost cells, hence at least two each way."""
    wide, high = max(2, width), max(2, height)
    plotext.terminal.limit(False, False)
    figure = plotext.figure
    figure.clear()
    figure.plot_size(wide, high)
    figure.theme("colorless")
    figure.canvas("default")
    figure.axes(False)
    figure.legend(False)
    figure.ruler("x").lim(0, wide - 1).frequency(0)
    figure.ruler("y").lim(0, high - 1).frequency(0)
    styles = {}
    for index, trace in enumerate(traces):
        points = [point for part in trace.parts for point in part]
        if not points:
            continue
        marker = plotext.marker(trace.glyph if ascii or trace.dots else "braille", pixel=FIRST_COLOUR + index)
        signal = figure.signal([x for x, _ in points], [y for _, y in points], marker=marker)
        if not trace.dots:
            signal.lines()
            start = 0
            for part in trace.parts:
                signal.line(start, False)
                start += len(part)
        figure.draw(signal)
        styles[f"38;5;{FIRST_COLOUR + index}"] = trace.style
    lines = figure.build().string().split("\n")[high - height : high]
    return from_sgr("\n".join(lines), width, height, styles)
