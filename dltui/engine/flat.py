"""All parameters of a model in one buffer, and all their gradients in another.

The layers keep views into the buffers. An optimiser step is then one operation whatever the number of layers, and
clearing the gradients is one more: on nets of a few hundred weights this is what the time of a step depends on.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

ALIGNMENT = 16
"""Each parameter starts at a multiple of so many elements (64 bytes of float32), as fresh tensors do; gaps stay 0."""


@dataclass(frozen=True)
class Flat:
    values: Tensor
    """(n,), no autograd"""
    grads: Tensor
    """(n,), what `backward` adds into"""
    places: dict[str, tuple[int, torch.Size]]
    """For the name of each parameter where it starts and its shape."""

    def named(self, buffer: Tensor) -> dict[str, Tensor]:
        """A buffer of size (n,) as views in the shapes of the parameters."""
        views = {}
        for name, (start, shape) in self.places.items():
            views[name] = buffer[start : start + shape.numel()].view(shape)
        return views


def flatten(model: nn.Module) -> Flat:
    """Move the parameters of `model` into flat buffers on the device and in the dtype where they are."""
    parameters = dict(model.named_parameters())
    places, size = {}, 0
    for name, parameter in parameters.items():
        places[name] = (size, parameter.shape)
        size += -(-parameter.numel() // ALIGNMENT) * ALIGNMENT
    like = next(iter(parameters.values()), torch.zeros(0))
    values = torch.zeros(size, dtype=like.dtype, device=like.device)
    flat = Flat(values, torch.zeros_like(values), places)
    views, grads = flat.named(flat.values), flat.named(flat.grads)
    for name, parameter in parameters.items():
        views[name].copy_(parameter.detach())
        parameter.data = views[name]
        parameter.grad = grads[name]
    return flat
