"""What was measured of a stack and not told yet: kept as tensors, so that a step costs the same for any number of
models."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from dltui.engine.data import Data
from dltui.engine.stack import Stack
from dltui.engine.train import Trainer


class Tally:
    def __init__(self) -> None:
        self._first = 0
        self._losses: list[Tensor] = []
        """Each (steps, models)"""
        self._steps: list[int] = []
        self._found: dict[str, list[Tensor]] = {}
        """Each (models,)"""

    def took(self, first: int, losses: Tensor) -> None:
        """The stack has gone on from step `first`."""
        self._first = self._first if self._losses else first
        self._losses.append(losses)

    def measured(self, step: int, values: dict[str, Tensor]) -> None:
        self._steps.append(step)
        for name, value in values.items():
            self._found.setdefault(name, []).append(value)

    def hand_out(self, trainers: Sequence[Trainer], seconds: float = 0.0) -> None:
        """Give each trainer what is its own; seconds: of training, for each."""
        if self._steps:
            found = {name: torch.stack(values, 1).tolist() for name, values in self._found.items()}
            for row, trainer in enumerate(trainers):
                trainer.measured_at(self._steps, {name: values[row] for name, values in found.items()})
        if self._losses:
            losses = torch.cat(self._losses).T.tolist()
            for trainer, own in zip(trainers, losses, strict=True):
                trainer.took(self._first, own, seconds)
        self._losses, self._steps, self._found = [], [], {}


class Test:
    """What `Evaluation` measures, of all models of a stack at once."""

    def __init__(self, data: Data) -> None:
        self._train = torch.from_numpy(data.train_x), torch.from_numpy(data.train_y)
        self._held_out = self._train
        if data.test_x is not None and data.test_y is not None:
            self._held_out = torch.from_numpy(data.test_x), torch.from_numpy(data.test_y)
        self._counts_wrong = data.points and data.classes == 2

    def measure(self, stack: Stack) -> dict[str, Tensor]:
        """Each (models,)"""
        x, labels = self._held_out
        right = (stack.classes(x) == labels).sum(1)
        found = {"accuracy": right.double() / len(labels)}
        if self._counts_wrong:
            x, labels = self._train
            right = right if self._held_out is self._train else (stack.classes(x) == labels).sum(1)
            found["wrong"] = (len(labels) - right).double()
        return found
