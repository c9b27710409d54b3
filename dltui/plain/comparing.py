"""A comparison in lines: one curve for each setting, the mean of its seeds with a band, and a table of how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dltui.journal.run import Run
from dltui.journal.series import Series
from dltui.journal.spread import Spread, moments
from dltui.lesson.change import ChangeError, read
from dltui.lesson.comparison import groups, variants
from dltui.plain.curves import HEIGHT
from dltui.plain.talk import Talk
from dltui.plot import chart
from dltui.plot.axes import around, values_axis
from dltui.plot.cells import Grid, text_width
from dltui.plot.palette import Theme, run_look

MOST_CURVES = 8
"""As many looks as there are; the table has them all."""
Line = tuple[str, list[Run]]
"""What sets it apart, and its runs, one for each seed."""


def lines(done: Run) -> list[Line]:
    """Raises ChangeError for a journal whose comparison makes no sense."""
    assert done.started is not None
    experiment = read(done.started.experiment)
    found = groups(experiment, variants(experiment))
    return [(label or "mean", [done.variants[place] for place in places if place < len(done.variants)])
            for label, places in found]  # fmt: skip


def tell(done: Run, talk: Talk) -> None:
    """Chart and table."""
    try:
        found = lines(done)
    except ChangeError as error:
        talk.say(str(error))
        return
    talk.show(picture(done, found, talk.width, HEIGHT, talk.ascii, talk.theme))
    rows = sentences(found) if talk.spoken else table(found)
    for row in rows:
        talk.say(row)


def picture(
    done: Run, found: Sequence[Line], width: int, height: int, ascii: bool = False, theme: Theme = "dark"
) -> Grid:
    """The loss of every line."""
    curves, heights = [], list[float]()
    for place, (label, members) in enumerate(found[:MOST_CURVES]):
        spread = Spread()
        series = [run.series.get("loss", Series()) for run in members]
        spread.follow(series, [False] * len(series))
        mean, low, high = (each.window(0, done.steps, width) for each in (spread.mean, spread.low, spread.high))
        look = run_look(place)
        band = (low, high) if len(members) > 1 else None
        curves.append(chart.Curve(label, mean, look.color(theme), "solid", look.glyph, look.letter, band))
        heights += spread.mean.bounds() or ()
    left = f"{len(found) - MOST_CURVES} more in the table" if len(found) > MOST_CURVES else ""
    axis = values_axis(min(heights, default=0), max(heights, default=1), done.logarithmic)
    return chart.draw(
        chart.Chart(tuple(curves), around(0, done.steps), axis, notice=left),
        width, height, ascii, theme=theme,
    )  # fmt: skip


def table(found: Sequence[Line]) -> list[str]:
    """A row for each line: how many runs, and of each metric mean ± standard deviation at their ends."""
    metrics = list(dict.fromkeys(name for _, members in found for run in members for name in run.final))
    rows = [["", "runs", *metrics]]
    for label, members in found:
        rows.append([label, _count(members), *(_figures(members, name) for name in metrics)])
    wide = [max(text_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell + " " * (size - text_width(cell)) for cell, size in zip(row, wide, strict=True)).rstrip()
            for row in rows]  # fmt: skip


def sentences(found: Sequence[Line]) -> list[str]:
    """The same for ears."""
    said = []
    for label, members in found:
        metrics = dict.fromkeys(name for run in members for name in run.final)
        figures = ", ".join(f"{name} {_figures(members, name)}" for name in metrics)
        said.append(f"{label}: {_count(members)} run{'s' if len(members) > 1 else ''}, {figures}")
    return said


def summary(done: Run) -> list[dict[str, Any]]:
    """Of each variant what sets it apart and how it ended, for machines."""
    try:
        found = lines(done)
    except ChangeError:
        return []
    return [{"label": label, "seed": run.seed, "state": run.state, "steps": run.step, "final": run.final,
             "seconds": round(run.seconds, 4), "message": run.message} for label, members in found for run in members]


def _count(members: Sequence[Run]) -> str:
    lost = [run.state for run in members if run.state != "done"]
    said = ", ".join(f"{lost.count(state)} {state}" for state in dict.fromkeys(lost))
    return f"{len(members)}" + (f" ({said})" if said else "")


def _figures(members: Sequence[Run], metric: str) -> str:
    values = [value for run in members if (value := run.final.get(metric)) is not None]
    mean, deviation = moments(values)
    if mean is None:
        return "-"
    return f"{mean:.4g} ± {deviation:.2g}" if len(values) > 1 else f"{mean:.4g}"
