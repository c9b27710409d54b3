"""Sizes against PyTorch's own: every kind of layer, built and run."""

import re
from typing import Any, get_args

import pytest
import torch
from torch import nn

from dltui.engine import layers as modules
from dltui.lesson.datasets import DATASETS
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
from dltui.lesson.layout import LayoutError, bytes_needed, check_output, expanded, infer, parameters
from dltui.lesson.records import Experiment, Optimizer

PAIRS: list[tuple[AnyLayer, tuple[int, ...], nn.Module, str]] = [
    (Linear(out=3), (5,), nn.Linear(5, 3), "Linear(5→3)"),
    (Linear(out=3, bias=False), (5,), nn.Linear(5, 3, bias=False), "Linear(5→3)"),
    (Conv2d(out=4, kernel=3), (2, 7, 8), nn.Conv2d(2, 4, 3), "Conv2d(2→4, 3×3)"),
    (
        Conv2d(out=4, kernel=3, stride=2, padding=1, dilation=2, bias=False),
        (2, 7, 8),
        nn.Conv2d(2, 4, 3, 2, 1, 2, bias=False),
        "Conv2d(2→4, 3×3, stride 2, padding 1, dilation 2)",
    ),
    (MaxPool2d(kernel=2), (3, 7, 8), nn.MaxPool2d(2), "MaxPool2d(2×2)"),
    (MaxPool2d(kernel=3, stride=1), (3, 7, 8), nn.MaxPool2d(3, 1), "MaxPool2d(3×3, stride 1)"),
    (AvgPool2d(kernel=2, stride=2), (3, 7, 8), nn.AvgPool2d(2), "AvgPool2d(2×2)"),
    (Flatten(), (2, 3, 4), nn.Flatten(), "Flatten"),
    (Flatten(), (5,), nn.Flatten(), "Flatten"),
    (Relu(), (2, 3, 4), nn.ReLU(), "ReLU"),
    (LeakyRelu(slope=0.1), (5,), nn.LeakyReLU(0.1), "LeakyReLU(0.1)"),
    (Elu(), (5,), nn.ELU(), "ELU(1)"),
    (Tanh(), (5,), nn.Tanh(), "Tanh"),
    (Sigmoid(), (5,), nn.Sigmoid(), "Sigmoid"),
    (Dropout(p=0.25), (5,), nn.Dropout(0.25), "Dropout(0.25)"),
    (BatchNorm(), (5,), nn.BatchNorm1d(5), "BatchNorm1d(5)"),
    (BatchNorm(), (2, 3, 4), nn.BatchNorm2d(2), "BatchNorm2d(2)"),
    (LayerNorm(), (5,), nn.LayerNorm(5), "LayerNorm(5)"),
    (LayerNorm(), (2, 3, 4), nn.LayerNorm(4), "LayerNorm(4)"),
    (Linear(out=3), (6, 5), nn.Linear(5, 3), "Linear(5→3)"),
    (
        Conv2d(out=4, kernel=3, padding=2, padding_mode="reflect"),
        (2, 7, 8),
        nn.Conv2d(2, 4, 3, padding=2, padding_mode="reflect"),
        "Conv2d(2→4, 3×3, padding 2 reflect)",
    ),
    (
        ConvTranspose2d(out=3, kernel=4, stride=2, padding=1, bias=False),
        (2, 4, 5),
        nn.ConvTranspose2d(2, 3, 4, 2, 1, bias=False),
        "ConvTranspose2d(2→3, 4×4, stride 2, padding 1)",
    ),
    (Upsample(factor=3), (2, 4, 5), nn.Upsample(scale_factor=3), "Upsample(×3, nearest)"),
    (GlobalAvgPool(), (2, 4, 5), modules.GlobalPool(largest=False), "GlobalAvgPool"),
    (GlobalMaxPool(), (2, 4, 5), modules.GlobalPool(largest=True), "GlobalMaxPool"),
    (Reshape(shape=[2, 3]), (6,), nn.Unflatten(1, (2, 3)), "Reshape(2×3)"),
    (Rnn(out=3), (6, 5), modules.Rnn(5, 3, batch_first=True), "RNN(5→3)"),
    (Lstm(out=3), (6, 5), modules.Lstm(5, 3, batch_first=True), "LSTM(5→3)"),
    (Gru(out=3), (6, 5), modules.Gru(5, 3, batch_first=True), "GRU(5→3)"),
    (Sample(), (6,), modules.Sample(1.0), "Sample(6→3)"),
    (Noise(std=0.5), (6,), modules.Noise(0.5, False), "Noise(0.5)"),
    (Softplus(), (6,), nn.Softplus(), "Softplus"),
    (Gelu(), (6,), nn.GELU(), "GELU"),
    (Silu(), (6,), nn.SiLU(), "SiLU"),
    (Softmax(), (6,), nn.Softmax(-1), "Softmax"),
    (
        Residual(layers=[Linear(out=4), Relu(), Linear(out=6)]),
        (6,),
        nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 6)),
        "Residual(Linear(6→4), ReLU, Linear(4→6))",
    ),
]


def test_every_layer_is_here() -> None:
    assert {type(layer) for layer, *_ in PAIRS} | {Repeat, Embedding} == set(get_args(AnyLayer))


@pytest.mark.parametrize("layer, inputs, module, title", PAIRS, ids=[title for *_, title in PAIRS])
def test_one_layer(layer: AnyLayer, inputs: tuple[int, ...], module: nn.Module, title: str) -> None:
    (sized,) = infer([layer], inputs)
    assert sized.inputs == inputs
    assert sized.outputs == tuple(module(torch.zeros(2, *inputs)).shape[1:])
    assert sized.parameters == sum(weight.numel() for weight in module.parameters())
    assert sized.title == title


def test_a_stack() -> None:
    model: list[AnyLayer] = [Conv2d(out=8, kernel=3, padding=1), Relu(), MaxPool2d(kernel=2), Flatten(), Linear(out=10)]
    sized = infer(model, (1, 8, 8))
    assert [layer.outputs for layer in sized] == [(8, 8, 8), (8, 8, 8), (8, 4, 4), (128,), (10,)]
    assert [layer.index for layer in sized] == [0, 1, 2, 3, 4]
    assert [layer.multiplies for layer in sized] == [8 * 8 * 8 * 9, 0, 0, 0, 1280]
    assert parameters(model, (1, 8, 8)) == 80 + 1290
    assert infer([Conv2d(out=4, kernel=3)], (2, 5, 6))[0].multiplies == 4 * 3 * 4 * 2 * 9


def test_a_giant_is_measured_without_being_built() -> None:
    model: list[AnyLayer] = [Linear(out=2**31 - 1) for _ in range(64)]
    assert parameters(model, (2,)) > 2**66
    assert bytes_needed(model, (2,), 32) > 2**70


def test_bytes() -> None:
    model: list[AnyLayer] = [Linear(out=3), Relu(), Linear(out=1)]
    assert bytes_needed(model, (2,), 5) == (9 + 4) * 16 + 5 * (2 + 3 + 3 + 1) * 8


@pytest.mark.parametrize(
    "model, inputs, message",
    [
        ([Linear(out=3)], (1, 8, 8), "model.0 (linear): it takes a row of numbers, but gets 1×8×8: put a flatten"),
        ([Flatten(), Conv2d(out=1, kernel=1)], (1, 8, 8), "model.1 (conv2d): it takes pictures"),
        ([Linear(out=4), MaxPool2d(kernel=2)], (2,), "model.1 (maxpool2d): it takes pictures"),
        ([Conv2d(out=1, kernel=9)], (1, 8, 8), "a kernel of 9 does not fit into a size of 8"),
        ([MaxPool2d(kernel=5), AvgPool2d(kernel=2)], (1, 8, 8), "model.1 (avgpool2d): a kernel of 2 does not fit"),
        ([BatchNorm()], (3, 4), "not the shape 3×4"),
    ],
)
def test_impossible(model: list[AnyLayer], inputs: tuple[int, ...], message: str) -> None:
    with pytest.raises(LayoutError) as caught:
        infer(model, inputs)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"model.{caught.value.index} ")


def experiment(data: str, loss: str, *model: AnyLayer) -> Experiment:
    optimizer = Optimizer(kind="sgd", lr=0.1)
    return Experiment(id="x", title="x", data=data, model=list(model), loss=loss, optimizer=optimizer, steps=1)  # type: ignore[arg-type]  # any str


@pytest.mark.parametrize(
    "data, loss, model, problem",
    [
        ("digits", "cross_entropy", [Flatten(), Linear(out=10)], None),
        ("digits", "mse", [Flatten(), Linear(out=10)], None),
        ("xor", "cross_entropy", [Linear(out=2)], None),
        ("xor", "binary_cross_entropy", [Linear(out=1)], None),
        ("xor", "perceptron", [Linear(out=1)], None),
        ("xor", "mse", [Linear(out=1), Sigmoid()], None),
        ("digits", "cross_entropy", [Flatten(), Linear(out=1)], "needs 10 outputs, but the model ends in 1 output"),
        ("digits", "mse", [Flatten(), Linear(out=1)], "needs 10 outputs"),
        ("digits", "cross_entropy", [Conv2d(out=10, kernel=3)], "ends in the shape 10×6×6"),
        ("digits", "binary_cross_entropy", [Flatten(), Linear(out=1)], "tells two classes apart, but digits has 10"),
        ("digits", "cross_entropy", [Linear(out=10)], "put a flatten"),
        ("xor", "perceptron", [Linear(out=2)], "needs 1 output, but the model ends in 2 outputs"),
        ("xor", "mse", [Linear(out=3)], "needs 1 or 2 outputs"),
        ("xor", "binary_cross_entropy", [Linear(out=1), Sigmoid()], "leave out the sigmoid"),
    ],
)
def test_output_against_data_and_loss(data: str, loss: str, model: list[AnyLayer], problem: str | None) -> None:
    said = check_output(experiment(data, loss, *model), DATASETS[data])
    assert (len(said) == 1 and problem in said[0]) if problem else said == []


def test_output_for_a_target_that_is_a_number() -> None:
    real = DATASETS["hours"].__class__("r", "", (1,), 0, 1, 0, ("x",), "y")
    assert check_output(experiment("hours", "mse", Linear(out=1)), real) == []
    assert "use mse" in check_output(experiment("hours", "cross_entropy", Linear(out=1)), real)[0]


def test_words_become_vectors() -> None:
    (sized,) = infer([Embedding(words=22, out=4)], (24,))
    assert (sized.outputs, sized.parameters, sized.title) == ((24, 4), 88, "Embedding(22→4)")


def test_the_last_state_alone() -> None:
    (sized,) = infer([Lstm(out=20, last=True)], (7, 10))
    assert (sized.outputs, sized.parameters) == ((20,), 2560)
    assert infer([Gru(out=20, last=True)], (7, 10))[0].parameters == 1920
    assert infer([Rnn(out=20, last=True)], (7, 10))[0].parameters == 640


def test_rounds_are_written_out() -> None:
    model: list[AnyLayer] = [Flatten(), Repeat(times=3, layers=[Linear(out=4), Tanh()]), Linear(out=2)]
    shapes = infer(model, (1, 2, 2))
    assert [shape.layer for shape in shapes] == expanded(model)
    assert [shape.index for shape in shapes] == [0, 1, 1, 1, 1, 1, 1, 2]
    assert parameters(model, (1, 2, 2)) == 3 * 20 + 10


@pytest.mark.parametrize(
    ("layer", "inputs", "said"),
    [
        (Residual(layers=[Linear(out=3)]), (4,), "it adds what comes in, 4, to what its layers give, 3"),
        (Residual(layers=[Relu(), Conv2d(out=1, kernel=3)]), (4,), "layer 1 in it, conv2d: it takes pictures"),
        (Reshape(shape=[2, 3]), (4,), "2×3 are 6 numbers, but 4 come in"),
        (Sample(), (3,), "it takes an even row of numbers"),
        (Lstm(out=3), (8,), "put an embedding layer before it"),
        (Lstm(out=3), (1, 8, 8), "it takes sequences"),
        (Conv2d(out=1, kernel=3, padding=4, padding_mode="reflect"), (1, 4, 9), "gives at most 3 more, not 4"),
        (Conv2d(out=1, kernel=3, padding=5, padding_mode="circular"), (1, 4, 9), "gives at most 4 more, not 5"),
        (ConvTranspose2d(out=1, kernel=2, padding=2), (1, 2, 2), "a padding of 2 cuts off all of 3"),
        (GlobalAvgPool(), (5,), "it takes pictures"),
        (Embedding(words=3, out=2), (4, 2), "it takes the numbers of words"),
    ],
)
def test_what_does_not_fit_is_a_sentence(layer: AnyLayer, inputs: tuple[int, ...], said: str) -> None:
    with pytest.raises(LayoutError, match=re.escape(said)):
        infer([layer], inputs)


CODED: list[AnyLayer] = [Flatten(), Linear(out=64)]
GAME: dict[str, Any] = {"data": "ring8", "loss": "gan", "model": [Linear(out=2)], "adversary": [Linear(out=1)]}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (GAME, "gan needs noise"),
        (GAME | {"noise": 2, "adversary": []}, "gan needs adversary"),
        (GAME | {"noise": 2, "model": [Linear(out=3)]}, "the generator makes 3, but a row of ring8 is 2"),
        (GAME | {"noise": 2, "adversary": [Linear(out=2)]}, "must end in one score"),
        (GAME | {"noise": 2, "adversary": [Rnn(out=2)]}, "adversary.0 (rnn): it takes sequences"),
        (GAME | {"noise": 2, "target": "input"}, "has no target"),
        ({"adversary": [Linear(out=1)]}, 'adversary belongs to loss = "gan"'),
        ({"loss": "mse", "label_smoothing": 0.1}, "label_smoothing belongs to cross_entropy"),
        ({"target": "input"}, "the loss is mse or binary_cross_entropy, not cross_entropy"),
        ({"target": "input", "loss": "mse", "model": [Flatten(), Linear(out=9)]}, "as many numbers as a row of digits"),
        ({"data": "circles", "target": "input", "loss": "binary_cross_entropy", "model": [Linear(out=2)]}, "use mse"),
        ({"data": "ring8", "loss": "mse", "model": [Linear(out=1)]}, 'use target = "input" or loss = "gan"'),
        ({"data": "templated"}, "put an embedding layer in front"),
        ({"data": "templated", "model": [Embedding(words=9, out=2), Rnn(out=22, last=True)]}, "has 22 words"),
        ({"data": "adding5", "loss": "mse", "model": [Embedding(words=9, out=2)]}, "takes the numbers of words"),
        ({"data": "adding5", "loss": "mse", "model": [Gru(out=1)]}, "last = true"),
        ({"data": "hours", "model": [Embedding(words=9, out=2), Flatten(), Linear(out=2)]}, "measured numbers"),
    ],
)
def test_what_does_not_belong_together_is_a_sentence(fields: dict[str, Any], said: str) -> None:
    usual: dict[str, Any] = {"id": "x", "title": "x", "data": "digits", "model": CODED, "loss": "cross_entropy"}
    step = Experiment(**(usual | {"optimizer": Optimizer(kind="sgd", lr=1), "steps": 1} | fields))
    assert said in check_output(step, DATASETS[step.data])[0]
