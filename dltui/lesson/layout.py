"""The sizes of a model worked out from its layers and the shape of its inputs, before anything is built.

Whole numbers of any size, no arrays: a model of terabytes is measured as fast as a small one, and can be refused.
Shapes are those of one row: without the batch axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

from dltui.lesson import shapes
from dltui.lesson.datasets import DataSpec
from dltui.lesson.records import (
    AnyLayer,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Elu,
    Experiment,
    Flatten,
    GradientCheck,
    LayerNorm,
    LeakyRelu,
    Linear,
    MaxPool2d,
    Relu,
    Sigmoid,
    Tanh,
)

ShapeOf = tuple[int, ...]

BYTES_PER_PARAMETER = 16
"""A weight, its gradient and two moments of the optimiser, 4 bytes each."""
BYTES_PER_ACTIVATION = 8
"""A value that is kept for the way back, and its gradient."""


class LayoutError(ValueError):
    """A layer that cannot take what comes in. `index` counts layers from 0, as in `model.0.out`."""

    def __init__(self, index: int, layer: AnyLayer, message: str) -> None:
        super().__init__(f"model.{index} ({tag(layer)}): {message}")
        self.index = index
        self.message = message


@dataclass(frozen=True)
class LayerShape:
    index: int
    layer: AnyLayer
    inputs: ShapeOf
    outputs: ShapeOf
    parameters: int
    multiplies: int
    """Multiplications per row of linear and convolutional layers; the others count as free."""
    title: str
    """With its sizes, such as `Conv2d(1→8, 3×3)`."""


class _Sized(NamedTuple):
    outputs: ShapeOf
    parameters: int
    multiplies: int
    title: str


def infer(model: Sequence[AnyLayer], input_shape: Sequence[int]) -> list[LayerShape]:
    """What every layer takes, gives and costs. Raises LayoutError."""
    found: list[LayerShape] = []
    inputs = tuple(input_shape)
    for index, layer in enumerate(model):
        try:
            sized = _size(layer, inputs)
        except ValueError as error:
            raise LayoutError(index, layer, str(error)) from None
        found.append(LayerShape(index, layer, inputs, *sized))
        inputs = sized.outputs
    return found


def parameters(model: Sequence[AnyLayer], input_shape: Sequence[int]) -> int:
    """Numbers that training adjusts. Raises LayoutError."""
    return sum(layer.parameters for layer in infer(model, input_shape))


def bytes_needed(model: Sequence[AnyLayer], input_shape: Sequence[int], batch: int) -> int:
    """Memory to train on `batch` rows at a time, in bytes: parameters with their gradients and moments, and everything
    that is kept of each row for the way back. Raises LayoutError."""
    layers = infer(model, input_shape)
    activations = prod(input_shape) + sum(prod(layer.outputs) for layer in layers)
    return BYTES_PER_PARAMETER * sum(layer.parameters for layer in layers) + BYTES_PER_ACTIVATION * batch * activations


def check_output(step: Experiment | GradientCheck, spec: DataSpec) -> list[str]:
    """What keeps the model of the step from being trained with its loss on this data: sentences, none if it fits."""
    try:
        outputs = infer(step.model, spec.shape)[-1].outputs
    except LayoutError as error:
        return [str(error)]
    loss, last = step.loss, step.model[-1]
    if len(outputs) != 1:
        return [f"the model ends in the shape {written(outputs)}: end it with a flatten layer and a linear layer"]
    problems = []
    if loss == "binary_cross_entropy" and isinstance(last, Sigmoid):
        problems.append("binary_cross_entropy takes logits and has the sigmoid in it: leave out the sigmoid at the end")
    if loss != "mse" and spec.classes == 0:
        problems.append(f"{loss} tells classes apart, but the target of {spec.name} is a number: use mse")
    elif loss in ("binary_cross_entropy", "perceptron") and spec.classes != 2:
        problems.append(f"{loss} tells two classes apart, but {spec.name} has {spec.classes}: use cross_entropy")
    elif outputs[0] not in (fitting := _fitting(loss, spec.classes)):
        needed = " or ".join(str(count) for count in fitting) + (" output" if fitting[-1] == 1 else " outputs")
        given = f"{outputs[0]} output" + ("" if outputs[0] == 1 else "s")
        problems.append(f"{loss} on {spec.name} needs {needed}, but the model ends in {given}")
    return problems


def written(shape: Sequence[int]) -> str:
    """`8×4×4`"""
    return "×".join(map(str, shape)) or "a single number"


def tag(layer: AnyLayer) -> str:
    """The layer's name in a lesson file."""
    return str(type(layer).__struct_config__.tag)


def _fitting(loss: str, classes: int) -> list[int]:
    """How many outputs a model may end in."""
    if loss == "cross_entropy":
        return [classes]
    if loss == "mse" and classes > 1:  # one output for a class of 0 or 1, or one for each class
        return [1, 2] if classes == 2 else [classes]
    return [1]


def _size(layer: AnyLayer, inputs: ShapeOf) -> _Sized:
    """Raises ValueError."""
    match layer:
        case Linear():
            return _linear(layer, inputs)
        case Conv2d():
            return _conv2d(layer, inputs)
        case MaxPool2d() | AvgPool2d():
            _need_picture(inputs)
            stride = layer.kernel if layer.stride is None else layer.stride
            outputs = shapes.pool_shape(inputs, layer.kernel, stride)
            extra = "" if stride == layer.kernel else f", stride {stride}"
            return _Sized(outputs, 0, 0, f"{type(layer).__name__}({layer.kernel}×{layer.kernel}{extra})")
        case Flatten():
            return _Sized((prod(inputs),), 0, 0, "Flatten")
        case BatchNorm():
            if len(inputs) not in (1, 3):
                raise ValueError(f"it takes a row of numbers or a picture, not the shape {written(inputs)}")
            return _Sized(inputs, 2 * inputs[0], 0, f"BatchNorm{'1d' if len(inputs) == 1 else '2d'}({inputs[0]})")
        case LayerNorm():
            if not inputs:
                raise ValueError("it takes at least one axis")
            return _Sized(inputs, 2 * inputs[-1], 0, f"LayerNorm({inputs[-1]})")
    return _Sized(inputs, 0, 0, _activation(layer))


def _linear(layer: Linear, inputs: ShapeOf) -> _Sized:
    if len(inputs) != 1:
        raise ValueError(f"it takes a row of numbers, but gets {written(inputs)}: put a flatten layer before it")
    count = shapes.linear_parameters(inputs[0], layer.out, layer.bias)
    return _Sized((layer.out,), count, inputs[0] * layer.out, f"Linear({inputs[0]}→{layer.out})")


def _conv2d(layer: Conv2d, inputs: ShapeOf) -> _Sized:
    _need_picture(inputs)
    outputs = shapes.conv_shape(inputs, layer.kernel, layer.stride, layer.padding, layer.dilation, layer.out)
    count = shapes.conv_parameters(inputs[0], layer.out, layer.kernel, layer.bias)
    settings = (("stride", layer.stride, 1), ("padding", layer.padding, 0), ("dilation", layer.dilation, 1))
    extra = "".join(f", {name} {value}" for name, value, usual in settings if value != usual)
    title = f"Conv2d({inputs[0]}→{layer.out}, {layer.kernel}×{layer.kernel}{extra})"
    return _Sized(outputs, count, prod(outputs) * inputs[0] * layer.kernel**2, title)


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
        case Dropout():
            return f"Dropout({layer.p:g})"
        case Tanh() | Sigmoid():
            return type(layer).__name__
    raise TypeError(f"no size is known for {tag(layer)}")
