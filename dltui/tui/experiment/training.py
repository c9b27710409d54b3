"""Orders to the engine about one experiment, and what its journals say back."""

from __future__ import annotations

import random
import time

import msgspec

from dltui.journal import folder, work
from dltui.journal.events import Unwritten
from dltui.journal.keeping import outlasts
from dltui.lesson.records import Experiment, Lesson
from dltui.places import trouble
from dltui.text import clean
from dltui.tui.experiment.helm import Helm
from dltui.tui.experiment.shelf import Shelf, Watched
from dltui.tui.lab import Lab

STALLED = 10.0
"""Seconds without news after which a run that should be running is called stalled."""
STALLED_WARMING = 60.0
"""The same while the engine imports PyTorch, which takes long on a network drive."""
REFUSED = 8.0
"""Seconds for which one can read why an order was not given, whatever the run tells meanwhile."""
QUIET = 2.0
"""Seconds without news after which the disk and the other process are looked at."""


class Training:
    """Starts, pauses and follows the runs on a shelf. No order waits for an answer: answers are journal lines."""

    def __init__(self, lab: Lab, lesson: Lesson, step: Experiment) -> None:
        self._lab = lab
        self._lesson = lesson
        self.shelf = Shelf(lab.state.folder, lesson.id, step.id, lab.attached)
        self._helm = Helm(lab.engine)
        self.watching = False
        """The run is steered by another window."""
        self.trouble = ""
        """What the learner must know, in a sentence; empty: all is well."""
        skipped = self.shelf.skipped
        self.note = f"{skipped} damaged line{'s' if skipped > 1 else ''} in earlier runs left out" if skipped else ""
        """What is being waited for, or else worth a word."""
        self._news = self._looked = time.monotonic()
        self._told_until = 0.0
        """Until when `trouble` stays in spite of news."""
        self._asked = False
        """An order was sent and nothing has come back yet."""
        self._unwritten = lab.engine.poll().unwritten
        self._steer()

    @property
    def current(self) -> Watched | None:
        return self.shelf.current

    @property
    def active(self) -> bool:
        return self.shelf.active

    def start(self, experiment: Experiment, hold: bool = False) -> None:
        """Train from the beginning, in a new run folder; in a fresh engine if this one is stuck."""
        self._give_up()
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
        if current is None:
            self.start(experiment)
        elif current.run.state == "running":
            self._tell(work.Pause(run=current.folder.name))
        elif current.run.state == "paused":
            self._tell(work.Go(run=current.folder.name))
        elif current.resumable and self._send(work.Resume(run=current.folder.name, folder=str(current.folder))):
            current.run.state = "waiting"

    def single(self, experiment: Experiment) -> None:
        """One optimiser step, of a new run where none is in hand."""
        if not self.active:
            self.start(experiment, hold=True)
        if self.current is not None and self.active:
            self._tell(work.Single(run=self.current.folder.name))

    def stop(self) -> None:
        """With a checkpoint; an engine that is stuck is ended instead."""
        if self.current is not None and self.current.active and not self._give_up():
            self._tell(work.Stop(run=self.current.folder.name))

    @property
    def kept(self) -> bool:
        """Whether the run goes on when the lab closes."""
        current = self.current
        if current is None or current.run.state not in ("waiting", "running"):
            return False
        run, choice = current.run, self._lab.engine.kept.get(current.folder.name)
        return bool(outlasts(choice, run.seconds, run.step, run.steps))

    @property
    def foreign(self) -> bool:
        """The newest run is trained by another engine than that of this window."""
        return self.current is not None and not self._lab.engine.owns(self.current.folder.name)

    def keep(self, on: bool) -> bool:
        """Let the run go on when the lab closes, or not. False if that is not for us to say; `trouble` tells why."""
        if self.current is None or not self.current.active:
            self.trouble = "Nothing is being trained here: `t` trains."
            return False
        run = self.current.folder.name
        self._tell(work.Keep(run=run, on=on))
        if not self.trouble:
            self._lab.engine.kept[run] = on
        return not self.trouble

    def leave(self) -> None:
        """Nobody looks any more: another window may steer what is not ours."""
        if self.current is not None and not self.watching:
            self._helm.leave(self.current.folder)

    def _steer(self) -> None:
        """Take the helm of the newest run if it is free, so that other windows know."""
        current = self.current
        self.watching = current is not None and current.active and not self._helm.take(current.folder)

    def _tell(self, order: work.AnyOrder) -> None:
        if self._lab.engine.owns(order.run):
            self._send(order)
        elif self.current is not None:
            self.trouble = self._helm.tell(self.current.folder, order)
            self._steer()
            self._news, self._asked = time.monotonic(), not self.trouble
            self._told_until = self._news + REFUSED if self.trouble else 0.0

    def _send(self, order: work.AnyWork) -> bool:
        self.trouble = ""
        self._news = time.monotonic()
        self._asked = True
        try:
            self._lab.engine.send(order)
        except TimeoutError as error:
            self.trouble = clean(f"{error}. `t` trains in a fresh one.").capitalize()
        except OSError as error:
            self.trouble = clean(f"The engine cannot start: {error.strerror or error}.")
        return not self.trouble

    def _give_up(self) -> bool:
        """End an engine that has not answered for long. True if it was so."""
        current = self.current
        stuck = self._expecting and time.monotonic() - self._news > self._patience and not self._disk()
        if not stuck or current is None or not self._lab.engine.owns(current.folder.name):
            return False
        self._lab.engine.end()
        self.shelf.mark_lost(self._lab.engine.poll().said)
        self._judge()
        return True

    def poll(self) -> bool:
        """Read on in the journals. True when there is something new to draw."""
        engine = self._lab.engine.poll()
        if self.shelf.poll():
            self._news = time.monotonic()
            self._asked = False
            self.note = ""
            if self._news > self._told_until:
                self.trouble = ""
            self._steer()
        elif engine.phase == "dead" and self.shelf.mark_lost(engine.said):
            pass
        elif engine.unwritten is not None and engine.unwritten is not self._unwritten:
            self._unwritten = engine.unwritten
            self._hear(engine.unwritten)
        else:
            return self._silence(engine.phase == "warming")
        self._judge()
        return True

    def _judge(self) -> None:
        run = self.current.run if self.current is not None else None
        if run is not None and run.state in ("failed", "diverged", "lost"):
            self.trouble = run.message + (" Press t to start afresh." if run.state == "lost" else "")

    def _hear(self, unwritten: Unwritten) -> None:
        """The journal of a run cannot be written: it goes on, or it never began."""
        current = self.current
        if current is None or current.folder.name != unwritten.run:
            return
        if not unwritten.begun:
            current.reread()  # a resumed one: as it was, or as another engine goes on with it
            if current.run.state == "waiting":
                current.run.state, current.run.message = "failed", unwritten.message
        self.trouble = unwritten.message

    @property
    def _expecting(self) -> bool:
        """There should be news before long."""
        current = self.current
        return current is not None and (
            current.run.state in ("waiting", "running") or (self._asked and current.active)
        )

    @property
    def _patience(self) -> float:
        return STALLED_WARMING if self._lab.engine.poll().phase == "warming" else STALLED

    def _silence(self, warming: bool) -> bool:
        """Nothing new: a pause, a warm-up, or trouble? True when there is something to say."""
        before = (self.note, self.trouble)
        now = time.monotonic()
        if self.current is not None and self._expecting:
            if now - self._news > QUIET and now - self._looked > 1:
                self._looked = now
                self._look_around(self.current, now - self._news)
            if warming and self.current.run.state == "waiting":
                self.note = "the engine is importing PyTorch; the run follows"
        return (self.note, self.trouble) != before

    def _look_around(self, current: Watched, quiet: float) -> None:
        """Why nothing comes."""
        mine = self._lab.engine.owns(current.folder.name)
        if not mine and not folder.alive(current.folder):
            current.run.lose()
            self._judge()
        elif cause := self._disk():
            self.trouble = f"Nothing can be saved: {cause}. The run goes on; its curve follows when there is room."
        elif mine and quiet > self._patience:
            self.trouble = f"No news from the engine for {quiet:.0f} s. `s` ends it, `t` trains in a fresh one."
        elif quiet > STALLED:
            self.trouble = f"No news from this run for {quiet:.0f} s. `dltui stop --kill` ends it; `t` trains another."

    def _disk(self) -> str:
        return trouble(self._lab.state.folder)
