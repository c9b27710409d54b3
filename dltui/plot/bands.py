"""Bands around curves: how far apart the runs are that a curve is the mean of. A tint behind everything else; dots
along both edges where there are no colours for that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import isfinite

from rich.style import Style

from dltui.plot.clipping import Point
from dltui.plot.frame import Frame
from dltui.plot.palette import SIXTEEN, Theme, role_style

Segments = Sequence[Sequence[Point]]
TINT = 0.25
"""Share of the colour of the curve; the rest is background."""


@dataclass(frozen=True)
class Band:
    low: Segments
    high: Segments
    color: str


def draw_bands(frame: Frame, bands: Sequence[Band]) -> None:
    """The first band lies over the others."""
    for band in reversed(bands):
        lows, highs = _edge(frame, band.low, min), _edge(frame, band.high, max)
        tint = None if frame.ascii else tinted(band.color, frame.theme)
        for column in sorted(lows.keys() & highs.keys()):
            bottom, top = _row(frame, lows[column]), _row(frame, highs[column])
            if tint is None:
                _dot(frame, column, {bottom, top})
                continue
            for row in range(max(0, top), min(frame.height - 1, bottom) + 1):
                frame.grid.paint(frame.left + column, frame.top + row, tint)


@cache
def tinted(color: str, theme: Theme) -> Style | None:
    """The background of a band; None where there are not colours enough for one."""
    if theme in (*SIXTEEN, "none") or not color.startswith("#"):
        return None
    ground = 0xFA if theme == "light" else 0x16
    parts = [round(int(color[start : start + 2], 16) * TINT + ground * (1 - TINT)) for start in (1, 3, 5)]
    return Style(bgcolor="#{:02x}{:02x}{:02x}".format(*parts))


def _edge(frame: Frame, segments: Segments, pick: Callable[[float, float], float]) -> dict[int, float]:
    """For each column of the area the outermost share of the height, 0 to 1 and beyond."""
    found: dict[int, float] = {}

    def note(column: int, share: float) -> None:
        if 0 <= column < frame.width and isfinite(share):
            found[column] = pick(found[column], share) if column in found else share

    for segment in segments:
        places = [(frame.x.share(x) * (frame.width - 1), frame.y.share(y)) for x, y in segment if isfinite(y)]
        for x, share in places:
            if isfinite(x):
                note(round(x), share)
        for (x0, share0), (x1, share1) in pairwise(places):
            if not (isfinite(x0) and isfinite(x1)):
                continue
            for column in range(max(0, round(x0) + 1), min(frame.width, round(x1))):
                note(column, share0 + (share1 - share0) * (column - x0) / (x1 - x0))
    return found


def _row(frame: Frame, share: float) -> int:
    """Of the area, from the top; outside of it for shares that are."""
    return round((1 - min(max(share, -1.0), 2.0)) * (frame.height - 1))


def _dot(frame: Frame, column: int, rows: set[int]) -> None:
    for row in rows:
        x, y = frame.left + column, frame.top + row
        if 0 <= row < frame.height and frame.grid.chars[y][x] in (" ", chr(0x2800)):
            frame.grid.put(x, y, "." if frame.ascii else "·", role_style("faint", frame.theme))
