"""Backward bugs that can be planted into standard layers, for a screen that says "break it" and for tests.

Each is a mistake that people make when they write a backward by hand. A planted bug changes gradients alone: the
forward, and so every difference, stays what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from dltui.gradcheck.plant import around, everywhere, first, on_input, on_output, on_parameter

Plant = Callable[[nn.Module], list[RemovableHandle]]
ACTIVATIONS = (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.SiLU, nn.ELU, nn.Softplus, nn.LeakyReLU)
CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
RECURRENT = (nn.LSTM, nn.GRU, nn.RNN)
NORMS = (nn.LayerNorm, nn.BatchNorm1d, nn.BatchNorm2d)
POOLS = (nn.MaxPool1d, nn.MaxPool2d)


@dataclass(frozen=True)
class Bug:
    """A mistake in a backward."""

    name: str
    """Unique among the bugs of a module."""
    title: str
    """What is wrong, for a menu."""
    plant: Plant = field(repr=False, compare=False)


def applicable(module: nn.Module) -> list[Bug]:
    """The bugs that can be planted into this module, the typical ones of its kind first."""
    found = [bug for kinds, bugs in KINDS if isinstance(module, kinds) for bug in bugs]
    if weighted(module):
        found += [bug for bug in WEIGHT if fits(module, bug)]
    if isinstance(getattr(module, "bias", None), nn.Parameter):
        found += BIAS
    return [*found, *ALWAYS] if found or any(True for _ in module.parameters(recurse=False)) else found


@contextmanager
def planted(module: nn.Module, bug: Bug) -> Iterator[None]:
    """Inside, the backward of `module` has the bug."""
    handles = bug.plant(module)
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def weighted(module: nn.Module) -> bool:
    return isinstance(module, (nn.Linear, *CONVOLUTIONS)) and isinstance(module.weight, nn.Parameter)


def fits(module: nn.Module, bug: Bug) -> bool:
    weight = module.weight
    assert isinstance(weight, Tensor)
    return bug.name != "weight-transposed" or (weight.dim() >= 2 and min(weight.shape[:2]) > 1)


def transposed(gradient: Tensor) -> Tensor:
    """The transpose, read in the wrong order where the shape does not allow it."""
    turned = gradient.transpose(0, 1)
    return turned.contiguous() if turned.shape == gradient.shape else turned.reshape(gradient.shape)


def one_off(gradient: Tensor) -> Tensor:
    """One element off by a percent: the largest, so that it matters."""
    changed = gradient.clone()
    changed.view(-1)[gradient.abs().argmax()] *= 1.01
    return changed


def decayed(module: nn.Module) -> list[RemovableHandle]:
    weight = module.weight
    assert isinstance(weight, Tensor)
    return on_parameter(module, "weight", lambda g: g + 0.01 * weight.detach())


def not_averaged(module: nn.Module) -> list[RemovableHandle]:
    """The batch size is that of the last call."""
    size = [1]

    def look(module: nn.Module, args: tuple[object, ...]) -> None:
        value = first(args)
        size[0] = len(value) if value is not None and value.dim() else 1

    return [module.register_forward_pre_hook(look), *on_parameter(module, "weight", lambda g: g * size[0])]


def last_row(module: nn.Module) -> list[RemovableHandle]:
    """The bias gets the gradient of the last example instead of the sum over all."""
    seen: list[Tensor] = []

    def keep(gradient: Tensor) -> Tensor:
        seen[:] = [gradient[-1]]
        return gradient

    def use(gradient: Tensor) -> Tensor:
        row = seen[0]
        spare = row.dim() - gradient.dim()
        if isinstance(module, nn.Linear):
            return row.reshape(-1, gradient.numel()).sum(0) if spare else row.clone()
        return row.reshape(gradient.numel(), -1).sum(1)

    return [*on_output(module, keep), *on_parameter(module, "bias", use)]


def stale_mask(module: nn.Module) -> list[RemovableHandle]:
    """The mask of the forward call before, as when it is kept in the module and saved too late."""
    masks: list[Tensor] = []

    def remember(module: nn.Module, args: tuple[object, ...], result: object) -> None:
        value = first(args)
        if value is not None and torch.is_grad_enabled():
            masks[:] = [*masks[-1:], value.detach() > 0]

    def backward(gradient: Tensor, x: Tensor, y: Tensor) -> Tensor:
        return gradient * (masks[0] if masks and masks[0].shape == x.shape else x > 0)

    return [*around(module, backward), module.register_forward_hook(remember)]


def all_ties(module: nn.Module) -> list[RemovableHandle]:
    """Every element of a pooling window gets the gradient of the largest."""

    def spread(gradient: Tensor, x: Tensor, y: Tensor) -> Tensor:
        flat = gradient
        for dim in range(gradient.dim() - (1 if isinstance(module, nn.MaxPool1d) else 2), gradient.dim()):
            flat = flat.repeat_interleave(-(-x.shape[dim] // gradient.shape[dim]), dim).narrow(dim, 0, x.shape[dim])
        return flat

    return around(module, spread)


def zero_at(dim: int, place: int) -> Callable[[Tensor], Tensor]:
    def change(gradient: Tensor) -> Tensor:
        changed = gradient.clone()
        changed.select(min(dim, gradient.dim() - 1), place).zero_()
        return changed

    return change


def last_step(module: nn.Module) -> list[RemovableHandle]:
    assert isinstance(module, RECURRENT)
    return on_output(module, zero_at(1 if module.batch_first else 0, -1))


def no_border(gradient: Tensor) -> Tensor:
    changed = gradient.clone()
    for dim in range(2, gradient.dim()):
        changed.select(dim, 0).zero_()
        changed.select(dim, -1).zero_()
    return changed


def swapped_gates(module: nn.Module) -> list[RemovableHandle]:
    def change(gradient: Tensor) -> Tensor:
        parts = list(gradient.chunk(4))
        return torch.cat([parts[1], parts[0], *parts[2:]])

    return on_parameter(module, "weight_hh_l0", change)


def without_mean(module: nn.Module) -> list[RemovableHandle]:
    """The path through the mean is forgotten: dx lacks the term -mean(g w) / sigma, here put back."""
    seen: list[Tensor] = []
    layered = isinstance(module, nn.LayerNorm)

    def dims(value: Tensor) -> tuple[int, ...]:
        own = len(module.normalized_shape) if isinstance(module, nn.LayerNorm) else 0
        return tuple(range(value.dim() - own, value.dim())) if layered else (0, *range(2, value.dim()))

    def keep(gradient: Tensor) -> Tensor:
        seen[:] = [gradient]
        return gradient

    def remember(module: nn.Module, args: tuple[object, ...]) -> None:
        seen_input[:] = [value.detach()] if (value := first(args)) is not None else []

    def add(gradient: Tensor) -> Tensor:
        x, g = seen_input[0], seen[0]
        weight = getattr(module, "weight", None)
        if isinstance(weight, Tensor):
            g = g * (weight if layered else weight.view(-1, *[1] * (x.dim() - 2))).detach()
        sigma = (x.var(dims(x), correction=0, keepdim=True) + float(getattr(module, "eps", 0.0))).sqrt()
        return gradient + g.mean(dims(x), keepdim=True) / sigma

    seen_input: list[Tensor] = []
    return [module.register_forward_pre_hook(remember), *on_output(module, keep), *on_input(module, add)]


ALWAYS = [
    Bug("sign", "the sign of the incoming gradient is turned", lambda m: everywhere(m, torch.neg)),
    Bug("doubled", "the incoming gradient is counted twice", lambda m: everywhere(m, lambda g: 2 * g)),
    Bug("clipped", "the incoming gradient is clipped at 0.5", lambda m: everywhere(m, lambda g: g.clamp(-0.5, 0.5))),
]
WEIGHT = [
    Bug("weight-transposed", "the weight gradient is transposed", lambda m: on_parameter(m, "weight", transposed)),
    Bug("weight-not-averaged", "the weight gradient misses 1/N", not_averaged),
    Bug("weight-sign", "the weight gradient has the wrong sign", lambda m: on_parameter(m, "weight", torch.neg)),
    Bug("weight-zero", "the weight gradient is never computed", lambda m: on_parameter(m, "weight", torch.zeros_like)),
    Bug("weight-one", "one element of the weight gradient is off by 1 %", lambda m: on_parameter(m, "weight", one_off)),
    Bug("weight-decay", "weight decay is added inside the backward", decayed),
]
BIAS = [
    Bug("bias-sum", "the bias gradient is that of the last example, not the sum", last_row),
]
KINDS: list[tuple[tuple[type[nn.Module], ...], list[Bug]]] = [
    (ACTIVATIONS, [
        Bug("derivative", "the derivative of the activation is missing", lambda m: around(m, lambda g, x, y: g)),
    ]),
    ((nn.Tanh, nn.Sigmoid), [
        Bug("value", "the activation itself is taken for its derivative", lambda m: around(m, lambda g, x, y: g * y)),
    ]),
    ((nn.ReLU, nn.LeakyReLU), [
        Bug("mask-stale", "the mask of an earlier call is used", stale_mask),
        Bug("mask-inverted", "the mask is inverted", lambda m: around(m, lambda g, x, y: g * (x <= 0))),
    ]),
    ((nn.Softmax,), [
        Bug("cross", "the cross terms are missing", lambda m: around(m, lambda g, x, y: g * y * (1 - y))),
    ]),
    ((nn.Dropout,), [
        Bug("unmasked", "the backward forgets the mask", lambda m: around(m, lambda g, x, y: g)),
        Bug("unscaled", "the backward forgets 1/(1-p)", lambda m: around(m, lambda g, x, y: g * (y != 0))),
    ]),
    (POOLS, [Bug("spread", "every element of a window gets the gradient", all_ties)]),
    (CONVOLUTIONS, [
        Bug("kernel-flipped", "the kernel gradient is flipped",
            lambda m: on_parameter(m, "weight", lambda g: g.flip(tuple(range(2, g.dim()))))),
        Bug("kernel-shifted", "the kernel gradient is shifted by one",
            lambda m: on_parameter(m, "weight", lambda g: g.roll(1, -1))),
        Bug("border", "the input gradient is dropped at the border", lambda m: on_input(m, no_border)),
    ]),
    (RECURRENT, [
        Bug("last-step", "the last time step is dropped", last_step),
    ]),
    ((nn.LSTM,), [Bug("gates", "the input and forget gates are swapped", swapped_gates)]),
    (NORMS, [
        Bug("mean", "the path through the mean is missing", without_mean),
    ]),
]  # fmt: skip
