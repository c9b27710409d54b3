"""Watching runs: views, time travel, replay, looks. It never starts or stops a run."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Static

from dltui.journal.run import Run
from dltui.lesson import share
from dltui.lesson.datasets import DATASETS
from dltui.lesson.metrics import TITLES
from dltui.lesson.records import AnyStep, Experiment, Lesson
from dltui.lesson.source import source
from dltui.tui.activity import Activity
from dltui.tui.bars import whole_parts
from dltui.tui.clipboard import copied
from dltui.tui.experiment import words
from dltui.tui.experiment.arrangement import arranged
from dltui.tui.experiment.chartscreen import ChartScreen
from dltui.tui.experiment.pictures import make
from dltui.tui.experiment.settings import Settings
from dltui.tui.experiment.shelf import Shelf
from dltui.tui.experiment.training import Training
from dltui.tui.experiment.views import Look, Shown, View, readout, shown
from dltui.tui.gradient.screen import GradientScreen
from dltui.tui.keys import bound
from dltui.tui.lab import Lab
from dltui.tui.presence import present
from dltui.tui.source import SourceScreen

TABLE = "dltui.export.table"
"""Loaded when values are copied."""
WRONG = ("failed", "diverged", "lost")
REPLAY = 5.0
"""Seconds that a replay takes, about."""
FRAMES = 30


class Watching(Activity):
    """The half of an experiment pane that shows. Mount with `compose_views` and `mount_views`."""

    DEFAULT_CSS = """
    Watching #views, Watching #first, Watching #others { height: 1fr; }
    Watching #views.-beside { layout: horizontal; }
    Watching #views.-beside > * { width: 5fr; }
    Watching #views.-beside #first { width: 6fr; }
    Watching #views.-beside #others { layout: vertical; margin-left: 2; }
    Watching #others > View { width: 1fr; margin: 0 1 0 0; }
    Watching #others > View.-last { margin: 0; }
    Watching #readout { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    """
    BINDINGS = bound("curves")

    def __init__(self, lab: Lab, lesson: Lesson, step: AnyStep) -> None:
        super().__init__(lab, lesson, step)
        assert isinstance(step, Experiment)
        self.step = step
        asked = lab.shared.pop((lesson.id, step.id), ())
        self.settings = Settings(step, share.experiment(step, asked))
        self.training = Training(lab, lesson, step)
        self.look = Look(log_y=step.log)
        self._views: list[View] = [make(view) for view in step.show]
        self._others = len(self._views) - 1
        """How many are seen besides the first."""
        self._player: Timer | None = None

    def compose_views(self) -> ComposeResult:
        with Vertical(id="views"):
            with Vertical(id="first"):
                yield self._views[0]
            with Horizontal(id="others"):
                yield from self._views[1:]
        yield Static(id="readout", markup=False)

    def mount_views(self) -> None:
        self._player = self.set_interval(REPLAY / FRAMES, self._replay, pause=True)
        for view in self._views:
            view.expected = words.steps(self.step)

    def moves(self) -> tuple[share.Move, ...]:
        return share.settings(self.step, self.settings.experiment)

    def run_shown(self) -> tuple[Run, Experiment] | None:
        return (self.shelf.focus.run, self.step) if self.shelf.focus is not None else None

    @property
    def shelf(self) -> Shelf:
        return self.training.shelf

    def refresh_views(self) -> None:
        """Draw what changed."""
        banner = self.query_one("#banner", Static)
        told = self.training.trouble or self._met()
        banner.update(Text(self.respelt(told)))
        banner.set_class(bool(told), "-shown")
        self.draw()
        self.post_message(self.Changed())

    def _met(self) -> str:
        """What the newest run met last while it trains, such as memory that ran out, and how it goes on."""
        current = self.shelf.current
        return current.run.notes[-1] if current is not None and current.active and current.run.notes else ""

    def shown(self) -> tuple[list[Shown], Shown | None]:
        return shown(self.shelf, self.settings)

    @on(View.Asked)
    def draw(self) -> None:
        if not present(self):
            return
        runs, focus = self.shown()
        for view in self._views[: 1 + self._others]:
            view.draw(runs, focus, self.look)
        if self.training.note:
            text = Text(self.training.note)
        elif focus is not None:
            back = self.look.at is not None
            step = focus.run.step if self.look.at is None else max(0, self.look.at)
            text = Text("◂ " if back else "").append_text(readout(focus, step))
            text.append(self.respelt("   `]` later  `end` newest") if back else "", "dim")
            text.append(self.respelt("   `v` more views") if len(self._views) > 1 + self._others else "", "dim")
        else:
            text = Text(f"{self.respelt('`t`')} trains: {words.summary(self.settings.experiment)}")
        self.query_one("#readout", Static).update(whole_parts(text, self.size.width))

    def action_replay(self) -> None:
        """Play the pictures of the run in focus from its start, in about REPLAY seconds."""
        if self.shelf.focus is not None and not self.training.active and self._player is not None:
            self.look = replace(self.look, at=-1)
            self._player.resume()

    def _replay(self) -> None:
        if not self.lab.gate.opens():
            return
        at = self.shelf.moment(self.look.at, 1)
        if (at is None or self.look.at is None) and self._player is not None:
            self._player.pause()
        self._relook(replace(self.look, at=at))

    def action_scrub(self, by: int) -> None:
        self._stop_replay()
        self._relook(replace(self.look, at=self.shelf.moment(self.look.at, by)))

    def action_start(self) -> None:
        """To the first moment there is."""
        first = self.shelf.moment(-1, 1)
        if first is not None:
            self._stop_replay()
            self._relook(replace(self.look, at=first))

    def action_newest(self) -> None:
        """Follow the run again."""
        self._stop_replay()
        self._relook(replace(self.look, at=None))

    def _stop_replay(self) -> None:
        if self._player is not None:
            self._player.pause()

    def action_other(self) -> None:
        self.shelf.focus_next()
        self.refresh_views()

    def action_copy(self) -> None:
        """What went wrong, where something did; else every value of the run in focus as a table."""
        trouble = self.respelt(self.training.trouble or self._met())
        shown = self.shelf.focus
        told = trouble or (shown.seen.message if shown is not None and shown.run.state in WRONG else "")
        if told:
            self.notify(f"“{told}”\n{copied(self.app, told)}", timeout=10, markup=False)
        elif shown is not None:
            self.notify(copied(self.app, import_module(TABLE).table(shown.run)), title="Every value, as CSV",
                        timeout=10, markup=False)  # fmt: skip
        else:
            self.notify("There are no values to copy yet.", timeout=5)

    def action_forget(self) -> None:
        self.shelf.forget_older()
        self.refresh_views()

    def action_look(self, name: str) -> None:
        """Switch one of the looks `smooth`, `log_y`, `log_x`."""
        self._relook(self.look.toggled(name))

    def _relook(self, look: Look) -> None:
        self.look = look
        self.refresh_views()

    async def action_view(self) -> None:
        """Bring the next view to the top place."""
        if len(self._views) < 2:
            return
        order = [view.view for view in (*self._views[1:], self._views[0])]
        top, others = self.query_one("#first"), self.query_one("#others")
        await self.query(View).remove()
        if not present(self):
            return
        self._views = [make(view) for view in order]
        for view in self._views:
            view.expected = words.steps(self.step)
        await top.mount(self._views[0])
        await others.mount(*self._views[1:])
        if present(self):
            self._arrange()
            self.call_after_refresh(self.draw)

    def _arrange(self) -> None:
        """Show as many views as there is room for."""
        plan = arranged([view.view for view in self._views], self.size.width, self.size.height)
        self._others = plan.others
        self.query_one("#views").set_class(plan.beside, "-beside")
        self.query_one("#others").set_class(not plan.others, "none")
        for place, view in enumerate(self._views[1:], 1):
            view.display = place <= plan.others
            view.set_class(place == plan.others, "-last")  # :last-child is seen when styles are made anew, not at once

    def action_full(self) -> None:
        charts = self.chart_views()
        if charts:
            shown = (view.view for view in self._views if view.view in charts)
            self.app.push_screen(ChartScreen(self, next(shown, charts[0])))

    def chart_views(self) -> list[str]:
        runs = self.shown()[0]
        return [name for name in TITLES if any(name in each.run.series for each in runs)]

    def action_gradient(self) -> None:
        self.app.push_screen(GradientScreen(self.lab, self.lesson, self.settings.experiment))

    def action_code(self) -> None:
        code = source(self.settings.experiment, DATASETS[self.step.data])
        self.app.push_screen(SourceScreen(f"{self.step.title} in PyTorch", code))

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()
