"""Orders to the engine about one experiment, and what its journals say back."""

from __future__ import annotations

import random
import time

import msgspec

from dltui.journal import folder, work
from dltui.lesson.records import Experiment, Lesson
from dltui.text import clean
from dltui.tui.experiment.shelf import Shelf, Watched
from dltui.tui.lab import Lab

STALLED = 10.0
"""Seconds without news after which a run that should be running is called stalled."""


class Training:
    """Starts, pauses and follows the runs on a shelf. No order waits for an answer: answers are journal lines."""

    def __init__(self, lab: Lab, lesson: Lesson, step: Experiment) -> None:
        self._lab = lab
        self._lesson = lesson
        self.shelf = Shelf(lab.state.folder, lesson.id, step.id)
        self.trouble = ""
        """What the learner must know, in a sentence; empty: all is well."""
        self.note = ""
        """What is being waited for."""
        self._news = time.monotonic()

    @property
    def current(self) -> Watched | None:
        return self.shelf.current

    @property
    def active(self) -> bool:
        return self.shelf.active

    def start(self, experiment: Experiment, hold: bool = False) -> None:
        """Train from the beginning, in a new run folder."""
        step_id = experiment.id
        run_id = folder.new_run_id(self._lesson.id, step_id, time.time(), random.Random())
        order = work.Train(
            run=run_id, folder=str(folder.path(self._lab.state.folder, run_id)), lesson=self._lesson.id,
            device=self._lab.device, experiment=msgspec.to_builtins(experiment), hold=hold,
        )
        if self._send(order):
            self.shelf.begin(run_id)

    def pause_or_go(self, experiment: Experiment) -> None:
        """Whichever of start, pause, go on and resume fits the state of the newest run."""
        current = self.current
        state = current.run.state if current is not None else ""
        if current is None:
            self.start(experiment)
        elif state == "running":
            self._send(work.Pause(run=current.folder.name))
        elif state == "paused":
            self._send(work.Go(run=current.folder.name))
        elif state == "stopped" and self._send(work.Resume(run=current.folder.name, folder=str(current.folder))):
            current.run.state = "waiting"

    def single(self, experiment: Experiment) -> None:
        """One optimiser step, of a new run where none is in hand."""
        if not self.active:
            self.start(experiment, hold=True)
        if self.current is not None and self.active:
            self._send(work.Single(run=self.current.folder.name))

    def stop(self) -> None:
        if self.current is not None and self.current.active:
            self._send(work.Stop(run=self.current.folder.name))

    def _send(self, order: work.AnyWork) -> bool:
        self.trouble = ""
        self._news = time.monotonic()
        try:
            self._lab.engine.send(order)
        except OSError as error:
            self.trouble = clean(f"The engine cannot start: {error.strerror or error}.")
        return not self.trouble

    def poll(self) -> bool:
        """Read on in the journals. True when there is something new to draw."""
        engine = self._lab.engine.poll()
        if self.shelf.poll():
            self._news = time.monotonic()
            self.note = self.trouble = ""
        elif engine.phase == "dead" and self.active:
            self.shelf.mark_lost(engine.said)
        else:
            return self._silence(engine.phase == "warming")
        self._judge()
        return True

    def _judge(self) -> None:
        run = self.current.run if self.current is not None else None
        if run is not None and run.state in ("failed", "diverged", "lost"):
            self.trouble = run.message + (" Press t to start afresh." if run.state == "lost" else "")

    def _silence(self, warming: bool) -> bool:
        """Nothing new: a pause, a warm-up, or trouble? True when there is something to say."""
        before = (self.note, self.trouble)
        quiet = time.monotonic() - self._news
        if self.current is not None and self.current.run.state in ("waiting", "running"):
            if warming and self.current.run.state == "waiting":
                self.note = "the engine is importing PyTorch; the run starts as soon as it is ready"
            elif quiet > STALLED:
                self.trouble = f"No news from the engine for {quiet:.0f} s. s stops the run, t starts another."
        return (self.note, self.trouble) != before
