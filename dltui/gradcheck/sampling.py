"""Gradients beside a point where the function has none: the hull of what a valid gradient can be.

At a tie of three the median moves with none of the three elements alone, and yet (1/3, 1/3, 1/3) is a sound choice: it
lies between the gradients of the points around. Differences at random points very close by show those gradients; the
generalised gradient of Clarke is their hull (gradient sampling: Burke, Lewis & Overton 2005).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from dltui.gradcheck.differences import central, scale
from dltui.gradcheck.foreign import Failure, attempt
from dltui.gradcheck.probe import Probe
from dltui.gradcheck.shaken import Shaken

POINTS = 12
AWAY = 1e-6
"""Distance of the points, as a share of the scale."""
STEP = 1e-9


def hull(probe: Probe, leaf: int, index: Tensor, seed: int = 0) -> tuple[Tensor, Tensor]:
    """(least, greatest) derivative by the elements `index` among points close by, (n,) each; NaN where none was
    found."""
    lows, highs = [], []
    for values, within in around(probe.values, seed):
        beside = attempt(functools.partial(probe.beside, values, within))
        if isinstance(beside, Failure):
            continue
        seen = central(beside, leaf, index, STEP * scale(probe.values[leaf], index))
        bar = 5 * seen.rounding
        lows.append(seen.numeric - bar)
        highs.append(seen.numeric + bar)
        probe.evaluations += beside.evaluations
    if not lows:
        none = torch.full_like(index, torch.nan, dtype=torch.float64)
        return none, none
    return torch.stack(lows).amin(0), torch.stack(highs).amax(0)


def around(values: Sequence[Tensor], seed: int) -> Iterator[tuple[list[Tensor], Shaken | None]]:
    """Points around, and the point itself with every kink moved by itself."""
    yield from ((sloped(values, slope), None) for slope in (-1, 1))
    yield from ((shifted(values, seed + number), None) for number in range(POINTS))
    ways = [(0, -1), (0, 1), *((seed + number, 0) for number in range(POINTS))]
    yield from ((list(values), Shaken(start, slope)) for start, slope in ways)


def sloped(values: Sequence[Tensor], slope: int) -> list[Tensor]:
    """Away in a ramp over the flat index: the first of several equal elements wins, or the last."""
    ramps = [torch.linspace(0, slope, value.numel()).view(value.shape).to(value) for value in values]
    return [value + AWAY * scale(value).view(value.shape) * ramp for value, ramp in zip(values, ramps, strict=True)]


def shifted(values: Sequence[Tensor], seed: int) -> list[Tensor]:
    dice = torch.Generator().manual_seed(seed)
    return [
        value + AWAY * scale(value).view(value.shape) * torch.randn(value.shape, generator=dice).to(value)
        for value in values
    ]
