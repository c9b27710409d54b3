"""Cutting lines at the border of a box, and thinning them to what a terminal can show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor, isfinite

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""x low, y low, x high, y high."""
FAR = 1e9
"""Columns from the box beyond which all points count as one column."""
NONE = -(10**10)


def clip_segment(start: Point, end: Point, box: Box) -> tuple[Point, Point] | None:
    """The part of a line inside the box, or None (Liang and Barsky 1984). All numbers must be finite."""
    if _inside(start, box) and _inside(end, box):
        return start, end
    (x0, y0), (x1, y1) = start, end
    left, low, right, high = box
    # Differences of huge numbers overflow; halves do not, and only the ratios matter.
    dx, dy = x1 / 2 - x0 / 2, y1 / 2 - y0 / 2
    enter, leave = 0.0, 1.0
    for step, room in (
        (-dx, x0 / 2 - left / 2), (dx, right / 2 - x0 / 2), (-dy, y0 / 2 - low / 2), (dy, high / 2 - y0 / 2),
    ):
        if step == 0:
            if room < 0:
                return None
        elif step < 0:
            enter = max(enter, room / step)
        else:
            leave = min(leave, room / step)
    if enter > leave:
        return None
    return _between(start, dx, dy, enter, box), _between(start, dx, dy, leave, box)


def clip_polyline(points: Iterable[Point], box: Box) -> list[list[Point]]:
    """The parts of a polyline inside the box. A point that is not finite ends a part; a lone point is a part."""
    parts: list[list[Point]] = []
    part: list[Point] = []
    last: Point | None = None
    alone = False
    for point in points:
        if not (isfinite(point[0]) and isfinite(point[1])):
            if alone and last is not None and _inside(last, box):
                parts.append([last])
            part, last, alone = [], None, False
            continue
        if last is not None:
            cut = clip_segment(last, point, box)
            if cut is None:
                part = []
            elif part and part[-1] == cut[0]:
                part.append(cut[1])
            else:
                part = list(cut)
                parts.append(part)
        alone, last = last is None, point
    if alone and last is not None and _inside(last, box):
        parts.append([last])
    return parts


def thinned(points: Sequence[Point], columns: int, low: float, high: float) -> list[Point]:
    """At most two finite points per column of [low, high], the lowest and the highest, so that no spike is lost. Gaps
    (points that are not finite) stay gaps; the last point is always kept."""
    if len(points) <= columns:
        return list(points)
    scale = columns / (high - low) if high > low else 0.0
    kept: list[Point] = []
    column, least, most = NONE, (0.0, 0.0), (0.0, 0.0)
    last = points[0]
    for point in points:
        x, y = point
        if not (isfinite(x) and isfinite(y)):
            _keep(kept, column, least, most)
            column = NONE
            if kept and isfinite(kept[-1][1]):
                kept.append((x, float("nan")))
            continue
        here = floor(min(max((x - low) * scale, -FAR), FAR))
        if here != column:
            _keep(kept, column, least, most)
            column, least, most = here, point, point
        elif y < least[1]:
            least = point
        elif y > most[1]:
            most = point
        last = point
    _keep(kept, column, least, most)
    if column != NONE and kept[-1] != last:
        kept.append(last)
    return kept


def _keep(kept: list[Point], column: int, least: Point, most: Point) -> None:
    if column == NONE:
        return
    if least == most:
        kept.append(least)
    else:
        kept.extend(sorted((least, most)))


def _inside(point: Point, box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _between(start: Point, dx: float, dy: float, share: float, box: Box) -> Point:
    """The point at `share` of the way; held in the box, which rounding may leave by a hair."""
    x, y = start[0] + 2 * (dx * share), start[1] + 2 * (dy * share)
    return min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])
