"""From the layers of a lesson to a PyTorch model, sized before anything is allocated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from dltui.engine.dropout import Dropout
from dltui.engine.layers import GlobalPool, Gru, Lstm, Noise, Residual, Rnn, Sample
from dltui.engine.memory import SHARE, free_bytes, in_words
from dltui.engine.pooling import MaxPool2d
from dltui.lesson import layers, layout
from dltui.lesson.datasets import DataSpec
from dltui.lesson.layers import AnyLayer
from dltui.lesson.records import Experiment, GradientCheck, Learning

CONSTANT = 0.5
"""What the initialisation `constant` fills weights and biases with."""


LITTLE = 20_000_000
"""Bytes that are there: asking takes longer than building such a model."""
ADVERSARY_SEED = 1
"""Added to the seed for the weights of the discriminator."""


class TooLarge(Exception):
    """A model that does not fit into memory: one sentence."""


def build(step: Experiment | GradientCheck, spec: DataSpec, seed: int, device: torch.device) -> nn.Sequential:
    """The model of a step, one module for each layer. Equal seeds give equal weights on every device: they are drawn on
    the CPU, and the global generator stays where it was.

    Raises TooLarge when training, the adversary included, needs more than SHARE of the free memory, LayoutError when
    layers do not fit together.
    """
    batch = min(step.batch or spec.train_rows, spec.train_rows)
    inputs = layout.input_shape(step, spec)
    needed = layout.bytes_needed(step.model, inputs, batch)
    if step.adversary:
        needed += layout.bytes_needed(step.adversary, spec.shape, 2 * batch)
    free = free_bytes(device) if needed > LITTLE else None
    if free is not None and needed > SHARE * free:
        where = "this machine" if device.type == "cpu" else str(device)
        raise TooLarge(f"this model needs {in_words(needed)}; {where} has {in_words(free)} free")
    return _built(layout.infer(step.model, inputs), seed).to(device)


def build_adversary(step: Learning, spec: DataSpec, seed: int, device: torch.device) -> nn.Sequential:
    """The discriminator of a step that has one; `build` has found that it fits."""
    return _built(layout.infer_adversary(step, spec), seed + ADVERSARY_SEED).to(device)


def _built(shapes: Sequence[layout.LayerShape], seed: int) -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)  # `torch.manual_seed` sees to every device, which takes a while
        return nn.Sequential(*(module(shape.layer, shape.inputs) for shape in shapes))


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
    made = nn.Conv2d(inputs[0], layer.out, *sizes, bias=layer.bias, padding_mode=layer.padding_mode)
    with torch.no_grad():
        _INITIALISATIONS[layer.init](made.weight)
        if made.bias is not None and layer.init != "default":
            made.bias.zero_()
    return made


def _conv_transpose2d(layer: layers.ConvTranspose2d, inputs: tuple[int, ...]) -> nn.Module:
    sizes = (layer.kernel, layer.stride, layer.padding)
    return nn.ConvTranspose2d(inputs[0], layer.out, *sizes, bias=layer.bias)


def _upsample(layer: layers.Upsample, inputs: tuple[int, ...]) -> nn.Module:
    if layer.mode == "nearest":
        return nn.Upsample(scale_factor=layer.factor)
    return nn.Upsample(scale_factor=layer.factor, mode="bilinear", align_corners=False)


def _recurrent(layer: layers.Rnn | layers.Lstm | layers.Gru, inputs: tuple[int, ...]) -> nn.Module:
    kind = {layers.Rnn: Rnn, layers.Lstm: Lstm, layers.Gru: Gru}[type(layer)]
    made: Rnn | Lstm | Gru = kind(inputs[-1], layer.out, batch_first=True)
    made.last = layer.last
    with torch.no_grad():
        named = dict(made.named_parameters())
        if layer.init != "default":
            _start_recurrent(named, layer.out, layer.init)
        if isinstance(layer, layers.Lstm) and layer.forget_bias is not None:
            forget = slice(layer.out, 2 * layer.out)  # PyTorch's order of the rows: i, f, g, o
            named["bias_ih_l0"][forget] = layer.forget_bias
            named["bias_hh_l0"][forget] = 0
    return made


def _start_recurrent(named: dict[str, nn.Parameter], size: int, init: str) -> None:
    """Each gate by itself: a matrix of four gates is not the matrix of one large layer."""
    for gate in named["weight_ih_l0"].split(size):
        nn.init.xavier_uniform_(gate)
    for gate in named["weight_hh_l0"].split(size):
        {"xavier": nn.init.xavier_uniform_, "orthogonal": nn.init.orthogonal_, "identity": nn.init.eye_}[init](gate)
    named["bias_ih_l0"].zero_()
    named["bias_hh_l0"].zero_()


def _reshaped(layer: layers.Reshape) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Unflatten(1, layer.shape))


def _residual(layer: layers.Residual, inputs: tuple[int, ...]) -> nn.Module:
    return Residual(*(module(shape.layer, shape.inputs) for shape in layout.infer(layer.layers, inputs)))


def _batch_norm(layer: layers.BatchNorm, inputs: tuple[int, ...]) -> nn.Module:
    return nn.BatchNorm2d(inputs[0]) if len(inputs) == 3 else nn.BatchNorm1d(inputs[0])


_INITIALISATIONS: dict[str, Callable[[torch.Tensor], Any]] = {
    "default": lambda weight: weight,
    "zeros": nn.init.zeros_,
    "constant": lambda weight: weight.fill_(CONSTANT),
    "normal": nn.init.normal_,
    "xavier": nn.init.xavier_uniform_,
    "orthogonal": nn.init.orthogonal_,
    "he": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
}
"""Of the weights; biases start at 0 except under `default` and `constant`."""

_MAKERS: dict[type[layers.Layer], Callable[[Any, tuple[int, ...]], nn.Module]] = {
    layers.Linear: _linear,
    layers.Conv2d: _conv2d,
    layers.ConvTranspose2d: _conv_transpose2d,
    layers.Upsample: _upsample,
    layers.GlobalAvgPool: lambda layer, inputs: GlobalPool(largest=False),
    layers.GlobalMaxPool: lambda layer, inputs: GlobalPool(largest=True),
    layers.Reshape: lambda layer, inputs: nn.Unflatten(1, layer.shape) if len(inputs) == 1 else _reshaped(layer),
    layers.Embedding: lambda layer, inputs: nn.Embedding(layer.words, layer.out),
    layers.Rnn: _recurrent,
    layers.Lstm: _recurrent,
    layers.Gru: _recurrent,
    layers.Sample: lambda layer, inputs: Sample(layer.beta),
    layers.Noise: lambda layer, inputs: Noise(layer.std, layer.always),
    layers.Residual: _residual,
    layers.MaxPool2d: lambda layer, inputs: MaxPool2d(layer.kernel, layer.stride),
    layers.AvgPool2d: lambda layer, inputs: nn.AvgPool2d(layer.kernel, layer.stride),
    layers.Flatten: lambda layer, inputs: nn.Flatten(),
    layers.Relu: lambda layer, inputs: nn.ReLU(),
    layers.LeakyRelu: lambda layer, inputs: nn.LeakyReLU(layer.slope),
    layers.Elu: lambda layer, inputs: nn.ELU(layer.alpha),
    layers.Tanh: lambda layer, inputs: nn.Tanh(),
    layers.Sigmoid: lambda layer, inputs: nn.Sigmoid(),
    layers.Softplus: lambda layer, inputs: nn.Softplus(),
    layers.Gelu: lambda layer, inputs: nn.GELU(),
    layers.Silu: lambda layer, inputs: nn.SiLU(),
    layers.Softmax: lambda layer, inputs: nn.Softmax(-1),
    layers.Dropout: lambda layer, inputs: Dropout(layer.p),
    layers.BatchNorm: _batch_norm,
    layers.LayerNorm: lambda layer, inputs: nn.LayerNorm(inputs[-1]),
}
