"""Softmax losses of a whole batch of rows.

The kernels for `log_softmax` go through short rows one by one. With ten classes and thousands of rows the same formula,
`x - max - log(sum(exp(x - max)))`, is twice as fast as plain elementwise operations on everything at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

PLAIN: dict[str, Any] = {
    "weight": None, "size_average": None, "reduce": None, "ignore_index": -100, "label_smoothing": 0.0,
    "pos_weight": None,
}  # fmt: skip
"""Options of losses, and their defaults."""


def reduction_of(kwargs: Mapping[str, Any]) -> str | None:
    """The reduction a loss is called with; None where another option is not at its default."""
    plain = all(name in PLAIN and PLAIN[name] == value for name, value in kwargs.items() if name != "reduction")
    name = kwargs.get("reduction", "mean")
    return name if plain and name in ("mean", "sum", "none") else None


def batched(value: object) -> bool:
    """Whether a tensor carries a batch of `torch.func.vmap`."""
    return isinstance(value, Tensor) and bool(torch._C._functorch.is_batchedtensor(value))


def log_softmax(mode: object, func: Any, input: Tensor, dim: int | None = None, *args: Any, **kwargs: Any) -> Any:
    """`log_softmax` over the last of two dimensions."""
    kwargs.pop("_stacklevel", None)
    if not batched(input) or input.dim() != 2 or dim not in (1, -1) or args or any(v for v in kwargs.values()):
        return NotImplemented
    centred = input - input.amax(1, keepdim=True)
    return centred - normaliser(centred)


def normaliser(centred: Tensor) -> Tensor:
    """log(sum(exp)) over the last dimension, kept."""
    return (centred.exp() @ torch.ones(centred.shape[1], 1, dtype=centred.dtype, device=centred.device)).log()


def cross_entropy(mode: object, func: Any, input: Tensor, target: Tensor, *args: Any, **kwargs: Any) -> Any:
    """`F.cross_entropy` of scores (N, C) and classes (N), without weights, smoothing or ignored classes."""
    reduction = reduction_of(kwargs)
    if args or reduction is None or not batched(input) or batched(target) or input.dim() != 2 or target.dim() != 1:
        return NotImplemented
    if target.is_floating_point() or bool((target < 0).any()):
        return NotImplemented
    centred = input - input.amax(1, keepdim=True)
    losses = (normaliser(centred) - centred.gather(1, target.unsqueeze(1))).squeeze(1)
    return losses if reduction == "none" else losses.mean() if reduction == "mean" else losses.sum()
