"""How a wrong gradient is slipped into a module without touching its forward: hooks and an identity with a backward of
its own.

Hooks act only while gradients are recorded; differences, which need none, see the module as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.utils.hooks import RemovableHandle

from dltui.gradcheck.tree import replaced

Change = Callable[[Tensor], Tensor]
"""From a gradient to another of the same shape."""


class Identity(Function):
    """The identity, whose backward applies `change` to the gradient."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, change: Change) -> Tensor:
        ctx.change = change
        return value.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return ctx.change(gradients[0]), None


class Detour(Function):
    """The value of `output`, whose gradient goes to `input` by `change` instead of through the module."""

    @staticmethod
    def forward(ctx: Any, input: Tensor, output: Tensor, change: Change) -> Tensor:
        ctx.change = change
        return output.detach().clone()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        return ctx.change(gradients[0]), None, None


def first(values: object) -> Tensor | None:
    """The first floating-point tensor of arguments or of a result."""
    if isinstance(values, Tensor):
        return values if values.is_floating_point() else None
    if isinstance(values, tuple | list):
        return next((found for value in values if (found := first(value)) is not None), None)
    return None


def swapped(result: object, new: Tensor) -> object:
    """The result with its first tensor replaced."""
    if isinstance(result, tuple):
        return (new, *result[1:])
    return new


def everywhere(module: nn.Module, change: Change) -> list[RemovableHandle]:
    """`change` the gradients of all outputs of the module."""

    def tap(path: str, value: Tensor) -> object:
        return Identity.apply(value, change) if value.is_floating_point() and value.requires_grad else value

    def hook(module: nn.Module, args: tuple[Any, ...], result: Any) -> Any:
        return replaced(result, tap) if torch.is_grad_enabled() else None

    return [module.register_forward_hook(hook)]


def on_input(module: nn.Module, change: Change) -> list[RemovableHandle]:
    """`change` the gradient that leaves the module through its first argument."""

    def hook(module: nn.Module, args: tuple[Any, ...]) -> Any:
        value = first(args)
        if value is None or not torch.is_grad_enabled() or not value.requires_grad:
            return None
        return tuple(Identity.apply(arg, change) if arg is value else arg for arg in args)

    return [module.register_forward_pre_hook(hook)]


def on_output(module: nn.Module, change: Change) -> list[RemovableHandle]:
    """`change` the gradient that enters the module."""

    def hook(module: nn.Module, args: tuple[Any, ...], result: Any) -> Any:
        value = first(result)
        if value is None or not torch.is_grad_enabled() or not value.requires_grad:
            return None
        return swapped(result, Identity.apply(value, change))

    return [module.register_forward_hook(hook)]


def around(module: nn.Module, backward: Callable[[Tensor, Tensor, Tensor], Tensor]) -> list[RemovableHandle]:
    """Replace the backward of a module without parameters by `backward(gradient, input, output)`."""

    def hook(module: nn.Module, args: tuple[Any, ...], result: Any) -> Any:
        value, output = first(args), first(result)
        if value is None or output is None or not torch.is_grad_enabled() or not output.requires_grad:
            return None
        x, y = value.detach(), output.detach()
        return swapped(result, Detour.apply(value, output, lambda gradient: backward(gradient, x, y)))

    return [module.register_forward_hook(hook)]


def on_parameter(module: nn.Module, name: str, change: Change) -> list[RemovableHandle]:
    """`change` the gradient of a parameter."""
    return [getattr(module, name).register_hook(change)]
