"""Experiments to train in tests, and a look at what came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import torch

from dltui.engine.train import train
from dltui.journal.events import AnyEvent
from dltui.journal.run import Run
from dltui.lesson.layers import Conv2d, Dropout, Flatten, Linear, MaxPool2d, Relu, Tanh
from dltui.lesson.records import Experiment, Optimizer

Make = Callable[..., Experiment]


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def same_chance() -> None:
    """The same numbers in every run, whichever tests came before."""
    torch.manual_seed(0)


@pytest.fixture
def xor() -> Make:
    """XOR with 8 hidden units, full batch; any field may be given."""

    def make(**fields: Any) -> Experiment:
        usual: dict[str, Any] = {
            "id": "train", "title": "XOR", "data": "xor", "model": [Linear(out=8), Tanh(), Linear(out=2)],
            "loss": "cross_entropy", "optimizer": Optimizer(kind="adam", lr=0.05), "steps": 100,
        }  # fmt: skip
        return Experiment(**(usual | fields))

    return make


@pytest.fixture
def digits() -> Make:
    """A small convolutional net with dropout on the digits, in batches; any field may be given."""

    def make(**fields: Any) -> Experiment:
        layers = [Conv2d(out=4, kernel=3), Relu(), MaxPool2d(kernel=2), Flatten(), Dropout(p=0.2), Linear(out=10)]
        usual: dict[str, Any] = {
            "id": "train", "title": "Digits", "data": "digits", "model": layers, "loss": "cross_entropy",
            "optimizer": Optimizer(kind="adam", lr=0.005), "epochs": 3, "batch": 64,
        }  # fmt: skip
        return Experiment(**(usual | fields))

    return make


@pytest.fixture
def told() -> Callable[[Experiment], Run]:
    """Train to the end and fold what is told."""

    def fold(experiment: Experiment, **how: Any) -> Run:
        run = Run()
        for event in events_of(experiment, **how):
            run.apply(event)
        return run

    return fold


@pytest.fixture
def events() -> Callable[..., Iterable[AnyEvent]]:
    return events_of


def events_of(experiment: Experiment, **how: Any) -> Iterable[AnyEvent]:
    return train(experiment, **({"lesson": "test", "run": "run"} | how))
