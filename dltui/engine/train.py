"""The one trainer: an experiment goes in, events come out. It knows nothing of screens, files of events or processes.

Equal experiment, seed and machine give equal numbers, bit for bit, paused or resumed or not. Step k of `loss` is the
loss on the k-th batch, before the k-th update; `accuracy` and `wrong` at step k are measured after k updates.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Literal

import msgspec
import torch

from dltui.engine import checkpoint
from dltui.engine.assembly import Assembly, Misfit, NoRoom
from dltui.engine.checkpoint import Checkpoint, CheckpointError
from dltui.engine.control import Control
from dltui.engine.data import DataError
from dltui.engine.device import DeviceError
from dltui.engine.distributed import Ranks
from dltui.engine.divergence import first_place
from dltui.engine.evaluation import evaluation_interval, looks
from dltui.engine.keeper import Keeper
from dltui.engine.memory import NO_MEMORY, short
from dltui.engine.meter import Meter
from dltui.engine.model import TooLarge
from dltui.engine.retreat import Retreat
from dltui.engine.session import State
from dltui.engine.versions import versions
from dltui.engine.views import Budget, drawn_points
from dltui.journal.events import AnyEvent, Continued, Failed, Finished, Paused, Started
from dltui.lesson.change import ChangeError, digest
from dltui.lesson.records import Experiment

EVENT_SECONDS = 0.05
"""Between two batches of measurements."""
SNAPSHOTS = 200
"""At most about so many per run."""
SURE_SNAPSHOTS = 25
"""About so many even of a run that is over in no time: there is time to look at them later."""

Clock = Callable[[], float]


def train(
    experiment: Experiment,
    *,
    lesson: str,
    run: str,
    device: str = "auto",
    control: Control | None = None,
    resume: Checkpoint | None = None,
    folder: Path | None = None,
    team: Ranks | None = None,
    clock: Clock = time.perf_counter,
) -> Iterator[AnyEvent]:
    """Train, and tell it as events: Started first, Finished or Failed last.

    What is wrong with the experiment is told as Failed too; only the unforeseen is raised. Checkpoints go into
    `folder`, nowhere without one. While the run is paused the generator blocks: another thread holds the control.
    With a `team` every process of it trains its part of each batch, and the team's control counts.
    """
    trainer = prepared(experiment, Retreat(experiment, device, team), control or Control(), folder, clock, resume)
    if isinstance(trainer, Failed):
        yield trainer
        return
    yield trainer.started(lesson, run)
    yield from trainer.events()


def prepared(
    experiment: Experiment, retreat: Retreat, control: Control, folder: Path | None, clock: Clock,
    resume: Checkpoint | None,
) -> Trainer | Failed:  # fmt: skip
    """Everything up to the first step, or why there is none."""
    try:
        trainer = Trainer(experiment, digest(experiment), retreat.assemble(), retreat, control, folder, clock)
        if resume is not None:
            trainer.resume(resume)
    except TooLarge as error:
        return Failed(step=0, reason="too-large", message=str(error))
    except NoRoom as error:
        return Failed(step=0, reason="memory", message=f"{NO_MEMORY} ({error})")
    except (ChangeError, CheckpointError, DataError, DeviceError, Misfit) as error:
        return Failed(step=0, reason="invalid", message=str(error))
    return trainer


class Trainer:
    """One run from Started to the end."""

    def __init__(
        self, experiment: Experiment, mark: str, assembly: Assembly, retreat: Retreat, control: Control,
        folder: Path | None, clock: Clock,
    ) -> None:  # fmt: skip
        self.seconds = 0.0
        """Training time, pauses and looks left out."""
        self.first: State | None = None
        """Where the run began, if not at step 0."""
        self.sent = clock()
        """When measurements were told last."""
        self.evaluated = -1
        """The step of the last evaluation."""
        self._experiment = experiment
        self._mark = mark
        self._assembly = assembly
        self._retreat = retreat
        self.session = assembly.session
        self._control = control
        self._clock = clock
        self._meter = Meter()
        steps, batches = assembly.session.steps, assembly.session.batches
        self._evaluation_every = evaluation_interval(
            steps, batches.per_epoch, assembly.data.points, looks(experiment, assembly.data, steps * batches.rows)
        )
        self._snapshot_every = -(-assembly.session.steps // SNAPSHOTS)
        self._sure_every = self._snapshot_every * (SNAPSHOTS // SURE_SNAPSHOTS)
        self._pictured = -1
        self._began = time.process_time()
        self._budget = Budget()
        self._keeper = Keeper(folder, mark, clock)

    def resume(self, from_there: Checkpoint) -> None:
        """Go on from a checkpoint. Raises CheckpointError for one of another experiment."""
        checkpoint.verify(from_there, self._mark, self.session.shapes())
        self.session.restore(from_there.state)
        self.seconds, self.first = from_there.seconds, from_there.state

    def standing(self) -> Checkpoint:
        """A checkpoint of this step."""
        return Checkpoint(self.session.state(), self._mark, self.seconds)

    def started(self, lesson: str, run: str) -> Started:
        session = self.session
        return Started(
            run=run, lesson=lesson, step_id=self._experiment.id, experiment=msgspec.to_builtins(self._experiment),
            digest=self._mark, seed=self._experiment.seed, device=str(session.device),
            device_reason=self._assembly.device_reason, threads=torch.get_num_threads(), torch=str(torch.__version__),
            steps=self.session.steps, parameters=sum(parameter.numel() for parameter in session.model.parameters()),
            domain=list(self._assembly.windows.domain), points=drawn_points(self._assembly.data),
            resumed_at=session.step, versions=versions(),
        )  # fmt: skip

    def events(self) -> Iterator[AnyEvent]:
        """Until the end. Where memory runs out the run goes back to its newest state and on in another way."""
        yield from self._retreat.told(self._assembly)
        while True:
            try:
                yield from self._events()
                return
            except (RuntimeError, MemoryError) as error:
                if not short(error):
                    raise
            yield from self._give_way()  # beyond the clause: the error holds what took the memory

    def _give_way(self) -> Iterator[AnyEvent]:
        yield from self._meter.take(self.seconds)
        state = self._keeper.states[-1].on_cpu() if self._keeper.states else self.first
        self._retreat.give_way(self._assembly)
        del self._assembly, self.session
        self._keeper.states.clear()
        self._assembly = self._retreat.resume(state)
        self.session = self._assembly.session
        self.evaluated = self._pictured = -1
        yield from self._retreat.told(self._assembly)

    def _events(self) -> Iterator[AnyEvent]:
        yield from self._look()
        while self.session.step < self.session.steps:
            order = self._control.order()
            if order.kind == "stop":
                yield from self.end("stopped")
                return
            if order.kind == "pause":
                yield from self._pause()
                continue
            if not self._advance(order.allowance):
                yield from self.diverge()
                return
            yield from self.tell()
        yield from self.end("done")

    def _advance(self, allowance: int | None) -> bool:
        """Train until something is due; False when a loss was not finite."""
        session, clock, control = self.session, self._clock, self._control
        first, due = session.step, min(self.next_evaluation, _next(session.step, self._snapshot_every))
        deadline = self.sent + EVENT_SECONDS
        began = clock()
        losses = session.advance(
            due if allowance is None else min(due, first + allowance), lambda: control.flag or clock() >= deadline
        )
        control.spend(len(losses))
        return self.took(first, losses, clock() - began)

    @property
    def next_evaluation(self) -> int:
        """The step of the next one: a multiple of the same number throughout the run, or its end."""
        return min(self.session.steps, _next(self.session.step, self._evaluation_every))

    def took(self, first: int, losses: Sequence[float], seconds: float) -> bool:
        """The session has gone on from step `first`; False when the last loss was not finite, its step in vain."""
        self.seconds += seconds
        self._meter.extend("loss", first + 1, losses)
        for name, values in self.session.series().items():
            self._meter.extend(name, first + 1, values)
        return isfinite(losses[-1])

    def tell(self) -> Iterator[AnyEvent]:
        """Whatever is due at this step."""
        step, now = self.session.step, self._clock()
        if step % self._evaluation_every == 0:
            self.evaluate()
        sure = step % self._sure_every == 0
        if (sure or step % self._snapshot_every == 0) and self._budget.allows(now, self.seconds, sure):
            yield from self._look_through_windows()
        yield from self.report()
        if self._keeper.due():
            yield from self._meter.take(self.seconds)  # the curve up to here first: a kill between leaves no gap
            self._keeper.save_sound([self.session.state()], self.seconds)

    def report(self, at_once: bool = False) -> Iterator[AnyEvent]:
        """The measurements since the last time, unless that was just now."""
        if at_once or self._clock() - self.sent >= EVENT_SECONDS:
            self.sent = self._clock()
            yield from self._meter.take(self.seconds)

    def _look(self) -> Iterator[AnyEvent]:
        """Everything there is to see at this step, due or not."""
        self.evaluate()
        yield from self._meter.take(self.seconds)
        yield from self._look_through_windows()
        self.sent = self._clock()

    def _look_through_windows(self) -> Iterator[AnyEvent]:
        if self._pictured != self.session.step:
            self._pictured, began = self.session.step, self._clock()
            taken = self._assembly.windows.snapshots(self.session)
            self._budget.spend(self._clock(), self._clock() - began)
            yield from taken

    def evaluate(self) -> None:
        if self.evaluated != self.session.step:
            self._keeper.keep(self.session, self.seconds)
            self.measured(self._assembly.evaluation.measure(self.session))

    def measured(self, values: Mapping[str, float]) -> None:
        """What an evaluation at this step has found."""
        self.evaluated = self.session.step
        for name, value in values.items():
            self._meter.extend(name, self.evaluated, [value])

    def measured_at(self, steps: Sequence[int], values: Mapping[str, Sequence[float]]) -> None:
        """What evaluations at these steps have found, the newest last."""
        self.evaluated = steps[-1]
        for name, series in values.items():
            self._meter.add(name, steps, series)

    def _pause(self) -> Iterator[AnyEvent]:
        yield from self._look()
        yield Paused(step=self.session.step)
        order = self._control.wait()
        self.sent = self._clock()
        if order.kind == "go" and order.allowance is None:
            yield Continued(step=self.session.step)

    def end(self, reason: Literal["done", "stopped"]) -> Iterator[AnyEvent]:
        state = self.session.state()
        if not state.finite():  # the last update overflowed, and no loss after it has shown it
            yield from self.diverge()
            return
        yield from self._look()
        final = {name: value for name, (_, value) in self._meter.last.items()}
        yield Finished(
            step=state.step, reason=reason, seconds=self.seconds, cpu=time.process_time() - self._began, final=final,
            checkpoint=self._keeper.save(state, self.seconds),
        )  # fmt: skip

    def diverge(self) -> Iterator[AnyEvent]:
        yield from self._meter.take(self.seconds)
        session = self.session
        place = first_place(session, self._experiment)
        step, loss = self._meter.last["loss"]
        what = "the loss is" if loss is None else "what the model computes is"  # the last update of all overflowed
        yield Failed(
            step=step, reason="diverged", layer=place.layer,
            checkpoint=self._keeper.save_sound(reversed(self._keeper.states), self.seconds),
            message=f"The run diverged: at step {step} {what} no longer a finite number; {place.said}."
                    " A smaller learning rate is the usual cure.",
        )  # fmt: skip


def _next(step: int, every: int) -> int:
    """The first multiple of `every` after `step`."""
    return (step // every + 1) * every
