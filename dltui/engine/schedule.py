"""The learning rate as a function of the step, so that a resumed run needs no state to go on with the same one."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi
from typing import NamedTuple

from dltui.lesson.records import Optimizer

WARM_UP = 0.3
"""Share of the steps in which `one_cycle` rises."""
START, END = 25.0, 1e4
"""`one_cycle` starts at peak/START and ends at peak/START/END."""
DROPS, DROP = (0.5, 0.75), 0.1
"""`step` multiplies the rate by DROP after these shares of the run."""
MOMENTUM_HIGH, MOMENTUM_LOW = 0.95, 0.85


class Rate(NamedTuple):
    lr: float
    momentum: float
    """Momentum of SGD and RMSProp, beta1 of Adam."""


def schedule(record: Optimizer, steps: int) -> Callable[[int], Rate]:
    """The rate of each step, counted from 0, of a run of `steps` steps."""
    momentum = record.betas[0] if record.kind.startswith("adam") else record.momentum
    if record.schedule == "inverse":
        return lambda step: Rate(record.lr / (step + 1), momentum)
    if record.schedule == "cosine":
        return lambda step: Rate(_cosine(record.lr, 0.0, step / steps), momentum)
    if record.schedule == "step":
        drops = [int(share * steps) for share in DROPS]
        return lambda step: Rate(record.lr * DROP ** sum(step >= drop for drop in drops), momentum)
    if record.schedule == "one_cycle":
        fixed_momentum = None if record.cycle_momentum and momentum else momentum
        return lambda step: _one_cycle(step, steps, record.lr, fixed_momentum)
    fixed = Rate(record.lr, momentum)
    return lambda step: fixed


def _one_cycle(step: int, steps: int, peak: float, fixed_momentum: float | None) -> Rate:
    """As `torch.optim.lr_scheduler.OneCycleLR` with its defaults (Smith & Topin 2018, cosine annealing).

    A momentum is cycled against the rate, as there, unless it is fixed; where the lesson set none, none is added.
    """
    top = WARM_UP * steps - 1
    rising = step <= top or steps == 1
    done = (step / top if top > 0 else 1.0) if rising else (step - top) / (steps - 1 - top)
    first, last = (peak / START, peak) if rising else (peak, peak / START / END)
    low, high = (MOMENTUM_HIGH, MOMENTUM_LOW) if rising else (MOMENTUM_LOW, MOMENTUM_HIGH)
    return Rate(_cosine(first, last, done), _cosine(low, high, done) if fixed_momentum is None else fixed_momentum)


def _cosine(first: float, last: float, done: float) -> float:
    return last + (first - last) / 2 * (1 + cos(pi * done))
