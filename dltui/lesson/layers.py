"""The layers a model is made of. Sizes of inputs are inferred from the data and the layers before."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from dltui.lesson.fields import Record, Size, Units


class Layer(Record, tag_field="layer", frozen=True, kw_only=True):
    """One layer of a model. Input sizes are inferred from the data and the layers before it."""


class Linear(Layer, tag="linear", frozen=True, kw_only=True):
    """y = x Wᵀ + b over the last axis: (batch, in) -> (batch, out)."""

    out: Units
    """How many numbers come out of each row: the units of the layer."""
    bias: bool = True
    """Whether b is added."""
    init: Literal["default", "zeros", "constant", "normal", "xavier", "he"] = "default"
    """How it starts. `default` is PyTorch's own; `constant` fills weights and biases with 0.5, `zeros` with 0."""


class Conv2d(Layer, tag="conv2d", frozen=True, kw_only=True):
    """Cross-correlation: (batch, channels, height, width) -> (batch, out, height', width')."""

    out: Units
    """Number of filters, which is the number of channels that come out."""
    kernel: Size
    """Side of the square filters, in pixels."""
    stride: Size = 1
    """Pixels from one position of the filter to the next."""
    padding: Annotated[int, Meta(ge=0, le=4096)] = 0
    """Rows and columns of zeros added on each side."""
    dilation: Size = 1
    """Pixels from one weight of the filter to the next; 1 is a filter without holes."""
    bias: bool = True
    """Whether one number is added per filter."""


class MaxPool2d(Layer, tag="maxpool2d", frozen=True, kw_only=True):
    """The largest number of each window. No weights."""

    kernel: Size
    """Side of the square window, in pixels."""
    stride: Size | None = None
    """Pixels from one window to the next; left out: the kernel size, so that windows do not overlap."""


class AvgPool2d(Layer, tag="avgpool2d", frozen=True, kw_only=True):
    """The mean of each window. No weights."""

    kernel: Size
    """Side of the square window, in pixels."""
    stride: Size | None = None
    """Pixels from one window to the next; left out: the kernel size, so that windows do not overlap."""


class Flatten(Layer, tag="flatten", frozen=True, kw_only=True):
    """(batch, a, b, …) -> (batch, a·b·…)."""


class Relu(Layer, tag="relu", frozen=True, kw_only=True):
    """max(0, z)."""


class LeakyRelu(Layer, tag="leaky_relu", frozen=True, kw_only=True):
    """z above 0, slope·z below."""

    slope: float = 0.01
    """The slope below 0."""


class Elu(Layer, tag="elu", frozen=True, kw_only=True):
    """z above 0, alpha·(exp(z) - 1) below."""

    alpha: float = 1.0
    """The output for very negative z is -alpha."""


class Tanh(Layer, tag="tanh", frozen=True, kw_only=True):
    """tanh(z), between -1 and 1."""


class Sigmoid(Layer, tag="sigmoid", frozen=True, kw_only=True):
    """1 / (1 + exp(-z)), between 0 and 1. Not before `binary_cross_entropy`, which takes logits."""


class Dropout(Layer, tag="dropout", frozen=True, kw_only=True):
    """Sets random activations to 0 while training; does nothing afterwards."""

    p: Annotated[float, Meta(ge=0, lt=1)] = 0.5
    """The share that is set to 0."""


class BatchNorm(Layer, tag="batch_norm", frozen=True, kw_only=True):
    """BatchNorm1d on (batch, features), BatchNorm2d on pictures."""


class LayerNorm(Layer, tag="layer_norm", frozen=True, kw_only=True):
    """Over the last axis."""


AnyLayer = (
    Linear | Conv2d | MaxPool2d | AvgPool2d | Flatten | Relu | LeakyRelu | Elu | Tanh | Sigmoid | Dropout | BatchNorm
    | LayerNorm
)
