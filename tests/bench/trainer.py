"""Steps per second of the trainer, against what people write by hand.

    python tests/bench/trainer.py [--rounds 5] [--only XOR] [--json FILE] [--frameworks]

Loops, each with the same model, start, batches and number of steps, on one thread, in turns within one process:
- `ours`: the experiment as a lesson states it, its journal written to disk;
- `textbook`: DataLoader, Adam, `zero_grad`, `backward`, `step`, `loss.item()` each step;
- `hand-tuned`: data resident, rows gathered once an epoch, parameters in one flat buffer, one fused Adam call, losses
  read at the end;
- with `--frameworks` PyTorch Lightning, Keras 3 on torch and skorch, where they are installed (`frameworks.py`).
The first three measure the held-out rows once an epoch. The second table is about many runs: a comparison against the
hand-tuned loop as often as it has runs. Processor time, medians over the rounds, so that a machine that gets slower
slows all. Where there is no MNIST, random pictures of its shape do: speed does not depend on what is in them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from msgspec.structs import replace
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from dltui.engine import data, sweep
from dltui.engine.assembly import assemble
from dltui.engine.data import Data
from dltui.engine.flat import flatten
from dltui.engine.recording import record
from dltui.engine.session import Session
from dltui.lesson.comparison import variants
from dltui.lesson.layers import Conv2d, Dropout, Flatten, Linear, Lstm, MaxPool2d, Relu, Tanh
from dltui.lesson.records import Experiment, Optimizer
from tests.bench import adversarial
from tests.bench.adversarial import RING
from tests.bench.frameworks import installed

ADDING = data._MAKERS["adding60"]
ROWS = 1920, 320
"""Pictures to train on and held out, in MNIST's proportion: an epoch is 15 batches of 128."""


def experiment(name: str, model: list[Any], **fields: Any) -> Experiment:
    usual: dict[str, Any] = {"id": "bench", "title": name, "loss": "cross_entropy", "show": ["loss", "accuracy"]}
    return Experiment(model=model, **(usual | fields))


MNIST: dict[str, Any] = {"data": "mnist", "batch": 128}
WORKLOADS = {
    "XOR 2-8-2": experiment(
        "xor", [Linear(out=8), Tanh(), Linear(out=2)], data="xor", steps=1500, optimizer=Optimizer(kind="adam", lr=0.05)
    ),
    "digits 64-32-10, batch 32": experiment(
        "digits", [Flatten(), Linear(out=32), Relu(), Linear(out=10)], data="digits", batch=32, epochs=20,
        optimizer=Optimizer(kind="adam", lr=0.005),
    ),
    "MNIST 784-784-784-10, dropout, batch 128": experiment(
        "mlp", [Flatten(), Linear(out=784), Relu(), Dropout(p=0.2), Linear(out=784), Relu(), Dropout(p=0.2),
                Linear(out=10)],
        epochs=3, optimizer=Optimizer(kind="adam", lr=0.001), **MNIST,
    ),
    "LeNet 28x28, batch 128": experiment(
        "lenet", [Conv2d(out=6, kernel=5, padding=2), Relu(), MaxPool2d(kernel=2), Conv2d(out=16, kernel=5), Relu(),
                  MaxPool2d(kernel=2), Flatten(), Linear(out=120), Relu(), Linear(out=84), Relu(), Linear(out=10)],
        epochs=3, optimizer=Optimizer(kind="adam", lr=0.001), **MNIST,
    ),
    "LSTM T=60, batch 64": experiment(
        "lstm", [Lstm(out=32, last=True), Linear(out=1)], data="adding60", loss="mse", batch=64, epochs=3,
        optimizer=Optimizer(kind="adam", lr=0.01), show=["loss"],
    ),
}  # fmt: skip
GOALS = dict(zip(WORKLOADS, ((2.8, 0.85), (3.2, 0.85), (1.18, 0.95), (1.08, 0.95), (1.25, 0.95)), strict=True))
"""Against the textbook and the hand-tuned loop."""
GAME, GAME_GOAL = "GAN 4-64-64-2 on the ring, batch 128", 2.0
SWEEPS = {
    "32 learning rates of XOR": (
        replace(WORKLOADS["XOR 2-8-2"], steps=500,
                compare={"lr": [round(0.005 * (place + 1), 4) for place in range(32)]}),
        10.0,
    ),
    "8 learning rates of digits": (
        replace(WORKLOADS["digits 64-32-10, batch 32"], epochs=8,
                compare={"lr": [round(0.001 * (place + 1), 4) for place in range(8)]}),
        2.2,
    ),
}  # fmt: skip


def pictures(seed: int) -> Data:
    generator = np.random.default_rng(seed)
    x = generator.random((sum(ROWS), 1, 28, 28), dtype=np.float32)
    y = generator.integers(0, 10, sum(ROWS))
    return Data(x[: ROWS[0]], y[: ROWS[0]], x[ROWS[0] :], y[ROWS[0] :])


def sequences(seed: int) -> Data:
    """The adding problem with as many rows as there are pictures."""
    made = ADDING(seed)
    assert made.test_x is not None and made.test_y is not None
    return Data(made.train_x[: ROWS[0]], made.train_y[: ROWS[0]], made.test_x[: ROWS[1]], made.test_y[: ROWS[1]])


def ours(asked: Experiment) -> None:
    with tempfile.TemporaryDirectory() as folder:
        record(Path(folder) / "run", partial(sweep.train, asked, lesson="bench", run="run", device="cpu",
                                             folder=Path(folder) / "run"))  # fmt: skip


def parts(asked: Experiment) -> tuple[Session, Tensor, Tensor, int]:
    """A fresh model, inputs, targets and the size of a batch."""
    session = assemble(asked, "cpu").session
    x, y = session.batches.first(10**9)
    return session, x, y, asked.batch or len(x)


def held_out(asked: Experiment) -> Tensor | None:
    rows = data.make(asked.data, asked.data_seed).test_x
    return None if rows is None or asked.data == "xor" else torch.from_numpy(rows)


def textbook(asked: Experiment) -> None:
    session, x, y, batch = parts(asked)
    net, loss_of = fresh(session), session.objective.loss
    test = held_out(asked)
    tests = None if test is None else DataLoader(TensorDataset(test), batch_size=batch)
    optimizer = torch.optim.Adam(net.parameters(), lr=asked.optimizer.lr)
    loader = DataLoader(TensorDataset(x, y), batch_size=batch, shuffle=batch < len(x), drop_last=True)
    done, losses = 0, []
    while done < session.steps:
        for rows, targets in loader:
            optimizer.zero_grad()
            loss = loss_of(net(rows), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            done += 1
            if done == session.steps:
                break
        if tests is not None:
            net.eval()
            with torch.no_grad():
                for (rows,) in tests:
                    net(rows).argmax(1)
            net.train()


def hand_tuned(asked: Experiment) -> None:
    session, x, y, batch = parts(asked)
    net, loss_of, test = fresh(session), session.objective.loss, held_out(asked)
    flat = flatten(net)
    mean, square, count = torch.zeros_like(flat.values), torch.zeros_like(flat.values), torch.zeros(())
    losses: list[Tensor] = []
    while len(losses) < session.steps:
        for rows, targets in split(x, y, batch):
            loss = loss_of(net(rows), targets)
            loss.backward()
            losses.append(loss.detach())
            count.add_(1)
            torch._fused_adam_([flat.values], [flat.grads], [mean], [square], [], [count], lr=asked.optimizer.lr,
                               beta1=0.9, beta2=0.999, weight_decay=0.0, eps=1e-8, amsgrad=False, maximize=False)
            flat.grads.zero_()
            if len(losses) == session.steps:
                break
        if test is not None:
            net.eval()
            with torch.inference_mode():
                net(test).argmax(1)
            net.train()
    torch.stack(losses).tolist()


def split(x: Tensor, y: Tensor, batch: int) -> Iterator[tuple[Tensor, Tensor]]:
    if batch == len(x):
        return iter([(x, y)])
    order = torch.randperm(len(x))[: len(x) // batch * batch]
    return zip(x[order].split(batch), y[order].split(batch), strict=True)


def fresh(session: Session) -> nn.Sequential:
    """The model with parameters of its own again, out of the flat buffer."""
    for parameter in session.model.parameters():
        parameter.data, parameter.grad = parameter.data.clone(), None
    return session.model


def repeated(asked: Experiment) -> None:
    for each in variants(asked):
        hand_tuned(each)


def seconds(loop: Callable[[Experiment], None], asked: Experiment) -> float:
    began = time.process_time()
    loop(asked)
    return time.process_time() - began


def measured(asked: Experiment, loops: dict[str, Callable[[Experiment], None]], rounds: int) -> dict[str, list[float]]:
    for loop in loops.values():
        loop(asked)  # the first time is the slowest
    taken = [{name: seconds(loop, asked) for name, loop in loops.items()} for _ in range(rounds)]
    return {name: [each[name] for each in taken] for name in loops}


def ratio(taken: dict[str, list[float]], slow: str, fast: str) -> tuple[float, float, float]:
    ratios = sorted(one / other for one, other in zip(taken[slow], taken[fast], strict=True))
    return statistics.median(ratios), ratios[0], ratios[-1]


def told(found: tuple[float, float, float], goal: float) -> str:
    return f"{found[0]:6.2f} [{found[1]:.2f} {found[2]:.2f}] goal {goal:<4} {'ok  ' if found[0] >= goal else 'MISS'}"


def main() -> int:
    parser = argparse.ArgumentParser(description="The trainer against loops written by hand.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="workloads whose name holds this")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--frameworks", action="store_true", help="Lightning, Keras and skorch too")
    options = parser.parse_args()
    torch.set_num_threads(1)
    results: dict[str, Any] = {"torch": torch.__version__, "threads": 1, "rounds": options.rounds, "workloads": {}}
    print(f"torch {torch.__version__}, 1 thread, {options.rounds} rounds: times as fast, median [lowest highest]")
    with patch.dict(data._MAKERS, {"mnist": pictures, "adding60": sequences}):
        for name, asked in WORKLOADS.items():
            if options.only not in name:
                continue
            others = installed() if options.frameworks else {}
            there = {other: loop for other, loop in others.items() if loop is not None}
            taken = measured(asked, {"ours": ours, "textbook": textbook, "hand-tuned": hand_tuned} | there,
                             options.rounds)  # fmt: skip
            book, hand = ratio(taken, "textbook", "ours"), ratio(taken, "hand-tuned", "ours")
            goals = GOALS[name]
            print(f"{name:<42} textbook {told(book, goals[0])}  hand-tuned {told(hand, goals[1])}", flush=True)
            for other in others:
                said = "not installed" if other not in there else "{:6.2f} [{:.2f} {:.2f}]".format(
                    *ratio(taken, other, "ours"))  # fmt: skip
                print(f"{'':<42} {other:<14} {said}", flush=True)
            found = {other: ratio(taken, other, "ours") for other in there}
            results["workloads"][name] = {"textbook": book, "hand-tuned": hand, **found, "seconds": taken}
        if options.only in GAME:
            taken = measured(RING, {"ours": ours, "textbook": adversarial.textbook}, options.rounds)
            times = ratio(taken, "textbook", "ours")
            print(f"{GAME:<42} textbook {told(times, GAME_GOAL)}", flush=True)
            results["workloads"][GAME] = {"textbook": times, "seconds": taken}
        for name, (asked, goal) in SWEEPS.items():
            if options.only not in name:
                continue
            taken = measured(asked, {"ours": ours, "one by one": repeated}, options.rounds)
            times = ratio(taken, "one by one", "ours")
            print(f"{name:<42} hand-tuned one by one {told(times, goal)}", flush=True)
            results["workloads"][name] = {"one by one": times, "seconds": taken}
    if options.json is not None:
        options.json.write_text(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
