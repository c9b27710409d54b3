"""Views with two axes: decision regions, a fitted curve, codes in a plane, points that a generator makes."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.journal.events import Snapshot
from dltui.journal.picture import Picture
from dltui.journal.run import Run
from dltui.scene import Heat, Item, Label, Line, Mark, Role, Scene

SHADES: tuple[Role, ...] = (
    "model", "second", "third", "accent", "wrong", "class0", "class1", "boundary", "text", "chosen",
)  # fmt: skip
"""Colours of classes in the plane of codes; what tells them apart is the digit or letter that is drawn."""
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
REAL = 200
"""Points of the data behind generated ones."""


def scene(run: Run, snapshot: Snapshot) -> Scene | None:
    """None: the journal lacks what the picture needs."""
    made = {"regions": regions, "fit": fit, "codes": codes, "samples": samples}
    try:
        return made[snapshot.view](run, snapshot)
    except (IndexError, ValueError, ZeroDivisionError, TypeError):  # a damaged journal
        return None


def _heat(picture: Picture) -> Heat:
    rows = tuple(tuple(row) for row in picture.lines())
    return Heat(rows, picture.low, picture.high, picture.ramp)


def regions(run: Run, snapshot: Snapshot) -> Scene:
    """The probability of class 1 over the plane; training points on the wrong side are ringed."""
    grid = _heat(snapshot.pictures[0])
    rows, columns = len(grid.rows), len(grid.rows[0])
    x0, x1, y0, y1 = run.domain
    items: list[Item] = [grid]
    for x, y, target in run.points:
        column = min(columns - 1, max(0, int((x - x0) / (x1 - x0) * columns)))
        row = min(rows - 1, max(0, int((y1 - y) / (y1 - y0) * rows)))
        one = target > 0.5
        items.append(Mark(x, y, "class1" if one else "class0", ring=(grid.rows[row][column] > 0.5) != one))
    return Scene((x0, x1), (y0, y1), tuple(items), f"the model at step {snapshot.step}", "x₁", "x₂", square=True)


def fit(run: Run, snapshot: Snapshot) -> Scene:
    """The model's output over a single input."""
    x0, x1 = run.domain
    last = len(snapshot.values) - 1
    line = tuple((x0 + (x1 - x0) * place / last, value) for place, value in enumerate(snapshot.values)
                 if value is not None)
    classes = {target for _, target in run.points} <= {0.0, 1.0}
    marks = tuple(Mark(x, target, _role(target) if classes else "text") for x, target in run.points)
    heights = [target for _, target in run.points]
    low, high = min(heights, default=0.0), max(heights, default=1.0)
    reach = (high - low) or 1.0
    drawn = [y for _, y in line if low - reach <= y <= high + reach]
    low, high = min([low, *drawn]), max([high, *drawn])
    pad = 0.05 * ((high - low) or 1.0)
    title = f"the fit at step {snapshot.step}"
    return Scene((x0, x1), (low - pad, high + pad), (Line(line, "model"), *marks), title, "x", "y")


def _role(target: float) -> Role:
    return "class1" if target > 0.5 else "class0"


def codes(run: Run, snapshot: Snapshot) -> Scene:
    """Each row as the digit of its class, where its code lies."""
    rows = [(x, y, int(label)) for x, y, label in _rows(snapshot, 3)]
    items = tuple(Label(x, y, LETTERS[label % len(LETTERS)], SHADES[label % len(SHADES)]) for x, y, label in rows)
    ends = [_span([row[axis] for row in rows]) for axis in (0, 1)]
    title = f"codes at step {snapshot.step}"
    return Scene(ends[0], ends[1], items, title, "code 1", "code 2")


def samples(run: Run, snapshot: Snapshot) -> Scene:
    """Generated points (o) and real ones (+) over what the discriminator holds for real."""
    x0, x1, y0, y1 = run.domain
    real = run.points[:: max(1, len(run.points) // REAL)]
    items: list[Item] = [_heat(snapshot.pictures[0])]
    items += [Mark(point[0], point[1], "class1") for point in real]
    items += [Mark(x, y, "class0") for x, y in _rows(snapshot, 2)]
    title = f"o generated, + real, step {snapshot.step}"
    return Scene((x0, x1), (y0, y1), tuple(items), title, "x₁", "x₂", square=True)


def _rows(snapshot: Snapshot, size: int) -> list[list[float]]:
    """Rows of so many numbers; those with one that was not finite are left out."""
    found = []
    for start in range(0, len(snapshot.values) - size + 1, size):
        row = [value for value in snapshot.values[start : start + size] if value is not None]
        if len(row) == size:
            found.append(row)
    return found


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=-1.0), max(values, default=1.0)
    pad = 0.05 * (high - low) or 1.0
    return low - pad, high + pad
