"""Bugs to plant in the backward of a layer, so that one can watch the checker find them.

The forward stays as it is; hooks replace what the backward returns. The bugs are those that people make: see the lists
of CS231n ("Gradient checks"), Ng's course notes, and the issue trackers of the frameworks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from dltui.gradcheck.recurrent_bugs import NAMES, Flaw, checkable, damage_of


@dataclass(frozen=True)
class Bug:
    name: str
    title: str
    """What is broken, in one line."""


@dataclass(frozen=True)
class Moment:
    """What a layer's backward has at hand: input (n, …), output (n, …), gradient of the output (n, …)."""

    layer: nn.Module
    x: Tensor
    y: Tensor
    g: Tensor


Damage = Callable[[Moment, Tensor], Tensor]
"""The right gradient -> the wrong one, of the same shape."""


def applicable(layer: nn.Module) -> list[Bug]:
    """The bugs that can be planted in this layer, those of its parameters first."""
    return [bug for bug, _, fits in _CATALOGUE if fits(layer)]


@contextmanager
def planted(layer: nn.Module, name: str) -> Iterator[None]:
    """While open, backward through `layer` has the bug `name`; `none` changes nothing.

    Raises ValueError for a bug that this layer cannot have; the message lists those it can.
    """
    if name == "none":
        yield
        return
    known = {bug.name: targets for bug, targets, fits in _CATALOGUE if fits(layer)}
    if name not in known:
        there = ", ".join(known) or "none"
        raise ValueError(f"{type(layer).__name__} cannot have the bug {name!r}; it can have: {there}")
    hooks = _Hooks(layer, known[name])
    try:
        hooks.plant()
        yield
    finally:
        hooks.remove()


class _Hooks:
    """Sees x, y and g of each pass and changes the gradients on their way."""

    def __init__(self, layer: nn.Module, damages: Mapping[str, Damage]) -> None:
        self._layer = layer
        self._damages = damages
        self._x = self._y = self._g = torch.empty(0)
        self._handles: list[RemovableHandle] = []

    def plant(self) -> None:
        """Raises RuntimeError where a parameter takes no gradient."""
        self._handles.append(self._layer.register_forward_pre_hook(self._enter))
        self._handles.append(self._layer.register_forward_hook(self._leave))
        for parameter, damage in self._damages.items():
            if parameter != "input":
                self._handles.append(getattr(self._layer, parameter).register_hook(self._changing(damage)))

    def remove(self) -> None:
        for handle in self._handles:
            handle.remove()

    def _enter(self, layer: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...] | None:
        (x,) = inputs
        if not (torch.is_grad_enabled() and (x.requires_grad or any(p.requires_grad for p in layer.parameters()))):
            return None
        self._x = x.detach()
        if "input" not in self._damages or not x.requires_grad:
            return None
        through = x.view_as(x)  # a tensor of its own: the hook must not see what other users of x send back
        through.register_hook(self._changing(self._damages["input"]))
        return (through,)

    def _leave(self, layer: nn.Module, inputs: tuple[Tensor, ...], result: Tensor | tuple[Tensor, ...]) -> None:
        output = result if isinstance(result, Tensor) else result[0]  # nn.LSTM and its kin: the states, then more
        if torch.is_grad_enabled() and output.requires_grad:
            self._y = output.detach()
            output.register_hook(self._see)

    def _see(self, g: Tensor) -> None:
        self._g = g.detach()

    def _changing(self, damage: Damage) -> Callable[[Tensor], Tensor]:
        def change(right: Tensor) -> Tensor:
            with torch.no_grad():
                return damage(Moment(self._layer, self._x, self._y, self._g), right.detach().clone())

        return change


# ── damages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _scaled(factor: float) -> Damage:
    return lambda _, right: factor * right


def _zero(_: Moment, right: Tensor) -> Tensor:
    return torch.zeros_like(right)


def _summed(moment: Moment, right: Tensor) -> Tensor:
    """The sum over the batch where the mean belongs."""
    return right * moment.x.shape[0]


def _transposed(_: Moment, right: Tensor) -> Tensor:
    return right.t().contiguous()


def _one_element(_: Moment, right: Tensor) -> Tensor:
    """The largest one, so that there is something to get wrong."""
    right.view(-1)[right.abs().argmax()] *= 1.01
    return right


def _last_row_weight(moment: Moment, _: Tensor) -> Tensor:
    """Overwritten row by row instead of summed up: only the last row is left. (out, in) of a Linear."""
    x, g = moment.x.reshape(-1, moment.x.shape[-1]), moment.g.reshape(-1, moment.g.shape[-1])
    return torch.outer(g[-1], x[-1])


def _last_row_bias(moment: Moment, _: Tensor) -> Tensor:
    return moment.g.reshape(-1, moment.g.shape[-1])[-1].clone()


def _flipped(_: Moment, right: Tensor) -> Tensor:
    """True convolution where the forward is a cross-correlation. (out, in, height, width)"""
    return right.flip(-2, -1)


def _passed_on(moment: Moment, _: Tensor) -> Tensor:
    return moment.g.clone()


def _value_for_slope(moment: Moment, _: Tensor) -> Tensor:
    """tanh: 1 - y where 1 - y² belongs; sigmoid: y where y(1 - y) belongs."""
    slope = 1 - moment.y if isinstance(moment.layer, nn.Tanh) else moment.y
    return moment.g * slope


def _stale_mask(moment: Moment, _: Tensor) -> Tensor:
    """The mask of the row before: kept from an earlier pass, say."""
    return moment.g * (moment.x.roll(1, 0) > 0)


def _inverted_mask(moment: Moment, _: Tensor) -> Tensor:
    return moment.g * (moment.x <= 0)


def _statistics_held(moment: Moment, _: Tensor) -> Tensor:
    """Batch norm with mean and variance taken for constants."""
    layer = moment.layer
    assert isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d)
    axes = [axis for axis in range(moment.x.dim()) if axis != 1]
    shape = [1, -1] + [1] * (moment.x.dim() - 2)
    slope = (moment.x.var(axes, unbiased=False) + layer.eps).rsqrt()
    return moment.g * (slope * layer.weight.detach() if layer.affine else slope).view(shape)


def _everywhere(moment: Moment, right: Tensor) -> Tensor:
    """Max pooling that hands each gradient to all of its window."""
    layer = moment.layer
    assert isinstance(layer, nn.MaxPool2d)
    size = int(layer.kernel_size) if isinstance(layer.kernel_size, int) else int(layer.kernel_size[0])
    spread = moment.g.repeat_interleave(size, -2).repeat_interleave(size, -1)
    out = torch.zeros_like(right)
    height, width = min(out.shape[-2], spread.shape[-2]), min(out.shape[-1], spread.shape[-1])
    out[..., :height, :width] = spread[..., :height, :width]
    return out


def _through_time(flaw: Flaw, *names: str) -> dict[str, Damage]:
    """The weights of a recurrent layer, as a backward with that flaw finds them."""
    def of(name: str) -> Damage:
        found = damage_of(flaw, name)
        return lambda moment, _: found(moment.layer, moment.x, moment.g)

    return {name: of(name) for name in names or NAMES}


# ── the catalogue ───────────────────────────────────────────────────────────────────────────────────────────────────

Fits = Callable[[nn.Module], bool]
_WEIGHTED = (nn.Linear, nn.Conv2d)
_BENT = (nn.ReLU, nn.LeakyReLU, nn.ELU, nn.Tanh, nn.Sigmoid)


def _is(*kinds: type[nn.Module]) -> Fits:
    return lambda layer: isinstance(layer, kinds)


def _biased(layer: nn.Module) -> bool:
    return isinstance(layer, _WEIGHTED) and layer.bias is not None


def _square(layer: nn.Module) -> bool:
    return isinstance(layer, nn.Linear) and layer.in_features == layer.out_features


def _windowed(layer: nn.Module) -> bool:
    return isinstance(layer, nn.Conv2d) and max(layer.kernel_size) > 1


def _lstm(layer: nn.Module) -> bool:
    return isinstance(layer, nn.LSTM) and checkable(layer)


def _tiled(layer: nn.Module) -> bool:
    return isinstance(layer, nn.MaxPool2d) and layer.kernel_size == layer.stride


_CATALOGUE: tuple[tuple[Bug, Mapping[str, Damage], Fits], ...] = (
    (Bug("sign", "the weight gradient has the wrong sign"), {"weight": _scaled(-1.0)}, _is(*_WEIGHTED)),
    (Bug("missing-mean", "summed over the batch, not averaged: 1/N is missing"),
     {"weight": _summed}, _is(*_WEIGHTED)),
    (Bug("doubled", "the weight gradient is counted twice"), {"weight": _scaled(2.0)}, _is(*_WEIGHTED)),
    (Bug("transposed", "the weight gradient is transposed"), {"weight": _transposed}, _square),
    (Bug("last-row", "only the last row of the batch counts"),
     {"weight": _last_row_weight}, _is(nn.Linear)),
    (Bug("zero", "the weight gradient is never computed"), {"weight": _zero}, _is(*_WEIGHTED)),
    (Bug("one-element", "one element is 1 % too large"), {"weight": _one_element}, _is(*_WEIGHTED)),
    (Bug("one-percent", "the whole weight gradient is 1 % too large"), {"weight": _scaled(1.01)}, _is(*_WEIGHTED)),
    (Bug("flipped-kernel", "the kernel's gradient is flipped: true convolution"), {"weight": _flipped}, _windowed),
    (Bug("forgotten-bias", "the bias gradient is forgotten"), {"bias": _zero}, _biased),
    (Bug("bias-last-row", "the bias gradient takes only the last row of the batch"), {"bias": _last_row_bias},
     lambda layer: isinstance(layer, nn.Linear) and layer.bias is not None),
    (Bug("no-activation-derivative", "the activation's derivative is left out"), {"input": _passed_on}, _is(*_BENT)),
    (Bug("value-for-derivative", "the derivative formula is wrong: y for y(1 - y), 1 - y for 1 - y²"),
     {"input": _value_for_slope}, _is(nn.Tanh, nn.Sigmoid)),
    (Bug("stale-mask", "the mask belongs to the row before"), {"input": _stale_mask}, _is(nn.ReLU)),
    (Bug("inverted-mask", "gradients pass where the unit is off"), {"input": _inverted_mask}, _is(nn.ReLU)),
    (Bug("statistics-held", "mean and variance are taken for constants"), {"input": _statistics_held},
     _is(nn.BatchNorm1d, nn.BatchNorm2d)),
    (Bug("all-of-the-window", "the gradient goes to the whole window, not to its maximum"), {"input": _everywhere},
     _tiled),
    (Bug("truncated", "only the last time step counts"), _through_time("truncated"), checkable),
    (Bug("overwritten", "each time step overwrites the gradient of the one after it"),
     _through_time("overwritten", "weight_ih_l0"), checkable),
    (Bug("one-bias", "of the two biases only one gets its gradient"), {"bias_hh_l0": _zero}, checkable),
    (Bug("gates-swapped", "the rows of the gates are taken as i, f, o, g"), _through_time("gates-swapped"), _lstm),
    (Bug("tanh-forgotten", "the slope of tanh(c) is left out"), _through_time("tanh-forgotten"), _lstm),
    (Bug("carry-cut", "nothing goes back from the cell to the cell before"), _through_time("carry-cut"), _lstm),
    (Bug("input-doubled", "what goes on to the layer before is counted twice"), {"input": _scaled(2.0)},
     _is(*_WEIGHTED, nn.MaxPool2d, nn.AvgPool2d, nn.Flatten, nn.LayerNorm)),
)  # fmt: skip
