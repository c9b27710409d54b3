"""What is checked: a function of its leaves, the tensors whose gradients are compared.

A module, a function, a `torch.autograd.Function` and a (forward, backward) pair become one `Subject` with two
abilities: outputs for given leaf values (for differences), and gradients by its own backward.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from dltui.gradcheck.tree import replaced, tensors

Values = Sequence[Tensor]


class End(torch.autograd.Function):
    """A number at the end of a graph, whose backward sends given cotangents into the outputs, as they are.

    `torch.autograd.grad` takes cotangents too, but compares their shapes with half a second of imports."""

    @staticmethod
    def forward(ctx: Any, cotangents: list[Tensor], *outputs: Tensor) -> Tensor:
        ctx.cotangents = cotangents
        return outputs[0].new_zeros(())

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return None, *ctx.cotangents


ended: Callable[..., Tensor] = End.apply


@dataclass(frozen=True)
class Leaf:
    """One tensor whose gradient is checked."""

    name: str
    path: str
    """Where it is: a path into the arguments, or the name of a parameter of the module."""
    value: Tensor
    """As given: its dtype, shape and strides; for a parameter the parameter itself."""
    parameter: bool


@dataclass(frozen=True)
class Subject:
    """A function of `leaves`, everything else held still.

    Real coordinates: a complex leaf or output of shape (…) is handled as its `view_as_real`, shape (…, 2). The gradient
    torch defines for a complex tensor, d/d(re) + i d/d(im), then is the gradient of these coordinates.
    """

    title: str
    call: Callable[..., object]
    arguments: tuple[tuple[object, ...], dict[str, object]]
    leaves: tuple[Leaf, ...]
    modules: tuple[nn.Module, ...]
    """Modules whose buffers a call may change."""
    dtype: torch.dtype | None = None
    """None: every tensor as given. float64: the shadow, all floating-point tensors are cast to it."""
    counted: tuple[bool, ...] | None = None
    """Which of the floating-point outputs take part; None: all."""
    graded: bool = False
    """The function needs gradients switched on inside (it differentiates by itself)."""
    within: AbstractContextManager[object] = field(default_factory=nullcontext)
    """Entered around every call for a difference."""

    @property
    def module(self) -> nn.Module | None:
        return self.call if isinstance(self.call, nn.Module) else None

    def shadow(self) -> Subject:
        """The same function with every floating-point tensor in float64."""
        return replace(self, dtype=torch.float64)

    def cast(self, value: Tensor) -> Tensor:
        """`value` in the dtype of this subject; integers and booleans are left alone."""
        if self.dtype is None or not (value.is_floating_point() or value.is_complex()):
            return value
        return value.to(torch.complex128 if value.is_complex() else self.dtype)

    def values(self) -> list[Tensor]:
        """A contiguous copy of every leaf in real coordinates."""
        with torch.no_grad():
            cast = [self.cast(leaf.value.detach()) for leaf in self.leaves]
            return [real(value.clone(memory_format=torch.contiguous_format)).contiguous() for value in cast]

    def state(self) -> dict[str, Tensor]:
        """A copy of the buffers of the module itself, by name."""
        named = self.module.named_buffers() if self.module else ()
        return {name: self.cast(buffer.detach()).clone() for name, buffer in named}

    def outputs(self, values: Values, state: Mapping[str, Tensor] | None = None) -> list[Tensor]:
        """The counted outputs at `values` (real coordinates, one per leaf), as real tensors.

        `state` replaces the buffers of a module; they may be changed in place.
        """
        given = [unreal(value, leaf.value) for value, leaf in zip(values, self.leaves, strict=True)]
        pairs = list(zip(self.leaves, given, strict=True))
        args, kwargs = self.arguments_with({leaf.path: value for leaf, value in pairs if not leaf.parameter})
        with self.within:
            if self.module is None:
                return self.count(self.call(*args, **kwargs))
            swapped = {leaf.path: value for leaf, value in pairs if leaf.parameter}
            others = {name: tensor for name, tensor in self.module.named_parameters() if name not in swapped}
            swapped |= {name: self.cast(tensor.detach()) for name, tensor in others.items()}
            swapped |= self.state() if state is None else state
            return self.count(functional_call(self.module, swapped, args, kwargs))

    def arguments_with(self, leaves: Mapping[str, Tensor]) -> tuple[tuple[object, ...], dict[str, object]]:
        """The arguments with the tensors at the paths of `leaves` replaced and all others copied: a function that
        works in place must not change what the next call sees."""

        def change(path: str, value: Tensor) -> Tensor:
            return leaves[path] if path in leaves else self.cast(value.detach()).clone()

        args, kwargs = self.arguments
        return (
            tuple(replaced(arg, change, f"[{place}]") for place, arg in enumerate(args)),
            {key: replaced(arg, change, f".{key}") for key, arg in kwargs.items()},
        )

    def count(self, result: object) -> list[Tensor]:
        """The counted outputs among all tensors of a result."""
        found = floating(result)
        if self.counted is not None and len(self.counted) == len(found):
            found = [output for output, counts in zip(found, self.counted, strict=True) if counts]
        return [real(output.to_dense() if output.layout != torch.strided else output) for output in found]

    def tracked(self) -> tuple[list[Tensor], Callable[[Values], list[Tensor | None]], tuple[bool, ...]]:
        """One forward with autograd, at the values as given.

        Returns (outputs, gradients of cotangents, which outputs require a gradient). Parameters of a module are used as
        they are, with their hooks; nothing is added to any `.grad`.
        """
        live = self.module is not None and self.dtype is None
        leaves = [
            leaf.value if live and leaf.parameter
            else self.cast(leaf.value.detach()).clone().requires_grad_()
            for leaf in self.leaves
        ]  # fmt: skip
        with torch.enable_grad():
            if live and self.module is not None:
                args, kwargs = self.arguments_with(
                    {leaf.path: value for leaf, value in zip(self.leaves, leaves, strict=True) if not leaf.parameter}
                )
                found = floating(self.module(*args, **kwargs))
                needs = tuple(output.requires_grad for output in found)
                outputs = self.count(found)
            else:
                everything = replace(self, counted=None)
                outputs = everything.outputs([real(leaf.clone()) for leaf in leaves])
                needs = tuple(output.requires_grad for output in outputs)
                outputs = self.count(outputs)

        def gradients(cotangents: Values) -> list[Tensor | None]:
            pairs = [(y, v) for y, v in zip(outputs, cotangents, strict=True) if y.requires_grad]
            if not pairs or not leaves:
                return [None] * len(leaves)
            with torch.enable_grad():
                end = ended([v for _, v in pairs], *(y for y, _ in pairs))
            found = torch.autograd.grad(end, leaves, allow_unused=True)
            return [None if each is None else real(each.to_dense() if each.is_sparse else each) for each in found]

        return outputs, gradients, needs


def floating(result: object) -> list[Tensor]:
    """Every floating-point or complex tensor of a result, in order."""
    return [value for _, value in tensors(result) if value.is_floating_point() or value.is_complex()]


def real(value: Tensor) -> Tensor:
    """Real coordinates: `view_as_real` for a complex tensor, else the tensor itself."""
    return torch.view_as_real(value.resolve_conj()) if value.is_complex() else value


def unreal(value: Tensor, like: Tensor) -> Tensor:
    """The inverse of `real`, for a tensor that is complex where `like` is."""
    return torch.view_as_complex(value.contiguous()) if like.is_complex() and not value.is_complex() else value
