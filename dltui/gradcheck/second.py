"""Second order: the gradient of the gradient.

The function under test becomes `G(x, v) = v^T dy/dx`, the product that a backward computes. Its gradient by x and by
v is
what double backward returns, and is compared with differences of the first-order gradient (as `gradgradcheck` of torch
does).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from dltui.gradcheck.foreign import Failure, attempt
from dltui.gradcheck.pair import Pair
from dltui.gradcheck.rehearsal import Rehearsal, Unusable
from dltui.gradcheck.report import GradientReport
from dltui.gradcheck.subject import Leaf, Subject, Values


@dataclass(frozen=True)
class Second(Subject):
    """A subject whose outputs are the gradients of another; its leaves are those of the other, and the cotangents."""

    inner: Subject = field(kw_only=True)

    def shadow(self) -> Subject:
        return replace(self, dtype=torch.float64, inner=self.inner.shadow())

    def outputs(self, values: Values, state: Mapping[str, Tensor] | None = None) -> list[Tensor]:
        count = len(self.inner.leaves)
        points, cotangents = values[:count], list(values[count:])
        if torch._C._are_functorch_transforms_active():
            # A copy, so that a perturbation of the point is seen before the transform wraps it.
            points = [point.clone() for point in points]
            back = torch.func.vjp(lambda *xs: tuple(self.inner.outputs(xs, state)), *points)[1]
            return list(back(tuple(each.clone() for each in cotangents)))
        return [each.detach() for each in self.first(points, cotangents, state, keep=False)]

    def first(
        self, points: Values, cotangents: Values, state: Mapping[str, Tensor] | None, keep: bool
    ) -> Sequence[Tensor]:
        """The first-order gradients; `keep`: with a graph of their own."""
        with torch.enable_grad():
            leaves = [point if keep else point.detach().clone().requires_grad_() for point in points]
            outputs = self.inner.outputs(leaves, state)
            pairs = [(y, v) for y, v in zip(outputs, cotangents, strict=True) if y.requires_grad]
            if not pairs:
                return [torch.zeros_like(leaf) for leaf in leaves]
            return torch.autograd.grad(
                [y for y, _ in pairs], leaves, [v for _, v in pairs], create_graph=keep, allow_unused=True,
                materialize_grads=True,
            )  # fmt: skip

    def tracked(self) -> tuple[list[Tensor], Callable[[Values], list[Tensor | None]], tuple[bool, ...]]:
        values = [value.requires_grad_() for value in self.values()]
        count = len(self.inner.leaves)
        outputs = list(self.first(values[:count], values[count:], None, keep=True))

        def gradients(cotangents: Values) -> list[Tensor | None]:
            pairs = [(y, v) for y, v in zip(outputs, cotangents, strict=True) if y.requires_grad]
            if not pairs:
                return [None] * len(values)
            return list(torch.autograd.grad([y for y, _ in pairs], values, [v for _, v in pairs], allow_unused=True))

        return outputs, gradients, (True,) * len(outputs)


def second(rehearsal: Rehearsal) -> Second:
    """The subject of the second order. Raises `Unusable` for a plain (forward, backward) pair, which has none."""
    inner = rehearsal.subject
    if isinstance(inner, Pair):
        raise Unusable("second order needs a backward that autograd can differentiate, not a plain function")
    dtype = inner.leaves[0].value.dtype if inner.leaves else torch.float64
    inner = replace(inner, dtype=dtype if not dtype.is_complex else None)
    count = len(rehearsal.cotangents)
    names = ["grad_output"] if count == 1 else [f"grad_output {place}" for place in range(count)]
    extra = [
        Leaf(name, f"cotangent{place}", v, parameter=False)
        for place, (name, v) in enumerate(zip(names, rehearsal.cotangents, strict=True))
    ]
    made = Second(
        title=f"{inner.title}, second order", call=inner.call, arguments=inner.arguments, leaves=(*inner.leaves,
        *extra),
        modules=inner.modules, dtype=inner.dtype, inner=inner,
    )  # fmt: skip
    tracked = attempt(made.tracked)
    if isinstance(tracked, Failure):
        raise Unusable(f"the backward cannot be differentiated: {tracked}")
    if any("Error" in type(output.grad_fn).__name__ for output in tracked[0]):
        raise Unusable("the backward cannot be differentiated: it is marked once_differentiable")
    return made


def joined(first: GradientReport, other: GradientReport) -> GradientReport:
    """Both orders in one report; names of the second say so."""
    tensors = dict(first.tensors)
    for name, tensor in other.tensors.items():
        label = f"second order: {name}"
        tensors[label] = replace(tensor, name=label)
    return replace(
        other, title=first.title, tensors=tensors, notes=(*first.notes, *other.notes),
        evaluations=first.evaluations + other.evaluations,
    )  # fmt: skip
