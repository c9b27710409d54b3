"""The layers a model is made of. Sizes of inputs are inferred from the data and the layers before."""

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
    init: Literal["default", "zeros", "constant", "normal", "xavier", "he", "orthogonal"] = "default"
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
    """Rows and columns added on each side."""
    padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = "zeros"
    """What they hold: zeros, the picture mirrored at its edge, its edge repeated, or its other end."""
    dilation: Size = 1
    """Pixels from one weight of the filter to the next; 1 is a filter without holes."""
    bias: bool = True
    """Whether one number is added per filter."""
    init: Literal["default", "zeros", "normal", "xavier", "he", "orthogonal"] = "default"
    """How the filters start. `default` is PyTorch's own."""


class ConvTranspose2d(Layer, tag="conv_transpose2d", frozen=True, kw_only=True):
    """The way back of a convolution: (batch, channels, height, width) -> (batch, out, height', width'), larger."""

    out: Units
    """Number of channels that come out."""
    kernel: Size
    """Side of the square filters, in pixels."""
    stride: Size = 1
    """Pixels of the output from one pixel of the input to the next."""
    padding: Annotated[int, Meta(ge=0, le=4096)] = 0
    """Rows and columns that are cut off on each side."""
    bias: bool = True
    """Whether one number is added per channel that comes out."""


class Upsample(Layer, tag="upsample", frozen=True, kw_only=True):
    """Makes pictures larger. No weights."""

    factor: Annotated[int, Meta(ge=2, le=64)] = 2
    """How many times as high and as wide."""
    mode: Literal["nearest", "bilinear"] = "nearest"
    """Repeat each pixel, or draw a straight line from one to the next."""


class GlobalAvgPool(Layer, tag="global_avg_pool", frozen=True, kw_only=True):
    """The mean of each channel: (batch, channels, height, width) -> (batch, channels)."""


class GlobalMaxPool(Layer, tag="global_max_pool", frozen=True, kw_only=True):
    """The largest number of each channel: (batch, channels, height, width) -> (batch, channels)."""


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


class Reshape(Layer, tag="reshape", frozen=True, kw_only=True):
    """The same numbers in another shape: (batch, …) -> (batch, *shape)."""

    shape: Annotated[list[Size], Meta(min_length=1, max_length=4)]
    """Of one row, such as [16, 2, 2] for 16 channels of 2×2."""


class Embedding(Layer, tag="embedding", frozen=True, kw_only=True):
    """Each number of a word becomes a vector: (batch, steps) -> (batch, steps, out)."""

    words: Units
    """How many words there are, numbered from 0."""
    out: Units
    """How many numbers stand for a word."""


class Rnn(Layer, tag="rnn", frozen=True, kw_only=True):
    """h = tanh(W x + U h + b) along a sequence: (batch, steps, in) -> (batch, steps, out), or the last h alone."""

    out: Units
    """Numbers in the state h."""
    last: bool = False
    """Whether only the state after the last step comes out: (batch, out)."""
    init: Literal["default", "xavier", "orthogonal", "identity"] = "default"
    """How the weights start; `orthogonal` and `identity` are about U, from state to state."""


class Lstm(Layer, tag="lstm", frozen=True, kw_only=True):
    """Long short-term memory (Hochreiter & Schmidhuber 1997; Gers et al. 2000): gates i, f, o, candidate g, cell c."""

    out: Units
    """Numbers in the state h, and in the cell c."""
    last: bool = False
    """Whether only the state after the last step comes out: (batch, out)."""
    init: Literal["default", "xavier", "orthogonal"] = "default"
    """How the weights start; `orthogonal` is about those from state to state."""
    forget_bias: Annotated[float, Meta(ge=-20, le=20)] | None = None
    """The bias that the forget gate starts with: 1 keeps it open. Left out: PyTorch's own, around 0."""


class Gru(Layer, tag="gru", frozen=True, kw_only=True):
    """Gated recurrent unit (Cho et al. 2014), with PyTorch's reset gate behind the weights."""

    out: Units
    """Numbers in the state h."""
    last: bool = False
    """Whether only the state after the last step comes out: (batch, out)."""
    init: Literal["default", "xavier", "orthogonal"] = "default"
    """How the weights start; `orthogonal` is about those from state to state."""


class Sample(Layer, tag="sample", frozen=True, kw_only=True):
    """The code of a variational autoencoder (Kingma & Welling 2014): (batch, 2k) means and log-variances -> (batch, k).

    While training it draws mean + exp(log-variance / 2)·noise, afterwards it gives the mean. To the loss it adds
    beta times the divergence from the standard normal distribution, summed over the k numbers: the series `kl`.
    """

    beta: Annotated[float, Meta(ge=0, le=1e6)] = 1.0
    """The weight of the divergence in the loss."""


class Noise(Layer, tag="noise", frozen=True, kw_only=True):
    """Adds Gaussian noise while training. Before an autoencoder with `target = "input"` it makes it denoise."""

    std: Annotated[float, Meta(ge=0, le=1e3)] = 0.1
    """Its standard deviation."""
    always: bool = False
    """Whether it is added when the model is measured too: then by the same noise every time."""


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


class Softplus(Layer, tag="softplus", frozen=True, kw_only=True):
    """log(1 + exp(z)): a smooth ReLU."""


class Gelu(Layer, tag="gelu", frozen=True, kw_only=True):
    """z·Φ(z), with the distribution function Φ of the standard normal distribution."""


class Silu(Layer, tag="silu", frozen=True, kw_only=True):
    """z·sigmoid(z)."""


class Softmax(Layer, tag="softmax", frozen=True, kw_only=True):
    """exp(z) divided by its sum over the last axis. Not before `cross_entropy`, which takes logits."""


class Dropout(Layer, tag="dropout", frozen=True, kw_only=True):
    """Sets random activations to 0 while training; does nothing afterwards."""

    p: Annotated[float, Meta(ge=0, lt=1)] = 0.5
    """The share that is set to 0."""


class BatchNorm(Layer, tag="batch_norm", frozen=True, kw_only=True):
    """BatchNorm1d on (batch, features), BatchNorm2d on pictures."""


class LayerNorm(Layer, tag="layer_norm", frozen=True, kw_only=True):
    """Over the last axis."""


PlainLayer = (
    Linear | Conv2d | ConvTranspose2d | Upsample | MaxPool2d | AvgPool2d | GlobalAvgPool | GlobalMaxPool | Flatten
    | Reshape | Embedding | Rnn | Lstm | Gru | Sample | Noise | Relu | LeakyRelu | Elu | Tanh | Sigmoid | Softplus
    | Gelu | Silu | Softmax | Dropout | BatchNorm | LayerNorm
)


class Residual(Layer, tag="residual", frozen=True, kw_only=True):
    """x + f(x) (He et al. 2016). The layers of f give the shape that they take."""

    layers: Annotated[list[PlainLayer], Meta(min_length=1, max_length=16)]
    """The layers of f."""


class Repeat(Layer, tag="repeat", frozen=True, kw_only=True):
    """Some layers over and over, each time with weights of its own: a deep net in one line."""

    times: Annotated[int, Meta(ge=1, le=100)]
    """How many rounds of them."""
    layers: Annotated[list[PlainLayer | Residual], Meta(min_length=1, max_length=16)]
    """The layers of one round, first to last."""


AnyLayer = PlainLayer | Residual | Repeat
