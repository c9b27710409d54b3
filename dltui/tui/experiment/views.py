"""How the learner looks at runs, and their curves. A view draws runs and keeps none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from rich.text import Text
from textual import events
from textual.message import Message

from dltui.journal.run import Run
from dltui.journal.series import Series
from dltui.journal.spread import Spread
from dltui.lesson.change import read
from dltui.lesson.metrics import TITLES
from dltui.plot import chart
from dltui.plot.axes import Axis, around, values_axis
from dltui.plot.palette import run_look
from dltui.tui.experiment.settings import Settings
from dltui.tui.experiment.shelf import Shelf
from dltui.tui.gridview import GridView
from dltui.tui.spelling import pressed

WHOLE = {"wrong", "modes"}
"""Metrics that count."""
SHARES = {"accuracy", "neighbours", "quality"}
"""Metrics from 0 to 1."""
ROOMY = 70
"""Columns from which a chart has room for the names of settings beside its curves."""


@dataclass(frozen=True)
class Shown:
    """One run on the chart."""

    run: Run
    name: str
    short: str
    """For charts with little room."""
    colour: int
    """Index into the run colours."""
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    """Of a line of a comparison, by metric: how far its runs are apart."""


@dataclass(frozen=True)
class Look:
    """How the learner wants to look at the runs."""

    smooth: bool = False
    log_y: bool = False
    log_x: bool = False
    at: int | None = None
    """The step looked at in time travel; None: the newest."""
    guess: tuple[str, float] | None = None
    """A metric and the value the learner predicted for its end."""
    span: tuple[float, float] | None = None
    """The visible range of steps; None: all."""

    def toggled(self, name: str) -> Look:
        """With one of `smooth`, `log_y`, `log_x` switched."""
        switched = {each: getattr(self, each) != (each == name) for each in ("smooth", "log_y", "log_x")}
        return replace(self, **switched)


class View(GridView):
    """Base: draws itself from what it was last given."""

    class Asked(Message):
        """The view was resized and needs its runs again."""

    def __init__(self, view: str) -> None:
        super().__init__(classes="view")
        self.view = view
        self.expected = 1
        """Steps of a run that is still to come."""

    def on_resize(self, event: events.Resize) -> None:
        self.redraw()

    def redraw(self) -> None:
        self.post_message(self.Asked())

    def draw(self, runs: Sequence[Shown], focus: Shown | None, look: Look) -> None:
        raise NotImplementedError


class CurveView(View):
    """One metric of all runs over the steps."""

    def __init__(self, view: str) -> None:
        super().__init__(view)
        self._axes: dict[bool, Axis] = {}

    def draw(self, runs: Sequence[Shown], focus: Shown | None, look: Look) -> None:
        width, height = self.size
        if width < 8 or height < 4:
            return
        self.show(chart.draw(self._chart(runs, focus, look, width), width, height, self.ascii, theme=self.theme))

    def _chart(self, runs: Sequence[Shown], focus: Shown | None, look: Look, width: int) -> chart.Chart:
        shown = [each for each in runs if self.view in each.run.series]
        ends = [each.run.steps for each in shown] or [self.expected]
        low, high = look.span or (1.0 if look.log_x else 0.0, float(max([1, *ends])))
        curves: list[chart.Curve] = []
        for each in shown:
            curves += self._curves(each, each is focus or len(shown) == 1, look, low, high, width)
        return chart.Chart(
            curves=tuple(curves), x=around(low, high, look.log_x), y=self._axis(shown, look, low, high),
            x_name="step", y_name=TITLES[self.view], whole=self.view in WHOLE,
            cursor=None if look.at is None else float(look.at),
            guess=(high, look.guess[1]) if look.guess and look.guess[0] == self.view else None,
            notice="; ".join(f"{each.name} diverged at step {each.run.step}" for each in shown
                             if each.run.state == "diverged") or (
                                 "" if shown else f"{pressed(self.app, 'experiment.train')} trains"),
        )

    def _curves(self, each: Shown, bold: bool, look: Look, low: float, high: float, width: int) -> list[chart.Curve]:
        series = each.run.series[self.view]
        mine = run_look(each.colour)
        name = each.name if width >= ROOMY else each.short
        color = mine.color(self.theme)
        raw = series.window(low, high, width)
        if each.spreads:
            spread = each.spreads[self.view]
            band = (spread.low.window(low, high, width), spread.high.window(low, high, width))
            return [chart.Curve(name, raw, color, "solid", mine.glyph, mine.letter, band)]
        if not look.smooth:
            style: Literal["solid", "faint"] = "solid" if bold else "faint"
            return [chart.Curve(name, raw, color, style, mine.glyph, mine.letter)]
        calm = series.smoothed(0.9).window(low, high, width)
        return [chart.Curve("", raw, color, "faint", mine.glyph, mine.letter),
                chart.Curve(name, calm, color, "solid", mine.glyph, mine.letter)]

    def _axis(self, shown: Sequence[Shown], look: Look, low: float, high: float) -> Axis:
        """Sticky, so that a frame changes few cells; an accuracy is always seen against 0 and 1."""
        if self.view in SHARES:
            return around(0.0, 1.0)
        bounds = [each.run.series[self.view].bounds(low, high) for each in shown]
        heights = [value for pair in bounds if pair is not None for value in pair]
        if look.guess and look.guess[0] == self.view:
            heights.append(look.guess[1])
        least, most = (min(heights), max(heights)) if heights else (1.0, 0.0)
        self._axes[look.log_y] = values_axis(least, most, look.log_y, self._axes.get(look.log_y))
        return self._axes[look.log_y]


def shown(shelf: Shelf, settings: Settings) -> tuple[list[Shown], Shown | None]:
    """The runs for the chart with what sets them apart, and the one in focus; the lines of a comparison are a chart of
    their own."""
    if shelf.focus is not None and shelf.focus.teams:
        lines = [Shown(team.run, team.label, values(team.label), place, team.spreads)
                 for place, team in enumerate(shelf.focus.teams) if team.run.series]  # fmt: skip
        return lines, next((line for line in lines if line.run is shelf.focus.seen), None)
    begun = [each for each in shelf.watched if each.run.started is not None and not each.run.variants]
    labels = settings.labels([read(each.run.started.experiment) for each in begun if each.run.started])
    runs = []
    for each, label in zip(begun, labels, strict=True):
        name, short = label
        if len(begun) == 1:
            name = short = "now"
        elif labels.count(label) > 1:
            name, short = f"{name} (run {each.number})".strip(), f"{short} #{each.number}".strip()
        runs.append(Shown(each.run, name, short, each.number - 1))
    return runs, next((each for each in runs if shelf.focus and each.run is shelf.focus.run), None)


def values(label: str) -> str:
    """What is left of the label of a line where there is little room: `sgd, lr 0.1` is `sgd 0.1`."""
    return " ".join(part.rpartition(" ")[2] for part in label.split(", "))


def readout(shown: Shown, step: int) -> Text:
    """True values at a true step, nothing interpolated."""
    text = Text(f"step {step}")
    text.append("" if shown.name == "now" else f"   {shown.name}", "bold")
    for name in TITLES:
        found = _nearest(shown.run.series[name], step) if name in shown.run.series else None
        if found is not None:
            said = "wrong points" if name == "wrong" else name.replace("_", " ")
            text.append(f"   {said} {found[1] + 0.0:.5g}" + ("" if found[0] == step else f" (at {found[0]})"))
    return text


def _nearest(series: Series, step: int) -> tuple[int, float] | None:
    found = series.at(step)
    return None if found is None or found[1] is None else (int(found[0]), found[1])
