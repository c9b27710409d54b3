"""What of a run is a curve: for each metric one line, or one for each setting of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dltui.journal.run import Run
from dltui.journal.series import Point, Series
from dltui.journal.spread import Spread
from dltui.lesson.change import ChangeError, read
from dltui.lesson.comparison import groups, labels, variants
from dltui.lesson.metrics import TITLES
from dltui.plot.axes import Axis, around, values_axis
from dltui.text import one_line

MOST = 8
"""Lines of one chart: as many as there are looks."""
WIDEST = 60


@dataclass(frozen=True)
class Line:
    label: str
    """What sets it apart; empty for the only line of a run."""
    mean: Series
    low: Series | None = None
    high: Series | None = None
    """A standard deviation below and above, where several runs make the line."""

    def window(self, last: float, columns: int) -> list[list[Point]]:
        return self.mean.window(0, last, columns)


@dataclass(frozen=True)
class Figure:
    """Everything about one metric."""

    metric: str
    lines: tuple[Line, ...]
    left_out: int
    """Lines beyond MOST."""
    x: Axis
    y: Axis

    @property
    def title(self) -> str:
        return TITLES.get(self.metric, self.metric)


def figures(run: Run) -> list[Figure]:
    """One for each metric, `loss` first."""
    members = labelled(run)
    found = []
    metrics = sorted({name: None for _, each in members for name in each.series}, key=lambda name: name != "loss")
    for metric in metrics:
        lines = _lines(members, metric)
        bounds = [bound for line in lines[:MOST] for each in (line.mean, line.low, line.high) if each is not None
                  for bound in each.bounds() or ()]  # fmt: skip
        log = run.logarithmic and metric.endswith("loss")
        y = values_axis(min(bounds, default=0.0), max(bounds, default=1.0), log)
        found.append(Figure(one_line(metric, WIDEST), tuple(lines[:MOST]), max(0, len(lines) - MOST),
                            around(0, max(1, run.steps)), y))  # fmt: skip
    return found


def labelled(run: Run) -> list[tuple[str, Run]]:
    """The runs of a comparison, each with what sets its line apart; a single run without a label."""
    if not run.variants:
        return [("", run)]
    try:
        assert run.started is not None, "a comparison begins with a start"
        experiment = read(run.started.experiment)
        names = [labels(experiment, each) for each in variants(experiment)]
        order = [place for _, places in groups(experiment, variants(experiment)) for place in places]
    except ChangeError:  # written by a version that knew other settings
        names, order = [], []
    known = [(one_line(names[place], WIDEST), run.variants[place]) for place in order if place < len(run.variants)]
    rest = [(f"run {place + 1}", each) for place, each in enumerate(run.variants) if place >= len(names)]
    return known + rest


def _lines(members: Sequence[tuple[str, Run]], metric: str) -> list[Line]:
    together: dict[str, list[Series]] = {}
    for label, each in members:
        if metric in each.series:
            together.setdefault(label, []).append(each.series[metric])
    return [_line(label, series) for label, series in together.items()]


def _line(label: str, series: Sequence[Series]) -> Line:
    if len(series) == 1:
        return Line(label, series[0])
    spread = Spread()
    spread.follow(series, [False] * len(series))
    return Line(label, spread.mean, spread.low, spread.high)
