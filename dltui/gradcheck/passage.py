"""How a change passes through an operation: one rule per operation, for many rows at once.

What enters differs from the recorded call either anywhere or in one block of one dimension (`Moved`), and a rule keeps
it that small where it can: elementwise operations and pooling touch the block alone, a linear layer or a convolution
adds to its recorded result what the block alone contributes. No rule linearises anything: the rows are the values of
the function, as exact as calls of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from dltui.gradcheck.moved import Moved, along
from dltui.gradcheck.tape import Step


class Impassable(Exception):
    """No rule for this use of an operation: the function has to be evaluated as a whole."""


@dataclass(frozen=True)
class Target:
    """The tensor that moves: in row r its element `index[r]`, by `step[r]`."""

    value: Tensor
    index: Tensor
    step: Tensor

    def moved(self) -> Moved:
        """As an argument: each row differs along the first dimension alone."""
        shape, rows = self.value.shape, len(self.index)
        if not shape:
            return Moved(self.value, self.value + self.step)
        inner = math.prod(shape[1:])
        place = self.index // inner
        values = self.value.index_select(0, place).view(rows, inner)
        values[torch.arange(rows), self.index % inner] += self.step
        return Moved(self.value, values.view(rows, 1, *shape[1:]), 0, place)


@dataclass(frozen=True)
class Entry:
    """What comes to an operation."""

    step: Step
    target: Target
    arrived: dict[int, Moved]
    """By the identity of the recorded tensor."""

    def moving(self, value: object) -> Moved | None:
        """The variants of an argument, None for one that does not move."""
        return self.target.moved() if value is self.target.value else self.arrived.get(id(value))

    def one(self, value: Tensor) -> Moved:
        """The variants of the only argument that may move. Raises Impassable where another moves."""
        found = self.moving(value)
        if found is None or any(self.moves(each) and each is not value for each in self.step.takes):
            raise Impassable
        return found

    def moves(self, value: object) -> bool:
        return value is self.target.value or id(value) in self.arrived


def linear(entry: Entry, input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Moved:
    """`F.linear`: input (…, in), weight (out, in), bias (out)."""
    target = entry.target
    if weight is target.value and not entry.moves(input) and not entry.moves(bias):
        return outer(entry, input, target.index // weight.shape[1], target.index % weight.shape[1])
    if bias is target.value and not entry.moves(input) and not entry.moves(weight):
        return outer(entry, None, target.index, target.index)
    return inner(entry.step.result, entry.one(input), weight, bias)


def product(entry: Entry, left: Tensor, right: Tensor) -> Moved:
    """`left @ right`: (…, in) times (in, out)."""
    target = entry.target
    if right.dim() != 2 or left.dim() < 1:
        raise Impassable
    if right is target.value and not entry.moves(left):
        return outer(entry, left, target.index % right.shape[1], target.index // right.shape[1])
    return inner(entry.step.result, entry.one(left), right.t(), None)


def outer(entry: Entry, input: Tensor | None, place: Tensor, column: Tensor) -> Moved:
    """A linear layer with one of its own numbers moved: output `place` changes by the step times input `column`."""
    base, step = entry.step.result, entry.target.step
    last = base.dim() - 1
    was = base.movedim(-1, 0).index_select(0, place)
    by = step.view((-1,) + (1,) * last)
    if input is None:
        return Moved(base, (was + by).unsqueeze(-1), last, place)
    columns = input.movedim(-1, 0).index_select(0, column)
    return Moved(base, torch.addcmul(was, columns, by).unsqueeze(-1), last, place)


def inner(base: Tensor, moved: Moved, weight: Tensor, bias: Tensor | None) -> Moved:
    """A linear layer (out, in) that does not move itself."""
    last = moved.base.dim() - 1
    if moved.dim != last:
        return along(base, F.linear(moved.values, weight, bias), moved)
    gap = moved.values - moved.recorded()
    if moved.width == 1 and moved.place is not None:
        share = weight.t().index_select(0, moved.place).view(len(gap), *(1,) * last, -1)
        return Moved(base, torch.addcmul(base, gap, share))
    width = moved.width
    parts = [F.linear(gap[rows], weight.narrow(1, place * width, width)).add_(base) for place, rows in moved.runs()]
    return Moved(base, joined(parts))


def conv2d(
    entry: Entry, input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Any = 1, padding: Any = 0,
    dilation: Any = 1, groups: int = 1,
) -> Moved:  # fmt: skip
    """`F.conv2d`, ungrouped: input (N, C, H, W), weight (out, C, kh, kw), bias (out)."""
    base, target = entry.step.result, entry.target
    if groups != 1 or input.dim() != 4 or isinstance(padding, str):
        raise Impassable
    if weight is target.value or bias is target.value:
        if entry.moves(input) or weight is bias:
            raise Impassable
        size = weight[0].numel() if weight is target.value else 1
        place, by = target.index // size, target.step.view(-1, 1, 1, 1)
        was = base.transpose(0, 1).index_select(0, place)
        if weight is target.value:
            columns = F.unfold(input, weight.shape[2:], dilation=dilation, padding=padding, stride=stride)
            column = columns.transpose(0, 1).index_select(0, target.index % size).view(was.shape)
            return Moved(base, torch.addcmul(was, column, by).unsqueeze(2), 1, place)
        return Moved(base, (was + by).unsqueeze(2), 1, place)
    moved = entry.one(input)
    if moved.dim == 1 and moved.width == 1:
        gap = (moved.values - moved.recorded()).flatten(0, 1)
        count, parts = len(input), []
        for channel, rows in moved.runs():
            some = gap[rows.start * count : rows.stop * count]
            part = F.conv2d(some, weight.narrow(1, channel, 1), None, stride, padding, dilation)
            parts.append(part.unflatten(0, (-1, count)).add_(base))
        return Moved(base, joined(parts))
    if moved.dim not in (None, 0):
        moved = Moved(moved.base, moved.whole())
    values = F.conv2d(moved.values.flatten(0, 1), weight, bias, stride, padding, dilation)
    return along(base, values.unflatten(0, moved.values.shape[:2]), moved)


def joined(parts: list[Tensor]) -> Tensor:
    return torch.cat(parts) if len(parts) > 1 else parts[0]


def elementwise(entry: Entry, input: Tensor, *args: Any, **kwargs: Any) -> Moved:
    """A function of each element alone, and constants."""
    if kwargs.get("inplace") or "out" in kwargs or any(isinstance(each, Tensor) for each in (*args, *kwargs.values())):
        raise Impassable
    moved = entry.one(input)
    return along(entry.step.result, entry.step.func(moved.values, *args, **kwargs), moved)


def pool2d(entry: Entry, input: Tensor, *args: Any, **kwargs: Any) -> Moved:
    """Pooling over the last two dimensions of (N, C, H, W)."""
    moved = entry.one(input)
    if input.dim() != 4 or not isinstance(entry.step.result, Tensor):
        raise Impassable
    if moved.dim is not None and moved.dim > 1:
        moved = Moved(moved.base, moved.whole())
    values = entry.step.func(moved.values.flatten(0, 1), *args, **kwargs)
    return along(entry.step.result, values.unflatten(0, moved.values.shape[:2]), moved)


def reshape(entry: Entry, input: Tensor, *args: Any, **kwargs: Any) -> Moved:
    """`flatten`, `view`, `reshape`: the same elements in the same order in another shape."""
    moved, base = entry.one(input), entry.step.result
    if isinstance(entry.step.result, Tensor) and entry.step.result.dtype != input.dtype:
        raise Impassable
    old, new, dim = input.shape, base.shape, moved.dim
    if dim is not None and old[:dim] == new[:dim] and len(new) > dim:
        kept = moved.values.shape[: dim + 1]
        if old[dim] == new[dim]:
            return along(base, moved.values.reshape(*kept, moved.width, *new[dim + 1 :]), moved)
        if len(new) == dim + 1:
            return along(base, moved.values.reshape(*kept, -1), moved)
    return Moved(base, moved.whole().reshape(-1, *new))


def selected(entry: Entry, input: Tensor, key: Any) -> Moved:
    """Indexing with numbers and slices."""
    keys = key if isinstance(key, tuple) else (key,)
    if not all(isinstance(each, int | slice) or each is Ellipsis or each is None for each in keys):
        raise Impassable
    return Moved(entry.step.result, entry.one(input).whole()[(slice(None), *keys)])


def binary(entry: Entry, one: Any, two: Any) -> Moved:
    """Arithmetic of two tensors of one shape, or of shapes that broadcast, or of a tensor and a number."""
    result = entry.step.result
    pair = [entry.moving(each) for each in (one, two)]
    if not isinstance(result, Tensor) or not all(isinstance(each, Tensor | int | float) for each in (one, two)):
        raise Impassable
    if pair[0] is not None and pair[1] is not None:
        values = entry.step.func(*(lifted(each, result.dim(), full=True).values for each in pair if each is not None))
        return Moved(result, values)
    moved = lifted(next(each for each in pair if each is not None), result.dim())
    if moved.dim is not None and moved.base.shape[moved.dim] != result.shape[moved.dim]:
        moved = Moved(moved.base, moved.whole())
    still = two if pair[1] is None else one
    if isinstance(still, Tensor) and moved.dim is not None:
        still = moved.block(still.expand(result.shape))
    values = entry.step.func(*((moved.values, still) if pair[1] is None else (still, moved.values)))
    return along(result, values, moved)


def lifted(moved: Moved, dims: int, full: bool = False) -> Moved:
    """The same variants of a tensor with dimensions of size 1 in front, to have `dims` of them."""
    more = dims - moved.base.dim()
    values = moved.whole() if full else moved.values
    values = values.view(len(values), *(1,) * more, *values.shape[1:])
    base = moved.base.view((1,) * more + moved.base.shape) if more else moved.base
    return Moved(base, values) if full or moved.dim is None else Moved(base, values, moved.dim + more, moved.place)


ELEMENTWISE = (
    F.relu, torch.relu, Tensor.relu, torch.tanh, Tensor.tanh, torch.sigmoid, Tensor.sigmoid, F.gelu, F.silu, F.elu,
    F.leaky_relu, F.softplus, F.selu, torch.selu, F.relu6, F.hardtanh, F.softsign, F.mish, torch.exp, Tensor.exp,
    torch.sin, Tensor.sin, torch.cos, Tensor.cos, torch.square, Tensor.square, torch.abs, Tensor.abs,
    Tensor.clone, Tensor.contiguous, torch.clone,
)  # fmt: skip
BINARY = (
    torch.add, torch.sub, torch.mul, torch.div, *(getattr(Tensor, name) for name in (
        "add", "sub", "mul", "div", "__add__", "__sub__", "__mul__", "__truediv__", "__radd__", "__rsub__", "__rmul__",
        "__rtruediv__",
    )),
)  # fmt: skip
