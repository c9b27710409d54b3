"""What a GPU makes of the trainer: seconds to 99 % on MNIST, graph against eager against textbook, CPU against GPU.

    python tests/bench/gpu.py [--device cuda:0] [--rounds 5] [--json FILE]

- `MNIST to 99 %`: one epoch of a small convolutional net, warm, from the first step to the last measurement.
- `steps per second`: a step replayed as a CUDA graph, launched kernel by kernel, and by the textbook loop (DataLoader,
  Adam, `loss.item()` each step). Medians over the rounds, in turns. Random pictures stand in for MNIST here.
- `crossover`: networks of growing width on both; the size from which the GPU is faster is what `TINY` in
  dltui/engine/device.py should say.
`--device cpu` runs it all without graphs, to try the program itself.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from msgspec.structs import replace
from torch.utils.data import DataLoader, TensorDataset
from trainer import WORKLOADS, fresh, pictures

from dltui.engine import data, mnist
from dltui.engine.assembly import assemble, planned
from dltui.engine.graph import Graphed, graphed
from dltui.engine.session import Session
from dltui.engine.train import train
from dltui.journal.run import Run
from dltui.lesson.layers import Conv2d, Flatten, Linear, MaxPool2d, Relu
from dltui.lesson.records import Experiment, Optimizer

WIDTHS = (8, 32, 128, 512, 2048)
STEPS = 200
ANCHOR = Experiment(
    id="mnist", title="MNIST to 99 %", data="mnist", loss="cross_entropy", batch=256, epochs=1, show=["accuracy"],
    model=[Conv2d(out=24, kernel=5), MaxPool2d(kernel=2), Relu(), Conv2d(out=32, kernel=3), MaxPool2d(kernel=2), Relu(),
           Flatten(), Linear(out=256), Relu(), Linear(out=10)],
    optimizer=Optimizer(kind="adam", lr=0.01, betas=[0.7, 0.9], schedule="one_cycle", cycle_momentum=False),
)  # fmt: skip
"""After github.com/tuomaso/train_mnist_fast, which tells how it came from 172 seconds to less than one."""


def waited(device: str) -> None:
    if device != "cpu":
        torch.cuda.synchronize()


def timed(work: Callable[[], object], device: str) -> float:
    waited(device)
    began = time.perf_counter()
    work()
    waited(device)
    return time.perf_counter() - began


def steps_of(session: Session) -> int:
    return min(STEPS, session.steps // 2)


def mnist_seconds(device: str, rounds: int) -> list[dict[str, float]]:
    """Accuracy and seconds of each round; the first one, which loads kernels, does not count."""
    found = []
    for seed in range(rounds + 1):
        run, began = Run(), time.perf_counter()
        for event in train(replace(ANCHOR, seed=seed), lesson="bench", run="bench", device=device):
            if event.__class__.__name__ == "Started":
                waited(device)
                began = time.perf_counter()
            run.apply(event)
        found.append({"seconds": time.perf_counter() - began, "accuracy": run.final.get("accuracy") or 0.0})
    return found[1:]


def ours(experiment: Experiment, device: str, record: bool) -> Callable[[], object]:
    """A warm session and what takes it STEPS further."""
    made = assemble(experiment, device)
    session = graphed(made.session, made.work) if record else made.session
    count = steps_of(session)
    session.advance(count, lambda: False)
    if record and not (isinstance(session, Graphed) and session.replay):
        raise LookupError(getattr(session, "refused", "not recorded"))
    start = session.state()

    def further() -> None:
        session.restore(start)
        session.advance(start.step + count, lambda: False)

    return further


def textbook(experiment: Experiment, device: str) -> Callable[[], object]:
    session = assemble(experiment, device).session
    net, loss_of, count = fresh(session), session.objective.loss, steps_of(session)
    x, y = (rows.cpu() for rows in (session.batches._x, session.batches._y))
    loader = DataLoader(TensorDataset(x, y), batch_size=session.batches.rows, shuffle=True, drop_last=True)
    optimizer = torch.optim.Adam(net.parameters(), lr=experiment.optimizer.lr)

    def loop() -> None:
        done, total = 0, 0.0
        while done < count:
            for rows, targets in loader:
                optimizer.zero_grad()
                loss = loss_of(net(rows.to(device)), targets.to(device))
                loss.backward()
                optimizer.step()
                total += loss.item()
                done += 1
                if done == count:
                    return

    loop()
    return loop


def speeds(experiment: Experiment, device: str, rounds: int) -> dict[str, float]:
    """Steps per second of each loop; 0 where a step cannot be recorded."""
    loops: dict[str, Callable[[], object]] = {
        "eager": ours(experiment, device, False), "textbook": textbook(experiment, device)
    }
    try:
        loops["graph"] = ours(experiment, device, True)
    except LookupError as error:
        print(f"  {experiment.title}: no graph: {error}", file=sys.stderr)
    taken: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(rounds):
        for name, loop in loops.items():
            taken[name].append(timed(loop, device))
    count = steps_of(assemble(experiment, "cpu").session)
    return {name: count / statistics.median(each) for name, each in taken.items()}


def crossover(device: str, rounds: int) -> list[dict[str, float]]:
    rows = []
    for width in WIDTHS:
        experiment = Experiment(
            id="wide", title="", data="digits", loss="cross_entropy", batch=128, steps=2 * STEPS,
            model=[Flatten(), Linear(out=width), Relu(), Linear(out=width), Relu(), Linear(out=10)],
            optimizer=Optimizer(kind="adam", lr=0.001),
        )  # fmt: skip
        row: dict[str, float] = {"width": width, "operations": planned(experiment, "cpu")[1]}
        for place in dict.fromkeys(("cpu", device)):
            further = ours(experiment, place, place != "cpu")
            row[place] = STEPS / statistics.median(timed(further, place) for _ in range(rounds))
        rows.append(row)
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.device != "cpu" and not torch.cuda.is_available():
        print("there is no CUDA GPU here: nothing is measured (--device cpu tries the program itself)")
        return 0
    torch.set_num_threads(1)
    card = "cpu" if options.device == "cpu" else torch.cuda.get_device_name(options.device)
    found: dict[str, Any] = {"card": card, "torch": str(torch.__version__), "speeds": {}, "mnist": None}
    print(f"{card}, torch {torch.__version__}, one thread\n")
    if mnist.file().exists():
        found["mnist"] = mnist_seconds(options.device, options.rounds)
        seconds = statistics.median(each["seconds"] for each in found["mnist"])
        accuracy = statistics.mean(each["accuracy"] for each in found["mnist"])
        print(f"MNIST: {accuracy:.2%} in {seconds:.2f} s warm (goal: 99 % in 1 s), {options.rounds} seeds\n")
    else:
        print("MNIST: not measured, it is not here (dltui data fetch mnist)\n")
    print(f"{'steps per second':<44}{'graph':>10}{'eager':>10}{'textbook':>10}{'graph/textbook':>16}")
    for name, experiment in WORKLOADS.items():
        with patch.dict(data._MAKERS, {} if mnist.file().exists() else {"mnist": pictures}):
            told = found["speeds"][name] = speeds(experiment, options.device, options.rounds)
        best = told.get("graph", 0.0)
        print(f"{name:<44}{best:>10.0f}{told['eager']:>10.0f}{told['textbook']:>10.0f}{best / told['textbook']:>16.2f}")
    print(f"\n{'crossover: operations of a step':<44}{'cpu':>10}{options.device:>10}")
    found["crossover"] = crossover(options.device, options.rounds)
    for row in found["crossover"]:
        print(f"{row['operations']:<44.2e}{row['cpu']:>10.0f}{row[options.device]:>10.0f}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
