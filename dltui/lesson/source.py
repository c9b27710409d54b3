"""An experiment as the PyTorch program that a textbook would print: complete, runnable, with the same numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dltui.lesson.datasets import DataSpec
from dltui.lesson.layout import LayerShape, infer
from dltui.lesson.records import (
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Elu,
    Experiment,
    Flatten,
    LayerNorm,
    LeakyRelu,
    Linear,
    MaxPool2d,
    Optimizer,
    Relu,
    Sigmoid,
    Tanh,
)
from dltui.lesson.source_data import data_code
from dltui.text import one_line

OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"}
WIDTH = 92
USUAL_BETAS = [0.9, 0.999]
WEIGHTS = {
    "zeros": "nn.init.zeros_(layer.weight)",
    "constant": "nn.init.constant_(layer.weight, 0.5)",
    "normal": "nn.init.normal_(layer.weight)",
    "xavier": "nn.init.xavier_uniform_(layer.weight)",
    "he": 'nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")',
}
PERCEPTRON = """\
def loss_function(score, y):
    margin = y * score  # negative where the sign is wrong
    return -(margin * (margin <= 0)).mean()  # points on the right side do not count"""
LOSSES = {
    "cross_entropy": "loss_function = nn.CrossEntropyLoss()  # takes scores: the softmax is in it",
    "binary_cross_entropy": "loss_function = nn.BCEWithLogitsLoss()  # takes scores: the sigmoid is in it",
    "mse": "loss_function = nn.MSELoss()",
    "perceptron": PERCEPTRON,
}


def source(experiment: Experiment, spec: DataSpec) -> str:
    """The program, ending in a newline. Raises layout.LayoutError where the layers do not fit together."""
    layers = infer(experiment.model, spec.shape)
    data = data_code(spec.name, experiment.data_seed)
    blocks = [
        f"# {one_line(experiment.title, 80)}",
        _imports(data),
        f"# {one_line(spec.title, 88)}\n{data}{_targets(experiment, spec, layers[-1].outputs)}",
        *_starts(layers),
        f"torch.manual_seed({experiment.seed})  # the same seed gives the same weights\n{_model(layers, spec)}",
        LOSSES[experiment.loss],
        _optimizer(experiment, spec),
        *_loop(experiment, spec),
        _result(experiment, spec, layers[-1].outputs),
    ]
    return _joined(blocks) + "\n"


def _joined(blocks: Sequence[str]) -> str:
    """A blank line between blocks, two around definitions."""
    text = blocks[0]
    for before, block in zip(blocks, blocks[1:], strict=False):
        defines = re.match(r"(#.*\n)?def ", block) or before.startswith("def ")
        text += ("\n\n\n" if defines else "\n\n") + block
    return text


def _imports(data: str) -> str:
    lines = ["import numpy as np"] if "np." in data else []
    lines += ["import torch", "from torch import nn"]
    place = next((f"\n\nfrom dltui.places import {name}" for name in ("assets_dir", "data_dir") if name in data), "")
    return "\n".join(lines) + place


def _targets(experiment: Experiment, spec: DataSpec, outputs: tuple[int, ...]) -> str:
    """The labels in the form that the loss takes."""
    if experiment.loss == "cross_entropy":
        return ""
    if outputs[0] > 1:
        form, why = f"nn.functional.one_hot({{}}, {outputs[0]}).float()", "a 1 at the class, else 0"
    elif experiment.loss == "perceptron":
        form, why = "2 * {}.float()[:, None] - 1", "-1 or 1, in a column like the outputs"
    else:
        form, why = "{}.float()[:, None]", "0 or 1, in a column like the outputs"
    names = ["y", "y_test"] if spec.test_rows else ["y"]
    return "".join(f"\n{name} = {form.format(name)}" + (f"  # {why}" if name == "y" else "") for name in names)


def _starts(layers: Sequence[LayerShape]) -> list[str]:
    """One function for each way to start a linear layer that is not PyTorch's own."""
    linear = [shape.layer for shape in layers if isinstance(shape.layer, Linear)]
    blocks = []
    for init in dict.fromkeys(layer.init for layer in linear if layer.init != "default"):
        free = any(not layer.bias for layer in linear if layer.init == init)
        bias = "nn.init.constant_(layer.bias, 0.5)" if init == "constant" else "nn.init.zeros_(layer.bias)"
        lines = [
            f"def {init}_linear(n_in, n_out{', bias=True' if free else ''}):",
            f"    layer = nn.Linear(n_in, n_out{', bias=bias' if free else ''})",
            f"    {WEIGHTS[init]}",
            *(["    if bias:", f"        {bias}"] if free else [f"    {bias}"]),
            "    return layer",
        ]
        blocks.append("\n".join(lines))
    return blocks


def _model(layers: Sequence[LayerShape], spec: DataSpec) -> str:
    """Each layer with the shape that comes out of it."""
    calls = [f"    {_call(shape)}," for shape in layers]
    wide = max(map(len, calls))
    lines = [f"{call:<{wide}}  # {_rows(shape.outputs)}" for call, shape in zip(calls, layers, strict=True)]
    return "\n".join([f"model = nn.Sequential(  # {_rows(spec.shape)} goes in, n rows at a time", *lines, ")"])


def _rows(shape: Sequence[int]) -> str:
    return f"({', '.join(map(str, ['n', *shape]))})"


def _call(shape: LayerShape) -> str:
    inputs, layer = shape.inputs, shape.layer
    match layer:
        case Linear():
            name = "nn.Linear" if layer.init == "default" else f"{layer.init}_linear"
            return f"{name}({inputs[0]}, {layer.out}{'' if layer.bias else ', bias=False'})"
        case Conv2d():
            usual = {"stride": 1, "padding": 0, "dilation": 1, "bias": True}
            extra = [f"{name}={getattr(layer, name)}" for name, value in usual.items() if getattr(layer, name) != value]
            return f"nn.Conv2d({', '.join([str(inputs[0]), str(layer.out), str(layer.kernel), *extra])})"
        case MaxPool2d() | AvgPool2d():
            stride = "" if layer.stride in (None, layer.kernel) else f", stride={layer.stride}"
            return f"nn.{type(layer).__name__}({layer.kernel}{stride})"
        case BatchNorm():
            return f"nn.BatchNorm{'2d' if len(inputs) == 3 else '1d'}({inputs[0]})"
        case LayerNorm():
            return f"nn.LayerNorm({inputs[-1]})"
        case Flatten() | Tanh() | Sigmoid():
            return f"nn.{type(layer).__name__}()"
        case Relu():
            return "nn.ReLU()"
        case LeakyRelu():
            return f"nn.LeakyReLU({layer.slope!r})"
        case Elu():
            return f"nn.ELU({layer.alpha!r})"
        case Dropout():
            return f"nn.Dropout({layer.p!r})"


def _optimizer(experiment: Experiment, spec: DataSpec) -> str:
    chosen = experiment.optimizer
    settings = [f"lr={chosen.lr!r}"]
    if chosen.kind in ("sgd", "rmsprop") and chosen.momentum:
        settings.append(f"momentum={chosen.momentum!r}")
    if chosen.kind in ("adam", "adamw") and chosen.betas != USUAL_BETAS:
        settings.append(f"betas={tuple(chosen.betas)!r}")
    if chosen.weight_decay or chosen.kind == "adamw":  # there PyTorch's own default is not 0
        settings.append(f"weight_decay={chosen.weight_decay!r}")
    line = f"optimizer = torch.optim.{OPTIMIZERS[chosen.kind]}(model.parameters(), {', '.join(settings)})"
    return line + _schedule(chosen, _steps(experiment, spec))


def _schedule(chosen: Optimizer, steps: int) -> str:
    if chosen.schedule == "one_cycle":
        still = not chosen.cycle_momentum or not (chosen.kind.startswith("adam") or chosen.momentum)
        settings = [f"max_lr={chosen.lr!r}", f"total_steps={steps}", *(["cycle_momentum=False"] if still else [])]
        start, inside = "\nscheduler = torch.optim.lr_scheduler.OneCycleLR(", f"optimizer, {', '.join(settings)}"
        return f"{start}{inside})" if len(start + inside) < WIDTH else f"{start}\n    {inside}\n)"
    if chosen.schedule == "inverse":  # lr, lr/2, lr/3 …
        return "\nscheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (step + 1))"
    return ""


def _batch(experiment: Experiment, spec: DataSpec) -> int:
    """Rows per step; 0: all of them."""
    return 0 if experiment.batch >= spec.train_rows else experiment.batch


def _steps(experiment: Experiment, spec: DataSpec) -> int:
    batch = _batch(experiment, spec)
    return experiment.steps or (experiment.epochs or 1) * (spec.train_rows // batch if batch else 1)


def _loop(experiment: Experiment, spec: DataSpec) -> list[str]:
    batch = _batch(experiment, spec)
    body = [
        f"loss = loss_function({'model(x[rows]), y[rows]' if batch else 'model(x), y'})",
        "optimizer.zero_grad()  # gradients add up otherwise",
        "loss.backward()  # the slope of the loss for every weight",
        "optimizer.step()  # against it, downhill",
        *(["scheduler.step()"] if experiment.optimizer.schedule != "constant" else []),
    ]
    if not batch:
        unit = "epoch" if experiment.epochs else "step"
        return ["\n".join([f"for {unit} in range({experiment.epochs or experiment.steps}):", *_indented(body)])]
    left = spec.train_rows % batch
    order = "order = torch.randperm(len(x), generator=shuffle)" + (f"[:-{left}]" if left else "")
    order += f"  # {left} row{'s sit' if left > 1 else ' sits'} out" if left else ""
    shuffle = f"shuffle = torch.Generator().manual_seed({experiment.seed})  # a new order for every epoch"
    if experiment.epochs:
        inner = [order, f"for rows in order.split({batch}):", *_indented(body)]
        return ["\n".join([shuffle, f"for epoch in range({experiment.epochs}):", *_indented(inner)])]
    endless = ["def batches():", "    while True:", f"        {order}", f"        yield from order.split({batch})"]
    loop = [f"for step, rows in zip(range({experiment.steps}), batches()):", *_indented(body)]
    return [shuffle, "\n".join(endless), "\n".join(loop)]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _result(experiment: Experiment, spec: DataSpec, outputs: tuple[int, ...]) -> str:
    """The last loss, and the accuracy on the rows that were held out."""
    x, y = ("x_test", "y_test") if spec.test_rows else ("x", "y")
    if experiment.loss == "cross_entropy":
        right = f"model({x}).argmax(1) == {y}"
    elif outputs[0] > 1:
        right = f"model({x}).argmax(1) == {y}.argmax(1)"
    elif experiment.loss == "perceptron":
        right = f"model({x}).sign() == {y}"
    else:
        right = f"(model({x}) > {0.5 if experiment.loss == 'mse' else 0}) == {y}"
    other = any(isinstance(layer, Dropout | BatchNorm) for layer in experiment.model)
    lines = ["model.eval()  # dropout and batch norm work differently now"] if other else []
    lines += ["with torch.no_grad():", f"    accuracy = ({right}).float().mean()"]
    return "\n".join([*lines, 'print(f"loss {loss:.4f}, accuracy {accuracy:.3f}")'])
