"""What each kind of layer gives and costs for what comes in. Shapes are those of one row: without the batch axis."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from dltui.lesson import shapes
from dltui.lesson.layers import (
    AnyLayer,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Elu,
    Embedding,
    Flatten,
    Gelu,
    GlobalAvgPool,
    GlobalMaxPool,
    Gru,
    LayerNorm,
    LeakyRelu,
    Linear,
    Lstm,
    MaxPool2d,
    Noise,
    Relu,
    Repeat,
    Reshape,
    Residual,
    Rnn,
    Sample,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Tanh,
    Upsample,
)

ShapeOf = tuple[int, ...]

GATES = {Rnn: 1, Gru: 3, Lstm: 4}
"""Blocks of weights, each with two biases as PyTorch has them."""


class Sized(NamedTuple):
    outputs: ShapeOf
    parameters: int
    multiplies: int
    """Per row, of linear, convolutional and recurrent layers; the others count as free."""
    title: str
    """With its sizes, such as `Conv2d(1→8, 3×3)`."""
    inside: int = 0
    """Numbers kept for the way back besides the outputs."""


def size(layer: AnyLayer, inputs: ShapeOf) -> Sized:
    """Raises ValueError with a sentence when the layer cannot take what comes in."""
    match layer:
        case Linear():
            return _linear(layer, inputs)
        case Conv2d():
            return _conv2d(layer, inputs)
        case ConvTranspose2d():
            return _conv_transpose2d(layer, inputs)
        case Upsample() | MaxPool2d() | AvgPool2d() | GlobalAvgPool() | GlobalMaxPool():
            return _resized(layer, inputs)
        case Flatten():
            return Sized((prod(inputs),), 0, 0, "Flatten")
        case Reshape():
            return _reshape(layer, inputs)
        case Embedding():
            return _embedding(layer, inputs)
        case Rnn() | Lstm() | Gru():
            return _recurrent(layer, inputs)
        case Sample():
            return _sample(inputs)
        case Residual():
            return _residual(layer, inputs)
        case BatchNorm():
            if len(inputs) not in (1, 3):
                raise ValueError(f"it takes a row of numbers or a picture, not the shape {written(inputs)}")
            return Sized(inputs, 2 * inputs[0], 0, f"BatchNorm{'1d' if len(inputs) == 1 else '2d'}({inputs[0]})")
        case LayerNorm():
            if not inputs:
                raise ValueError("it takes at least one axis")
            return Sized(inputs, 2 * inputs[-1], 0, f"LayerNorm({inputs[-1]})")
    return Sized(inputs, 0, 0, _activation(layer))


def written(shape: ShapeOf) -> str:
    """`8×4×4`"""
    return "×".join(map(str, shape)) or "a single number"


def tag(layer: AnyLayer) -> str:
    """The layer's name in a lesson file."""
    return str(type(layer).__struct_config__.tag)


def _linear(layer: Linear, inputs: ShapeOf) -> Sized:
    if len(inputs) not in (1, 2):
        raise ValueError(f"it takes a row of numbers, but gets {written(inputs)}: put a flatten layer before it")
    count = shapes.linear_parameters(inputs[-1], layer.out, layer.bias)
    outputs = (*inputs[:-1], layer.out)  # each step of a sequence by itself
    return Sized(outputs, count, inputs[-1] * prod(outputs), f"Linear({inputs[-1]}→{layer.out})")


def _conv2d(layer: Conv2d, inputs: ShapeOf) -> Sized:
    _need_picture(inputs)
    side = min(inputs[1:])
    if layer.padding_mode == "reflect" and layer.padding >= side:
        raise ValueError(f"a side of {side} mirrored at its edge gives at most {side - 1} more, not {layer.padding}")
    if layer.padding_mode == "circular" and layer.padding > side:
        raise ValueError(f"a side of {side} repeated gives at most {side} more, not {layer.padding}")
    outputs = shapes.conv_shape(inputs, layer.kernel, layer.stride, layer.padding, layer.dilation, layer.out)
    count = shapes.conv_parameters(inputs[0], layer.out, layer.kernel, layer.bias)
    settings = (("stride", layer.stride, 1), ("padding", layer.padding, 0), ("dilation", layer.dilation, 1))
    extra = "".join(f", {name} {value}" for name, value, usual in settings if value != usual)
    extra += f" {layer.padding_mode}" if layer.padding and layer.padding_mode != "zeros" else ""
    title = f"Conv2d({inputs[0]}→{layer.out}, {layer.kernel}×{layer.kernel}{extra})"
    return Sized(outputs, count, prod(outputs) * inputs[0] * layer.kernel**2, title)


def _conv_transpose2d(layer: ConvTranspose2d, inputs: ShapeOf) -> Sized:
    _need_picture(inputs)
    sides = [shapes.conv_transpose_size(side, layer.kernel, layer.stride, layer.padding) for side in inputs[1:]]
    count = inputs[0] * layer.out * layer.kernel**2 + (layer.out if layer.bias else 0)
    settings = (("stride", layer.stride, 1), ("padding", layer.padding, 0))
    extra = "".join(f", {name} {value}" for name, value, usual in settings if value != usual)
    title = f"ConvTranspose2d({inputs[0]}→{layer.out}, {layer.kernel}×{layer.kernel}{extra})"
    return Sized((layer.out, *sides), count, prod(inputs) * layer.out * layer.kernel**2, title)


def _resized(layer: Upsample | MaxPool2d | AvgPool2d | GlobalAvgPool | GlobalMaxPool, inputs: ShapeOf) -> Sized:
    _need_picture(inputs)
    match layer:
        case Upsample():
            outputs = (inputs[0], *(layer.factor * side for side in inputs[1:]))
            return Sized(outputs, 0, 0, f"Upsample(×{layer.factor}, {layer.mode})")
        case MaxPool2d() | AvgPool2d():
            stride = layer.kernel if layer.stride is None else layer.stride
            outputs = shapes.pool_shape(inputs, layer.kernel, stride)
            extra = "" if stride == layer.kernel else f", stride {stride}"
            return Sized(outputs, 0, 0, f"{type(layer).__name__}({layer.kernel}×{layer.kernel}{extra})")
    return Sized(inputs[:1], 0, 0, type(layer).__name__)


def _reshape(layer: Reshape, inputs: ShapeOf) -> Sized:
    outputs = tuple(layer.shape)
    if prod(outputs) != prod(inputs):
        raise ValueError(f"{written(outputs)} are {prod(outputs)} numbers, but {prod(inputs)} come in")
    return Sized(outputs, 0, 0, f"Reshape({written(outputs)})")


def _embedding(layer: Embedding, inputs: ShapeOf) -> Sized:
    if len(inputs) != 1:
        raise ValueError(f"it takes the numbers of words, one per step, but gets {written(inputs)}")
    title = f"Embedding({layer.words}→{layer.out})"
    return Sized((*inputs, layer.out), layer.words * layer.out, 0, title)


def _recurrent(layer: Rnn | Lstm | Gru, inputs: ShapeOf) -> Sized:
    if len(inputs) != 2:
        cure = ": put an embedding layer before it" if len(inputs) == 1 else ""
        raise ValueError(f"it takes sequences (steps × numbers), but gets {written(inputs)}{cure}")
    steps, width = inputs
    gates = GATES[type(layer)]
    weights = gates * layer.out * (width + layer.out)
    outputs = (layer.out,) if layer.last else (steps, layer.out)
    title = f"{type(layer).__name__.upper()}({width}→{layer.out})"
    inside = steps * layer.out * (gates + 2)
    return Sized(outputs, weights + 2 * gates * layer.out, steps * weights, title, inside)


def _sample(inputs: ShapeOf) -> Sized:
    if len(inputs) != 1 or inputs[0] % 2:
        raise ValueError(f"it takes an even row of numbers, means and log-variances, but gets {written(inputs)}")
    return Sized((inputs[0] // 2,), 0, 0, f"Sample({inputs[0]}→{inputs[0] // 2})")


def _residual(layer: Residual, inputs: ShapeOf) -> Sized:
    inner, shape = [], inputs
    for number, part in enumerate(layer.layers):
        try:
            inner.append(size(part, shape))
        except ValueError as error:
            raise ValueError(f"layer {number} in it, {tag(part)}: {error}") from None
        shape = inner[-1].outputs
    if shape != inputs:
        raise ValueError(f"it adds what comes in, {written(inputs)}, to what its layers give, {written(shape)}")
    title = f"Residual({', '.join(part.title for part in inner)})"
    inside = sum(prod(part.outputs) + part.inside for part in inner)
    return Sized(inputs, sum(part.parameters for part in inner), sum(part.multiplies for part in inner), title, inside)


def _need_picture(inputs: ShapeOf) -> None:
    if len(inputs) != 3:
        raise ValueError(
            f"it takes pictures (channels × height × width), but gets {written(inputs)}: a row of numbers, as it comes"
            " out of a flatten or a linear layer, has no neighbours to slide over"
        )


def _activation(layer: AnyLayer) -> str:
    match layer:
        case Relu():
            return "ReLU"
        case LeakyRelu():
            return f"LeakyReLU({layer.slope:g})"
        case Elu():
            return f"ELU({layer.alpha:g})"
        case Gelu() | Silu():
            return "GELU" if isinstance(layer, Gelu) else "SiLU"
        case Dropout():
            return f"Dropout({layer.p:g})"
        case Noise():
            return f"Noise({layer.std:g})"
        case Tanh() | Sigmoid() | Softplus() | Softmax():
            return type(layer).__name__
        case Repeat():
            raise TypeError("the rounds of a repeat layer are sized one by one")
    raise TypeError(f"no size is known for {tag(layer)}")
