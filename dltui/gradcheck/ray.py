"""Differences along a direction that moves many elements at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from dltui.gradcheck.differences import scale
from dltui.gradcheck.ladder import Climb
from dltui.gradcheck.plateau import LARGEST, RATIO, RUNGS
from dltui.gradcheck.probe import Probe

Direction = Sequence[Tensor]
"""One tensor per leaf, in its shape."""


def random_direction(values: Sequence[Tensor], seed: int) -> list[Tensor]:
    """Random signs and magnitudes 0.5 to 1.5, in units of each element's scale."""
    dice = torch.Generator().manual_seed(seed)
    sizes = [value.numel() for value in values]
    draws = torch.empty(sum(sizes), dtype=torch.float64).uniform_(-1, 1, generator=dice)
    draws.add_(draws.sign(), alpha=0.5)
    return [
        part.to(value).mul_(scale(value)).view(value.shape)
        for part, value in zip(draws.split(sizes), values, strict=True)
    ]


def climb_along(probe: Probe, direction: Direction, rungs: int = RUNGS, largest: float = LARGEST) -> Climb:
    """Differences along `direction` at the steps 0.1, 0.025, …: a climb of one element."""
    steps = largest * RATIO ** -torch.arange(rungs, dtype=torch.float64)
    ups: list[Tensor] = []
    downs: list[Tensor] = []
    weights: list[Tensor] = []
    for step in steps.tolist():
        for amount, column in ((step, ups), (-step, downs)):
            moved = [value + amount * part for value, part in zip(probe.values, direction, strict=True)]
            change, weight = probe.at(moved)
            column.append(change.double().cpu())
            weights.append(weight.double().cpu())
    weight = torch.stack(weights).amax().view(1)
    return Climb(
        index=torch.zeros(1, dtype=torch.int64), scale=torch.ones(1, dtype=torch.float64), step=steps.view(1, -1),
        up=torch.stack(ups).view(1, -1), down=torch.stack(downs).view(1, -1), weight=weight, eps=probe.eps,
    )  # fmt: skip


def dot(gradients: Sequence[Tensor], direction: Direction) -> tuple[float, float]:
    """(sum of a * d, sum of |a * d|) over all elements, in float64."""
    products = [(a.double() * d.double()) for a, d in zip(gradients, direction, strict=True)]
    return sum(float(each.sum()) for each in products), sum(float(each.abs_().sum()) for each in products)
