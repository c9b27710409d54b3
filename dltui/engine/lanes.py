"""Variants of a comparison on their way: one by itself, or several as a stack. Each is given its turns."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec
import torch
from torch import Tensor

from dltui.engine.assembly import assemble
from dltui.engine.control import Control
from dltui.engine.data import Data
from dltui.engine.retreat import Retreat
from dltui.engine.stack import Stack
from dltui.engine.train import EVENT_SECONDS, Trainer, train
from dltui.journal.events import AnyEvent
from dltui.lesson.change import digest
from dltui.lesson.records import Experiment

Numbered = tuple[int, Experiment]
"""A variant and its number, from 1."""


class Lane(Protocol):
    def turn(self) -> list[AnyEvent] | None:
        """Train for a moment and tell what there is to tell; None: all is over."""
        ...

    def look(self) -> list[AnyEvent]:
        """What was measured and not yet told, as far as it can be had between two turns."""
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

    def __init__(self, numbered: Numbered, lesson: str, run: str, device: str) -> None:
        self._number, experiment = numbered
        self._watch = Watch()
        self._control = Control()
        self._events = train(experiment, lesson=lesson, run=run, device=device, control=self._control,
                             clock=self._watch)  # fmt: skip

    def turn(self) -> list[AnyEvent] | None:
        with self._watch:
            event = next(self._events, None)
        return None if event is None else [msgspec.structs.replace(event, variant=self._number)]

    def look(self) -> list[AnyEvent]:
        return []

    def stop(self) -> None:
        self._control.stop()


class Together:
    """Small networks of one kind, a step of all at a time. They are not looked at before they end: the pictures would
    cost more than the training."""

    def __init__(self, numbers: Sequence[int], trainers: Sequence[Trainer], stack: Stack, data: Data) -> None:
        self._numbers = list(numbers)
        self._trainers = list(trainers)
        """Of the models in the stack, in its order."""
        self._stack: Stack | None = stack
        self._held_out, self._train_rows = _rows(data)
        self._clock = time.perf_counter
        self._stopped = False

    def begin(self, lesson: str, run: str) -> list[AnyEvent]:
        for trainer, values in zip(self._trainers, self._measured(), strict=True):
            trainer.measured(values)
        starts = [[trainer.started(lesson, run)] for trainer in self._trainers]
        return self._tagged(starts)

    def turn(self) -> list[AnyEvent] | None:
        if self._stack is None:
            return None
        if self._stopped:
            self._stack = None
            return self._tagged(trainer.end("stopped") for trainer in self._trainers)
        return self._advance(self._stack)

    def look(self) -> list[AnyEvent]:
        return self._tagged(trainer.report(at_once=True) for trainer in self._trainers) if self._stack else []

    def stop(self) -> None:
        self._stopped = True

    def _advance(self, stack: Stack) -> list[AnyEvent]:
        lead = self._trainers[0]
        first, due, began = lead.session.step, lead.next_evaluation, self._clock()
        losses, bad = stack.advance(due, lambda: self._clock() - began >= EVENT_SECONDS)
        seconds = (self._clock() - began) / len(stack)
        for trainer, values in zip(self._trainers, losses, strict=True):
            trainer.took(first, values, seconds)
        told: list[AnyEvent] = []
        if bad:
            told = self._tagged(trainer.diverge() if row in bad else () for row, trainer in enumerate(self._trainers))
            self._drop(stack, bad)
        return told + self._report(due)

    def _drop(self, stack: Stack, bad: set[int]) -> None:
        self._stack = stack.without(bad)
        self._trainers = [trainer for row, trainer in enumerate(self._trainers) if row not in bad]
        self._numbers = [number for row, number in enumerate(self._numbers) if row not in bad]

    def _report(self, due: int) -> list[AnyEvent]:
        """What those that are left have to tell at this step."""
        if self._stack is None:
            return []
        session = self._trainers[0].session
        if session.step == due:
            for trainer, values in zip(self._trainers, self._measured(), strict=True):
                trainer.measured(values)
        if session.step < session.steps:
            if self._clock() - self._trainers[0].sent < EVENT_SECONDS:
                return []  # asking each of them takes longer than a step
            return self._tagged(trainer.report() for trainer in self._trainers)
        self._stack = None
        return self._tagged(trainer.end("done") for trainer in self._trainers)

    def _measured(self) -> list[dict[str, float]]:
        """What `Evaluation` finds, of all models at once."""
        assert self._stack is not None
        x, labels = self._held_out
        found = [{"accuracy": right / len(labels)} for right in self._right(x, labels)]
        if self._train_rows is not None:
            x, labels = self._train_rows
            for each, right in zip(found, self._right(x, labels), strict=True):
                each["wrong"] = float(len(labels) - right)
        return found

    def _right(self, x: Tensor, labels: Tensor) -> list[int]:
        assert self._stack is not None
        counts: list[int] = (self._stack.classes(x) == labels).sum(1).tolist()
        return counts

    def _tagged(self, told: Iterable[Iterable[AnyEvent]]) -> list[AnyEvent]:
        return [msgspec.structs.replace(event, variant=number)
                for number, events in zip(self._numbers, told, strict=True) for event in events]  # fmt: skip


def together(
    variants: Sequence[Numbered], lesson: str, run: str, device: str
) -> tuple[list[AnyEvent], Together] | None:
    """A lane for variants that `alike` found equal, and what it tells first; None where they are not for this
    processor. Raises what `assemble` raises."""
    trainers = []
    data: Data | None = None
    for _, experiment in variants:
        assembly = assemble(experiment, device)
        data = data or assembly.data
        if assembly.session.device.type != "cpu":
            return None
        trainers.append(Trainer(experiment, digest(experiment), assembly, Retreat(experiment, device), Control(), None,
                                time.perf_counter))  # fmt: skip
    assert data is not None
    stack = Stack([trainer.session for trainer in trainers], [each.optimizer for _, each in variants],
                  [each.seed for _, each in variants])  # fmt: skip
    lane = Together([number for number, _ in variants], trainers, stack, data)
    return lane.begin(lesson, run), lane


def _rows(data: Data) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor] | None]:
    """Inputs and labels for `accuracy`, and those for `wrong`, if it is counted."""
    train = torch.from_numpy(data.train_x), torch.from_numpy(data.train_y)
    held_out = train
    if data.test_x is not None and data.test_y is not None:
        held_out = torch.from_numpy(data.test_x), torch.from_numpy(data.test_y)
    return held_out, train if data.points and data.classes == 2 else None
