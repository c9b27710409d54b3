"""The remainder of Taylor's formula: a verdict without a step, and the clearest plot of what a gradient is.

With the right gradient a, `|F(h d)|` shrinks like h and `|F(h d) - h a.d|` like h^2; with a wrong one the second
shrinks like h as well. On double-logarithmic axes these are straight lines of slope 1 and 2 (the test of
dolfin-adjoint: Farrell et al. 2013; Griewank & Walther, *Evaluating Derivatives*).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from dltui.gradcheck.foreign import quiet
from dltui.gradcheck.frozen import Frozen
from dltui.gradcheck.inspection import Options, inspect
from dltui.gradcheck.naming import Inputs, subject_of
from dltui.gradcheck.pair import Backward
from dltui.gradcheck.ray import dot, random_direction

STEPS = 20
FIRST = 0.1


@dataclass(frozen=True)
class Taylor:
    """Remainders along one random direction, for steps halved from 0.1 of the scale of each element."""

    steps: tuple[float, ...]
    change: tuple[float, ...]
    """|F(h d)|: what remains without a gradient."""
    remainder: tuple[float, ...]
    """|F(h d) - h a.d|: what remains with it."""
    rounding: float
    """Remainders below this are rounding."""
    rate: float
    """Slope of the remainder: 2 for a right gradient, 1 for a wrong one; infinite where nothing remains (a linear
    function)."""

    @property
    def right(self) -> bool:
        return self.rate > 1.5


def taylor(
    fn: object, inputs: Inputs, *, backward: Backward | None = None, seed: int = 0, steps: int = STEPS
) -> Taylor:
    """Remainders of `fn` (see `check`) at `inputs` along a random direction. Raises `Unusable` where there are none."""
    with quiet(), torch.inference_mode(False):
        subject = subject_of(fn, inputs, "all")
        frozen = Frozen(subject.modules, any(leaf.value.is_cuda for leaf in subject.leaves))
        try:
            inspection = inspect(subject, frozen, backward, Options(seed=seed))
            probe = inspection.probe
            direction = random_direction(probe.values, seed)
            slope, _ = dot(inspection.rehearsal.gradients, direction)
            sizes = [FIRST * 0.5**k for k in range(steps)]
            moved = [[v + h * d for v, d in zip(probe.values, direction, strict=True)] for h in sizes]
            change = [float(probe.at(values)[0]) for values in moved]
        finally:
            frozen.restore()
    remainder = [abs(each - h * slope) for each, h in zip(change, sizes, strict=True)]
    rounding = (
        10 * probe.eps * max(probe.total, max((abs(each) for each in change if math.isfinite(each)), default=0.0))
    )
    return Taylor(
        tuple(sizes), tuple(map(abs, change)), tuple(remainder), rounding, rate_of(sizes, remainder, rounding)
    )


def rate_of(steps: list[float], remainder: list[float], rounding: float) -> float:
    """Median slope between neighbours whose remainders are well above rounding, from the smaller half of the steps."""
    rates = [
        math.log(one / two) / math.log(a / b)
        for a, b, one, two in zip(steps, steps[1:], remainder, remainder[1:], strict=False)
        if math.isfinite(one) and two > 10 * rounding and one > 10 * rounding
    ]
    tail = sorted(rates[len(rates) // 2 :])
    return tail[len(tail) // 2] if tail else math.inf
