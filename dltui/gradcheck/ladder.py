"""Pass B, for suspects alone: differences at sixteen steps, central and from both sides."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dltui.gradcheck.differences import stored
from dltui.gradcheck.plateau import LARGEST, RATIO, RUNGS, STAIRS, Plateaus, central_plateaus, one_sided_plateaus
from dltui.gradcheck.probe import Probe


@dataclass(frozen=True)
class Climb:
    """Differences of n elements at k steps, large ones first; (n, k) and float64."""

    index: Tensor
    """(n,)"""
    scale: Tensor
    """(n,)"""
    step: Tensor
    up: Tensor
    """F(h), NaN where the function could not be evaluated."""
    down: Tensor
    """F(-h)."""
    weight: Tensor
    """S, of all outputs that any step moved, (n,)."""
    eps: float

    @property
    def center(self) -> Tensor:
        return (self.up - self.down) / (2 * self.step)

    @property
    def right(self) -> Tensor:
        return self.up / self.step

    @property
    def left(self) -> Tensor:
        return -self.down / self.step

    @property
    def moves(self) -> Tensor:
        """Elements that move the function at any step, (n,)."""
        return ((self.up != 0) | (self.down != 0)).any(1)

    @property
    def level(self) -> Tensor:
        """Elements that move the function to one height and no other, (n,): it jumps, or is coarse."""
        size = torch.stack([self.up, self.down]).abs().nan_to_num(0.0, 0.0, 0.0).amax(0)
        least = torch.where(size > 0, size, torch.inf).amin(1)
        return self.moves & (size.amax(1) <= STAIRS * least)

    def plateaus(self) -> tuple[Plateaus, Plateaus, Plateaus]:
        """Candidates for the derivative, from the right, and from the left."""
        return (
            central_plateaus(self.up, self.down, self.step, self.weight, self.eps),
            one_sided_plateaus(self.up, self.step, self.weight, self.eps),
            one_sided_plateaus(-self.down, self.step, self.weight, self.eps),
        )


def climb(probe: Probe, leaf: int, index: Tensor, scale: Tensor, rungs: int = RUNGS) -> Climb:
    """Differences of the elements `index` (n,) of a leaf at `scale` (n,) times 0.1, 0.025, …"""
    value = probe.values[leaf]
    powers = torch.arange(rungs, dtype=scale.dtype, device=scale.device)
    step = scale.unsqueeze(1) * (LARGEST * RATIO**-powers)
    wide = index.unsqueeze(1).expand_as(step)
    up = stored(value, wide.reshape(-1), step.reshape(-1)).view(step.shape)
    # One grid for both sides: the stored step of the way up, used downwards too.
    both = torch.stack([up, -up], 2)
    rows = torch.stack([wide, wide], 2)
    moves = probe.moves(leaf, rows.reshape(-1), both.reshape(-1))
    change = moves.change.view(both.shape).double()
    weight = moves.weight.view(both.shape).double().amax(2)
    step = torch.where(up > 0, up, torch.nan).double()
    return Climb(index, scale.double(), step, change[..., 0], change[..., 1], weight.amax(1), probe.eps)
