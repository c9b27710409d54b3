"""How long a submission takes in the jail, and a class of 300, held against what they may take.

    python tests/bench/jail.py [--class 300]

Times are medians of the wall clock: run it on a quiet machine. Processor time, of the jail with all its children, says
more on a busy one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from pathlib import Path

from dltui.grading.exercise import Workshop
from dltui.grading.jail import Jail, Library
from dltui.lesson.tasks import workpiece
from dltui.places import lessons_dir

PLAIN = "def f(x):\n    return 2 * x\n"
AUTOGRAD = """\
import torch

class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, d):
        return 2 * ctx.saved_tensors[0] * d

def f(x):
    x.requires_grad_()
    Square.apply(x).sum().backward()
    return x.grad
"""
CASES = 10
RUNS = 50
WITH_TORCH, WITH_NUMPY, CLASS = 30.0, 10.0, 20.0
"""The goals: milliseconds for a submission, twice, and seconds for 300."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--class", type=int, default=300, dest="size", help="submissions")
    size = parser.parse_args().size
    told(one("numpy", PLAIN, RUNS), WITH_NUMPY, "ms a submission with numpy")
    told(one("torch", PLAIN, RUNS), WITH_TORCH, "ms a submission with PyTorch")
    told(one("torch", AUTOGRAD, RUNS), WITH_TORCH, "ms a submission with PyTorch that differentiates")
    for name in ("perceptron-update", "gan-losses"):
        told(whole(name, size), CLASS * size / 300, f"s for {size} times {name}")


def told(measured: float, goal: float, what: str) -> None:
    print(f"{'ok  ' if measured <= goal else 'MISS'} {measured:6.1f} {what}, goal {goal:g}")


def processor(process: int) -> float:
    """Milliseconds that a process and the children it has waited for have used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return 1000 * sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def one(uses: Library, source: str, runs: int) -> float:
    """The jail alone: fork, layers, ten calls, results. The median in milliseconds."""
    with Jail(uses) as jail:
        began = time.perf_counter()
        missing = jail.missing()
        print(f"{uses}: starts in {time.perf_counter() - began:.2f} s, layers missing: {missing or 'none'}")
        assert jail._process is not None, "it has started"
        times, used = [], processor(jail._process.pid)
        for _ in range(runs):
            began = time.perf_counter()
            ran = jail.run(source, [("f", [[1.0, 2.0, 3.0]])] * CASES, 5)
            times.append(1000 * (time.perf_counter() - began))
            assert len(ran.answers) == CASES and ran.answers[0].kind == "value", ran
        used = (processor(jail._process.pid) - used) / runs
        print(f"  best {min(times):.1f} ms; processor {used:.1f} ms")
        return statistics.median(times)


def whole(name: str, size: int) -> float:
    """Verdicts: a class that hands in the same exercise, each in words of its own. In seconds."""
    piece = workpiece(lessons_dir(), name)
    with Workshop() as shop:
        shop.missing(piece.task.uses)
        began = time.perf_counter()
        for number in range(size):
            assert shop.judge(piece, f"{piece.solution}\n# {number}\n").verdict.outcome == "right"
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
