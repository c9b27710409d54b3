"""Mistakes at one node of a backward: what its gradients would be, and how to say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from dltui.gradcheck.reference import Hook, Node

Mutation = tuple[str, Hook]
"""(what went wrong, with `{op}` for the operation; the hook that does it)."""


def mutations(node: Node) -> Iterator[Mutation]:
    """Mistakes that people make at a node of this kind, the likely ones first."""
    yield "the derivative of {op} is left out", passed_through
    yield from SPECIAL.get(node.name, lambda node: ())(node)
    count = len(node.function.next_functions)
    for place in range(count):
        if node.function.next_functions[place][0] is None:
            continue
        side = "" if count == 1 else f" ({ORDINALS[min(place, 5)]} operand)"
        yield f"the path through {{op}}{side} is missing", at(place, torch.zeros_like)
        yield f"the sign of the path through {{op}}{side} is wrong", at(place, torch.neg)
        yield f"the path through {{op}}{side} is counted twice", at(place, lambda g: 2 * g)
        yield f"the path through {{op}}{side} has half its weight", at(place, lambda g: 0.5 * g)
    for place in range(count):
        if node.function.next_functions[place][0] is None:
            continue
        side = "" if count == 1 else f" ({ORDINALS[min(place, 5)]} operand)"
        yield f"the gradient of {{op}}{side} is shifted by one", at(place, lambda g: rolled(g, 1))
        yield f"the gradient of {{op}}{side} is shifted by minus one", at(place, lambda g: rolled(g, -1))
        yield f"the gradient of {{op}}{side} is transposed", at(place, turned)
        yield f"the gradient of {{op}}{side} is averaged over its first dimension", at(place, averaged)
        yield f"only the first entry of the first dimension goes through {{op}}{side}", at(place, first_only)


ORDINALS = ("first", "second", "third", "fourth", "fifth", "last")


def at(place: int, change: Any) -> Hook:
    """Change the gradient of one input."""

    def hook(inputs: Sequence[Tensor | None], outputs: Sequence[Tensor | None]) -> Sequence[Tensor | None]:
        changed = list(inputs)
        if place < len(changed) and (value := changed[place]) is not None:
            changed[place] = change(value)
        return tuple(changed)

    return hook


def passed_through(inputs: Sequence[Tensor | None], outputs: Sequence[Tensor | None]) -> Sequence[Tensor | None]:
    """The gradient of the output goes to every input of the same shape."""
    g = outputs[0]
    return tuple(g if each is not None and g is not None and each.shape == g.shape else each for each in inputs)


def rolled(g: Tensor, amount: int) -> Tensor:
    return g.roll(amount, -1) if g.dim() else g


def turned(g: Tensor) -> Tensor:
    if g.dim() < 2:
        return g
    other = g.transpose(-1, -2)
    return other if other.shape == g.shape else other.reshape(g.shape)


def averaged(g: Tensor) -> Tensor:
    return g.mean(0, keepdim=True).expand_as(g) if g.dim() else g


def first_only(g: Tensor) -> Tensor:
    kept = torch.zeros_like(g)
    if g.dim():
        kept[:1] = g[:1]
    return kept


def from_output(place: int, make: Any) -> Hook:
    """Replace the gradient of one input by `make(gradient of the output, the right gradient)`."""

    def hook(inputs: Sequence[Tensor | None], outputs: Sequence[Tensor | None]) -> Sequence[Tensor | None]:
        changed, g = list(inputs), outputs[0]
        if place < len(changed) and (value := changed[place]) is not None and g is not None:
            made = make(g, value)
            changed[place] = made if made.shape == value.shape else value
        return tuple(changed)

    return hook


def products(node: Node) -> Iterator[Mutation]:
    """`A @ B`: dA = g B^T, dB = A^T g."""
    f = node.function
    left = saved(f, "_saved_self", "_saved_mat1")
    right = saved(f, "_saved_mat2")
    first = 1 if node.name == "addmm" else 0
    if right is not None:
        text = "{op}: the gradient of its first operand uses grad_output transposed"
        yield text, from_output(first, lambda g, _: fitting(g.T, right.T))
        text = "{op}: the gradient of its first operand uses the second one without transposing it"
        yield text, from_output(first, lambda g, _: fitting(g, right))
    if left is not None:
        text = "{op}: the gradient of its second operand uses grad_output transposed"
        yield text, from_output(first + 1, lambda g, _: fitting(left.T, g.T))
        text = "{op}: the gradient of its second operand uses the first one without transposing it"
        yield text, from_output(first + 1, lambda g, _: fitting(left, g))


def fitting(left: Tensor, right: Tensor) -> Tensor:
    """The product where the shapes allow it, else something of no shape."""
    return left @ right if left.shape[-1] == right.shape[-2] else left.new_zeros(0)


def saved(function: Any, *names: str) -> Tensor | None:
    for name in names:
        value = getattr(function, name, None)
        if isinstance(value, Tensor):
            return value.detach()
    return None


def softmaxes(node: Node) -> Iterator[Mutation]:
    """y = softmax(x): dx = y (g - sum(g y))."""
    y = saved(node.function, "_saved_result")
    dim = getattr(node.function, "_saved_dim", -1)
    if y is None:
        return
    dim = dim if dim < y.dim() else dim - 2**64
    yield "the cross terms of {op} are missing: y(1 - y)", from_output(0, lambda g, _: g * y * (1 - y))
    yield "the sum over the classes of {op} is missing", from_output(0, lambda g, _: g * y)
    text = "the sum in {op} is not weighted with y"
    yield text, from_output(0, lambda g, _: y * (g - g.sum(dim, keepdim=True)))
    for other in range(y.dim()):
        text = f"{{op}} is summed over dimension {other}"
        yield text, from_output(0, lambda g, _, other=other: y * (g - (g * y).sum(other, keepdim=True)))


def log_softmaxes(node: Node) -> Iterator[Mutation]:
    """y = log softmax(x): dx = g - softmax(x) sum(g)."""
    y = saved(node.function, "_saved_result")
    dim = getattr(node.function, "_saved_dim", -1)
    if y is None:
        return
    dim, p = dim if dim < y.dim() else dim - 2**64, y.exp()
    yield (
        "{op}: only the softmax is left, the target is missing",
        from_output(0, lambda g, _: -p * g.sum(dim, keepdim=True)),
    )
    yield "{op}: a mean stands for the sum", from_output(0, lambda g, _: g - p * g.mean(dim, keepdim=True))
    yield "{op}: the sum is missing", from_output(0, lambda g, _: g - p * g)
    x = node.values[node.leaves[0]] if node.leaves[0] is not None else y
    for other in range(y.dim()):
        text = f"{{op}}: softmax over dimension {other}"
        yield text, from_output(0, lambda g, _, other=other: g - x.softmax(other) * g.sum(dim, keepdim=True))


def losses(node: Node) -> Iterator[Mutation]:
    """Losses of one operation, by their saved input and target."""
    x, y = saved(node.function, "_saved_self"), saved(node.function, "_saved_target")
    if x is None or y is None:
        return
    yield "{op}: 1/(p(1 - p)) is left out", from_output(0, lambda g, right: right * x * (1 - x))
    yield "{op}: the difference stands for its clipped value", from_output(0, lambda g, right: (x - y) * g / x.numel())
    yield "{op}: the difference is not averaged", from_output(0, lambda g, right: right * x.numel())


def values(node: Node) -> Iterator[Mutation]:
    """The value of a function where its derivative belongs."""
    x, y = saved(node.function, "_saved_self"), saved(node.function, "_saved_result")
    for name, value in (("its argument", x), ("its value", y)):
        if value is not None:
            yield f"{{op}} is differentiated as {name}", from_output(0, lambda g, _, value=value: g * value)
    if y is not None:
        yield "{op}: 1 - y stands for 1 - y^2", from_output(0, lambda g, _: g * (1 - y))
        yield "{op}: 1 + y^2 stands for 1 - y^2", from_output(0, lambda g, _: g * (1 + y * y))


def orders(node: Node) -> Iterator[Mutation]:
    """Operations that move values."""
    dim = getattr(node.function, "_saved_dim", 0)
    dim = dim if isinstance(dim, int) and abs(dim) < 64 else -1
    yield "{op} is not reversed in the backward", from_output(0, lambda g, _: g.cumsum(dim))
    yield "{op} is undone in the wrong direction", from_output(0, lambda g, right: twice(g, right))


def twice(g: Tensor, right: Tensor) -> Tensor:
    """Apply the shift of a roll forwards instead of backwards."""
    for dim in range(g.dim()):
        for amount in range(1, g.shape[dim]):
            if torch.equal(g.roll(-amount, dim), right):
                return g.roll(amount, dim)
    return g.new_zeros(0)


def gathers(node: Node) -> Iterator[Mutation]:
    """Rows picked by an index: gradients of rows that are picked twice add up."""
    indices = getattr(node.function, "_saved_indices", None)
    if indices is None or len(indices) != 1 or indices[0] is None:
        return
    index = indices[0]

    def overwritten(g: Tensor, right: Tensor) -> Tensor:
        return torch.zeros_like(right).index_copy(0, index.flatten(), g.reshape(-1, *right.shape[1:]))

    yield "gradients of rows that {op} picks several times overwrite each other", from_output(0, overwritten)


def multiplied(node: Node) -> Iterator[Mutation]:
    """`a * b`: da = g b, db = g a; another tensor may have been taken for the factor."""
    for number, value in enumerate(node.values):
        for place in range(2):
            if node.leaves[place : place + 1] != (number,):
                text = f"{{op}}: the gradient of its {ORDINALS[place]} operand is multiplied with input {number} itself"
                yield text, from_output(place, lambda g, right, value=value: summed(g, value, right))


def summed(g: Tensor, value: Tensor, like: Tensor) -> Tensor:
    """g * value, summed to the shape of `like`."""
    if value.shape != g.shape:
        return g.new_zeros(0)
    made = g * value
    return made.sum_to_size(like.shape) if made.shape != like.shape else made


def convolutions(node: Node) -> Iterator[Mutation]:
    """y = conv(x, k): the input gradient is a convolution with the flipped kernel."""
    f = node.function
    x, k = saved(f, "_saved_input"), saved(f, "_saved_weight")
    if x is None or k is None:
        return
    spatial = tuple(range(2, k.dim()))
    options = (
        None, list(f._saved_stride), list(f._saved_padding), list(f._saved_dilation), f._saved_transposed,
        list(f._saved_output_padding), f._saved_groups,
    )  # fmt: skip

    def by(kernel: Tensor) -> Any:
        return lambda g, _: torch.ops.aten.convolution_backward(g, x, kernel, *options, [True, False, False])[0]

    def weights(rows: slice) -> Any:
        return lambda g, _: torch.ops.aten.convolution_backward(g[rows], x[rows], k, *options, [False, True, False])[1]

    yield "{op}: the kernel for the input gradient is flipped the wrong way", from_output(0, by(k.flip(spatial)))
    yield "{op}: the weight gradient is that of the first example alone", from_output(1, weights(slice(0, 1)))
    yield "{op}: the weight gradient is that of the last example alone", from_output(1, weights(slice(-1, None)))
    yield "{op}: the weight gradient is flipped", at(1, lambda g: g.flip(spatial))


def means(node: Node) -> Iterator[Mutation]:
    yield "{op}: 1/N is missing", scaled_by_size
    yield "{op}: N - 1 and N are exchanged", exchanged


def scaled_by_size(inputs: Sequence[Tensor | None], outputs: Sequence[Tensor | None]) -> Sequence[Tensor | None]:
    value, g = inputs[0], outputs[0]
    if value is None or g is None:
        return tuple(inputs)
    return (value * (value.numel() / max(1, g.numel())), *inputs[1:])


def exchanged(inputs: Sequence[Tensor | None], outputs: Sequence[Tensor | None]) -> Sequence[Tensor | None]:
    value, g = inputs[0], outputs[0]
    if value is None or g is None or value.numel() <= g.numel():
        return tuple(inputs)
    size = value.numel() / max(1, g.numel())
    return (value * (size / (size - 1)), *inputs[1:])


SPECIAL: dict[str, Any] = {
    "mm": products, "addmm": products, "bmm": products, "softmax": softmaxes, "logsoftmax": log_softmaxes,
    "binarycrossentropy": losses, "huberloss": losses, "smoothl1loss": losses, "mseloss": losses, "tanh": values,
    "sigmoid": values, "abs": values, "exp": values, "sqrt": values, "log": values,
    "mul": multiplied, "cumsum": orders, "roll": orders,
    "index": gathers, "convolution": convolutions, "mean": means, "var": means,
}  # fmt: skip
