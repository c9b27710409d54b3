"""Views that are numbers: parameters, the gradient of each layer and at each step in time, confusions."""

from __future__ import annotations

from math import ceil, floor, log10

from dltui.journal.events import Snapshot
from dltui.journal.run import Run
from dltui.plot import chart, heat
from dltui.plot.axes import around, values_axis
from dltui.plot.bars import bar
from dltui.plot.cells import Grid, text_width
from dltui.plot.palette import Theme, role_style, run_look
from dltui.plot.views.caption import Sheet

SMALLEST = 1e-30
"""What is below it counts as nothing."""
DECADES = 3
"""At least so many on a logarithmic scale."""


def parameters(snapshot: Snapshot, width: int, height: int, ascii: bool, theme: Theme) -> Grid:
    """Names and values, in as many columns as it takes."""
    sheet = Sheet(width, height, f"parameters at step {snapshot.step}", "", theme, ascii)
    wide = max((text_width(name) for name in snapshot.names), default=0) + 14
    rows = max(1, sheet.height)
    for place, (name, value) in enumerate(zip(snapshot.names, snapshot.values, strict=False)):
        number = "not finite" if value is None else f"{value:+.4f}"
        column = place // rows * wide
        sheet.put(column, sheet.top + place % rows, name, "name")
        sheet.put(column + wide - 12, sheet.top + place % rows, f"{number:>10}")
    return sheet.grid


def gradients(run: Run, snapshot: Snapshot, width: int, height: int, ascii: bool, theme: Theme) -> Grid:
    """A bar for each layer, logarithmic, on one scale for the whole run."""
    low, high = _decades(run, "gradients")
    note = f"{snapshot.note}; bars 1e{low} to 1e{high}" if snapshot.note else ""
    sheet = Sheet(width, height, f"gradient of each layer at step {snapshot.step}", note, theme, ascii)
    rows = list(zip(snapshot.names, snapshot.values, strict=False))
    shown = rows if len(rows) <= sheet.height else _thinned(rows, sheet.height)
    wide = min(max((text_width(name) for name, _ in shown), default=0), width // 2)
    room = width - wide - 12
    step = 2 if 2 * len(shown) <= sheet.height else 1
    for place, (name, value) in enumerate(shown):
        y = sheet.top + step * place
        sheet.put(0, y, name, "name")
        if room > 3:
            sheet.grid.put(wide + 1, y, bar(_share(value, low, high), room, ascii), role_style("model", theme))
        said = "not finite" if value is None else f"{value:.2e}" if value else "0"
        sheet.put(width - 10, y, f"{said:>10}")
    return sheet.grid


def _thinned(rows: list[tuple[str, float | None]], count: int) -> list[tuple[str, float | None]]:
    """So many, evenly, the first and the last among them; rather the layers that mix their inputs (`32→32`), for those
    between them only scale."""
    rows = [row for row in rows if "→" in row[0]] or rows
    if len(rows) <= count:
        return rows
    return [rows[place * (len(rows) - 1) // max(1, count - 1)] for place in range(max(0, count))]


def _decades(run: Run, view: str) -> tuple[int, int]:
    """Powers of ten around all values of the run."""
    known = [value for each in run.snapshots.get(view, []) for value in each.values if value and value > SMALLEST]
    high = ceil(log10(max(known, default=1.0)) + 1e-9)
    return min(floor(log10(min(known, default=1.0))), high - DECADES), high


def _share(value: float | None, low: int, high: int) -> float:
    if value is None:
        return 1.0
    return max(0.0, (log10(value) - low) / (high - low)) if value > SMALLEST else 0.0


def recall(run: Run, snapshot: Snapshot, width: int, height: int, ascii: bool, theme: Theme) -> Grid:
    """The gradient by the state at each step of the sequence, logarithmic, on one scale for the whole run."""
    low, high = _decades(run, "recall")
    sheet = Sheet(width, height, f"gradient through time at step {snapshot.step}", snapshot.note, theme, ascii)
    look = run_look(0)
    points = [(float(step), max(value, 10.0**low)) for step, value in enumerate(snapshot.values, 1)
              if value is not None]
    curve = chart.Curve("", [points], look.color(theme), "solid", look.glyph, look.letter)
    drawn = chart.draw(
        chart.Chart((curve,), around(1.0, max(2.0, float(len(snapshot.values)))),
                    values_axis(10.0**low, 10.0**high, log=True), x_name="t", y_name="|dL/dh|"),
        width, sheet.height, ascii, theme=theme,
    )  # fmt: skip
    sheet.paste(drawn, 0, sheet.top)
    return sheet.grid


def confusion(snapshot: Snapshot, width: int, height: int, ascii: bool, theme: Theme) -> Grid:
    """Counts, rows by label and columns by answer; what is wrong is shaded by how often it happened."""
    sheet = Sheet(width, height, f"label and answer at step {snapshot.step}", snapshot.note, theme, ascii)
    size = len(snapshot.names)
    counts = [[int(value or 0) for value in snapshot.values[start : start + size]]
              for start in range(0, size * size, size or 1)]
    names = max((text_width(name) for name in snapshot.names), default=1)
    most = max((count for row in counts for count in row), default=0)
    wide = next((each for each in (7, 6, 5, 4) if names + 1 + size * each <= width and each > len(str(most))),
                len(str(most)) + 1)
    step = 2 if 2 * (size + 1) <= sheet.height + 1 else 1
    for place, name in enumerate(snapshot.names):
        sheet.put(names + 1 + place * wide, sheet.top, f"{name:>{wide - 1}}", "name")
    worst = max((count for y, row in enumerate(counts) for x, count in enumerate(row) if x != y), default=0)
    for y, row in enumerate(counts):
        line = sheet.top + 1 + step * y
        if line >= sheet.top + sheet.height:
            break
        sheet.put(0, line, f"{snapshot.names[y]:>{names}}", "name")
        for x, count in enumerate(row):
            _count(sheet, names + 1 + x * wide, line, wide, count, x == y, count / worst if worst else 0.0)
    return sheet.grid


def _count(sheet: Sheet, x: int, y: int, wide: int, count: int, right: bool, share: float) -> None:
    """A dot for never; bold for right answers; wrong ones on a ground that gets lighter the more they are."""
    if not count:
        sheet.put(x, y, f"{'.' if sheet.ascii else '·':>{wide - 1}}", "axis")
    elif right:
        sheet.put(x, y, f"{count:>{wide - 1}}", "title")
    else:
        sheet.put(x, y, f"{count:>{wide - 1}}", "wrong")
        if sheet.theme not in heat.UNSHADED and not sheet.ascii:
            ground = heat.background("classes", sheet.theme, heat.levels([[0.5 + 0.5 * share]], 0.0, 1.0)[0][0])
            for column in range(x, x + wide):
                if ground is not None:
                    sheet.grid.paint(column, y, ground)
