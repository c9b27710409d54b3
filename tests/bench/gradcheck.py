"""Seconds and memory of the gradient checker against `torch.autograd.gradcheck`, slow mode, on the same function.

    python tests/bench/gradcheck.py [--only NAME] [--rounds N] [--json FILE]

Both check the loss of the same model as a function of all its parameters, every element, float64, on one thread, in
turns; seconds are those of the processor, and the median ratio of the turns is taken, so that a busy machine slows
both. Memory is the growth of the peak resident size in a fresh process that has checked a small function before.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from dltui.gradcheck import check

Loss = Callable[..., Tensor]


class Last(nn.Module):
    """The last step of a recurrent layer."""

    def forward(self, pair: tuple[Tensor, object]) -> Tensor:
        return pair[0][-1]


def lenet(side: int) -> nn.Module:
    if side == 28:
        return nn.Sequential(
            nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
        )  # fmt: skip
    return nn.Sequential(
        nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10),
    )  # fmt: skip


MODELS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], int, float]] = {
    "softmax 64-10": (lambda: nn.Linear(64, 10), (16, 64), 0, 8),
    "MLP 64-32-10": (lambda: nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)), (16, 64), 0, 12),
    "LeNet 8x8": (lambda: lenet(8), (8, 1, 8, 8), 0, 20),
    "LSTM 8-16, T=20": (lambda: nn.Sequential(nn.LSTM(8, 16), Last(), nn.Linear(16, 5)), (20, 4, 8), 1, 10),
    "LeNet 28x28": (lambda: lenet(28), (4, 1, 28, 28), 0, 50),
}
"""Model, shape of its input, which dimension is the batch, and the ratio that must be reached."""


def problem(name: str) -> tuple[Loss, tuple[Tensor, ...], nn.Module, Tensor]:
    """(loss of the parameters, the parameters, the module, its input)."""
    make, shape, batch, _ = MODELS[name]
    torch.manual_seed(0)
    model = make().double()
    x = torch.randn(shape, dtype=torch.float64)
    names = [name for name, _ in model.named_parameters()]
    target = torch.randint(0, 5, (shape[batch],))

    def loss(*parameters: Tensor) -> Tensor:
        return F.cross_entropy(functional_call(model, dict(zip(names, parameters, strict=True)), (x,)), target)

    return loss, tuple(p.detach().clone().requires_grad_() for p in model.parameters()), model, x


def seconds(call: Callable[[], object]) -> tuple[float, object]:
    begin = time.process_time()
    result = call()
    return time.process_time() - begin, result


def theirs(loss: Loss, parameters: tuple[Tensor, ...]) -> str:
    return "pass" if torch.autograd.gradcheck(loss, parameters, raise_exception=False) else "FALSE ALARM"


def compare(name: str, rounds: int, modes: list[str]) -> dict[str, object]:
    loss, parameters, model, x = problem(name)
    runs = {"full": lambda: check(loss, parameters)}
    if "modular" in modes:
        runs["modular"] = lambda: check(model, (x,), mode="modular")
    for run in runs.values():
        run()
    ratios: dict[str, list[float]] = {mode: [] for mode in runs}
    best = dict.fromkeys(runs, float("inf"))
    slow, verdict = 0.0, ""
    for turn in range(rounds):
        if turn == 0 or slow < 5:
            slow, verdict = seconds(lambda: theirs(loss, parameters))
        for mode, run in runs.items():
            took, report = seconds(run)
            ratios[mode].append(slow / took)
            best[mode] = min(best[mode], took)
            verdict_here = report.verdict
            assert verdict_here == "right", f"{name} {mode}: {report}"
    return {
        "name": name, "elements": sum(p.numel() for p in parameters), "gradcheck_s": slow, "gradcheck": verdict,
        "seconds": best, "ratio": {mode: statistics.median(each) for mode, each in ratios.items()},
        "must": MODELS[name][3],
        "memory_mb": memory(name),
    }  # fmt: skip


def peak_mb() -> float:
    """Peak resident size of this process, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def forget_peak() -> None:
    """Let the peak start anew from the present size; only Linux can."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")


def memory(name: str) -> float:
    words = [sys.executable, __file__, "--memory", name]
    return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def measure_memory(name: str) -> None:
    check(*problem("softmax 64-10")[:2])
    loss, parameters, _, _ = problem(name)
    loss(*parameters).backward()
    forget_peak()
    before = peak_mb()
    check(loss, parameters)
    print(peak_mb() - before)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--modes", default="full,modular")
    parser.add_argument("--json", default="")
    parser.add_argument("--memory", default="")
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.memory:
        measure_memory(given.memory)
        return
    print(
        f"{'model':18s}{'elements':>9s}{'gradcheck':>20s}{'full':>10s}{'ratio':>8s}{'must':>6s}{'modular':>11s}{'ratio':>8s}{'memory':>9s}"
    )
    rows = []
    for name in MODELS:
        if given.only in name:
            row = compare(name, given.rounds, given.modes.split(","))
            rows.append(row)
            s, r = row["seconds"], row["ratio"]
            modular = f"{s['modular'] * 1e3:8.1f} ms{r['modular']:7.0f}x" if "modular" in s else " " * 19
            print(
                f"{name:18s}{row['elements']:9d}{row['gradcheck_s'] * 1e3:9.0f} ms {row['gradcheck']:>7s}"
                f"{s['full'] * 1e3:7.1f} ms{r['full']:7.1f}x{row['must']:5.0f}x{modular}{row['memory_mb']:6.1f} MB",
                flush=True,
            )  # fmt: skip
    if given.json:
        Path(given.json).write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
