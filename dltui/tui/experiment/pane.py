"""The experiment pane: the learner guesses, turns a knob, trains, watches, goes back in time."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import replace

import msgspec
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input, Static

from dltui.journal import folder, work
from dltui.journal.progress import Predicted
from dltui.lesson.change import read
from dltui.lesson.datasets import DATASETS
from dltui.lesson.records import AnyStep, Experiment, Lesson
from dltui.lesson.source import source
from dltui.text import clean
from dltui.tui.activity import Activity
from dltui.tui.bars import Key
from dltui.tui.experiment.chartscreen import ChartScreen
from dltui.tui.experiment.prediction import Prediction
from dltui.tui.experiment.settings import Settings
from dltui.tui.experiment.shelf import Shelf, Watched
from dltui.tui.experiment.views import Look, Shown, View, make, readout
from dltui.tui.lab import Lab
from dltui.tui.source import SourceScreen

STALLED = 10.0
"""Seconds without a sign of life after which a running run is called stalled."""


class ExperimentPane(Activity, can_focus=True):
    DEFAULT_CSS = """
    ExperimentPane { layout: vertical; }
    ExperimentPane #views { height: 1fr; }
    ExperimentPane #first { height: 1fr; }
    ExperimentPane #others { height: 1fr; }
    ExperimentPane #others > View { width: 1fr; margin: 0 1 0 0; }
    ExperimentPane #others > View:last-child { margin: 0; }
    ExperimentPane .none { display: none; }
    ExperimentPane Static { height: auto; }
    ExperimentPane #banner { color: $text; background: $error 30%; padding: 0 1; display: none; }
    ExperimentPane #banner.-shown { display: block; }
    ExperimentPane #readout { height: 1; color: $text-muted; }
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
        Binding("a", "smooth", "smooth the curves"),
        Binding("l", "log_y", "logarithmic height"),
        Binding("L", "log_x", "logarithmic steps"),
        Binding("v", "view", "next view on top"),
        Binding("f", "full", "chart full screen"),
        Binding("g", "guess", "change the guess", show=False),
        Binding("c", "code", "the PyTorch code"),
    ]
    HELP_TEXT = """
A real PyTorch model, trained in the background: nothing you do here can freeze it, nor it you.

- `t` trains with the settings shown. Same settings, same seed, same curve. `S` takes the next seed.
- `space` pauses and goes on, `.` does one optimiser step, `s` stops and keeps a checkpoint (`space` resumes).
- `←` `→` (or `-` `+`) turn the knob in hand, `↑` `↓` take another, `r` brings back the lesson's settings.
- `[` `]` walk back and forth in time, pictures included. Earlier runs stay on the chart: `o` puts another in focus,
  `x` takes the older ones off.
- `a` smooths (the raw curve stays, faint), `l` and `L` make axes logarithmic, `f` shows the chart full screen.
- `c` shows the model and its training loop as PyTorch code.
"""

    def __init__(self, lab: Lab, lesson: Lesson, step: AnyStep) -> None:
        super().__init__(lab, lesson, step)
        assert isinstance(step, Experiment)
        self.step = step
        self.settings = Settings(step)
        self.shelf = Shelf(lab.state.folder, lesson.id, step.id)
        self.look = Look()
        self._views: list[View] = [make(view) for view in step.show]
        self._timer: Timer | None = None
        self._news = 0.0
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
            self.query_one(Prediction).lock(guess)
        self._follow_guess()
        self._knobs()
        if self.shelf.active:
            self._resume_polling()

    # ── training ────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_train(self) -> None:
        prediction = self.query_one(Prediction)
        if self.step.predict is not None and self._guess is None and not prediction.skipped:
            prediction.insist()
            return
        run_id = folder.new_run_id(self.lesson.id, self.step.id, time.time(), random.Random())
        experiment = self.settings.experiment
        where = str(folder.path(self.lab.state.folder, run_id))
        if not self._send(work.Train(run=run_id, folder=where, lesson=self.lesson.id, device=self.lab.device,
                                     experiment=msgspec.to_builtins(experiment))):
            return
        self.shelf.begin(run_id)
        self.look = replace(self.look, at=None)
        self._resume_polling()
        self._refresh()

    def _send(self, order: work.AnyWork) -> bool:
        try:
            self.lab.engine.send(order)
        except OSError as error:
            self._banner(clean(f"The engine cannot start: {error.strerror or error}."))
            return False
        return True

    def _resume_polling(self) -> None:
        self._news = time.monotonic()
        if self._timer is not None:
            self._timer.resume()

    def action_pause(self) -> None:
        current = self.shelf.current
        if current is None:
            self.action_train()
        elif current.run.state == "running":
            self._send(work.Pause(run=current.folder.name))
        elif current.run.state == "paused":
            self._send(work.Go(run=current.folder.name))
        elif current.run.state == "stopped":
            self._resume(current)

    def _resume(self, current: Watched) -> None:
        """Go on from the checkpoint, in the same journal."""
        if self._send(work.Resume(run=current.folder.name, folder=str(current.folder))):
            current.run.state = "waiting"
            self._resume_polling()
            self._refresh()

    def action_single(self) -> None:
        current = self.shelf.current
        if current is None or not current.active:
            self.action_train()
            current = self.shelf.current
        if current is not None and current.active:
            self._send(work.Single(run=current.folder.name))

    def action_stop(self) -> None:
        current = self.shelf.current
        if current is not None and current.active:
            self._send(work.Stop(run=current.folder.name))

    # ── following the journal ───────────────────────────────────────────────────────────────────────────────────────

    def _poll(self) -> None:
        engine = self.lab.engine.poll()
        if self.shelf.poll():
            self._news = time.monotonic()
            self._refresh()
        elif engine.phase == "dead":
            self.shelf.mark_lost(engine.said)
            self._refresh()
        else:
            self._silence(engine.phase)
        if not self.shelf.active and self._timer is not None:
            self._timer.pause()
            self._ended()

    def _silence(self, phase: str) -> None:
        """Nothing new: is it a pause, a warm-up, or trouble?"""
        current = self.shelf.current
        if current is None or current.run.state == "paused":
            return
        quiet = time.monotonic() - self._news
        if current.run.state == "waiting" and phase == "warming":
            self._readout(Text("the engine is importing PyTorch; the run starts as soon as it is ready"))
        elif quiet > STALLED:
            self._banner(f"No news from the engine for {quiet:.0f} s. s stops the run; t starts another.")

    def _ended(self) -> None:
        current = self.shelf.current
        if current is None:
            return
        run = current.run
        if run.state in ("failed", "lost", "diverged"):
            self._banner(run.message + (" Press t to start afresh." if run.state == "lost" else ""))
        if run.state in ("done", "diverged"):
            if self._guess is not None and self.step.predict is not None:
                self.query_one(Prediction).tell(run.final.get(self.step.predict.metric))
            self.post_message(self.Passed())

    def _banner(self, said: str) -> None:
        banner = self.query_one("#banner", Static)
        banner.update(Text(said))
        banner.set_class(bool(said), "-shown")

    def _refresh(self) -> None:
        """Draw what changed."""
        current = self.shelf.current
        if current is not None and current.run.state in ("waiting", "running", "paused", "done"):
            self._banner("")
        self.draw()
        self.post_message(self.Changed())

    def shown(self) -> tuple[list[Shown], Shown | None]:
        """The runs for the chart, and the one in focus."""
        runs = []
        focus = None
        for each in self.shelf.watched:
            shown = Shown(each.run, self._label(each), each.number - 1)
            runs.append(shown)
            if each is self.shelf.focus:
                focus = shown
        return runs, focus

    def _label(self, each: Watched) -> str:
        started = each.run.started
        if started is None:
            return f"run {each.number}"
        return self.settings.label(read(started.experiment), each.number)

    @on(View.Asked)
    def draw(self) -> None:
        runs, focus = self.shown()
        for view in self._views:
            view.draw(runs, focus, self.look)
        if focus is not None:
            step = focus.run.step if self.look.at is None else self.look.at
            self._readout(readout(focus, step))
        else:
            self._readout(Text(f"t trains: {_summary(self.settings.experiment)}"))

    def _readout(self, text: Text) -> None:
        text.no_wrap, text.overflow = True, "ellipsis"
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
        if not self.settings.turn(by):
            self.app.bell() if not self.step.knobs else None
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
        focus = self.shelf.focus
        if focus is None:
            return
        steps = self.shelf.moments()
        if not steps:
            return
        at = focus.run.step if self.look.at is None else self.look.at
        if by < 0:
            earlier = [step for step in steps if step < at]
            self.look = replace(self.look, at=earlier[-1] if earlier else steps[0])
        else:
            later = [step for step in steps if step > at]
            self.look = replace(self.look, at=later[0] if len(later) > 1 else None)
        self._refresh()

    def action_other(self) -> None:
        self.shelf.focus_next()
        self._refresh()

    def action_forget(self) -> None:
        if not self.shelf.active:
            self.shelf.forget_older()
            self._refresh()

    def action_smooth(self) -> None:
        self._relook(replace(self.look, smooth=not self.look.smooth))

    def action_log_y(self) -> None:
        self._relook(replace(self.look, log_y=not self.look.log_y))

    def action_log_x(self) -> None:
        self._relook(replace(self.look, log_x=not self.look.log_x))

    def _relook(self, look: Look) -> None:
        self.look = look
        self._refresh()

    async def action_view(self) -> None:
        """Bring the next view to the top place."""
        if len(self._views) < 2:
            return
        self._views = [*self._views[1:], self._views[0]]
        top, others = self.query_one("#first"), self.query_one("#others")
        for view in list(self.query(View)):
            await view.remove()
        fresh = [make(view.view) for view in self._views]
        self._views = fresh
        await top.mount(fresh[0])
        await others.mount(*fresh[1:])
        self.call_after_refresh(self.draw)

    def action_full(self) -> None:
        from_view = next((view for view in self._views if view.view in self.chart_views()), None)
        if from_view is not None and self.shelf.watched:
            self.app.push_screen(ChartScreen(self, from_view.view))

    def chart_views(self) -> list[str]:
        return [view for view in self.step.show if view in ("loss", "accuracy", "wrong")]

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

    def action_guess(self) -> None:
        if self._guess is None and self.step.predict is not None:
            self.query_one(Prediction).insist()

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
        current = self.shelf.current
        state = current.run.state if current is not None else ""
        if state == "running":
            return [("space", "pause"), ("s", "stop"), ("[ ]", "time")]
        if state == "paused":
            return [("space", "go on"), (".", "one step"), ("[ ]", "time")]
        if state == "stopped":
            return [("t", "train"), ("space", "resume"), ("c", "code")]
        return [("t", "train"), ("+ -", "turn") if self.step.knobs else ("[ ]", "time"), ("c", "code")]

    def status(self) -> Text:
        focus = self.shelf.focus
        engine = self.lab.engine.poll()
        if focus is None:
            return Text(f"seed {self.settings.experiment.seed} · {engine.said}")
        run = focus.run
        marks = {"running": "▸", "paused": "‖", "done": "✓", "stopped": "■", "diverged": "✗", "failed": "✗", "lost": "✗",
                 "waiting": "…"}
        parts = [f"{marks[run.state]} {run.state} {run.step}/{run.steps}" if run.steps else run.state]
        if run.state == "running" and run.steps_per_second:
            parts.append(f"{run.steps_per_second:,.0f} steps/s".replace(",", " "))
        parts.append(f"seed {run.seed}")
        if run.device:
            parts.append(f"{run.device} ({run.device_reason})")
        return Text(" · ".join(parts))

    def on_resize(self, event: events.Resize) -> None:
        # under 22 rows two rows of charts are unreadable: the first alone, v changes which
        self.query_one("#others").set_class(len(self._views) < 2 or event.size.height < 22, "none")


def _summary(experiment: Experiment) -> str:
    length = f"{experiment.epochs} epochs" if experiment.epochs else f"{experiment.steps} steps"
    batch = f"batches of {experiment.batch}" if experiment.batch else "the whole set at once"
    return f"{DATASETS[experiment.data].title}, {experiment.optimizer.kind} lr {experiment.optimizer.lr:g}, {batch}, {length}"
