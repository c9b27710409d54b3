"""One chart full screen: zoom, pan, and a cursor that reads true values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.timer import Timer

from dltui.lesson.records import Experiment
from dltui.text import one_line
from dltui.tui.bars import LabScreen
from dltui.tui.clipboard import copied
from dltui.tui.experiment.shelf import Shelf
from dltui.tui.experiment.views import CurveView, Look, Shown, View, readout
from dltui.tui.keys import bound
from dltui.tui.lab import Lab
from dltui.tui.presence import present


class Source(Protocol):
    """Where the runs come from: the experiment pane."""

    lab: Lab
    look: Look
    step: Experiment

    @property
    def shelf(self) -> Shelf: ...

    def shown(self) -> tuple[list[Shown], Shown | None]: ...

    def chart_views(self) -> list[str]: ...


class ChartScreen(LabScreen):
    DEFAULT_CSS = "ChartScreen View { height: 1fr; }"
    BINDINGS = bound("chart")
    HELP_TEXT = """
The cursor stops at steps that were really measured and reads their true values.

- `←` `→` move it, `shift` in strides; `+` `-` zoom around it, `<` `>` pan, `0` shows all steps.
- `y` copies the values in sight as a table.
- `m` shows the next metric, `o` reads another run, `a` smooths, `l` makes the height logarithmic.
"""

    def __init__(self, source: Source, view: str) -> None:
        super().__init__()
        self._source = source
        self._view = view
        self._look = source.look
        self._timer: Timer | None = None

    def compose_body(self) -> ComposeResult:
        yield CurveView(self._view)

    def on_mount(self) -> None:
        self._timer = self.set_interval(1 / self._source.lab.fps, self._poll)
        self.bottom.keys([("← →", "cursor"), ("+ -", "zoom"), ("< >", "pan"), ("0", "all"), ("m", "metric"),
                          ("f", "back")])

    def _poll(self) -> None:
        if self._source.shelf.active and self._source.lab.gate.opens() and self._source.shelf.poll():
            self._draw()

    @on(View.Asked)
    def _draw(self) -> None:
        if not present(self):
            return
        runs, focus = self._source.shown()
        self.query_one(CurveView).draw(runs, focus, self._look)
        at = self._look.at
        told = readout(focus, focus.run.step if at is None else at) if focus is not None else Text()
        self.top.say(Text(f"{self._source.step.title}: {self._view}", "bold"), told)

    def _steps(self) -> list[int]:
        """The steps at which the run in focus was measured."""
        _, focus = self._source.shown()
        if focus is None or self._view not in focus.run.series:
            return []
        return [int(step) for step in focus.run.series[self._view].steps]

    def action_move(self, by: int) -> None:
        steps = self._steps()
        if not steps:
            return
        low, high = self._visible()
        stride = max(1, int((high - low) / max(1, self.size.width)))
        at = steps[-1] if self._look.at is None else self._look.at
        target = at + by * stride
        near = min(steps, key=lambda step: (abs(step - target), step))
        if near == at and by:
            place = min(len(steps) - 1, max(0, steps.index(at) + (1 if by > 0 else -1)))
            near = steps[place]
        self._relook(at=near)
        low, high = self._visible()
        if not low <= near <= high:
            self._show_span(near - (high - low) / 2, near + (high - low) / 2)

    def _visible(self) -> tuple[float, float]:
        runs, _ = self._source.shown()
        whole = (0.0, float(max([1, *(each.run.steps for each in runs)])))
        return self._look.span or whole

    def action_zoom(self, factor: float) -> None:
        low, high = self._visible()
        middle = (low + high) / 2 if self._look.at is None else float(self._look.at)
        half = max(2.0, (high - low) * factor / 2)
        self._show_span(middle - half, middle + half)

    def action_pan(self, by: int) -> None:
        low, high = self._visible()
        shift = by * (high - low) / 4
        self._show_span(low + shift, high + shift)

    def _show_span(self, low: float, high: float) -> None:
        """Keep the range inside the run; a range as wide as the run is the whole run."""
        runs, _ = self._source.shown()
        end = float(max([1, *(each.run.steps for each in runs)]))
        width = min(high - low, end)
        low = min(max(0.0, low), end - width)
        self._relook(span=None if width >= end else (low, low + width))

    def action_whole(self) -> None:
        self._relook(span=None)

    async def action_metric(self) -> None:
        views = self._source.chart_views()
        if not views:
            return
        here = views.index(self._view) if self._view in views else -1  # another run may be in focus by now
        self._view = views[(here + 1) % len(views)]
        old = self.query_one(CurveView)
        fresh = CurveView(self._view)
        await self.mount(fresh, before=old)
        await old.remove()
        self.call_after_refresh(self._draw)

    def action_other(self) -> None:
        self._source.shelf.focus_next()
        self._draw()

    def action_copy(self) -> None:
        """The values of the shown metric in the range that is seen, of every run on the chart, with tabs between."""
        runs, _ = self._source.shown()
        drawn = [each for each in runs if self._view in each.run.series]
        low, high = self._visible()
        columns = [{step: value for step, value in map(each.run.series[self._view].__getitem__,
                    range(len(each.run.series[self._view]))) if low <= step <= high} for each in drawn]  # fmt: skip
        steps = sorted(set().union(*columns))
        if not steps:
            self.notify("There are no values to copy.", timeout=5)
            return
        lines = ["\t".join(["step", *(one_line(f"{self._view} {each.name}", 80) for each in drawn)])]
        lines += ["\t".join([f"{step:g}", *(_figure(column.get(step)) for column in columns)]) for step in steps]
        self.notify(copied(self.app, "\n".join(lines) + "\n"), title=f"{len(steps)} steps of {self._view}", timeout=10,
                    markup=False)  # fmt: skip

    def action_smooth(self) -> None:
        self._relook(smooth=not self._look.smooth)

    def action_log_y(self) -> None:
        self._relook(log_y=not self._look.log_y)

    def _relook(self, **changes: Any) -> None:
        self._look = replace(self._look, **changes)
        self._draw()


def _figure(value: float | None) -> str:
    return "" if value is None else repr(value)
