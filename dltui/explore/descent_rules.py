"""Seven ways to turn a gradient into a step, number by number, with the defaults of torch.optim."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

EPSILON = 1e-8
ADAGRAD_EPSILON = 1e-10


@dataclass(frozen=True)
class Dials:
    """What all rules are set by; each takes what it knows."""

    lr: float
    beta: float = 0.9
    """What is kept of the step before, or of the running mean of the gradient."""
    square: float = 0.99
    """What RMSProp keeps of the running mean of squares."""
    adam_square: float = 0.999
    """The same of Adam and AdamW, their second beta."""
    decay: float = 0.01
    """How fast AdamW pulls all weights to 0."""


class Weight(NamedTuple):
    """One weight, and what its rule keeps beside it."""

    w: float
    velocity: float = 0.0
    """The last step before it is multiplied by the rate; of Adam the running mean of the gradient."""
    square: float = 0.0
    """The sum or the running mean of the squared gradient."""


Rule = Callable[[Weight, float, Dials, int], Weight]
"""One step of one weight, given its slope and the number of the step, from 1."""


def sgd(at: Weight, g: float, dials: Dials, _: int) -> Weight:
    return Weight(at.w - dials.lr * g)


def momentum(at: Weight, g: float, dials: Dials, _: int) -> Weight:
    """Polyak 1964, in the form of torch: v ← βv + g, w ← w - ηv."""
    velocity = dials.beta * at.velocity + g
    return Weight(at.w - dials.lr * velocity, velocity)


def nesterov(at: Weight, g: float, dials: Dials, _: int) -> Weight:
    """Nesterov 1983, as Sutskever and others (2013) wrote it down: w ← w - η(g + βv) with the new v."""
    velocity = dials.beta * at.velocity + g
    return Weight(at.w - dials.lr * (g + dials.beta * velocity), velocity)


def adagrad(at: Weight, g: float, dials: Dials, _: int) -> Weight:
    """Duchi, Hazan and Singer 2011: divided by the root of the sum of all squares so far."""
    square = at.square + g * g
    return Weight(at.w - dials.lr * g / (math.sqrt(square) + ADAGRAD_EPSILON), 0.0, square)


def rmsprop(at: Weight, g: float, dials: Dials, _: int) -> Weight:
    """Tieleman and Hinton 2012: a running mean of squares, which forgets, instead of the sum."""
    square = dials.square * at.square + (1 - dials.square) * g * g
    return Weight(at.w - dials.lr * g / (math.sqrt(square) + EPSILON), 0.0, square)


def adam(at: Weight, g: float, dials: Dials, step: int) -> Weight:
    """Kingma and Ba 2015: running means of gradient and square, both corrected for their start at 0."""
    mean = dials.beta * at.velocity + (1 - dials.beta) * g
    square = dials.adam_square * at.square + (1 - dials.adam_square) * g * g
    way = mean / (1 - dials.beta**step)
    size = math.sqrt(square / (1 - dials.adam_square**step)) + EPSILON
    return Weight(at.w - dials.lr * way / size, mean, square)


def adamw(at: Weight, g: float, dials: Dials, step: int) -> Weight:
    """Loshchilov and Hutter 2019: the pull to 0 goes past the means."""
    return adam(Weight(at.w * (1 - dials.lr * dials.decay), at.velocity, at.square), g, dials, step)


@dataclass(frozen=True)
class Optimiser:
    letter: str
    """Of its ball in the pictures."""
    name: str
    rule: Rule
    adaptive: bool
    """Whether it divides by the size of the gradient, so that its rate is a length and no multiple of a slope."""


OPTIMISERS: Mapping[str, Optimiser] = MappingProxyType({each.name: each for each in (
    Optimiser("s", "SGD", sgd, False),
    Optimiser("m", "momentum", momentum, False),
    Optimiser("n", "Nesterov", nesterov, False),
    Optimiser("g", "AdaGrad", adagrad, True),
    Optimiser("r", "RMSProp", rmsprop, True),
    Optimiser("a", "Adam", adam, True),
    Optimiser("w", "AdamW", adamw, True),
)})  # fmt: skip


def moved(rule: Rule, at: Sequence[Weight], gradient: Sequence[float], dials: Dials, step: int) -> list[Weight]:
    """All weights after one step."""
    return [rule(weight, g, dials, step) for weight, g in zip(at, gradient, strict=True)]


SCHEDULES = ("constant", "step", "cosine")
SPAN = 200
"""Steps that a schedule is made for."""


def scheduled(name: str, step: int) -> float:
    """The share of the learning rate in a step, counted from 1; it goes no lower than where it is after SPAN steps."""
    done = min(step - 1, SPAN)
    if name == "step":
        return 0.1 ** ((done >= SPAN // 2) + (done >= 3 * SPAN // 4))
    return (1 + math.cos(math.pi * done / SPAN)) / 2 if name == "cosine" else 1.0
