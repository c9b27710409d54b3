"""Trains whatever an experiment asks for: one run, or all that it compares, side by side in one run.

A comparison tells Started and its end of the whole, variant 0, and of each variant. Small networks of one kind are
trained as one, the others in turns. One that diverges stops alone. All of them share one checkpoint.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from dltui.engine import train as trainer
from dltui.engine.assembly import Misfit
from dltui.engine.checkpoint import ANOTHER, Checkpoint, CheckpointError
from dltui.engine.control import Control
from dltui.engine.data import DataError
from dltui.engine.device import DeviceError
from dltui.engine.distributed import Ranks
from dltui.engine.keeper import Keeper
from dltui.engine.lanes import Alone, Lane, Numbered, together
from dltui.engine.model import TooLarge
from dltui.engine.session import State
from dltui.engine.stackable import alike
from dltui.engine.train import EVENT_SECONDS
from dltui.journal.events import AnyEvent, Continued, Failed, Finished, Metrics, Paused, Started
from dltui.lesson.change import ChangeError, digest
from dltui.lesson.comparison import Shard, variants
from dltui.lesson.records import Experiment


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
    shard: Shard | None = None,
) -> Iterator[AnyEvent]:
    """As `train.train`, also for an experiment that compares: all of it or a shard. A pause holds all variants; a
    single step takes each one on by a moment."""
    if experiment.compare and team is None:
        return Sweep(experiment, lesson, run, device, control or Control(), shard, resume, folder).events()
    return trainer.train(experiment, lesson=lesson, run=run, device=device, control=control, resume=resume,
                         folder=folder, team=team)  # fmt: skip


class Sweep:
    def __init__(
        self, experiment: Experiment, lesson: str, run: str, device: str, control: Control, shard: Shard | None = None,
        resume: Checkpoint | None = None, folder: Path | None = None,
    ) -> None:  # fmt: skip
        self._experiment = experiment
        self._lesson, self._run, self._device = lesson, run, device
        self._control = control
        self._shard = shard or Shard(1, 1)
        self._began = time.process_time()
        self._resume = resume
        self._standings: dict[int, Checkpoint | None] = {} if resume is None else dict(resume.variants)
        self._seconds = 0.0 if resume is None else resume.seconds
        self._step = 0 if resume is None else resume.state.step
        self._stopped = False
        self._checkpoint = ""
        self._mark = digest(experiment)
        self._keeper = Keeper(folder, self._mark, time.perf_counter)

    def events(self) -> Iterator[AnyEvent]:
        try:
            numbered = self._numbered()
        except (ChangeError, CheckpointError) as error:
            yield Failed(step=0, reason="invalid", message=str(error))
            return
        told, lanes = self._lanes(numbered)
        start = next((event for event in told if isinstance(event, Started)), None)
        if start is None:
            failed = next(event for event in told if isinstance(event, Failed))
            yield msgspec.structs.replace(failed, variant=0)
            return
        yield self._whole(start)
        yield from map(self._noted, told)
        yield from self._turns(lanes)
        yield Finished(step=self._step, reason="stopped" if self._stopped else "done", seconds=self._seconds,
                       cpu=time.process_time() - self._began, final={}, checkpoint=self._checkpoint)  # fmt: skip

    def _numbered(self) -> list[Numbered]:
        """The variants that are to be trained. Raises ChangeError and CheckpointError."""
        numbered = list(enumerate(variants(self._experiment), 1))
        if self._resume is None:
            return self._shard.of(numbered)
        if self._resume.digest != self._mark:
            raise CheckpointError(ANOTHER)
        return [each for each in numbered if self._standings.get(each[0]) is not None]

    def _lanes(self, numbered: list[Numbered]) -> tuple[list[AnyEvent], list[Lane]]:
        """The lanes, and what they tell before the first step."""
        groups: dict[object, list[Numbered]] = {}
        for number, experiment in numbered:
            kind, newest = alike(experiment), self._standings.get(number)
            mark = ("alone", number) if kind is None else (kind, newest.state.step if newest is not None else 0)
            groups.setdefault(mark, []).append((number, experiment))
        told: list[AnyEvent] = []
        lanes: list[Lane] = []
        for group in groups.values():
            stacked = self._together(group) if len(group) > 1 else None
            if stacked is not None:
                told += stacked[0]
                lanes.append(stacked[1])
                continue
            for each in group:
                newest = self._standings.get(each[0])
                begun = newest if newest is not None and newest.state.tensors else None
                alone = Alone(each, self._lesson, self._run, self._device, begun)
                told += alone.turn() or []
                lanes.append(alone)
        return told, lanes

    def _together(self, group: list[Numbered]) -> tuple[list[AnyEvent], Lane] | None:
        """None where they have to be trained one by one, which also tells best what is wrong with them."""
        try:
            return together(group, self._lesson, self._run, self._device, self._standings)
        except (TooLarge, ChangeError, CheckpointError, DataError, DeviceError, Misfit, MemoryError):
            return None

    def _whole(self, start: Started) -> Started:
        return msgspec.structs.replace(
            start, variant=0, experiment=msgspec.to_builtins(self._experiment), digest=self._mark,
            seed=self._experiment.seed, resumed_at=self._step,
        )  # fmt: skip

    def _turns(self, lanes: list[Lane]) -> Iterator[AnyEvent]:
        """One turn of each lane after the other until all are over."""
        sent = 0.0
        while lanes:
            order = self._control.order()
            if order.kind == "pause":
                for lane in lanes:
                    yield from map(self._noted, lane.look())
                yield Paused(step=self._step)
                order = self._control.wait()
                if order.kind == "go" and order.allowance is None:
                    yield Continued(step=self._step)
            if order.kind == "stop" and not self._stopped:
                self._stopped = True
                yield from self._keep(lanes)
                for lane in lanes:
                    lane.stop()
            going = []
            for lane in lanes:
                began = time.perf_counter()
                told = lane.turn()
                self._seconds += time.perf_counter() - began
                if told is not None:
                    going.append(lane)
                    yield from map(self._noted, told)
            lanes = going
            if time.perf_counter() - sent >= EVENT_SECONDS:
                sent = time.perf_counter()
                yield Metrics(series={}, seconds=self._seconds)
            if lanes and not self._stopped and self._keeper.due():
                yield from self._keep(lanes)
            self._control.spend(order.allowance or 0)

    def _keep(self, lanes: list[Lane]) -> Iterator[AnyEvent]:
        """One checkpoint for all, after what was measured up to it."""
        for lane in lanes:
            yield from map(self._noted, lane.look())
            self._standings |= lane.standings()
        states = [each.state for each in self._standings.values() if each is not None]
        if self._step and all(state.finite() for state in states):  # else the next loss tells
            self._checkpoint = self._keeper.save(State(self._step, 0, {}), self._seconds, self._standings)

    def _noted(self, event: AnyEvent) -> AnyEvent:
        """Without what the start of the whole tells for all."""
        if isinstance(event, Metrics):
            self._step = max(self._step, max((steps[-1] for steps, _ in event.series.values() if steps), default=0))
        if isinstance(event, Started):
            return msgspec.structs.replace(event, domain=[], points=[], versions={})
        return event
