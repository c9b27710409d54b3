"""One tensor perturbed by a different amount in every row of a batch, without copying it for every row.

Under `torch.func.vmap` a row moves element `i` of a tensor `W` by `h`. Where `W` enters a call that is linear in it,
the result moves by a rank-one term, so that the call itself stays unbatched and everything above it too:

    x @ W.T + b          W[i, j] += h   adds h * x[…, j] to column i of the result
    conv2d(x, W)         W[o, k] += h   adds h * (column k of unfold(x)) to channel o
    bias b               b[i] += h      adds h to column i

Any other use of `W` gets a perturbed copy: the numbers are those of plain central differences for every engine.
The tensor is recognised by identity in every call, so tied weights and repeated use are all seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from dltui.gradcheck.classes import batched, cross_entropy, log_softmax
from dltui.gradcheck.recurrent import Cell, gru_cell, lstm_cell, relu_cell, tanh_cell, unrolled

Call = Callable[..., Any]


class Perturbed(TorchFunctionMode):
    """Inside this mode `target` acts as `target + step * e_index`; `index` and `step` are scalars of one vmap row."""

    def __init__(self, target: Tensor, index: Tensor, step: Tensor) -> None:
        super().__init__()
        self.target, self.index, self.step = target, index, step
        self._copy: Tensor | None = None
        self.widest = 1
        """Most elements per row that a batched result had so far."""

    def copy(self) -> Tensor:
        """The target with its element moved."""
        if self._copy is None:
            moved = self.target.reshape(-1).scatter_add(0, self.index.view(1), self.step.view(1))
            self._copy = moved.view(self.target.shape)
        return self._copy

    def one_hot(self, size: int, place: Tensor) -> Tensor:
        """`step` at `place` of a vector, zeros elsewhere."""
        return (torch.arange(size, device=self.step.device) == place) * self.step

    def __torch_function__(
        self, func: Call, types: object, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        rule = RULES.get(func)
        result = rule(self, func, *args, **kwargs) if rule else NotImplemented
        if result is NotImplemented:
            result = func(*self.swapped(args), **{key: self.swapped(value) for key, value in kwargs.items()})
        if batched(result):
            self.widest = max(self.widest, result.numel())
        return result

    def swapped(self, value: Any) -> Any:
        """`value` with the target replaced by its moved copy."""
        if value is self.target:
            return self.copy()
        if isinstance(value, tuple | list):
            items = [self.swapped(item) for item in value]
            same = all(one is two for one, two in zip(items, value, strict=True))
            return value if same else type(value)(items)
        return value


def metadata(mode: Perturbed, func: Call, *args: Any, **kwargs: Any) -> Any:
    """What does not depend on values."""
    return func(*args, **kwargs)


def linear(mode: Perturbed, func: Call, input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Any:
    """`F.linear`: input (…, in), weight (out, in), bias (out)."""
    target = mode.target
    if input is target or (weight is not target and bias is not target) or weight.dim() != 2:
        return NotImplemented
    result = func(input, weight, bias)
    if weight is target:
        column = input.index_select(-1, (mode.index % weight.shape[1]).view(1))
        result = torch.addcmul(result, column, mode.one_hot(weight.shape[0], mode.index // weight.shape[1]))
    if bias is target:
        result = result + mode.one_hot(result.shape[-1], mode.index)
    return result


def product(mode: Perturbed, func: Call, left: Tensor, right: Tensor) -> Any:
    """`left @ right` with the target on the right, (in, out), or on the left, (out, in)."""
    target = mode.target
    if target.dim() != 2 or left is right:
        return NotImplemented
    rows, columns = target.shape
    if right is target and left.dim() >= 1:
        moved = left.index_select(-1, (mode.index // columns).view(1)) * mode.one_hot(columns, mode.index % columns)
        return func(left, right) + (moved if left.dim() > 1 else moved.view(columns))
    if left is target and right.dim() in (1, 2):
        row = right.index_select(0, (mode.index % columns).view(1))
        hot = mode.one_hot(rows, mode.index // columns)
        return func(left, right) + (hot.view(-1, 1) * row if right.dim() == 2 else hot * row)
    return NotImplemented


def conv2d(
    mode: Perturbed, func: Call, input: Tensor, weight: Tensor, bias: Tensor | None = None,
    stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1,
) -> Any:  # fmt: skip
    """`F.conv2d`, ungrouped: input (N, C, H, W), weight (out, C, kh, kw), bias (out)."""
    target = mode.target
    if input is target or (weight is not target and bias is not target) or groups != 1 or input.dim() != 4:
        return NotImplemented
    if isinstance(padding, str):
        return NotImplemented
    result = func(input, weight, bias, stride, padding, dilation, groups)
    out, size = weight.shape[0], weight[0].numel()
    if weight is target:
        columns = F.unfold(input, weight.shape[2:], dilation=dilation, padding=padding, stride=stride)
        column = columns.index_select(1, (mode.index % size).view(1))
        moved = column.view(input.shape[0], 1, *result.shape[2:])
        result = torch.addcmul(result, moved, mode.one_hot(out, mode.index // size).view(1, out, 1, 1))
    if bias is target:
        result = result + mode.one_hot(out, mode.index).view(1, out, 1, 1)
    return result


def embedding(mode: Perturbed, func: Call, input: Tensor, weight: Tensor, *args: Any, **kwargs: Any) -> Any:
    """`F.embedding`: input (…) of integers, weight (words, size)."""
    if weight is not mode.target or args or any(value for value in kwargs.values()):
        return NotImplemented
    size = weight.shape[1]
    here = (input == mode.index // size).unsqueeze(-1)
    return func(input, weight) + here * mode.one_hot(size, mode.index % size)


def recurrent(cell: Cell) -> Call:
    """The rule for `torch.lstm` and its kin with a cell."""

    def rule(mode: Perturbed, func: Call, input: Tensor, state: Any, weights: Any, *options: Any) -> Any:
        if not isinstance(weights, list):
            return NotImplemented
        input, parts = mode.swapped(input), mode.swapped(state if isinstance(state, tuple) else (state,))
        carried = any(batched(each) for each in (input, *parts))
        if not carried and not any(weight is mode.target for weight in weights):
            return NotImplemented

        def moved(steps: Tensor, weight: Tensor | None, bias: Tensor | None) -> Any:
            if weight is mode.target and weight is not None:
                column = steps.index_select(-1, (mode.index % weight.shape[1]).view(1))
                return column * mode.one_hot(weight.shape[0], mode.index // weight.shape[1])
            return mode.one_hot(bias.numel(), mode.index) if bias is mode.target and bias is not None else 0

        mode.widest = max(mode.widest, input.shape[-2] * weights[0].shape[0])
        return unrolled(cell, moved, input, parts, weights, *options)

    return rule


ATTRIBUTES = ("shape", "dtype", "device", "ndim", "is_sparse", "layout", "requires_grad", "is_cuda")
METADATA: frozenset[Call] = frozenset({
    Tensor.size, Tensor.dim, Tensor.numel, Tensor.stride, Tensor.is_floating_point, Tensor.is_complex, Tensor.__len__,
    *(getattr(Tensor, name).__get__ for name in ATTRIBUTES),
})  # fmt: skip
"""Asking for what does not depend on values."""
RULES: dict[Call, Call] = {
    F.linear: linear, torch.conv2d: conv2d, F.embedding: embedding,
    F.cross_entropy: cross_entropy, F.log_softmax: log_softmax, torch.log_softmax: log_softmax,
    Tensor.log_softmax: log_softmax,
    torch.lstm: recurrent(lstm_cell), torch.gru: recurrent(gru_cell),
    torch.rnn_tanh: recurrent(tanh_cell), torch.rnn_relu: recurrent(relu_cell),
    torch.matmul: product, torch.mm: product, Tensor.matmul: product, Tensor.mm: product, Tensor.__matmul__: product,
    **dict.fromkeys(METADATA, metadata),
}  # fmt: skip
