"""Layers as the lines of PyTorch that make them, and the few classes that PyTorch does not have."""

from __future__ import annotations

from collections.abc import Sequence

from dltui.lesson.layers import (
    AnyLayer,
    AvgPool2d,
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Elu,
    Embedding,
    GlobalAvgPool,
    GlobalMaxPool,
    Gru,
    LayerNorm,
    LeakyRelu,
    Linear,
    Lstm,
    MaxPool2d,
    Noise,
    Repeat,
    Reshape,
    Residual,
    Rnn,
    Sample,
    Upsample,
)
from dltui.lesson.layout import LayerShape, infer, tag

Recurrent = (Rnn, Lstm, Gru)
PLAIN = {
    "flatten": "Flatten", "relu": "ReLU", "tanh": "Tanh", "sigmoid": "Sigmoid", "softplus": "Softplus", "gelu": "GELU",
    "silu": "SiLU",
}  # fmt: skip
WEIGHTS = {
    "zeros": "nn.init.zeros_({})",
    "constant": "nn.init.constant_({}, 0.5)",
    "normal": "nn.init.normal_({})",
    "xavier": "nn.init.xavier_uniform_({})",
    "orthogonal": "nn.init.orthogonal_({})",
    "identity": "nn.init.eye_({})",
    "he": 'nn.init.kaiming_normal_({}, nonlinearity="relu")',
}
RESIDUAL = """\
class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)"""
SAMPLE = """\
class Sample(nn.Module):
    def forward(self, x):
        mean, log_variance = x.chunk(2, 1)
        self.kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1).mean()
        noise = torch.randn_like(mean) if self.training else 0
        return mean + (0.5 * log_variance).exp() * noise"""


def definitions(shapes: Sequence[LayerShape]) -> list[str]:
    """The functions and classes that the calls of these layers need, one block each."""
    layers = _all(shapes)
    blocks = [_start(layers, kind, init) for kind in (Linear, Conv2d) for init in _inits(layers, kind)]
    recurrent = [layer for layer in layers if isinstance(layer, Recurrent)]
    blocks += [_recurrent(layer, _class(layer, layers)) for layer in _distinct(recurrent)]
    blocks += [_noise(layer) for layer in _distinct([layer for layer in layers if isinstance(layer, Noise)])]
    blocks += [RESIDUAL] if any(isinstance(layer, Residual) for layer in layers) else []
    return blocks + ([SAMPLE] if any(isinstance(layer, Sample) for layer in layers) else [])


def network(name: str, model: Sequence[AnyLayer], inputs: tuple[int, ...], every: Sequence[LayerShape]) -> str:
    """`name = nn.Sequential(…)`, each line with the shape that comes out of it. `every`: the layers of the program,
    among which classes have their names."""
    layers = _all(every)
    shapes = infer(model, inputs)
    rows: list[tuple[str, str]] = []
    at = 0
    for layer in model:
        count = len(layer.layers) * layer.times if isinstance(layer, Repeat) else 1
        part = shapes[at : at + count]
        at += count
        rows += _lines(layer, part, layers)
    wide = max(len(call) for call, _ in rows)
    lines = [f"    {call:<{wide}}  # {shape}" for call, shape in rows]
    return "\n".join([f"{name} = nn.Sequential(  # {said(inputs)} goes in, n rows at a time", *lines, ")"])


def said(shape: Sequence[int]) -> str:
    """`(n, 8, 4, 4)`"""
    return f"({', '.join(map(str, ['n', *shape]))})"


def _lines(layer: AnyLayer, shapes: Sequence[LayerShape], layers: Sequence[AnyLayer]) -> list[tuple[str, str]]:
    """Call and shape of each layer; of rounds that are all alike in a single line."""
    calls = [_call(shape, layers) for shape in shapes]
    if isinstance(layer, Repeat) and layer.times > 1:
        size = len(layer.layers)
        rounds = [calls[start : start + size] for start in range(0, len(calls), size)]
        one = f"*(layer for _ in range({layer.times}) for layer in ({', '.join(rounds[0])},)),"
        if all(each == rounds[0] for each in rounds) and len(one) < 80:
            return [(one, said(shapes[-1].outputs))]
    return [(f"{call},", said(shape.outputs)) for call, shape in zip(calls, shapes, strict=True)]


def _call(shape: LayerShape, layers: Sequence[AnyLayer]) -> str:
    inputs, layer = shape.inputs, shape.layer
    match layer:
        case Linear():
            name = "nn.Linear" if layer.init == "default" else f"{layer.init}_linear"
            return f"{name}({inputs[-1]}, {layer.out}{'' if layer.bias else ', bias=False'})"
        case Conv2d():
            usual = {"stride": 1, "padding": 0, "dilation": 1, "bias": True, "padding_mode": "zeros"}
            name = "nn.Conv2d" if layer.init == "default" else f"{layer.init}_conv"
            return f"{name}({inputs[0]}, {layer.out}, {layer.kernel}{_extra(layer, usual)})"
        case ConvTranspose2d():
            usual = {"stride": 1, "padding": 0, "bias": True}
            return f"nn.ConvTranspose2d({inputs[0]}, {layer.out}, {layer.kernel}{_extra(layer, usual)})"
        case Upsample():
            mode = "" if layer.mode == "nearest" else f', mode="{layer.mode}"'
            return f"nn.Upsample(scale_factor={layer.factor}{mode})"
        case MaxPool2d() | AvgPool2d():
            stride = "" if layer.stride in (None, layer.kernel) else f", stride={layer.stride}"
            return f"nn.{type(layer).__name__}({layer.kernel}{stride})"
        case GlobalAvgPool() | GlobalMaxPool():
            kind = "Avg" if isinstance(layer, GlobalAvgPool) else "Max"
            return f"nn.Sequential(nn.Adaptive{kind}Pool2d(1), nn.Flatten())"
        case Reshape():
            unfolded = f"nn.Unflatten(1, {tuple(layer.shape)!r})"
            return unfolded if len(inputs) == 1 else f"nn.Sequential(nn.Flatten(), {unfolded})"
        case Embedding():
            return f"nn.Embedding({layer.words}, {layer.out})"
        case Rnn() | Lstm() | Gru():
            return f"{_class(layer, layers)}({inputs[-1]}, {layer.out})"
        case Residual():
            return f"Residual({', '.join(_call(part, layers) for part in infer(layer.layers, inputs))})"
        case Noise():
            return f"{_noisy(layer)}({layer.std!r})"
        case Sample():
            return "Sample()"
    return _rest(layer, inputs)


def _rest(layer: AnyLayer, inputs: tuple[int, ...]) -> str:
    match layer:
        case BatchNorm():
            return f"nn.BatchNorm{'2d' if len(inputs) == 3 else '1d'}({inputs[0]})"
        case LayerNorm():
            return f"nn.LayerNorm({inputs[-1]})"
        case LeakyRelu():
            return f"nn.LeakyReLU({layer.slope!r})"
        case Elu():
            return f"nn.ELU({layer.alpha!r})"
        case Dropout():
            return f"nn.Dropout({layer.p!r})"
    name = tag(layer)
    return "nn.Softmax(-1)" if name == "softmax" else f"nn.{PLAIN[name]}()"


def _extra(layer: AnyLayer, usual: dict[str, object]) -> str:
    """The settings that are not as usual."""
    other = {name: getattr(layer, name) for name, value in usual.items() if getattr(layer, name) != value}
    return "".join(f', {name}="{value}"' if isinstance(value, str) else f", {name}={value}"
                   for name, value in other.items())  # fmt: skip


def _all(shapes: Sequence[LayerShape]) -> list[AnyLayer]:
    """With those inside of others."""
    found: list[AnyLayer] = []
    for shape in shapes:
        found += [shape.layer, *(shape.layer.layers if isinstance(shape.layer, Residual) else [])]
    return found


def _distinct(layers: Sequence[AnyLayer]) -> list[AnyLayer]:
    """One of each way to be built; sizes aside."""
    return list({_way(layer): layer for layer in reversed(layers)}.values())[::-1]


def _way(layer: AnyLayer) -> tuple[object, ...]:
    names = ("last", "init", "forget_bias", "always")
    return (type(layer), *(getattr(layer, name, None) for name in names))


def _class(layer: AnyLayer, layers: Sequence[AnyLayer]) -> str:
    """`LSTM`, with a number where there are several ways to build one."""
    ways = [_way(each) for each in _distinct([each for each in layers if type(each) is type(layer)])]
    number = ways.index(_way(layer)) + 1
    return type(layer).__name__.upper() + (str(number) if number > 1 else "")


def _inits(layers: Sequence[AnyLayer], kind: type) -> list[str]:
    inits = [layer.init for layer in layers if isinstance(layer, kind) and isinstance(layer, Linear | Conv2d)]
    return list(dict.fromkeys(init for init in inits if init != "default"))


def _start(layers: Sequence[AnyLayer], kind: type, init: str) -> str:
    """A layer that does not start as PyTorch's own does."""
    if kind is Conv2d:
        made, head = "nn.Conv2d(*sizes, **settings)", "*sizes, **settings"
        bias = ["    if layer.bias is not None:", "        nn.init.zeros_(layer.bias)"]
    else:
        alike = [layer for layer in layers if isinstance(layer, Linear) and layer.init == init]
        free = any(not layer.bias for layer in alike)
        made, head = f"nn.Linear(n_in, n_out{', bias=bias' if free else ''})", f"n_in, n_out{', bias=True' * free}"
        filled = "nn.init.constant_(layer.bias, 0.5)" if init == "constant" else "nn.init.zeros_(layer.bias)"
        bias = ["    if bias:", f"        {filled}"] if free else [f"    {filled}"]
    name = "conv" if kind is Conv2d else "linear"
    weights = WEIGHTS[init].format("layer.weight")
    lines = [f"def {init}_{name}({head}):", f"    layer = {made}", f"    {weights}", *bias, "    return layer"]
    return "\n".join(lines)


def _recurrent(layer: AnyLayer, name: str) -> str:
    """A class that hands on states alone, which is what nn.Sequential can take."""
    assert isinstance(layer, Recurrent)
    body = []
    if layer.init != "default":
        body += [
            "for gate in self.weight_ih_l0.data.split(n_out):",
            "    nn.init.xavier_uniform_(gate)",
            "for gate in self.weight_hh_l0.data.split(n_out):  # from state to state",
            f"    {WEIGHTS[layer.init].format('gate')}",
            "nn.init.zeros_(self.bias_ih_l0)",
            "nn.init.zeros_(self.bias_hh_l0)",
        ]
    if isinstance(layer, Lstm) and layer.forget_bias is not None:
        body += [
            f"self.bias_ih_l0.data[n_out : 2 * n_out] = {layer.forget_bias!r}  # the forget gate",
            "self.bias_hh_l0.data[n_out : 2 * n_out] = 0",
        ]
    base = type(layer).__name__.upper()
    states = "states[:, -1]  # the one after the last step" if layer.last else "states  # one for each step"
    lines = [
        f"class {name}(nn.{base}):", "    def __init__(self, n_in, n_out):",
        "        super().__init__(n_in, n_out, batch_first=True)", *(f"        {line}" for line in body), "",
        "    def forward(self, x):", "        states, _ = super().forward(x)", f"        return {states}",
    ]  # fmt: skip
    return "\n".join(lines)


def _noisy(layer: Noise) -> str:
    return "LastingNoise" if layer.always else "Noise"


def _noise(layer: AnyLayer) -> str:
    assert isinstance(layer, Noise)
    still = "" if layer.always else " if self.training else x"
    return f"""\
class {_noisy(layer)}(nn.Module):
    def __init__(self, std):
        super().__init__()
        self.std = std

    def forward(self, x):
        return x + self.std * torch.randn_like(x){still}"""
