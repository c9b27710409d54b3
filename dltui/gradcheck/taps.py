"""What passes through every module of a net during one forward and backward: inputs, outputs, cotangents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from dltui.gradcheck.subject import floating


@dataclass
class Call:
    """One call of one module."""

    name: str
    """Path of the module in the net; empty for the net itself."""
    module: nn.Module
    args: tuple[object, ...]
    kwargs: dict[str, object]
    outputs: list[Tensor]
    cotangents: list[Tensor | None] = field(default_factory=list)
    """dL/d(output), filled by the backward."""
    versions: tuple[int, ...] = ()

    def untouched(self) -> bool:
        """Whether the inputs are still what the module saw."""
        return self.versions == versions(self.args, self.kwargs)


def versions(args: object, kwargs: object) -> tuple[int, ...]:
    return tuple(value._version for value in floating([args, kwargs]))


def is_unit(module: nn.Module) -> bool:
    """A module that is taken as a whole: without children, or with parameters of its own."""
    return not any(True for _ in module.children()) or bool(module._parameters)


def parts(net: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """(path, module) of units and containers, units not entered; each module once."""
    seen: set[int] = set()

    def walk(name: str, module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
        if id(module) in seen:
            return
        seen.add(id(module))
        yield name, module
        if not is_unit(module):
            for child, each in module.named_children():
                yield from walk(f"{name}.{child}" if name else child, each)

    yield from walk("", net)


def owns(module: nn.Module) -> bool:
    """A unit with parameters of its own that are to have a gradient."""
    return is_unit(module) and any(own is not None and own.requires_grad for own in module._parameters.values())


@contextmanager
def tapped(net: nn.Module, wanted: Callable[[nn.Module], bool] = lambda module: True) -> Iterator[list[Call]]:
    """The calls of all parts of `net` that are `wanted`, made inside, in the order in which they end (children before
    parents)."""
    calls: list[Call] = []
    handles = []

    def hook(name: str) -> Any:
        def record(module: nn.Module, args: tuple[object, ...], kwargs: dict[str, object], result: object) -> None:
            call = Call(name, module, args, kwargs, floating(result), versions=versions(args, kwargs))
            calls.append(call)
            call.cotangents = [None] * len(call.outputs)
            for place, output in enumerate(call.outputs):
                if output.requires_grad:
                    output.register_hook(keep(call, place))

        return record

    def keep(call: Call, place: int) -> Any:
        def store(gradient: Tensor) -> None:
            call.cotangents[place] = gradient.detach()

        return store

    try:
        for name, module in parts(net):
            if not wanted(module):
                continue
            handles.append(module.register_forward_hook(hook(name), with_kwargs=True))
        yield calls
    finally:
        for handle in handles:
            handle.remove()
