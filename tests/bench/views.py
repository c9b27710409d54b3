"""What looking at a model costs while it trains: `python tests/bench/views.py [views]`, or a few kinds of runs.

For each kind all its views are shown at once. Printed: looks a second, the share of the training time that they took
(the first quarter of a second is free: short runs are looked at afterwards), the milliseconds of a look, and the bytes
of a look in the journal.
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass, field
from typing import Any

import torch

from dltui.engine import train as trainer
from dltui.engine.views import Budget
from dltui.engine.views.windows import FREE
from dltui.journal.events import Finished, Snapshot
from dltui.journal.line import encode
from dltui.lesson.layers import Conv2d, Flatten, LeakyRelu, Linear, Lstm, MaxPool2d, Relu, Tanh
from dltui.lesson.records import Experiment, Optimizer

KINDS: dict[str, dict[str, Any]] = {
    "XOR 2-8-1": {
        "data": "xor", "model": [Linear(out=8), Tanh(), Linear(out=1)], "loss": "binary_cross_entropy",
        "steps": 40_000, "show": ["regions", "parameters", "gradients"]},
    "digits conv 8": {
        "data": "digits", "model": [Conv2d(out=8, kernel=3, padding=1), Relu(), MaxPool2d(kernel=2), Flatten(),
                                    Linear(out=10)], "loss": "cross_entropy", "batch": 32, "steps": 4_000,
        "show": ["mistakes", "confusion", "filters", "features", "gradients"]},
    "digits autoencoder": {
        "data": "digits", "model": [Flatten(), Linear(out=32), Relu(), Linear(out=2), Linear(out=32), Relu(),
                                    Linear(out=64)], "loss": "mse", "target": "input", "batch": 64, "steps": 6_000,
        "show": ["codes", "reconstructions", "latent_grid"]},
    "LSTM 16, 20 steps": {
        "data": "adding20", "model": [Lstm(out=16, last=True), Linear(out=1)], "loss": "mse", "batch": 64,
        "steps": 1_200, "show": ["gates", "recall"]},
    "GAN, ring of eight": {
        "data": "ring8", "model": [Linear(out=64), Relu(), Linear(out=2)], "loss": "gan", "noise": 8, "batch": 128,
        "adversary": [Linear(out=64), LeakyRelu(), Linear(out=1)], "steps": 2_500, "show": ["samples", "gradients"]},
}  # fmt: skip


@dataclass
class Ledger(Budget):
    """The trainer's budget, with its expenses."""

    expenses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def spend(self, now: float, seconds: float) -> None:
        super().spend(now, seconds)
        self.expenses.append(seconds)


def main(views: list[str]) -> None:
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, 1 thread")
    for name, given in KINDS.items():
        shown = [view for view in given["show"] if not views or view in views]
        if shown:
            measure(name, Experiment(id="a", title="A", optimizer=Optimizer(kind="adam", lr=0.002),
                                     **{**given, "show": shown}))


def measure(name: str, experiment: Experiment) -> None:
    ledger, sizes, seconds = Ledger(), 0, 0.0
    trainer.Budget = lambda: ledger  # type: ignore[assignment,misc]  # so that its expenses can be read
    for event in trainer.train(experiment, lesson="bench", run="bench", device="cpu"):
        if isinstance(event, Snapshot):
            sizes += len(encode(event, 10_000, 1e9))
        elif isinstance(event, Finished):
            seconds = event.seconds
    looks, spent = len(ledger.expenses), sum(ledger.expenses)
    beyond = max(0.0, spent - FREE)
    print(f"{name:<20} {seconds:5.1f} s  {looks / seconds:4.1f} looks/s  {100 * spent / seconds:4.1f} % of the time,"
          f" {100 * beyond / seconds:3.1f} % beyond the free {FREE} s"
          f"  {1e3 * statistics.median(ledger.expenses):5.1f} ms and {sizes / looks / 1e3:4.1f} KB a look"
          f"  {', '.join(experiment.show)}")


if __name__ == "__main__":
    main(sys.argv[1:])
