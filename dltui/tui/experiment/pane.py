"""The experiment pane: the learner guesses, turns a knob and trains. What is seen of it is `Watching`'s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input, Static

from dltui.journal.progress import Predicted
from dltui.lesson.claims import predicted
from dltui.lesson.records import AnyStep, Lesson
from dltui.tui.bars import Key
from dltui.tui.experiment import words
from dltui.tui.experiment.prediction import Prediction
from dltui.tui.experiment.views import Look
from dltui.tui.experiment.watching import Watching
from dltui.tui.keys import bound
from dltui.tui.lab import Lab


class ExperimentPane(Watching, can_focus=True):
    DEFAULT_CSS = """
    ExperimentPane { layout: vertical; }
    ExperimentPane .none { display: none; }
    ExperimentPane Static { height: auto; }
    ExperimentPane #banner { color: $text; background: $error 30%; padding: 0 1; display: none; }
    ExperimentPane #banner.-shown { display: block; }
    ExperimentPane #knobs { margin: 0 0 1 0; }
    """
    BINDINGS = bound("experiment")
    HELP_TEXT = words.HELP

    def __init__(self, lab: Lab, lesson: Lesson, step: AnyStep) -> None:
        super().__init__(lab, lesson, step)
        self._timer: Timer | None = None
        self._guess: float | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="banner", markup=False)
        yield Prediction(self.step.predict)
        yield Static(id="knobs", markup=False)
        yield from self.compose_views()

    def on_mount(self) -> None:
        self._timer = self.set_interval(1 / self.lab.fps, self._poll, pause=True)
        self.mount_views()
        guess = self.lab.progress.guess(self.lesson.id, self.step.id)
        if guess is not None:
            self._guess = guess
            self.query_one(Prediction).commit(guess)
        self._follow_guess()
        self._knobs()
        self._ended()
        if self.training.active:
            self._follow()

    # ── training ────────────────────────────────────────────────────────────────────────────────────────────────────

    def action_train(self) -> None:
        if not self._may_train():
            return
        if self.training.active and not self.training.foreign:
            self.notify("The run in hand stops, with a checkpoint; this is a new one.", timeout=5)
        self.look = replace(self.look, at=None)
        self.training.start(self.settings.experiment)
        self._follow()

    def _may_train(self) -> bool:
        """A guess comes first; without one it is asked for."""
        prediction = self.query_one(Prediction)
        if self.training.active:  # it was made elsewhere, or passed over
            return True
        if self.step.predict is None or self._guess is not None or prediction.skipped:
            return True
        prediction.insist()
        return False

    def on_key(self, event: events.Key) -> None:
        """A number typed while the guess is open is the guess."""
        prediction = self.query_one(Prediction)
        if self.has_focus and not self.training.active and prediction.take(event.character or ""):
            event.stop()

    def action_pause(self) -> None:
        if not self._may_train():
            return
        self.look = replace(self.look, at=None)
        self.training.pause_or_go(self.settings.experiment)
        self._follow()

    def action_single(self) -> None:
        if not self._may_train():
            return
        self.training.single(self.settings.experiment)
        self._follow()

    def action_stop(self) -> None:
        self.training.stop()
        self._follow()

    def action_keep(self) -> None:
        """Whether the run goes on when the lab closes, the other way round."""
        on = not self.training.kept
        if self.training.keep(on):
            self.notify("This run goes on when the lab closes." if on else
                        "This run stops with a checkpoint when the lab closes.", timeout=5)
        self._follow()

    def action_detach(self) -> None:
        current = self.shelf.current
        if current is not None and current.run.state == "paused":
            self.notify(self.respelt("The run is paused, and nobody would be there to wake it. First `space`, then "
                                     "`D`."), timeout=6, markup=False)  # fmt: skip
        elif self.training.watching or self.training.keep(True):
            self.app.exit()
        self._follow()

    def _follow(self) -> None:
        """Watch the journal from now on."""
        if self._timer is not None:
            self._timer.resume()
        self.refresh_views()

    def _poll(self) -> None:
        if not self.lab.gate.opens():
            return
        if self.training.poll():
            self.refresh_views()
        if not self.training.active and self._timer is not None:
            self._timer.pause()
            self._ended()

    def _ended(self) -> None:
        current = self.shelf.current
        if current is None or current.run.state not in ("done", "diverged"):
            return
        if self._guess is not None and self.step.predict is not None:
            finals = [each.final for each in current.run.variants or [current.run]]
            self.query_one(Prediction).tell(predicted(self.step, finals))
        self.passed()

    # ── settings and looks ──────────────────────────────────────────────────────────────────────────────────────────

    def _knobs(self) -> None:
        rows = self.settings.rows()
        knobs = self.query_one("#knobs", Static)
        knobs.update(rows)
        knobs.set_class(not rows, "none")
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
        self.look = Look(log_y=self.step.log, guess=self.look.guess)
        self._knobs()

    # ── the guess ───────────────────────────────────────────────────────────────────────────────────────────────────

    @on(Prediction.Made)
    def _predicted(self, message: Prediction.Made) -> None:
        message.stop()
        self._guess = message.guess
        if message.guess is not None:
            self.lab.record(Predicted(lesson=self.lesson.id, step_id=self.step.id, guess=message.guess))
        self._follow_guess()
        self.focus()
        self.refresh_views()

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
            self.refresh_views()
            return True
        return False

    # ── what the screen asks ────────────────────────────────────────────────────────────────────────────────────────

    def leave(self) -> None:
        self.training.leave()
        if self._timer is not None:
            self._timer.stop()

    def keys(self) -> Sequence[Key]:
        if isinstance(self.screen.focused, Input):
            return [("↵", "lock the guess"), ("esc", "leave the field")]
        if self.query_one(Prediction).open and not self.training.active:
            return [("0-9", "guess"), ("+ -", "turn"), ("c", "code")] if self.step.knobs else [("0-9", "guess")]
        state = self.shelf.current.run.state if self.shelf.current else ""
        return words.keys(state, bool(self.step.knobs), self.training.watching)

    def status(self) -> Text:
        if self.shelf.focus is None:
            return Text(f"seed {self.settings.experiment.seed} · {self.lab.engine.poll().said}")
        mine = self.shelf.focus is self.shelf.current
        return Text(words.status(self.shelf.focus.run, mine and self.training.kept, mine and self.training.watching))
