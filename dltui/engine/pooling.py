"""Max pooling for CPUs. PyTorch goes through each window number by number; this compares whole rows at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

FEW = 8192
"""Elements up to which PyTorch's own is as fast."""


class MaxPool2d(nn.MaxPool2d):
    """As `torch.nn.MaxPool2d`, bit for bit; faster for windows of 2 by 2 side by side."""

    def forward(self, x: Tensor) -> Tensor:
        plain = self.kernel_size == self.stride == 2 and not self.padding and self.dilation == 1 and not self.ceil_mode
        if not plain or x.device.type != "cpu" or x.ndim != 4 or x.numel() <= FEW or not x.is_contiguous():
            pooled: Tensor = super().forward(x)
            return pooled
        height, width = x.shape[2:]
        return _halved(x[..., : height // 2 * 2, : width // 2 * 2])


class Halved(torch.autograd.Function):
    """(…, 2h, 2w) -> (…, h, w): the largest of each four. Of equal ones the first as one reads gets the gradient."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        left, right = x[..., ::2], x[..., 1::2]  # columns first: a tie across rows goes to the upper one
        columns = torch.maximum(left, right)
        upper, lower = columns[..., ::2, :], columns[..., 1::2, :]
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward(right > left, lower > upper)
        return torch.maximum(upper, lower)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        from_right, from_lower = ctx.saved_tensors
        return _shared(_shared(grad, from_lower, -2), from_right, -1)


def _shared(grad: Tensor, second: Tensor, dim: int) -> Tensor:
    """Twice as long along `dim`: each gradient at the second of two places where `second`, else at the first."""
    shape = list(grad.shape)
    shape[dim] *= 2
    made = grad.new_empty(shape)
    firsts, seconds = (made[..., start::2] if dim == -1 else made[..., start::2, :] for start in (0, 1))
    torch.mul(grad, second, out=seconds)
    torch.sub(grad, seconds, out=firsts)
    return made


_halved: Callable[[Tensor], Tensor] = cast(Any, Halved).apply
