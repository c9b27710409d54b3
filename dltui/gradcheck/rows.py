"""Differences of all weights of a layer in a few forwards, by what a weight can reach.

In a linear or convolutional layer a row of the weights touches its own output channel alone: column j of **every**
row is moved in the same forward, and the change of channel i is the work of element (i, j). The idea is that of
coloured Jacobians (Curtis, Powell & Reid 1974). Scales and shifts of a normalisation touch one channel each: one
forward for all. The layers are linear in these parameters: no kinks, no truncation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dltui.gradcheck.differences import typical
from dltui.gradcheck.taps import Call

BLOCK = 131_072
"""Elements of the results that are moved together."""
STEP = 0.125
"""As a share of the scale: without truncation a large step is the exact one."""


@dataclass(frozen=True)
class Rows:
    """Differences of one parameter."""

    numeric: Tensor
    rounding: float
    """Bound of their rounding error."""
    step: float
    evaluations: int

    def __add__(self, other: Rows) -> Rows:
        """The sum over two calls of a module."""
        return Rows(
            self.numeric + other.numeric,
            self.rounding + other.rounding,
            self.step,
            self.evaluations + other.evaluations,
        )


def numerics(call: Call) -> dict[str, Rows] | None:
    """Differences `d(g . z)/d(parameter)` by parameter name, for a layer whose structure is known; None for others.

    z is the output of the call, g the cotangent that arrived there. Float64 throughout.
    """
    rule = RULES.get(type(call.module))
    cotangent = call.cotangents[0] if len(call.cotangents) == 1 else None
    if rule is None or len(call.args) != 1 or call.kwargs or cotangent is None or not call.untouched():
        return None
    x = call.args[0]
    if not isinstance(x, Tensor):
        return None
    with torch.no_grad():
        return rule(call.module, x.detach().double(), cotangent.double())


def linear(module: nn.Linear, x: Tensor, g: Tensor) -> dict[str, Rows]:
    """x: (…, in), g: (…, out)."""
    weight, bias = module.weight.double(), None if module.bias is None else module.bias.double()
    base = F.linear(x, weight, bias).reshape(-1, weight.shape[0])
    columns = x.reshape(-1, x.shape[-1]).T.unsqueeze(2)
    return columnwise(weight, bias, base, columns, g.reshape(base.shape))


def conv2d(module: nn.Conv2d, x: Tensor, g: Tensor) -> dict[str, Rows] | None:
    """x: (N, C, H, W), g: (N, out, H', W'); ungrouped, zero padding."""
    if module.groups != 1 or module.padding_mode != "zeros" or isinstance(module.padding, str) or x.dim() != 4:
        return None
    weight, bias = module.weight.double(), None if module.bias is None else module.bias.double()
    options = (module.stride, module.padding, module.dilation)
    base = F.conv2d(x, weight, bias, *options).movedim(1, -1)
    out = weight.shape[0]
    columns = F.unfold(x, weight.shape[2:], module.dilation, module.padding, module.stride)
    columns = columns.transpose(0, 1).reshape(columns.shape[1], -1, 1)
    return columnwise(weight, bias, base.reshape(-1, out), columns, g.movedim(1, -1).reshape(-1, out))


def columnwise(weight: Tensor, bias: Tensor | None, base: Tensor, columns: Tensor, g: Tensor) -> dict[str, Rows]:
    """base, g: (M, out); columns: (K, M, 1), what column k of the weights is multiplied with."""
    step = STEP * typical(weight)
    size = max(1, BLOCK // max(1, base.numel()))
    found = []
    for part in columns.split(size):
        gap = (base + step * part).sub_(base - step * part)
        found.append(gap.mul_(g).sum(1).t())
    rounding = bound(base, g, step)
    numeric = torch.cat(found, 1).div_(2 * step).view(weight.shape)
    result = {"weight": Rows(numeric, rounding, step, 2 * len(columns))}
    if bias is not None:
        gap = (base + step) - (base - step)
        result["bias"] = Rows((gap * g).sum(0) / (2 * step), rounding, step, 2)
    return result


def bound(base: Tensor, g: Tensor, step: float) -> float:
    """Of the rounding error of a difference: every sum in it is rounded."""
    return 100 * torch.finfo(torch.float64).eps * float((base * g).abs().sum()) / step


def norm(module: nn.Module, x: Tensor, g: Tensor) -> dict[str, Rows] | None:
    """Batch, layer and group norm: scale and shift of a channel touch that channel alone."""
    weight, bias = module.weight, module.bias
    if not isinstance(weight, Tensor) or not isinstance(bias, Tensor):
        return None
    layered = isinstance(module, nn.LayerNorm)
    dims = tuple(range(x.dim() - weight.dim())) if layered else (0, *range(2, x.dim()))

    def at(w: Tensor, b: Tensor) -> Tensor:
        if isinstance(module, nn.LayerNorm):
            return F.layer_norm(x, module.normalized_shape, w, b, module.eps)
        if isinstance(module, nn.GroupNorm):
            return F.group_norm(x, module.num_groups, w, b, module.eps)
        mean, var = getattr(module, "running_mean", None), getattr(module, "running_var", None)
        eps = float(getattr(module, "eps", 0.0))
        if module.training or mean is None or var is None:
            return F.batch_norm(x, None, None, w, b, True, 0.0, eps)
        return F.batch_norm(x, mean.double(), var.double(), w, b, False, 0.0, eps)

    w: Tensor = weight.double()
    b: Tensor = bias.double()
    base = at(w, b)
    found = {}
    for name, up, down in (("weight", (w + STEP, b), (w - STEP, b)), ("bias", (w, b + STEP), (w, b - STEP))):
        gap = (at(*up) - at(*down)) * g
        numeric = gap.sum(dims) / (2 * STEP) if dims else gap / (2 * STEP)
        found[name] = Rows(numeric, bound(base, g, STEP), STEP, 2)
    return found


RULES: dict[type[nn.Module], Callable[..., dict[str, Rows] | None]] = {
    nn.Linear: linear, nn.Conv2d: conv2d, nn.BatchNorm1d: norm, nn.BatchNorm2d: norm, nn.LayerNorm: norm,
    nn.GroupNorm: norm,
}  # fmt: skip
