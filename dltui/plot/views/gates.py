"""The gates of a recurrent layer along one sequence: a heat map each, units by steps, all on the same time axis."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.journal.events import Snapshot
from dltui.journal.picture import Picture
from dltui.plot import heat
from dltui.plot.cells import Grid
from dltui.plot.palette import Theme
from dltui.plot.views.caption import Sheet, sample

BETWEEN = 2
NARROWEST = 24
"""Columns of a map, below which they stand in one column."""


def draw(snapshot: Snapshot, width: int, height: int, ascii: bool, theme: Theme) -> Grid:
    sheet = Sheet(width, height, f"gates at step {snapshot.step}", snapshot.note, theme, ascii)
    inputs = [each for each in snapshot.pictures if each.name.startswith("input x")]
    maps = [each for each in snapshot.pictures if each not in inputs]
    columns = 2 if width >= 2 * NARROWEST + BETWEEN else 1
    lines = [maps[start : start + columns] for start in range(0, len(maps), columns)]
    if inputs and sheet.height >= 3 * (len(lines) + 1):
        lines.insert(0, inputs)
    wide = (width - BETWEEN * (columns - 1)) // columns
    y, room = sheet.top, sheet.height
    for place, line in enumerate(lines):
        high = _share(line, room, lines[place:])
        for column, picture in enumerate(line):
            _map(sheet, picture, column * (wide + BETWEEN), y, wide, high)
        y, room = y + high, room - high
    return sheet.grid


def _share(line: Sequence[Picture], room: int, rest: Sequence[Sequence[Picture]]) -> int:
    """Rows for a line of maps and its heading: by the units it shows, at least two."""
    units = [max(2, each[0].rows) + 2 for each in rest]
    fair = room * units[0] // sum(units)
    return max(2, min(fair, 1 + 2 * line[0].rows))


def _map(sheet: Sheet, picture: Picture, x: int, y: int, width: int, height: int) -> None:
    """Whole cells for each step where they fit."""
    steps = max(1, picture.columns)
    wide = width // steps * steps if steps <= width else width
    if y >= sheet.top + sheet.height:
        return
    end = sheet.put(x, y, picture.name, "text")
    legend = sample(picture.low, picture.high, picture.ramp, sheet.theme, sheet.ascii)
    if end + 2 + legend.width <= x + width:
        sheet.paste(legend, max(end + 2, x + wide - legend.width), y)
    rows = picture.lines()
    high = height - 1
    if picture.rows and high > picture.rows:
        high -= high % picture.rows
    high = min(high, sheet.top + sheet.height - y - 1)
    drawn = heat.draw(rows, picture.low, picture.high, picture.ramp, wide, high, theme=sheet.theme, ascii=sheet.ascii)
    sheet.paste(drawn, x, y + 1)
