"""Recipes of the lessons reach what the lessons say of them."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

from dltui.journal.run import Run
from dltui.lesson.layers import Conv2d, Flatten, Linear, MaxPool2d, Relu, Tanh
from dltui.lesson.records import Experiment, Optimizer

Make = Callable[..., Experiment]
Told = Callable[..., Run]


def accuracy(told: Told, experiment: Experiment) -> float:
    value = told(experiment).final["accuracy"]
    assert value is not None
    return value


@pytest.mark.parametrize("seed", range(10))
def test_xor_is_learnt_within_100_steps(seed: int, xor: Make, told: Told) -> None:
    run = told(xor(seed=seed))
    loss = [point for step in range(1, 101) if (point := run.series["loss"].at(step)) is not None]
    reached = next(step for step, value in loss if value is not None and value < 0.05)
    assert 15 <= reached <= 100
    assert run.final["accuracy"] == 1


def test_a_constant_start_keeps_all_hidden_units_equal(xor: Make, told: Told) -> None:
    same = [Linear(out=8, init="constant"), Tanh(), Linear(out=1, init="constant")]
    run = told(xor(model=same, loss="binary_cross_entropy", optimizer=Optimizer(kind="adam", lr=0.1), steps=300,
                   show=["parameters"]))  # fmt: skip
    taken = run.snapshot("parameters", 300)
    assert taken is not None
    rows = {tuple(taken.values[place : place + 2]) for place in range(0, 16, 2)}
    assert len(rows) == 1
    assert run.final["loss"] == pytest.approx(0.479, abs=0.01)


def test_circles(xor: Make, told: Told) -> None:
    recipe: dict[str, Any] = {
        "data": "circles", "optimizer": Optimizer(kind="adam", lr=0.05, schedule="one_cycle"), "steps": 200,
    }  # fmt: skip
    found = [accuracy(told, xor(data_seed=seed, seed=seed, **recipe)) for seed in range(3)]
    assert median(found) >= 0.98
    assert accuracy(told, xor(model=[Linear(out=2)], **recipe)) < 0.6


def test_spiral(xor: Make, told: Told) -> None:
    peak = Optimizer(kind="adam", lr=0.03, schedule="one_cycle")
    layers = [Linear(out=32), Tanh(), Linear(out=32), Tanh(), Linear(out=2)]
    found = [accuracy(told, xor(data="spiral", data_seed=seed, seed=seed, optimizer=peak, steps=600, model=layers))
             for seed in range(3)]  # fmt: skip
    assert median(found) >= 0.98


@pytest.mark.parametrize("seed", range(2))
def test_clouds_apart_are_separated_and_overlapping_ones_never(seed: int, xor: Make, told: Told) -> None:
    rule: dict[str, Any] = {
        "model": [Linear(out=1, init="zeros")], "loss": "perceptron", "batch": 1, "steps": None, "seed": seed,
        "optimizer": Optimizer(kind="sgd", lr=1.0),
    }  # fmt: skip
    apart = told(xor(data="gauss2", data_seed=seed, epochs=10, **rule)).final
    assert (apart["accuracy"], apart["wrong"]) == (1, 0)
    bounds = told(xor(data="notebook50", epochs=8, **rule)).series["wrong"].bounds()
    assert bounds is not None
    assert bounds[0] >= 3


def test_hours_are_a_logistic_curve_through_the_middle(xor: Make, told: Told) -> None:
    """The data is made so that the chance to pass is σ(hours - 5)."""
    run = told(xor(data="hours", model=[Linear(out=1)], loss="binary_cross_entropy", steps=500,
                   optimizer=Optimizer(kind="adam", lr=0.1), show=["parameters"]))  # fmt: skip
    taken = run.snapshot("parameters", 500)
    assert taken is not None
    weight, bias = taken.values
    assert weight is not None and bias is not None
    assert 0.5 < weight < 2
    assert -bias / weight == pytest.approx(5, abs=1)
    assert run.final["loss"] is not None
    assert run.final["loss"] < 0.6


def test_digits_of_the_shape_lesson(digits: Make, told: Told) -> None:
    layers = [Conv2d(out=8, kernel=3, padding=1), Relu(), MaxPool2d(kernel=2), Flatten(), Linear(out=10)]
    assert accuracy(told, digits(model=layers, epochs=10, batch=32)) >= 0.95
