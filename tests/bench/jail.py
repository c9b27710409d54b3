"""How long a submission takes in the jail, and a class of 300.

    python tests/bench/jail.py [--class 300]
"""

from __future__ import annotations

import argparse
import statistics
import time

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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--class", type=int, default=300, dest="size", help="submissions")
    options = parser.parse_args()
    one("numpy", PLAIN)
    one("torch", PLAIN)
    one("torch", AUTOGRAD, size=options.size)
    whole(options.size)


def one(uses: Library, source: str, size: int = 0) -> None:
    """The jail alone: fork, layers, ten calls, results."""
    with Jail(uses) as jail:
        began = time.perf_counter()
        missing = jail.missing()
        print(f"{uses}: starts in {time.perf_counter() - began:.2f} s, layers missing: {missing or 'none'}")
        times = []
        for _ in range(max(RUNS, size)):
            began = time.perf_counter()
            ran = jail.run(source, [("f", [[1.0, 2.0, 3.0]])] * CASES, 5)
            times.append(1000 * (time.perf_counter() - began))
            assert len(ran.answers) == CASES and ran.answers[0].kind == "value", ran
        what = "autograd" if source is AUTOGRAD else "plain"
        print(f"  {what}: median {statistics.median(times):.1f} ms, best {min(times):.1f} ms, of {len(times)}; "
              f"all {sum(times) / 1000:.1f} s")


def whole(size: int) -> None:
    """Verdicts: a class that hands in the same exercise, each in words of its own."""
    for name in ("perceptron-update", "gan-losses"):
        piece = workpiece(lessons_dir(), name)
        with Workshop() as shop:
            shop.missing(piece.task.uses)
            began = time.perf_counter()
            for number in range(size):
                assert shop.judge(piece, f"{piece.solution}\n# {number}\n").verdict.outcome == "right"
            print(f"{name}: {size} submissions judged in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
