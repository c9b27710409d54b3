"""An experiment as the PyTorch program that a textbook would print: complete, runnable, with the same numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dltui.lesson.datasets import DataSpec
from dltui.lesson.layers import AnyLayer, BatchNorm, Dropout, Noise, Repeat, Residual, Sample
from dltui.lesson.layout import ADVERSARIAL, expanded, infer, infer_adversary, input_shape
from dltui.lesson.records import Experiment
from dltui.lesson.source_data import data_code
from dltui.lesson.source_game import game_code
from dltui.lesson.source_layers import definitions, network
from dltui.lesson.source_optimizer import clip_code, optimizer_code
from dltui.text import one_line

NOISE_SEED = 1 << 32
"""Added to the seed for what layers draw while they train, as the engine does."""
PERCEPTRON = """\
def loss_function(score, y):
    margin = y * score  # negative where the sign is wrong
    return -(margin * (margin <= 0)).mean()  # points on the right side do not count"""
HINGE = """\
def loss_function(score, y):
    return (1 - y * score).clamp(min=0).mean()  # points beyond the margin do not count"""
PIXELS = """\
def loss_function(logits, pixels):  # the sum over the pixels of a row
    total = nn.functional.binary_cross_entropy_with_logits(logits, pixels, reduction="sum")
    return total / len(pixels)"""
LOSSES = {
    "cross_entropy": "loss_function = nn.CrossEntropyLoss()  # takes scores: the softmax is in it",
    "binary_cross_entropy": "loss_function = nn.BCEWithLogitsLoss()  # takes scores: the sigmoid is in it",
    "mse": "loss_function = nn.MSELoss()",
    "perceptron": PERCEPTRON,
    "hinge": HINGE,
}
RESTORED = {
    "mse": "loss_function = nn.MSELoss()",
    "binary_cross_entropy": PIXELS,
}


def source(experiment: Experiment, spec: DataSpec) -> str:
    """The program, ending in a newline. Raises layout.LayoutError where the layers do not fit together."""
    inputs = input_shape(experiment, spec)
    layers = infer(experiment.model, inputs)
    every = layers + infer_adversary(experiment, spec)
    game = experiment.loss in ADVERSARIAL
    data = data_code(spec.name, experiment.data_seed)
    made = network("generator" if game else "model", experiment.model, inputs, every)
    blocks = [
        f"# {one_line(experiment.title, 80)}",
        _imports(data),
        f"# {one_line(spec.title, 88)}\n{data}{_targets(experiment, spec, layers[-1].outputs)}",
        *definitions(every),
        f"torch.manual_seed({experiment.seed})  # the same seed gives the same weights\n{made}{_reseeded(experiment)}",
    ]
    if game:
        judge = network("discriminator", experiment.adversary, spec.shape, every)
        rest = game_code(experiment, judge, _steps(experiment, spec), *_rows(experiment, spec))
    else:
        rest = [
            _loss(experiment, layers[-1].outputs),
            optimizer_code(experiment.optimizer, _steps(experiment, spec)),
            *_loop(experiment, spec),
            _result(experiment, spec, layers[-1].outputs),
        ]
    return _joined([*blocks, *rest]) + "\n"


def _joined(blocks: Sequence[str]) -> str:
    """A blank line between blocks, two around definitions."""
    text = blocks[0]
    for before, block in zip(blocks, blocks[1:], strict=False):
        defines = re.match(r"(#.*\n)?(def|class) ", block) or before.startswith(("def ", "class "))
        text += ("\n\n\n" if defines else "\n\n") + block
    return text


def _imports(data: str) -> str:
    lines = ["import numpy as np"] if "np." in data else []
    lines += ["import torch", "from torch import nn"]
    place = next((f"\n\nfrom dltui.places import {name}" for name in ("assets_dir", "data_dir") if name in data), "")
    return "\n".join(lines) + place


def _targets(experiment: Experiment, spec: DataSpec, outputs: tuple[int, ...]) -> str:
    """The labels in the form that the loss takes."""
    names = ["y", "y_test"] if spec.test_rows else ["y"]
    if experiment.loss in (*ADVERSARIAL, "cross_entropy") or (experiment.loss == "hinge" and outputs[0] > 1):
        return ""
    if experiment.target == "input":
        form = "x{}" if outputs == spec.shape else "x{}.flatten(1)" if len(outputs) == 1 else "x{}.view_as(model(x{}))"
        ends = [name[1:] for name in names]
        made = [f"\ny{end} = {form.replace('{}', end)}" for end in ends]
        return made[0] + "  # the input is its own target" + "".join(made[1:])
    if spec.classes == 0:
        form, why = "{}[:, None]", "in a column like the outputs"
    elif outputs[0] > 1:
        form, why = f"nn.functional.one_hot({{}}, {outputs[0]}).float()", "a 1 at the class, else 0"
    elif experiment.loss in ("perceptron", "hinge"):
        form, why = "2 * {}.float()[:, None] - 1", "-1 or 1, in a column like the outputs"
    else:
        form, why = "{}.float()[:, None]", "0 or 1, in a column like the outputs"
    return "".join(f"\n{name} = {form.format(name)}" + (f"  # {why}" if name == "y" else "") for name in names)


def _reseeded(experiment: Experiment) -> str:
    """A fresh start for layers that draw, which shall not depend on how many weights were drawn before."""
    if experiment.loss in ADVERSARIAL or not _has(experiment.model, Dropout | Noise | Sample):
        return ""
    return f"\ntorch.manual_seed({experiment.seed + NOISE_SEED})  # from here on for the noise"


def _has(model: Sequence[AnyLayer], kinds: object) -> bool:
    """Whether a layer of these kinds is in the model, also inside of another one."""
    return any(
        _has(layer.layers, kinds) if isinstance(layer, Residual | Repeat) else isinstance(layer, kinds)  # type: ignore[arg-type]  # a union is fine there
        for layer in model
    )


def _loss(experiment: Experiment, outputs: tuple[int, ...]) -> str:
    if experiment.target == "input":
        return RESTORED[experiment.loss]
    if experiment.loss == "hinge" and outputs[0] > 1:
        return "loss_function = nn.MultiMarginLoss()"
    if experiment.label_smoothing:
        return f"loss_function = nn.CrossEntropyLoss(label_smoothing={experiment.label_smoothing!r})"
    return LOSSES[experiment.loss]


def _batch(experiment: Experiment, spec: DataSpec) -> int:
    """Rows per step; 0: all of them."""
    return 0 if experiment.batch >= spec.train_rows else experiment.batch


def _steps(experiment: Experiment, spec: DataSpec) -> int:
    batch = _batch(experiment, spec)
    return experiment.steps or (experiment.epochs or 1) * (spec.train_rows // batch if batch else 1)


def _loop(experiment: Experiment, spec: DataSpec) -> list[str]:
    batch = _batch(experiment, spec)
    codes = [(place, layer) for place, layer in enumerate(expanded(experiment.model)) if isinstance(layer, Sample)]
    body = [
        f"loss = loss_function({'model(x[rows]), y[rows]' if batch else 'model(x), y'})",
        *(f"loss = loss + {layer.beta!r} * model[{place}].kl" for place, layer in codes),
        "optimizer.zero_grad()  # gradients add up otherwise",
        "loss.backward()  # the slope of the loss for every weight",
        *clip_code(experiment.optimizer),
        "optimizer.step()  # against it, downhill",
        *(["scheduler.step()"] if experiment.optimizer.schedule != "constant" else []),
    ]
    if not batch:
        unit = "epoch" if experiment.epochs else "step"
        return ["\n".join([f"for {unit} in range({experiment.epochs or experiment.steps}):", *_indented(body)])]
    shuffle, order, endless = _rows(experiment, spec)
    if experiment.epochs:
        inner = [order, f"for rows in order.split({batch}):", *_indented(body)]
        return ["\n".join([shuffle, f"for epoch in range({experiment.epochs}):", *_indented(inner)])]
    loop = [f"for step, rows in zip(range({experiment.steps}), batches()):", *_indented(body)]
    return [shuffle, endless, "\n".join(loop)]


def _rows(experiment: Experiment, spec: DataSpec) -> tuple[str, str, str]:
    """Lines for a generator, for the order of an epoch, and for batches without end; empty for the whole set."""
    batch = _batch(experiment, spec)
    if not batch:
        return "", "", ""
    left = spec.train_rows % batch
    order = "order = torch.randperm(len(x), generator=shuffle)" + (f"[:-{left}]" if left else "")
    order += f"  # {left} row{'s sit' if left > 1 else ' sits'} out" if left else ""
    shuffle = f"shuffle = torch.Generator().manual_seed({experiment.seed})  # a new order for every epoch"
    endless = ["def batches():", "    while True:", f"        {order}", f"        yield from order.split({batch})"]
    return shuffle, order, "\n".join(endless)


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _result(experiment: Experiment, spec: DataSpec, outputs: tuple[int, ...]) -> str:
    """The last loss, and what the rows that were held out say."""
    x, y = ("x_test", "y_test") if spec.test_rows else ("x", "y")
    other = _has(experiment.model, Dropout | BatchNorm | Noise | Sample)
    lines = ["model.eval()  # some layers work differently now"] if other else []
    lines += ["with torch.no_grad():"]
    if experiment.target == "input" or spec.classes == 0:
        name = "mse" if experiment.loss == "mse" else "reconstruction"
        lines.append(f"    {name} = loss_function(model({x}), {y})")
        return "\n".join([*lines, f'print(f"loss {{loss:.4f}}, {name} {{{name}:.5f}}")'])
    if experiment.loss == "cross_entropy" or (experiment.loss == "hinge" and outputs[0] > 1):
        right = f"model({x}).argmax(1) == {y}"
    elif outputs[0] > 1:
        right = f"model({x}).argmax(1) == {y}.argmax(1)"
    elif experiment.loss in ("perceptron", "hinge"):
        right = f"model({x}).sign() == {y}"
    else:
        right = f"(model({x}) > {0.5 if experiment.loss == 'mse' else 0}) == {y}"
    lines.append(f"    accuracy = ({right}).float().mean()")
    return "\n".join([*lines, 'print(f"loss {loss:.4f}, accuracy {accuracy:.3f}")'])
