"""The gates of a recurrent layer along one sequence: a heat map each, units by steps, all on the same time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dltui.journal.events import Snapshot
from dltui.journal.picture import Picture
from dltui.plot import heat
from dltui.plot.cells import Grid
from dltui.plot.palette import Theme
from dltui.plot.views.caption import Sheet, sample

BETWEEN = 2
NARROWEST = {2: 24, 3: 18}
"""Columns of a map, below which fewer stand side by side."""


@dataclass(frozen=True)
class _Plan:
    columns: int
    wide: int
    high: int
    """Of each map."""
    units: int
    """How many of them each map has room for, one after the other. The mean of neighbours would mean nothing."""


def draw(snapshot: Snapshot, width: int, height: int, ascii: bool, theme: Theme) -> Grid:
    inputs = [each for each in snapshot.pictures if each.name.startswith("input x")]
    maps = [each for each in snapshot.pictures if each not in inputs]
    halves = 1 if ascii or theme in heat.UNSHADED else 2
    sheet = Sheet(width, height, f"gates at step {snapshot.step}", snapshot.note, theme, ascii)
    plan = _planned(maps, width, sheet.height, halves)
    if inputs and sheet.height >= 3 * (-(-len(maps) // plan.columns) + 1):
        head = 1 + max(1, -(-max(each.rows for each in inputs) // halves))
        for column, picture in enumerate(inputs):
            _map(sheet, picture, column * (plan.wide + BETWEEN), sheet.top, plan.wide, head - 1, picture.rows)
        plan = _planned(maps, width, sheet.height - head, halves)
    else:
        head = 0
    every = max((each.rows for each in maps), default=0)
    if sheet.top and plan.units < every:
        sheet.put(0, 0, f"gates at step {snapshot.step}, units 1 to {plan.units} of {every}", "title")
    for place, picture in enumerate(maps):
        row, column = divmod(place, plan.columns)
        y = sheet.top + head + row * (plan.high + 1)
        _map(sheet, picture, column * (plan.wide + BETWEEN), y, plan.wide, plan.high, plan.units)
    return sheet.grid


def _planned(maps: Sequence[Picture], width: int, height: int, halves: int) -> _Plan:
    """As many side by side as show the most units."""
    steps, units = (max((getattr(each, name) for each in maps), default=1) for name in ("columns", "rows"))
    plans = []
    for columns in (1, 2, 3):
        wide = (width - BETWEEN * (columns - 1)) // columns
        if columns == 1 or wide >= max(NARROWEST[columns], steps if columns == 3 else 0):
            high = max(1, height // max(1, -(-len(maps) // columns)) - 1)
            seen = min(units, halves * high)
            plans.append(_Plan(columns, wide, _even(seen, high, halves), seen))
    return max(plans, key=lambda plan: (plan.units, plan.columns == 2))


def _even(units: int, high: int, halves: int) -> int:
    """The most lines, up to `high`, in which all units are equally high; `high` where there are none."""
    fit = [lines for lines in range(1, high + 1) if units and not halves * lines % units]
    return fit[-1] if fit else high


def _map(sheet: Sheet, picture: Picture, x: int, y: int, width: int, height: int, units: int) -> None:
    """Whole cells for each step where they fit; the first units as far as there is room."""
    steps = max(1, picture.columns)
    wide = width // steps * steps if steps <= width else width
    high = min(height, sheet.top + sheet.height - y - 1)
    if high < 0:
        return
    end = sheet.put(x, y, picture.name, "text")
    legend = sample(picture.low, picture.high, picture.ramp, sheet.theme, sheet.ascii)
    if end + 2 + legend.width <= x + width:
        sheet.paste(legend, max(end + 2, x + wide - legend.width), y)
    elif picture.low == -picture.high and end + 6 < x + width:
        sheet.put(end + 1, y, f"±{picture.high:.2g}", "name")
    rows = picture.lines()[:units]
    drawn = heat.draw(rows, picture.low, picture.high, picture.ramp, wide, high, theme=sheet.theme, ascii=sheet.ascii)
    sheet.paste(drawn, x, y + 1)
