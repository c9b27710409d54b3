"""Forward and backward of small networks side by side, written out: linear layers, activations between them, a loss.

A step of a few dozen units is little arithmetic and much bookkeeping of autograd. Here nothing is recorded, and each
gradient is written straight to its place. Tests hold every activation and every loss against autograd.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

Slope = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Gradient by the output, input z, output a -> gradient by the input; it may write over the first."""
Loss = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
"""Outputs (models, n, out), targets of one or of all -> the mean loss of each model (models,), its gradient by the
outputs."""


@dataclass(frozen=True)
class Dense:
    """A linear layer of every model. weight: (models, out, in), bias: (models, out); the gradients, of their shapes,
    are written over."""

    weight: Tensor
    bias: Tensor | None
    weight_grad: Tensor
    bias_grad: Tensor | None

    def forward(self, x: Tensor) -> Tensor:
        """(models, n, in) -> (models, n, out)"""
        if self.bias is None:
            return torch.bmm(x, self.weight.mT)
        return torch.baddbmm(self.bias[:, None], x, self.weight.mT)

    def backward(self, grad: Tensor, x: Tensor) -> None:
        torch.bmm(grad.mT, x, out=self.weight_grad)
        if self.bias_grad is not None:
            torch.sum(grad, 1, out=self.bias_grad)


@dataclass(frozen=True)
class Activation:
    forward: Callable[[Tensor], Tensor]
    slope: Slope


Part = Dense | Activation


class Backprop:
    """The layers from input to output, and the loss."""

    def __init__(self, parts: Iterable[Part], loss: Loss) -> None:
        self._parts = list(parts)
        self._loss = loss
        self._first = next(place for place, part in enumerate(self._parts) if isinstance(part, Dense))

    def forward(self, x: Tensor) -> Tensor:
        """(models, n, in) -> (models, n, out)"""
        for part in self._parts:
            x = part.forward(x)
        return x

    def losses(self, x: Tensor, y: Tensor) -> Tensor:
        """(models,); the gradients of all layers are in their places then."""
        values = self.values(x)
        losses, grad = self._loss(values[-1], y)
        self.back(values, grad)
        return losses

    def values(self, x: Tensor) -> list[Tensor]:
        """The inputs, then what comes out of each part."""
        values = [x]
        for part in self._parts:
            values.append(part.forward(values[-1]))
        return values

    def back(self, values: list[Tensor], grad: Tensor) -> None:
        """From the gradient by the outputs, which is written over, to those of all layers, in their places."""
        for place in range(len(self._parts) - 1, self._first - 1, -1):
            part = self._parts[place]
            if isinstance(part, Activation):
                grad = part.slope(grad, values[place], values[place + 1])
                continue
            part.backward(grad, values[place])
            if place > self._first:
                grad = torch.bmm(grad, part.weight)

    def by_inputs(self, values: list[Tensor], grad: Tensor) -> Tensor:
        """From the gradient by the outputs, which is written over, to that by the inputs. The layers stay out of it."""
        for place in range(len(self._parts) - 1, -1, -1):
            part = self._parts[place]
            if isinstance(part, Activation):
                grad = part.slope(grad, values[place], values[place + 1])
            else:
                grad = torch.bmm(grad, part.weight)
        return grad


def parts(model: nn.Sequential, values: dict[str, Tensor], grads: dict[str, Tensor]) -> Iterator[Part]:
    """The layers of a model, for all models that have their weights and gradients, (models, …), under these names.
    What flattens its inputs has been done. Raises ValueError for a layer that is not written out."""
    for place, layer in enumerate(model):
        if isinstance(layer, nn.Linear):
            weight, bias = f"{place}.weight", f"{place}.bias"
            yield Dense(values[weight], values.get(bias), grads[weight], grads.get(bias))
        elif not isinstance(layer, nn.Flatten):
            yield activation(layer)


def activation(module: nn.Module) -> Activation:
    """Of ReLU, LeakyReLU, ELU, Tanh or Sigmoid; raises ValueError for any other."""
    return Activation(module.forward, _slope(module))


def _slope(module: nn.Module) -> Slope:
    match module:
        case nn.ReLU():
            return lambda grad, z, a: grad.mul_(a > 0)
        case nn.LeakyReLU(negative_slope=below):
            return lambda grad, z, a: torch.where(z > 0, grad, grad * below)
        case nn.ELU(alpha=alpha):
            return lambda grad, z, a: torch.where(z > 0, grad, grad * (a + alpha))
        case nn.Tanh():
            return lambda grad, z, a: grad.addcmul_(grad, a * a, value=-1)
        case nn.Sigmoid():
            return lambda grad, z, a: grad.mul_(a).mul_(1 - a)
    raise ValueError(f"the slope of {type(module).__name__} is not written out")


def _cross_entropy(outputs: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    models, rows, _ = outputs.shape
    logs = outputs.log_softmax(2)
    classes = y.expand(models, rows)[..., None]
    losses = logs.gather(2, classes).sum((1, 2)).div_(-rows)
    return losses, logs.exp_().scatter_add_(2, classes, logs.new_full((1, 1, 1), -1.0).expand_as(classes)).div_(rows)


def _binary_cross_entropy(outputs: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    y = y.expand_as(outputs)
    losses = functional.binary_cross_entropy_with_logits(outputs, y, reduction="none").mean((1, 2))
    return losses, outputs.sigmoid().sub_(y).div_(outputs[0].numel())


def _mse(outputs: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    off = outputs - y
    return off.square().mean((1, 2)), off.mul_(2 / outputs[0].numel())


def _perceptron(score: Tensor, sign: Tensor) -> tuple[Tensor, Tensor]:
    """As `objective.perceptron`."""
    margin = score * sign
    wrong = (margin <= 0).to(score.dtype)
    return 0 - margin.mul_(wrong).mean((1, 2)), wrong.mul_(sign).div_(-score[0].numel())


LOSSES: dict[str, Loss] = {
    "cross_entropy": _cross_entropy, "binary_cross_entropy": _binary_cross_entropy, "mse": _mse,
    "perceptron": _perceptron,
}  # fmt: skip
