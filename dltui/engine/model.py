"""From the layers of a lesson to a PyTorch model, sized before anything is allocated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from dltui.engine.memory import SHARE, free_bytes, in_words
from dltui.lesson import layers, layout
from dltui.lesson.datasets import DataSpec
from dltui.lesson.layers import AnyLayer
from dltui.lesson.records import Experiment

CONSTANT = 0.5
"""What the initialisation `constant` fills weights and biases with."""


class TooLarge(Exception):
    """A model that does not fit into memory: one sentence."""


def build(experiment: Experiment, spec: DataSpec, seed: int, device: torch.device) -> nn.Sequential:
    """The model for rows of the data set, one module for each layer. Equal seeds give equal weights on every device:
    they are drawn on the CPU, and the global generator stays where it was.

    Raises TooLarge when training needs more than SHARE of the free memory, LayoutError when layers do not fit together.
    """
    batch = min(experiment.batch or spec.train_rows, spec.train_rows)
    needed = layout.bytes_needed(experiment.model, spec.shape, batch)
    free = free_bytes(device)
    if free is not None and needed > SHARE * free:
        where = "this machine" if device.type == "cpu" else str(device)
        raise TooLarge(f"this model needs {in_words(needed)}; {where} has {in_words(free)} free")
    shapes = layout.infer(experiment.model, spec.shape)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        modules = [module(shape.layer, shape.inputs) for shape in shapes]
    return nn.Sequential(*modules).to(device)


def module(layer: AnyLayer, inputs: tuple[int, ...]) -> nn.Module:
    """The module of one layer for rows of the shape `inputs`."""
    return _MAKERS[type(layer)](layer, inputs)


def _linear(layer: layers.Linear, inputs: tuple[int, ...]) -> nn.Module:
    made = nn.Linear(inputs[-1], layer.out, bias=layer.bias)
    with torch.no_grad():
        _INITIALISATIONS[layer.init](made.weight)
        if layer.bias and layer.init != "default":
            made.bias.fill_(CONSTANT if layer.init == "constant" else 0)
    return made


def _conv2d(layer: layers.Conv2d, inputs: tuple[int, ...]) -> nn.Module:
    sizes = (layer.kernel, layer.stride, layer.padding, layer.dilation)
    return nn.Conv2d(inputs[0], layer.out, *sizes, bias=layer.bias)


def _batch_norm(layer: layers.BatchNorm, inputs: tuple[int, ...]) -> nn.Module:
    return nn.BatchNorm2d(inputs[0]) if len(inputs) == 3 else nn.BatchNorm1d(inputs[0])


_INITIALISATIONS: dict[str, Callable[[torch.Tensor], Any]] = {
    "default": lambda weight: weight,
    "zeros": nn.init.zeros_,
    "constant": lambda weight: weight.fill_(CONSTANT),
    "normal": nn.init.normal_,
    "xavier": nn.init.xavier_uniform_,
    "he": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
}
"""Of the weights; biases start at 0 except under `default` and `constant`."""

_MAKERS: dict[type[layers.Layer], Callable[[Any, tuple[int, ...]], nn.Module]] = {
    layers.Linear: _linear,
    layers.Conv2d: _conv2d,
    layers.MaxPool2d: lambda layer, inputs: nn.MaxPool2d(layer.kernel, layer.stride),
    layers.AvgPool2d: lambda layer, inputs: nn.AvgPool2d(layer.kernel, layer.stride),
    layers.Flatten: lambda layer, inputs: nn.Flatten(),
    layers.Relu: lambda layer, inputs: nn.ReLU(),
    layers.LeakyRelu: lambda layer, inputs: nn.LeakyReLU(layer.slope),
    layers.Elu: lambda layer, inputs: nn.ELU(layer.alpha),
    layers.Tanh: lambda layer, inputs: nn.Tanh(),
    layers.Sigmoid: lambda layer, inputs: nn.Sigmoid(),
    layers.Dropout: lambda layer, inputs: nn.Dropout(layer.p),
    layers.BatchNorm: _batch_norm,
    layers.LayerNorm: lambda layer, inputs: nn.LayerNorm(inputs[-1]),
}
