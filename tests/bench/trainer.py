"""Steps per second of the trainer, with its events, against the loop of every textbook.

    python tests/bench/trainer.py [rounds]

Both train the same model from the same start, on one thread, in turns; the ratio of each turn is taken, so a machine
that gets slower slows both. The textbook loop is a DataLoader, Adam, `zero_grad`, `backward`, `step` and `loss.item()`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import torch
from torch.utils.data import DataLoader, TensorDataset

from dltui.engine import data, model
from dltui.engine.objective import objective
from dltui.engine.train import train
from dltui.lesson.datasets import DATASETS
from dltui.lesson.layers import Conv2d, Flatten, Linear, MaxPool2d, Relu, Tanh
from dltui.lesson.records import Experiment, Optimizer

BENCHES = {
    "XOR 2-8-2, batch 4": Experiment(
        id="xor", title="", data="xor", model=[Linear(out=8), Tanh(), Linear(out=2)], loss="cross_entropy",
        optimizer=Optimizer(kind="adam", lr=0.05), steps=1500,
    ),
    "digits 64-32-10, batch 32": Experiment(
        id="digits", title="", data="digits", model=[Flatten(), Linear(out=32), Relu(), Linear(out=10)],
        loss="cross_entropy", optimizer=Optimizer(kind="adam", lr=0.005), epochs=25, batch=32,
    ),
    "digits conv 8, pool, batch 32": Experiment(
        id="conv", title="", data="digits",
        model=[Conv2d(out=8, kernel=3, padding=1), Relu(), MaxPool2d(kernel=2), Flatten(), Linear(out=10)],
        loss="cross_entropy", optimizer=Optimizer(kind="adam", lr=0.005), epochs=15, batch=32,
    ),
}  # fmt: skip


def ours(experiment: Experiment) -> int:
    steps = 0
    for event in train(experiment, lesson="bench", run="bench", device="cpu"):
        steps = max(steps, getattr(event, "steps", 0))
    return steps


def textbook(experiment: Experiment) -> int:
    rows = data.make(experiment.data, experiment.data_seed)
    net = model.build(experiment, DATASETS[experiment.data], experiment.seed, torch.device("cpu"))
    aim = objective(experiment.loss, rows.classes)
    optimizer = torch.optim.Adam(net.parameters(), lr=experiment.optimizer.lr)
    pairs = TensorDataset(torch.from_numpy(rows.train_x), aim.targets(rows.train_y))
    batch = experiment.batch or len(rows.train_x)
    loader = DataLoader(pairs, batch_size=batch, shuffle=batch < len(rows.train_x), drop_last=True)
    steps = experiment.steps or (experiment.epochs or 1) * len(loader)
    done, losses = 0, []
    while done < steps:
        for x, y in loader:
            optimizer.zero_grad()
            loss = aim.loss(net(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            done += 1
    return done


def speed(loop: Callable[[Experiment], int], experiment: Experiment) -> float:
    """Steps per second of processor time: what other programs take does not count."""
    began = time.process_time()
    return loop(experiment) / (time.process_time() - began)


def main(rounds: int) -> None:
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, 1 thread, {rounds} rounds: median [lowest highest]")
    for name, experiment in BENCHES.items():
        for loop in (textbook, ours):
            speed(loop, experiment)
        pairs = [(speed(ours, experiment), speed(textbook, experiment)) for _ in range(rounds)]
        ratios = sorted(mine / theirs for mine, theirs in pairs)
        mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"{name:<32} {statistics.median(ratios):5.2f} [{ratios[0]:.2f} {ratios[-1]:.2f}] times the textbook loop"
              f"   ({mine:.0f} against {theirs:.0f} steps/s)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
