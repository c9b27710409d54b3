"""Sizes against PyTorch's own: every kind of layer, built and run."""

from typing import get_args

import pytest
import torch
from torch import nn

from dltui.lesson.datasets import DATASETS
from dltui.lesson.layout import LayoutError, bytes_needed, check_output, infer, parameters
from dltui.lesson.records import (
    AnyLayer,
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
]


def test_every_layer_is_here() -> None:
    assert {type(layer) for layer, *_ in PAIRS} == set(get_args(AnyLayer))


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
