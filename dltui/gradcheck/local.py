"""Hints for functions of single elements: what grad_output comes out multiplied by, and what it should.

Where output and input have one shape and the right gradient is grad_output times a known derivative, the wrong one is
often grad_output times another well-known expression: `y` for `1 - y^2`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from dltui.gradcheck.case import Case
from dltui.gradcheck.report import Hint


def factors(x: Tensor, y: Tensor) -> Iterator[tuple[str, Tensor]]:
    """(formula, value) by input x and output y; simple ones first."""
    one, s, t = torch.ones_like(x), torch.sigmoid(x), torch.tanh(x)
    density = torch.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    share = 0.5 * (1 + torch.erf(x / math.sqrt(2)))
    yield "1", one
    yield "(x > 0)", (x > 0).double()
    yield "(x < 0)", (x < 0).double()
    yield "(y > 0)", (y > 0).double()
    for slope in (0.01, 0.1, 0.2):
        yield f"(1 if x > 0 else {slope})", torch.where(x > 0, 1.0, slope)
        yield f"({slope} if x > 0 else 1)", torch.where(x > 0, slope, 1.0)
    yield "y", y
    yield "y(1 - y)", y * (1 - y)
    yield "1 - y^2", 1 - y * y
    yield "1 - y", 1 - y
    yield "y^2", y * y
    yield "1/(2y)", 0.5 / y
    yield "sigmoid(x)", s
    yield "sigmoid(x)(1 - sigmoid(x))", s * (1 - s)
    yield "1 - sigmoid(x)", 1 - s
    yield "y(1 - y) with x for y: x(1 - x)", x * (1 - x)
    yield "1 - x^2", 1 - x * x
    yield "1 - tanh(x)^2", 1 - t * t
    yield "1 - tanh(x)", 1 - t
    yield "tanh(x)", t
    yield "x", x
    yield "2x", 2 * x
    yield "x^2", x * x
    yield "3x^2", 3 * x * x
    yield "3x", 3 * x
    yield "1 + y^2", 1 + y * y
    yield "1/y", 1 / y
    yield "sigmoid(y)(1 - sigmoid(y)), the derivative at y instead of x", torch.sigmoid(y) * (1 - torch.sigmoid(y))
    yield "1 - tanh(y)^2, the derivative at y instead of x", 1 - torch.tanh(y) ** 2
    yield "1/x", 1 / x
    yield "1/x^2", 1 / (x * x)
    yield "-1/x^2", -1 / (x * x)
    yield "exp(x)", torch.exp(x)
    yield "exp(-x)", torch.exp(-x)
    yield "cos(x)", torch.cos(x)
    yield "sin(x)", torch.sin(x)
    yield "-sin(x)", -torch.sin(x)
    yield "-cos(x)", -torch.cos(x)
    yield "sign(x)", x.sign()
    yield "the derivative of silu, s + x s(1 - s)", s + x * s * (1 - s)
    yield "silu(x)", x * s
    yield "the derivative of gelu, Phi(x) + x phi(x)", share + x * density
    yield "Phi(x), gelu without its second term", share
    yield "(1 if x > 0 else y + 1), the derivative of elu", torch.where(x > 0, 1.0, y + 1)
    yield "(1 if x > 0 else exp(x))", torch.where(x > 0, 1.0, torch.exp(x))
    yield "(1 if x > 0 else y)", torch.where(x > 0, 1.0, y)


def local_hint(case: Case) -> Hint | None:
    """The expression that stands in the place of the derivative."""
    for y, v in zip(case.outputs, case.cotangents, strict=True):
        if y.shape != case.value.shape or v.shape != y.shape:
            continue
        ours, theirs = "", "0: the function is flat here" if case.flat else ""
        for formula, factor in factors(case.value, y):
            guess = (v * factor).nan_to_num(torch.inf)
            if not ours and case.says(guess):
                ours = formula
            if not theirs and close(case, guess):
                theirs = formula
        if ours == "1":
            text = f"the gradient of {case.name} is grad_output itself, for {case.count()}: passed through"
            derivative = f", without the derivative {theirs}" if theirs else " without a derivative"
            return Hint("identity", text + derivative, case.name, exact=True)
        if ours:
            right = f"; it should be times {theirs}" if theirs else ", which is not the derivative"
            # What the numbers say: the code may compute another factor that has these values here.
            text = f"the gradient of {case.name} is grad_output times {ours}, for {case.count()}{right}"
            text += f" (x: {case.name}, y: the output)"
            return Hint("derivative", text, case.name, exact=True)
    return None


def close(case: Case, guess: Tensor) -> bool:
    """Whether the numeric gradient is `guess`."""
    seen = case.seen
    return bool(seen.any()) and bool(((case.numeric - guess).abs() <= case.slack(guess))[seen].all())
