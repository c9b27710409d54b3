"""What is wrong before any comparison: chance, memory, misuse of the cotangent, shapes, exceptions."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.autograd import Function

from dltui.gradcheck import check

X = torch.linspace(-2, 2, 12, dtype=torch.float64).view(3, 4)

FAULTS: dict[str, tuple[str, Callable[[Tensor, Tensor], Tensor]]] = {
    "by chance": ("nondeterministic", lambda g, x: g * x.cos() * (1 + 1e-3 * torch.rand_like(x))),
    "cotangent ignored": ("ignores", lambda g, x: x.cos()),
    "cotangent clipped": ("nonlinear", lambda g, x: g.clamp(-1, 1) * x.cos()),
    "cotangent clipped far out": ("nonlinear", lambda g, x: g.clamp(-100, 100) * x.cos()),
    "cotangent masked": ("nonlinear", lambda g, x: g * (g > 0) * x.cos()),
    "cotangent squared": ("nonlinear", lambda g, x: g * g * x.cos()),
    "something added": ("nonlinear", lambda g, x: g * x.cos() + 0.01 * x),
    "another shape": ("shape", lambda g, x: (g * x.cos()).T),
    "not summed": ("shape", lambda g, x: (g * x.cos()).expand(2, 3, 4)),
    "it raises": ("raises", lambda g, x: 1 / 0),  # type: ignore[return-value]
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_makes_the_verdict_wrong_and_is_the_first_hint(name: str) -> None:
    code, backward = FAULTS[name]
    report = check(torch.sin, (X,), backward=backward)
    assert report.verdict == "wrong" and report.faults
    assert report.hints[0].code == code and report.hints[0].exact, str(report)


def test_a_backward_that_changes_its_cotangent_in_place_is_wrong() -> None:
    class Spoiling(Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            ctx.save_for_backward(x)
            return x.relu()

        @staticmethod
        def backward(ctx: Any, g: Tensor) -> Tensor:
            g *= ctx.saved_tensors[0] > 0
            return g

    report = check(Spoiling, (X,))
    assert report.verdict == "wrong" and report.hints[0].code == "inplace"


def test_a_backward_that_lives_on_values_of_an_earlier_forward_is_wrong() -> None:
    kept: list[Tensor] = []

    class Stale(Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            kept.append(x.detach().clone())
            return x.sin()

        @staticmethod
        def backward(ctx: Any, g: Tensor) -> Tensor:
            return g * kept[max(0, len(kept) - 2)].cos()

    report = check(Stale, (X,))
    assert report.verdict == "wrong" and report.hints[0].code == "stale"


def test_rounding_between_two_calls_is_no_chance() -> None:
    count = iter(range(10**9))
    report = check(torch.sin, (X,), backward=lambda g, x: g * x.cos() * (1 + 1e-15 * (next(count) % 2)))
    assert report.ok


@pytest.mark.parametrize(
    "noise", [lambda: torch.rand(1).item(), random.random, lambda: np.random.random()], ids=["torch", "python", "numpy"]
)
def test_chance_in_the_forward_is_frozen(noise: Callable[[], float]) -> None:
    assert check(lambda x: x.sin() * (1 + noise()), (X,)).ok


def test_what_the_backward_raises_is_told_on_one_line() -> None:
    def backward(g: Tensor, x: Tensor) -> Tensor:
        raise ValueError("first\nsecond \x1b[31mred")

    report = check(torch.sin, (X,), backward=backward)
    assert "ValueError: first second" in str(report) and "\x1b" not in str(report) and "\n" not in str(report)


def test_a_backward_with_the_wrong_number_of_arguments_is_told_what_was_expected() -> None:
    report = check(torch.sin, (X,), backward=lambda a, b, c, d, e: a)
    assert not report.ok and "takes 5 arguments" in str(report)


def test_a_pair_may_return_numbers_caches_and_dicts() -> None:
    assert check((lambda x: float((x * x).sum()), lambda g, x: 2 * g * x), (X,)).ok
    assert check((lambda x: (x.sin(), x.cos()), lambda g, cache: g * cache), (X,)).ok
    assert check((lambda a, b: a * b, lambda g, a, b: {"a": g * b, "b": g * a}), (X, X + 1)).ok
    assert check((lambda x: float((x * x).sum()), lambda g, x: g * x), (X,)).verdict == "wrong"
