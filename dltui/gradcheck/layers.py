"""How a change passes through normalisation, embedding, transposed convolution, reductions and pieces of a tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from dltui.gradcheck.moved import Moved, along
from dltui.gradcheck.passage import Entry, Impassable, elementwise


def softmax(entry: Entry, input: Tensor, dim: int | None = None, **kwargs: Any) -> Moved:
    """Softmax or its logarithm along one dimension."""
    if not isinstance(dim, int) or kwargs.get("dtype") is not None or not input.dim():
        raise Impassable
    moved, dim = entry.one(input), dim % input.dim()
    if moved.dim == dim:
        moved = Moved(moved.base, moved.whole())
    return along(entry.step.result, entry.step.func(moved.values, dim + 1), moved)


def layer_norm(
    entry: Entry, input: Tensor, normalized_shape: Any, weight: Tensor | None = None, bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Moved:  # fmt: skip
    """`F.layer_norm`: input (…, *normalized_shape), weight and bias of that shape."""
    if entry.target.value is weight or entry.target.value is bias:
        last = input.dim() - 1
        return channel(entry, input, weight, bias, last, lambda: F.layer_norm(input, normalized_shape, eps=eps))
    moved = entry.one(input)
    if moved.dim is not None and moved.dim >= input.dim() - len(normalized_shape):
        moved = Moved(moved.base, moved.whole())
    values = F.layer_norm(moved.values, normalized_shape, weight, bias, eps)
    return along(entry.step.result, values, moved)


def batch_norm(
    entry: Entry, input: Tensor, running_mean: Tensor | None, running_var: Tensor | None, weight: Tensor | None = None,
    bias: Tensor | None = None, training: bool = False, momentum: float = 0.1, eps: float = 1e-5,
) -> Moved:  # fmt: skip
    """`F.batch_norm` by known statistics: input (N, C, …), everything else (C,). Each channel is scaled and shifted."""
    if training or running_mean is None or running_var is None:
        raise Impassable
    if entry.target.value is weight or entry.target.value is bias:
        return channel(entry, input, weight, bias, 1, lambda: F.batch_norm(input, running_mean, running_var, eps=eps))
    moved, base = entry.one(input), entry.step.result
    share = (running_var + eps).rsqrt() * (1 if weight is None else weight)
    share = share.view(-1, *(1,) * (input.dim() - 2)).expand_as(input)
    values = torch.addcmul(moved.block(base), moved.values - moved.recorded(), moved.block(share))
    return along(base, values, moved)


def channel(
    entry: Entry, input: Tensor, weight: Tensor | None, bias: Tensor | None, dim: int, normal: Callable[[], Tensor]
) -> Moved:
    """A normalisation whose own scale or shift, one number per index of `dim`, has moved; `normal`: the values that are
    scaled."""
    base, target = entry.step.result, entry.target
    if entry.moves(input) or weight is bias or target.value.dim() != 1:
        raise Impassable
    was = base.movedim(dim, 0).index_select(0, target.index)
    by = target.step.view((-1,) + (1,) * (base.dim() - 1))
    if target.value is weight:
        by = by * normal().movedim(dim, 0).index_select(0, target.index)
    return Moved(base, (was + by).unsqueeze(dim + 1), dim, target.index)


def embedding(entry: Entry, input: Tensor, weight: Tensor, *args: Any, **kwargs: Any) -> Moved:
    """`F.embedding`: input (…) of integers, weight (words, size). One column of the result moves, where the word is."""
    target, base = entry.target, entry.step.result
    bound = kwargs.get("max_norm") is not None or any(each is not None for each in args[1:2])
    if weight is not target.value or bound or kwargs.get("scale_grad_by_freq"):
        raise Impassable
    word, column = target.index // weight.shape[1], target.index % weight.shape[1]
    rows = (-1,) + (1,) * input.dim()
    was = base.movedim(-1, 0).index_select(0, column)
    values = was + (input == word.view(rows)) * target.step.view(rows)
    return Moved(base, values.unsqueeze(-1), base.dim() - 1, column)


def conv_transpose2d(entry: Entry, input: Tensor, weight: Tensor, *args: Any, **kwargs: Any) -> Moved:
    """`F.conv_transpose2d` of an input (N, C, H, W) that moves."""
    moved = entry.one(input)
    if input.dim() != 4:
        raise Impassable
    if moved.dim not in (None, 0):
        moved = Moved(moved.base, moved.whole())
    values = entry.step.func(moved.values.flatten(0, 1), weight, *args, **kwargs)
    return along(entry.step.result, values.unflatten(0, moved.values.shape[:2]), moved)


def reduction(entry: Entry, input: Tensor, dim: Any = None, keepdim: bool = False, **kwargs: Any) -> Moved:
    """`mean`, `sum`, `amax`, `amin` over some dimensions or all."""
    if kwargs or not input.dim():
        raise Impassable
    some = range(input.dim()) if dim is None or dim == () else (dim,) if isinstance(dim, int) else dim
    dims = tuple(each % input.dim() + 1 for each in some)
    return Moved(entry.step.result, entry.step.func(entry.one(input).whole(), dims, keepdim))


def pieces(entry: Entry, input: Tensor, size: Any, dim: int = 0) -> list[Moved]:
    """`chunk` and `split`."""
    parts = entry.step.func(entry.one(input).whole(), size, dim % input.dim() + 1)
    return [Moved(base, part) for base, part in zip(entry.step.result, parts, strict=True)]


def dropout(entry: Entry, input: Tensor, *args: Any, **kwargs: Any) -> Moved:
    """Dropout that drops nothing; one that does is on the tape as a product with its mask."""
    return along(entry.step.result, entry.one(input).values, entry.one(input))


LAYERS: dict[Any, Callable[..., Moved | list[Moved]]] = {
    **dict.fromkeys((F.softmax, torch.softmax, Tensor.softmax), softmax),
    **dict.fromkeys((F.log_softmax, torch.log_softmax, Tensor.log_softmax), softmax),
    F.layer_norm: layer_norm, F.batch_norm: batch_norm, F.embedding: embedding, F.dropout: dropout,
    torch.conv_transpose2d: conv_transpose2d,
    **dict.fromkeys((torch.mean, Tensor.mean, torch.sum, Tensor.sum), reduction),
    **dict.fromkeys((torch.amax, Tensor.amax, torch.amin, Tensor.amin), reduction),
    **dict.fromkeys((torch.chunk, Tensor.chunk, torch.split, Tensor.split), pieces),
    **dict.fromkeys((
        torch.neg, Tensor.neg, Tensor.__neg__, torch.log, Tensor.log, torch.sqrt, Tensor.sqrt, torch.clamp,
        Tensor.clamp, Tensor.pow, Tensor.__pow__, torch.pow, F.hardswish, F.hardsigmoid, F.logsigmoid, F.celu,
    ), elementwise),
}  # fmt: skip
