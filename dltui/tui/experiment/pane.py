"""The experiment pane: the learner guesses, turns a knob, trains, watches, goes back in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input, Static

from dltui.journal.progress import Predicted
from dltui.lesson.datasets import DATASETS
from dltui.lesson.records import AnyStep, Experiment, Lesson
from dltui.lesson.source import source
from dltui.tui.activity import Activity
from dltui.tui.bars import Key
from dltui.tui.experiment import words
from dltui.tui.experiment.chartscreen import ChartScreen
from dltui.tui.experiment.prediction import Prediction
from dltui.tui.experiment.settings import Settings
from dltui.tui.experiment.shelf import Shelf
from dltui.tui.experiment.training import Training
from dltui.tui.experiment.views import Look, Shown, View, make, readout, shown
from dltui.tui.gradient.screen import GradientScreen
from dltui.tui.lab import Lab
from dltui.tui.source import SourceScreen


class ExperimentPane(Activity, can_focus=True):
    DEFAULT_CSS = """
    ExperimentPane { layout: vertical; }
    ExperimentPane #views, ExperimentPane #first, ExperimentPane #others { height: 1fr; }
    ExperimentPane #others > View { width: 1fr; margin: 0 1 0 0; }
    ExperimentPane #others > View:last-child { margin: 0; }
    ExperimentPane .none { display: none; }
    ExperimentPane Static { height: auto; }
    ExperimentPane #banner { color: $text; background: $error 30%; padding: 0 1; display: none; }
    ExperimentPane #banner.-shown { display: block; }
    ExperimentPane #readout { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    ExperimentPane #knobs { margin: 0 0 1 0; }
    """
    BINDINGS = [
        Binding("t", "train", "train"),
        Binding("space", "pause", "pause or go on"),
        Binding("full_stop", "single", "one step"),
        Binding("s", "stop", "stop, keep a checkpoint"),
        Binding("r", "reset", "the lesson's own settings"),
        Binding("S", "reseed", "next seed"),
        Binding("up,k", "choose(-1)", "previous knob"),
        Binding("down,j", "choose(1)", "next knob"),
        Binding("right,plus,equals_sign", "turn(1)", "more"),
        Binding("left,minus", "turn(-1)", "less"),
        Binding("left_square_bracket", "scrub(-1)", "back in time"),
        Binding("right_square_bracket", "scrub(1)", "forward in time"),
        Binding("o", "other", "another run in focus"),
        Binding("x", "forget", "older runs off the chart"),
        Binding("a", "look('smooth')", "smooth the curves"),
        Binding("l", "look('log_y')", "logarithmic height"),
        Binding("L", "look('log_x')", "logarithmic steps"),
        Binding("v", "view", "next view on top"),
        Binding("f", "full", "chart full screen"),
        Binding("g", "gradient", "check the gradient"),
        Binding("c", "code", "the PyTorch code"),
    ]
    HELP_TEXT = words.HELP

    def __init__(self, lab: Lab, lesson: Lesson, step: AnyStep) -> None:
        super().__init__(lab, lesson, step)
        assert isinstance(step, Experiment)
        self.step = step
        self.settings = Settings(step)
        self.training = Training(lab, lesson, step)
        self.look = Look()
        self._views: list[View] = [make(view) for view in step.show]
        self._timer: Timer | None = None
        self._guess: float | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="banner", markup=False)
        yield Prediction(self.step.predict)
        yield Static(id="knobs", markup=False)
        with Vertical(id="views"):
            with Vertical(id="first"):
                yield self._views[0]
            with Horizontal(id="others", classes="" if len(self._views) > 1 else "none"):
                yield from self._views[1:]
        yield Static(id="readout", markup=False)

    def on_mount(self) -> None:
        self._timer = self.set_interval(1 / self.lab.fps, self._poll, pause=True)
        self.query_one("#knobs").set_class(not self.step.knobs, "none")
        guess = self.lab.progress.guess(self.lesson.id, self.step.id)
        if guess is not None:
            self._guess = guess
            self.query_one(Prediction).commit(guess)
        self._follow_guess()
        self._knobs()
        if self.training.active:
            self._follow()

    @property
    def shelf(self) -> Shelf:
        return self.training.shelf

    # ── training ────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_train(self) -> None:
        prediction = self.query_one(Prediction)
        if self.step.predict is not None and self._guess is None and not prediction.skipped:
            prediction.insist()
            return
        self.look = replace(self.look, at=None)
        self.training.start(self.settings.experiment)
        self._follow()

    def action_pause(self) -> None:
        self.training.pause_or_go(self.settings.experiment)
        self._follow()

    def action_single(self) -> None:
        self.training.single(self.settings.experiment)
        self._follow()

    def action_stop(self) -> None:
        self.training.stop()
        self._follow()

    def _follow(self) -> None:
        """Watch the journal from now on."""
        if self._timer is not None:
            self._timer.resume()
        self._refresh()

    def _poll(self) -> None:
        if self.training.poll():
            self._refresh()
        if not self.training.active and self._timer is not None:
            self._timer.pause()
            self._ended()

    def _ended(self) -> None:
        current = self.shelf.current
        if current is None or current.run.state not in ("done", "diverged"):
            return
        if self._guess is not None and self.step.predict is not None:
            self.query_one(Prediction).tell(current.run.final.get(self.step.predict.metric))
        self.post_message(self.Passed())

    def _refresh(self) -> None:
        """Draw what changed."""
        banner = self.query_one("#banner", Static)
        banner.update(Text(self.training.trouble))
        banner.set_class(bool(self.training.trouble), "-shown")
        self.draw()
        self.post_message(self.Changed())

    def shown(self) -> tuple[list[Shown], Shown | None]:
        return shown(self.shelf, self.settings)

    @on(View.Asked)
    def draw(self) -> None:
        runs, focus = self.shown()
        for view in self._views:
            view.draw(runs, focus, self.look)
        if self.training.note:
            text = Text(self.training.note)
        elif focus is not None:
            text = readout(focus, focus.run.step if self.look.at is None else self.look.at)
        else:
            text = Text(f"t trains: {words.summary(self.settings.experiment)}")
        self.query_one("#readout", Static).update(text)

    # ── settings and looks ──────────────────────────────────────────────────────────────────────────────────────────

    def _knobs(self) -> None:
        self.query_one("#knobs", Static).update(self.settings.rows())
        self.draw()
        self.post_message(self.Changed())

    def action_choose(self, by: int) -> None:
        self.settings.choose(by)
        self._knobs()

    def action_turn(self, by: int) -> None:
        self.settings.turn(by)
        self._knobs()

    def action_reseed(self) -> None:
        self.settings.reseed()
        self._knobs()

    def action_reset(self) -> None:
        self.action_stop()
        self.settings.reset()
        self.look = Look(guess=self.look.guess)
        self._knobs()

    def action_scrub(self, by: int) -> None:
        self._relook(replace(self.look, at=self.shelf.moment(self.look.at, by)))

    def action_other(self) -> None:
        self.shelf.focus_next()
        self._refresh()

    def action_forget(self) -> None:
        self.shelf.forget_older()
        self._refresh()

    def action_look(self, name: str) -> None:
        """Switch one of the looks `smooth`, `log_y`, `log_x`."""
        self._relook(self.look.toggled(name))

    def _relook(self, look: Look) -> None:
        self.look = look
        self._refresh()

    async def action_view(self) -> None:
        """Bring the next view to the top place."""
        if len(self._views) < 2:
            return
        self._views = [*self._views[1:], self._views[0]]
        top, others = self.query_one("#first"), self.query_one("#others")
        await self.query(View).remove()
        self._views = [make(view.view) for view in self._views]
        await top.mount(self._views[0])
        await others.mount(*self._views[1:])
        self.call_after_refresh(self.draw)

    def action_full(self) -> None:
        from_view = next((view for view in self._views if view.view in self.chart_views()), None)
        if from_view is not None and self.shelf.watched:
            self.app.push_screen(ChartScreen(self, from_view.view))

    def chart_views(self) -> list[str]:
        return [view for view in self.step.show if view in ("loss", "accuracy", "wrong")]

    def action_gradient(self) -> None:
        self.app.push_screen(GradientScreen(self.lab, self.lesson, self.settings.experiment))

    def action_code(self) -> None:
        code = source(self.settings.experiment, DATASETS[self.step.data])
        self.app.push_screen(SourceScreen(f"{self.step.title} in PyTorch", code))

    # ── the guess ───────────────────────────────────────────────────────────────────────────────────────────────────

    @on(Prediction.Made)
    def _predicted(self, message: Prediction.Made) -> None:
        message.stop()
        self._guess = message.guess
        if message.guess is not None:
            self.lab.record(Predicted(lesson=self.lesson.id, step_id=self.step.id, guess=message.guess))
        self._follow_guess()
        self.focus()
        self._refresh()

    def _follow_guess(self) -> None:
        if self._guess is not None and self.step.predict is not None:
            self.look = replace(self.look, guess=(self.step.predict.metric, self._guess))

    def on_descendant_focus(self) -> None:
        self.post_message(self.Changed())

    def on_focus(self) -> None:
        self.post_message(self.Changed())

    def escape(self) -> bool:
        if isinstance(self.screen.focused, Input):
            self.focus()
            return True
        if self.look.at is not None:
            self.look = replace(self.look, at=None)
            self._refresh()
            return True
        return False

    # ── what the screen asks ────────────────────────────────────────────────────────────────────────────────────────

    def leave(self) -> None:
        if self._timer is not None:
            self._timer.stop()

    def keys(self) -> Sequence[Key]:
        if isinstance(self.screen.focused, Input):
            return [("↵", "lock the guess"), ("esc", "leave the field")]
        return words.keys(self.shelf.current.run.state if self.shelf.current else "", bool(self.step.knobs))

    def status(self) -> Text:
        if self.shelf.focus is None:
            return Text(f"seed {self.settings.experiment.seed} · {self.lab.engine.poll().said}")
        return Text(words.status(self.shelf.focus.run))

    def on_resize(self, event: events.Resize) -> None:
        # under 22 rows two rows of charts are unreadable: the first alone, v changes which
        self.query_one("#others").set_class(len(self._views) < 2 or event.size.height < 22, "none")

