"""The curves of runs in lines: drawn, in words, and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dltui.journal.run import Run
from dltui.journal.series import Series
from dltui.plain.talk import Talk
from dltui.plot import chart
from dltui.plot.axes import around, values_axis
from dltui.plot.cells import Grid
from dltui.plot.palette import Theme, run_look

HEIGHT = 16
"""Rows of a chart."""
MOST = 8
"""Curves in one chart: as many as there are looks."""
ROWS = 11
"""Of a table of a run."""
LOSS = "loss"


def tell(done: Run, talk: Talk) -> None:
    """The loss of a run, or the losses of a game: a chart, for ears a sentence for each metric."""
    names = [name for name in done.series if name.startswith(LOSS)]
    if talk.spoken:
        for name, series in done.series.items():
            for said in words(name, series):
                talk.tell(said)
    elif names:
        talk.show(picture([(name, done) for name in names], names, done.steps, talk.width, talk.ascii, talk.theme))


def compare(runs: Sequence[tuple[str, Run]], talk: Talk) -> None:
    """The losses of several runs on one chart."""
    shown = [(label, run) for label, run in runs if LOSS in run.series][-MOST:]
    if shown and not talk.spoken:
        steps = max(run.steps for _, run in shown)
        talk.show(picture(shown, [LOSS] * len(shown), steps, talk.width, talk.ascii, talk.theme))


def picture(
    runs: Sequence[tuple[str, Run]], metrics: Sequence[str], steps: int, width: int, ascii: bool, theme: Theme
) -> Grid:
    """One curve for each run, of the metric at the same place."""
    curves, heights = [], list[float]()
    for place, ((label, run), metric) in enumerate(zip(runs, metrics, strict=True)):
        look = run_look(place)
        points = run.series[metric].window(0, steps, width)
        curves.append(chart.Curve(label, points, look.color(theme), "solid", look.glyph, look.letter))
        heights += run.series[metric].bounds() or ()
    log = any(run.logarithmic for _, run in runs)
    axis = values_axis(min(heights, default=0.0), max(heights, default=1.0), log)
    return chart.draw(chart.Chart(tuple(curves), around(0, steps), axis), width, HEIGHT, ascii, theme=theme)


def words(name: str, series: Series) -> Iterator[str]:
    """Where a curve begins and ends, its extremes, and when half of its way was done."""
    steps = series.steps
    points = [(step, value) for step in steps for _, value in [series.at(step) or (step, None)] if value is not None]
    if not points:
        yield f"{name}: no finite value."
        return
    (_, first), (last_step, last) = points[0], points[-1]
    low, high = min(points, key=lambda point: point[1]), max(points, key=lambda point: point[1])
    said = [f"{name}: {first:.4g} at step {points[0][0]:.0f}, {last:.4g} at step {last_step:.0f}"]
    if low[1] < min(first, last):
        said.append(f"lowest {low[1]:.4g} at step {low[0]:.0f}")
    if high[1] > max(first, last):
        said.append(f"highest {high[1]:.4g} at step {high[0]:.0f}")
    middle = (first + last) / 2
    if first != last:
        half = next(step for step, value in points if (value <= middle) == (last < first) or value == middle)
        said.append(f"half of the way at step {half:.0f}")
    if len(points) < len(steps):
        said.append(f"{len(steps) - len(points)} values are not finite")
    yield "; ".join(said) + "."


def table(done: Run, rows: int = ROWS) -> list[str]:
    """The metrics at steps spread evenly over a run, of each the nearest measurement."""
    names = list(done.series)
    last = max((series.last[0] for series in done.series.values() if series.last), default=0.0)
    steps = sorted({round(last * row / (rows - 1)) for row in range(rows)})
    cells = [["step", *names], *([f"{step}", *(_at(done.series[name], step) for name in names)] for step in steps)]
    wide = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return ["  ".join(cell.rjust(size) for cell, size in zip(row, wide, strict=True)) for row in cells]


def sentence(done: Run, step: float) -> str:
    """All metrics at one step."""
    return f"step {step:.0f}: " + ", ".join(f"{name} {_at(series, step)}" for name, series in done.series.items())


def _at(series: Series, step: float) -> str:
    near = series.at(step)
    return "-" if near is None or near[1] is None else f"{near[1]:.4g}"
