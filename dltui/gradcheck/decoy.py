"""Another call of the same function, to be forgotten: what a backward keeps from it is stale."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from dltui.gradcheck.subject import Subject
from dltui.gradcheck.tree import replaced


def decoyed(subject: Subject) -> Subject:
    """The subject at other values: each argument shuffled and scaled, so that masks and ranks change but positive
    stays positive."""
    dice = torch.Generator().manual_seed(0)
    made: dict[str, Tensor] = {}

    def other(path: str, value: Tensor) -> Tensor:
        if value.is_floating_point() and value.numel():
            flat = value.detach().reshape(-1)
            order = torch.randperm(flat.numel(), generator=dice).to(value.device)
            factor = 0.7 + 0.6 * torch.rand(flat.numel(), generator=dice, dtype=torch.float64)
            value = (flat[order] * factor.to(value.device, value.dtype)).view(value.shape)
        made[path] = value
        return value

    args, kwargs = subject.arguments
    moved = (
        tuple(replaced(arg, other, f"[{place}]") for place, arg in enumerate(args)),
        {key: replaced(arg, other, f".{key}") for key, arg in kwargs.items()},
    )
    leaves = [one if one.parameter else replace(one, value=made.get(one.path, one.value)) for one in subject.leaves]
    return replace(subject, arguments=moved, leaves=tuple(leaves))
