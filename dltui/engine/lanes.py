"""Variants of a comparison on their way: one by itself, or several as a stack. Each is given its turns."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec

from dltui.engine.assembly import assemble, assemble_like
from dltui.engine.checkpoint import Checkpoint
from dltui.engine.control import Control
from dltui.engine.data import Data
from dltui.engine.retreat import Retreat
from dltui.engine.stack import Stack
from dltui.engine.tally import Tally, Test
from dltui.engine.train import EVENT_SECONDS, Trainer, prepared
from dltui.journal.events import AnyEvent, Failed, Finished
from dltui.lesson.change import digest
from dltui.lesson.records import Experiment

Numbered = tuple[int, Experiment]
"""A variant and its number, from 1."""


class Lane(Protocol):
    def turn(self) -> list[AnyEvent] | None:
        """Train for a moment and tell what there is to tell; None: all is over."""
        ...

    def look(self) -> list[AnyEvent]:
        """What was measured and not yet told, between two turns."""
        ...

    def standings(self) -> dict[int, Checkpoint | None]:
        """Where its variants stand between two turns; None: it is over."""
        ...

    def stop(self) -> None:
        """The next turns end it."""
        ...


class Watch:
    """A clock that goes on only during turns: what others do in between is no training time."""

    def __init__(self) -> None:
        self._went = 0.0
        self._since: float | None = None

    def __call__(self) -> float:
        return self._went + (time.perf_counter() - self._since if self._since is not None else 0.0)

    def __enter__(self) -> None:
        self._since = time.perf_counter()

    def __exit__(self, *raised: object) -> None:
        self._went, self._since = self(), None


class Alone:
    """Any experiment, trained as if there were no other."""

    def __init__(self, numbered: Numbered, lesson: str, run: str, device: str, resume: Checkpoint | None) -> None:
        self._number, experiment = numbered
        self._watch = Watch()
        self._control = Control()
        self._trainer = prepared(experiment, Retreat(experiment, device), self._control, None, self._watch, resume)
        self._events = self._told(lesson, run)
        self._over = False

    def _told(self, lesson: str, run: str) -> Iterator[AnyEvent]:
        if isinstance(self._trainer, Failed):
            yield self._trainer
            return
        yield self._trainer.started(lesson, run)
        yield from self._trainer.events()

    def turn(self) -> list[AnyEvent] | None:
        with self._watch:
            event = next(self._events, None)
        self._over = event is None or isinstance(event, Finished | Failed)
        return None if event is None else [msgspec.structs.replace(event, variant=self._number)]

    def look(self) -> list[AnyEvent]:
        if self._over or isinstance(self._trainer, Failed):
            return []
        return [msgspec.structs.replace(event, variant=self._number) for event in self._trainer.report(at_once=True)]

    def standings(self) -> dict[int, Checkpoint | None]:
        if self._over or isinstance(self._trainer, Failed):
            return {self._number: None}
        return {self._number: self._trainer.standing()}

    def stop(self) -> None:
        self._control.stop()


class Together:
    """Small networks of one kind, a step of all at a time. They are not looked at before they end: the pictures would
    cost more than the training. What is measured stays in tensors until it is told."""

    def __init__(self, numbers: Sequence[int], trainers: Sequence[Trainer], stack: Stack, data: Data) -> None:
        self._numbers = list(numbers)
        self._trainers = list(trainers)
        """Of the models in the stack, in its order."""
        self._stack: Stack | None = stack
        self._test = Test(data)
        self._tally = Tally()
        self._over: list[int] = []
        """Numbers of those that have diverged"""
        self._stopped = False

    def begin(self, lesson: str, run: str) -> list[AnyEvent]:
        assert self._stack is not None, "at the beginning"
        self._tally.measured(self._trainers[0].session.step, self._test.measure(self._stack))
        return self._tagged([[trainer.started(lesson, run)] for trainer in self._trainers])

    def turn(self) -> list[AnyEvent] | None:
        if self._stack is None:
            return None
        if self._stopped:
            self._tally.hand_out(self._trainers)
            self._stack = None
            return self._tagged(trainer.end("stopped") for trainer in self._trainers)
        return self._advance(self._stack)

    def look(self) -> list[AnyEvent]:
        if self._stack is None:
            return []
        self._tally.hand_out(self._trainers)
        return self._tagged(trainer.report(at_once=True) for trainer in self._trainers)

    def standings(self) -> dict[int, Checkpoint | None]:
        found: dict[int, Checkpoint | None] = dict.fromkeys(self._over)
        if self._stack is None:
            return found | dict.fromkeys(self._numbers)
        self._stack.settle()
        return found | {number: trainer.standing()
                        for number, trainer in zip(self._numbers, self._trainers, strict=True)}  # fmt: skip

    def stop(self) -> None:
        self._stopped = True

    def _advance(self, stack: Stack) -> list[AnyEvent]:
        began = time.perf_counter()
        lead = self._trainers[0]
        session, bad = lead.session, set[int]()

        def over_time() -> bool:
            return time.perf_counter() - began >= EVENT_SECONDS

        while session.step < session.steps and not bad and not over_time():
            first, due = session.step, lead.next_evaluation
            losses, bad = stack.advance(due, over_time)
            self._tally.took(first, losses)
            if not bad and session.step == due:
                self._tally.measured(due, self._test.measure(stack))
        self._tally.hand_out(self._trainers, (time.perf_counter() - began) / len(stack))
        if bad:
            return self._diverged(stack, bad, due)
        if session.step < session.steps:
            return self._tagged(trainer.report(at_once=True) for trainer in self._trainers)
        self._stack = None
        return self._tagged(trainer.end("done") for trainer in self._trainers)

    def _diverged(self, stack: Stack, bad: set[int], due: int) -> list[AnyEvent]:
        told = self._tagged(trainer.diverge() if row in bad else () for row, trainer in enumerate(self._trainers))
        self._over += [number for row, number in enumerate(self._numbers) if row in bad]
        self._stack = stack.without(bad)
        self._trainers = [trainer for row, trainer in enumerate(self._trainers) if row not in bad]
        self._numbers = [number for row, number in enumerate(self._numbers) if row not in bad]
        if self._stack is not None and self._trainers[0].session.step == due:
            self._tally.measured(due, self._test.measure(self._stack))
        return told

    def _tagged(self, told: Iterable[Iterable[AnyEvent]]) -> list[AnyEvent]:
        return [msgspec.structs.replace(event, variant=number)
                for number, events in zip(self._numbers, told, strict=True) for event in events]  # fmt: skip


def together(
    variants: Sequence[Numbered], lesson: str, run: str, device: str, resume: Mapping[int, Checkpoint | None]
) -> tuple[list[AnyEvent], Together] | None:
    """A lane for variants that `alike` found equal, at the same step, and what it tells first; None where they are not
    for this processor. Raises what `assemble` raises, and CheckpointError."""
    first = assemble(variants[0][1], device)
    if first.session.device.type != "cpu":
        return None
    trainers: list[Trainer] = []
    for number, experiment in variants:
        assembly = assemble_like(experiment, first) if trainers else first
        trainer = Trainer(experiment, digest(experiment), assembly, Retreat(experiment, device), Control(), None,
                          time.perf_counter)  # fmt: skip
        if (newest := resume.get(number)) is not None and newest.state.tensors:
            trainer.resume(newest)
        trainers.append(trainer)
    stack = Stack([trainer.session for trainer in trainers], [each.optimizer for _, each in variants],
                  [each.seed for _, each in variants])  # fmt: skip
    lane = Together([number for number, _ in variants], trainers, stack, first.data)
    return lane.begin(lesson, run), lane
